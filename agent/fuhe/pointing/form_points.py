"""The points of one form, weightiest first, from its findings."""

from collections.abc import Collection, Container, Sequence

from fuhe.drafts import Draft
from fuhe.findings import Cell, Finding
from fuhe.point import HINTS, SHARED, Point
from fuhe.pointing import wording
from fuhe.pointing.grouping import PointGroup, grouped
from fuhe.pointing.phrasebook import kinds, words
from fuhe.pointing.stakes import stake
from fuhe.records import Record

_ROOM = 90
"""Characters up to which hints are said beside what a point is about."""


def form_points(
    record: Record,
    findings: Sequence[Finding],
    drafts: Sequence[Draft] = (),
    own: Collection[str] = (),
    shared: Container[str] = (),
) -> tuple[Point, ...]:
    """PointGroup a form's findings into points, weightiest first; every finding is a fact of exactly one.

    `own` are the fingerprints of findings whose message a person wrote: it is said as it stands. `shared` are codes
    of hints that a point of the batch says.
    """
    made = [_point(record, findings, drafts, group, own) for group in grouped(record, findings, shared)]
    ranked = sorted(made, key=lambda point: (kinds()[point.kind].rank, -(point.stake or 0), point.facts[0]))
    return tuple(point.model_copy(update={"rank": rank}) for rank, point in enumerate(ranked, 1))


def facts_of(
    record: Record, findings: Sequence[Finding], positions: Sequence[int], own: Collection[str], form: int = 0
) -> list[wording.SaidFact]:
    """Return the facts of a point with their rows."""
    chosen = (findings[position] for position in positions)
    return [wording.fact(record, finding, form=form, own=finding.fingerprint in own) for finding in chosen]


def _point(
    record: Record, findings: Sequence[Finding], drafts: Sequence[Draft], group: PointGroup, own: Collection[str]
) -> Point:
    facts = facts_of(record, findings, group.facts, own)
    said, asked = _words_of(group.kind, facts)
    light = group.kind in (HINTS, SHARED)
    return Point(
        subject=_subject(facts),
        theme=kinds()[group.kind].theme,
        kind=group.kind,
        headline=words()[group.kind] if light else wording.headline(facts),
        says=said,
        ask=asked,
        stake=None if light else stake(record, group.kind, facts),
        rank=1,
        facts=group.facts,
        drafts=_answered(findings, drafts, group),
    )


def _words_of(kind: str, facts: Sequence[wording.SaidFact]) -> tuple[str, str]:
    """Return what is said and asked of a group."""
    if kind == HINTS:
        return wording.hints(facts)
    if kind == SHARED:
        heads = dict.fromkeys(entry.clause.head for entry in facts)
        return words()["shared_says"].format(heads="、".join(heads)), ""
    return wording.says(facts, most=_ROOM), wording.ask(facts)


def _subject(facts: Sequence[wording.SaidFact]) -> tuple[Cell, ...]:
    """Return the cells the facts stand at, that of the weightiest first."""
    ordered = sorted(facts, key=wording.weight)
    return tuple(
        {
            entry.finding.cells[0].field: entry.finding.cells[0]
            for entry in ordered
            if isinstance(entry.finding, Finding)
        }.values()
    )


def _answered(findings: Sequence[Finding], drafts: Sequence[Draft], group: PointGroup) -> tuple[int, ...]:
    """Return the drafts that answer a fact of the point in its row."""
    told = {
        (findings[fact].code, cell.field.rpartition(".")[0]) for fact in group.facts for cell in findings[fact].cells
    }
    return tuple(
        number
        for number, draft in enumerate(drafts)
        if any((code, draft.field.rpartition(".")[0] or draft.field) in told for code in draft.answers)
    )
