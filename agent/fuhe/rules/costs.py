"""V 指标值: cost targets and actuals against the form's own budget and spending."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from fuhe.findings import Cell
from fuhe.policy import simplify, words
from fuhe.readings.phrases import says_nothing
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value, factor_of, in_unit, parse, unit
from fuhe.rules.rule import ARITHMETIC, PRACTICE, Hit, hit, rule
from fuhe.text import is_blank, squeeze

_YUAN = parse("1元")
_NEAR = Decimal("0.1")
_TEN_THOUSAND = Decimal(10000)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 元, and half of the last place it is printed to."""

    cell: Cell
    yuan: Decimal
    slack: Decimal
    decimals: int

    def agrees(self, other: "Money | None") -> bool:
        """Compare at the coarser printed precision of the two."""
        return other is not None and abs(self.yuan - other.yuan) <= max(self.slack, other.slack)


@dataclass(frozen=True, slots=True)
class Funds:
    """The form's own amounts: 年初预算数, 全年预算数, 全年执行数."""

    initial: Money | None
    budget: Money | None
    spent: Money | None

    def restated_by(self, amount: Money) -> Money | None:
        """Return the budget figure that an amount repeats, the nearer of the two."""
        alike = [each for each in (self.budget, self.initial) if each and amount.agrees(each)]
        return min(alike, key=lambda each: abs(each.yuan - amount.yuan), default=None)

    def is_near(self, amount: Money) -> bool:
        """Tell whether an amount is about the size of this year's budget: no multi-year total, no part of it."""
        budget = self.budget or self.initial
        return budget is not None and abs(amount.yuan - budget.yuan) <= _NEAR * budget.yuan


def _funds(sheet: Sheet) -> Funds | None:
    row = _money_row(sheet)
    if row is None:
        return None
    columns = ("initial_budget", "full_year_budget", "executed")
    return Funds(*(_amount(sheet, sheet.cell(f"funding[{row}].{column}")) for column in columns))


def _money_row(sheet: Sheet) -> int | None:
    """Return the funding row that states the whole: the total row, or the only filled part where the total is blank."""
    execution = sheet.execution
    if execution is None or not execution.recomputed:
        return execution.index if execution else None
    parts = [index for index, row in enumerate(sheet.form.record.funding) if not is_blank(row.executed)]
    parts = [index for index in parts if index != execution.index]
    return parts[0] if len(parts) == 1 else None


def _amount(sheet: Sheet, cell: Cell) -> Money | None:
    value = parse(cell.text)
    return _money(sheet, cell, value) if value.operator in (None, "=") else None


def _money(sheet: Sheet, cell: Cell, value: Value) -> Money | None:
    """Return an amount in 元; a figure without unit is read in the form's own."""
    measure = value.unit or unit(sheet.form.record.fund_unit) or "万元"
    scale = factor_of(measure)
    if value.kind != "number" or scale is None or scale[0] != "钱":
        return None
    yuan = in_unit(replace(value, unit=measure), _YUAN)
    if not yuan or yuan < 0:
        return None
    return Money(cell, yuan, Decimal(5).scaleb(-value.decimals - 1) * scale[1], value.decimals)


def _target(sheet: Sheet, row: Row) -> Money | None:
    """Return the total amount a cost row sets as its target; None for rates per head, percentages and counts."""
    if not row.is_cost or row.target.kind != "number" or is_fixed_rate(row):
        return None
    return _money(sheet, row.cell("target"), row.target)


def is_fixed_rate(row: Row) -> bool:
    """Tell whether a row states a rate (per head, per mu, a subsidy standard) and no total."""
    name = simplify(squeeze(row.name))
    return any(word in name for word in words("ratios", "fixed_rates")) and not says_whole_cost(row)


def says_whole_cost(row: Row) -> bool:
    """Tell whether the name itself says that it is the project's whole cost."""
    name = simplify(squeeze(row.name))
    return any(word in name for word in words("ratios", "whole_cost"))


@rule("V009", "missing-operator", "info", "成本指标值没有写“≤”", "guidance")
def missing_operator(sheet: Sheet) -> Iterator[Hit]:
    """成本指标的指标值是一个总金额，前面没有“≤”。

    查什么：成本指标的指标值只有金额，没有≤、不超过、以内等。
    为什么：成本指标考核的是控制在多少以内，不写“≤”就看不出是上限还是应当花掉的数。
    反例：设备采购成本，指标值84万元。
    正例：设备采购成本，指标值≤84万元。
    不算问题：按人、按亩等定额标准（补助标准500元/人）；数量指标（2台、1座）；百分比；已写≤的。
    依据：绩效指标应当细化量化、可衡量。
    """
    for row in sheet.rows:
        if row.target.operator is None and _prints_money(row) and _target(sheet, row):
            yield hit(
                row.cell("target"),
                "成本指标“{name}”的指标值为“{target}”，没有写明是上限。",
                name=row.cell("name"),
                target=row.cell("target"),
                fix=("建议写为“≤”加金额和单位，表示成本控制在该数以内",),
            )


def _prints_money(row: Row) -> bool:
    scale = factor_of(row.target.unit)
    return (scale is not None and scale[0] == "钱") or (row.target.unit is None and "万元" in row.name)


