"""What a row's points say: how much was cut, whether its figures bear that out, whether the form says why."""

import re
from collections.abc import Iterator
from decimal import Decimal

from fuhe.readings.levels import points_of
from fuhe.readings.phrase import clauses
from fuhe.readings.phrase_parts import cut as parted
from fuhe.readings.phrase_parts import folded
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row, Sheet, printed_points
from fuhe.readings.value import in_unit
from fuhe.text import squeeze

_LEAST_TYPED = 3
_SCORING_NOTE = re.compile(
    r"(?:每|低于|少|超|差)[^。；;]{0,12}扣[^。；;]{0,6}分|扣完为止|按比例|计分|评分标准|赋分|得分="
)


def cut(row: Row) -> Decimal:
    """Return the points taken off a row."""
    return (row.weight or Decimal(0)) - (row.score or Decimal(0))


def share(row: Row) -> Decimal:
    """Return the points given as a share of the row's weight."""
    return (row.score or Decimal(0)) / (row.weight or Decimal(1))


def is_unexplained(sheet: Sheet, row: Row) -> bool:
    """Tell whether neither the row nor the form says anything of a deviation."""
    return says_nothing(row.printed.reason) and not sheet.explains_all


def is_soft(row: Row) -> bool:
    """Tell whether a row's deduction cannot be checked: its target is met, or nothing in it can be measured."""
    return row.met == "met" or (row.met is None and "phrase" in (row.target.kind, row.actual.kind))


def has_own_rule(sheet: Sheet, row: Row) -> bool:
    """Tell whether the row or the form prints a scoring rule of its own."""
    texts = (row.printed.scoring_rule or "", *sheet.form.record.notes)
    return any(_SCORING_NOTE.search(squeeze(text[:5000])) for text in texts)


def due_by_ratio(row: Row) -> Decimal | None:
    """Return the points the ratio rule gives an unmet row whose figures are plain numbers; None for any other."""
    if row.met != "unmet" or row.target.kind != "number" or row.actual.kind != "number" or not row.weight:
        return None
    actual, goal = in_unit(row.actual, row.target), row.target.number
    if actual is None or not goal or goal < 0 or actual < 0 or row.actual.operator not in (None, "="):
        return None
    operator = row.target.operator or ("≤" if row.fewer_is_better else "≥")
    part = 1 - (actual - goal) / goal if operator in ("≤", "<") else min(actual, goal) / goal
    return max(Decimal(0), part) * row.weight if operator != "=" or actual < goal else None


def is_below_ceiling(row: Row) -> bool:
    """Tell whether a cost stayed under the figure set for it."""
    actual, goal = in_unit(row.actual, row.target), row.target.number
    return row.is_cost and row.met == "met" and actual is not None and goal is not None and actual < goal


def is_full_in_class(sheet: Sheet, row: Row) -> bool:
    """Tell whether a row without a weight of its own got full points: its class got all the points its heading prints."""
    if row.weight is not None or row.score is None:
        return False
    return any(_got_all(rows) for rows in _classes_of(sheet, row))


def _classes_of(sheet: Sheet, row: Row) -> Iterator[list[Row]]:
    """Yield the rows that share the row's second-level heading, then those that share its first level's."""
    for name in ("level2", "level1"):
        heading = getattr(row.printed, name)
        if points_of(heading):
            yield [other for other in sheet.rows if getattr(other.printed, name) == heading]


def _got_all(rows: list[Row]) -> bool:
    printed = printed_points(points_of(rows[0].printed.level2)) or printed_points(points_of(rows[0].printed.level1))
    given = [row.score for row in rows if row.score is not None]
    return printed is not None and len(given) == len(rows) and sum(given, Decimal(0)) == printed


def are_scores_typed(sheet: Sheet) -> bool:
    """Tell whether every row's target and actual are nothing but its points: 指标值 = 完成值 = 分值 all down the form."""
    rows = [row for row in sheet.rows if row.target.kind != "blank" or row.actual.kind != "blank"]
    weights = {row.weight for row in rows}
    return len(rows) >= _LEAST_TYPED and len(weights) > 1 and all(map(_is_typed, rows))


def _is_typed(row: Row) -> bool:
    figures = {row.target.exact, row.actual.exact, row.weight}
    units = {row.target.unit, row.actual.unit} - {None, "分"}
    return row.weight is not None and len(figures) == 1 and not units and row.target.operator is None


def cannot_be_graded(row: Row) -> bool:
    """Tell whether neither what was asked nor what is said gives anything to grade by."""
    unasked = row.target.kind in ("phrase", "mixed") and row.wanted.checkable is False
    return unasked and row.actual.kind in ("phrase", "mixed") and row.told.checkable is False


def points_at_stake(sheet: Sheet, row: Row) -> Decimal | None:
    """Return what a row can earn: its weight, else what its class's heading prints where it stands there alone."""
    if row.weight is not None or row.score is None:
        return row.weight
    alone = next((rows for rows in _classes_of(sheet, row) if len(rows) == 1), None)
    return (
        (printed_points(points_of(row.printed.level2)) or printed_points(points_of(row.printed.level1)))
        if alone
        else None
    )


def says_unfinished(row: Row) -> str | None:
    """Return what the row's own words say was left undone: 应发3875人, 已发3620人, 255人未发放; 1座未完成."""
    left = next((text for text, _ in clauses(folded(row.printed.actual)) if _is_left(text)), None)
    return left or next(
        (text for text, _ in clauses(folded(row.name)) if _is_left(text) and _tells_both(row.name)), None
    )


def _is_left(clause: str) -> bool:
    """Tell whether a clause counts something and then says it was not done."""
    if not any(map(str.isdigit, clause)):
        return False
    parts = parted(clause)
    roles = "".join(part.role for part in parts)
    undone = re.search(r"n[ab]*[DBk]", roles)
    return undone is not None and any(char.isdigit() for part in parts[: undone.start()] for char in part.text)


def _tells_both(text: str) -> bool:
    """Tell whether a name reports what was done as well: then what it leaves open is no part of the task's name."""
    return re.search(r"a[DBk]", "".join(part.role for part in parted(folded(text)))) is not None
