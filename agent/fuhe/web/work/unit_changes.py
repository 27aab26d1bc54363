"""修改对照: what a unit has changed in its own form, cell by cell, beside what is printed."""

from dataclasses import dataclass

from fastapi import APIRouter

from fuhe.drafts import Draft
from fuhe.outputs.in_words import cell_name
from fuhe.outputs.opinion_text import blanks_of
from fuhe.store.fillings import Filling
from fuhe.web.work.card import suggestion
from fuhe.web.work.open_form import MarkedFinding, OpenForm

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell changed: its name and slot, the printed text, the new one, what is left to fill in."""

    marked: MarkedFinding
    named: str
    slot: str | None
    before: str
    after: str
    blanks: tuple[str, ...]


def changes(seen: OpenForm) -> list[CellChange]:
    """Return the cells the unit has changed, in the order of the findings; a later change of a cell stands."""
    if seen.side != "fill":
        return []
    found: dict[str, CellChange] = {}
    for entry in seen.findings:
        filling = entry.decision
        if isinstance(filling, Filling) and filling.field and filling.text:
            found[filling.field] = _change(seen, entry, filling.field, filling.text)
    return list(found.values())


def _change(seen: OpenForm, entry: MarkedFinding, field: str, text: str) -> CellChange:
    printed = seen.current.form.text(field) or ""
    named = cell_name(seen.current.form.record, field)
    return CellChange(entry, named, seen.marked.slot(field), printed, text, blanks_of(text))


def cells_of(seen: OpenForm, fingerprint: str) -> list[tuple[str, str, CellChange | None]]:
    """Return the cell a finding's change goes into as it now stands: its slot, the printed text, the change."""
    entry = seen.named(fingerprint)
    if entry is None or seen.side != "fill":
        return []
    field = suggestion(seen, entry)[0]
    slot = seen.marked.slot(field)
    standing = {change.slot: change for change in changes(seen)}
    return [(slot, _printed(seen, slot), standing.get(slot))] if slot else []


def _printed(seen: OpenForm, wanted: str) -> str:
    marked = seen.marked
    return next(
        slot.text
        for number, table in enumerate(marked.tables)
        for row, slots in enumerate(table.rows)
        for slot in slots
        if marked.slot_id(number, row, slot) == wanted
    )


def as_drafts(seen: OpenForm) -> tuple[Draft, ...]:
    """Return the changes as drafts, so that the unit's own Word file gets them as tracked changes."""
    return tuple(
        Draft(kind="reason", field=change.marked.decision.field, text=change.after, blanks=change.blanks)
        for change in changes(seen)
        if isinstance(change.marked.decision, Filling) and change.marked.decision.field
    )
