"""V 指标值: targets that run against what the indicator is about."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.readings.measure import says_none
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value, in_unit, same_measure, unit
from fuhe.rules.rule import Hit, hit, rule


@rule("V015", "operator-backwards", "warning", "运算符与指标的方向相反", "guidance")
def operator_backwards(sheet: Sheet) -> Iterator[Hit]:
    """越多越好的指标写成“≤”，或越少越好的指标写成“≥”。

    查什么：合格率、满意度、建设数量等写≤、不超过；投诉率、事故数、等候时间写≥；总成本、费用、投资写≥。
    为什么：方向写反，做得差反而达标，打分也会跟着错。
    反例：示范村建设数量≤4个；有责投诉率≥2%。
    正例：示范村建设数量≥4个；有责投诉率≤2%；成本节约率≥3%。
    不算问题：投诉处理率、事故处置及时率等办理类比率；限量、控制、压减类指标和人员、购置数量写≤；补助标准写≥；从名称判断不了方向的。
    依据：绩效指标值应当与指标的方向一致。
    """
    for row in sheet.rows:
        operator = row.target.operator if row.target.kind == "number" else None
        if operator in ("≤", "<") and _more_is_better(row):
            yield _backwards(row, "越多越好", "≥")
        elif operator in ("≥", ">") and _less_is_better(row):
            yield _backwards(row, "越少越好", "≤")


def _backwards(row: Row, nature: str, right: str) -> Hit:
    return hit(
        row.cell("target"),
        "“{name}”一般{nature}，年度指标值却写成“{target}”，运算符方向可能写反。",
        name=row.cell("name"),
        nature=nature,
        target=row.cell("target"),
        also=(row.cell("actual"),),
        fix=(f"请核实运算符，一般应为“{right}”", "确为限量控制的，请在名称中写明"),
    )


def _more_is_better(row: Row) -> bool:
    read = row.measure
    limits = {"staff", "seat", "buys", "limited", "either"}
    freed = {"survey", "lessens"} & read.about
    capped = (limits - {"limited"} if freed else limits) & read.about
    return read.derived and read.better == "more" and read.is_measured and not row.is_cost and not capped


def _less_is_better(row: Row) -> bool:
    read = row.measure
    return read.derived and read.better == "less" and read.is_measured and row.target.number != 0


@rule("V016", "name-against-target", "warning", "指标名称与指标值说法不一", "guidance")
def name_against_target(sheet: Sheet) -> Iterator[Hit]:
    """指标名称说的是一回事，年度指标值说的是另一回事。

    查什么：名称说“无”“零”“未发生”，指标值却允许发生若干次；名称末尾写了数量或比例，与指标值的数不同。
    为什么：名称和指标值都是批复的目标，两者不一致就不知道按哪个考核。
    反例：“无群体性事件”，指标值小于5次；“改造农房120户”，指标值≥100户。
    正例：“群体性事件发生次数”，指标值0次；“改造农房户数”，指标值≥120户。
    不算问题：指标值0次、100%；无害化处理、无障碍等词；名称中的型号、单价、每次人数；单位不同的数。
    依据：绩效指标应当指向明确。
    """
    for row in sheet.rows:
        if row.target.kind == "number" and (why := _against(row)):
            yield hit(
                row.cell("target"),
                "指标名称“{name}”{why}，年度指标值为“{target}”，两者不一致。",
                name=row.cell("name"),
                why=why,
                target=row.cell("target"),
                also=(row.cell("actual"),),
                fix=("请核实目标后统一名称和指标值", "建议名称只写考核什么，数值写在指标值栏"),
            )


def _against(row: Row) -> str | None:
    if _allows_some(row.target) and says_none(row.measure):
        return "说的是不发生"
    figure = row.measure.figure
    if figure is None or not figure.is_figure or not figure.unit or not row.measure.figure_is_total:
        return None
    named = Value(figure.measured_in or "", "number", number=figure.printed, unit=unit(figure.measured_in))
    if not row.target.unit or not same_measure(named.unit, row.target.unit):
        return None
    return f"写的是{row.name[figure.start : figure.after]}" if in_unit(named, row.target) != row.target.number else None


def _allows_some(target: Value) -> bool:
    number = target.number or Decimal(0)
    if target.unit in ("%", "‰") or number <= 0:
        return False
    return not (target.operator == "<" and number <= 1)
