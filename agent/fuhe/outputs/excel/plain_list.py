"""What the workbooks of a review share: their looks, and a titled list that prints on A4."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fuhe.text import display_width

TEXT_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""No text of a form may become a formula, a link or a number."""
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_BODY = {**_FONT, "border": 1, "text_wrap": True}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 15, "align": "center", "valign": "vcenter"},
    "line": {**_FONT},
    "small": {**_FONT, "font_size": 9, "font_color": "#595959"},
    "head": {**_BODY, "font_name": "黑体", "bold": True, "bg_color": "#E6ECF5", "align": "center"},
    "body": {**_BODY},
    "centred": {**_BODY, "align": "center"},
    "number": {**_BODY, "align": "center", "num_format": "General"},
    "fill": {**_BODY, "align": "center", "bg_color": "#FFF8DC"},
    "reason": {**_BODY, "bg_color": "#FFF8DC"},
    "none": {**_BODY, "align": "center", "font_color": "#8C8C8C"},
    "behind": {**_BODY, "font_size": 9, "font_color": "#595959", "text_wrap": False},
    "total": {**_BODY, "bold": True, "align": "center", "bg_color": "#F2F2F2"},
    "share": {**_BODY, "align": "center", "num_format": "0.00%"},
    "total_share": {**_BODY, "bold": True, "align": "center", "bg_color": "#F2F2F2", "num_format": "0.00%"},
}
Value = str | int | Decimal | None


def looks_of(book: Any) -> dict[str, Any]:
    """Lay the looks down in a workbook and return them by name."""
    return {name: book.add_format(look) for name, look in _LOOKS.items()}


def write_value(page: Any, row: int, col: int, value: Value, look: Any) -> None:
    """Write a number as a number, a text as text whatever it begins with, nothing as a blank cell."""
    if value is None or value == "":
        page.write_blank(row, col, None, look)
    elif isinstance(value, str):
        page.write_string(row, col, value, look)
    else:
        page.write_number(row, col, float(value), look)


def write_formula(page: Any, row: int, col: int, formula: str, look: Any, value: Value = None) -> None:
    """Write a formula with the value it has now."""
    page.write_formula(row, col, formula, look, float(value) if isinstance(value, int | Decimal) else value or "")


def head_list(page: Any, looks: dict[str, Any], title: str, told: str, heads: Sequence[tuple[str, float]]) -> None:
    """Write a title, a small line and the headings with their widths; the list begins in the fourth row."""
    page.merge_range(0, 0, 0, len(heads) - 1, "", looks["title"])
    page.write_string(0, 0, title, looks["title"])
    page.set_row(0, 26)
    page.write_string(1, 0, told, looks["small"])
    page.set_row(2, 30)
    for col, (name, width) in enumerate(heads):
        page.set_column(col, col, width)
        page.write_string(2, col, name, looks["head"])
    page.freeze_panes(3, 2)
    to_print(page)
    page.repeat_rows(2)


def to_print(page: Any) -> None:
    """Set a sheet to print on A4 across, its columns on one page."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&R&8第 &P 页 共 &N 页")


def height_of(texts: Sequence[Value], widths: Sequence[float]) -> float:
    """Return the row height in points that shows every wrapped text; a sheet allows 409 at most."""
    pairs = zip(texts, widths, strict=False)
    lines = max(sum(_lines(line, width) for line in str(text or "").split("\n")) for text, width in pairs)
    return min(409.0, 13.5 * lines + 5)


def _lines(line: str, width: float) -> int:
    return max(1, math.ceil(display_width(line) / max(width - 1, 1)))
