"""What a form proves about a row, an execution rate or itself: named figures, each tied to the cells it comes from."""

from decimal import Decimal

from fuhe.drafts import Fact
from fuhe.readings.sheet import Row, Sheet, rounded
from fuhe.readings.value import in_unit
from fuhe.rules.rule import plain

Facts = dict[str, Fact]


def of_row(row: Row) -> Facts:
    """Return the row's printed values and what can be computed from them: 缺口, 完成率, 扣分."""
    path = f"indicators[{row.index}]"
    facts = {}
    if row.printed.target:
        facts["年初指标值"] = Fact(value=row.printed.target, cells=(f"{path}.target",))
    if row.printed.actual:
        facts["实际完成值"] = Fact(value=row.printed.actual, cells=(f"{path}.actual",))
    if row.weight is not None:
        facts["分值"] = Fact(value=plain(row.weight), cells=(f"{path}.weight",))
    if row.weight is not None and row.score is not None:
        facts["扣分"] = Fact(value=plain(row.weight - row.score), cells=(f"{path}.weight", f"{path}.score"))
    return facts | _gap(row, path)


def _gap(row: Row, path: str) -> Facts:
    actual, goal = in_unit(row.actual, row.target), row.target.number
    if row.target.kind != "number" or row.actual.kind != "number" or actual is None or goal is None:
        return {}
    cells = (f"{path}.target", f"{path}.actual")
    unit = "个百分点" if row.target.unit == "%" else row.target.unit or row.actual.unit or ""
    facts = {"缺口": Fact(value=f"{plain(abs(goal - actual))}{unit}", cells=cells)}
    if goal:
        facts["完成率"] = Fact(value=f"{plain(rounded(actual / goal * 100, 1))}%", cells=cells)
    return facts


def of_execution(sheet: Sheet) -> Facts:
    """Return budget, spending and what is left, in the form's own unit; empty where the total row does not say."""
    execution = sheet.execution
    if execution is None:
        return {}
    path = f"funding[{execution.index}]"
    budget, spent = sheet.money(f"{path}.full_year_budget"), sheet.money(f"{path}.executed")
    if not budget or spent is None:
        return {}
    left, unit = budget - spent, sheet.money_unit
    cells = (f"{path}.full_year_budget", f"{path}.executed")
    return {
        "全年预算数": Fact(value=f"{plain(budget)}{unit}", cells=cells[:1]),
        "全年执行数": Fact(value=f"{plain(spent)}{unit}", cells=cells[1:]),
        "未执行数": Fact(value=f"{plain(left)}{unit}", cells=cells),
        "未执行占比": Fact(value=f"{plain(rounded(left / budget * 100, 1))}%", cells=cells),
        "执行率": Fact(value=f"{plain(rounded(spent / budget * 100, 2))}%", cells=cells),
    }


def number(value: int | Decimal, *cells: str) -> Fact:
    """Return a count or a figure computed from cells."""
    return Fact(value=str(value) if isinstance(value, int) else plain(value), cells=cells)
