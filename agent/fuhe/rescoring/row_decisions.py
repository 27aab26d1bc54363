"""A proposed worksheet with what reviewers decided on its rows; where a row has changed since, the decision is not taken over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from fuhe.readings.value import plain
from fuhe.worksheets import RowBasis, RowDecision, WorkRow, Worksheet, with_ticks

SETTLED = ("confirmed", "changed")
"""The states of a row whose score a person answers for."""


@dataclass(frozen=True)
class DecidedRow:
    """A row with what was decided on it; `since` says what has changed after that, and then the row is as proposed."""

    row: WorkRow
    decision: RowDecision | None = None
    since: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """What was done about the row as it now is."""
        return "open" if self.decision is None or self.since else self.decision.state

    @property
    def is_settled(self) -> bool:
        """Whether a person answers for its score."""
        return self.state in SETTLED


@dataclass(frozen=True)
class DecidedSheet:
    """A worksheet with its rows as decided; `gone` are decisions on rows the form no longer has."""

    sheet: Worksheet
    rows: tuple[DecidedRow, ...]
    gone: tuple[RowDecision, ...] = ()

    @property
    def settled(self) -> int:
        """How many rows a person answers for."""
        return sum(row.is_settled for row in self.rows)

    @property
    def is_settled(self) -> bool:
        """Whether a person answers for every row."""
        return bool(self.rows) and self.settled == len(self.rows)

    @property
    def by(self) -> tuple[str, ...]:
        """Who answers for its rows."""
        return tuple(dict.fromkeys(row.decision.by for row in self.rows if row.decision and row.is_settled))


def basis_of(row: WorkRow) -> RowBasis:
    """Return what a row shows to the one who decides it, its ticks as they are set."""
    ticked = row.ticked
    words, rule = (ticked.words, ticked.rule) if ticked else (row.words, row.rule)
    return RowBasis(
        weight=row.weight,
        self_score=row.self_score,
        actual=row.actual,
        proposed=row.proposed,
        words=words,
        rule=rule,
    )


def decided(sheet: Worksheet, decisions: Mapping[str, RowDecision]) -> DecidedSheet:
    """Return a proposed worksheet with its rows as people decided them."""
    rows = tuple(_decided(row, decisions.get(row.key)) for row in sheet.rows)
    known = {row.key for row in sheet.rows}
    gone = tuple(decision for key, decision in decisions.items() if key not in known and decision.state != "open")
    made = sheet.model_copy(
        update={"rows": tuple(entry.row for entry in rows), "unconfirmed": sum(not entry.is_settled for entry in rows)}
    )
    return DecidedSheet(made, rows, gone)


def _decided(row: WorkRow, decision: RowDecision | None) -> DecidedRow:
    if decision is None:
        return DecidedRow(row)
    ticked = with_ticks(row, decision.ticks)
    if since := tuple(_since(decision, ticked)):
        return DecidedRow(row, decision, since)
    return DecidedRow(ticked.model_copy(update={"hand": decision.entry}), decision)


def _since(decision: RowDecision, row: WorkRow) -> Iterator[str]:
    """Say what of a row is no longer as it was when it was decided."""
    before, now = decision.basis, basis_of(row)
    if lost := [label for label in decision.ticks if label not in [tick.label for tick in row.ticks]]:
        yield f"勾选的“{'、'.join(lost)}”不再适用"
    for name, one, other in (("分值", before.weight, now.weight), ("自评得分", before.self_score, now.self_score)):
        if one != other:
            yield f"{name}由{_shown(one)}改为{_shown(other)}"
    if before.actual != now.actual:
        yield f"完成值由“{before.actual or '（空）'}”改为“{now.actual or '（空）'}”"
    if before.proposed != now.proposed:
        yield f"建议得分由{plain(before.proposed)}改为{plain(now.proposed)}"
    elif (before.words, before.rule) != (now.words, now.rule):
        yield "建议的理由或口径有变"


def _shown(number: Decimal | None) -> str:
    return "未填" if number is None else plain(number)
