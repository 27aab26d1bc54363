"""V 指标值: cost targets and actuals against the form's own budget and spending."""

from collections.abc import Iterator

from fuhe.readings.cost_rows import (
    cost_reached,
    cost_target,
    funds_of,
    is_explained,
    is_only_cost,
    is_slip,
    is_whole,
    prints_money,
    says_whole_cost,
)
from fuhe.readings.sheet import Sheet
from fuhe.rules.rule import ARITHMETIC, PRACTICE, Hit, hit, rule


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
        if row.target.operator is None and prints_money(row) and cost_target(sheet, row):
            yield hit(
                row.cell("target"),
                "成本指标“{name}”的指标值为“{target}”，没有写明是上限。",
                name=row.cell("name"),
                target=row.cell("target"),
                fix=("建议写为“≤”加金额和单位，表示成本控制在该数以内",),
            )


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
    funds = funds_of(sheet)
    if funds is None or funds.spent is None or funds.budget is None or funds.spent.agrees(funds.budget):
        return
    for row in sheet.rows:
        amount = cost_target(sheet, row)
        if amount is None or amount.yuan != funds.spent.yuan or funds.restated_by(amount):
            continue
        if amount.decimals or says_whole_cost(row) or is_only_cost(sheet, row):
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
    funds = funds_of(sheet)
    for row in sheet.rows if funds else ():
        amount = cost_target(sheet, row)
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
    funds = funds_of(sheet)
    for row in sheet.rows if funds and funds.spent else ():
        done = cost_reached(sheet, row)
        if not (funds and funds.spent and done) or done.agrees(funds.spent) or is_slip(done, funds.spent):
            continue
        if is_whole(sheet, row, funds) and not is_explained(sheet, row):
            yield hit(
                row.cell("actual"),
                "“{name}”实际完成值{actual}，全年执行数为{spent}，两个数不一致，表内没有说明。",
                name=row.cell("name"),
                actual=row.cell("actual"),
                spent=funds.spent.cell,
                also=(row.cell("target"), *((funds.budget.cell,) if funds.budget else ())),
                fix=("请核实实际成本与全年执行数，保持一致", "差额属尾款未付、其他资金等情况的，请写明"),
            )
