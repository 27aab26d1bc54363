"""Whether an actual with a figure speaks of something else than its row: another thing counted, another rate."""

import functools
import re

from fuhe.readings.measure import Measure, measure
from fuhe.readings.numbers import Numeral, figures
from fuhe.readings.value import class_of_unit
from fuhe.similarity import bigrams
from fuhe.text import bare

_LEAST = 3
_MARKS = ",，。;；:：、()（）"
_FOLDED_LONGEST = 200


@functools.lru_cache(maxsize=1 << 12)
def speaks_of_other(name: str, unit: str | None, actual: str) -> bool:
    """Tell whether the one figure of an actual has a subject of its own that shares nothing with the row's name."""
    text = actual[:_FOLDED_LONGEST]
    found = figures(text)
    if len(found) != 1 or (found[0].unit and class_of_unit(found[0].unit) in _OWN_MATTERS):
        return False
    subject = _subject(text, found[0])
    alone = len(subject) < _LEAST or bigrams(subject) & bigrams(bare(name))
    return not alone and _is_other(measure(name), unit, measure(subject, None, found[0].unit), found[0].unit)


_OWN_MATTERS = ("时间", "分值", None)
_DATED = re.compile(r"\d+[年月日号][底初末中]?")


def _subject(text: str, number: Numeral) -> str:
    """Return the words before a figure back to the last mark or date."""
    start = max((text.rfind(mark, 0, number.start) for mark in _MARKS), default=-1) + 1
    return bare(_DATED.split(text[start : number.start])[-1])


def _is_other(asked: Measure, unit: str | None, told: Measure, printed: str | None) -> bool:
    """Tell whether what is told is of another scale, or of the same but with a name of its own."""
    if printed is None:
        return told.kind in ("count", "total") and told.head is not None and asked.kind in ("share", "duration", "date")
    share = printed in ("%", "‰")
    if share or asked.kind == "share":
        return told.kind == "share" if share and asked.kind in ("share", "degree") else share != (asked.kind == "share")
    one, other = ((text or "").lstrip("万亿").partition("/")[0] for text in (unit, printed))
    return unit is not None and one != other and (class_of_unit(one) != class_of_unit(other) or bool(told.act))
