"""L 归类: whether an indicator stands under the class it belongs to, and holds one thing."""

from collections.abc import Iterator

from fuhe.readings.name_classes import (
    holds_formula,
    is_budget_course,
    is_cost_name,
    is_input,
    is_quality_rate,
    is_routine,
    listed_things,
    names_amount,
    pays_people,
    routine_subject,
)
from fuhe.readings.sheet import Row, Sheet
from fuhe.rules.rule import PRACTICE, Hit, hit, rule


@rule("L001", "wrong-class", "warning", "指标归错了类别", "guidance")
def wrong_class(sheet: Sheet) -> Iterator[Hit]:
    """指标明显放错了类别：比率放在数量指标下，成本控制放在生态效益下，资金到位、支付进度当作绩效指标。

    查什么：数量指标下考核合格率、及时率、达标率等质量、时效、效果比率的；成本控制、节约成本放在生态效益下的；资金到位率、预算执行率、支付进度作为指标的。
    为什么：归类不对，该类指标实际上没有考核；资金到位和支付属于预算执行，已在执行率一行计分。
    反例：数量指标“设备验收合格率”100%；时效指标“资金到位率”100%。
    正例：质量指标“设备验收合格率”100%；数量指标“验收设备台数”20台。
    不算问题：部门整体自评表；资金支付及时率；完成率、覆盖率、到位率等也表示数量的比率；补助类项目的补贴发放率；类别是沿用上一行推定、表里又没有质量指标的（见F005）；有质量指标的作提示；社会效益里考核满意度的（见D002）。
    依据：指标应当归入相应类别，资金执行不作为绩效指标重复考核。
    """
    for row in () if sheet.is_departmental else sheet.rows:
        if why := _misfiled(sheet, row):
            yield hit(
                row.cell("level2") if row.printed.level2 else row.cell("name"),
                "“{name}”列在{class_}下，{why}。",
                name=row.cell("name"),
                class_=row.cell("level2") if row.printed.level2 else "该类",
                why=why[0],
                also=(row.cell("target"),),
                fix=(why[1],),
                severity="info" if _is_carried(sheet, row) else None,
            )


def _is_carried(sheet: Sheet, row: Row) -> bool:
    """Tell whether a row's class stands in a row above and its own cell is blank."""
    return f"indicators[{row.index}].level2" in sheet.form.inferred


def _misfiled(sheet: Sheet, row: Row) -> tuple[str, str] | None:
    if not row.weight and row.score is None and sheet.has("weight"):
        return None
    if row.stands_apart:
        return None
    if is_budget_course(row.measure):
        return "属于预算执行情况，已在执行率中计分", "请改为反映产出或效果的指标"
    printed = not _is_carried(sheet, row) or _prints_quality(sheet)
    if row.subclass == "数量" and printed and row.target.unit == "%" and is_quality_rate(row.measure):
        return "考核的是比率，不是数量", "请归入质量、时效等相应类别，数量指标另设完成的件数、人数等"
    if row.subclass == "数量" and printed and is_cost_name(row.measure) and not is_input(row.measure):
        return "考核的是成本，不是数量", "请归入成本指标，数量指标另设完成的件数、人数等"
    if row.subclass == "生态效益" and is_cost_name(row.measure):
        return "考核的是成本，不是生态效益", "请归入成本指标，生态效益另设相应指标，确不涉及的可以不设"
    return None


def _prints_quality(sheet: Sheet) -> bool:
    """Tell whether the form prints 质量指标 somewhere: then a blank cell under 数量指标 is no lost heading."""
    return any(row.subclass == "质量" and row.printed.level2 and not _is_carried(sheet, row) for row in sheet.rows)


