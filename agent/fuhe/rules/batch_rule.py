"""What a rule over many forms is: it takes traces out of each form, and judges those that fall into one group."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fuhe.findings import BatchCell, Severity
from fuhe.policy import Pack, words
from fuhe.rules.rule import PRACTICE, CatalogueEntry
from fuhe.similarity import differences, key
from fuhe.traces import FormTrace

LISTED = 200
"""How many cells a finding lists; the message says how many there are."""


class Trace(NamedTuple):
    """One cell of one form that a rule sets beside others with the same `bucket` (and topic), and facts about it.

    `facts` hold texts, numbers and lists only: they are written as JSON. `project` and `unit` make the form's identity.
    """

    bucket: str
    topic: str
    file: str
    form: str
    project: str
    unit: str
    field: str
    text: str | None
    facts: tuple[Any, ...] = ()

    @property
    def identity(self) -> tuple[str, str]:
        """Project and unit, whatever the year: what makes two forms the same project's."""
        return self.project, self.unit

    def cell(self, field: str = "", text: str | None = None) -> BatchCell:
        """Return the cell, or another one of the same form, as evidence."""
        at, says = (field, text) if field else (self.field, self.text)
        return BatchCell(file=self.file, form=self.form, field=at, text=says)


def trace(seen: FormTrace, bucket: str, at: str, text: str | None, *facts: Any, topic: str = "") -> Trace:
    """Take a cell out of a form."""
    return Trace(bucket, topic, seen.file, seen.form, seen.project, seen.unit, at, text, facts)


@dataclass(frozen=True)
class Group:
    """Traces of one bucket, or of several whose keys are near-copies, in the order they were read; they can be read once.

    `name` is the bucket, or the smallest of the keys; `doubtful` near-copies are about different things.
    """

    name: str
    topic: str
    traces: Iterator[Trace]
    pack: Pack
    doubtful: bool = False


@dataclass(frozen=True)
class BatchHit:
    """One fault over several cells; `about` names the group, the same for the same texts."""

    cells: tuple[BatchCell, ...]
    message: str
    about: str
    fix: tuple[str, ...] = ()
    severity: Severity | None = None


Gather = Callable[[FormTrace], Iterator[Trace]]
Judge = Callable[[Group], Iterator[BatchHit]]


@dataclass(frozen=True, slots=True)
class BatchRule(CatalogueEntry):
    """A rule over many forms: what it gathers and how it judges a group.

    With `near`, buckets are keys of texts, and those of near-copies are one group.
    """

    gather: Gather
    judge: Judge
    near: bool = False


def batch_rule(
    code: str, slug: str, severity: Severity, title: str, *, gather: Gather, near: bool = False
) -> Callable[[Judge], BatchRule]:
    """Make a batch rule of a judgement; its docstring is the rule's page."""

    def make(judge: Judge) -> BatchRule:
        return BatchRule(code, slug, severity, title, (PRACTICE,), judge.__doc__ or "", gather, judge, near)

    return make


@dataclass
class Tally:
    """The cells of a group as they come: the first of them, how many there are, and of how many projects."""

    cells: list[BatchCell] = field(default_factory=list)
    count: int = 0
    projects: set[tuple[str, str]] = field(default_factory=set)

    def add(self, found: Trace, cell: BatchCell | None = None) -> None:
        """Count a trace; its cell is kept while there is room."""
        self.count += 1
        self.projects.add(found.identity)
        if len(self.cells) < LISTED:
            self.cells.append(cell or found.cell())

    def marked(self) -> tuple[BatchCell, ...]:
        """Return the cells, with what each text does not share with the first one marked."""
        first = self.cells[0].text or ""
        rest = (cell.model_copy(update={"marks": differences(first, cell.text or "")[1]}) for cell in self.cells[1:])
        return (self.cells[0], *rest)


@functools.cache
def common_names() -> frozenset[str]:
    """Return the keys of names that every project may use."""
    return frozenset(key(name) for name in words("common_names", "names"))
