"""Units of two values held against each other: whether they count different things, how many times apart they are."""

import functools
import re
from decimal import Decimal

from fuhe.policy import lexicon
from fuhe.readings.value import Value, class_of_unit, factor_of, unit

_SLIP = Decimal(1000)
_TEN_THOUSAND = Decimal(10000)


def times_apart(target: Value, actual: Value) -> Decimal | None:
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


def unit_said(value: Value) -> str | None:
    """Return the printed unit; 10万 may be 万元 as well as 万人 and says neither."""
    return value.unit if "元" in value.raw or value.unit not in ("万元", "亿元") else None


@functools.lru_cache(maxsize=1 << 12)
def units_differ(left: str | None, right: str | None) -> bool:
    """Tell whether two printed units are known to measure different things; percent against count belongs to V006."""
    if left == right or not left or not right:
        return False
    (a, per_a), (b, per_b) = rate_parts(left), rate_parts(right)
    kind_a, kind_b = class_of_unit(a), class_of_unit(b)
    if (kind_a == "钱") != (kind_b == "钱") and not (kind_a == "比例" or kind_b == "比例"):
        return not {"元", "块"} & set(left) & set(right)
    if not kind_a or not kind_b or "比例" in (kind_a, kind_b):
        return False
    if kind_a != kind_b:
        return not per_a and not per_b and not _alike(kind_a, kind_b)
    return any(one and other and one != other for one, other in zip(_axes(per_a), _axes(per_b), strict=True))


def rate_parts(name: str) -> tuple[str, tuple[str, ...]]:
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


def is_asked_for(asks: str | None, name: str | None) -> bool:
    """Tell whether a unit suits what a name counts (人数: 人); 个 and units the table does not know suit anything."""
    kind = class_of_unit(name)
    return asks is None or kind is None or name in lexicon("units")["loose"] or kind in lexicon("units")["asks"][asks]
