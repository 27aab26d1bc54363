"""How each code is said inside a point: kind, clause, headline and request, read from `data/templates/clauses.yaml`."""

import functools
from typing import Any, Literal

from fuhe.point import Theme
from fuhe.policy import template
from fuhe.records import Frozen


class Kind(Frozen):
    """A kind of point: the theme it stands under and its rank by consequence, 1 the weightiest."""

    theme: Theme
    rank: int


class Phrasing(Frozen):
    """How one code is said; see the head of the file for what each entry means."""

    kind: str
    head: str
    says: str
    ask: str
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
def words() -> dict[str, Any]:
    """Return the fixed words of points that are no clause of a code."""
    found: dict[str, Any] = template("clauses")["words"]
    return found


def order(code: str) -> int:
    """Return where a code stands among those said in one point."""
    return list(phrasings()).index(code)
