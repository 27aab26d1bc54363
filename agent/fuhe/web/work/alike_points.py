"""A kind of point over the forms of a batch: those that say the same stand together and are decided at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, distinct, func, select

from fuhe.findings import Decision
from fuhe.point import SHARED, Point
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import kinds, words
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.decisions import BULK_POINT, decide_together, last_line, note
from fuhe.store.selection import Selection, chosen
from fuhe.web.access.admission import is_visible
from fuhe.web.access.form_holder import standing
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.deciding import begun
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import OpenForm, hints_shared, opened

_GROUPS = 30
_AT_ONCE = 20
"""Forms decided in one go: what others at work wait for."""


@dataclass(frozen=True, slots=True)
class AlikePoints:
    """Points of one kind that say the same of other figures: on how many forms, with what stake, and how one of them reads."""

    shape: str
    forms: int
    stake: float
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PointOfForm:
    """A point of one of the forms; `held` is who else is at work on the form."""

    seen: OpenForm
    stop: Stop
    held: str | None


@dataclass(frozen=True)
class PointsAsked:
    """Which points of a batch are meant: of a kind, and of a shape where one is named."""

    batch: int
    kind: str
    shape: str = ""

    @property
    def name(self) -> str:
        """What they are called."""
        return kinds()[self.kind].judged or words()[self.kind]


def groups(connection: Connection, person: Person, asked: PointsAsked) -> list[AlikePoints]:
    """Return the points of a kind by what they say, what stands on most forms first."""
    point = schema.form_point.c
    rows = connection.execute(
        select(
            point.shape, func.count(distinct(point.form_id)).label("forms"), func.sum(point.stake).label("stake"),
            func.min(point.form_id).label("first"),
        )
        .join(schema.form, schema.form.c.id == point.form_id)
        .where(_within(person, asked), point.kind == asked.kind)
        .group_by(point.shape)
        .order_by(func.count(distinct(point.form_id)).desc(), point.shape)
        .limit(_GROUPS)
    ).all()  # fmt: skip
    found = []
    for row in rows:
        (current,) = load_forms(connection, [row.first])
        for said in _shaped(connection, current, asked.kind, row.shape)[:1]:
            found.append(AlikePoints(row.shape, row.forms, row.stake, said.headline, said.text))
    return found


def _shaped(connection: Connection, current: CurrentForm, kind: str, shape: str) -> list[Point]:
    """Return a form's points of a kind that are kept under a shape, by their order: an older program may have said them otherwise."""
    point = schema.form_point.c
    kept = select(point.shape).where(point.form_id == current.row.id, point.kind == kind).order_by(point.number)
    points = [one for one in form_points(current.form.record, current.findings) if one.kind == kind]
    shapes = connection.execute(kept).scalars()
    return [one for one, its in zip(points, shapes, strict=False) if its == shape]


def _within(person: Person, asked: PointsAsked) -> ColumnElement[bool]:
    return chosen(Selection(batch=asked.batch)) & is_visible(person)


def forms_with(connection: Connection, desk: Desk, person: Person, asked: PointsAsked) -> list[int]:
    """Return the forms with such a point, by unit."""
    form, point, finding = schema.form.c, schema.form_point.c, schema.finding.c
    if asked.kind == SHARED:
        codes = list(hints_shared(connection, desk, asked.batch))
        having = select(finding.form_id).where(finding.code.in_(codes), finding.severity == "info")
    elif asked.shape:
        having = select(point.form_id).where(point.kind == asked.kind, point.shape == asked.shape)
    else:
        of_kind = chosen(Selection(batch=asked.batch, point=asked.kind))
        having = select(form.id).where(of_kind)
    query = select(form.id).where(_within(person, asked), form.id.in_(having)).order_by(form.unit, form.id)
    return list(connection.execute(query).scalars())


def alike_elsewhere(connection: Connection, person: Person, seen: OpenForm, kind: str) -> tuple[str, int]:
    """Return the shape of a form's only point of a kind and on how many other forms of the batch it stands."""
    point, batch = schema.form_point.c, seen.current.row.batch_id
    own = connection.execute(select(point.shape).where(point.form_id == seen.id, point.kind == kind)).scalars().all()
    if len(own) != 1:
        return "", 0
    others = (
        select(func.count(distinct(point.form_id)))
        .join(schema.form, schema.form.c.id == point.form_id)
        .where(_within(person, PointsAsked(batch, kind)), point.kind == kind, point.shape == own[0])
    )
    return own[0], connection.execute(others).scalar_one() - 1


def points_on(
    connection: Connection, desk: Desk, person: Person, ids: Sequence[int], asked: PointsAsked
) -> Iterator[PointOfForm]:
    """Yield the points that are meant on some forms."""
    for form_id in ids:
        seen = opened(connection, desk, person, form_id, "review")
        for stop in _stops(connection, seen, asked):
            yield PointOfForm(seen, stop, seen.held_by)


def _stops(connection: Connection, seen: OpenForm, asked: PointsAsked) -> list[Stop]:
    stops = stops_of(seen)
    if not asked.shape:
        return [stop for stop in stops.cards if stop.kind == asked.kind]
    points = _shaped(connection, seen.current, asked.kind, asked.shape)
    found = [stops.holding(seen.current.findings[point.facts[0]].fingerprint) for point in points]
    return [stop for stop in found if stop is not None]


def decide_alike(desk: Desk, person: Person, ids: Sequence[int], asked: PointsAsked, decision: Decision) -> int:
    """Decide the open points that are meant on some forms, those nobody else is at work on; return the number of the step.

    It goes in parts, so that others at work wait for none of them long; the step begins with the first line of the trail
    after `since`.
    """
    forms, points = set[int](), 0
    with desk.store.reading() as connection:
        since = last_line(connection)
    for first in range(0, len(ids), _AT_ONCE):
        with desk.store.writing() as connection:
            for one in points_on(connection, desk, person, ids[first : first + _AT_ONCE], asked):
                if _is_decided(connection, desk, person, one, decision):
                    forms.add(one.seen.id)
                    points += 1
    told = {"forms": len(forms), "points": points, "state": decision.state, "reason": decision.reason, "since": since}
    with desk.store.writing() as connection:
        return note(connection, "bulk-points", by=person.name, at=desk.now(), batch_id=asked.batch, after=told)


def _is_decided(connection: Connection, desk: Desk, person: Person, one: PointOfForm, decision: Decision) -> bool:
    """Decide an open point and tell so; it stays as it is where somebody else is at work on the form."""
    holder = standing(connection, one.seen.id, person, desk.clock())
    if one.stop.state != "open" or (holder is not None and not holder.is_mine):
        return False
    kept = dict.fromkeys((e.finding.fingerprint for e in one.stop.entries if e.state == "open"), decision)
    decide_together(connection, one.seen.id, next(iter(kept)), kept, by=person.name, at=desk.now(), action=BULK_POINT)
    begun(connection, one.seen)
    return True
