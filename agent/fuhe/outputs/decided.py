"""What a person decided, as every output heeds it: which findings go out and in whose words, which drafts go with them."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fuhe.drafts import Draft
from fuhe.findings import Decision, Finding, State, worst_first
from fuhe.outputs.contract import FormReport
from fuhe.outputs.in_words import row_name
from fuhe.point import HINTS, SHARED, Point
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import kinds, phrasing
from fuhe.records import Place, Record

_TAKEN: tuple[State, ...] = ("listed", "rewritten")


def taken_in(form: FormReport) -> list[Finding]:
    """Return the findings that go out, worst first: all before anyone decided, then those taken in, in the words they were taken in with."""
    findings = worst_first(form.findings or ())
    if not form.decisions:
        return findings
    return [_worded(form, finding) for finding in findings if _is_taken(form, finding)]


@dataclass(frozen=True)
class TakenPoints:
    """Findings of a form and their points: `facts` are positions in these findings."""

    findings: tuple[Finding, ...]
    points: tuple[Point, ...]

    def facts_of(self, point: Point) -> list[Finding]:
        """Return the findings of a point."""
        return [self.findings[fact] for fact in point.facts]


def points_in(form: FormReport) -> TakenPoints:
    """Return the points that go out, of the findings taken in and in the words they were taken in with."""
    if not form.decisions and form.points is not None:
        return TakenPoints(tuple(form.findings or ()), form.points)
    return points_decided(form, taken_in(form))


def points_decided(form: FormReport, chosen: Iterable[Finding]) -> TakenPoints:
    """Return the points of some findings of a form, each in the words kept for it; what is one point stays one."""
    left = {finding.fingerprint: finding for finding in chosen}
    findings = form.findings or ()
    grouped = form.points if form.points is not None else form_points(form.record, findings)
    facts: list[Finding] = []
    points: list[Point] = []
    for point in grouped:
        mine = [left.pop(found) for fact in point.facts if (found := findings[fact].fingerprint) in left]
        if mine:
            said = said_of(form.record, point, mine, form.decisions, form.drafts or ())
            points += [_moved(entry, len(facts), len(points) + 1) for entry in said.points]
            facts += said.findings
    return TakenPoints(tuple(facts), tuple(points))


def _moved(point: Point, by: int, rank: int) -> Point:
    return point.model_copy(update={"rank": rank, "facts": tuple(fact + by for fact in point.facts)})


def said_of(
    record: Record,
    point: Point,
    findings: Sequence[Finding],
    decisions: Mapping[str, Decision],
    drafts: Sequence[Draft] = (),
) -> TakenPoints:
    """Say some or all findings of a point as one: what a person wrote, word for word, else as points are said.

    His words stand for every finding that was reworded with them; they are more than a hint, whatever they are about.
    """
    for finding in findings:
        if (own := own_words(decisions.get(finding.fingerprint))) is not None:
            worded = finding.model_copy(update={"message": own, "spans": (), "guess": None})
            (made,) = form_points(record, (worded,), drafts, own=(finding.fingerprint,))
            kind = phrasing(finding.code).kind
            spoken = {"kind": kind, "theme": kinds()[kind].theme, "says": own, "ask": "", "stake": point.stake}
            return TakenPoints((worded,), (made.model_copy(update=spoken),))
    told = tuple(findings)
    if len(told) == len(point.facts) and point.kind != SHARED:
        return TakenPoints(told, (point.model_copy(update={"facts": tuple(range(len(told)))}),))
    return TakenPoints(told, (_as_one(form_points(record, told, drafts)),))


def _as_one(points: Sequence[Point]) -> Point:
    """Say what is left of a point as one, though what held it together was struck out."""
    first, *more = points
    if not more:
        return first
    said = "".join([*(point.text for point in points[:-1]), points[-1].says])
    spoken = {"says": said, "ask": points[-1].ask, "facts": tuple(sorted(f for point in points for f in point.facts))}
    subject = {cell.field: cell for point in points for cell in point.subject}
    drafts = tuple(sorted({draft for point in points for draft in point.drafts}))
    return first.model_copy(update=spoken | {"subject": tuple(subject.values()), "drafts": drafts})


def own_words(decision: Decision | None) -> str | None:
    """Return what a person wrote in place of what is said of a finding, None where he left it as it is."""
    return decision.text or None if decision is not None and decision.state == "rewritten" else None


def goes_out(form: FormReport, point: Point) -> bool:
    """Tell whether a point is said outright: what may be bettered only where a person took it in."""
    return bool(form.decisions) or point.kind not in (HINTS, SHARED)


def drafts_in(form: FormReport) -> list[Draft]:
    """Return the drafts that go into cells: those that answer a finding taken in at their row, and those that answer none.

    Advice is said to the unit and stands in no cell of its form.
    """
    taken = taken_in(form)
    return [
        draft
        for draft in form.drafts or ()
        if draft.kind != "advice"
        if not form.decisions or not draft.answers or any(is_answer(draft, finding) for finding in taken)
    ]


def by_cell(form: FormReport, drafts: Iterable[Draft], cells: Container[Place]) -> tuple[dict[Place, str], list[Draft]]:
    """Return the text for each cell, a line a row where several rows share one, and the drafts without a cell."""
    shared: dict[Place, list[Draft]] = defaultdict(list)
    left = []
    for draft in drafts:
        place = form.places.get(draft.field)
        if place is None or place not in cells:
            left.append(draft)
        else:
            shared[place].append(draft)
    return {place: _joined(form, found) for place, found in shared.items()}, left


def _joined(form: FormReport, drafts: list[Draft]) -> str:
    if len(drafts) == 1:
        return drafts[0].text
    return "\n".join(f"{row_name(form.record, draft.field)}：{draft.text}" for draft in drafts)


def is_answer(draft: Draft, finding: Finding) -> bool:
    """Tell whether a draft answers a finding in one of the rows the finding rests on."""
    rows = {cell.field.rpartition(".")[0] for cell in finding.cells}
    return finding.code in draft.answers and draft.field.rpartition(".")[0] in rows


def _is_taken(form: FormReport, finding: Finding) -> bool:
    decision = form.decisions.get(finding.fingerprint)
    return decision is not None and decision.state in _TAKEN


def _worded(form: FormReport, finding: Finding) -> Finding:
    text = own_words(form.decisions[finding.fingerprint])
    return finding.model_copy(update={"message": text, "spans": (), "guess": None}) if text else finding
