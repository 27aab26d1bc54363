"""N, D 叙述: the goal, the outcome, and the one against the other."""

from collections.abc import Iterator

from fuhe.findings import Severity
from fuhe.readings.echo import differ, echoes
from fuhe.readings.narrative import Side, narrative
from fuhe.readings.row_claims import is_commitment, untold
from fuhe.readings.sheet import Sheet
from fuhe.rules.rule import PRACTICE, Hit, contrast, hit, rule
from fuhe.text import bare, is_blank

_NAMED = 3


@rule("D006", "outcome-echoes-goal", "warning", "实际完成情况照抄预期目标", PRACTICE)
def outcome_echoes_goal(sheet: Sheet) -> Iterator[Hit]:
    """实际完成情况与预期目标文字基本相同，只改了“了”“已”等词，没有增加事实。

    查什么：不计时态、程度的词（已、了、得到、进一步、基本、根本），完成情况是否由预期目标的文字组成，并且没有增加数字、成果。
    为什么：照抄目标等于没有说明完成情况。
    反例：目标“保障热线平稳运行，提高办事效率”，完成情况“保障了热线平稳运行，提高了办事效率”。
    正例：完成情况写明“受理来电12.3万件，按期办结率96.1%”。
    不算问题：完成情况里有目标所没有的数字、成果的；数字也照抄的只作提示；文字很短的；只有少量词语相同的。
    依据：实际完成情况应说明目标完成到什么程度。
    """
    goal, outcome = _text(sheet, "goal"), _text(sheet, "outcome")
    if goal and outcome and echoes(goal, outcome):
        left, right = contrast(sheet.cell("goal"), sheet.cell("outcome"))
        yield hit(
            right,
            "实际完成情况“{outcome}”与预期目标“{goal}”基本相同，没有说明完成到什么程度。",
            outcome=right,
            goal=left,
            severity="info" if narrative(outcome, "outcome").holds and bare(goal) != bare(outcome) else "warning",
            fix=("请逐项写明完成的数量、比率、时间，与年初目标对照",),
        )


@rule("N001", "vague-goal", "warning", "预期目标没有可以核对的成果", "guidance")
def vague_goal(sheet: Sheet) -> Iterator[Hit]:
    """预期目标只有“保障运转”“优化环境”等说法，没有一项可以核对的承诺。

    查什么：预期目标里有没有带单位的数量（不含花多少钱），有没有点明要建成、购置、编制的具体东西，要达到的标准，要发放的补助，或有期限的工作。
    为什么：目标是空的，后面的指标和完成情况就没有对照的依据。
    反例：加强基层监管，进一步提升服务水平，保障各项工作顺利开展。
    正例：全年受理群众来电12万件，按期办结率不低于95%。
    不算问题：写了具体成果但没有数量的（完成灌区节水改造项目，足额发放教师工资）；表格没有这一栏。
    依据：绩效目标应当指向明确、细化量化。
    """
    if weight := _emptiness(sheet):
        yield hit(
            sheet.cell("goal"),
            "预期目标“{goal}”没有写明要完成的数量或具体成果。",
            goal=sheet.cell("goal"),
            severity=weight,
            fix=("请写明本年度要完成的主要事项和数量、要达到的比率，并与下面的指标对应",),
        )


@rule("N002", "vague-outcome", "warning", "实际完成情况没有数据和具体成果", "evaluation")
def vague_outcome(sheet: Sheet) -> Iterator[Hit]:
    """实际完成情况只有“得到保障”“不断提高”等说法，没有一项可以核对的结果。

    查什么：实际完成情况里有没有反映结果的数量、比率，或点明已建成、已购置、已达标、已发放的具体事项；只复述花了多少钱，只写“完成率100%”的不算。
    为什么：没有事实，自评得分就没有支撑。
    反例：保障了中心平稳运转，群众满意度不断提高。
    正例：全年受理来电12.3万件，按期办结率96.1%，回访满意率95%。
    不算问题：写了具体成果但没有数量的（完成设备安装并投入使用）；说明了没有完成的；表格没有这一栏。
    依据：自评应当说明绩效目标的实际完成情况。
    """
    if _is_empty(sheet, "outcome"):
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况“{outcome}”没有数据，也没有写明具体完成的事项。",
            outcome=sheet.cell("outcome"),
            also=(sheet.cell("goal"),) if sheet.form.record.goal else (),
            fix=("请对照预期目标逐项写明完成的数量、比率和时间，数据应与指标行一致",),
        )


@rule("N003", "outcome-off-goal", "warning", "实际完成情况与预期目标说的不是一件事", PRACTICE)
def outcome_off_goal(sheet: Sheet) -> Iterator[Hit]:
    """预期目标要做的事在实际完成情况里没有下文，写的是目标里没有的事。

    查什么：目标要做的事项与完成情况报告的事项有没有一项相合；都不相合的列出两边各是什么事项。目标里写了数量的一项，完成情况和指标都没有提到的，作提示。
    为什么：目标没有交代，完成的又不是目标，自评失去对照。
    反例：目标“改造农村危桥”，完成情况“举办广场舞比赛12场”。
    正例：目标“改造农村危桥6座”，完成情况“6座危桥全部改造完成”。
    不算问题：完成情况空泛（见N002）、照抄目标（见D006）；说法不同但说的是同一件事。
    依据：实际完成情况应与预期目标对照填写。
    """
    goal, outcome = _text(sheet, "goal"), _text(sheet, "outcome")
    apart = differ(goal, outcome) if goal and outcome else None
    if apart:
        yield hit(
            sheet.cell("outcome"),
            "预期目标要做的是{promised}，实际完成情况写的是{told}，两者没有对应。",
            promised="".join(f"“{thing}”" for thing in apart.promised[:_NAMED]),
            told="".join(f"“{thing}”" for thing in apart.told[:_NAMED]),
            also=(sheet.cell("goal"),),
            fix=("请对照预期目标逐项说明完成情况", "目标确有调整的，请说明调整的依据"),
        )
    elif goal and outcome and sheet.rows and (lacking := _untold(sheet, goal, outcome)):
        yield hit(
            sheet.cell("outcome"),
            "预期目标写了{said}，实际完成情况和指标里都没有交代。",
            said="、".join(f"“{clause}”" for clause in lacking[:_NAMED]),
            also=(sheet.cell("goal"),),
            severity="info",
            fix=("请对照预期目标逐项说明完成情况",),
        )


def _untold(sheet: Sheet, goal: str, outcome: str) -> list[str]:
    """Return the clauses of a goal whose promised figures nothing in the form speaks of; a vague outcome tells none anyway."""
    if not narrative(outcome, "outcome").items:
        return []
    items = [item for item in narrative(goal, "goal").figures if is_commitment(item) and untold(sheet, item, outcome)]
    return list(dict.fromkeys(goal[slice(*item.clause)] for item in items))


def _text(sheet: Sheet, field: str) -> str:
    text = sheet.form.text(field)
    return "" if is_blank(text) else text or ""


def _emptiness(sheet: Sheet) -> Severity | None:
    """Return how much it weighs that a goal shows no commitment: 提示 where part of it could not be read."""
    text = _text(sheet, "goal")
    read = narrative(text, "goal") if text else None
    if read is None or read.holds or not read.slogans:
        return None
    return "warning" if read.holds is False else "info"


def _is_empty(sheet: Sheet, side: Side) -> bool:
    """Tell whether a narrative was read and holds nothing that can be checked."""
    text = _text(sheet, side)
    return bool(text) and narrative(text, side).holds is False
