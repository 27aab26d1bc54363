"""A filled-in 复核底稿.xlsx read back: ticks, scores, reasons; whatever cannot be taken over is named with its cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fuhe.outputs.excel.row_heights import letters
from fuhe.outputs.excel.working_columns import (
    BEHIND,
    COLUMNS,
    FORM_MARK,
    HEAD_ROW,
    NO_TICK,
    READ_BACK_SHEET,
    SUMMARY_SHEET,
    TICK,
    TICK_HEAD,
    TOTAL,
    column_letters,
    tick_labels,
)
from fuhe.outputs.worksheet_words import BY_HAND, STATED, reason_of
from fuhe.readers.filled_book import FilledCell, FilledSheet, filled_sheets
from fuhe.readings.typed_points import typed_points
from fuhe.readings.value import plain
from fuhe.records import Place, Problem
from fuhe.text import squeeze
from fuhe.worksheets import HandedSheet, HandEntry, WorkRow, Worksheet, cents, with_ticks

_YES = (TICK, "✓", "✔", "☑", "v", "是", "1", "true")
_NO = ("", NO_TICK, "×", "x", "☐", "□", "否", "0", "false")
_PLAIN_FORMULA = re.compile(r"(?:[-+*/(),.%<>=$ 0-9]|[A-Z]{1,3}\$?\d{1,5}|ROUND|MIN|MAX|SUM|IF|INT)+")
_SENTENCE = re.compile("[。；]?$")
_OWN_REASON = "不计分："
_NONE = FilledCell("")


@dataclass
class _Reading:
    """One sheet being read back against the worksheet it was made from."""

    page: FilledSheet
    sheet: Worksheet
    columns: dict[str, int]
    ticks: dict[str, int]
    told: list[Problem] = field(default_factory=list)

    def cell(self, line: int, name: str) -> FilledCell:
        """Return a row's cell by its column; an empty one still knows its address."""
        col = self.columns.get(name, -1)
        return self.page.rows.get(line, {}).get(col) or FilledCell(f"{letters(col)}{line + 1}" if col >= 0 else "")

    def tell(self, code: str, message: str, address: str = "") -> None:
        """Name something that was not taken over as it stands."""
        self.told.append(_problem(code, message, self.page.name, address))


def read_back(data: bytes, sheets: Sequence[Worksheet]) -> tuple[list[HandedSheet], list[Problem]]:
    """Return what a person left in a workbook for these worksheets, and every problem with its cell; raises ReadError."""
    pages = filled_sheets(data)
    found: dict[str, FilledSheet] = {}
    told = list(_take_by_mark(pages, {sheet.key for sheet in sheets}, found))
    handed = []
    for sheet in sheets:
        page = found.get(sheet.key)
        if page is None:
            told.append(_problem("no-sheet", f"工作簿里没有“{sheet.project or ''}”的底稿，这个项目按建议列出", "", ""))
            continue
        reading = _reading(page, sheet)
        if isinstance(reading, Problem):
            told.append(reading)
            continue
        handed.append(_handed(reading))
        told += reading.told
    return handed, told


def _problem(code: str, message: str, sheet: str, address: str) -> Problem:
    place = Place(sheet=sheet or None, address=address or None) if sheet or address else None
    return Problem(code=code, message=_SENTENCE.sub("。", message), place=place)


def _take_by_mark(pages: Sequence[FilledSheet], known: set[str], found: dict[str, FilledSheet]) -> Iterator[Problem]:
    for page in pages:
        key, address = _mark(page)
        if not key:
            if page.name not in (SUMMARY_SHEET, READ_BACK_SHEET):
                yield _problem("strange-sheet", "这张工作表没有底稿标记，没有读", page.name, "")
        elif key not in known:
            yield _problem(
                "strange-sheet", "给出的自评表里没有这个项目（或项目、单位、年度改过），没有读", page.name, address
            )
        elif key in found:
            yield _problem("sheet-twice", f"与“{found[key].name}”是同一个项目的底稿，只读了前一张", page.name, address)
        else:
            found[key] = page


def _mark(page: FilledSheet) -> tuple[str, str]:
    for row in page.rows.values():
        for cell in row.values():
            if cell.text.startswith(FORM_MARK):
                return cell.text.removeprefix(FORM_MARK).strip(), cell.address
    return "", ""


