"""修改对照: what a unit has changed in its own form, cell by cell, beside what is printed."""

from dataclasses import dataclass

from fastapi import APIRouter

from fuhe.drafts import Draft
from fuhe.outputs.in_words import cell_name
from fuhe.outputs.opinion_text import blanks_of
from fuhe.store.fillings import Filling
from fuhe.web.work.card import suggestion
from fuhe.web.work.open_form import Entry, Review

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Change:
    """One cell changed: its name and slot, the printed text, the new one, what is left to fill in."""

    entry: Entry
    named: str
    slot: str | None
    before: str
    after: str
    blanks: tuple[str, ...]


def changes(review: Review) -> list[Change]:
    """Return the cells the unit has changed, in the order of the findings; a later change of a cell stands."""
    if review.side != "fill":
        return []
    found: dict[str, Change] = {}
    for entry in review.entries:
        filling = entry.decision
        if isinstance(filling, Filling) and filling.field and filling.text:
            found[filling.field] = _change(review, entry, filling.field, filling.text)
    return list(found.values())


def _change(review: Review, entry: Entry, field: str, text: str) -> Change:
    printed = review.stored.form.text(field) or ""
    named = cell_name(review.stored.form.record, field)
    return Change(entry, named, review.marked.slot(field), printed, text, blanks_of(text))


def cells_of(review: Review, number: int) -> list[tuple[str, str, Change | None]]:
    """Return the cell a finding's change goes into as it now stands: its slot, the printed text, the change."""
    entry = review.entry(number)
    if entry is None or review.side != "fill":
        return []
    field = suggestion(review, entry)[0]
    slot = review.marked.slot(field)
    standing = {change.slot: change for change in changes(review)}
    return [(slot, _printed(review, slot), standing.get(slot))] if slot else []


def _printed(review: Review, wanted: str) -> str:
    marked = review.marked
    return next(
        slot.text
        for number, table in enumerate(marked.tables)
        for row, slots in enumerate(table.rows)
        for slot in slots
        if marked.slot_id(number, row, slot) == wanted
    )


def as_drafts(review: Review) -> tuple[Draft, ...]:
    """Return the changes as drafts, so that the unit's own Word file gets them as tracked changes."""
    return tuple(
        Draft(kind="reason", field=change.entry.decision.field, text=change.after, blanks=change.blanks)
        for change in changes(review)
        if isinstance(change.entry.decision, Filling) and change.entry.decision.field
    )
