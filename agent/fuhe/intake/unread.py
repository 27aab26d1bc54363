"""Which values of a form stand in cells that could not be read: no finding may rest on them."""

import re
from collections.abc import Iterator

from fuhe.records import Form, FundingRow, Indicator, Place, Record

_LONE = tuple(name for name, field in Record.model_fields.items() if field.default is None)
_TOTALS = {"weight": "total_weight", "score": "total_score"}
_BAR = re.compile("[|｜]")
_Spot = tuple[object, ...]


def marked(form: Form, unread: frozenset[Place]) -> Form:
    """Return the form with the field paths of its unread cells."""
    fields = _fields(form, unread) if unread else ()
    return form.model_copy(update={"unread": tuple(dict.fromkeys(fields))}) if fields else form


def _fields(form: Form, unread: frozenset[Place]) -> list[str]:
    found = [field for field, place in form.places.items() if place in unread]
    found += [absent for field in found if _BAR.search(_text(form, field)) for absent in _absent_beside(form, field)]
    inside = {cell.place for cell in form.cells}
    placed = set(form.places.values())
    left = [place for place in unread if place not in placed and (place in inside or not inside)]
    for place in left:
        found += list(_crossing(form, place)) or list(_without_place(form))
    return found


def _absent_beside(form: Form, field: str) -> Iterator[str]:
    """Yield the fields of a row that are read nowhere: they may stand behind a ruling that was taken for a letter."""
    row = field.rpartition(".")[0]
    block = row.partition("[")[0]
    names = {"funding": tuple(FundingRow.model_fields), "indicators": tuple(Indicator.model_fields)}
    if block in names:
        yield from (f"{row}.{name}" for name in names[block] if _has(form, f"{row}.{name}"))


def _crossing(form: Form, place: Place) -> Iterator[str]:
    """Yield the fields of the row a cell is in that other rows print in its column."""
    names = {_name(field) for field, other in form.places.items() if _down(other) == _down(place)}
    for field, other in form.places.items():
        if _across(other) != _across(place):
            continue
        row = field.rpartition(".")[0]
        if row:
            yield from (f"{row}.{name}" for name in names if _has(form, f"{row}.{name}"))
        elif field in _TOTALS.values():
            yield from (_TOTALS[name] for name in names if name in _TOTALS)


def _without_place(form: Form) -> Iterator[str]:
    """Yield the fields that may stand in a cell nothing else tells about: those read nowhere."""
    return (name for name in _LONE if form.text(name) is None)


def _name(field: str) -> str:
    return field.rpartition(".")[2]


def _has(form: Form, field: str) -> bool:
    """Tell whether a form has a field and nothing was read in it."""
    try:
        return form.text(field) is None
    except (KeyError, IndexError):
        return False


def _text(form: Form, field: str) -> str:
    """Return what was read in a field; nothing for a place that is no field of the record, as that of an unknown column."""
    try:
        return form.text(field) or ""
    except (KeyError, IndexError):
        return ""


def _across(place: Place) -> _Spot:
    return place.table, place.sheet, place.row, place.line


def _down(place: Place) -> _Spot:
    return place.table, place.sheet, place.col, place.cell