def _reading(page: FilledSheet, sheet: Worksheet) -> "_Reading | Problem":
    names = {title: name for name, title in (COLUMNS | BEHIND).items()}
    for row in page.rows.values():
        titles = {cell.text: col for col, cell in row.items()}
        if COLUMNS["name"] in titles and COLUMNS["score"] in titles:
            columns = {names[title]: col for title, col in titles.items() if title in names}
            ticks = {title.removeprefix(TICK_HEAD): col for title, col in titles.items() if title.startswith(TICK_HEAD)}
            missing = [(COLUMNS | BEHIND)[name] for name in ("key", "reason", "review_actual") if name not in columns]
            if missing:
                return _problem("no-column", f"缺少“{'、'.join(missing)}”栏，这张底稿没有读", page.name, "")
            return _Reading(page, sheet, columns, ticks)
    return _problem("no-head", "找不到表头（三级指标、复核得分），这张底稿没有读", page.name, "")


def _handed(reading: _Reading) -> HandedSheet:
    lines = _lines(reading)
    ticks: dict[str, tuple[str, ...]] = {}
    entries: dict[str, HandEntry] = {}
    for index, row in enumerate(reading.sheet.rows):
        line = lines.get(row.key)
        if line is None:
            reading.tell("row-missing", f"少了“{row.name}”一行，这一行按建议列出")
            continue
        _hold_against_form(reading, line, row)
        ticks[row.key] = tuple(_ticked(reading, line, row))
        ticked = with_ticks(row, ticks[row.key])
        entries[row.key] = _entry(reading, line, ticked, index)
    return HandedSheet(key=reading.sheet.key, ticks=ticks, entries=entries)


def _lines(reading: _Reading) -> dict[str, int]:
    """Return the line of every row by its mark; name rows that were moved, copied or added."""
    known = [row.key for row in reading.sheet.rows]
    names = {row.key: row.name for row in reading.sheet.rows}
    found: dict[str, int] = {}
    for line in _body(reading):
        key, name = reading.cell(line, "key").text, reading.cell(line, "name")
        if key in names and key in found:
            reading.tell("row-twice", f"“{names[key]}”一行出现两次，只读了第 {found[key] + 1} 行", name.address)
        elif key in names:
            found[key] = line
        elif key:
            written = _written(reading, line)
            message = f"“{name.text}”一行在单位现在的表上没有（名称、类别或指标值改过），没有读{written}"
            reading.tell("row-unknown", message, name.address)
        elif name.text:
            reading.tell("row-added", f"“{name.text}”一行没有行标记，不是底稿里的，没有读", name.address)
    kept = [key for key in known if key in found]
    moved = [key for key, due in zip(found, kept, strict=True) if key != due]
    for key in moved:
        reading.tell("row-moved", f"“{names[key]}”一行移动过，按行标记认出", f"A{found[key] + 1}")
    return found


def _written(reading: _Reading, line: int) -> str:
    """Quote what stands in a row that is not taken over, so that it is not lost."""
    names = ("review_actual", "score", "reason")
    told = (f"{COLUMNS[name]}“{text}”" for name in names if (text := reading.cell(line, name).text))
    quoted = "、".join(told)
    return f"；该行写着{quoted}" if quoted else ""


def _body(reading: _Reading) -> Iterator[int]:
    """Yield the lines between the headings and 合计."""
    below = False
    for line in sorted(reading.page.rows):
        first, key = reading.cell(line, "level1").text, reading.cell(line, "key").text
        if below and first == TOTAL and not key:
            return
        if below:
            yield line
        below = below or first == COLUMNS["level1"] or reading.cell(line, "name").text == COLUMNS["name"]


def _hold_against_form(reading: _Reading, line: int, row: WorkRow) -> None:
    """Name a cell of the unit's own that was changed in the sheet; what the unit's form prints stands."""
    name = reading.cell(line, "name")
    if squeeze(name.text) != squeeze(row.name):
        reading.tell("row-renamed", f"三级指标写作“{name.text}”，单位的表上是“{row.name}”，仍按原名", name.address)
    for column in ("weight", "self_score"):
        cell, printed = reading.cell(line, column), dict(row)[column]
        if (
            cell.formula is None
            and cell.number != (None if printed is None else Decimal(printed))
            and (cell.text or printed is not None)
        ):
            shown = "未填" if printed is None else plain(printed)
            message = f"{COLUMNS[column]}写作“{cell.text or '空'}”，单位的表上是{shown}，仍按单位的表"
            reading.tell("own-changed", message, cell.address)


