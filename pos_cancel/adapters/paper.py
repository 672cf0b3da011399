"""Sheets as PDF, with the product's own fonts: one way for window and command line, without Qt."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pos_cancel.adapters import resources
from pos_cancel.adapters.settings import replace_file
from pos_cancel.domain.sheet import Entry, Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

# In millimetres, on A4.
MARGIN = 16
# The sizes of letters, in points.
TITLE, HEAD, TEXT, SMALL = 20, 13, 11, 9
LATIN, HAN = "latin", "han"
# The line of an entry is so many times as high as its letters.
LINE = 1.45
MM_PER_POINT = 25.4 / 72
RIGHT_WIDTH = 50


class Printer:
    """Writes sheets down; it keeps nothing between them."""

    def write(self, sheet: Sheet, path: Path) -> Path:
        """Write a sheet as PDF, whole or not at all. Raises `LocalError`."""
        replace_file(path, pdf_of(sheet))
        return path

    def forget(self) -> None:
        """Have nothing to let go of."""


def pdf_of(sheet: Sheet) -> bytes:
    """Give a sheet as PDF on A4."""
    pdf = _new_pdf(sheet)
    pdf.add_page()
    _write(pdf, sheet.title, TITLE, bold=True)
    for line in sheet.under:
        _write(pdf, line, TEXT)
    for entry in sheet.entries:
        # An entry stays on one page: nobody looks for its end on the next.
        if pdf.will_page_break(_height_of(pdf, entry)):
            pdf.add_page()
        _write_entry(pdf, entry)
    pdf.ln(6)
    for line in sheet.foot:
        _write(pdf, line, TEXT)
    return bytes(pdf.output())


def _new_pdf(sheet: Sheet) -> "FPDF":
    from fpdf import FPDF

    class Pages(FPDF):
        def header(self) -> None:
            if sheet.mark:
                _write(self, sheet.mark, HEAD, bold=True)

        def footer(self) -> None:
            self.set_y(-MARGIN)
            _write(self, f"{self.page_no()} / {{nb}}", SMALL)

    # It tells of every table of a font that it takes over.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    pdf = Pages(format="A4")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN + 6)
    pdf.set_title(sheet.title)
    files = {path.stem: path for path in resources.font_paths()}
    pdf.add_font(LATIN, "", files["Inter-Regular"])
    pdf.add_font(LATIN, "B", files["Inter-Bold"])
    pdf.add_font(HAN, "", files["WenQuanYiMicroHei-Subset"])
    pdf.set_fallback_fonts([HAN], exact_match=False)
    return pdf


def _write(pdf: "FPDF", text: str, size: int, *, bold: bool = False) -> None:
    pdf.set_font(LATIN, "B" if bold else "", size)
    pdf.multi_cell(0, _height(size), text, align="L", new_x="LMARGIN", new_y="NEXT")


def _write_entry(pdf: "FPDF", entry: Entry) -> None:
    pdf.ln(3)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(2)
    pdf.set_font(LATIN, "B", HEAD)
    right = RIGHT_WIDTH if entry.right else 0
    pdf.multi_cell(pdf.epw - right, _height(HEAD), entry.head, align="L", new_x="RIGHT", new_y="TOP")
    pdf.cell(right, _height(HEAD), entry.right, align="R", new_x="LMARGIN", new_y="NEXT")
    for line in entry.lines:
        _write(pdf, line, TEXT)


def _height_of(pdf: "FPDF", entry: Entry) -> float:
    needed = 5 + _height(HEAD)
    pdf.set_font(LATIN, "", TEXT)
    for line in entry.lines:
        needed += cast("float", pdf.multi_cell(0, _height(TEXT), line, dry_run=True, output="HEIGHT"))
    return needed


def _height(size: int) -> float:
    return size * LINE * MM_PER_POINT
