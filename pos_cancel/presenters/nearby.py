"""Known receipts that may have been meant, and the account to ask next, as lines and as JSON."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from pos_cancel.domain.receipt import Receipt
from pos_cancel.presenters.moments import shop_time
from pos_cancel.presenters.wording import Wording


def receipt_line(receipt: Receipt, now: datetime, words: Wording, zone: tzinfo) -> str:
    """Give number, amount and time of a receipt, as far as they are known."""
    return words.text(
        "lookup.near.receipt",
        number=receipt.number,
        amount=receipt.amount,
        when=None if receipt.at is None else shop_time(receipt.at, now, zone, words),
    )


def receipts_json(receipts: Iterable[Receipt]) -> list[dict[str, object]]:
    """Give receipts as objects of JSON values, the likeliest first."""
    return [_json(receipt) for receipt in receipts]


def _json(receipt: Receipt) -> dict[str, object]:
    at, amount = receipt.at, receipt.amount
    return {
        "profile": receipt.profile,
        "number": receipt.number,
        "amount": None if amount is None else amount.decimal,
        "currency": None if amount is None else amount.currency,
        "time": None
        if at is None
        else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "case": receipt.ref or None,
    }
