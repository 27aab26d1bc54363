"""Which values of a form stand in cells that could not be read: no finding may rest on them."""

from collections.abc import Iterator

from fuhe.records import Form, Place, Record

_LONE = tuple(name for name, field in Record.model_fields.items() if field.default is None)
_TOTALS = {"weight": "total_weight", "score": "total_score"}
_Spot = tuple[object, ...]


def marked(form: Form, unread: frozenset[Place]) -> Form:
    """Return the form with the field paths of its unread cells."""
    fields = _fields(form, unread) if unread else ()
    return form.model_copy(update={"unread": tuple(dict.fromkeys(fields))}) if fields else form


def _fields(form: Form, unread: frozenset[Place]) -> list[str]:
    found = [field for field, place in form.places.items() if place in unread]
    inside = {cell.place for cell in form.cells}
    placed = set(form.places.values())
    left = [place for place in unread if place not in placed and (place in inside or not inside)]
    for place in left:
        found += list(_crossing(form, place)) or list(_without_place(form))
    return found


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
    try:
        return form.text(field) is None
    except (KeyError, IndexError):
        return False


def _across(place: Place) -> _Spot:
    return place.table, place.sheet, place.row, place.line


def _down(place: Place) -> _Spot:
    return place.table, place.sheet, place.col, place.cell
