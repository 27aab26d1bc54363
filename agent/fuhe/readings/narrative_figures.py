"""Figures of a narrative that count a result: not money, dates, ages, names; with what each of them counts."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fuhe.policy import lexicon, words
from fuhe.readings.numbers import Numeral
from fuhe.readings.parts_of_clause import Clause, parts, without, words_with
from fuhe.readings.value import factor_of

_STOP = re.compile(r"[、()（）,/□+]")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?")
_LABEL = re.compile(r"^目标[\d一二三四五六七八九十]+[:：]")
_GENERIC = ("generic", "tense", "done", "bounds", "manner", "reaches", "in_full")
_NEAR = 8
_WIDEST = 24
_LOOSE_IN_WORDS = frozenset("个项级类种大次代步重点支本批条")
_NO_COUNTS = frozenset(("岁", "周岁", "级", "类", "号", "年", "代", "度", "月份", "日"))
_GLUE = frozenset("+×*x/·:-~～—^=")


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with the act and the object it belongs to."""

    number: Numeral
    act: str | None
    object: str
    bound: bool
    aside: bool


def counted(clause: Clause) -> Iterator[Counted]:
    """Yield the result figures of a clause."""
    for index, number in enumerate(clause.numbers):
        if (
            (number.is_figure or _is_pace(clause, number))
            and not _is_name(clause, number)
            and _counts_result(clause, number)
        ):
            later = clause.numbers[index + 1].start if index + 1 < len(clause.numbers) else len(clause.text)
            earlier = clause.numbers[index - 1].after if index else 0
            for what in _objects(clause, number, earlier, later):
                yield Counted(number, _act(clause, number), what, _is_bound(clause, number), _is_aside(clause, number))


def _is_name(clause: Clause, number: Numeral) -> bool:
    """Tell whether the figure is part of a name or an idiom: 12345热线, 24小时服务, 两个维护, 1+6."""
    text = clause.text
    rest = (text[number.end : number.end + _NEAR], text[number.after : number.after + _NEAR])
    if any(tail.startswith(_named_after()) for tail in rest):
        return True
    around = text[max(0, number.start - 1) : number.start] + text[number.end : number.end + 1]
    if any(char in _GLUE for char in around) or number.unit in _NO_COUNTS:
        return True
    return not text[number.start].isdigit() and _is_idiom(number) and not _is_pace(clause, number)


def _is_idiom(number: Numeral) -> bool:
    """Chinese numerals below ten with a loose measure word name things as often as they count: 三个全覆盖, 两项制度."""
    return number.value < 10 and (number.unit is None or number.unit in _LOOSE_IN_WORDS or number.value == 1)


def _is_pace(clause: Clause, number: Numeral) -> bool:
    """Tell whether a figure says how often: 每季度一次."""
    return any(part.is_a("paces") and part.end == number.start for part in clause.parts)


@functools.cache
def _named_after() -> tuple[str, ...]:
    return tuple(words_with("named_after"))


def _counts_result(clause: Clause, number: Numeral) -> bool:
    dimension = _dimension(number)
    if dimension == "钱":
        return _is_earned(clause, number)
    if number.unit in lexicon("units")["classes"]["时间"]:
        return _is_limit(clause, number)
    if number.unit is None:
        return _has_noun(clause, number)
    return True


def _dimension(number: Numeral) -> str | None:
    known = factor_of(number.unit)
    return known[0] if known else None


def _is_earned(clause: Clause, number: Numeral) -> bool:
    """Money is a result where it is earned, saved or collected, or a standard for each head."""
    before = clause.text[: number.start]
    parts = [part for part in clause.parts if part.end <= number.start]
    if any(part.is_a("earned") for part in parts):
        return True
    return any(part.is_a("per_head") for part in parts) or (
        number.unit not in _MONEY and "/" in (number.unit or before[-0:])
    )


_MONEY = ("元", "千元", "万元", "亿元")
_SHORTENED = ("缩短", "压缩", "压减", "提前", "平均", "内", "减少", "延长", "累计")


def _is_limit(clause: Clause, number: Numeral) -> bool:
    """A length of time is a result where it is a limit or counts days of service: 30天内, 供餐200天."""
    before, after = (
        clause.text[max(0, number.start - _NEAR) : number.start],
        clause.text[number.after : number.after + 3],
    )
    if _is_bound(clause, number) or any(word in before for word in _SHORTENED) or after.startswith("内"):
        return True
    return number.unit == "天" and 10 <= number.value < 365


