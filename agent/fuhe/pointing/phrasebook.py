"""How each code is said inside a point: kind, clause, headline and request, read from `data/templates/clauses.yaml`."""

import functools
from typing import Literal

from fuhe.point import Theme
from fuhe.policy import template
from fuhe.records import Frozen

OWN_RULE = "X"
"""Under which entry a county's own rules are said."""


class Kind(Frozen):
    """A kind of point: its theme, its rank by consequence, 1 the weightiest, and how an opening speaks of it."""

    theme: Theme
    rank: int
    judged: str = ""


class Phrasing(Frozen):
    """How one code is said; see the head of the file for what each entry means."""

    kind: str
    head: str
    says: str
    ask: str
    ask_all: str = ""
    says_all: str = ""
    said_with: str = ""
    each: str = ""
    short: str = ""
    shortened: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    beside: Literal["own", "funding", "narrative", "row", "form"] = "own"
    apart: bool = False
    tell: bool = False


@functools.cache
def phrasings() -> dict[str, Phrasing]:
    """Return the clause of every code, in the order in which they are said."""
    return {code: Phrasing(**entry) for code, entry in template("clauses")["clauses"].items()}


@functools.cache
def kinds() -> dict[str, Kind]:
    """Return the kinds of points."""
    return {name: Kind(**entry) for name, entry in template("clauses")["kinds"].items()}


@functools.cache
def theme_names() -> dict[Theme, str]:
    """Return the heading of each theme."""
    names: dict[Theme, str] = template("clauses")["themes"]
    return names


@functools.cache
def words() -> dict[str, str]:
    """Return the fixed words of points that are no clause of a code."""
    found: dict[str, str] = template("clauses")["words"]
    return found


@functools.cache
def letter_words() -> dict[str, str]:
    """Return the fixed sentences of a letter."""
    return {name: entry for name, entry in template("letter").items() if isinstance(entry, str)}


@functools.cache
def letter_list(name: str) -> tuple[str, ...]:
    """Return a list of the letter's wording: the heads of its appendix, how central units are called."""
    return tuple(template("letter")[name])


def phrasing(code: str) -> Phrasing:
    """Return how a code is said; a rule of a county's own is said in its own words."""
    return phrasings().get(code) or phrasings()[OWN_RULE]


@functools.cache
def order(code: str) -> int:
    """Return where a code stands among those said in one point."""
    codes = list(phrasings())
    return codes.index(code if code in phrasings() else OWN_RULE)
