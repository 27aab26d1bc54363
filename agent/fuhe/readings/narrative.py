"""What a goal promises and what an outcome tells: one item for each thing that can be checked, the rest as slogan."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from fuhe.readings.narrative_acts import acted_on, delivered, is_unclear
from fuhe.readings.narrative_figures import counted
from fuhe.readings.numbers import LONGEST
from fuhe.readings.parts_of_clause import Clause, clauses

Side = Literal["goal", "outcome"]
Kind = Literal["figure", "standard", "deliverable", "payment", "dated", "holds"]


@dataclass(frozen=True, slots=True)
class Item:
    """One commitment or result: what is done to what, how many, by when, and where the text says so.

    `figure` is in whole `unit`s, `step` one in its last printed place. `bound` marks a figure that is only a limit
    (95%以上), `aside` one of another scope (上年, 其中, 同比).
    """

    kind: Kind
    act: str | None
    object: str
    figure: Decimal | None
    unit: str | None
    deliverable: str | None
    date: str | None
    bound: bool
    aside: bool
    span: tuple[int, int]
    clause: tuple[int, int]
    step: Decimal = Decimal(1)


@dataclass(frozen=True)
class Narrative:
    """A goal or an outcome as read: its items, what is left over as slogan, what could not be read, and why."""

    side: Side
    items: tuple[Item, ...]
    slogans: tuple[tuple[int, int], ...]
    unread: tuple[tuple[int, int], ...]
    told_undone: bool
    things: tuple[str, ...]
    numbers: frozenset[Decimal]
    why: tuple[str, ...]

    @property
    def holds(self) -> bool | None:
        """Whether anything in it can be checked; None where part of it could not be read."""
        if self.items:
            return True
        return None if self.unread or self.told_undone else False

    @property
    def has_commitment(self) -> bool | None:
        """Whether a goal makes one commitment that can be checked; None where it could not be read."""
        return self.holds if self.side == "goal" else None

    @property
    def has_result(self) -> bool | None:
        """Whether an outcome tells one result; None where it could not be read."""
        return self.holds if self.side == "outcome" else None

    @property
    def figures(self) -> tuple[Item, ...]:
        """The items that carry a figure."""
        return tuple(item for item in self.items if item.figure is not None)


@functools.lru_cache(maxsize=1 << 11)
def narrative(text: str, side: Side) -> Narrative:
    """Read a goal or an outcome; linear in its length, at most 5,000 characters of it."""
    items: list[Item] = []
    things: list[str] = []
    numbers: set[Decimal] = set()
    slogans, unread, why, undone = [], [], [], False
    for clause in clauses(text):
        found = tuple(_items(clause))
        items += found
        things += acted_on(clause)
        numbers.update(number.value for number in clause.numbers if number.is_figure)
        undone = undone or clause.has("undone")
        whole = clause.span(0, len(clause.text))
        if found:
            why += [f"{clause.text[:40]}：{item.kind} {item.act or ''} {item.object}" for item in found]
        elif _is_read(clause) and not is_unclear(clause):
            slogans.append(whole)
            why.append(f"{clause.text[:40]}：没有数量、成果、期限")
        else:
            unread.append(whole)
            why.append(f"{clause.text[:40]}：没有读懂")
    told = undone and side == "outcome"
    if side == "goal":
        items = _without_background(text, items)
    return Narrative(
        side,
        tuple(items),
        tuple(slogans),
        tuple(unread),
        told,
        tuple(dict.fromkeys(things)),
        frozenset(numbers),
        tuple(why),
    )


_PIVOT = re.compile("通过本?项目|本项目旨在|项目旨在")


def _without_background(text: str, items: list[Item]) -> list[Item]:
    """Drop figures that only describe, before a goal turns to what the project is for: 公园总面积1.26万亩。通过项目实施…"""
    turns = _PIVOT.search(text[:LONGEST])
    at = turns.start() if turns else 0
    return [item for item in items if item.clause[0] >= at or (item.act and not item.object.startswith(item.act))]


def _items(clause: Clause) -> Iterator[Item]:
    for figure in counted(clause):
        yield Item(
            "figure",
            figure.act,
            figure.object,
            figure.number.value,
            figure.number.unit,
            None,
            None,
            figure.bound,
            figure.aside,
            clause.span(figure.number.start, figure.number.after),
            clause.span(0, len(clause.text)),
            figure.number.value / figure.number.printed * Decimal(1).scaleb(-figure.number.decimals)
            if figure.number.printed
            else Decimal(1),
        )
    for done in delivered(clause):
        deliverable = done.object if done.kind == "deliverable" else None
        yield Item(
            done.kind,
            done.act,
            done.object,
            None,
            None,
            deliverable,
            done.date,
            False,
            False,
            clause.span(done.start, done.end),
            clause.span(0, len(clause.text)),
        )


_READ = (
    "wishes",
    "turns",
    "does",
    "done",
    "abstract",
    "manner",
    "closes",
    "loose",
    "makes",
    "pays",
    "reaches",
    "generic",
)


def _is_read(clause: Clause) -> bool:
    """Tell whether a clause without an item is understood: an act or a wish is known, or nothing in it could be checked."""
    return bool(clause.numbers) or clause.has(*_READ) or not (clause.has("things") or _is_foreign(clause.text))


def _is_foreign(text: str) -> bool:
    """Tell whether most of a text is written in letters this reading does not know."""
    letters = sum(char.isalpha() for char in text)
    return letters >= _LEAST and 2 * sum(ord(char) in _HAN for char in text) < letters


_HAN = range(0x4E00, 0xA000)
_LEAST = 4
