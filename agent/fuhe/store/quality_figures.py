"""The quality scores of a batch: where they lie, what each dimension lost and for what, who stands at the ends."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from fuhe.findings import SEVERITY_LABELS, Severity
from fuhe.outputs.figures import DimensionFigure, Lost, QualityFigures, Slice
from fuhe.policy import lexicon
from fuhe.rules import title_of
from fuhe.store import schema
from fuhe.store.form_lines import lines
from fuhe.store.rows import fetch
from fuhe.store.rule_counts import counted
from fuhe.store.selection import Selection, chosen

_ENDS = 8
_GOOD = ("优", "良")
_TOLD = 3


class _Dimension(NamedTuple):
    """A dimension of the rubric: its full points, and the codes that cost it some."""

    name: str
    full: float
    codes: tuple[str, ...]


class _Rubric(NamedTuple):
    """The rubric: what a finding costs, where it costs, and the grades, the best first."""

    name: str
    cost: dict[Severity, float]
    dimensions: tuple[_Dimension, ...]
    grades: tuple[str, ...]


def _rubric() -> _Rubric:
    told = lexicon("quality")
    dimensions = (_Dimension(name, one["full"], tuple(one["codes"])) for name, one in told["dimensions"].items())
    return _Rubric(told["name"], told["cost"], tuple(dimensions), tuple(told["grades"]))


class _Scored(NamedTuple):
    """How many forms have a score."""

    quality: float
    grade: str
    forms: int


def quality_figures(connection: Connection, whole: Selection) -> QualityFigures | None:
    """Return how well the forms of a batch are filled in; None where none is scored."""
    form, rubric = schema.form.c, _rubric()
    scored = chosen(whole) & form.quality.is_not(None)
    by_score = select(form.quality, form.grade, func.count()).where(scored).group_by(form.quality, form.grade)
    rows = fetch(connection, _Scored, by_score)
    forms = sum(row.forms for row in rows)
    if not forms:
        return None
    values = [row.quality for row in rows]
    low_first, high_first = (form.quality, form.errors.desc(), form.id), (form.quality.desc(), form.errors, form.id)
    return QualityFigures(
        rubric=rubric.name,
        costs="，".join(f"{SEVERITY_LABELS[name]}{points:g}分" for name, points in rubric.cost.items()),
        mean=sum(row.quality * row.forms for row in rows) / forms,
        best=max(values),
        worst=min(values),
        grades=tuple(_grades(rows, rubric, whole)),
        bins=tuple(_bins(rows, whole)),
        dimensions=tuple(_dimensions(connection, whole, rubric, forms)),
        weakest=tuple(lines(connection, scored & form.grade.not_in(_GOOD), order=low_first, limit=_ENDS)),
        strongest=tuple(lines(connection, scored & form.grade.in_(_GOOD), order=high_first, limit=_ENDS)),
    )


def _grades(rows: Sequence[_Scored], rubric: _Rubric, whole: Selection) -> list[Slice]:
    counts = Counter[str]()
    for row in rows:
        counts[row.grade] += row.forms
    return [
        Slice(label=grade, forms=counts[grade], query=whole.model_copy(update={"grade": grade}).query)
        for grade in rubric.grades
    ]


def _bins(rows: Sequence[_Scored], whole: Selection) -> list[Slice]:
    """Count the scores in bins of ten points; the bin at the top takes 100 in."""
    counts = Counter[int]()
    for row in rows:
        counts[min(9, int(row.quality // 10))] += row.forms
    low = min(counts)
    return [
        Slice(
            label=f"{10 * ten}–{10 * ten + 10}",
            forms=counts[ten],
            query=whole.model_copy(update={"quality": f"{10 * ten}-{10 * ten + 10 if ten < 9 else ''}"}).query,
        )
        for ten in range(low, 10)
    ]


def _dimensions(connection: Connection, whole: Selection, rubric: _Rubric, forms: int) -> list[DimensionFigure]:
    lost = _lost(connection, whole, rubric)
    made = []
    for one, (taken, below) in zip(rubric.dimensions, _taken(connection, whole, rubric), strict=True):
        worst = sorted((lost[code] for code in one.codes if code in lost), key=lambda one: (-one.points, one.code))
        mean = one.full - taken / forms
        made.append(DimensionFigure(name=one.name, full=one.full, mean=mean, below=below, lost=tuple(worst[:_TOLD])))
    return made


def _cost(rubric: _Rubric) -> ColumnElement[float]:
    costs = [(schema.finding.c.severity == severity, points) for severity, points in rubric.cost.items()]
    return case(*costs, else_=0)


def _taken(connection: Connection, whole: Selection, rubric: _Rubric) -> list[tuple[float, int]]:
    """Return what all forms together lost in each dimension, no form more than it has, and how many forms lost some."""
    finding, form, dimensions = schema.finding.c, schema.form.c, rubric.dimensions
    cost = _cost(rubric)
    per_form = (
        select(*(func.sum(case((finding.code.in_(one.codes), cost), else_=0)).label(f"d{number}")
                 for number, one in enumerate(dimensions)))
        .where(finding.form_id.in_(select(form.id).where(chosen(whole))), finding.source == "rule")
        .group_by(finding.form_id)
        .subquery()
    )  # fmt: skip
    summed: list[ColumnElement[float] | ColumnElement[int]] = []
    for number, one in enumerate(dimensions):
        own = per_form.c[f"d{number}"]
        summed += [func.sum(case((own > one.full, one.full), else_=own)), counted(own > 0)]
    values = connection.execute(select(*summed)).one()
    return [(float(taken or 0), int(below or 0)) for taken, below in zip(values[::2], values[1::2], strict=True)]


def _lost(connection: Connection, whole: Selection, rubric: _Rubric) -> dict[str, Lost]:
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
