"""V 指标值: targets that run against what the indicator is about."""

import functools
import re
from collections.abc import Iterator
from decimal import Decimal

from fuhe.policy import simplify, words
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value, amount, factor_of, in_unit, same_measure
from fuhe.rules.costs import is_fixed_rate
from fuhe.rules.rule import Hit, hit, rule
from fuhe.text import ASIDE, bare, squeeze

_YEAR = re.compile(r"20\d\d年度?")
_FIGURE_AT_END = re.compile(r"(?P<figure>\d+(?:\.\d+)?\s*[^\d\s,，。;；、]{1,4}?)(?:及?以上|以内|左右)?$")
_COUNTS = "数量|总数|人数|人次|户数|次数|场次|期数|个数|面积|里程|数"


@rule("V015", "operator-backwards", "warning", "运算符与指标的方向相反", "guidance")
def operator_backwards(sheet: Sheet) -> Iterator[Hit]:
    """越多越好的指标写成“≤”，或越少越好的指标写成“≥”。

    查什么：合格率、满意度、建设数量等写≤、不超过；投诉率、事故数写≥；总成本、费用、投资写≥。
    为什么：方向写反，做得差反而达标，打分也会跟着错。
    反例：示范村建设数量≤4个；有责投诉率≥2%。
    正例：示范村建设数量≥4个；有责投诉率≤2%；成本节约率≥3%。
    不算问题：投诉处理率、事故处置及时率等办理类比率；限量、控制、压减类指标写≤；补助标准写≥。
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
    name = _head(row)
    if row.is_cost or not name or any(word in name for word in words("nature", "limits")):
        return False
    if name.endswith(words("nature", "more_is_better")):
        return True
    return bool(_achieved().search(name)) and row.target.unit != "%"


@functools.cache
def _achieved() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words('nature', 'achievements'))})[^率比费]{{0,8}}(?:{_COUNTS})$")


def _less_is_better(row: Row) -> bool:
    name = _head(row)
    if found := _mishap().search(name):
        if _spared(name[: found.start()], row.target.unit):
            return False
        return row.target.number != 0 and not any(word in name for word in words("nature", "handling"))
    scale = factor_of(row.target.unit)
    is_money = scale is not None and scale[0] == "钱"
    if not row.is_cost or not is_money:
        return False
    return bool(_BOUGHT.search(name)) or (name.endswith(_SPENDING) and not is_fixed_rate(row))


def _spared(before: str, unit: str | None) -> bool:
    """Tell whether what precedes a mishap makes it something good: 避免人员伤亡, 无事故率, those helped (抚恤伤亡人数)."""
    if re.search(r"(?:避免|减少|挽救|减轻)[^率数]{0,8}$", before):
        return True
    if unit in ("%", "‰"):
        return bool(re.search(r"(?:^|[^有])(?:无|零|未发生|不发生|未出现|没有)[^率数]{0,8}$", before))
    helped = re.search(r"(?:抚恤|抚慰|慰问|资助|补助|救济|赔付|赔偿|保障|发放|领取|帮助)[^率数]{0,8}$", before)
    return bool(helped) and unit in ("人", "人次", "户", "名")


_BOUGHT = re.compile(
    r"(?:采购|购置|购买|建设|改造|维修|维护|运维|检测|测评|印刷|租赁|制作)[^补收售]{0,8}(?:单价|均价|价格|费用|成本|造价)$|造价$"
)
_SPENDING = ("成本", "费用", "投资", "支出", "经费", "总额", "金额", "造价", "控制数")


@functools.cache
def _mishap() -> re.Pattern[str]:
    sure, other = "|".join(words("nature", "mishaps")), "|".join(words("nature", "troubles"))
    return re.compile(rf"(?:(?:{sure})(?:发生|产生)?|(?:{other})发生)(?:率|数|数量|起数|次数|件数|人数|量)?$")


def _head(row: Row) -> str:
    return bare(simplify(ASIDE.sub("", row.name)))


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
    if _allows_some(row.target) and _says_none().search(_head(row)):
        return "说的是不发生"
    figure = _figure_of_name(row)
    if figure and figure.unit and figure.unit == row.target.unit and in_unit(figure, row.target) != row.target.number:
        return f"写的是{figure.raw}"
    return None


def _allows_some(target: Value) -> bool:
    number = target.number or Decimal(0)
    if target.unit in ("%", "‰") or number <= 0:
        return False
    return not (target.operator == "<" and number <= 1)


@functools.cache
def _says_none() -> re.Pattern[str]:
    bad = "|".join(words("nature", "mishaps"))
    return re.compile(
        rf"(?:^|[^有])(?:无|零|未发生|不发生|未出现|不出现|没有|杜绝)[^率数]{{0,10}}?(?:{bad})(?:的?发生|现象|情况|问题)*$"
    )


def _figure_of_name(row: Row) -> Value | None:
    """Return the one figure a name ends in (改造农房120户), unless it is a rate per something or one of several."""
    name = simplify(squeeze(_YEAR.sub("", ASIDE.sub("", row.name)))).strip("。.;；,，、")
    found = _FIGURE_AT_END.search(name)
    if not found or len(re.findall(r"\d+(?:\.\d+)?", name)) > 1 or re.search("[每各均第满按]", name):
        return None
    figure = amount(found["figure"])
    return figure if figure and same_measure(figure.unit, row.target.unit) else None
