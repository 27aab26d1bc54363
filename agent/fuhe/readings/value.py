"""A printed value parsed once: operator, number and unit, or a phrase, or a date or period."""

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from fuhe.policy import lexicon, simplify
from fuhe.readings.numbers import LONGEST, MOST_DIGITS, figures
from fuhe.text import is_blank, squeeze

Operator = Literal["≥", "≤", ">", "<", "="]
Kind = Literal["blank", "number", "range", "date", "phrase", "mixed"]

_OPERATORS: tuple[tuple[str, Operator], ...] = (
    (r"≥|>=|≧|=>|⩾|大于等于|大于或等于|不低于|不少于|不小于|不得低于|不得少于|至少|不下于|≥=|》=", "≥"),
    (r"≤|<=|≦|=<|⩽|小于等于|小于或等于|不超过|不高于|不多于|不大于|不得超过|不得高于|控制在|至多|最多|≤=|《=", "≤"),
    (r">|大于|高于|多于|超过", ">"),
    (r"<|小于|低于|少于", "<"),
    (r"=|等于", "="),
)
_AFTER: tuple[tuple[str, Operator], ...] = ((r"(?:及|或)?以上", "≥"), (r"(?:及|或)?(?:以内|以下|之内)|内", "≤"))
_NUMBER = r"[-−]?\d+(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?"
_UNIT = r"[^\d\s,，;；。、:：()（）≥≤><=至到~～\-—以及或内]{0,8}(?:[/·*.][^\d\s,，;；。()（）以及或内]{1,4}){0,3}"

_ONE = re.compile(
    rf"(?:(?:已|实际)?(?:完成|达到?|为))?(?P<op>{'|'.join(pattern for pattern, _ in _OPERATORS)})?约?[¥￥]?(?P<number>{_NUMBER})(?:余|多(?!层|功能|媒体))?(?P<unit>{_UNIT})"
    rf"(?P<after>{'|'.join(pattern for pattern, _ in _AFTER)})?"
)
_RANGE = re.compile(rf"(?P<low>{_NUMBER})(?P<unit1>{_UNIT})(?:[-—~～]|至|到)(?P<high>{_NUMBER})(?P<unit>{_UNIT})")
_AROUND = re.compile(
    rf"(?:(?:已|实际)?(?:完成|达到?|为))?(?P<op>{'|'.join(pattern for pattern, _ in _OPERATORS)})?约?近?#"
    rf"(?P<after>{'|'.join(pattern for pattern, _ in _AFTER)})?"
)
_YEAR_MONTH_DAY = r"(?:(?P<year>20\d\d)[年./-])?(?:(?P<month>1[0-2]|0?[1-9])(?:月份?|[./-]))?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?"
_DATE = re.compile(
    rf"(?:于|在|截至|截止)?{_YEAR_MONTH_DAY}(?P<part>上旬|中旬|下旬|底|末|初|年度|度|年内|全年|上半年|下半年)?(?P<bound>之?前|以前|前完成|完成|内完成|内)?(?:完成|到位)?"
)
_ONLY_YEAR = re.compile(r"(?:全年|(?P<year>20\d\d)年?(?:度|内|全年)?)(?:完成|内)?")


@dataclass(frozen=True, slots=True)
class Value:
    """One printed value; `number` and `high` in `unit`, `decimals` as printed, `date` as (year, month, day) with 0 for unknown."""

    raw: str
    kind: Kind
    operator: Operator | None = None
    number: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    decimals: int = 0
    phrase: str | None = None
    date: tuple[int, int, int] | None = None

    @property
    def exact(self) -> Decimal | None:
        """The number where the cell prints one figure."""
        return self.number if self.kind == "number" else None


_KIND_PRINTED = re.compile(r"^定[量性]指标:?(?=.)")
"""Some 部门整体 forms print in the target's cell whether it is one of quantity: 定量指标≥6次."""


@functools.lru_cache(maxsize=1 << 14)
def parse(printed: str | None) -> Value:
    """Parse a target or actual cell; never fails: what is no figure and no date is a phrase."""
    raw = printed or ""
    text = _KIND_PRINTED.sub("", simplify(squeeze(raw[:LONGEST])).strip("。.;；,，:：、"))
    if is_blank(raw):
        return Value(raw, "blank")
    return _figure(raw, text) or _figure(raw, _ASIDE.sub("", text)) or _phrase(raw, text)


_ASIDE = re.compile(r"[(（][^()（）]{0,80}\d[^()（）]{0,80}[)）]$")
"""Figures behind a figure that say how it came about: 98.2%（3000件中2946件）."""


def _figure(raw: str, text: str) -> Value | None:
    return _date(raw, text) or _range(raw, text) or _number(raw, text) or _chinese(raw, text)


_YEAR_LIKE = re.compile(r"20\d\d\.\d+")
"""Money of 2030.4 is no April: where an amount is asked for, a figure with one point is a number."""


@functools.lru_cache(maxsize=1 << 14)
def amount(printed: str | None) -> Value | None:
    """Parse a figure of money or points such as `84.63`, `1,200.00万元` or `10分`; None where there is none."""
    value = parse(printed)
    if value.kind == "date" and _YEAR_LIKE.fullmatch(value.raw.strip()):
        value = _number(value.raw, value.raw.strip()) or value
    exact = value.kind == "number" and value.operator in (None, "=")
    return value if exact and value.number is not None and value.number.adjusted() < _LONGEST_AMOUNT else None


_LONGEST_AMOUNT = 18
"""Digits of an amount beyond which it is no amount: the cell is unread, and no sum is made of it."""
_YEAR_AND_WORDS = re.compile(r"20\d\d年[^\d\s]{2}")
"""2024年持续推进 is a phrase that names its year, no figure with a unit."""


