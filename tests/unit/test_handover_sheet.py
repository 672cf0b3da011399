"""The hand-over list on paper: what stands on it, and that it comes out of the PDF again."""

import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from pos_cancel.adapters.paper import Printer, pdf_of
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.sheet import Entry, Sheet
from pos_cancel.presenters.handover_sheet import handover_sheet
from tests.unit.spoken_cases import NOW, SHOP, pending, words_of
from tests.unit.test_handover_words import OPEN

SCANNED = "2026112122001400821234564821"


def test_every_open_case_stands_on_it_with_what_the_customer_is_told() -> None:
    words = words_of("en")
    sheet = handover_sheet((OPEN["unsure"], OPEN["not_sent"]), NOW, words, SHOP, till="Till 2")
    assert sheet.title == "Open cases for the next shift"
    assert sheet.under == ("Till 2 · Sat 21 Nov 15:32", "2 open. This till should stay on until 19:00.")
    assert [(entry.head, entry.right) for entry in sheet.entries] == [
        ("Working · K7-204", "¥128.00"),
        ("Not sent · K7-204", "¥128.00"),
    ]
    first = sheet.entries[0].lines
    assert first[0] == "paid 14:32 today · receipt 20261121-4821 · by 17:00"
    assert first[1].startswith("Customer asks? “We asked Alipay")
    assert sheet.foot[0].startswith("Manager: ___")
    assert sheet.mark == ""


def test_a_number_that_is_shortened_elsewhere_stands_there_whole() -> None:
    case = replace(pending(), number=SCANNED, deadline=None)
    (entry,) = handover_sheet((case,), NOW, words_of("en"), SHOP).entries
    assert f"Number {SCANNED}" in entry.lines
    assert "by" not in entry.lines[0].split()


def test_who_took_over_is_named_and_very_many_are_not_all_listed() -> None:
    sheet = handover_sheet((pending(),), NOW, words_of("en"), SHOP, manager="Mei Lin", count=300)
    assert sheet.foot == ("Manager: Mei Lin",)
    assert sheet.entries[-1].head == "299 more are open; the list at the till has them."
    assert sheet.under[0] == "Sat 21 Nov 15:32"


def test_nothing_open_is_said_and_training_is_marked() -> None:
    words = words_of("en")
    nothing = handover_sheet((), NOW, words, SHOP)
    assert (nothing.under[1], nothing.foot) == (words.text("handover.none"), ())
    training = handover_sheet((replace(pending(), training=True),), NOW, words, SHOP)
    assert training.mark == words.text("gui.strip.training")


def texts_of(pdf: bytes) -> str:
    """Give the letters of a PDF, by the table that each of its fonts carries for that."""
    streams = [inflated(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]
    tables = [stream for stream in streams if b"beginbfchar" in stream or b"beginbfrange" in stream]
    known = "".join(
        bytes.fromhex(found.decode()).decode("utf-16-be")
        for table in tables
        for found in re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]+)>\n", table)
    )
    assert len(tables) >= 2
    return known


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_in_the_pdf(language: str, tmp_path: Path) -> None:
    cases = tuple(replace(case, training=True) for case in OPEN.values())
    sheet = handover_sheet(cases, NOW, words_of(language), SHOP, manager="Mei Lin 陈")
    file = Printer().write(sheet, tmp_path / "list.pdf")
    pdf = file.read_bytes()
    assert pdf.startswith(b"%PDF-")
    told = [sheet.title, sheet.mark, *sheet.under, *sheet.foot]
    told += [text for entry in sheet.entries for text in (entry.head, entry.right, *entry.lines)]
    assert set("".join(told)) - {" "} <= set(texts_of(pdf))


def test_many_cases_go_over_several_pages() -> None:
    entries = tuple(Entry(head=f"Case {number}", right="¥1.00", lines=("one", "two")) for number in range(60))
    pdf = pdf_of(Sheet(title="List", entries=entries, mark="TRAINING"))
    assert pdf.count(b"/Type /Page\n") > 2


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalError):
        Printer().write(Sheet(title="List"), tmp_path / "nowhere" / "list.pdf")
    Printer().forget()
