"""The queue of forms: which of a batch, in what order, how far each has come, and the counts to narrow it by."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Form
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from fuhe.errors import UsageError
from fuhe.pointing.phrasebook import kinds
from fuhe.records import FORM_TYPES, FileStatus, FormType
from fuhe.rules import FAMILIES
from fuhe.store import schema
from fuhe.store.decisions import POINT
from fuhe.store.rows import FormRow, fetch, fetch_one, select_of
from fuhe.store.selection import Selection, chosen
from fuhe.web.access.admission import At, Who, is_visible
from fuhe.web.roles import Person

PAGE = 100
_FORM = schema.form.c
SORTS: dict[str, tuple[str, tuple[ColumnElement[object] | ColumnElement[bool], ...]]] = {
    "worst": ("先看问题重的", (_FORM.errors.desc(), _FORM.warnings.desc(), _FORM.infos.desc(), _FORM.id)),
    "open": ("先看没处理完的", ((_FORM.errors + _FORM.warnings + _FORM.infos - _FORM.settled).desc(), _FORM.id)),
    "score": ("填报总分从高到低", (_FORM.score.desc(), _FORM.id)),
    "rate": ("执行率从低到高", (_FORM.rate.is_(None), _FORM.rate, _FORM.id)),
    "unit": ("按单位", (_FORM.unit, _FORM.id)),
    "order": ("按放入的先后", (_FORM.id,)),
}
WRONG_TOTAL = "A002"
_YEAR = re.compile(r"20\d\d")
MINE, NOBODY = "me", "none"


@dataclass(frozen=True)
class QueueQuery:
    """What the address of the page asks for: a selection, and what only the queue knows."""

    selection: Selection
    differs: bool = False
    reviewer: str | None = None
    sort: str = "worst"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "QueueQuery":
        """Read a query string; raises UsageError for a word that cannot be used."""
        sort, page = str(query.get("sort") or "worst"), str(query.get("page") or "1")
        return cls(
            Selection.of(query),
            bool(query.get("differs")),
            str(query.get("reviewer") or "") or None,
            sort if sort in SORTS else "worst",
            int(page) if page.isdecimal() and 0 < int(page) < 10**6 else 1,
        )

    @property
    def words(self) -> dict[str, str]:
        """The words of the query string that asks for the same."""
        told = self.selection.model_dump(exclude_defaults=True)
        words = {name: "1" if value is True else str(value) for name, value in told.items()}
        words |= {"differs": "1"} if self.differs else {}
        words |= {"reviewer": self.reviewer} if self.reviewer else {}
        return words | ({"sort": self.sort} if self.sort != "worst" else {})

    @property
    def rule(self) -> str:
        """The rule or the family of rules that is asked for, in words."""
        code = self.selection.code or ""
        return f"“{FAMILIES[code]}”类" if code in FAMILIES else f"规则 {code}"

    @property
    def kind(self) -> str:
        """The kind of points that is asked for, in words."""
        return kinds()[self.selection.point].judged if self.selection.point else ""

    @property
    def told(self) -> str:
        """The query string by which a form remembers the queue it was opened from."""
        return urlencode(self.words)

    @classmethod
    def remembered(cls, told: str | None) -> "QueueQuery":
        """Read what a form remembers; words that cannot be used are the whole queue's."""
        try:
            return cls.of(dict(parse_qsl(told or "")))
        except UsageError:
            return cls(Selection())

    def address(self, **changed: str | None) -> str:
        """Return the address with some words changed, None taken out; the first page of it."""
        kept = {name: value for name, value in (self.words | changed).items() if value is not None}
        return "/?" + urlencode(kept) if kept else "/"


def condition(asked: QueueQuery, person: Person, batch_id: int) -> ColumnElement[bool]:
    """Return the condition on rows of the table `form`."""
    wanted = [chosen(asked.selection.model_copy(update={"batch": batch_id})), is_visible(person)]
    if asked.differs:
        wanted.append(is_different())
    if asked.reviewer == NOBODY:
        wanted.append(_FORM.reviewer.is_(None))
    elif asked.reviewer:
        wanted.append(_FORM.reviewer == (person.name if asked.reviewer == MINE else asked.reviewer))
    return and_(*wanted)


def picked(
    desk: At,
    person: Who,
    form: Annotated[list[int], Form(default_factory=list)],
    whole: Annotated[str, Form()] = "",
    batch: Annotated[int | None, Form()] = None,
) -> list[int]:
    """Return the forms a bulk step is to be done on: those ticked, or the `whole` list by the words that ask for it."""
    if not whole:
        return form
    with desk.store.reading() as connection:
        found = desk.batch(connection, batch)
        if found is None:
            return []
        where = condition(QueueQuery.remembered(whole.removeprefix("?")), person, found.id)
        return list(connection.execute(select(_FORM.id).where(where).order_by(_FORM.id)).scalars())


