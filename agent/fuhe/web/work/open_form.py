"""One form as a page works on it: its table with numbered marks, each finding with what was done about it, its neighbours."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import Connection, distinct, func, select, true

from fuhe.drafts import Draft
from fuhe.findings import BatchFinding, Cell, Decision, Finding
from fuhe.outputs.html.report_page import draft_for
from fuhe.outputs.marks import Mark, MarkedForm, marked
from fuhe.point import Point
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import phrasing, words
from fuhe.records import Problem
from fuhe.similarity import differences
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.fillings import fillings_of
from fuhe.store.rows import FileRow, FormRow, fetch_one, select_of
from fuhe.text import bare
from fuhe.web.access.admission import form_row, is_visible
from fuhe.web.access.form_holder import FormHolder, standing, take
from fuhe.web.desk import Desk
from fuhe.web.roles import Person, Verb, may

Side = Literal["review", "fill"]
GROUPS = (("error", "错误"), ("warning", "警告"), ("info", "提示"), ("batch", "跨表"))


@dataclass(frozen=True, slots=True)
class Other:
    """A cell of another form that says the same: the form's id, None where it is no longer current, and how alike."""

    form_id: int | None
    named: str
    cell: Cell
    alike: int


@dataclass(frozen=True, slots=True)
class MarkedFinding:
    """A numbered finding of the form; `group` is its level, or batch where it shows over several forms: `over` is that one.

    `decision` is what this side did about it, `counterpart` what the other side did: a reviewer sees how the unit has
    answered, a unit what it was asked once the form was handed back.
    """

    mark: Mark
    group: str
    decision: Decision | None = None
    draft: Draft | None = None
    over: tuple[int, BatchFinding] | None = None
    counterpart: Decision | None = None

    @property
    def number(self) -> int:
        """Its number on the table and in the navigator."""
        return self.mark.number

    @property
    def finding(self) -> Finding:
        """What was found."""
        return self.mark.finding

    @property
    def state(self) -> str:
        """What was done about it, `open` where nothing."""
        return self.decision.state if self.decision else "open"


@dataclass(frozen=True)
class OpenForm:
    """A form being worked on from one side: as the reviewer sees it, or as the unit that fills it in.

    `person` is who looks at it, None where it is opened to be written out; `holder` is who is at work on it. `shared` are
    the codes of hints that most forms of the batch carry, each with the number of forms.
    """

    current: CurrentForm
    file: FileRow
    marked: MarkedForm
    findings: tuple[MarkedFinding, ...]
    side: Side
    problems: tuple[Problem, ...]
    person: Person | None = None
    holder: FormHolder | None = None
    shared: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The form's id in the store."""
        return self.current.row.id

    @property
    def held_by(self) -> str | None:
        """Who else is at work on the form, None where nobody is."""
        return self.holder.by if self.holder and not self.holder.is_mine and self.side == "review" else None

    @property
    def may_change(self) -> bool:
        """Whether verbs are offered."""
        verb: Verb = "decide" if self.side == "review" else "fill"
        return self.held_by is None and self._may(verb) and self.current.row.current

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides this person may work from."""
        return ("review", "fill") if self._may("decide") and self._may("fill") else (self.side,)

    def _may(self, verb: Verb) -> bool:
        return self.person is not None and may(self.person, verb)

    @functools.cached_property
    def points(self) -> tuple[Point, ...]:
        """Its points, of all its findings, weightiest first."""
        found = [entry.finding for entry in self.findings]
        return form_points(self.current.form.record, found, shared=self.shared)

    @property
    def settled(self) -> int:
        """How many findings are decided."""
        return sum(1 for entry in self.findings if entry.decision)

    def finding(self, number: int) -> MarkedFinding | None:
        """Return the finding of a number."""
        return self.findings[number - 1] if 1 <= number <= len(self.findings) else None

    def named(self, fingerprint: str) -> MarkedFinding | None:
        """Return the finding of a fingerprint."""
        return next((entry for entry in self.findings if entry.finding.fingerprint == fingerprint), None)


def open_form(connection: Connection, form_id: int, side: Side = "review") -> OpenForm | None:
    """Read one form and what hangs on it, nothing of the rest of the batch; None where there is no such form."""
    current = next(iter(load_forms(connection, [form_id])), None)
    if current is None:
        return None
    file = fetch_one(
        connection, FileRow, select_of(FileRow, schema.file).where(schema.file.c.id == current.row.file_id)
    )
    assert file is not None
    told = _told(connection, current, side)
    over = _over_forms(connection, current.row, file, side)
    if side == "fill":
        shown_to_unit = tuple(entry for entry in current.findings if told.shows(entry.fingerprint))
        remarks = current.remarks if told.is_returned else ()
        current = replace(current, findings=shown_to_unit, remarks=remarks)
    shown = marked(current.frame)
    drafts = {draft.field: draft for draft in current.drafts or () if draft.kind in ("reason", "indicator")}
    own = [
        MarkedFinding(
            mark, mark.finding.severity, told.here.get(mark.finding.fingerprint), draft_for(mark.finding, drafts),
            counterpart=told.there.get(mark.finding.fingerprint),
        )
        for mark in shown.marks
    ]  # fmt: skip
    across = [
        MarkedFinding(_mark(shown, number, entry), "batch", told.here.get(entry.fingerprint), None, of, told.over(entry, is_foreign))
        for number, (entry, of, is_foreign) in enumerate((one for one in over if told.shows(one[0].fingerprint)), len(own) + 1)
    ]  # fmt: skip
    problems = (*current.form.doubts, *file.problems)
    return OpenForm(current, file, shown, (*own, *across), side, tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class _Told:
    """What was done `here`, on the side a form is opened from, and `there`, on the other, as far as this side may know."""

    here: Mapping[str, Decision]
    there: Mapping[str, Decision]
    is_unit: bool = False
    is_returned: bool = False

    def shows(self, fingerprint: str) -> bool:
        """Tell whether a finding is shown: to a unit, what it was asked once that is settled, never what was dismissed."""
        asked = self.there.get(fingerprint)
        return not self.is_unit or (
            asked is not None and asked.state != "dismissed"
            if self.is_returned
            else asked is None or asked.state != "dismissed"
        )

    def over(self, finding: Finding, is_foreign: bool) -> Decision | None:
        """Return the other side's decision; words made from another unit's form are left out, a person's own are kept."""
        found = self.there.get(finding.fingerprint)
        is_quoting = found is not None and self.is_unit and is_foreign and found.state != "rewritten"
        return found.model_copy(update={"text": None}) if found is not None and is_quoting else found


