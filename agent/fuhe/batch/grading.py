"""The quality scores of a batch: where they lie, what each dimension lost and for what, who stands at the ends."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection, case, func, select

from fuhe.batch import schema
from fuhe.batch.lines import lines
from fuhe.batch.selection import Selection, chosen
from fuhe.findings import SEVERITY_LABELS
from fuhe.outputs.figures import DimensionFigure, Lost, QualityFigures, Slice
from fuhe.policy import lexicon
from fuhe.rules import title_of

_ENDS = 8
_TOLD = 3


def quality_figures(connection: Connection, whole: Selection) -> QualityFigures | None:
    """Return how well the forms of a batch are filled in; None where none is scored."""
    form, rubric = schema.form.c, lexicon("quality")
    scored = chosen(whole) & form.quality.is_not(None)
    rows = connection.execute(
        select(form.quality, form.grade, func.count()).where(scored).group_by(form.quality, form.grade)
    ).all()
    forms = sum(count for _, _, count in rows)
    if not forms:
        return None
    values = [quality for quality, _, _ in rows]
    low_first, high_first = (form.quality, form.errors.desc(), form.id), (form.quality.desc(), form.errors, form.id)
    return QualityFigures(
        rubric=rubric["name"],
        costs="，".join(f"{SEVERITY_LABELS[name]}{points:g}分" for name, points in rubric["cost"].items()),
        mean=sum(quality * count for quality, _, count in rows) / forms,
        best=max(values),
        worst=min(values),
        grades=tuple(_grades(rows, rubric, whole)),
        bins=tuple(_bins(rows, whole)),
        dimensions=tuple(_dimensions(connection, whole, rubric, forms)),
        weakest=tuple(lines(connection, scored, order=low_first, limit=_ENDS)),
        strongest=tuple(lines(connection, scored, order=high_first, limit=_ENDS)),
    )


def _grades(rows: Any, rubric: Any, whole: Selection) -> list[Slice]:
    counts = Counter[str]()
    for _, grade, count in rows:
        counts[grade] += count
    return [
        Slice(label=grade, forms=counts[grade], query=whole.model_copy(update={"grade": grade}).query)
        for grade in rubric["grades"]
    ]


def _bins(rows: Any, whole: Selection) -> list[Slice]:
    """Count the scores in bins of ten points; the bin at the top takes 100 in."""
    counts = Counter[int]()
    for quality, _, count in rows:
        counts[min(9, int(quality // 10))] += count
    low = min(counts)
    return [
        Slice(
            label=f"{10 * ten}–{10 * ten + 10}",
            forms=counts[ten],
            query=whole.model_copy(update={"quality": f"{10 * ten}-{10 * ten + 10 if ten < 9 else ''}"}).query,
        )
        for ten in range(low, 10)
    ]


def _dimensions(connection: Connection, whole: Selection, rubric: Any, forms: int) -> list[DimensionFigure]:
    floors = _floored(connection, whole, rubric)
    lost = _lost(connection, whole, rubric)
    return [
        DimensionFigure(
            name=name,
            full=entry["full"],
            mean=entry["full"] - floors.get(name, (0, 0))[0] / forms,
            below=floors.get(name, (0, 0))[1],
            lost=tuple(
                sorted((lost[code] for code in entry["codes"] if code in lost), key=lambda one: -one.points)[:_TOLD]
            ),
        )
        for name, entry in rubric["dimensions"].items()
    ]


def _cost(rubric: Any) -> Any:
    costs = [(schema.finding.c.severity == severity, points) for severity, points in rubric["cost"].items()]
    return case(*costs, else_=0)


def _floored(connection: Connection, whole: Selection, rubric: Any) -> dict[str, tuple[float, int]]:
    """Return what all forms together lost in each dimension, no form more than it has, and how many forms did."""
    finding, form = schema.finding.c, schema.form.c
    named = rubric["dimensions"].items()
    dimension = case(*[(finding.code.in_(entry["codes"]), name) for name, entry in named])
    full = {name: entry["full"] for name, entry in named}
    per_form = (
        select(dimension.label("dimension"), func.sum(_cost(rubric)).label("taken"))
        .join(schema.form, form.id == finding.form_id)
        .where(chosen(whole), finding.source == "rule", dimension.is_not(None))
        .group_by(finding.form_id, dimension)
        .subquery()
    )
    rows = connection.execute(
        select(per_form.c.dimension, per_form.c.taken, func.count()).group_by(per_form.c.dimension, per_form.c.taken)
    )
    found: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for name, taken, count in rows:
        points, below = found[name]
        found[name] = (points + count * min(float(taken), full[name]), below + (count if taken else 0))
    return found


def _lost(connection: Connection, whole: Selection, rubric: Any) -> dict[str, Lost]:
    """Return what each code cost over the batch before any floor."""
    finding, form = schema.finding.c, schema.form.c
    rows = connection.execute(
        select(finding.code, func.count(func.distinct(finding.form_id)), func.sum(_cost(rubric)))
        .join(schema.form, form.id == finding.form_id)
        .where(chosen(whole), finding.source == "rule")
        .group_by(finding.code)
    )
    return {
        code: Lost(
            code=code, title=title_of(code), forms=forms, points=round(float(points), 2),
            query=whole.model_copy(update={"code": code}).query,
        )
        for code, forms, points in rows
    }  # fmt: skip
