"""打分: the rows of a form's 复核底稿 as the page shows them, one of them opened with what its score rests on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from fuhe.findings import Cell
from fuhe.outputs.in_words import where
from fuhe.outputs.worksheet_words import amount_taken, percent
from fuhe.readings.value import plain
from fuhe.records import LABELS
from fuhe.rescoring.row_decisions import DecidedRow, DecidedSheet, basis_of
from fuhe.store.scored_rows import chosen_standard
from fuhe.store.typing_kept import typed_by
from fuhe.web.desk import Desk
from fuhe.web.work.evidence_marks import EvidenceMarks
from fuhe.web.work.form_stops import FormStops
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.score_deciding import TYPED_SIDE, bare_reason, token_of
from fuhe.web.work.score_sheet import score_sheet, standard_of
from fuhe.web.work.score_words import decision_in_words
from fuhe.worksheets import cents

_OWN = ("target", "actual", "score")


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """A cell a score rests on: the column, its place in words, its text, and where it stands on the page."""

    label: str
    place: str
    text: str
    slot: str | None


@dataclass(frozen=True, slots=True)
class FindingLink:
    """A finding a score rests on, and the card it is on."""

    code: str
    title: str
    number: int


@dataclass(frozen=True)
class TypedScore:
    """What the three boxes of a row hold: what was typed and not saved, else what stands."""

    score: str
    reason: str
    actual: str
    at: str | None = None


@dataclass(frozen=True)
class RowCard:
    """The row that is opened: its reason, what it rests on, and what was decided on it."""

    entry: DecidedRow
    amount: str
    words: str
    rule: str
    cells: tuple[EvidenceCell, ...]
    findings: tuple[FindingLink, ...]
    relation: EvidenceMarks
    stood: str
    filled: TypedScore
    before: str


@dataclass(frozen=True)
class ScoreTab:
    """The tab; `why` says why there is nothing to score, and then there are no rows."""

    why: str
    made: DecidedSheet | None = None
    number: int = 0
    card: RowCard | None = None
    chosen_by: str = ""

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The running totals by their names."""
        if self.made is None:
            return []
        sheet = self.made.sheet
        return [
            ("自评", plain(cents(sheet.self_score))),
            ("复核", plain(cents(sheet.score))),
            ("偏差", plain(cents(sheet.deviation))),
            ("偏离度", percent(sheet.deviation_share) or "—"),
            ("等次", sheet.grade or "—"),
        ]


def _next_open(made: DecidedSheet, after: int) -> int | None:
    """Return the next row nothing was done about, wrapping round; None where there is none."""
    numbered = list(enumerate(made.rows, 1))
    ahead = [*numbered[after:], *numbered[:after]]
    return next((number for number, entry in ahead if entry.state == "open"), None)


def score_tab(
    connection: Connection, desk: Desk, seen: OpenForm, stops: FormStops, number: int | None, after: int = 0
) -> ScoreTab:
    """Return the tab at a row; where none is named at the next open one `after` a row, at that where none is open."""
    made = score_sheet(connection, seen.current, seen.file.path, desk.pack)
    if isinstance(made, str):
        return ScoreTab(made)
    chosen = chosen_standard(connection, seen.current.row.batch_id)
    asked = number or _next_open(made, after) or after
    at = asked if 1 <= asked <= len(made.rows) else 1
    cases = {one.cited: f"{one.cited}：{one.rule.case}" for one in standard_of(chosen).rules}
    card = _card(connection, seen, stops, made.rows[at - 1], cases)
    return ScoreTab("", made, at, card, f"{chosen.by} {chosen.at[:10]}选定" if chosen else "")


def _card(
    connection: Connection, seen: OpenForm, stops: FormStops, entry: DecidedRow, cases: Mapping[str, str]
) -> RowCard:
    row, basis = entry.row, basis_of(entry.row)
    cells = row.cells if row.ticked is None else ()
    own = [seen.marked.slot(f"{row.field}.{name}") for name in _OWN]
    shown = tuple(_evidence(seen, cell) for cell in cells)
    focus = seen.marked.slot(f"{row.field}.name") or next(filter(None, own), None)
    rest = dict.fromkeys(slot for slot in (*(cell.slot for cell in shown), *own) if slot and slot != focus)
    return RowCard(
        entry=entry,
        amount=amount_taken(row),
        words=basis.words if row.hand.reason is None else bare_reason(row.hand.reason),
        rule=cases.get(basis.rule or "", basis.rule or ""),
        cells=shown,
        findings=tuple(_findings(seen, stops, entry)),
        relation=EvidenceMarks((focus,) if focus else (), tuple(rest)),
        stood=token_of(entry.decision),
        filled=_filled(connection, seen, entry),
        before=decision_in_words(entry.decision) if entry.decision and entry.since else "",
    )


def _evidence(seen: OpenForm, cell: Cell) -> EvidenceCell:
    label = LABELS.get(cell.field.rpartition(".")[2], "")
    return EvidenceCell(label, where(cell.place), cell.text or "（空）", seen.marked.slot(cell.field))


def _findings(seen: OpenForm, stops: FormStops, entry: DecidedRow) -> list[FindingLink]:
    """Return the findings a score rests on that stand at its row."""
    if entry.row.ticked is not None:
        return []
    found = []
    for marked in seen.findings:
        here = any(cell.field.startswith(f"{entry.row.field}.") for cell in marked.finding.cells)
        if marked.finding.code in entry.row.codes and here:
            stop = stops.holding(marked.finding.fingerprint)
            found.append(FindingLink(marked.finding.code, marked.finding.title, stop.number if stop else 0))
    return found


def _filled(connection: Connection, seen: OpenForm, entry: DecidedRow) -> TypedScore:
    """Return what stands in the boxes: what this person typed and did not save, else what was decided, else the proposal."""
    row = entry.row
    typed = (
        typed_by(connection, seen.id, by=seen.person.name, side=TYPED_SIDE).get(row.key)
        if seen.person and seen.may_change
        else None
    )
    if typed and (kept := _parsed(typed.text)):
        return TypedScore(kept.get("score", ""), kept.get("reason", ""), kept.get("actual", ""), typed.at)
    decision = entry.decision
    earlier = decision.entry if decision and entry.since else row.hand
    score = earlier.score if earlier.score is not None else row.proposed
    actual = earlier.actual if earlier.actual is not None else row.review_actual
    return TypedScore(plain(score), bare_reason(earlier.reason), actual or "")


def _parsed(text: str) -> dict[str, str]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return {name: value for name, value in kept.items() if isinstance(value, str)} if isinstance(kept, dict) else {}
