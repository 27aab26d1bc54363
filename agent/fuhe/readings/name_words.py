"""A name made ready to be read: folded, without asides and numbering, its words, the figure it ends in, the way back to the print."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fuhe.policy import simplify
from fuhe.readings.numbers import Numeral, numbers
from fuhe.readings.value import class_of_unit
from fuhe.readings.vocabulary import Word, words_of
from fuhe.text import fold

LONGEST = 200
"""Characters of a name that are read."""
_MARKS = "★☆*＊#:：.。、,，;；/\\|■□☑√-—~·“”\"'‘’「」 "
_STATED = ("达到", "达", "不低于", "不少于", "不超过", "控制在", "≥", "≤", ">", "<", "=", "为", "约", "共", "至")
_AFTER_FIGURE = ("以上", "及以上", "以内", "以下", "左右", "之内", "前", "底前", "底")


@dataclass(frozen=True, slots=True)
class NameWords:
    """A name ready to be read: folded, without asides and numbering, its words, its figure, the way back to the print."""

    printed: str
    plain: str
    whole: str
    at: tuple[int, ...]
    words: tuple[Word, ...]
    figure: Numeral | None
    unit: str | None


@functools.lru_cache(maxsize=1 << 12)
def name_words(name: str) -> NameWords:
    folded = fold(name[:LONGEST])
    plain, at = _without_asides(simplify(folded.text), folded.at)
    first = len(plain) - len(plain.lstrip(_MARKS))
    plain, at = plain[first:].rstrip(_MARKS), at[first:]
    plain, at = _without_numbering(plain, at)
    whole = plain
    plain, figure = without_figure(plain)
    words = without_pads(_without_dates(words_of(plain), plain))
    return NameWords(name, plain, whole, at, words, figure, _unit_in(simplify(folded.text)))


def _without_asides(plain: str, at: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    depth, kept = 0, []
    for index, char in enumerate(plain):
        if char in "([【〔":
            depth += 1
        elif char in ")]】〕":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(index)
    return "".join(plain[index] for index in kept), tuple(at[index] for index in kept)


def _without_numbering(plain: str, at: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Drop 指标1:, 1., 其中: in front of a name."""
    for lead in ("指标", "其中", "三级指标", ""):
        rest = plain[len(lead) :] if plain.startswith(lead) else None
        if rest is None:
            continue
        digits = len(rest) - len(rest.lstrip("0123456789"))
        marks = len(rest[digits:]) - len(rest[digits:].lstrip(":.、．，,"))
        if (marks and (lead or digits)) or (lead == "指标" and digits):
            cut = len(lead) + digits + marks
            return plain[cut:], at[cut:]
    return plain, at


def without_figure(plain: str) -> tuple[str, Numeral | None]:
    """Part a name from the figure it ends in: 疫苗接种率达到95%以上, 改造农房120户."""
    found = numbers(plain)
    if not found:
        return plain, None
    last, end = found[-1], plain
    end = next((end[: -len(word)] for word in _AFTER_FIGURE if end.endswith(word)), end)
    if last.after < len(end) or last.start < 2 or last.role == "name":
        return plain, None
    front = plain[: found[-2].start] if last.role == "date" and _one_date(found, plain) else plain[: last.start]
    while cut := next((word for word in _STATED if front.endswith(word)), ""):
        front = front[: -len(cut)]
    return (front, last) if len(front) > 1 else (plain, None)


def _one_date(found: Sequence[Numeral], plain: str) -> bool:
    return len(found) > 1 and found[-2].role == "date" and found[-2].after == found[-1].start and found[-2].start > 1


def _without_dates(words: tuple[Word, ...], plain: str) -> tuple[Word, ...]:
    """Drop the words of a date: 2023年12月完成 names an act, its date is kept in the text."""
    dates = [number for number in numbers(plain) if number.role == "date"]
    kept = tuple(word for word in words if not any(date.start <= word.start < date.after for date in dates))
    return kept if kept else words


def without_pads(words: tuple[Word, ...]) -> tuple[Word, ...]:
    while len(words) > 1 and (words[-1].part == "pad" or not words[-1].text.strip(_MARKS)):
        words = words[:-1]
    return words


def _unit_in(plain: str) -> str | None:
    """Return the unit a name prints in brackets: 读者活动（场）, 卫生间保洁（%）."""
    inside = plain.rpartition("(")[2].rstrip(")").strip("≥≤<>=*") if plain.endswith(")") else ""
    return inside if inside and len(inside) < 5 and class_of_unit(inside) else None


def figure_as_printed(read: NameWords) -> Numeral | None:
    """Return the name's own figure with its span in the name as printed."""
    figure, at = read.figure, read.at
    if figure is None:
        return None
    return replace(figure, start=at[figure.start], end=at[figure.end - 1] + 1, after=at[figure.after - 1] + 1)


def figure_is_total(read: NameWords) -> bool:
    """Tell whether the name's figure is its whole amount: no rate per something, no one of several."""
    if read.figure is None or any(word.attributes.get("role") == "per" for word in read.words):
        return False
    return len([number for number in numbers(read.whole) if number.role != "date"]) == 1


def without_changes(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop a change said behind what is measured: 信访件数|同比|下降, 旅游总收入|同比|增长."""
    kept = words
    while len(kept) > 1 and (
        kept[-1].has("role", "change") or kept[-1].attributes.get("turn") in ("raises", "lessens")
    ):
        kept = kept[:-1]
    return kept if any(word.part != "means" for word in kept) else words


def change_in(words: Sequence[Word]) -> Word | None:
    """Return the act of change behind what is measured, or right before a share of it (事故|下降|率)."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].has("role", "change"):
        kept.pop()
    before = kept[-2] if len(kept) > 2 and kept[-1].attributes.get("kind") == "share" else kept[-1]
    return before if before.attributes.get("turn") in ("raises", "lessens") and len(kept) > 1 else None
