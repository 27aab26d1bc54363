"""问题清单.xlsx: the list to filter and print, native charts of it, and where it comes from."""

import io
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from fuhe.findings import OPEN_LABEL, SEVERITIES, SEVERITY_LABELS, STATE_LABELS
from fuhe.outputs.listing import COLUMNS, Entry, entries
from fuhe.outputs.report import Report
from fuhe.outputs.stamp import stamp_of
from fuhe.text import display_width

_WIDTHS = (5, 12, 15, 10, 15, 6, 6.5, 12, 32, 15, 24, 9, 10)
_LEVEL_COLOURS = {"error": "#A8201A", "warning": "#8A5A00", "info": "#1B4A86"}
_TOP = 12
_CELL_LIMIT = 32767


def to_workbook(report: Report) -> bytes:
    """Return the workbook; every text is written as text, so no cell of a form can act as a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "问题清单", "comments": stamp_of(report).line})
        listed = list(entries(report))
        _list_sheet(book, report, listed)
        _chart_sheet(book, listed)
        _source_sheet(book, report)
    return out.getvalue()


def _list_sheet(book: Any, report: Report, listed: Sequence[Entry]) -> None:
    sheet = book.add_worksheet("问题清单")
    body = book.add_format({"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top", "border": 1})
    head = book.add_format(
        {
            "font_name": "黑体",
            "font_size": 10,
            "bold": True,
            "text_wrap": True,
            "bg_color": "#E6ECF5",
            "border": 1,
            "align": "center",
            "valign": "vcenter",
        }
    )
    levels = {
        SEVERITY_LABELS[severity]: book.add_format(
            {
                "font_name": "宋体",
                "font_size": 10,
                "bold": True,
                "valign": "top",
                "border": 1,
                "font_color": _LEVEL_COLOURS[severity],
            }
        )
        for severity in SEVERITIES
    }
    for col, (title, width) in enumerate(zip(COLUMNS.values(), _WIDTHS, strict=True)):
        sheet.set_column(col, col, width)
        sheet.write_string(0, col, title, head)
    names = list(COLUMNS)
    for row, entry in enumerate(listed, start=1):
        sheet.set_row(row, _height(entry.values()))
        for col, value in enumerate(entry.values()):
            if isinstance(value, int):
                sheet.write_number(row, col, value, body)
            else:
                shown = levels.get(value, body) if names[col] == "level" else body
                sheet.write_string(row, col, value[:_CELL_LIMIT], shown)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(listed), 1), len(COLUMNS) - 1)
    state = names.index("state")
    sheet.data_validation(
        1,
        state,
        max(len(listed), 1),
        state,
        {"validate": "list", "source": [OPEN_LABEL, *STATE_LABELS.values()]},
    )
    _for_print(sheet, stamp_of(report).line)
    sheet.repeat_rows(0)


def _height(values: Sequence[str | int]) -> float:
    """Return the row height in points that shows every wrapped text; a sheet allows 409 at most."""
    lines = max(
        sum(max(1, math.ceil(display_width(line) / width)) for line in str(value).split("\n"))
        for value, width in zip(values, _WIDTHS, strict=True)
    )
    return min(409.0, 13.5 * lines + 4)


def _for_print(sheet: Any, line: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{line.replace('&', '&&')[:200]}&R&8第 &P 页 共 &N 页")


def _chart_sheet(book: Any, listed: Sequence[Entry]) -> None:
    sheet = book.add_worksheet("图表")
    sheet.set_column(0, 0, 34)
    levels = Counter(dict.fromkeys(SEVERITY_LABELS.values(), 0))
    levels.update(entry.level[:2] for entry in listed)
    codes = Counter(f"{entry.code} {entry.title}" for entry in listed)
    units = Counter(entry.unit or "（未填单位）" for entry in listed)
    top = 0
    for title, counts in (
        ("按级别", list(levels.items())),
        ("最常见的问题", codes.most_common(_TOP)),
        ("问题较多的单位", units.most_common(_TOP)),
    ):
        top = _table_and_chart(book, sheet, top, title, counts)
    _for_print(sheet, "")


def _table_and_chart(book: Any, sheet: Any, top: int, title: str, counts: Sequence[tuple[str, int]]) -> int:
    """Write one table of counts with its bar chart beside it; return the next free row."""
    bold = book.add_format({"bold": True, "font_name": "黑体"})
    sheet.write_string(top, 0, title, bold)
    sheet.write_string(top, 1, "条数", bold)
    for row, (name, count) in enumerate(counts, start=top + 1):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, count)
    if counts:
        chart = book.add_chart({"type": "bar"})
        last = top + len(counts)
        chart.add_series(
            {
                "name": title,
                "categories": ["图表", top + 1, 0, last, 0],
                "values": ["图表", top + 1, 1, last, 1],
                "fill": {"color": "#1B4A86"},
                "data_labels": {"value": True},
                "gap": 60,
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_size({"width": 640, "height": 90 + 24 * len(counts)})
        sheet.insert_chart(top, 3, chart)
    return top + max(len(counts) + 3, 6 + (24 * len(counts)) // 20)


def _source_sheet(book: Any, report: Report) -> None:
    sheet = book.add_worksheet("来源")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "font_name": "黑体"})
    for col, (title, width) in enumerate((("文件", 40), ("读取", 8), ("表数", 6), ("SHA-256", 68), ("说明", 60))):
        sheet.set_column(col, col, width)
        sheet.write_string(2, col, title, bold)
    sheet.write_string(0, 0, stamp_of(report).line)
    labels = {"ok": "读成", "partial": "部分读成", "failed": "读不了", "skipped": "略过"}
    for row, file in enumerate(report.files, start=3):
        told = "\n".join(problem.message for problem in file.problems)
        for col, text in enumerate((file.path, labels[file.status], None, file.sha256 or "", told)):
            if text is not None:
                sheet.write_string(row, col, text[:_CELL_LIMIT], wrapped)
        sheet.write_number(row, 2, len(file.forms))
    _for_print(sheet, "")
