"""Noun 3: text proposed for a person to complete and accept, and where each of its facts comes from."""

from typing import Literal

from fuhe.records import Frozen

DraftKind = Literal["reason", "indicator", "opinion", "report"]


class Fact(Frozen):
    """A figure or text a draft states, and the field paths in the record it is taken or computed from."""

    value: str
    cells: tuple[str, ...]


class Draft(Frozen):
    """A 建议稿 for one field; `blanks` are the things only the unit can know, in printed order.

    `answers` lists the codes of the findings it answers, `questions` choices that may bring the cause out.
    """

    kind: DraftKind
    field: str
    answers: tuple[str, ...] = ()
    text: str
    blanks: tuple[str, ...] = ()
    facts: dict[str, Fact] = {}
    questions: tuple[str, ...] = ()
    indicator: None = None
    source: Literal["rule", "model"] = "rule"
    model: str | None = None
    prompt: str | None = None
    violations: tuple[str, ...] = ()
