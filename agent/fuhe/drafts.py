"""Noun 3: text proposed for a person to complete and accept, and where each of its facts comes from."""

import re
from typing import Literal

from pydantic import ConfigDict, Field

from fuhe.records import Frozen

DraftKind = Literal["reason", "advice", "indicator", "opinion", "report"]


class Fact(Frozen):
    """A figure or text a draft states, and the field paths in the record it is taken or computed from."""

    value: str
    cells: tuple[str, ...]


class Plan(Frozen):
    """Next year's indicator, field by field; `target` is a figure of this form or a blank, never a new one."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    level1: str | None = None
    action: Literal["keep", "raise", "rewrite", "delete", "add"] = "keep"
    class_: str = Field(alias="class")
    name: str
    formula: str
    operator: str
    target: str
    unit: str
    weight: str | None = None
    baseline: str
    data_source: str
    evidence: str
    scoring_rule: str
    why: str

    @property
    def value(self) -> str:
        """The target as a table prints it: operator and unit go with a figure or a blank, anything else stands alone."""
        if self.operator in ("定性", "") or not re.match(r"[\d.]+$|【", self.target):
            return self.target
        return f"{self.operator}{self.target}{self.unit}"


class ForeignWord(Frozen):
    """Words of a suggestion that neither the form nor plain work holds, by their place in its text, and why."""

    start: int
    end: int
    why: str


class Suggestion(Frozen):
    """A model's wording nobody vouches for: shown apart, `foreign` marked, in no file until a person adopts it for `field`."""

    text: str
    field: str
    foreign: tuple[ForeignWord, ...]
    model: str
    prompt: str


class Draft(Frozen):
    """A 建议稿 for one field; `blanks` are the things only the unit can know, in printed order.

    `answers` lists the codes of the findings it answers, `questions` choices that may bring the cause out.
    An `advice` is what a reviewer says to the unit about the row and goes into no cell. `suggestion` is a model's fuller
    wording that holds foreign words.
    """

    kind: DraftKind
    field: str
    answers: tuple[str, ...] = ()
    text: str
    blanks: tuple[str, ...] = ()
    facts: dict[str, Fact] = {}
    questions: tuple[str, ...] = ()
    indicator: Plan | None = None
    suggestion: Suggestion | None = None
    source: Literal["rule", "model"] = "rule"
    model: str | None = None
    prompt: str | None = None
    violations: tuple[str, ...] = ()
    tokens: int | None = None
