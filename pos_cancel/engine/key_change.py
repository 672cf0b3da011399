"""Changing keys while customers wait: of two keys of ours, the gateway says which one is good.

A new pair lies beside the old one until its public half has been handed in at the portal. When that has
happened shows in one way only: the old key's signature is refused. So a refused signature is no verdict
while there is another key; the same question leaves at once with that one (R3: a signature is made anew
with every try, the parameters stay).
"""

from pos_cancel.domain.outcome import Cancelled, Found, NotFound, Outcome, Reading, Refused, Signature
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys

WRONG_KEY = "S-03"


def signing_keys(keys: Keys, refused_key: str) -> Keys:
    """Give the keys to sign with: the waiting one where the other was refused a moment ago."""
    return keys.with_next() if refused_key and keys.key_id == refused_key else keys


def refused_key(used: Keys, reading: Reading, now: Keys | KeyTrouble) -> str:
    """Name the key that was refused if there is another one to try; "" where the refusal counts.

    `now` is what the key store has at this moment, which may be more than when the request was signed.
    """
    if not _is_refused(reading.outcome):
        return ""
    if isinstance(now, Keys):
        other = {now.key_id, now.with_next().key_id} - {used.key_id}
        return used.key_id if other else ""
    return used.key_id if now is KeyTrouble.LOADING else ""


def is_accepted(reading: Reading) -> bool:
    """Tell whether the gateway took the signature of a request: it answered what was asked, verified."""
    return reading.signature is Signature.VERIFIED and isinstance(
        reading.outcome, Cancelled | Found | NotFound
    )


def _is_refused(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.setup_code == WRONG_KEY
