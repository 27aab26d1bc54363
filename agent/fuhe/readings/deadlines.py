"""Several deadlines in one row: how many it sets, how many were kept, how many were not."""

import re
from typing import NamedTuple

from fuhe.readings.clauses import pieces
from fuhe.readings.sheet import Row
from fuhe.readings.value import parse
from fuhe.records import Indicator

_DATED = re.compile(
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号])?(?:上旬|中旬|下旬|初|底|末)?(?:之?前|以前)?|20\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?"
)


class Deadlines(NamedTuple):
    """The deadlines a row sets and how many of them its actual says were missed."""

    several: int
    missed: int


def deadlines(row: Row) -> Deadlines | None:
    """Hold each deadline of a target against the date in the same place of the actual; None where they do not pair."""
    wanted, done = _dates(row.printed.target), _dates(row.printed.actual)
    if len(wanted) < 2 or len(wanted) != len(done):
        return None
    kept = [_kept(row, *pair) for pair in zip(wanted, done, strict=True)]
    return None if None in kept else Deadlines(len(wanted), kept.count("unmet"))


def _dates(printed: str | None) -> list[str]:
    found = (match[0] for piece in pieces(printed or "") for match in _DATED.finditer(piece.text))
    return [date for date in found if parse(date).kind == "date"]


def _kept(row: Row, wanted: str, done: str) -> str | None:
    return Row(row.index, Indicator(level2=row.printed.level2, target=wanted, actual=done), row.form).met
