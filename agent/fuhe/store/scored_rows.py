"""What reviewers decide on the rows of a 复核底稿, and by which standard a batch is scored."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import fetch, fetch_one, select_of
from fuhe.worksheets import RowDecision

SCORE, SCORE_UNDO, STANDARD = "score", "score-undo", "standard"
"""The lines of the trail: a row decided, such a step taken back, another standard for the batch."""


class _ScoredRow(NamedTuple):
    """A row of a form with what was decided on it."""

    form_id: int
    row: str
    decision: RowDecision


class ChosenStandard(NamedTuple):
    """By what a batch is scored, who said so; `text` is a county's own standard, None for one that is shipped."""

    name: str
    title: str
    text: str | None
    by: str
    at: str


def row_decisions(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, RowDecision]]:
    """Return what was decided on the rows of forms, by form and row."""
    table = schema.scored_row
    found: dict[int, dict[str, RowDecision]] = {}
    for form_id, row, decision in fetch(
        connection, _ScoredRow, select_of(_ScoredRow, table).where(table.c.form_id.in_(ids))
    ):
        found.setdefault(form_id, {})[row] = decision
    return found


def scored_forms(connection: Connection, batch_id: int) -> list[int]:
    """Return the forms that stand in a batch and of which some row is decided."""
    table, form = schema.scored_row, schema.form
    query = select(table.c.form_id).distinct().join(form, form.c.id == table.c.form_id)
    ordered = query.where(form.c.batch_id == batch_id, form.c.current).order_by(table.c.form_id)
    return list(connection.execute(ordered).scalars())


def decide_row(
    connection: Connection,
    form_id: int,
    row: str,
    decision: RowDecision | None,
    *,
    by: str,
    at: str,
    action: str = SCORE,
) -> None:
    """Set what is decided on a row, None to open it again; the trail gets a line with what stood before."""
    table = schema.scored_row
    before = row_decisions(connection, [form_id]).get(form_id, {}).get(row)
    connection.execute(table.delete().where(table.c.form_id == form_id, table.c.row == row))
    if decision is not None:
        connection.execute(table.insert().values(form_id=form_id, row=row, decision=decision))
    told = [None if entry is None else entry.model_dump(mode="json", exclude_none=True) for entry in (before, decision)]
    note(connection, action, by=by, at=at, form_id=form_id, fingerprint=row, before=told[0], after=told[1])


def chosen_standard(connection: Connection, batch_id: int) -> ChosenStandard | None:
    """Return by what a batch is scored, None where nobody has chosen."""
    table = schema.batch_standard
    return fetch_one(connection, ChosenStandard, select_of(ChosenStandard, table).where(table.c.batch_id == batch_id))


def choose_standard(connection: Connection, batch_id: int, chosen: ChosenStandard) -> None:
    """Let a batch be scored by another standard; the trail gets a line."""
    table = schema.batch_standard
    before = chosen_standard(connection, batch_id)
    connection.execute(table.delete().where(table.c.batch_id == batch_id))
    connection.execute(table.insert().values(batch_id=batch_id, **chosen._asdict()))
    told = before.title if before else None
    note(connection, STANDARD, by=chosen.by, at=chosen.at, batch_id=batch_id, before=told, after=chosen.title)
