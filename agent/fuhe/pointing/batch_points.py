"""The points of several forms: what shows between them, and what is true of most of them, said once with its count."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fuhe.findings import BatchFinding, Finding
from fuhe.point import HINTS, SHARED, BatchPoint, FormReference, Point
from fuhe.pointing.phrasebook import Phrasing, kinds, order, phrasing, words
from fuhe.pointing.wording import slots_filled
from fuhe.text import one_line

_LEAST_FORMS = 3
_SHOWN = 2


@dataclass(frozen=True)
class FormFindings:
    """A form of a batch: where it stands, what was found in it, and its points."""

    file: str
    form: str
    findings: tuple[Finding, ...]
    points: tuple[Point, ...]

    @property
    def hinted(self) -> list[int]:
        """The positions of the findings that are no more than hints, each on its own."""
        return [fact for point in self.points if point.kind in (HINTS, SHARED) for fact in point.facts]


def shared_codes(forms: Sequence[FormFindings]) -> frozenset[str]:
    """Return the codes of hints that more than half of the forms carry, where there are three forms or more."""
    if len(forms) < _LEAST_FORMS:
        return frozenset()
    counts: dict[str, int] = defaultdict(int)
    for entry in forms:
        for code in {entry.findings[fact].code for fact in entry.hinted if entry.findings[fact].source == "rule"}:
            counts[code] += 1
    return frozenset(code for code, count in counts.items() if 2 * count > len(forms))


def batch_points(forms: Sequence[FormFindings], findings: Sequence[BatchFinding]) -> tuple[BatchPoint, ...]:
    """Return the points of a batch: every finding between forms in one, then what most forms share; weightiest first."""
    made = [*_between(findings), *_shared(forms)]
    ranked = sorted(made, key=lambda point: (kinds()[point.kind].rank, -len(point.forms)))
    return tuple(point.model_copy(update={"rank": rank}) for rank, point in enumerate(ranked, 1))


def _between(findings: Sequence[BatchFinding]) -> Iterator[BatchPoint]:
    codes = sorted({finding.code for finding in findings}, key=order)
    for code in codes:
        facts = [position for position, finding in enumerate(findings) if finding.code == code]
        mine = [findings[fact] for fact in facts]
        kind = phrasing(code).kind if any(finding.severity != "info" for finding in mine) else HINTS
        yield _point(phrasing(code), kind, _said(mine), facts=tuple(facts), forms=_members(mine))


def _said(findings: Sequence[BatchFinding]) -> str:
    told = [one_line(finding.message).rstrip("。") for finding in findings]
    more = words()["more_groups"].format(count=len(told) - _SHOWN) if len(told) > _SHOWN else ""
    return "；".join([*told[:_SHOWN], *([more] if more else [])]) + "。"


def _members(findings: Iterable[BatchFinding]) -> tuple[FormReference, ...]:
    named = dict.fromkeys((cell.file, cell.form) for finding in findings for cell in finding.cells)
    return tuple(FormReference(file=file, form=form) for file, form in named)


def _shared(forms: Sequence[FormFindings]) -> Iterator[BatchPoint]:
    for code in sorted(shared_codes(forms), key=order):
        held = tuple(found for entry in forms if (found := _reference(entry, code)).facts)
        clause = phrasing(code)
        said = words()["of_forms"].format(forms=len(forms), count=len(held), head=clause.head)
        yield _point(clause, HINTS, said, forms=held)


def _reference(entry: FormFindings, code: str) -> FormReference:
    facts = tuple(fact for fact in entry.hinted if entry.findings[fact].code == code)
    return FormReference(file=entry.file, form=entry.form, facts=facts)


def _point(
    phrasing: Phrasing, kind: str, said: str, *, facts: tuple[int, ...] = (), forms: tuple[FormReference, ...]
) -> BatchPoint:
    return BatchPoint(
        theme=kinds()[phrasing.kind].theme,
        kind=kind,
        headline=phrasing.head,
        says=said,
        ask=f"{slots_filled(phrasing.ask)}。",
        rank=1,
        facts=facts,
        forms=forms,
    )
