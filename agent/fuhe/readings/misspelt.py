"""Listed misspellings: where they stand in a text, what is right, and the text put right."""

import functools
import re
from collections.abc import Iterator, Mapping

from fuhe.policy import lexicon
from fuhe.text import HAN


def misspelt(text: str) -> Iterator[str]:
    """Yield the misspelt words of a text in order; a word that is right between its neighbours is none."""
    return (found[0] for found in _any().finditer(text))


def right_for(wrong: str) -> str:
    """Return the right word for a listed one."""
    return _listed()[wrong][1]


def cut_at(text: str, wrong: str) -> list[str]:
    """Return the pieces of a text between the places where a word is misspelt."""
    return re.split(_listed()[wrong][0], text)


def put_right(text: str, wrong: str) -> str:
    """Return the text with a misspelt word put right."""
    return right_for(wrong).join(cut_at(text, wrong))


@functools.cache
def _listed() -> dict[str, tuple[str, str]]:
    """Return by the word itself how it is found, with what may not stand around it, and what is right."""
    listed = {}
    for wrong, entry in lexicon("typos")["wrong"].items():
        told = entry if isinstance(entry, dict) else {"right": entry}
        listed[str(wrong)] = (_found(str(wrong), told), str(told["right"]))
    return listed


def _found(wrong: str, told: Mapping[str, str]) -> str:
    """Return the pattern that finds a word where its neighbours do not make it right."""
    before, after, only = (re.escape(str(told.get(key, ""))) for key in ("not_after", "not_before", "only_before"))
    return (
        (f"(?<![{before}])" if before else "")
        + re.escape(wrong)
        + (f"(?![{after}])" if after else "")
        + (f"(?=[^{HAN}]|[{only}]|$)" if only else "")
    )


@functools.cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(found for found, _ in _listed().values()))
