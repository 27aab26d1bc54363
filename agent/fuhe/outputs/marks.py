"""Findings set on a form's table: a number a finding, its mark on the cell it is at, evidence on the others."""

from collections import defaultdict
from dataclasses import dataclass, field

from fuhe.findings import Finding, worst_first
from fuhe.outputs.contract import FormReport
from fuhe.outputs.layout import Slot, Table, layout, nearest


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered finding; `slots` are the cells it rests on, the first the one it is at, None where not printed."""

    number: int
    finding: Finding
    slots: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class MarkedForm:
    """A form to show: its tables, its numbered findings, and which marks stand in which cell."""

    form: FormReport
    tables: tuple[Table, ...]
    marks: tuple[Mark, ...]
    at: dict[str, tuple[Mark, ...]]
    ids: dict[str, str] = field(default_factory=dict)

    def slot(self, name: str) -> str | None:
        """Return the cell a field is printed in, else the cell that names its row."""
        return _slot(self.ids, name)

    def slot_id(self, table: int, row: int, slot: Slot) -> str:
        """Name a cell of a table of this form."""
        return f"c{table}-{row}-{slot.col}"


def marked(form: FormReport) -> MarkedForm:
    """Number a form's findings, worst first, and find every cell they name in its tables."""
    tables = layout(form.record, form.places, form.cells)
    ids: dict[str, str] = {}
    for table_index, table in enumerate(tables):
        for row_index, row in enumerate(table.rows):
            for slot in row:
                for name in slot.fields:
                    ids.setdefault(name, f"c{table_index}-{row_index}-{slot.col}")
    marks = tuple(
        Mark(number, finding, tuple(_slot(ids, cell.field) for cell in finding.cells))
        for number, finding in enumerate(worst_first(form.findings or ()), 1)
    )
    at: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.slots and mark.slots[0]:
            at[mark.slots[0]].append(mark)
    return MarkedForm(form, tables, marks, {slot: tuple(found) for slot, found in at.items()}, ids)


def _slot(ids: dict[str, str], name: str) -> str | None:
    return next((ids[near] for near in nearest(name) if near in ids), None)
