"""The time zone that a shop reads its clock in."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from pos_cancel.domain.profile import Profile


def shop_zone(profiles: Iterable[Profile]) -> tzinfo:
    """Give the zone in which the shop reads its clock: the first profile's, else this machine's."""
    named = next((profile.time_zone for profile in profiles if profile.time_zone), "")
    if named:
        return ZoneInfo(named)
    local = datetime.now().astimezone().tzinfo
    if local is None:
        raise AssertionError("an aware time has a zone")
    return local