Picked = Annotated[list[int], Depends(picked)]


def is_different() -> ColumnElement[bool]:
    """Return the condition that the rules hold it against a form that its total is not what its points add up to."""
    return _FORM.id.in_(select(schema.finding.c.form_id).where(schema.finding.c.code == WRONG_TOTAL))


class QueueRow(NamedTuple):
    """What a line of the queue shows of a form and its file, nothing that has to be unpacked."""

    id: int
    number: str
    project: str | None
    unit: str | None
    year: str | None
    form_type: FormType
    total: str | None
    score: float | None
    summed: float | None
    rate: float | None
    errors: int
    warnings: int
    infos: int
    settled: int
    stage: str
    reviewer: str | None
    replaces: int | None
    path: str
    status: FileStatus


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One form in the queue with its file's name and how many of its findings, of all kinds, are decided.

    `differs` tells that its total is not what its points add up to.
    """

    row: QueueRow
    named: str
    settled: int
    found: int
    differs: bool = False

    @property
    def share(self) -> int:
        """How much of it is decided, in percent."""
        return 100 * self.settled // self.found if self.found else 100

    @property
    def is_unclosed(self) -> bool:
        """Whether all of it is decided and it has still not been handed on."""
        return self.row.stage == "reviewing" and self.settled >= self.found


def lines(connection: Connection, asked: QueueQuery, person: Person, batch_id: int) -> tuple[list[QueueLine], int]:
    """Return one page of the queue and how many forms there are in all; a unit's progress is what it has dealt with."""
    where = condition(asked, person, batch_id)
    total: int = connection.execute(select(func.count()).select_from(schema.form).where(where)).scalar_one()
    ids = _first_ids(connection, where, asked.sort, PAGE, PAGE * (asked.page - 1))
    rows = _rows(connection, ids)
    over = _over_forms(connection, ids)
    if person.role == "filler":
        done, asked_of = _answered(connection, ids), _asked(connection, rows)
        shown = [
            _units_line(row, done.get(row.id, 0), over.get(row.id, (0, 0))[1], asked_of.get(row.id)) for row in rows
        ]
        return _marked(connection, shown), total
    return _marked(connection, [_line(row, *over.get(row.id, (0, 0))) for row in rows]), total


def _marked(connection: Connection, found: list[QueueLine]) -> list[QueueLine]:
    """Mark the lines whose total differs."""
    ids = [line.row.id for line in found]
    off = set(connection.execute(select(_FORM.id).where(_FORM.id.in_(ids), is_different())).scalars())
    return [replace(line, differs=line.row.id in off) for line in found]


def _answered(connection: Connection, ids: list[int]) -> dict[int, int]:
    """Count what a unit has dealt with, by form."""
    column = schema.filling.c.form_id
    rows = connection.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}


def _asked(connection: Connection, rows: Sequence[QueueRow]) -> dict[int, Counter[str]]:
    """Count what a unit is asked on the forms that were handed back to it, by level; "" is what shows over several forms."""
    found = {row.id: Counter[str]() for row in rows if row.stage in ("returned", "closed")}
    decided, finding = schema.decision.c, schema.finding.c
    same = and_(finding.form_id == decided.form_id, finding.fingerprint == decided.fingerprint)
    query = (
        select(decided.form_id, func.coalesce(finding.severity, ""), func.count())
        .select_from(schema.decision.outerjoin(schema.finding, same))
        .where(decided.form_id.in_(found), decided.state != "dismissed")
        .group_by(decided.form_id, finding.severity)
    )
    for form_id, level, count in connection.execute(query):
        found[form_id][level] = count
    return found


def _first_ids(connection: Connection, where: ColumnElement[bool], sort: str, most: int, after: int = 0) -> list[int]:
    """Return the first forms in an order; an index holds what they are ordered by, so that no row is read for it."""
    query = select(_FORM.id).where(where).order_by(*SORTS[sort][1]).limit(most).offset(after)
    return list(connection.execute(query).scalars())


def _rows(connection: Connection, ids: list[int]) -> list[QueueRow]:
    form, file = schema.form, schema.file
    query = select_of(QueueRow, form, file).join(file, form.c.file_id == file.c.id).where(form.c.id.in_(ids))
    found = {row.id: row for row in fetch(connection, QueueRow, query)}
    return [found[number] for number in ids]


