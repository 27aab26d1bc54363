"""By how much an actual passes its target, where more is better and the two can be compared."""

from decimal import Decimal

from fuhe.readings.sheet import Row
from fuhe.readings.value import Value, in_unit, is_money_rate

_ABSURD = Decimal(1000)
"""So many times the target is a unit mixed up, no result."""


def times_over(row: Row, ratio: Decimal) -> Decimal | None:
    """Return actual over target where it passes a ratio on a row where more is better."""
    goal, done = row.target, row.actual
    if goal.kind != "number" or done.kind != "number" or goal.operator not in (None, "≥", ">"):
        return None
    if done.operator in ("≤", "<") or row.direction != "≥" or row.subclass == "时效" or _is_standard(row):
        return None
    wanted, reached = goal.number, in_unit(done, goal)
    if not wanted or wanted < 0 or reached is None or _one_more(goal, wanted, reached):
        return None
    if (goal.unit is None or done.unit is None) and "%" in (goal.unit, done.unit) and wanted <= 1:
        return None
    times = reached / wanted
    return times if ratio <= times < _ABSURD else None


def _one_more(goal: Value, wanted: Decimal, reached: Decimal) -> bool:
    """Tell whether only one piece was added: 1项 to 2项 is no low target; units of ten thousand are no pieces."""
    return reached - wanted <= 1 and "万" not in (goal.unit or "")


def _is_standard(row: Row) -> bool:
    """Leave out rates that policy sets, and what is brought down: a fall of 7 % where 5 % was asked is no low target."""
    return row.measure.better == "as-set" or "lessens" in row.measure.about or is_money_rate(row.target.unit)
