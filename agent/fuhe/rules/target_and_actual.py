"""V 指标值: whether targets and actuals can be held against each other."""

from collections.abc import Iterator

from fuhe.findings import Severity
from fuhe.readings.answering import Answer, answer
from fuhe.readings.narrative import narrative
from fuhe.readings.numbers import figures
from fuhe.readings.phrase import NAMES_NOTHING
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row, Sheet
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.similarity import key
from fuhe.text import bare

_OF_WORDS = ("phrase", "mixed")


@rule("V001", "vague-target", "warning", "年度指标值没有可核对的标准", "guidance")
def vague_target(sheet: Sheet) -> Iterator[Hit]:
    """年度指标值只有“效果显著”“持续提升”之类的说法，没有可以核对的标准。

    查什么：指标值是定性说法，既不是可分档的等次，也没有数量、比率、时限或依据可以核对。
    为什么：没有标准，完成与否、打几分都说不清，容易被要求重填。
    反例：社会效益指标“群众办事便利度”，指标值“不断提升”。
    正例：指标值“网上可办率≥90%”；或按等次写“达成年度指标”。
    不算问题：达成年度指标、是/否、合格、好/一般/差等可以分档打分的；写明“符合××标准”“按期完成”的。
    依据：绩效指标应当细化量化；难以量化的，采用可衡量的定性表述。
    """
    for row in sheet.rows:
        if row.target.kind in _OF_WORDS and row.wanted.checkable is False and row.wanted.kind != "prompt":
            yield hit(
                row.cell("target"),
                "“{name}”的年度指标值为“{target}”，没有数量、比率或分档标准，完成程度无从核对。",
                name=row.cell("name"),
                target=row.cell("target"),
                severity="info" if row.wanted.kind == "deadline" or row.wanted.by == NAMES_NOTHING else "warning",
                also=(row.cell("actual"),),
                fix=("请改为可以核对的指标值：写明运算符、数值和单位", "确实难以量化的，请写明分档标准和佐证材料"),
            )


@rule("V002", "vague-actual", "warning", "实际完成值只有空泛说法", "evaluation")
def vague_actual(sheet: Sheet) -> Iterator[Hit]:
    """实际完成值只有“效果显著”“有所提升”之类的说法，没有事实。

    查什么：实际完成值是空泛说法，本行的偏差原因、佐证材料里也没有数据。
    为什么：完成值是打分的依据，说不清做到什么程度，得分就没有依据。
    反例：指标值“办事更方便”，完成值“有所提升”，10分得9分。
    正例：完成值“高频事项平均跑动次数由2.1次降到0.6次”。
    不算问题：达成年度指标、是、合格等等次（指标值是数或空泛说法的作提示）；从“好/一般/差”中选定的一档；与指标值相同的（见V003）；本行另有数据或佐证的。
    依据：单位自评应当填写实际完成情况，有据可查。
    """
    for row in sheet.rows:
        empty = row.actual.kind in _OF_WORDS and _says_nothing_checkable(row)
        if (empty or _only_says_met(row)) and not _is_answered(row):
            yield hit(
                row.cell("actual"),
                "“{name}”的实际完成值为“{actual}”，没有数据或事实，完成程度无从核对{scored}。",
                name=row.cell("name"),
                actual=row.cell("actual"),
                scored=f"，得{row.printed.score}分" if row.score is not None else "",
                also=(row.cell("target"),),
                severity="warning" if empty and row.told.kind != "deadline" else "info",
                fix=("请写明实际完成情况：数量、比率、时间或可查的事实", "请附相应佐证材料"),
            )


def _only_says_met(row: Row) -> bool:
    """Tell whether an actual says only that it was met where the target has no bar, or has a figure to be answered."""
    told = row.told
    met = told.grade in ("met", "part") and told.by in ("完成等次", "是否完成") and not figures(told.text)
    vague = row.target.kind in _OF_WORDS and row.wanted.checkable is False
    return met and (vague or (row.target.kind in ("number", "range") and row.target.number != 1))


def _says_nothing_checkable(row: Row) -> bool:
    return row.told.checkable is False and row.told.kind not in ("prompt", "ranks")


def _is_answered(row: Row) -> bool:
    """Tell whether the actual picks a printed rank, echoes the target (V003), or has facts beside it."""
    picks = row.wanted.kind == "ranks" and row.picks_rank
    facts = bool(narrative(row.printed.reason or "", "outcome").figures) or not says_nothing(row.printed.evidence)
    return picks or facts or _echoes(row)


