"""Where a clause ends: a text cut at its stops, every piece folded and tied to its place in the print."""

import functools
from typing import NamedTuple

from fuhe.policy import simplify
from fuhe.text import fold

LONGEST = 5000
"""Characters of a cell that are read."""
_STOPS = "，,。；;！!？?\n:："
_ENDS_SENTENCE = "。；;！!？?\n"
_OPEN, _SHUT = "“「『《", "”」』》"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_COUNTERS = "0123456789一二三四五六七八九十"


class Piece(NamedTuple):
    """One clause: its folded text, where it stands in the printed one, and how it begins and ends."""

    text: str
    start: int
    end: int
    stop: str
    opens: bool


@functools.lru_cache(maxsize=1 << 12)
def pieces(printed: str) -> tuple[Piece, ...]:
    """Cut a text into clauses; stops inside quotation marks and inside figures (1,200; 8:30) end none."""
    text = printed[:LONGEST]
    found: list[Piece] = []
    start, opens = 0, True
    for at in _cuts(text):
        if piece := _piece(text, start, at, opens=opens):
            found.append(piece)
            opens = False
        opens = opens or text[at : at + 1] in (*_ENDS_SENTENCE, *_CIRCLED)
        start = at if text[at : at + 1] in _CIRCLED else at + 1
    return tuple(found)


def _cuts(text: str) -> list[int]:
    """Return where the text is cut: at its stops and before ① ②, its end among them."""
    shut = _last_shut(text)
    cuts, quoted = [], False
    for at, char in enumerate(text):
        quoted = (quoted or char in _OPEN) and char not in _SHUT and at <= shut
        if (char in _STOPS and not quoted and not _inside_figure(text, at)) or (char in _CIRCLED and at):
            cuts.append(at)
    return [*cuts, len(text)]


def _last_shut(text: str) -> int:
    """Return where the last quotation ends: a mark opened and never closed quotes nothing."""
    return max(text.rfind(mark) for mark in _SHUT)


def _inside_figure(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] in ",:，：" and len(around) == 2 and around.isdigit() and around.isascii()


def _piece(text: str, start: int, end: int, *, opens: bool) -> Piece | None:
    folded = fold(text[start:end])
    plain = simplify(folded.text)
    skipped = _counter(plain, circled=text[start : start + 1] in _CIRCLED)
    if not any(char.isalnum() for char in plain[skipped:]):
        return None
    stop = text[end : end + 1]
    return Piece(plain[skipped:], start + folded.at[skipped], start + folded.at[-1] + 1, stop, opens)


def _counter(plain: str, *, circled: bool) -> int:
    """Return how long the number is that a clause begins with: 1. 2、 （一） 一是 ①."""
    if circled:
        return 1
    at = 1 if plain[:1] in ("(", "(") else 0
    size = next((n for n, char in enumerate(plain[at : at + 3]) if char not in _COUNTERS), 0)
    mark = plain[at + size : at + size + 1]
    closes = mark in (")", "、", ".") if not at else mark == ")"
    after = plain[at + size + 1 : at + size + 2]
    if size and closes and not (mark == "." and after.isdigit()):
        return at + size + 1
    return 2 if plain[:1] in _COUNTERS[10:] and plain[1:2] == "是" else 0
