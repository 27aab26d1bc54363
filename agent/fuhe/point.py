"""Noun 3: a point, what a reviewer says in one breath: one subject, the facts about it, one request."""

from typing import Literal

from fuhe.findings import Cell
from fuhe.records import Frozen

Theme = Literal["data", "goals", "done", "reasons", "other"]
THEMES: tuple[Theme, ...] = ("data", "goals", "done", "reasons", "other")
HINTS, SHARED = "hints", "shared"


class Said(Frozen):
    """What is said in one breath: of which theme and kind, in which words, what is asked, and how much rests on it."""

    theme: Theme
    kind: str
    headline: str
    says: str
    ask: str
    stake: float | None = None
    rank: int


class Point(Said):
    """One point of a form; `facts` and `drafts` are positions in the form's findings and drafts.

    `subject` begins with the main cell. `stake` is the score points that rest on it, `rank` its place from 1, weightiest
    first. `kind` is one of those in `data/templates/clauses.yaml`, `hints` for what may be bettered, `shared` for what
    stands in a point of the batch.
    """

    subject: tuple[Cell, ...]
    facts: tuple[int, ...]
    drafts: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The facts and the request as one paragraph."""
        return f"{self.says}{self.ask}"


class FormReference(Frozen):
    """A form of a batch, and the positions in its findings of what a point of the batch says for it."""

    file: str
    form: str
    facts: tuple[int, ...] = ()


class BatchPoint(Said):
    """One point of several forms: `facts` are positions in the findings of the batch, `forms` where it is true."""

    facts: tuple[int, ...] = ()
    forms: tuple[FormReference, ...]
