"""Every number a text prints, in whatever script: where it stands, what it is worth, what it counts."""

import functools
import re
from dataclasses import dataclass
from decimal import Decimal

from fuhe.policy import lexicon, simplify
from fuhe.text import fold

LONGEST = 5000
"""Characters of a text that are read; a cell longer than this says no more to a reviewer."""

MOST_DIGITS = 18
"""Digits of a number that is one: a thousand billion yuan to the cent has 15. A longer row of digits is no amount."""
_ENDLESS = re.compile(rf"\d(?:[,.]?\d){{{MOST_DIGITS},}}")

_DIGITS = r"(?:(?<![\d.%年月日])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_HAN = "[零〇一二两三四五六七八九十百千]"
_NUMBER = re.compile(
    rf"(?P<per>百分之|千分之|万分之)?"
    rf"(?:(?P<arabic>{_DIGITS})|(?P<half>一半|半数|过半)|(?P<han>{_HAN}{{1,15}}(?:[万亿]{_HAN}{{0,12}}){{0,2}}(?:点[零一二三四五六七八九]{{1,6}})?))"
    rf"(?P<more>余|多|几)?(?P<scale>万亿|[万亿](?![分里])|[千百](?=[元吨克米瓦万]))?(?P<more2>余|多|几)?"
    rf"(?P<tenth>[成折](?:半|五)?(?![立本为效果交都人功员渝长员品]))?"
)
_NAMED_BEFORE = "第〔[(（【“\"‘'「《〈号"
_ARTICLES = frozenset("个项种批次类系")
"""一个, 一批, 一项 in running text is an article, no count."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number of a text: span in the text as given, worth in whole units, the unit behind it.

    `printed` is the figure before 万 and 亿, `scale` those words; 3.5万人 has value 35000, printed 3.5, scale 万, unit 人.
    `end` is the end of the figure itself, `after` the end of its unit. `role` tells a count from a part of a date or name.
    """

    start: int
    end: int
    after: int
    value: Decimal
    printed: Decimal
    scale: str
    unit: str | None
    decimals: int
    role: str
    about: bool

    @property
    def percent(self) -> bool:
        """Whether the number is a share, in percent."""
        return self.unit == "%"

    @property
    def is_figure(self) -> bool:
        """Whether the number measures something: no date, ordinal or part of a name."""
        return self.role == "figure"

    @property
    def measured_in(self) -> str | None:
        """The unit as a value cell states it, with its scale: 万人, 万元, 公里."""
        return (self.scale + (self.unit or "")) or None


@functools.lru_cache(maxsize=1 << 12)
def numbers(text: str) -> tuple[Numeral, ...]:
    """Return the numbers of a text from left to right; linear in its length, read to `LONGEST` characters."""
    folded = fold(text[:LONGEST])
    plain = simplify(folded.text)
    at = (*folded.at, min(len(text), LONGEST))
    return tuple(_placed(found, plain, at) for found in _NUMBER.finditer(plain) if _counts(found, plain))


def figures(text: str) -> tuple[Numeral, ...]:
    """Return the numbers that measure something: no dates, ordinals, document numbers or model names."""
    return tuple(number for number in numbers(text) if number.is_figure)


def _counts(found: re.Match[str], plain: str) -> bool:
    """Leave out characters that are numerals only by their looks: 统一, 千方百计, 十分; and rows of digits too long for a number."""
    if len(found["arabic"] or "") > MOST_DIGITS and sum(map(str.isdigit, found["arabic"])) > MOST_DIGITS:
        return False
    if found["arabic"] or found["half"] or found["per"] or found["tenth"]:
        return True
    if _unit_at(plain, found.end()) is None and found.end() - found.start() < len(plain):
        return False
    if found["han"] in ("百", "千") or plain.startswith("十分", found.start()):
        return len(plain) <= found.end() - found.start() + 2 and not plain.startswith("十分", found.start())
    return not (
        found["han"] == "一" and plain[max(0, found.start() - 1) : found.start()] in tuple("统之唯专同单万均划进逐")
    )


def _placed(found: re.Match[str], plain: str, at: tuple[int, ...]) -> Numeral:
    printed, decimals = _worth(found)
    scale = found["scale"] or ""
    unit, end, after = _unit_of(found, plain)
    value = printed
    for word in scale:
        value *= _SCALES.get(word, Decimal(_HAN_UNITS.get(word, 1)))
    last = after if after > end else end
    return Numeral(
        start=at[found.start()],
        end=at[end - 1] + 1,
        after=at[last - 1] + 1,
        value=value,
        printed=printed,
        scale=scale,
        unit=unit,
        decimals=decimals,
        role=_role(found, plain, unit),
        about=bool(found["more"] or found["more2"]) or plain[max(0, found.start() - 1) : found.start()] in ("约", "近"),
    )