@rule("V010", "cost-backfitted", "warning", "成本指标值等于全年执行数", PRACTICE)
def cost_backfitted(sheet: Sheet) -> Iterator[Hit]:
    """成本指标的年度指标值与全年执行数相同，而与预算数不同。

    查什么：成本指标值（按金额单位换算后）等于全年执行数，同时年初预算数、全年预算数都不是这个数。
    为什么：指标值应当在年初确定；与执行数一分不差，容易被认为是按执行结果倒填。
    反例：全年预算46.8万元，执行39.52万元，成本指标值39.52万元。
    正例：全年预算46.8万元，执行39.52万元，成本指标值≤46.8万元，完成值39.52万元。
    不算问题：预算与执行相同；指标值与年初或全年预算数相同；定额标准；一项分项成本碰巧相等（整数）。
    依据：复核惯例。
    """
    funds = _funds(sheet)
    if funds is None or funds.spent is None or funds.budget is None or funds.spent.agrees(funds.budget):
        return
    for row in sheet.rows:
        amount = _target(sheet, row)
        if amount is None or amount.yuan != funds.spent.yuan or funds.restated_by(amount):
            continue
        if amount.decimals or says_whole_cost(row) or _is_only_cost(sheet, row):
            yield hit(
                row.cell("target"),
                "成本指标“{name}”的指标值{target}与全年执行数{spent}相同，而全年预算数为{budget}，请核实指标值是否为年初所定。",
                name=row.cell("name"),
                target=row.cell("target"),
                spent=funds.spent.cell,
                budget=funds.budget.cell,
                also=(row.cell("actual"),),
                fix=("请按年初批复的绩效目标填写指标值", "年中调整过的，请说明调整依据"),
            )


def _is_only_cost(sheet: Sheet, row: Row) -> bool:
    return not any(other.is_cost and other is not row for other in sheet.rows)


@rule("V011", "cost-equals-budget", "info", "成本指标值只是重复预算数", "guidance")
def cost_equals_budget(sheet: Sheet) -> Iterator[Hit]:
    """成本指标的年度指标值就是项目预算总额。

    查什么：成本指标值（按金额单位换算后）等于年初预算数或全年预算数。
    为什么：预算执行情况另有执行率考核，重复预算总额看不出成本控制得怎样。
    反例：全年预算60万元，成本指标“项目总成本”≤60万元。
    正例：成本指标“每公里养护成本”≤3.2万元。
    不算问题：定额标准、单位成本、节约率；分项成本；与预算不同的金额。
    依据：绩效指标应当细化量化、指向明确。
    """
    funds = _funds(sheet)
    for row in sheet.rows if funds else ():
        amount = _target(sheet, row)
        if funds and amount and (budget := funds.restated_by(amount)) and funds.is_near(amount):
            yield hit(
                row.cell("target"),
                "成本指标“{name}”的指标值{target}就是项目预算数{budget}，没有反映成本控制的要求。",
                name=row.cell("name"),
                target=row.cell("target"),
                budget=budget.cell,
                fix=("建议改用单位成本、分项成本或节约率等能反映成本控制的指标",),
            )


@rule("V014", "cost-off-spending", "warning", "总成本的完成值与全年执行数不一致", ARITHMETIC)
def cost_off_spending(sheet: Sheet) -> Iterator[Hit]:
    """考核项目总成本的指标，实际完成值与资金栏的全年执行数对不上，表内没有说明。

    查什么：名称为总成本、或指标值就是预算总额的成本指标，其完成值（按金额单位换算、按所印小数位）与全年执行数是否一致。
    为什么：同一笔钱在一张表里有两个数，总有一个不实。
    反例：全年预算180万元，执行142.6万元，项目总成本完成值180万元。
    正例：全年预算180万元，执行142.6万元，项目总成本完成值142.6万元。
    不算问题：四舍五入；分项成本、定额标准；跨年项目的总投资；写明尾款未付、结余、自筹等情况的。
    依据：表内数据互相核对。
    """
    funds = _funds(sheet)
    for row in sheet.rows if funds and funds.spent else ():
        done = _done(sheet, row)
        if not (funds and funds.spent and done) or done.agrees(funds.spent) or _is_slip(done, funds.spent):
            continue
        if _is_whole(sheet, row, funds) and not _explained(sheet, row):
            yield hit(
                row.cell("actual"),
                "“{name}”实际完成值{actual}，全年执行数为{spent}，两个数不一致，表内没有说明。",
                name=row.cell("name"),
                actual=row.cell("actual"),
                spent=funds.spent.cell,
                also=(row.cell("target"), *((funds.budget.cell,) if funds.budget else ())),
                fix=("请核实实际成本与全年执行数，保持一致", "差额属尾款未付、其他资金等情况的，请写明"),
            )


def _done(sheet: Sheet, row: Row) -> Money | None:
    if not row.is_cost or row.actual.kind != "number" or row.actual.operator not in (None, "="):
        return None
    measured = row.actual if row.actual.unit else replace(row.actual, unit=row.target.unit)
    return _money(sheet, row.cell("actual"), measured)


def _is_slip(left: Money, right: Money) -> bool:
    """Leave amounts a unit apart (元 under 万元) to V005."""
    return max(left.yuan, right.yuan) / min(left.yuan, right.yuan) >= _TEN_THOUSAND / 2


def _is_whole(sheet: Sheet, row: Row, funds: Funds) -> bool:
    """Tell whether a row is about the project's whole cost of this year: by its target, or by name and size."""
    amount = _target(sheet, row)
    if amount is None or not funds.is_near(amount):
        return False
    return says_whole_cost(row) or funds.restated_by(amount) is not None


def _explained(sheet: Sheet, row: Row) -> bool:
    record = sheet.form.record
    texts = [other.printed.reason for other in sheet.rows] + [other.reason for other in record.funding]
    texts += [box.text for box in record.remarks] + [record.outcome, row.name]
    said = "".join(text for text in texts if text)
    return not says_nothing(row.printed.reason) or any(word in said for word in words("ratios", "settled_later"))
