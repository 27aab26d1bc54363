"""The words of a clause that matter to a narrative, each with its attributes and its place; longest word first."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fuhe.policy import lexicon, simplify
from fuhe.readings.numbers import LONGEST, Numeral, numbers
from fuhe.readings.vocabulary import known_words
from fuhe.text import HAN, fold

_LIST = "deliverables"
_ENDS = re.compile(r"[。;！!？?]|,(?!\d{3}(?!\d))|(?<=[^\d]):")
_NAMED = re.compile(r"《[^《》]{1,60}》|〔[^〔〕]{1,20}〕|[“\"‘「『][^“”\"’」』]{1,20}[”\"’」』]")
_ITEM = re.compile(r"(?:^|(?<=[。;]))(\d{1,2})[.、](?=\S)")
_WIDEST = 200
_HAN = re.compile(f"[{HAN}]")


class Part(NamedTuple):
    """One known word of a clause: its attributes, its span in the clause's text."""

    word: str
    traits: frozenset[str]
    start: int
    end: int

    def is_a(self, *traits: str) -> bool:
        """Tell whether the word has one of these attributes."""
        return not self.traits.isdisjoint(traits)


@dataclass(frozen=True)
class Clause:
    """A clause between two marks: folded text, known words, figures, and where each character stood in the cell."""

    text: str
    parts: tuple[Part, ...]
    numbers: tuple[Numeral, ...]
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the cell's own text."""
        return self.at[start], self.at[max(start, end - 1)] + 1

    def has(self, *traits: str) -> bool:
        """Tell whether one of the words has one of these attributes."""
        return not self._traits.isdisjoint(traits)

    @functools.cached_property
    def _traits(self) -> frozenset[str]:
        return frozenset().union(*(part.traits for part in self.parts))


@functools.lru_cache(maxsize=1 << 12)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text from left to right; linear in its length, read to `LONGEST` characters."""
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    folded = fold(text[:LONGEST].replace("\n", "。"))
    plain = simplify(folded.text)
    counted_off = _counted_off(plain)
    for start, end in _spans(plain):
        part = plain[start:end]
        masked = _NAMED.sub(lambda found: "□" * len(found[0]), part)
        if size := counted_off.get(start):
            masked = "□" * size + masked[size:]
        yield Clause(part, parts(masked), _numbers(masked), folded.at[start:end])


def _counted_off(plain: str) -> dict[int, int]:
    """Return where items are numbered and how long each number is: 1.58座公厕…；2.维修… is no 1.58, 1.5万亩；2.3万亩 are two."""
    found = [(mark.start(1), int(mark[1]), len(mark[1]) + 1) for mark in _ITEM.finditer(plain)]
    in_order = [number for _, number, _ in found] == list(range(1, len(found) + 1))
    in_order = in_order and any(not plain[at + size : at + size + 1].isdigit() for at, _, size in found)
    return {at: size for at, _, size in found} if in_order else {}


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    """Cut at the marks that end clauses; what runs on without any is cut at `_WIDEST`, so that a clause stays small."""
    after = 0
    for mark in (*_ENDS.finditer(plain), None):
        end = mark.start() if mark else len(plain)
        for start in range(after, end, _WIDEST):
            stop = min(end, start + _WIDEST)
            if _HAN.search(plain, start, stop) or stop - start > 1:
                yield start, stop
        after = mark.end() if mark else end


def _numbers(masked: str) -> tuple[Numeral, ...]:
    return numbers(masked) if any(map(_may_be_number, masked)) else ()


def _may_be_number(char: str) -> bool:
    return char.isnumeric() or char in "两几"


@functools.lru_cache(maxsize=1 << 13)
def parts(text: str) -> tuple[Part, ...]:
    """Find known words from left to right, the longest that starts at each place."""
    known, sizes = traits(), _sizes()
    found, at = [], 0
    while at < len(text):
        for size in sizes.get(text[at], ()):
            if (word := text[at : at + size]) in known:
                found.append(Part(word, known[word], at, at + len(word)))
                at += len(word)
                break
        else:
            at += 1
    return tuple(found)


@functools.cache
def _sizes() -> dict[str, tuple[int, ...]]:
    """Return, for each character that begins a word, how long those words are, the longest first."""
    found: dict[str, set[int]] = {}
    for word in traits():
        found.setdefault(word[0], set()).add(len(word))
    return {char: tuple(sorted(sizes, reverse=True)) for char, sizes in found.items()}


@functools.cache
def traits() -> dict[str, frozenset[str]]:
    """Return every word with its attributes; those of one character stand alone only as small words."""
    found = {word: frozenset((kind,)) for word, entry in known_words().items() if (kind := _kind_of(*entry))}
    found |= {str(word): frozenset(key.split("+")) for key, group in lexicon(_LIST).items() for word in group}
    return {word: kinds for word, kinds in found.items() if len(word) > 1 or not kinds.isdisjoint(_SMALL)}


def _kind_of(part: str, attributes: Mapping[str, Any]) -> str | None:
    """Return what a word of the indicators' lists is to a narrative that does not list it itself."""
    if part == "object":
        return "things" if attributes.get("role") == "thing" else None
    if part == "head":
        return "abstract" if attributes.get("kind") == "none" else None
    return _kind_of_act(attributes) if part == "act" else None


def _kind_of_act(attributes: Mapping[str, Any]) -> str:
    if attributes.get("turn") in ("raises", "lessens", "holds"):
        return "turns"
    if attributes.get("intends"):
        return "wishes"
    if attributes.get("done"):
        return "ends"
    return "closes" if attributes.get("delivers") and attributes.get("time") == "date" else "does"


_SMALL = ("purposes", "zero", "undone", "reaches", "tense")


@functools.cache
def words_with(trait: str) -> frozenset[str]:
    """Return the words that have an attribute, those of one character with them."""
    listed = {str(word) for key, group in lexicon(_LIST).items() if trait in key.split("+") for word in group}
    return frozenset(listed | {word for word, kinds in traits().items() if trait in kinds})


@functools.lru_cache(maxsize=1 << 13)
def tail_is(text: str) -> str | None:
    """Tell by the longest known tail of a noun phrase whether it can be inspected: things, abstract, payables or None."""
    for size in range(min(6, len(text)), 0, -1):
        for kind in ("things", "abstract", "payables"):
            if text[-size:] in words_with(kind):
                return kind
    return None


def holds_a(text: str, *kinds: str) -> bool:
    """Tell whether a phrase holds a word of two characters or more with one of these attributes."""
    return any(part.is_a(*kinds) for part in parts(text))


@functools.lru_cache(maxsize=1 << 13)
def without(text: str, *kinds: str) -> str:
    """Return what is left of a phrase once the words with these attributes are taken out."""
    kept, after = "", 0
    for part in parts(text):
        if part.is_a(*kinds):
            kept, after = kept + text[after : part.start], part.end
    return kept + text[after:]