def _told(connection: Connection, current: CurrentForm, side: Side) -> _Told:
    answers = fillings_of(connection, current.row.id)
    if side == "review":
        return _Told(current.decisions, answers)
    is_returned = current.row.stage in ("returned", "closed")
    known = is_returned or current.row.replaces is not None
    return _Told(answers, current.decisions if known else {}, True, is_returned)


def opened(connection: Connection, desk: Desk, person: Person, form_id: int, side: str | None = None) -> OpenForm:
    """Open a form; raises 404 where there is none or the person may not see it."""
    form_row(connection, person, form_id)
    seen = open_form(connection, form_id, side_of(person, side))
    assert seen is not None
    holder = standing(connection, form_id, person, desk.clock())
    shared = hints_shared(connection, desk, seen.current.row.batch_id) if seen.side == "review" else {}
    return replace(seen, person=person, holder=holder, shared=shared)


def hints_shared(connection: Connection, desk: Desk, batch_id: int) -> dict[str, int]:
    """Return the codes of hints that more than half of a batch's forms carry, where there are three forms or more.

    They are counted again only where other forms are current than before: what was found on a form never changes.
    """
    form = schema.form.c
    ids = select(func.count(), func.sum(form.id), func.max(form.id)).where(form.batch_id == batch_id, form.current)
    revision = tuple(connection.execute(ids).one())
    kept = desk.shared.get(batch_id)
    if kept is None or kept[0] != revision:
        kept = (revision, _counted_over(connection, batch_id, revision[0]))
        desk.shared[batch_id] = kept
    return kept[1]


def _counted_over(connection: Connection, batch_id: int, count: int) -> dict[str, int]:
    form, found = schema.form, schema.finding
    there = (form.c.batch_id == batch_id) & form.c.current
    if count < _LEAST_FORMS:
        return {}
    held = func.count(distinct(found.c.form_id)).label("forms")
    rows = connection.execute(
        select(found.c.code, held)
        .select_from(found.join(form, form.c.id == found.c.form_id))
        .where(there, found.c.severity == "info", found.c.source == "rule")
        .group_by(found.c.code)
        .having(2 * held > count)
    )
    return {row.code: row.forms for row in rows}


_LEAST_FORMS = 3


def claimed(connection: Connection, desk: Desk, seen: OpenForm) -> OpenForm:
    """Take the form for a reviewer who opens it, unless somebody else is at work on it; a writing connection is needed."""
    if seen.side != "review" or seen.person is None or not may(seen.person, "claim"):
        return seen
    return replace(seen, holder=take(connection, seen.id, seen.person, desk))


