"""Cards as plain text for the command line. Columns count a Chinese character as two."""

import textwrap
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.presenters.card import Card
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.lookup_card import LookupCard
from pos_cancel.presenters.moments import countdown
from pos_cancel.presenters.wording import Wording

WIDTH = 96
GAP = "  "
# By whether the upper and the lower square are dark.
BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}


def card_text(card: Card, words: Wording) -> str:
    """Give a case as lines: what it is, what to do and not to do, which sale, small print."""
    lines = [
        *_strip(card.training, words),
        _joined(card.tone_word, card.ref, card.status_line, _next(card, words)),
        card.headline,
        *_labelled(((card.do_label, card.do), (card.dont_label, card.dont))),
        _joined(card.amount, card.sale_line),
        card.step_sentence,
        card.manager_line,
    ]
    return "\n".join(line for line in lines if line)


def lookup_text(card: LookupCard, words: Wording) -> str:
    """Give a look as lines: the sale, what a cancel would do, and what to hear before it."""
    lines = [
        *_strip(card.training, words),
        card.headline,
        _joined(card.amount, card.status, card.time_line),
        _joined(card.number_line, card.account_line),
        card.deadline_line,
        card.effect,
        *(f"! {warning}" for warning in card.warnings),
        card.near_title,
        *(f"{GAP}{line}" for _, line in card.near),
        words.text("cli.other_account", profile=card.other_account) if card.other_account else "",
    ]
    return "\n".join(line for line in lines if line)


def list_text(cards: Sequence[Card], words: Wording, empty: str) -> str:
    """Give cases as a table, one line each; `empty` is said where there are none."""
    if not cards:
        return empty
    rows = [
        (card.ref, card.tone_word, card.amount, card.status_line, _next(card, words), card.headline)
        for card in cards
    ]
    table = _table(rows)
    return "\n".join([*_strip(any(card.training for card in cards), words), *table])


def error_text(error: PosCancelError, words: Wording) -> str:
    """Give a fault as one sentence and a way on, in the language of the wording.

    English has the error's own sentence, which knows most; other languages say what kind of fault it is.
    """
    told = (error.sentence, error.way_on) if words.language == "en" else fault_words(error, words)
    is_own = told == (error.sentence, error.way_on)
    return (" " if is_own else "").join(part for part in told if part)


def squares_text(squares: Sequence[Sequence[bool]]) -> str:
    """Give a QR code in half blocks, light squares drawn: a terminal is dark as a rule."""
    rows = [*squares, *[[False] * len(squares[0])] * (len(squares) % 2)]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(BLOCKS[upper, lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs
    )


def width_of(text: str) -> int:
    """Give the columns that a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _strip(training: bool, words: Wording) -> list[str]:  # noqa: FBT001 - a card's own field
    return [words.text("gui.strip.training")] if training else []


def _next(card: Card, words: Wording) -> str:
    return "" if card.countdown_s is None else f"{card.countdown_label} {countdown(card.countdown_s, words)}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _labelled(pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(pairs)
    column = max(width_of(label) for label, _ in rows) + len(GAP)
    lines = []
    for label, text in rows:
        first, *rest = textwrap.wrap(text, WIDTH - column) or [""]
        lines.append(_padded(label, column) + first)
        lines += [" " * column + line for line in rest]
    return [GAP + line for line in lines]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(width_of(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        GAP.join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))
