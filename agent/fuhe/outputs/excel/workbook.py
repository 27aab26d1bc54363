"""问题清单.xlsx: the list to filter and print, native charts of it, and where it comes from."""

import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter

from fuhe.findings import OPEN_LABEL, SEVERITIES, SEVERITY_LABELS, STATE_LABELS
from fuhe.outputs.contract import Report
from fuhe.outputs.listing import COLUMNS, POINT_COLUMNS, ListedRow, PointRow, entries, point_rows
from fuhe.outputs.stamp import stamp_of
from fuhe.pointing.phrasebook import theme_names
from fuhe.records import FileStatus

_POINT_WIDTHS = (5, 12, 15, 10, 15, 10, 16, 36, 26, 7, 7, 9)
_WIDTHS = (5, 12, 15, 10, 15, 6, 6.5, 12, 32, 15, 24, 9, 10)
_LEVEL_COLOURS = {"error": "#A8201A", "warning": "#8A5A00", "info": "#1B4A86"}
_TOP = 12
_CELL_LIMIT = 32767
_SHEET_ROWS = 1_048_000  # a sheet ends at 1 048 576
_STATUSES: dict[FileStatus, str] = {"ok": "读成", "partial": "部分读成", "failed": "读不了", "skipped": "略过"}
_BODY = {"font_name": "宋体", "font_size": 10, "valign": "top", "border": 1}
_HEAD = {
    "font_name": "黑体",
    "bold": True,
    "text_wrap": True,
    "bg_color": "#E6ECF5",
    "align": "center",
    "valign": "vcenter",
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Origin:
    """One line of 来源: a file, what became of it, how many forms it has, and what was wrong."""

    path: str
    status: FileStatus
    forms: int
    sha256: str | None
    told: str


def to_workbook(report: Report) -> bytes:
    """Return the workbook; every text is written as text, so no cell of a form can act as a formula."""
    out = io.BytesIO()
    origins = (
        Origin(file.path, file.status, len(file.forms), file.sha256, "\n".join(one.message for one in file.problems))
        for file in report.files
    )
    write_workbook(out, chain(point_rows(report), entries(report)), origins, stamp_of(report).line)
    return out.getvalue()


def write_workbook(
    out: IO[bytes], listed: Iterable[PointRow | ListedRow], origins: Iterable[Origin], line: str
) -> None:
    """Write the workbook as its lines come, none of them kept: points in the first sheet, findings one by one in the second.

    Beyond what a sheet can hold a list goes on in another. Raises OSError where `out` cannot be written.
    """
    held = _FirstFault(out)
    with xlsxwriter.Workbook(held, _OPTIONS) as book:
        book.set_properties({"title": "问题清单", "comments": line})
        counts = _Counts()
        points = _ListWriter(book, "问题清单", POINT_COLUMNS, _POINT_WIDTHS, line)
        findings = _ListWriter(book, "逐条", COLUMNS, _WIDTHS, line)
        for entry in listed:
            counts.add(entry)
            (points if isinstance(entry, PointRow) else findings).add(entry.values())
        points.close()
        findings.close()
        _chart_sheet(book, counts)
        _source_sheet(book, origins, line)
    if held.fault is not None:
        raise held.fault


class _FirstFault:
    """A file that keeps its first fault for later: the library would turn it into its own, and write again when it is collected."""

    def __init__(self, out: IO[bytes]) -> None:
        self.fault: OSError | None = None
        self._out, self._at = out, 0

    def write(self, data: bytes) -> int:
        """Write, or after a fault count on only."""
        self._tried(lambda: self._out.write(data))
        self._at += len(data)
        return len(data)

    def seek(self, at: int) -> None:
        """Go to a byte."""
        self._tried(lambda: self._out.seek(at))
        self._at = at

    def tell(self) -> int:
        """Return where the next byte goes."""
        return self._at

    def flush(self) -> None:
        """Have it all on the disk."""
        self._tried(self._out.flush)

    def _tried(self, work: Callable[[], object]) -> None:
        if self.fault is None:
            try:
                work()
            except OSError as error:
                self.fault = error


class _Counts:
    """What the charts show, counted as the lines go by."""

    def __init__(self) -> None:
        self.themes = Counter(dict.fromkeys(theme_names().values(), 0))  # a theme without points is shown as 0
        self.points, self.units = Counter[str](), Counter[str]()

    def add(self, entry: PointRow | ListedRow) -> None:
        if isinstance(entry, PointRow):
            self.themes[entry.theme] += 1
            self.points[entry.fault] += 1
            self.units[entry.unit or "（未填单位）"] += 1


class _ListWriter:
    """One list written row by row, going on in another sheet where one is full."""

    def __init__(self, book: Any, name: str, columns: Mapping[str, str], widths: Sequence[float], line: str) -> None:
        self.book, self.name, self.columns, self.widths, self.line = book, name, columns, widths, line
        self.body = book.add_format({**_BODY, "text_wrap": True})
        self.head = book.add_format({**_BODY, **_HEAD})
        self.levels = {
            SEVERITY_LABELS[severity]: book.add_format({**_BODY, "bold": True, "font_color": _LEVEL_COLOURS[severity]})
            for severity in SEVERITIES
        }
        self.sheets, self.row = 0, 0
        self._begin()

    def _begin(self) -> None:
        self.sheets, self.row = self.sheets + 1, 0
        self.sheet = self.book.add_worksheet(self.name if self.sheets == 1 else f"{self.name}（{self.sheets}）")
        for col, (title, width) in enumerate(zip(self.columns.values(), self.widths, strict=True)):
            self.sheet.set_column(col, col, width)
            self.sheet.write_string(0, col, title, self.head)

    def add(self, values: Sequence[str | int]) -> None:
        """Write one row."""
        if self.row == _SHEET_ROWS:
            self.close()
            self._begin()
        self.row += 1
        _forget(self.sheet, self.row - 2)
        self.sheet.set_row(self.row, _height(values, self.widths))
        for col, value in enumerate(values):
            if isinstance(value, int):
                self.sheet.write_number(self.row, col, value, self.body)
            else:
                self.sheet.write_string(self.row, col, value[:_CELL_LIMIT], self.levels.get(value, self.body))

    def close(self) -> None:
        """Make the sheet one that can be filtered, decided on and printed."""
        _to_use(self.sheet, max(self.row, 1), list(self.columns), self.line)


def _forget(sheet: Any, row: int) -> None:
    """Drop what the writer keeps of a row that is in the file already: over a million rows it would be 300 MB."""
    for kept in (sheet.row_info, sheet.row_sizes):
        kept.pop(row, None)


def _to_use(sheet: Any, last: int, columns: Sequence[str], line: str) -> None:
    """Make a list that can be filtered, decided on and printed."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    state = columns.index("state")
    sheet.data_validation(1, state, last, state, {"validate": "list", "source": [OPEN_LABEL, *STATE_LABELS.values()]})
    _for_print(sheet, line)
    sheet.repeat_rows(0)


def _height(values: Sequence[str | int], widths: Sequence[float]) -> float:
    """Return the row height in points that shows every wrapped text; a sheet allows 409 at most."""
    lines = max(
        sum(max(1, math.ceil(_columns(line) / width)) for line in str(value).split("\n"))
        for value, width in zip(values, widths, strict=True)
    )
    return min(409.0, 13.5 * lines + 4)


def _columns(line: str) -> int:
    """Return about how many columns a text takes: GBK has two bytes for what takes two, and is counted in C."""
    return len(line.encode("gbk", "replace"))


def _for_print(sheet: Any, line: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{line.replace('&', '&&')[:200]}&R&8第 &P 页 共 &N 页")


def _chart_sheet(book: Any, counts: _Counts) -> None:
    sheet = book.add_worksheet("图表")
    sheet.set_column(0, 0, 34)
    top = 0
    for title, shown in (
        ("按方面", list(counts.themes.items())),
        ("最常见的要点", counts.points.most_common(_TOP)),
        ("要点较多的单位", counts.units.most_common(_TOP)),
    ):
        top = _table_and_chart(book, sheet, top, title, shown)
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


def _source_sheet(book: Any, origins: Iterable[Origin], line: str) -> None:
    sheet = book.add_worksheet("来源")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "font_name": "黑体"})
    sheet.write_string(0, 0, line)
    for col, (title, width) in enumerate((("文件", 40), ("读取", 8), ("表数", 6), ("SHA-256", 68), ("说明", 60))):
        sheet.set_column(col, col, width)
        sheet.write_string(2, col, title, bold)
    for row, origin in enumerate(islice(origins, _SHEET_ROWS), start=3):
        texts = (origin.path, _STATUSES[origin.status], None, origin.sha256 or "", origin.told)
        for col, text in enumerate(texts):
            if text is None:
                sheet.write_number(row, col, origin.forms)
            else:
                sheet.write_string(row, col, text[:_CELL_LIMIT], wrapped)
    _for_print(sheet, "")