def _number(raw: str, text: str) -> Value | None:
    found = _ONE.fullmatch(text)
    if not found or _YEAR_AND_WORDS.match(text) or sum(map(str.isdigit, found["number"])) > MOST_DIGITS:
        return None
    operator = _operator(found["op"], _OPERATORS) or _operator(found["after"], _AFTER)
    return Value(
        raw,
        "number",
        operator=operator,
        number=_decimal(found["number"]),
        unit=unit(found["unit"]),
        decimals=_decimals(found["number"]),
    )


def _operator(text: str | None, table: tuple[tuple[str, Operator], ...]) -> Operator | None:
    return next((sign for pattern, sign in table if text and re.fullmatch(pattern, text)), None)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _range(raw: str, text: str) -> Value | None:
    found = _RANGE.fullmatch(text)
    if not found or _decimal(found["low"]) >= _decimal(found["high"]):
        return None
    measure = unit(found["unit"]) or unit(found["unit1"])
    return Value(raw, "range", number=_decimal(found["low"]), high=_decimal(found["high"]), unit=measure)


def _date(raw: str, text: str) -> Value | None:
    if found := _ONLY_YEAR.fullmatch(text):
        return Value(raw, "date", phrase="年度", date=(int(found["year"] or 0), 0, 0)) if "年" in text else None
    parts = re.split(r"[-—~～至到]", text)
    if len(parts) == 2 and all(_has_month(part) for part in parts):
        return Value(raw, "date", phrase="期间", date=_date_of(parts[1], parts[0]))
    if not _has_month(text) or not (found := _DATE.fullmatch(text)):
        return None
    operator: Operator | None = "≤" if found["bound"] and "前" in found["bound"] else None
    return Value(raw, "date", operator=operator, date=_date_of(text))


def _has_month(text: str) -> bool:
    return bool(re.search(r"\d月|20\d\d[./-]\d", text)) and bool(_DATE.fullmatch(text)) and "个月" not in text


def _date_of(text: str, earlier: str = "") -> tuple[int, int, int]:
    found, first = _DATE.fullmatch(text), _DATE.fullmatch(earlier)
    if not found:
        return (0, 0, 0)
    year = found["year"] or (first["year"] if first else None)
    day = int(found["day"] or {"上旬": 10, "中旬": 20, "初": 10}.get(found["part"] or "", 0))
    return int(year or 0), int(found["month"] or 0), day


def _chinese(raw: str, text: str) -> Value | None:
    """Parse 五次, 不少于二十人, 九成以上, 百分之九十五: one numeral with its unit and an operator, nothing else."""
    found = figures(text)
    if len(found) != 1 or not found[0].unit:
        return None
    only = found[0]
    around = _AROUND.fullmatch(f"{text[: only.start]}#{text[only.after :]}")
    if not around:
        return None
    operator = _operator(around["op"], _OPERATORS) or _operator(around["after"], _AFTER)
    return Value(
        raw, "number", operator=operator, number=only.printed, unit=unit(only.measured_in), decimals=only.decimals
    )


def _phrase(raw: str, text: str) -> Value:
    kind: Kind = "mixed" if re.search(r"\d", text) else "phrase"
    return Value(raw, kind, phrase=text)


@functools.cache
def _units() -> dict[str, str]:
    table = lexicon("units")
    same = {squeeze(name): squeeze(group[0]) for group in table["same"] for name in group}
    return same | {short: squeeze(full) for short, full in table["money_short"].items()}


def plain(number: Decimal) -> str:
    """Print a figure without trailing zeros: 10.0 as 10, 9.50 as 9.5."""
    text = format(number.normalize(), "f")
    return "0" if text in ("-0", "") else text


def unit(text: str | None) -> str | None:
    """Return the unit table's wording for a unit, or the printed one; None for no unit."""
    plain = squeeze(text)
    return _units().get(plain, plain) or None


@functools.lru_cache(maxsize=1 << 12)
def class_of_unit(name: str | None) -> str | None:
    """Return what a unit counts or measures (人 人次 户 次 物 面积 长度 …); None where the table does not know it."""
    return _unit_classes().get(unit(name) or "")


@functools.cache
def _unit_classes() -> dict[str, str]:
    return {squeeze(name): kind for kind, names in lexicon("units")["classes"].items() for name in names}


@functools.lru_cache(maxsize=1 << 12)
def factor_of(name: str | None) -> tuple[str, Decimal] | None:
    """Return what a unit measures and how many basic units it holds (万元 → 钱, 10000); None where it does not convert."""
    entry: dict[str, Any] | None = lexicon("units")["convert"].get(name)
    return (entry["dimension"], Decimal(str(entry["factor"]))) if entry else None


def is_money_rate(name: str | None) -> bool:
    """Tell whether a unit is money per something: 元/人·月."""
    first, slash, _ = (name or "").partition("/")
    scale = factor_of(first)
    return bool(slash) and scale is not None and scale[0] == "钱"


def is_money(name: str | None) -> bool:
    """Tell whether a unit is one of money."""
    known = factor_of(name)
    return known is not None and known[0] == "钱"


def same_measure(left: str | None, right: str | None) -> bool:
    """Tell whether figures in these units can be compared; a unit left out agrees with any."""
    if left == right or not left or not right:
        return True
    a, b = factor_of(left), factor_of(right)
    return a is not None and b is not None and a[0] == b[0]


def in_unit(value: Value, target: Value) -> Decimal | None:
    """Return the value's number in the target's unit; None where the units are not the same measure."""
    if value.number is None or not same_measure(value.unit, target.unit):
        return None
    a, b = factor_of(value.unit), factor_of(target.unit)
    return value.number * a[1] / b[1] if a and b else value.number
