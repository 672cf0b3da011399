"""What the HTTP part of a reply says before its body is read (outcomes.md §2, row HTTP; gateways.md A1.3)."""

from codecs import BOM_UTF8
from collections.abc import Container
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pos_cancel.domain.outcome import Reason, Unknown
from pos_cancel.gateways.http import HttpReply

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
HTML_BEGINNINGS = (b"<!doctype html", b"<html", b"<head", b"<body")
# Longer than any honest wait, short enough that no time arithmetic overflows.
LONGEST_WAIT_S = 86_400.0
MOST_DIGITS = 9


def unusable(reply: HttpReply, media_types: Container[str]) -> Unknown | None:
    """Give what a reply amounts to that cannot be the gateway's answer, or None where its body may be read.

    `media_types` are the content types, in lower case, that the gateway answers in.
    """
    if reply.status != HTTPStatus.OK:
        return _by_status(reply)
    if looks_like_html(reply):
        return Unknown(Reason.LOGIN_PAGE)
    return None if media_type(reply) in media_types else Unknown(Reason.UNREADABLE)


def _by_status(reply: HttpReply) -> Unknown:
    if reply.status == HTTPStatus.NOT_FOUND:
        return Unknown(Reason.NOT_FOUND_ADDRESS)
    if reply.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return Unknown(Reason.BUSY, retry_after_s=retry_after_s(reply))
    redirected = HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST
    # A gateway's own proxy writes HTML under 5xx; under 4xx it is the network that wants something.
    refused_page = reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and looks_like_html(reply)
    if redirected or refused_page or reply.status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED:
        return Unknown(Reason.LOGIN_PAGE)
    return Unknown(Reason.HTTP_STATUS)


def media_type(reply: HttpReply) -> str:
    """Give the content type in lower case without its parameters."""
    return reply.header("content-type").partition(";")[0].strip().lower()


def looks_like_html(reply: HttpReply) -> bool:
    """Tell whether the body is a page for a browser."""
    beginning = reply.body[:200].removeprefix(BOM_UTF8).lstrip().lower()
    return media_type(reply) in HTML_TYPES or beginning.startswith(HTML_BEGINNINGS)


def retry_after_s(reply: HttpReply) -> float | None:
    """Give the seconds that Retry-After asks to wait; a date is counted from the reply's own Date."""
    asked = reply.header("retry-after").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:MOST_DIGITS]), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(asked).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return _seconds(reply.date, until)


def _seconds(start: datetime | None, until: datetime) -> float | None:
    if start is None:
        return None
    return min(max((until - start).total_seconds(), 0.0), LONGEST_WAIT_S)
