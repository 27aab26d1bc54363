"""V 指标值: actuals that were worked out instead of measured."""

from collections.abc import Iterator

from fuhe.readings.multiples import multiples
from fuhe.readings.sheet import Sheet
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule


@rule("V017", "estimate-as-actual", "info", "完成值像是测算出来的", PRACTICE)
def estimate_as_actual(sheet: Sheet) -> Iterator[Hit]:
    """效益指标的完成值与指标值分毫不差，又恰是另一行完成值的整数倍。

    查什么：效益指标的指标值、完成值是同一个零散的数（三位以上有效数字），并且正好等于某项产出完成值的2倍、3倍、5倍、10倍等。
    为什么：多半是用产出数乘以定额测算的预计数，不是项目完成后统计、核实的结果。
    反例：“改造户数”完成903户，“受益人数”指标值3612人、完成值3612人（每户按4人计）。
    正例：“受益人数”完成3587人，佐证为村组登记表。
    不算问题：完成值与指标值不同的；整百整千的数；产出、成本指标。
    依据：复核惯例。
    """
    for row, of, factor in multiples(sheet):
        yield hit(
            row.cell("actual"),
            "“{name}”完成值{actual}与指标值相同，恰是“{other}”完成值{base}的{factor}倍，请核实是否为测算数。",
            name=row.cell("name"),
            actual=row.cell("actual"),
            other=of.cell("name"),
            base=of.cell("actual"),
            factor=plain(factor),
            also=(row.cell("target"),),
            fix=("请填写统计、核实的实际数", "确为测算的，请在佐证资料中写明测算方法"),
        )