@rule("V003", "echoed-value", "warning", "实际完成值照抄年度指标值", PRACTICE)
def echoed_value(sheet: Sheet) -> Iterator[Hit]:
    """定性指标的实际完成值与年度指标值一字不差或只差虚词，没有说明实际做到了什么程度。

    查什么：指标值是定性说法，完成值重复同样的话。培训、演练等可以计数的事只填“已完成”的，以及说不准能否核对的，作提示。
    为什么：照抄目标等于没有自评，得分缺少依据。
    反例：指标值“效果显著”，完成值“效果显著”，10分得10分。
    正例：指标值“办件时间缩短”，完成值“平均办件时间由5个工作日缩短到3个工作日”。
    不算问题：数值照填（≥95%→≥95%，见V004）；是→是、达成→达成、合格→合格等分档答案；2024年度→2024年度等时间。
    “无安全事故”“通过竣工验收”“应保尽保”等只有做到、没做到之分的；“按合同约定时间完成”等时限。没有选定的等次（好/坏→好/坏）仍要提示。
    依据：实际完成值应当填写实际情况。
    """
    for row in sheet.rows:
        if _echoes(row) and (severity := _echo_weighs(row)):
            yield hit(
                row.cell("actual"),
                "“{name}”的实际完成值“{actual}”与年度指标值“{target}”相同，没有说明实际完成情况{scored}。",
                name=row.cell("name"),
                actual=row.cell("actual"),
                target=row.cell("target"),
                scored=f"，得{row.printed.score}分" if row.score is not None else "",
                severity=severity,
                fix=("请写明实际完成情况：数量、比率、时间或可查的事实", "请附相应佐证材料"),
            )


def _echoes(row: Row) -> bool:
    if row.target.kind not in _OF_WORDS or row.actual.kind not in _OF_WORDS:
        return False
    return bare(row.target.raw) == bare(row.actual.raw) or _same_but_padding(row)


def _same_but_padding(row: Row) -> bool:
    """Tell whether both say the same once 不断, 持续 and the like are taken away and something remains."""
    folded = key(row.target.raw)
    return len(folded) >= 4 and folded == key(row.actual.raw)


def _echo_weighs(row: Row) -> Severity | None:
    """Return how much an echo weighs: it answers a grade or a deed, tells nothing of degree, else a reviewer may ask."""
    if row.wanted.kind == "deadline" and row.wanted.checkable is False:
        return "info"
    if row.wanted.kind == "ranks" or row.wanted.by == "起点等次" or row.wanted.checkable is False:
        return "warning"
    if row.told.checkable is False:
        return "warning"
    if row.told.checkable is None or (row.told.by == "是否完成" and row.could_be_counted):
        return "info"
    return None


@rule("V004", "operator-in-actual", "info", "实际完成值带有不等号", PRACTICE)
def operator_in_actual(sheet: Sheet) -> Iterator[Hit]:
    """实际完成值写成“≥95%”这样的范围，不是测得的数。

    查什么：实际完成值带有≥、≤、不低于、以上等范围写法。
    为什么：完成值应是一个确定的数，范围无法计算完成率。
    反例：满意度目标≥90%，完成值≥95%。
    正例：满意度目标≥90%，完成值95.6%。
    不算问题：年度指标值带不等号；完成值是时间。一体化系统导出的表会自动带上符号，所以只作提示。
    依据：复核惯例。
    """
    for row in sheet.rows:
        if row.actual.kind == "number" and row.actual.operator not in (None, "="):
            yield hit(
                row.cell("actual"),
                "“{name}”的实际完成值填“{actual}”，是一个范围，请填写实际测得的数。",
                name=row.cell("name"),
                actual=row.cell("actual"),
                also=(row.cell("target"),),
                fix=("请填写实际统计结果；如系统导出时自动带上符号，请核实原始数据",),
            )


@rule("V006", "incomparable", "warning", "实际完成值与年度指标值不是一类，无法对照", "evaluation")
def incomparable(sheet: Sheet) -> Iterator[Hit]:
    """实际完成值与年度指标值不是同一种说法，谈不上完成没完成。

    查什么：指标值是数或日期而完成值没有数（良好、不是100%的比率只填“已完成”）；指标值是比例而完成值是数量，或相反；指标值是期限而完成值是
    比例、数量；指标值是等次而完成值不是；指标值说程度而完成值说时间长短。指标值是日期而完成值没有写日期的，完成值的数说的是另一件事的，作提示。
    为什么：完成值要与指标值对照打分，两者不是一类就没有依据。
    反例：设备配备率100%，完成值1000件；社会效益“效果显著”，完成值“长期”。
    正例：设备配备率100%，完成值98.5%；合格率100%，完成值“已完成”“全部合格”。
    不算问题：完成值是达成年度指标等等次，100%填“已完成”“全部合格”；定性指标值配了实测的数；只差“不断”“逐步”等词；一方没有写单位。
    依据：单位自评应当将实际完成值与年初指标值对照打分。
    """
    for row in sheet.rows:
        if found := _incomparable(row):
            yield hit(
                row.cell("actual"),
                "“{name}”年度指标值为“{target}”，实际完成值为“{actual}”，{how}，无法对照。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                how=found.how,
                severity="info" if found.is_weak else "warning",
                fix=("请按年度指标值的口径填写实际完成值", "确需换一种口径的，请说明换算关系"),
            )


def _incomparable(row: Row) -> Answer | None:
    """Return in what way an actual is of another kind than what was asked; units are V005's, vague words V002's."""
    found = answer(row.name, row.printed.target, row.printed.actual)
    if found.same is not False or found.kind == "object" or (found.kind == "unit" and row.actual.kind != "mixed"):
        return None
    return None if found.kind == "meaning" and not found.is_weak and row.told.checkable is False else found
