"""What the queue can be narrowed by, with the number of forms of each."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, select

from fuhe.point import HINTS
from fuhe.pointing.phrasebook import kinds
from fuhe.store import schema
from fuhe.store.selection import COPIED, UNNAMED
from fuhe.web.access.admission import is_visible
from fuhe.web.roles import Person
from fuhe.web.work.queue import MINE, NOBODY, QueueQuery, is_different
from fuhe.web.work.state_words import STAGES

_UNITS_SHOWN, _KINDS_SHOWN = 8, 5
_FORM = schema.form.c
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Facet:
    """A line to narrow the queue by: its words, how many forms, the address, and whether it is in force."""

    label: str
    count: int
    address: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """Facets of one kind under a heading; the first `shown` are open to view."""

    heading: str
    facets: tuple[Facet, ...]
    shown: int = 99


def facets(connection: Connection, asked: QueueQuery, person: Person, batch_id: int) -> list[Facets]:
    """Return what to narrow the queue by, counted over the whole batch."""
    mine = and_(_FORM.current, _FORM.batch_id == batch_id, is_visible(person))
    return [
        Facets("状态", tuple(_stages(connection, asked, mine))),
        Facets("优先看", tuple(_first(connection, asked, mine))),
        Facets("要点", tuple(_points(connection, asked, mine, person)), _KINDS_SHOWN),
        Facets("单位", tuple(_units(connection, asked, mine)), _UNITS_SHOWN),
        Facets("复核人", tuple(_reviewers(connection, asked, mine, person))),
    ]


def _grouped(connection: Connection, column: ColumnElement[Name], where: ColumnElement[bool]) -> dict[Name, int]:
    rows = connection.execute(select(column, func.count()).where(where).group_by(column).order_by(func.count().desc()))
    return {row[0]: row[1] for row in rows}


def _facet(asked: QueueQuery, label: str, count: int, name: str, value: str) -> Facet:
    is_on = asked.words.get(name) == value
    return Facet(label, count, asked.address(**{name: None if is_on else value}), is_on)


def _stages(connection: Connection, asked: QueueQuery, mine: ColumnElement[bool]) -> list[Facet]:
    counts = _grouped(connection, _FORM.stage, mine)
    every = Facet("全部", sum(counts.values()), asked.address(state=None), asked.selection.state is None)
    return [every, *(_facet(asked, label, counts.get(stage, 0), "state", stage) for stage, label in STAGES.items())]


def _first(connection: Connection, asked: QueueQuery, mine: ColumnElement[bool]) -> list[Facet]:
    link, found = schema.batch_finding_form, schema.batch_finding.c
    copied = select(link.c.form_id).join(schema.batch_finding).where(found.code.in_(COPIED))
    first: tuple[tuple[str, str, str, ColumnElement[bool]], ...] = (
        ("有错误", "severity", "error", _FORM.errors > 0),
        ("执行率低于 90%", "rate", "-90", _FORM.rate < 0.9),
        ("总分与合计不符", "differs", "1", is_different()),
        ("与他表雷同", "copied", "1", _FORM.id.in_(copied)),
    )
    counts = connection.execute(select(*(func.count().filter(kind[3]) for kind in first)).where(mine)).one()
    return [_facet(asked, kind[0], count, kind[1], kind[2]) for kind, count in zip(first, counts, strict=True)]


def _points(connection: Connection, asked: QueueQuery, mine: ColumnElement[bool], person: Person) -> list[Facet]:
    """Return the kinds of points that weigh, most forms first; a unit is not told of what it was not handed."""
    point = schema.form_point.c
    counted = (
        select(point.kind, func.count(distinct(point.form_id)))
        .join(schema.form, _FORM.id == point.form_id)
        .where(mine, point.kind != HINTS)
        .group_by(point.kind)
    )
    found = [] if person.role == "filler" else connection.execute(counted).all()
    ranked = sorted(found, key=lambda row: (-row[1], row[0]))
    return [_facet(asked, kinds()[kind].judged, count, "point", kind) for kind, count in ranked]


def _units(connection: Connection, asked: QueueQuery, mine: ColumnElement[bool]) -> list[Facet]:
    counts = _grouped(connection, func.coalesce(_FORM.unit, ""), mine)
    return [_facet(asked, unit or UNNAMED, count, "unit", unit or UNNAMED) for unit, count in counts.items()]


def _reviewers(connection: Connection, asked: QueueQuery, mine: ColumnElement[bool], person: Person) -> list[Facet]:
    counts = _grouped(connection, _FORM.reviewer, mine)
    own = _facet(asked, "我的", counts.pop(person.name, 0), "reviewer", MINE)
    nobody = _facet(asked, "未分派", counts.pop(None, 0), "reviewer", NOBODY)
    return [own, nobody, *(_facet(asked, name, count, "reviewer", name) for name, count in counts.items())]