def _worth(found: re.Match[str]) -> tuple[Decimal, int]:
    if found["half"]:
        return Decimal(50), 0
    if found["arabic"]:
        text = found["arabic"].replace(",", "").replace("−", "-")
        number, decimals = Decimal(text), len(text.partition(".")[2])
    else:
        number, decimals = _han_worth(found["han"])
    if found["tenth"]:
        return number * 10 + (5 if len(found["tenth"]) > 1 else 0), 0
    return number / {"千分之": 10, "万分之": 100}.get(found["per"] or "", 1), decimals


def _han_worth(text: str) -> tuple[Decimal, int]:
    whole, _, part = text.partition("点")
    fraction = "".join(str(_HAN_DIGITS[char]) for char in part)
    return Decimal(f"{_han_whole(whole)}.{fraction}" if fraction else _han_whole(whole)), len(fraction)


def _han_whole(text: str) -> int:
    """Read 两千三百, 三十五万, and digits said one by one: 二〇二四."""
    if len(text) > 1 and all(char in _HAN_DIGITS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            section, digit = section + (digit or 1) * _HAN_UNITS[char], 0
        else:
            total, section, digit = (total + section + digit) * int(_SCALES[char]), 0, 0
    return total + section + digit


def _unit_of(found: re.Match[str], plain: str) -> tuple[str | None, int, int]:
    """Return the unit, the end of the figure, the end of the unit."""
    end = found.end()
    if found["per"] or found["half"] or found["tenth"]:
        return "%", end, end
    unit = _unit_at(plain, end)
    return (_same().get(unit, unit) if unit else None), end, end + len(unit or "")


def _unit_at(plain: str, at: int) -> str | None:
    longest = plain[at : at + _longest_unit()]
    return next((longest[:size] for size in range(len(longest), 0, -1) if longest[:size] in _known()), None)


@functools.cache
def _same() -> dict[str, str]:
    return {fold(name).text: fold(group[0]).text for group in lexicon("units")["same"] for name in group}


@functools.cache
def _known() -> frozenset[str]:
    """Every unit the table knows, and the plain measure words."""
    table = lexicon("units")
    classes = (name for names in table["classes"].values() for name in names)
    named = (*classes, *table["convert"], *table["loose"], *table["dates"], *_same())
    return frozenset(fold(name).text for name in named) | frozenset(table["measure_words"])


@functools.cache
def _longest_unit() -> int:
    return max(map(len, _known()))


def _role(found: re.Match[str], plain: str, unit: str | None) -> str:
    """Tell a figure from a part of a date, an ordinal, or a part of a name (12345热线, 630KVA, 财预〔2020〕10号)."""
    before, after = plain[max(0, found.start() - 1) : found.start()], plain[found.end() : found.end() + 1]
    if before == "第":
        return "ordinal"
    if found["han"] == "一" and after in _ARTICLES and len(plain) > 2:
        return "article"
    if unit in ("号", "级", "类") or (after and after in "号〕】-—" and unit is None and before and before in "〔【"):
        return "name"
    if _is_date(found, plain, unit):
        return "date"
    latin = (before and before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha() and unit is None)
    named = latin or (unit is None and before and before in _NAMED_BEFORE and not after) or after == "热"
    return "name" if named else "figure"


def _is_date(found: re.Match[str], plain: str, unit: str | None) -> bool:
    digits = found["arabic"] or ""
    whole = digits.isdigit()
    after = plain[found.end() : found.end() + 2]
    if unit == "年" or after[:1] == "年":
        return (whole and len(digits) == 4) or bool(found["han"] and len(found["han"]) == 4)
    if after[:1] == "月" and "个月" not in after:
        return whole and len(digits) < 3
    if after[:1] in ("日", "号"):
        return whole and len(digits) < 3 and plain[max(0, found.start() - 1) : found.start()] in ("月", ".", "-", "/")
    return whole and len(digits) == 4 and digits.startswith("20") and after[:1] in ("-", "—", "~", "/")


def endless(text: str) -> int:
    """Return how many digits a number too long to be one has; 0 where there is none."""
    found = _ENDLESS.search(text)
    return sum(map(str.isdigit, found[0])) if found else 0
