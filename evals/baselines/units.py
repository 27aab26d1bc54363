"""What units have today: a workbook or the budget system that adds up, asks for a non-empty reason and applies the ratio."""

import re
from collections.abc import Iterator

from evals.labelled import Case
from evals.said import SEVERITY, Said
from fuhe.records import Form, FundingRow, Indicator

RED = 1.2
"""Above this multiple of the target the budget system marks a value red."""


def check(case: Case) -> list[Said]:
    """Say what sums, required cells and the ratio of bare numbers find."""
    form = case.form
    found = [*_required(form), *_sums(form), *_money(form)]
    found += [pair for index, row in enumerate(form.record.indicators) for pair in _row(index, row)]
    return [Said(code, field, SEVERITY[code]) for code, field in found]


def number(text: str | None) -> float | None:
    """Return the first bare number of a cell, whatever stands around it."""
    found = re.search(r"\d+(?:\.\d+)?", text or "")
    return float(found[0]) if found else None


def _required(form: Form) -> Iterator[tuple[str, str]]:
    for field in ("project", "unit", "year", "goal", "outcome"):
        if field in form.columns and not getattr(form.record, field):
            yield "F001", field


def _sums(form: Form) -> Iterator[tuple[str, str]]:
    rows: tuple[FundingRow | Indicator, ...] = (*form.record.funding[:1], *form.record.indicators)
    for code, name, whole in (("A001", "weight", "total_weight"), ("A002", "score", "total_score")):
        parts = [number(getattr(row, name)) or 0 for row in rows]
        printed = number(getattr(form.record, whole))
        if printed is not None and abs(sum(parts) - printed) > 0.01:
            yield code, whole


def _money(form: Form) -> Iterator[tuple[str, str]]:
    total = form.record.funding[0] if form.record.funding else FundingRow()
    spent, budget, rate = (number(text) for text in (total.executed, total.full_year_budget, total.rate))
    if spent is not None and budget and rate is not None and abs(spent / budget * 100 - rate) > 0.5:
        yield "A003", "funding[0].rate"
    if spent is not None and budget and spent > budget:
        yield "A008", "funding[0].executed"


def _row(index: int, row: Indicator) -> Iterator[tuple[str, str]]:
    at = f"indicators[{index}]"
    weight, score, target, actual = (number(text) for text in (row.weight, row.score, row.target, row.actual))
    if weight and not (row.target and row.actual):
        yield "F004", f"{at}.actual"
    if weight is None or score is None:
        return
    if score > weight:
        yield "A006", f"{at}.score"
    if score < weight and not row.reason:
        yield "S001", f"{at}.reason"
    if target and actual is not None:
        yield from _ratio(at, weight, score, actual / target)


def _ratio(at: str, weight: float, score: float, share: float) -> Iterator[tuple[str, str]]:
    if share < 1 and score > weight * share * 1.05:
        yield ("S003" if score >= weight else "S004"), f"{at}.score"
    if share > RED:
        yield "V012", f"{at}.actual"