def side_of(person: Person, wanted: str | None) -> Side:
    """Return the side a person works from: the one asked for where he may, else his own."""
    if wanted == "fill" and may(person, "fill"):
        return "fill"
    return "review" if may(person, "decide") or not may(person, "fill") else "fill"


def _over_forms(
    connection: Connection, row: FormRow, file: FileRow, side: Side
) -> list[tuple[Finding, tuple[int, BatchFinding], bool]]:
    """Return what shows over several forms as findings of this one, what it was, and whether forms of another unit are among them.

    A unit is told in words that quote no other unit.
    """
    found, link, form = schema.batch_finding, schema.batch_finding_form, schema.form
    foreign = set(
        connection.execute(
            select(link.c.batch_finding_id)
            .join(form, form.c.id == link.c.form_id)
            .where(
                link.c.batch_finding_id.in_(select(link.c.batch_finding_id).where(link.c.form_id == row.id)),
                func.coalesce(form.c.unit, "") != (row.unit or ""),
            )
        ).scalars()
    )
    rows = connection.execute(
        select(found.c.id, found.c.body).join(link).where(link.c.form_id == row.id).order_by(found.c.code, found.c.id)
    )
    entries: list[tuple[Finding, tuple[int, BatchFinding], bool]] = []
    over: BatchFinding
    for number, over in rows:
        cells = [cell for cell in over.cells if (cell.file, cell.form) == (file.path, row.number)]
        if cells:
            own = _as_finding(over, [Cell(field=c.field, text=c.text) for c in cells])
            if side == "fill" and number in foreign:
                own = own.model_copy(update={"message": words()["elsewhere"].format(head=phrasing(own.code).head)})
            entries.append((own, (number, over), number in foreign))
    return entries


def _mark(shown: MarkedForm, number: int, finding: Finding) -> Mark:
    return Mark(number, finding, tuple(shown.slot(cell.field) for cell in finding.cells))


def _as_finding(found: BatchFinding, cells: Sequence[Cell]) -> Finding:
    shared = found.model_dump(include={"code", "slug", "severity", "title", "message", "fix", "fingerprint"})
    return Finding(**shared, basis=found.basis, cells=tuple(cells))


def others_of(connection: Connection, person: Person, seen: OpenForm, entry: MarkedFinding) -> tuple[Other, ...]:
    """Return what other forms the person may see say alike, the likest first; nothing for a finding of one form."""
    if entry.over is None:
        return ()
    number, found = entry.over
    here, own = (seen.file.path, seen.current.row.number), entry.finding.cells[0].text or ""
    names = _forms_over(connection, person, number, seen.current.row.unit if seen.side == "fill" else None)
    shown = {(cell.file, cell.form) for cell in found.cells} if seen.side == "review" else names.keys()
    away = [cell for cell in found.cells if (cell.file, cell.form) in shown - {here}][:_COMPARED]
    others = [
        Other(form_id, named, Cell(field=cell.field, text=cell.text), _alike(cell.text or "", own))
        for cell in away
        for form_id, named in [names.get((cell.file, cell.form), (None, cell.file))]
    ]
    likest = sorted(others, key=lambda other: -other.alike)[:_SHOWN]
    return tuple(other for other in likest if other.alike >= _ALIKE or other is likest[0])


_SHOWN = 4
_COMPARED = 60
_ALIKE = 50  # percent


def _forms_over(
    connection: Connection, person: Person, found: int, unit: str | None
) -> dict[tuple[str, str], tuple[int, str]]:
    """Return the forms a finding over several rests on that a person may see, by file and number: id and project.

    With `unit` those of that unit alone.
    """
    form, file, link = schema.form, schema.file, schema.batch_finding_form
    rows = connection.execute(
        select(file.c.path, form.c.number, form.c.id, form.c.project)
        .select_from(link.join(form, form.c.id == link.c.form_id).join(file, form.c.file_id == file.c.id))
        .where(link.c.batch_finding_id == found, is_visible(person), true() if unit is None else form.c.unit == unit)
    )
    return {(row.path, row.number): (row.id, row.project or "（没有项目名称）") for row in rows}


def _alike(text: str, against: str) -> int:
    """Return how much of two texts is the same, in percent."""
    one, other = bare(text), bare(against)
    differing = sum(stop - start for spans in differences(one, other) for start, stop in spans)
    return round(100 * (1 - differing / (len(one) + len(other)))) if one and other else 0
