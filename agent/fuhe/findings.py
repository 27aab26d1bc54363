"""Noun 2: what a rule found, every cell it rests on, and what to do about it."""

from collections.abc import Iterable
from typing import Literal

from fuhe.records import Frozen, Place

Severity = Literal["error", "warning", "info"]
Source = Literal["rule", "model"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
SEVERITY_LABELS: dict[Severity, str] = {"error": "错误", "warning": "警告", "info": "提示"}


class Cell(Frozen):
    """A cell a finding rests on: its field path in the record, its text as read, its place in the file.

    `marks` are the parts [start, end) of `text` that differ from the text it is set against.
    """

    field: str
    text: str | None = None
    place: Place | None = None
    marks: tuple[tuple[int, int], ...] = ()


class BatchCell(Frozen):
    """A cell of one of several forms: the file and the form it stands in, its field path and text."""

    file: str
    form: str
    field: str
    text: str | None = None
    marks: tuple[tuple[int, int], ...] = ()


class Span(Frozen):
    """A part [start, end) of a message that is the text of `cells[cell]`."""

    start: int
    end: int
    cell: int


class Term(Frozen):
    """One addend of a sum: its cell, its printed text and the figure used."""

    field: str
    text: str
    value: float


class Calc(Frozen):
    """The arithmetic behind a finding: Σ terms = `computed`, while the form prints `printed`."""

    terms: tuple[Term, ...]
    computed: float
    printed: float | None = None


class Basis(Frozen):
    """What a rule leans on; an article is cited only where the policy pack marks it verified."""

    document: str
    article: str | None = None
    quote: str | None = None
    verified: bool = False


class Finding(Frozen):
    """One fault at one place; `cells[0]` is where it is *at*."""

    code: str
    slug: str
    severity: Severity
    source: Source = "rule"
    title: str
    message: str
    spans: tuple[Span, ...] = ()
    guess: str | None = None
    fix: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    cells: tuple[Cell, ...]
    calc: Calc | None = None
    fingerprint: str


class BatchFinding(Frozen):
    """One fault over several forms; `group` is the same for the same texts, whatever the files are called."""

    code: str
    slug: str
    severity: Severity
    title: str
    message: str
    fix: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    cells: tuple[BatchCell, ...]
    group: str
    fingerprint: str


State = Literal["listed", "rewritten", "dismissed", "doubtful"]

STATE_LABELS: dict[State, str] = {
    "listed": "已列入",
    "rewritten": "已改写列入",
    "dismissed": "不采纳",
    "doubtful": "待核实",
}
OPEN_LABEL = "待处理"


class Decision(Frozen):
    """What a person decided on a finding: `text` is the wording taken into the opinion, `at` an ISO time."""

    state: State
    reason: str | None = None
    text: str | None = None
    by: str | None = None
    at: str | None = None


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order every output numbers them: by severity, then code, then as found."""
    return sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.code))
