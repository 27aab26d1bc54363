"""A phrase cut into words, each with the part it plays: degree, change, standard, deadline, deed and so on."""

import functools
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from fuhe.policy import lexicon, simplify, words
from fuhe.readings.content_words import segmenter
from fuhe.readings.vocabulary import known_words
from fuhe.text import squeeze

OTHER = "o"
LETTERS = {
    "degree": "d", "duration": "l", "rise": "c", "fall": "f", "aim": "m", "obtaining": "O", "state": "s", "sound": "v", "norm_or_sound": "V", "filler": "e",
    "particles": "p", "abstract": "x", "negation": "n", "happening": "h", "whole": "a", "partly": "b", "reaching": "k", "official": "K",
    "plan": "g", "goals": "G", "met": "M", "unmet": "U", "ranks": "R", "answers": "J", "yes_no": "Y", "scale": "S",
    "colours": "C", "rated": "P", "honours": "H", "judged": "j", "timely": "t", "often": "F", "bounds": "w",
    "holding": "r", "compared": "q", "base": "y", "checks": "z", "named": "Z", "norms": "N", "unnamed": "u",
    "operating": "W", "founding": "B", "delivering": "D",
}  # fmt: skip
"""One letter a list of the word file, so that a phrase's parts can be read as a short string."""

_LONGEST = 8
_READ = 5000
_STOP = re.compile(r"[^\w]+")
_KNOWN, _KNOWN_CHAR, _GLUED_CHAR, _UNKNOWN = 1.0, 1.4, 3.2, 1.6


class RoleWord(NamedTuple):
    """A word with the letter of its part; where it starts in the folded text."""

    text: str
    role: str
    start: int


@functools.cache
def letters() -> dict[str, str]:
    """Return every word of the phrase lists with its letter, and the acts with what they do in a phrase."""
    own = {word: LETTERS[name] for name in LETTERS for word in lexicon("phrases").words(name)}
    acts = {word: role for word, (part, has) in known_words().items() if part == "act" and (role := _act(has))}
    return acts | own


def _act(has: Mapping[str, Any]) -> str:
    """Return an act's letter: what is intended, raised, lessened, done with something to show, or only set about."""
    raised = {"raises": "c", "lessens": "f"}.get(has.get("turn", ""), "")
    if has.get("intends") or raised:
        return raised if (raised and has.get("by") == "figure") or raised == "f" else "m"
    if has.get("delivers"):
        return "B" if has.get("time") == "more" else "D"
    return "B" if has.get("turn") == "mends" or has.get("time") == "less" else ""


def folded(text: str | None) -> str:
    """Return the text as it is cut: folded, in simplified characters, to 5,000 characters."""
    return simplify(squeeze((text or "")[:_READ]))


@functools.lru_cache(maxsize=1 << 13)
def cut(text: str) -> tuple[RoleWord, ...]:
    """Cut a folded text into words; what no list knows is `o`, one word for each unknown stretch between boundaries."""
    found: list[RoleWord] = []
    for stretch in re.finditer(r"\w+", text):
        found += _cut_stretch(stretch[0], stretch.start())
    return tuple(found)


def _cut_stretch(text: str, offset: int) -> list[RoleWord]:
    """Take the cheapest cover: known words are cheap, a single character that the dictionary binds to others is dear."""
    alone, known, sizes = _alone(text), letters(), _sizes()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end, char in enumerate(text, 1):
        cheapest = (best[end - 1][0] + _char_cost(char, end - 1 in alone), end - 1)
        for size in sizes.get(char, ()):
            if size <= end and text[end - size : end] in known:
                cheapest = min(cheapest, (best[end - size][0] + _KNOWN, end - size))
        best.append(cheapest)
    return _words(text, offset, best)


@functools.cache
def _sizes() -> dict[str, frozenset[int]]:
    """Return, for each character that ends a word of the lists, how long those words are."""
    sizes: dict[str, set[int]] = {}
    for word in letters():
        if 1 < len(word) <= _LONGEST:
            sizes.setdefault(word[-1], set()).add(len(word))
    return {char: frozenset(found) for char, found in sizes.items()}


def _char_cost(char: str, is_alone: bool) -> float:
    if char not in letters():
        return _UNKNOWN
    return _KNOWN_CHAR if is_alone else _GLUED_CHAR


@functools.lru_cache(maxsize=1 << 12)
def _alone(text: str) -> frozenset[int]:
    """Return where the dictionary lets a character stand for itself."""
    places, at = set(), 0
    for word in segmenter()(text):
        if len(word) == 1 or (len(word) > 2 and letters().get(word[0]) == "n" and not word.startswith(_whole_words())):
            places.add(at)
        at += len(word)
    return frozenset(places)


@functools.cache
def _adjectives() -> frozenset[str]:
    """Return what the dictionary knows as adjectives, descriptions and set phrases; read once, on first use (0.3 s)."""
    found = find_spec("jieba")
    path = Path(found.origin or "").parent / "dict.txt" if found else Path()
    entries = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return frozenset(entry[0] for entry in entries if entry[2] in ("a", "ad", "an", "z", "i") and len(entry[0]) > 1)


def ends_in_adjective(text: str) -> bool:
    """Tell whether a text that no list reads ends in a word that describes: 群众安居乐业, 籽粒饱满."""
    return [*segmenter()(text), ""][-2 if text else -1] in _adjectives()


@functools.cache
def _whole_words() -> tuple[str, ...]:
    """Return words that begin like a negation and are none: 无人机, 零距离."""
    return words("objects", "not_negations")


def _words(text: str, offset: int, best: list[tuple[float, int]]) -> list[RoleWord]:
    spans, end, alone = [], len(text), _alone(text)
    while end:
        start = best[end][1]
        spans.append((start, end))
        end = start
    found: list[RoleWord] = []
    for start, end in reversed(spans):
        word = text[start:end]
        lonely = len(word) > 1 or start in alone
        role = letters().get(word, OTHER) if lonely else OTHER
        if (
            role == OTHER
            and found
            and found[-1].role == OTHER
            and found[-1].start + len(found[-1].text) == offset + start
        ):
            found[-1] = found[-1]._replace(text=found[-1].text + word)
        else:
            found.append(RoleWord(word, role, offset + start))
    return found
