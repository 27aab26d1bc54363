"""The points of a stored batch by kind: worked out again from the stored findings, in how many forms and with what stake."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from fuhe.outputs.figures import CommonPoint, FormLine
from fuhe.point import HINTS, SHARED, THEMES, Point
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import kinds, phrasing, theme_names
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.form_lines import lines_by_id
from fuhe.store.selection import Selection, chosen

_AT_ONCE = 200


class FormPoint(NamedTuple):
    """A point that is more than a hint: the form, the kind, the score points that rest on it."""

    form_id: int
    kind: str
    stake: float


class PointSums:
    """Points by kind, added up as they come: in which forms, and with what stake."""

    def __init__(self) -> None:
        self.stakes, self.forms = defaultdict[str, float](float), defaultdict[str, set[int]](set)

    def add(self, points: Iterable[FormPoint]) -> None:
        """Count some points."""
        for form_id, kind, stake in points:
            self.stakes[kind] += stake
            self.forms[kind].add(form_id)


def points_counted(form_id: int, points: Iterable[Point] | None) -> Iterator[FormPoint]:
    """Yield the points of a form that an overview counts."""
    for point in points or ():
        if point.kind not in (HINTS, SHARED):
            yield FormPoint(form_id, point.kind, point.stake or 0)


def common_points(
    connection: Connection, whole: Selection, most: int, own: PointSums | None = None
) -> tuple[tuple[CommonPoint, ...], dict[str, tuple[FormLine, ...]]]:
    """Return the kinds of points of a batch by theme and stake, and the first `most` forms of each by its query string.

    `own` are the points of its forms, where somebody has them; what shows between forms is added to them.
    """
    if own is None:
        own = PointSums()
        own.add(_own(connection, whole))
    own.add(_across(connection, whole))
    stakes, forms = own.stakes, own.forms
    told = sorted(forms, key=lambda kind: (THEMES.index(kinds()[kind].theme), -stakes[kind], -len(forms[kind]), kind))
    points = tuple(
        CommonPoint(
            theme=theme_names()[kinds()[kind].theme],
            name=kinds()[kind].judged,
            forms=len(forms[kind]),
            stake=stakes[kind],
            query=f"point={kind}",
        )
        for kind in told
    )
    known = lines_by_id(connection, (form_id for found in forms.values() for form_id in found))
    return points, {f"point={kind}": _worst([known[one] for one in forms[kind]], most) for kind in told}


def _own(connection: Connection, whole: Selection) -> Iterator[FormPoint]:
    """Work out the points of every form."""
    ids = list(connection.execute(select(schema.form.c.id).where(chosen(whole)).order_by(schema.form.c.id)).scalars())
    for start in range(0, len(ids), _AT_ONCE):
        for current in load_forms(connection, ids[start : start + _AT_ONCE]):
            yield from points_counted(current.row.id, form_points(current.form.record, current.findings))


def _across(connection: Connection, whole: Selection) -> Iterator[FormPoint]:
    """Yield what shows between forms, for each of them."""
    across, link = schema.batch_finding, schema.batch_finding_form
    rows = connection.execute(
        select(link.c.form_id, across.c.code)
        .join(across, across.c.id == link.c.batch_finding_id)
        .join(schema.form, schema.form.c.id == link.c.form_id)
        .where(chosen(whole), across.c.batch_id == whole.batch, across.c.severity != "info")
    )
    yield from (FormPoint(form_id, phrasing(code).kind, 0.0) for form_id, code in rows)


def _worst(lines: list[FormLine], most: int) -> tuple[FormLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.errors, -line.warnings, line.form_id))[:most])
