"""N 叙述: goals and outcomes in words."""

from collections.abc import Iterator

from fuhe.readings.phrases import has_result_figure, names_deliverable
from fuhe.readings.sheet import Sheet
from fuhe.rules.rule import Hit, hit, rule
from fuhe.text import is_blank


@rule("N001", "vague-goal", "warning", "预期目标没有可以核对的成果", "guidance")
def vague_goal(sheet: Sheet) -> Iterator[Hit]:
    """预期目标只有“保障运转”“优化环境”等说法，没有数量，也没有具体要完成的事。

    查什么：预期目标里有没有带单位的数量（不含花多少钱），或有没有点明要建成、购置、举办、发放的具体东西。
    为什么：目标是空的，后面的指标和完成情况就没有对照的依据。
    反例：确保中心平稳、有序、高效运转，保障日常工作基本需要。
    正例：全年受理群众来电12万件，按期办结率不低于95%。
    不算问题：写了具体成果但没有数量的（完成灌区节水改造项目）；表格没有这一栏。
    依据：绩效目标应当指向明确、细化量化。
    """
    goal = sheet.form.record.goal
    if goal and not is_blank(goal) and not has_result_figure(goal) and not names_deliverable(goal):
        yield hit(
            sheet.cell("goal"),
            "预期目标“{goal}”没有写明要完成的数量或具体成果。",
            goal=sheet.cell("goal"),
            fix=("请写明本年度要完成的主要事项和数量、要达到的比率，并与下面的指标对应",),
        )


@rule("N002", "vague-outcome", "warning", "实际完成情况没有数据和具体成果", "evaluation")
def vague_outcome(sheet: Sheet) -> Iterator[Hit]:
    """实际完成情况只有“得到保障”“不断提高”等说法，没有数据，也没有具体做成了什么。

    查什么：实际完成情况里有没有反映结果的数量、比率，或点明已完成的具体事项；只复述花了多少钱的不算。
    为什么：没有事实，自评得分就没有支撑。
    反例：保障了中心平稳运转，群众满意度不断提高。
    正例：全年受理来电12.3万件，按期办结率96.1%，回访满意率95%。
    不算问题：写了具体成果但没有数量的（完成设备安装并投入使用）；表格没有这一栏。
    依据：自评应当说明绩效目标的实际完成情况。
    """
    outcome = sheet.form.record.outcome
    if outcome and not is_blank(outcome) and not has_result_figure(outcome) and not names_deliverable(outcome):
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况“{outcome}”没有数据，也没有写明具体完成的事项。",
            outcome=sheet.cell("outcome"),
            also=(sheet.cell("goal"),) if sheet.form.record.goal else (),
            fix=("请对照预期目标逐项写明完成的数量、比率和时间，数据应与指标行一致",),
        )
