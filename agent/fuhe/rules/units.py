"""V 指标值: whether target and actual are figures of the same kind, in the same unit."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.unit_pairs import is_asked_for, times_apart, unit_said, units_differ
from fuhe.readings.value import class_of_unit
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule

_FIGURES = ("number", "range")


@rule("V005", "unit-mismatch", "warning", "年度指标值与实际完成值的单位不一致", PRACTICE)
def unit_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """年度指标值与实际完成值的计量单位不是同一种，或数字相近而单位差了一千倍以上。

    查什么：两个值都带单位而单位不属同一类（人／个，人次／人，元/人／元/户）；数字相近而单位相差千倍、万倍（万元／元）的为
    错误；名称与单位不符（培训人数用“人次”）的作提示。
    为什么：单位不一致，完成率算不出来；万元、元写错，金额差一万倍。
    反例：物业人员≥11人，完成值11个；设备购置费≤120万元，完成值118元。
    正例：培训人数≥300人，完成值312人；补贴≤0.5万元，完成值4800元。
    不算问题：百分比的不同写法；完成值没有写单位；台／套、次／场、个／项等通用量词；可以换算的单位；不认识的单位。
    依据：复核惯例。
    """
    for row in sheet.rows:
        if row.target.kind in _FIGURES and row.actual.kind in _FIGURES:
            if times := times_apart(row.target, row.actual):
                yield _slipped(row, times)
                continue
            if row.actual.number and units_differ(unit_said(row.target), unit_said(row.actual)):
                yield _mismatched(row)
                continue
        if row.target.kind in _FIGURES and _is_misnamed(row):
            yield _misnamed(row, row.measure.head or "")


def _slipped(row: Row, times: Decimal) -> Hit:
    return hit(
        row.cell("actual"),
        "“{name}”年度指标值{target}，实际完成值{actual}，{how}，疑似单位写错。",
        name=row.cell("name"),
        target=row.cell("target"),
        actual=row.cell("actual"),
        how=f"数字相近而单位相差{plain(times)}倍" if row.actual.unit else "数字相差约一万倍，没有写单位",
        severity="error",
        fix=("请核实实际完成值的数字和单位", "两个值请使用同一单位"),
    )


def _mismatched(row: Row) -> Hit:
    return hit(
        row.cell("actual"),
        "“{name}”年度指标值{target}，实际完成值{actual}，计量单位不一致，无法对照。",
        name=row.cell("name"),
        target=row.cell("target"),
        actual=row.cell("actual"),
        fix=("请核实后统一计量单位", "单位更正后，请一并核对完成情况和得分"),
    )


def _misnamed(row: Row, head: str) -> Hit:
    return hit(
        row.cell("target"),
        "“{name}”考核的是{head}，年度指标值“{target}”的单位与之不符。",
        name=row.cell("name"),
        head=head,
        target=row.cell("target"),
        severity="info",
        fix=("请核实指标名称和计量单位，使二者一致",),
    )


def _is_misnamed(row: Row) -> bool:
    unit = unit_said(row.target)
    return row.measure.asks != "share" and class_of_unit(unit) != "比例" and not is_asked_for(row.measure.asks, unit)
