"""Words of a list found in a text by walking it once: no list ever becomes a pattern."""

import functools
from collections.abc import Iterator
from typing import NamedTuple

from fuhe.errors import PolicyError
from fuhe.policy import lexicon, words
from fuhe.text import squeeze


class WordList(NamedTuple):
    """Words to be found, folded as texts are; for each first character the lengths of its words, longest first."""

    words: frozenset[str]
    longest: int
    sizes: dict[str, tuple[int, ...]]


@functools.cache
def listed(name: str, *kinds: str) -> WordList:
    """Return the words of a lexicon that have one of these attributes: an entry is named for them all, joined by +."""
    keys = [key for key in lexicon(name) if set(kinds) & set(key.split("+"))]
    if lacking := set(kinds) - {kind for key in keys for kind in key.split("+")}:
        raise PolicyError(f"没有性质为“{'、'.join(sorted(lacking))}”的词", where=str(lexicon(name).path))
    return known(*(word for key in keys for word in words(name, key)))


def known(*every: str) -> WordList:
    """Make a list of words of whatever is given."""
    folded = frozenset(squeeze(word) for word in every) - {""}
    sizes: dict[str, set[int]] = {}
    for word in folded:
        sizes.setdefault(word[0], set()).add(len(word))
    ranked = {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}
    return WordList(folded, max(map(len, folded), default=0), ranked)


def word_at(text: str, at: int, given: WordList) -> str:
    """Return the longest word of the list that stands at a place, or nothing."""
    for size in given.sizes.get(text[at : at + 1], ()):
        if text[at : at + size] in given.words:
            return text[at : at + size]
    return ""


def finds(text: str, given: WordList) -> Iterator[tuple[int, str]]:
    """Yield the words of the list with their places, from left to right, the longest first, none inside another."""
    end = 0
    for at in _begin_at(text, given):
        if at >= end and (word := word_at(text, at, given)):
            yield at, word
            end = at + len(word)


def holds(text: str, given: WordList) -> bool:
    """Tell whether any word of the list stands in the text."""
    return any(word_at(text, at, given) for at in _begin_at(text, given))


def _begin_at(text: str, given: WordList) -> list[int]:
    """Return where a word of the list may begin, by its first character."""
    sizes = given.sizes
    return (
        [at for at, char in enumerate(text) if char in sizes] if not sizes.keys().isdisjoint(_characters(text)) else []
    )


@functools.lru_cache(maxsize=1 << 12)
def _characters(text: str) -> frozenset[str]:
    return frozenset(text)


def strike(text: str, given: WordList, instead: str = "") -> str:
    """Return the text without the words of the list."""
    kept, end = [], 0
    for at, word in finds(text, given):
        kept += [text[end:at], instead]
        end = at + len(word)
    return "".join((*kept, text[end:]))


def begins(text: str, given: WordList) -> str:
    """Return the longest word of the list that the text begins with, or nothing."""
    return word_at(text, 0, given)


def ends(text: str, given: WordList) -> str:
    """Return the longest word of the list that the text ends with, or nothing."""
    tails = (text[-size:] for size in range(min(given.longest, len(text)), 0, -1))
    return next((tail for tail in tails if tail in given.words), "")