@rule("L002", "input-as-output", "info", "把投入当作产出", "guidance")
def input_as_output(sheet: Sheet) -> Iterator[Hit]:
    """数量指标考核的是人员编制、座席数、资金额等投入，不是做成了什么。

    查什么：数量指标的名称是否为工作人员数、话务员数、座席数、投入资金额等。
    为什么：投入不等于产出，应考核这些投入办成了多少事。
    反例：数量指标“窗口工作人员数”30人。
    正例：数量指标“窗口受理办件量”≥5万件。
    不算问题：部门整体自评表；发放补贴的人数、培训人数、受益人数等就是产出的；以工资、社保为内容的人员经费项目；补助、奖补资金额。
    依据：产出指标反映预期完成的公共产品和服务。
    """
    if sheet.is_departmental or pays_people(sheet.form.record.project):
        return
    for row in sheet.rows:
        if row.subclass == "数量" and is_input(row.measure):
            yield hit(
                row.cell("name"),
                "数量指标“{name}”反映的是投入的人员、设施或资金，不是产出。",
                name=row.cell("name"),
                also=(row.cell("target"),),
                fix=("建议改为这些投入办成的事项数量，如受理量、服务人次、完成件数",),
            )


@rule("L003", "routine-as-indicator", "info", "把日常管理要求当作绩效指标", "guidance")
def routine_as_indicator(sheet: Sheet) -> Iterator[Hit]:
    """指标考核的是制度健全、资料归档、资金使用合规等管理要求。

    查什么：三级指标名称是否为管理制度健全性、档案管理、资金使用合规性等。
    为什么：这些是每个项目都要做到的，区分不出绩效好坏。
    反例：质量指标“资金使用合规性”，指标值“合规”。
    正例：质量指标“工程验收合格率”100%。
    不算问题：部门整体自评表；以制度建设、档案整理为内容的项目。
    依据：绩效指标应当反映项目的产出和效果。
    """
    project = sheet.form.record.project or ""
    for row in () if sheet.is_departmental else sheet.rows:
        subject = routine_subject(row.measure)
        if is_routine(row.measure) and not (subject and (subject in project or subject[:2] in project)):
            yield hit(
                row.cell("name"),
                "“{name}”属于日常管理要求，不反映项目的产出和效果。",
                name=row.cell("name"),
                fix=("建议改为反映本项目产出、效果的指标",),
            )


@rule("L004", "formula-in-name", "info", "指标名称里写了金额、算式或数量", PRACTICE)
def formula_in_name(sheet: Sheet) -> Iterator[Hit]:
    """三级指标名称里带着金额、单价、计算式，或已经写了数量。

    查什么：名称里有“15人*5万”一类的算式，带单位的金额，或以数量结尾（改造农房120户）。
    为什么：数值应写在年度指标值里，名称只写考核什么。
    反例：成本指标“聘用人员工资15人*5万元”。
    正例：成本指标“聘用人员人均工资”，指标值≤5万元/人·年。
    不算问题：名称括号里的计量单位；规格型号、文号、“12345”等名称中的数字。
    依据：复核惯例。
    """
    for row in sheet.rows:
        formula = holds_formula(row.name)
        if formula or names_amount(row.measure):
            yield hit(
                row.cell("name"),
                "指标名称“{name}”里写了{what}。",
                name=row.cell("name"),
                what="金额或算式" if formula else "数量",
                also=(row.cell("target"),),
                fix=("名称只写考核内容，金额、单价写到年度指标值一栏",),
            )


@rule("L005", "two-in-one", "info", "一行指标考核两件事", "guidance")
def two_in_one(sheet: Sheet) -> Iterator[Hit]:
    """一个三级指标里放了两件可能结果不同的事。

    查什么：名称里是否用“和”“及”“、”并列了两个度量（接通率和办结率），或用逗号连着两句不同的要求；名称并列了几样东西，指标值也分别写了几个数的。
    为什么：两件事一件完成、一件没完成时，无法打分。
    反例：“接通率和办结率”≥95%；“提供优质高效的服务，不断提升企业满意度”。
    正例：分成“接通率”“办结率”两行，各设指标值和分值。
    不算问题：一个度量的两个对象（农村和城市改造面积）；“及时性”等含“及”的词；成本指标列出几项开支。
    依据：指标应当可以单独衡量。
    """
    for row in sheet.rows:
        if row.is_cost:
            continue
        things = row.measure.things if len(row.measure.things) > 1 else listed_things(row.name, row.printed.target)
        if len(things) > 1:
            yield hit(
                row.cell("name"),
                "“{name}”同时考核“{first}”和“{second}”，两者结果不同时无法打分。",
                name=row.cell("name"),
                first=things[0],
                second=things[1],
                fix=("建议分成两行，各设指标值和分值",),
            )
