"""Noun: 复核底稿, the bureau's own score of a form row by row; a proposal until a person confirms it.

复核完成值 review_actual · 复核得分 score · 偏差 deviation · 扣分原因 reason · 偏离度 deviation_share · 勾选 ticks
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import PlainSerializer

from fuhe.findings import Cell
from fuhe.records import Frozen

Figure = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""Points or 万元, exact inside and a plain number in JSON."""
_CENT = Decimal("0.01")


def cents(number: Decimal) -> Decimal:
    """Round points half up to two decimals."""
    return number.quantize(_CENT, rounding=ROUND_HALF_UP)


RowState = Literal["open", "confirmed", "changed", "left"]
"""What a person did about a row: ticked only, took the proposal, gave another score, left it for later."""


class EvidenceTick(Frozen):
    """A box only a person can tick: what the row then gets by which rule of the standard, and in what words."""

    label: str
    rule: str
    score: Figure
    words: str
    on: bool = False


class HandEntry(Frozen):
    """What a person wrote into a row of the sheet; None where it was left as proposed."""

    score: Figure | None = None
    formula: str | None = None
    reason: str | None = None
    actual: str | None = None


class WorkRow(Frozen):
    """One row: what the unit printed, what the standard makes of it, what a person ticked or wrote.

    `cells` and `codes` are what `words` rest on; the ticks stand in the order of the standard, the first one set decides.
    """

    key: str
    field: str
    level1: str | None = None
    level2: str | None = None
    name: str
    nature: Literal["定量", "定性", ""] = ""
    target: str | None = None
    unit: str | None = None
    weight: Figure
    actual: str | None = None
    self_score: Figure | None = None
    review_actual: str | None = None
    rule: str | None = None
    base_score: Figure
    words: str
    cells: tuple[Cell, ...] = ()
    codes: tuple[str, ...] = ()
    ticks: tuple[EvidenceTick, ...] = ()
    hand: HandEntry = HandEntry()

    @property
    def ticked(self) -> EvidenceTick | None:
        """The tick that decides, if any is set."""
        return next((tick for tick in self.ticks if tick.on), None)

    @property
    def proposed(self) -> Decimal:
        """The score by the standard and the ticks."""
        return self.ticked.score if self.ticked else self.base_score

    @property
    def score(self) -> Decimal:
        """The review score: a person's where one was written, else the proposed one; never blank."""
        return self.proposed if self.hand.score is None else self.hand.score

    @property
    def lost(self) -> Decimal:
        """Points below the weight."""
        return self.weight - self.score

    @property
    def deviation(self) -> Decimal | None:
        """Self score less review score; None where the unit gave none."""
        return None if self.self_score is None else self.self_score - self.score

    @property
    def shown_actual(self) -> str | None:
        """What the review holds to have been reached."""
        return self.review_actual if self.hand.actual is None else self.hand.actual


class RowBasis(Frozen):
    """What a row showed when it was decided: its own cells, and the proposal with its words and rule."""

    weight: Figure
    self_score: Figure | None = None
    actual: str | None = None
    proposed: Figure
    words: str
    rule: str | None = None


class RowDecision(Frozen):
    """What a person decided on a row: the score that counts, his ticks and entries, and what the row showed him."""

    name: str
    state: RowState
    score: Figure
    ticks: tuple[str, ...] = ()
    entry: HandEntry = HandEntry()
    basis: RowBasis
    by: str
    at: str


def with_ticks(row: WorkRow, labels: Collection[str]) -> WorkRow:
    """Return a row with these ticks set and the others not."""
    ticks = tuple(tick.model_copy(update={"on": tick.label in labels}) for tick in row.ticks)
    return row.model_copy(update={"ticks": ticks})


class Worksheet(Frozen):
    """The sheet of one form; the first row is 预算执行. Money in 万元."""

    key: str
    file: str
    form: str
    project: str | None = None
    department: str | None = None
    unit: str | None = None
    year: str | None = None
    standard: str
    budget: Figure | None = None
    executed: Figure | None = None
    printed_total: str | None = None
    rows: tuple[WorkRow, ...]
    grades: dict[str, Figure]
    over: Literal["自评得分", "分值"] = "自评得分"
    notes: tuple[str, ...] = ()
    unconfirmed: int | None = None
    """How many rows nobody has confirmed; None where the sheet is a proposal throughout."""

    @property
    def weight(self) -> Decimal:
        """Σ of the weights."""
        return sum((row.weight for row in self.rows), Decimal(0))

    @property
    def self_score(self) -> Decimal:
        """Σ of the self scores, not the printed total."""
        return sum((row.self_score or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def score(self) -> Decimal:
        """Σ of the review scores."""
        return sum((row.score for row in self.rows), Decimal(0))

    @property
    def deviation(self) -> Decimal:
        """Σ of the rows' deviations; a row the unit gave no score is left out."""
        return sum((row.deviation for row in self.rows if row.deviation is not None), Decimal(0))

    @property
    def deviation_share(self) -> Decimal | None:
        """偏离度: the deviation as a share of the self score (or of the weight); None over nothing."""
        whole = self.self_score if self.over == "自评得分" else self.weight
        return self.deviation / whole if whole else None

    @property
    def grade(self) -> str:
        """The grade of the review score, in hundredths of the weight."""
        if not self.weight:
            return ""
        share = cents(self.score / self.weight * 100)
        return next((name for name, least in self.grades.items() if share >= least), "")


def share_off(sheets: Sequence[Worksheet]) -> Decimal | None:
    """Return 偏离度 of some projects together, as that of one is counted; None over nothing."""
    whole = sum((sheet.self_score if sheet.over == "自评得分" else sheet.weight for sheet in sheets), Decimal(0))
    return sum((sheet.deviation for sheet in sheets), Decimal(0)) / whole if whole else None


def by_unit(sheets: Iterable[Worksheet]) -> list[tuple[str, list[Worksheet]]]:
    """Return the worksheets of each unit, the one furthest off first."""
    units: dict[str, list[Worksheet]] = {}
    for sheet in sheets:
        units.setdefault(sheet.unit or sheet.department or "（未填单位）", []).append(sheet)
    return sorted(units.items(), key=lambda entry: (-(share_off(entry[1]) or 0), entry[0]))


class HandedSheet(Frozen):
    """What a person left in one sheet of a workbook: ticks and entries by the key of the row."""

    key: str
    ticks: dict[str, tuple[str, ...]] = {}
    entries: dict[str, HandEntry] = {}
