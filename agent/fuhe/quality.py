"""Findings to the form's quality score: six dimensions, each losing points per finding, no more than what can be assessed allows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from fuhe.findings import Finding, Severity
from fuhe.policy import lexicon
from fuhe.readings.sheet import printed_points
from fuhe.records import Form, Frozen

_ROW = re.compile(r"indicators\[(\d+)\]")
_EXECUTION = Decimal(10)
"""The points of the execution rate where the form prints none."""


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
    """The quality score of one form, by an own rubric and not by any official one.

    `assessed` is the share of the form's points, in percent, on rows that can be held against a standard; `score` is
    the sum of the dimensions, but never more than that share allows.
    """

    score: float
    assessed: float = 100.0
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


def form_quality(form: Form, findings: Sequence[Finding]) -> Quality | None:
    """Score a form; None where it was not read whole, so that nothing may be said of how well it was filled."""
    if form.truncated or form.unread or form.doubts:
        return None
    found, share = quality(findings), _assessed(form, findings)
    least = Decimal(str(lexicon("quality")["without_assessment"]))
    most = least + (100 - least) * share / 100
    score = min(Decimal(str(found.score)), most.quantize(Decimal("0.1")))
    return found.model_copy(update={"score": float(score), "assessed": float(share), "grade": _grade(score)})


def _assessed(form: Form, findings: Sequence[Finding]) -> Decimal:
    """Return the percentage of points on rows that can be assessed; of rows, at least as many as there are classes, where no points are printed."""
    vague = _unassessable(findings)
    rows = [(printed_points(row.weight), index not in vague) for index, row in enumerate(form.record.indicators)]
    weighed = [(weight, is_sound) for weight, is_sound in rows if weight]
    if not weighed:
        whole = Decimal(max(len(rows), lexicon("quality")["least_rows"]))
        return 100 * sum(is_sound for _, is_sound in rows) / whole
    own = printed_points(form.record.total_weight) or Decimal(100)
    money = sum((printed_points(row.weight) or Decimal(0) for row in form.record.funding[:1]), Decimal(0))
    whole = max(sum((weight for weight, _ in weighed), Decimal(0)), own - (money or _EXECUTION))
    return (100 * sum((weight for weight, is_sound in weighed if is_sound), Decimal(0)) / whole).quantize(
        Decimal("0.1")
    )


def _unassessable(findings: Sequence[Finding]) -> set[int]:
    """Return the rows of which an error or a warning says that they cannot be assessed."""
    codes = frozenset(lexicon("quality")["unassessable"])
    told = (finding.cells[0].field for finding in findings if finding.severity != "info" and finding.code in codes)
    return {int(found[1]) for field in told if (found := _ROW.match(field))}


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
