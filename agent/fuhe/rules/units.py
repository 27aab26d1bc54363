"""V 指标值: whether target and actual are figures of the same kind, in the same unit."""

import functools
import re
from collections.abc import Iterator
from decimal import Decimal

from fuhe.policy import lexicon, simplify
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value, class_of_unit, factor_of, unit
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule
from fuhe.text import ASIDE, bare

_FIGURES = ("number", "range")
_SLIP = Decimal(1000)
_TEN_THOUSAND = Decimal(10000)


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
            if times := _slip(row.target, row.actual):
                yield _slipped(row, times)
                continue
            if row.actual.number and _differ(_unit(row.target), _unit(row.actual)):
                yield _mismatched(row)
                continue
        if row.target.kind in _FIGURES and (head := _contradicted_head(row)):
            yield _misnamed(row, head)


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


def _slip(target: Value, actual: Value) -> Decimal | None:
    """Return how many times apart the units of near-equal figures are, or 10000 where 元 was typed under 万元."""
    wanted, done = target.number, actual.number
    if not wanted or not done or wanted < 0 or done < 0:
        return None
    left, right = factor_of(target.unit), factor_of(actual.unit)
    if actual.unit is None and target.unit == "万元":
        return _TEN_THOUSAND if 5000 * wanted <= done <= 20000 * wanted else None
    if left is None or right is None or left[0] != right[0]:
        return None
    times = max(left[1], right[1]) / min(left[1], right[1])
    return times if times >= _SLIP and wanted <= 2 * done and done <= 2 * wanted else None


def _unit(value: Value) -> str | None:
    """Return the printed unit; 10万 may be 万元 as well as 万人 and says neither."""
    return value.unit if "元" in value.raw or value.unit not in ("万元", "亿元") else None


@functools.lru_cache(maxsize=1 << 12)
def _differ(left: str | None, right: str | None) -> bool:
    """Tell whether two printed units are known to measure different things; percent against count belongs to V006."""
    if left == right or not left or not right:
        return False
    (a, per_a), (b, per_b) = _split(left), _split(right)
    kind_a, kind_b = class_of_unit(a), class_of_unit(b)
    if not kind_a or not kind_b or "比例" in (kind_a, kind_b):
        return False
    if kind_a != kind_b:
        return not per_a and not per_b and not _alike(kind_a, kind_b)
    return any(one and other and one != other for one, other in zip(_axes(per_a), _axes(per_b), strict=True))


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    """Split a rate's unit: 元/人·月 → 元, (人, 月)."""
    first, *rest = re.split(r"[/·*.、]|每", name)
    return unit(first) or first, tuple(part for part in rest if part)


def _axes(parts: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Divide what a rate is counted by: heads and land on one side, time on the other; unknown words count as neither."""
    classes = [(unit(part) or part, class_of_unit(unit(part))) for part in parts]
    objects = frozenset(kind for _, kind in classes if kind and kind != "时间")
    return objects, frozenset(name for name, kind in classes if kind == "时间")


def _alike(left: str, right: str) -> bool:
    return any({left, right} == set(pair) for pair in lexicon("units")["alike"])


def _contradicted_head(row: Row) -> str | None:
    """Return what the name counts (人数) where the target's unit counts something else (人次)."""
    kind = class_of_unit(_unit(row.target))
    if not kind or kind == "比例":
        return None
    name = bare(simplify(ASIDE.sub("", row.name)))
    head = next((head for head in _heads() if name.endswith(head)), None)
    return head if head and kind not in lexicon("units")["heads"][head] else None


@functools.cache
def _heads() -> tuple[str, ...]:
    return tuple(sorted(lexicon("units")["heads"], key=len, reverse=True))
