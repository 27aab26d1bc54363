"""The 复核底稿 of a form in the store: proposed by the batch's standard, with what reviewers decided on its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from fuhe.errors import StandardError
from fuhe.outputs.worksheet_words import reason_of
from fuhe.policy import Pack
from fuhe.rescoring.proposing import propose, why_not_scored
from fuhe.rescoring.row_decisions import DecidedSheet, basis_of, decided
from fuhe.rescoring.standard import Standard, standard, standard_in
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.scored_rows import ChosenStandard, chosen_standard, row_decisions
from fuhe.web.work.score_words import decision_in_words
from fuhe.worksheets import HandEntry, RowDecision, WorkRow, Worksheet, with_ticks

USUAL = "national-practice"
"""The standard of a batch for which nobody has chosen one, as of the command."""


def standard_of(chosen: ChosenStandard | None) -> Standard:
    """Return the standard a batch is scored by; raises StandardError where a county's own cannot be used any more."""
    if chosen is None:
        return standard(USUAL)
    return standard(chosen.name) if chosen.text is None else standard_in(chosen.name, chosen.text)


@dataclass(frozen=True)
class FormSheet:
    """The sheet of a form as decided, and as it is written out."""

    form_id: int
    made: DecidedSheet
    written: Worksheet


def score_sheet(connection: Connection, current: CurrentForm, path: str, pack: Pack) -> DecidedSheet | str:
    """Return the sheet of a form read from the file `path`, or why it has none."""
    if why := why_not_scored(current.form):
        return f"{why}。"
    try:
        by = standard_of(chosen_standard(connection, current.row.batch_id))
    except StandardError as error:
        return f"评分口径不能用：{error}"
    rows = row_decisions(connection, [current.row.id]).get(current.row.id, {})
    return decided(_proposed(current, path, by, pack), rows)


def _dismissed(current: CurrentForm) -> set[str]:
    return {name for name, decision in current.decisions.items() if decision.state == "dismissed"}


def _proposed(current: CurrentForm, path: str, by: Standard, pack: Pack) -> Worksheet:
    """Return the proposal for a form; a finding a reviewer has dismissed takes nothing off."""
    dropped = _dismissed(current)
    standing = [finding for finding in current.findings if finding.fingerprint not in dropped]
    return propose(path, current.form, standing, by, pack)


def form_sheets(connection: Connection, ids: Sequence[int], pack: Pack) -> list[FormSheet]:
    """Return the sheets of forms, those left out that are not scored.

    Raises StandardError where the standard of their batch cannot be used.
    """
    forms = [current for current in load_forms(connection, ids) if not why_not_scored(current.form)]
    batches = {current.row.batch_id for current in forms}
    by = {number: standard_of(chosen_standard(connection, number)) for number in batches}
    paths, rows = _paths(connection, ids), row_decisions(connection, ids)
    return [
        _form_sheet(current, paths[current.row.id], by[current.row.batch_id], pack, rows.get(current.row.id, {}))
        for current in forms
    ]


def _form_sheet(
    current: CurrentForm, path: str, by: Standard, pack: Pack, rows: Mapping[str, RowDecision]
) -> FormSheet:
    proposed = _proposed(current, path, by, pack)
    made = decided(proposed, rows)
    bare = propose(path, current.form, current.findings, by, pack) if _dismissed(current) else proposed
    return FormSheet(current.row.id, made, _written_out(made, bare))


def confirmed_sheets(connection: Connection, ids: Sequence[int], pack: Pack) -> list[FormSheet]:
    """Return the sheets of those forms whose every row is confirmed, in order of their files."""
    begun = row_decisions(connection, ids)
    made = form_sheets(connection, [form_id for form_id in ids if form_id in begun], pack)
    return sorted((one for one in made if one.made.is_settled), key=lambda one: one.written.file)


def _paths(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    form, file = schema.form.c, schema.file
    query = select(form.id, file.c.path).join(file, file.c.id == form.file_id).where(form.id.in_(ids))
    return dict(connection.execute(query).all())


def _written_out(made: DecidedSheet, bare: Worksheet) -> Worksheet:
    """Return a decided sheet as entries over what all findings give, so that the command reads it back the same.

    The command knows nothing of findings dismissed here: a row that rests on one is written as a person's entry.
    """
    given = {row.key: row for row in bare.rows}
    rows = tuple(_over(row, given[row.key]) for row in made.sheet.rows)
    return made.sheet.model_copy(update={"rows": rows, "notes": (*made.sheet.notes, *_notes(made))})


def _notes(made: DecidedSheet) -> Iterator[str]:
    """Say what was decided and could not be taken over, because the row has changed since."""
    for entry in made.rows:
        if entry.decision and entry.since and entry.decision.state != "open":
            said = decision_in_words(entry.decision)
            yield f"“{entry.row.name}”曾{said}；此后{'，'.join(entry.since)}，按建议列出，请重新核定"
    for gone in made.gone:
        yield f"“{gone.name}”曾{decision_in_words(gone)}；现在的表上没有这一行（名称、类别或指标值改过）"


def _over(row: WorkRow, bare: WorkRow) -> WorkRow:
    ticked = with_ticks(bare, [tick.label for tick in row.ticks if tick.on])
    if basis_of(ticked) == basis_of(row):
        return row
    entry = HandEntry(score=row.score, reason=reason_of(row), actual=row.hand.actual)
    return ticked.model_copy(update={"hand": entry})
