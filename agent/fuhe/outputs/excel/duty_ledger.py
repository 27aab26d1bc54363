"""整改台账.xlsx: item, duty, deadline, feedback and state a line; written, filled in by people, and read back."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from fuhe.follow_up import DUTY_STATES, DutyItem, HandedDuty
from fuhe.outputs.excel.plain_list import TEXT_OPTIONS, head_list, height_of, looks_of, write_value
from fuhe.outputs.excel.row_heights import letters
from fuhe.outputs.worksheet_words import cells_in_words
from fuhe.readers.filled_book import FilledCell, FilledSheet, filled_sheets
from fuhe.records import Place, Problem
from fuhe.text import squeeze

LEDGER = "整改台账"
_HEADS: dict[str, tuple[str, float]] = {
    "number": ("序号", 5),
    "unit": ("实施单位", 16),
    "project": ("项目名称", 22),
    "what": ("整改事项", 48),
    "where": ("所在位置", 20),
    "advice": ("修改建议", 32),
    "owner": ("责任人", 10),
    "due": ("整改时限", 11),
    "feedback": ("单位反馈", 24),
    "state": ("状态", 9),
    "outcome": ("复查结果", 9),
    "key": ("事项标记（勿改）", 14),
}
_NAMES = list(_HEADS)
_HAND = ("owner", "due", "feedback")
_FIRST = 3
NOT_FOUND_AGAIN = "本次未再出现"


def to_ledger(items: Sequence[DutyItem], line: str) -> bytes:
    """Return the workbook; the columns people fill in are yellow, the state is picked from a list."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_OPTIONS) as book:
        book.set_properties({"title": LEDGER, "comments": line})
        looks, page = looks_of(book), book.add_worksheet(LEDGER)
        told = f"共 {len(items)} 项。黄底各栏由单位和复核人填写，状态从列表里选。"
        head_list(page, looks, "绩效自评整改台账", told, list(_HEADS.values()))
        page.set_column(_NAMES.index("key"), _NAMES.index("key"), 14, None, {"hidden": True})
        for row, item in enumerate(items, _FIRST):
            _item(page, looks, row, item)
        page.write_string(_FIRST + len(items) + 1, 0, line, looks["small"])
        page.autofilter(2, 0, max(2, _FIRST + len(items) - 1), len(_NAMES) - 2)
    return out.getvalue()


def _item(page: Any, looks: dict[str, Any], row: int, item: DutyItem) -> None:
    hand = item.hand
    values = {
        "number": row - _FIRST + 1,
        "unit": item.unit,
        "project": item.project,
        "what": item.what,
        "where": item.where or cells_in_words(item.cells),
        "advice": item.advice,
        "owner": hand.owner,
        "due": hand.due,
        "feedback": hand.feedback,
        "state": hand.state,
        "outcome": item.outcome,
        "key": item.key,
    }
    for col, name in enumerate(_NAMES):
        look = "reason" if name in (*_HAND, "state") else "centred" if name in ("number", "outcome") else "body"
        write_value(page, row, col, values[name], looks[look])
    state = _NAMES.index("state")
    page.data_validation(row, state, row, state, {"validate": "list", "source": list(DUTY_STATES)})
    page.set_row(row, height_of(list(values.values())[:-1], [width for _, width in _HEADS.values()]))


def read_ledger(data: bytes, items: Sequence[DutyItem]) -> tuple[list[DutyItem], list[Problem]]:
    """Return the items with what people wrote beside them; lines no longer found stay, every problem names its cell.

    Raises ReadError where the file is no workbook.
    """
    told: list[Problem] = []
    lines: dict[str, DutyItem] = {}
    for page in filled_sheets(data):
        lines.update(_read_page(page, told))
    if not lines:
        told.append(Problem(code="no-ledger", message="工作簿里没有整改台账的行（要有“事项标记”一栏），没有读。"))
    known = [item.model_copy(update={"hand": lines[item.key].hand}) if item.key in lines else item for item in items]
    here = {item.key for item in items}
    left = [line.model_copy(update={"outcome": NOT_FOUND_AGAIN}) for key, line in lines.items() if key not in here]
    return known + left, told


def _read_page(page: FilledSheet, told: list[Problem]) -> Iterator[tuple[str, DutyItem]]:
    titles = {title: name for name, (title, _) in _HEADS.items()}
    columns: dict[str, int] = {}
    met: dict[str, str] = {}
    for line in sorted(page.rows):
        row = page.rows[line]
        if not columns:
            found = {titles[cell.text]: col for col, cell in row.items() if cell.text in titles}
            columns = found if {"key", "what", "state"} <= set(found) else {}
            continue
        cells = {name: row.get(col) or FilledCell(f"{letters(col)}{line + 1}") for name, col in columns.items()}
        if item := _read_line(page.name, cells, met, told):
            yield item.key, item


def _read_line(sheet: str, cells: dict[str, FilledCell], met: dict[str, str], told: list[Problem]) -> DutyItem | None:
    def tell(code: str, message: str, name: str) -> None:
        told.append(Problem(code=code, message=message, place=Place(sheet=sheet, address=cells[name].address)))

    key, what = cells["key"].text, cells["what"].text
    if not key:
        if what:
            tell("row-added", f"“{what[:30]}”一行没有事项标记，不是台账里的，没有读。", "what")
        return None
    if key in met:
        tell("row-twice", f"“{what[:30]}”一行出现两次，只读了{met[key]}那一行。", "what")
        return None
    met[key] = cells["what"].address
    state = cells["state"].text or DUTY_STATES[0]
    if squeeze(state) not in DUTY_STATES:
        tell("state-unknown", f"状态写着“{state}”，只认{'、'.join(DUTY_STATES)}，按“{DUTY_STATES[0]}”。", "state")
        state = DUTY_STATES[0]
    texts = {name: cells[name].text if name in cells else "" for name in _NAMES}
    hand = HandedDuty(**{name: texts[name] for name in _HAND}, state=squeeze(state))
    kept = {name: texts[name] for name in ("project", "unit", "where", "what", "advice", "outcome")}
    return DutyItem(key=key, spot="", field="", hand=hand, **kept)
