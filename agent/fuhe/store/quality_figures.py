"""The quality scores of a batch: where they lie, what each dimension lost and for what, who stands at the ends."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, case, func, select

from fuhe.findings import SEVERITY_LABELS
from fuhe.outputs.figures import DimensionFigure, Lost, QualityFigures, Slice
from fuhe.policy import lexicon
from fuhe.rules import title_of
from fuhe.store import schema
from fuhe.store.form_lines import lines
from fuhe.store.rule_counts import counted
from fuhe.store.selection import Selection, chosen

_ENDS = 8
_GOOD = ("优", "良")
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
        weakest=tuple(lines(connection, scored & form.grade.not_in(_GOOD), order=low_first, limit=_ENDS)),
        strongest=tuple(lines(connection, scored & form.grade.in_(_GOOD), order=high_first, limit=_ENDS)),
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
    taken = _taken(connection, whole, rubric)
    lost = _lost(connection, whole, rubric)
    made = []
    for number, (name, entry) in enumerate(rubric["dimensions"].items()):
        worst = sorted((lost[code] for code in entry["codes"] if code in lost), key=lambda one: (-one.points, one.code))
        mean = entry["full"] - float(taken[f"taken{number}"] or 0) / forms
        below = int(taken[f"below{number}"] or 0)
        made.append(DimensionFigure(name=name, full=entry["full"], mean=mean, below=below, lost=tuple(worst[:_TOLD])))
    return made


def _cost(rubric: Any) -> Any:
    costs = [(schema.finding.c.severity == severity, points) for severity, points in rubric["cost"].items()]
    return case(*costs, else_=0)


def _taken(connection: Connection, whole: Selection, rubric: Any) -> Any:
    """Return what all forms together lost in each dimension, no form more than it has, and how many forms lost some."""
    finding, form, entries = schema.finding.c, schema.form.c, list(rubric["dimensions"].values())
    cost = _cost(rubric)
    per_form = (
        select(*(func.sum(case((finding.code.in_(entry["codes"]), cost), else_=0)).label(f"d{number}")
                 for number, entry in enumerate(entries)))
        .where(finding.form_id.in_(select(form.id).where(chosen(whole))), finding.source == "rule")
        .group_by(finding.form_id)
        .subquery()
    )  # fmt: skip
    summed = []
    for number, entry in enumerate(entries):
        own = per_form.c[f"d{number}"]
        summed.append(func.sum(case((own > entry["full"], entry["full"]), else_=own)).label(f"taken{number}"))
        summed.append(counted(own > 0).label(f"below{number}"))
    return connection.execute(select(*summed)).mappings().one()


def _lost(connection: Connection, whole: Selection, rubric: Any) -> dict[str, Lost]:
    """Return what each code cost over the batch before any floor."""
    finding, form = schema.finding.c, schema.form.c
    rows = connection.execute(
        select(finding.code, func.sum(_cost(rubric)))
        .where(finding.form_id.in_(select(form.id).where(chosen(whole))), finding.source == "rule")
        .group_by(finding.code)
    )
    return {
        code: Lost(
            code=code, title=title_of(code), points=round(float(points), 2),
            query=whole.model_copy(update={"code": code}).query,
        )
        for code, points in rows
    }  # fmt: skip
