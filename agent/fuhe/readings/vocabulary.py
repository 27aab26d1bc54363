"""The words of names and narratives with what is known of them: heads, acts, objects, each found by its tail inside longer words."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from fuhe.policy import lexicon, words
from fuhe.readings.content_words import segmenter, word_class

Part = Literal["head", "act", "object", "not", "means", "pad", "other"]
_MERGED = 4  # words of the segmenter that can make one word of ours: 投入|使用|时间
_LONGEST = 9


class Word(NamedTuple):
    """One word of a text: where it stands in the folded text, what part it plays, its attributes from the word lists."""

    text: str
    start: int
    part: Part
    attributes: Mapping[str, Any]

    @property
    def end(self) -> int:
        """Where the word ends in the folded text."""
        return self.start + len(self.text)

    def has(self, name: str, value: object = True) -> bool:
        """Tell whether the word lists give the word this attribute."""
        return self.attributes.get(name) == value


@functools.cache
def known_words() -> dict[str, tuple[Part, Mapping[str, Any]]]:
    """Return every listed word with its part and attributes."""
    known: dict[str, tuple[Part, Mapping[str, Any]]] = {}
    lists: tuple[tuple[str, Part], ...] = (("objects", "object"), ("acts", "act"), ("heads", "head"))
    for name, part in lists:
        for group in lexicon(name)[name]:
            attributes = {key: value for key, value in group.items() if key != "words"}
            known |= dict.fromkeys(group["words"], (part, attributes))
    plain: tuple[tuple[str, Part], ...] = (
        ("not_negations", "other"),
        ("negations", "not"),
        ("pads", "pad"),
        ("means", "means"),
    )
    for key, part in plain:
        known = {word: (part, {}) for word in words("objects", key)} | known
    return known


def part_of(text: str) -> Part:
    """Return the part a word plays by the lists, `other` where they do not have it."""
    return known_words().get(text, ("other", {}))[0]


def tail_of(text: str) -> str:
    """Return the longest listed word that a text ends in, or nothing."""
    return next((text[at:] for at in range(max(0, len(text) - _LONGEST), len(text)) if text[at:] in known_words()), "")


def _last_word(text: str) -> str:
    """Return the word a name ends in; where two readings overlap, the one that leaves a listed word before it: 有效|率."""
    longest = tail_of(text)
    for size in range(1, len(longest)):
        tail, rest = longest[-size:], text[: len(text) - size]
        before = tail_of(rest) if tail in known_words() else ""
        if len(before) > 1 and len(before) + size > len(longest) > size:
            return tail
    return longest


@functools.lru_cache(maxsize=1 << 12)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a folded, simplified text from left to right; together they are the whole text."""
    last = _last_word(text)
    body = text[: len(text) - len(last)]
    parts = [*_paired(_split(body)), *([last] if last else [])]
    made, at = [], 0
    for part in parts:
        made.append(_word(part, at))
        at += len(part)
    return tuple(made)


def _word(text: str, start: int) -> Word:
    part, attributes = known_words().get(text) or _by_its_signs(text)
    return Word(text, start, part, attributes)


@functools.lru_cache(maxsize=1 << 13)
def _by_its_signs(text: str) -> tuple[Part, Mapping[str, Any]]:
    """Tell by a character that an unlisted word says something bad (错保, 漏播, 死株), or by its class that it is an act."""
    if not 1 < len(text) < _LONG:
        return ("other", {})
    if text.startswith(words("objects", "per_signs")):
        return ("object", {"role": "per"})
    signed = any(sign in text for sign in words("objects", "bad_signs"))
    if (signed or text.startswith(words("objects", "bad_starts"))) and not text.startswith(_no_bad_signs()):
        return ("object", {"valence": "bad", "slip": True, "spoils": text.startswith(words("objects", "bearing"))})
    guessed = len(segmenter()(text)) > 1
    if word_class(text[0] if guessed and len(text) == _PAIR else text)[:1] == "v":
        return ("act", {"unlisted": True, "guessed": guessed})
    return ("other", {})


_LONG, _PAIR = 5, 2


@functools.cache
def _no_bad_signs() -> tuple[str, ...]:
    """Return words that have a bad sign in them and are not bad: 超额, 停车, 病案."""
    return words("objects", "not_bad")


def _split(body: str) -> Iterator[str]:
    """Join what the segmenter cut too small, cut what it left too long."""
    cut = segmenter()(body) if body else []
    ends = (0, *accumulate(map(len, cut)))
    at = 0
    while at < len(cut):
        for size in range(min(_MERGED, len(cut) - at), 1, -1):
            if _is_listed(joined := body[ends[at] : ends[at + size]]):
                yield joined
                break
        else:
            size = 1
            yield from _inside(cut[at])
        at += size


def _paired(cut: Iterable[str]) -> list[str]:
    """Join two characters the dictionary leaves alone: 死|株, 查|螺, 到|报; a listed one stays by itself."""
    joined: list[str] = []
    for word in cut:
        if joined and _is_lone(word) and _is_lone(joined[-1]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _is_lone(word: str) -> bool:
    return len(word) == 1 and "\u4e00" <= word <= "\u9fff" and word not in known_words() and word not in _FUNCTION


_FUNCTION = frozenset("的和与及或在对为以由各每等了后前内外上下中")


def _is_listed(text: str) -> bool:
    return len(text) <= _LONGEST and text in known_words()


def _inside(word: str) -> list[str]:
    """Find listed words inside a longer one by its tail, then by its start: 医疗|纠纷, 出租|率, 零|投诉."""
    if len(word) < 2 or word in known_words() or len(word) > 24:
        return [word]
    tail = tail_of(word)
    if len(tail) > 1 or (tail and word[: -len(tail)] in known_words()):
        return [*_inside(word[: -len(tail)]), tail] if len(tail) < len(word) else [word]
    front = next((word[:n] for n in range(len(word) - 1, 0, -1) if word[:n] in known_words()), "")
    if len(front) > 1 or (front and part_of(front) == "not" and word[len(front) :] in known_words()):
        return [front, *_inside(word[len(front) :])]
    return [word]
