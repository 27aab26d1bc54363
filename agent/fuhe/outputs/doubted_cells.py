"""The cells of a scanned form a person should hold against the page: what was read in each and what is said of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from fuhe.outputs.in_words import cell_name, where
from fuhe.records import Form, Place, Problem, Record

CODES = ("unsure", "repaired")


@dataclass(frozen=True, slots=True)
class DoubtedCell:
    """A cell to look at: its place and field, what it is called, what was read in it, and why it is doubted."""

    place: Place
    field: str | None
    named: str
    text: str
    told: str
    repaired: bool = False


def doubted_cells(form: Form, problems: Iterable[Problem]) -> tuple[DoubtedCell, ...]:
    """Return the doubted cells of one form in reading order; those of other forms in the same file are left out."""
    texts = {cell.place: cell.text for cell in form.cells}
    fields = {place: field for field, place in reversed(form.places.items())}
    told = {problem.place: problem for problem in problems if problem.code in CODES and problem.place is not None}
    wanted = dict.fromkeys([*told, *(form.places[field] for field in form.unread if field in form.places)])
    return tuple(
        _cell(form.record, place, fields.get(place), texts.get(place), told.get(place))
        for place in sorted(wanted, key=_order)
        if place.page is not None and place.box is not None and (place in texts or place in fields)
    )


def _cell(record: Record, place: Place, field: str | None, text: str | None, problem: Problem | None) -> DoubtedCell:
    named = cell_name(record, field) if field else where(place)
    is_repaired = problem is not None and problem.code == "repaired"
    said = problem.message if problem is not None and is_repaired else "没有认准"
    return DoubtedCell(place, field, named, text or "", said, is_repaired)


def _order(place: Place) -> tuple[int, int, int, int]:
    return place.page or 0, place.table or 0, place.row or 0, place.col or 0
