"""Findings to the form's quality score: six dimensions, each losing points per finding, a sum to check by hand."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from fuhe.findings import Finding, Severity
from fuhe.policy import lexicon
from fuhe.records import Frozen


class Loss(Frozen):
    """What the findings of one code and severity cost a dimension before its floor of 0."""

    code: str
    severity: Severity
    count: int
    points: float


class Dimension(Frozen):
    """One dimension: its full points, what is left of them, and what was lost for what."""

    full: float
    score: float
    lost: tuple[Loss, ...] = ()


class Quality(Frozen):
    """The quality score of one form, by an own rubric and not by any official one."""

    score: float
    grade: str
    rubric: str
    dimensions: dict[str, Dimension]


def quality(findings: Iterable[Finding]) -> Quality:
    """Score a form by its findings: each dimension full minus the cost of its findings, never below 0; points of 100.

    Costs, dimensions and grades stand in `data/lexicon/quality.yaml`; what a model only hinted at costs nothing.
    """
    rubric = lexicon("quality")
    counts = Counter((finding.code, finding.severity) for finding in findings if finding.source == "rule")
    cost: dict[Severity, Decimal] = {severity: Decimal(str(points)) for severity, points in rubric["cost"].items()}
    dimensions = {
        name: _dimension(Decimal(str(entry["full"])), frozenset(entry["codes"]), counts, cost)
        for name, entry in rubric["dimensions"].items()
    }
    score = sum((Decimal(str(dimension.score)) for dimension in dimensions.values()), Decimal(0))
    return Quality(score=float(score), grade=_grade(score), rubric=rubric["name"], dimensions=dimensions)


def _dimension(
    full: Decimal, codes: frozenset[str], counts: Counter[tuple[str, Severity]], cost: dict[Severity, Decimal]
) -> Dimension:
    lost = tuple(
        Loss(code=code, severity=severity, count=count, points=float(count * cost[severity]))
        for (code, severity), count in sorted(counts.items())
        if code in codes
    )
    taken = sum((Decimal(str(loss.points)) for loss in lost), Decimal(0))
    return Dimension(full=float(full), score=float(max(Decimal(0), full - taken)), lost=lost)


def _grade(score: Decimal) -> str:
    grades: dict[str, float] = lexicon("quality")["grades"]
    return next(name for name, least in grades.items() if score >= Decimal(str(least)))