def _has_noun(clause: Clause, number: Numeral) -> bool:
    """A figure without a known unit counts the noun after it (86村), or has its name before it (满意度98)."""
    if 1900 <= number.value < 2100 and not number.scale:
        return False
    after, before = clause.text[number.end : number.end + 1], clause.text[max(0, number.start - 1) : number.start]
    if after and _is_han(after):
        return not (number.scale and clause.has("spending")) and _follows_act(clause, number)
    return not after and before in _COUNT_HEADS


def _follows_act(clause: Clause, number: Numeral) -> bool:
    """Tell whether an act or 共, 达到 stands right before a figure: 培训320农民 counts, 保障110指挥中心 names."""
    return any(part.end == number.start and part.is_a(*_ACTS, "tense", "reaches", "bounds") for part in clause.parts)


_COUNT_HEADS = frozenset("率度量数额分为达到至")


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _is_bound(clause: Clause, number: Numeral) -> bool:
    before, after = clause.text[max(0, number.start - 6) : number.start], clause.text[number.after : number.after + 3]
    bounds = words_with("bounds")
    return any(word in before or after.startswith(word) for word in bounds) or before[-1:] in tuple("≥≤><")


def _is_aside(clause: Clause, number: Numeral) -> bool:
    """Tell whether a figure is of another scope; what stands in brackets behind it (其中线上6场) is said of itself."""
    before, behind = clause.text[: number.start], _BRACKETS.sub("", clause.text[number.after :]).partition("其中")[0]
    text = _LABEL.sub("", before) + behind
    return clause.has("per_head", "paces") or any(word in text for word in words("narrative", "other_scope"))


def _act(clause: Clause, number: Numeral) -> str | None:
    """Return the last act before the figure, else the first after it."""
    acts = [part for part in clause.parts if part.is_a(*_ACTS)]
    before = [part for part in acts if part.end <= number.start]
    return before[-1].word if before else next((part.word for part in acts), None)


_ACTS = ("makes", "loose", "closes", "pays", "ends", "does")


def _objects(clause: Clause, number: Numeral, earlier: int, later: int) -> tuple[str, ...]:
    """Return what the figure counts: for a share the names before it, for a count the noun behind the unit or before."""
    before = clause.text[max(earlier, number.start - _WIDEST) : number.start]
    after = clause.text[number.after : min(later, number.after + _WIDEST)]
    if number.unit in _SHARES:
        return _names_of_share(before) or tuple(filter(None, (_content(after),)))
    behind = _content(_STOP.split(after)[0])
    what = behind if len(behind) > 1 else (_content(_last(before)) or behind)
    return (what,) if what or number.unit else ()


def _names_of_share(before: str) -> tuple[str, ...]:
    """Return the names of a share without padding: “接通率”“办结率”均达到95% has two; 完成率 of nothing has none."""
    pieces = [piece.strip("≥≤><=:") for piece in _NAMES.split(before) if piece]
    rates = [piece for piece in pieces if piece.endswith(_RATES)]
    return tuple(_trimmed_name(piece) for piece in (rates or pieces[-1:]) if _names_something(piece))


_SHARES = ("%", "‰")
_RATES = ("率", "度", "比例", "比重", "占比")
_NAMES = re.compile(r"[、()（）,/□+“”\"‘’「」]|(?<=率)[和及与]")


def _names_something(name: str) -> bool:
    return len(without(name, *_GENERIC, "bare_rates", "spending", "abstract").rstrip("率度")) > 1


def _trimmed_name(name: str) -> str:
    """Take 均达到, 为, 保持在 from the end of a share's name, and 全年, 实际 from its front."""
    known = parts(name)
    end = len(name)
    for part in reversed(known):
        end = part.start if part.end == end and part.is_a("tense", "reaches", "bounds", "transparent") else end
    start = next((part.end for part in known if part.start == 0 and part.is_a("tense", "generic")), 0)
    return name[start:end].rstrip("为是达在至到") if end > start else name


def _last(text: str) -> str:
    pieces = [piece for piece in _STOP.split(text) if piece]
    return pieces[-1] if pieces else ""


def _content(text: str) -> str:
    return without(text, *_GENERIC).strip(",.:;≥≤><=-— ").lstrip("共约近")
