"""What a page says of an open form beside its findings: the figures of its head, doubts about the reading, the version before."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from fuhe.findings import Decision, Finding
from fuhe.records import FundingRow, Place, Problem
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.superseding import unchanged
from fuhe.store.versions import form_facts, standing_version
from fuhe.text import is_blank, one_line
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.queue import WRONG_TOTAL

SEEN = "doubts"
"""The line of the trail that says somebody has gone through what could not be read for certain."""


def newer(connection: Connection, form_id: int) -> int | None:
    """Return the version that stands in the place of one that does not, None where none does."""
    row = form_facts(connection, form_id)
    stands = standing_version(connection, row) if row is not None else None
    if stands is not None:
        return stands
    table = schema.form.c  # read in another way the same form may have another name
    following = select(table.id).where(table.replaces == form_id, table.current).limit(1)
    read_anew: int | None = connection.execute(following).scalar()
    return read_anew


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided on the version before, and what the corrected form shows of it now."""

    finding: Finding
    decision: Decision
    changed: bool
    moved: bool = False

    @property
    def told(self) -> str:
        """Say it in a word: gone, still there with other figures, or as it was."""
        return "已改" if self.changed else "改过，待再看" if self.moved else "未改"


def earlier(connection: Connection, seen: OpenForm) -> list[Earlier]:
    """Return the opinions on the version before, those that were followed first; a unit those it was handed."""
    before = seen.current.row.replaces
    stored = next(iter(load_forms(connection, [before])), None) if before else None
    if stored is None or (seen.side == "fill" and stored.row.stage not in ("returned", "closed")):
        return []
    there = {entry.finding.fingerprint for entry in seen.findings}
    moved = there - unchanged(stored.findings, (entry.finding for entry in seen.findings))
    told = [
        Earlier(finding, decision, finding.fingerprint not in there, finding.fingerprint in moved)
        for finding in stored.findings
        if (decision := stored.decisions.get(finding.fingerprint)) and decision.state != "dismissed"
    ]
    return sorted(told, key=lambda entry: not entry.changed)


def unread(connection: Connection, seen: OpenForm) -> bool:
    """Tell whether there are doubts about the reading that nobody has gone through yet."""
    if not seen.problems:
        return False
    table = schema.audit
    gone_through = select(table.c.id).where(table.c.form_id == seen.id, table.c.action == SEEN).limit(1)
    return connection.execute(gone_through).scalar() is None


def doubted(seen: OpenForm) -> dict[str, str]:
    """Return the cells to flag: settled but not printed there, or named by what the reader says."""
    slots = {seen.marked.ids.get(field): "（缺）" for field in seen.current.form.inferred if _is_empty(seen, field)}
    slots |= {slot: "？" for problem in seen.problems for slot in slots_of(seen, problem)}
    return {slot: sign for slot, sign in slots.items() if slot}


def slots_of(seen: OpenForm, problem: Problem) -> list[str]:
    """Return the cells to flag for what the reader says: those of its fields, else the one printed there or next to it in its row."""
    named = [slot for field in _fields_at(seen, problem) if (slot := seen.marked.slot(field))]
    printed = [] if named or problem.place is None else _printed_at(seen, problem.place)
    return list(dict.fromkeys(named or printed))


def _printed_at(seen: OpenForm, place: Place) -> list[str]:
    cells = seen.marked.form.cells
    beside = [cell for cell in cells if cell.place == place or _row_of(cell.place) == _row_of(place) is not None]
    if not beside:
        return []
    near = min(beside, key=lambda cell: (cell.place != place, abs((cell.place.col or 0) - (place.col or 0))))
    tables = sorted({cell.table for cell in cells})
    return [f"c{tables.index(near.table)}-{near.row - 1}-{near.col}"]


def _row_of(place: Place) -> tuple[int | str | None, ...] | None:
    """Return what the places of a printed row have in common, None where a place names no row."""
    if place.row is None and place.line is None:
        return None
    return (place.sheet, place.page, place.table, place.row, place.line)


def _is_empty(seen: OpenForm, field: str) -> bool:
    """Tell whether the form prints a cell of its own for a field and leaves it empty."""
    slot = seen.marked.ids.get(field)
    printed = {
        seen.marked.slot_id(number, row, cell): cell.text
        for number, table in enumerate(seen.marked.tables)
        for row, cells in enumerate(table.rows)
        for cell in cells
    }
    return slot is not None and not printed.get(slot, "").strip()


def _fields_at(seen: OpenForm, problem: Problem) -> list[str]:
    place = problem.place
    return [] if place is None else [field for field, at in seen.current.form.places.items() if at == place]


class FormFacts(NamedTuple):
    """The stated total, the points added up, execution, and the money of the first row of funding it is worked out from."""

    total: str | None
    summed: float | None
    differs: bool
    blank_score: bool
    rate: float | None
    money: str


def facts_of(seen: OpenForm) -> FormFacts:
    """Return the three figures of the header: stated total, points added up, execution."""
    row = seen.current.row
    funding = seen.current.form.record.funding
    first = funding[0] if funding else None
    blank_score = bool(first and first.weight and is_blank(first.score))
    return FormFacts(
        total=row.total,
        summed=row.summed,
        differs=any(entry.finding.code == WRONG_TOTAL for entry in seen.findings),
        blank_score=blank_score and row.summed is not None,
        rate=row.rate,
        money=_money(first, seen.current.form.record.fund_unit or "万元") if first else "",
    )


def _money(row: FundingRow, unit: str) -> str:
    """Set what was spent over what was budgeted, the unit said once; nothing where either is not printed."""
    if not row.executed or not row.full_year_budget:
        return ""
    parts = [_AMOUNT.fullmatch(one_line(text).replace(" ", "")) for text in (row.executed, row.full_year_budget)]
    if not all(parts):
        return f"{one_line(row.executed)}／{one_line(row.full_year_budget)}"
    (spent, one), (budget, other) = (part.groups() for part in parts if part)
    if one == other:
        return f"{spent}／{budget}{_whole(other) or unit}"
    return f"{spent}{_whole(one) or unit}／{budget}{_whole(other) or unit}"


_AMOUNT = re.compile(r"([\d,，.]+)((?:亿|千万|百万|万|千)?元?)")


def _whole(printed: str) -> str:
    return printed if not printed or printed.endswith("元") else f"{printed}元"