def _ticked(reading: _Reading, line: int, row: WorkRow) -> Iterator[str]:
    offered = {tick.label for tick in row.ticks}
    for label, col in reading.ticks.items():
        cell = reading.page.rows.get(line, {}).get(col, _NONE)
        said = cell.text.strip().casefold()
        if said in _YES and label in offered:
            yield label
        elif said in _YES:
            reading.tell("tick-not-offered", f"“{row.name}”不适用“{label}”，没有采用", cell.address)
        elif said not in _NO:
            reading.tell("tick-unread", f"勾选栏写着“{cell.text}”，只认“{TICK}”和空白，没有采用", cell.address)


def _entry(reading: _Reading, line: int, row: WorkRow, index: int) -> HandEntry:
    score, formula = _score(reading, line, row, index)
    scored = row.model_copy(update={"hand": HandEntry(score=score)})
    reason = _reason(reading, line, scored)
    actual = reading.cell(line, "review_actual")
    by_hand = actual.formula is None and actual.text != (row.review_actual or "")
    return HandEntry(score=score, formula=formula, reason=reason, actual=actual.text if by_hand else None)


def _score(reading: _Reading, line: int, row: WorkRow, index: int) -> tuple[Decimal | None, str | None]:
    """Return the score a person wrote and the formula they wrote it by; None where the proposal stands."""
    cell = reading.cell(line, "score")
    if _is_own_formula(reading, cell):
        return None, None
    number = cell.number if cell.number is not None else typed_points(cell.text)
    if number is None:
        reading.tell(*_unread_score(row, cell), cell.address)
        return None, None
    if number > row.weight or number < 0:
        limit = f"超过分值{plain(row.weight)}" if number > row.weight else "小于0"
        reading.tell(
            "score-out",
            f"“{row.name}”复核得分{plain(number)}{limit}，没有采用，按建议得分{plain(row.proposed)}",
            cell.address,
        )
        return None, None
    if number == row.proposed:
        return None, None
    kept = cell.formula is not None and _stays(reading, cell, line, index)
    return number, f"={cell.formula}" if kept else None


def _unread_score(row: WorkRow, cell: FilledCell) -> tuple[str, str]:
    stands = f"按建议得分{plain(row.proposed)}"
    if cell.formula is not None:
        return (
            "formula-uncached",
            f"“{row.name}”复核得分的算式“={cell.formula}”没有算出得数，请用 Excel 或 WPS 打开保存一次；{stands}",
        )
    if not cell.text:
        return "score-blank", f"“{row.name}”复核得分是空的，{stands}"
    return "score-text", f"“{row.name}”复核得分写着“{cell.text}”，不是数，没有采用，{stands}"


def _is_own_formula(reading: _Reading, cell: FilledCell) -> bool:
    if cell.formula is None:
        return False
    own = letters(reading.columns.get("proposed", 0))
    return cell.formula.replace("$", "").lstrip("=").rstrip("0123456789") in ("", own)


def _stays(reading: _Reading, cell: FilledCell, line: int, index: int) -> bool:
    """Tell whether a person's formula means the same in the new workbook: plain sums, row and columns where they were."""
    own = column_letters(tick_labels(reading.sheet))
    here = {name: letters(col) for name, col in reading.columns.items()}
    placed = line == HEAD_ROW + 1 + index and all(own[name] == here[name] for name in here)
    if placed and cell.formula and _PLAIN_FORMULA.fullmatch(cell.formula):
        return True
    reading.tell(
        "formula-as-number", f"算式“={cell.formula}”换成了它的得数{plain(cell.number or Decimal(0))}", cell.address
    )
    return False


def _reason(reading: _Reading, line: int, row: WorkRow) -> str | None:
    """Return the reason a person wrote; None where the proposed one stands."""
    cell = reading.cell(line, "reason")
    proposed = reason_of(row)
    own = cell.formula is not None and (not cell.formula or _OWN_REASON in cell.formula)
    if own or not cell.text or cell.text == proposed:
        if not own and not cell.text:
            reading.tell("reason-blank", f"“{row.name}”扣分原因是空的，按建议写", cell.address)
        if BY_HAND in proposed:
            reading.tell("reason-wanted", f"“{row.name}”改了得分，没有写扣分原因，留作待补充", cell.address)
        return None
    stated = STATED.search(cell.text)
    taken = cents(row.lost / row.weight * 100) if row.weight else Decimal(0)
    if (stated and Decimal(stated[1]) != taken) or (not stated and row.lost > 0):
        said = f"写的是扣{stated[1]}%" if stated else "没有写扣百分之几"
        reading.tell(
            "reason-off", f"“{row.name}”扣分原因{said}，按得分是扣{plain(taken)}%，请核对；原文照留", cell.address
        )
    return cell.text