def _over_forms(connection: Connection, ids: list[int]) -> dict[int, tuple[int, int]]:
    """Count the findings over several forms, decided and all, by form."""
    link, found, decided = schema.batch_finding_form.c, schema.batch_finding.c, schema.decision.c
    rows = connection.execute(
        select(link.form_id, func.count(decided.fingerprint), func.count())
        .select_from(
            schema.batch_finding_form.join(schema.batch_finding).outerjoin(
                schema.decision, and_(decided.form_id == link.form_id, decided.fingerprint == found.fingerprint)
            )
        )
        .where(link.form_id.in_(ids))
        .group_by(link.form_id)
    )
    return {form_id: (settled, count) for form_id, settled, count in rows}


def _line(row: QueueRow, decided: int, over: int) -> QueueLine:
    own = row.errors + row.warnings + row.infos
    return QueueLine(row, file_label(row.path, row.number), row.settled + decided, own + over)


def set_apart(year: str | None, form_type: FormType, batch: str) -> tuple[str, ...]:
    """Say what sets a form apart from a batch of project forms that is named by its year."""
    named = _YEAR.search(batch)
    other = year is not None and year.isdigit() and named is not None and named[0] != year
    return ((f"{year}年度",) if other else ()) + ((FORM_TYPES[form_type],) if form_type != "project" else ())


def _units_line(row: QueueRow, answered: int, over: int, asked: Counter[str] | None) -> QueueLine:
    """Return a line as the unit sees it: what it has answered, of what it was asked once the form was handed back."""
    if asked is not None:
        row = row._replace(errors=asked["error"], warnings=asked["warning"], infos=asked["info"])
        over = asked[""]
    return replace(_line(row, 0, over), settled=answered)


def file_label(path: str, number: str) -> str:
    """Name a form by its file, and by its place in it where it is not the first."""
    stem = PurePosixPath(path.replace("\\", "/")).stem
    return stem if number == "1" else f"{stem} 第 {number} 张"


def form_address(form_id: int, **words: object) -> str:
    """Return the address of a form's page, with the words that say something."""
    told = urlencode({name: value for name, value in words.items() if value})
    return f"/forms/{form_id}?{told}" if told else f"/forms/{form_id}"


class QueuePlace(NamedTuple):
    """Where a form stands in a queue: its number, how many there are, the ids before and after, the next to be done."""

    number: int
    total: int
    before: int | None
    after: int | None
    following: int | None


class _QueueStep(NamedTuple):
    """A form on the way through a queue."""

    id: int
    stage: str
    held: bool


def place_of(connection: Connection, asked: QueueQuery, person: Person, row: FormRow, now: float) -> QueuePlace:
    """Return where a form stands in a person's queue, in the order it is shown; one that no longer fits keeps its place."""
    claim = schema.claim.c
    held = select(claim.form_id).where(claim.form_id == _FORM.id, claim.until > now, claim.by != person.name).exists()
    where = or_(condition(asked, person, row.batch_id), _FORM.id == row.id)
    query = select(_FORM.id, _FORM.stage, held).where(where).order_by(*SORTS[asked.sort][1])
    steps = fetch(connection, _QueueStep, query)
    at = next(index for index, step in enumerate(steps) if step.id == row.id)
    wanted = _UNFINISHED[person.role == "chief"]
    ahead = [*steps[at + 1 :], *steps[:at]]
    return QueuePlace(
        at + 1,
        len(steps),
        steps[at - 1].id if at else None,
        steps[at + 1].id if at + 1 < len(steps) else None,
        next((step.id for step in ahead if step.stage in wanted and not step.held), None),
    )


class JustDone(NamedTuple):
    """A form that was just closed, in whatever way."""

    id: int
    project: str | None
    stage: str


def just_done(connection: Connection, person: Person, form_id: int | None) -> JustDone | None:
    """Return the form a person has just closed, None where it is taken up again or not his to see."""
    query = select(_FORM.id, _FORM.project, _FORM.stage).where(
        _FORM.id == form_id, _FORM.stage.in_(("passed", "returned", "closed")), is_visible(person)
    )
    return fetch_one(connection, JustDone, query)


_UNFINISHED = (("waiting", "reviewing"), ("passed", "waiting", "reviewing"))


def to_go_on(connection: Connection, person: Person, batch_id: int) -> QueueLine | None:
    """Return the form to go on with: the last this person worked on that is not handed on, else the worst that is not."""
    where = and_(
        _FORM.current, _FORM.batch_id == batch_id, is_visible(person), _FORM.stage.in_(("waiting", "reviewing")),
    )  # fmt: skip
    audit = schema.audit.c
    last = connection.execute(
        select(audit.form_id)
        .where(audit.by == person.name, audit.action.in_(("decide", POINT)))
        .order_by(audit.id.desc())
        .limit(1)
    ).scalar()
    for more in ([_FORM.id == last] if last else [], []):
        for row in _rows(connection, _first_ids(connection, and_(where, *more), "worst", 1)):
            return _line(row, 0, 0)
    return None
