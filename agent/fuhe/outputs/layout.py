"""The form as the unit knows it: the printed cells with the fields they hold, or the national layout where none were kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fuhe.records import LABELS, Indicator, Place, PrintedCell, Record

_FUND_FIELDS = ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
_ROW_FIELDS = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
_FURTHER_FIELDS = ("last_actual", "scoring_rule", "evidence", "review_score")
_WIDTH = len(_ROW_FIELDS)


_NEAREST = ("name", "label", "level2", "level1", "target", "actual", "score")


def nearest(field: str) -> tuple[str, ...]:
    """Return the field itself and, where it is not printed, the cells that name its row, nearest first."""
    row, dot, _ = field.rpartition("].")
    return (field, *(f"{row}].{name}" for name in _NEAREST)) if dot else (field,)


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell to show; `fields` are the field paths whose value stands in it. Columns count from 1."""

    text: str
    col: int
    colspan: int = 1
    rowspan: int = 1
    fields: tuple[str, ...] = ()
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of slots, top down; `rebuilt` tells that the national layout stands in for the unit's own."""

    rows: tuple[tuple[Slot, ...], ...]
    width: int
    rebuilt: bool = False

    def slots(self) -> Iterable[Slot]:
        """Return every slot in reading order."""
        return (slot for row in self.rows for slot in row)


def layout(record: Record, places: Mapping[str, Place], cells: Sequence[PrintedCell]) -> tuple[Table, ...]:
    """Return the tables of a form to show, own cells where they are known."""
    return tuple(_own(places, cells)) if cells else (_national(record),)


def _own(places: Mapping[str, Place], cells: Sequence[PrintedCell]) -> Iterable[Table]:
    fields: dict[Place, list[str]] = defaultdict(list)
    for field, place in places.items():
        fields[place].append(field)
    for number in sorted({cell.table for cell in cells}):
        rows: dict[int, list[Slot]] = defaultdict(list)
        for cell in cells:
            if cell.table == number:
                held = tuple(fields.get(cell.place, ()))
                rows[cell.row].append(Slot(cell.text, cell.col, cell.colspan, cell.rowspan, held, not held))
        shown = tuple(tuple(rows.get(row, ())) for row in range(1, max(rows) + 1))
        yield Table(shown, max(slot.col + slot.colspan - 1 for row in shown for slot in row))


def _national(record: Record) -> Table:
    further = [name for name in _FURTHER_FIELDS if any(dict(row)[name] for row in record.indicators)]
    width = _WIDTH + len(further)
    rows = [
        [_label("project", 1), _value(record, "project", 2, width - 1)],
        [
            _label("department", 1),
            _value(record, "department", 2, 3),
            _label("unit", 5),
            _value(record, "unit", 6, width - 5),
        ],
        *_funding(record, width),
        *_goals(record, width),
        *_indicators(record, (*_ROW_FIELDS, *further)),
        *_total(record, width),
        *_remarks(record, width),
    ]
    return Table(tuple(tuple(row) for row in rows), width, rebuilt=True)


def _label(name: str, col: int, colspan: int = 1, rowspan: int = 1) -> Slot:
    return Slot(LABELS[name], col, colspan, rowspan, head=True)


def _value(record: Record, name: str, col: int, colspan: int = 1) -> Slot:
    return Slot(getattr(record, name) or "", col, colspan, fields=(name,))


def _funding(record: Record, width: int) -> list[list[Slot]]:
    if not record.funding:
        return []
    side = Slot(f"项目资金（{record.fund_unit or '万元'}）", 1, 1, len(record.funding) + 1, head=True)
    last = width - _WIDTH + 1
    heads = [
        _label(name, col, last if name == "score" else 1) for col, name in enumerate(("label", *_FUND_FIELDS), start=2)
    ]
    rows = [[side, *heads]]
    for index, row in enumerate(record.funding):
        values = dict(row)
        rows.append(
            [
                Slot(values[name] or "", col, last if name == "score" else 1, fields=(f"funding[{index}].{name}",))
                for col, name in enumerate(("label", *_FUND_FIELDS), start=2)
            ]
        )
    return rows


def _goals(record: Record, width: int) -> list[list[Slot]]:
    if record.goal is None and record.outcome is None:
        return []
    half = (width - 1) // 2
    side = Slot("年度总体目标", 1, 1, 2, head=True)
    return [
        [side, _label("goal", 2, half), _label("outcome", 2 + half, width - 1 - half)],
        [_value(record, "goal", 2, half), _value(record, "outcome", 2 + half, width - 1 - half)],
    ]


def _indicators(record: Record, names: Sequence[str]) -> list[list[Slot]]:
    rows = [[_label(name, col) for col, name in enumerate(names, start=1)]] if record.indicators else []
    for index, row in enumerate(record.indicators):
        values = dict(row)
        slots = []
        for col, name in enumerate(names, start=1):
            run = _run(record.indicators, index, name)
            if run:
                held = tuple(f"indicators[{index + below}].{name}" for below in range(run))
                slots.append(Slot(values[name] or "", col, 1, run, held))
        rows.append(slots)
    return rows


def _run(rows: Sequence[Indicator], index: int, name: str) -> int:
    """Return how many rows a merged level cell covers from here, 0 inside one; other cells stand for themselves."""
    if name not in ("level1", "level2"):
        return 1
    here = _levels(rows[index], name)
    if not here[-1]:
        return 1
    if index and _levels(rows[index - 1], name) == here:
        return 0
    following = (below for below in range(index, len(rows)) if _levels(rows[below], name) != here)
    return next(following, len(rows)) - index


def _levels(row: Indicator, name: str) -> tuple[str | None, ...]:
    return (row.level1,) if name == "level1" else (row.level1, row.level2)


def _total(record: Record, width: int) -> list[list[Slot]]:
    if record.total_weight is None and record.total_score is None:
        return []
    label = Slot("总分", 1, 5, head=True)
    rest = Slot(
        f"等级：{record.grade}" if record.grade else "", 8, width - 7, fields=("grade",) if record.grade else ()
    )
    return [[label, _value(record, "total_weight", 6), _value(record, "total_score", 7), rest]]


def _remarks(record: Record, width: int) -> list[list[Slot]]:
    return [
        [Slot(box.label, 1, head=True), Slot(box.text or "", 2, width - 1, fields=(f"remarks[{index}].text",))]
        for index, box in enumerate(record.remarks)
    ]
