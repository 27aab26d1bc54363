"""Everyday words: those of jieba's own dictionary that are common enough and say nothing of blame, damage, time or rank."""

import functools
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from fuhe.policy import lexicon, words
from fuhe.readings.wordlists import holds, listed

_OFTEN = 30
_LONGEST = 4
_PERSONS = ("员", "者", "民", "工", "生", "手", "人", "师")
_KINDS = {
    "v": "act",
    "vn": "act",
    "vd": "act",
    "n": "thing",
    "ad": "manner",
    "b": "quality",
    "p": "link",
    "c": "link",
    "f": "link",
    "u": "link",
}


@functools.cache
def plain_words() -> Mapping[str, str]:
    """Return the everyday words with the class their tag gives them; read from the dictionary once (0.3 s)."""
    found: dict[str, str] = {}
    for line in _dictionary().read_text("utf-8").splitlines():
        word, count, tag = line.split(" ")
        kind = _KINDS.get(tag)
        if kind and 1 < len(word) <= _LONGEST and int(count) >= _OFTEN and _says_nothing_bad(word, kind):
            found[word] = "role" if kind == "thing" and word.endswith(_PERSONS) else kind
    return found


def _dictionary() -> Path:
    found = importlib.util.find_spec("jieba")
    if not found or not found.origin:
        raise ModuleNotFoundError("jieba")
    return Path(found.origin).with_name("dict.txt")


def _says_nothing_bad(word: str, kind: str) -> bool:
    """Tell whether a word of the dictionary may stand in a draft: read by its characters, its end and the lists of meanings."""
    if any(char in _bad_signs() for char in word) or word in _listed_bad() or _holds_bad(word):
        return False
    if word.startswith(words("drafting", "unplain_starts")):
        return False
    if kind == "thing" and word.endswith(words("drafting", "unplain_thing_ends")):
        return False
    return not any(char.isnumeric() for char in word) and not any(
        char in words("drafting", "unplain_time") for char in word
    )


def _holds_bad(word: str) -> bool:
    return holds(word, listed("drafting", "charges", "lacks", "events", "orders", "causes", "blames", "happens"))


@functools.cache
def _bad_signs() -> frozenset[str]:
    return frozenset(
        "".join(
            (
                *words("objects", "bad_signs"),
                *words("drafting", "charge_signs"),
                *words("drafting", "opinion_charge_signs"),
                *words("drafting", "unplain_signs"),
            )
        )
    )


@functools.cache
def _listed_bad() -> frozenset[str]:
    """Return what the lists of objects and causes call bad, and the words that settle money, basis and scores."""
    bad = {
        str(word) for entry in lexicon("objects")["objects"] if entry.get("valence") == "bad" for word in entry["words"]
    }
    keys = ("verdicts", "consents", "scores", "basis_nouns", "basis_signs", "decided", "faults", "not_plain")
    return frozenset(bad.union(*(words("drafting", key) for key in keys)))
