"""Sums a text states: 甲+乙=合计, and 共…其中… with its parts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from fuhe.policy import simplify
from fuhe.policy import words as lexicon_words
from fuhe.readings.numbers import Numeral, numbers
from fuhe.text import squeeze

_ENDS = "。;!?\n"
_TURNS = (",另", ",此外", ",同时", ",还")
_NEAR = 12
_LINK = 4


class StatedSum(NamedTuple):
    """The parts a text adds up, the whole it states, and its words."""

    parts: tuple[Decimal, ...]
    whole: Decimal
    words: str


def stated_sums(text: str) -> Iterator[StatedSum]:
    """Yield the sums of a text, sentence by sentence; linear in its length."""
    for line in text.split("\n"):
        plain = simplify(squeeze(line))
        found = [number for number in numbers(plain) if number.is_figure]
        yield from _added(plain, found)
        yield from _split(plain, found)


def _added(plain: str, found: Sequence[Numeral]) -> Iterator[StatedSum]:
    """Read 30+30+29.99=89.97: figures joined by +, then = and the whole."""
    run: list[Numeral] = []
    for number in found:
        link = _sign(plain, run[-1], number) if run else ""
        if link == "+":
            run.append(number)
        elif link == "=" and len(run) > 1:
            yield _stated(run, number, plain[run[0].start : number.after])
            run = [number]
        else:
            run = [number]


def _sign(plain: str, left: Numeral, right: Numeral) -> str:
    """Return the sign between two neighbouring figures, with at most a unit beside it."""
    between = plain[left.end : right.start]
    sign = between.strip("约共计万") if len(between) > _LINK else between
    found = [char for char in sign if char in "+="]
    return found[0] if len(found) == 1 and len(between) <= _LINK and sign[-1:] in "+=" else ""


def _split(plain: str, found: Sequence[Numeral]) -> Iterator[StatedSum]:
    """Read 共培训300人，其中农民180人、教师140人: a whole named as such, then its parts in the same unit."""
    for index, number in enumerate(found):
        behind = plain[number.after : number.after + _LINK].lstrip(",(")
        if number.unit is None or not behind.startswith(_AMONG) or not _is_whole(plain, number):
            continue
        start = plain.index(_AMONG, number.after) + len(_AMONG)
        end = _end_of_parts(plain, start)
        parts = tuple(
            part for part in found[index + 1 : index + 1 + _MOST] if part.after <= end and part.unit == number.unit
        )
        said = plain[start:end]
        if len(parts) > 1 and not any(word in said for word in lexicon_words("narrative", "not_parts")):
            yield _stated(parts, number, plain[number.start : end])


def _stated(parts: Sequence[Numeral], whole: Numeral, words: str) -> StatedSum:
    """Lay out a sum in the figures as printed where none says another scale (万), else in whole units."""
    if any(part.unit is not None and part.scale != whole.scale for part in parts):
        return StatedSum(tuple(part.value for part in parts), whole.value, words)
    return StatedSum(tuple(part.printed for part in parts), whole.printed, words)


_AMONG = "其中"
_MOST = 40


def _is_whole(plain: str, number: Numeral) -> bool:
    before = plain[max(0, number.start - _NEAR - 2) : number.start]
    return any(word in before for word in lexicon_words("narrative", "wholes"))


def _end_of_parts(plain: str, start: int) -> int:
    """Return where the parts end: at the end of the sentence, or where the text turns to something else."""
    stops = [at for mark in (*_ENDS, *_TURNS) if (at := plain.find(mark, start, start + 400)) >= 0]
    return min((*stops, len(plain), start + 400))
