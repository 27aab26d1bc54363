"""What a unit changes in its own form: the text put into a cell beside the printed one, never over it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.decisions import LastStep, note
from fuhe.store.rows import FillingRow, fetch, select_of


class Filling(Decision):
    """A decision of the unit on a finding; `field` is the cell that gets `text`, None where it is left as it is."""

    field: str | None = None


FILL_STEPS = ("fill", "fill-cell")
"""The lines of the trail that tell of a unit's step: one finding, or all of a point about one cell."""


def fill(
    connection: Connection,
    form_id: int,
    fingerprint: str,
    fillings: Mapping[str, Filling],
    *,
    by: str,
    at: str,
) -> None:
    """Set what the unit does about findings in one step, told in one line of the trail and named by one of them."""
    before = fillings_of(connection, form_id)
    for name, filling in fillings.items():
        _put(connection, form_id, name, filling, by=by, at=at)
    told = [{name: _told(side.get(name)) for name in fillings} for side in (before, fillings)]
    is_one = len(fillings) == 1
    stood, stands = (side[fingerprint] if is_one else side for side in told)
    step = "fill" if is_one else "fill-cell"
    note(connection, step, by=by, at=at, form_id=form_id, fingerprint=fingerprint, before=stood, after=stands)


def unfill(connection: Connection, form_id: int, step: LastStep, *, by: str, at: str) -> None:
    """Set findings back to what stood before a unit's step."""
    stood = {step.fingerprint: step.before} if step.action == FILL_STEPS[0] else step.before
    for name, filling in stood.items() if isinstance(stood, dict) else ():
        kept = None if filling is None else Filling.model_validate(filling)
        _put(connection, form_id, name, kept, by=by, at=at)
    note(connection, "unfill", by=by, at=at, form_id=form_id, fingerprint=step.fingerprint, after=step.before)


def _told(filling: Filling | None) -> dict[str, object] | None:
    return None if filling is None else filling.model_dump(exclude_none=True)


def _put(connection: Connection, form_id: int, fingerprint: str, filling: Filling | None, *, by: str, at: str) -> None:
    table = schema.filling
    connection.execute(table.delete().where(table.c.form_id == form_id, table.c.fingerprint == fingerprint))
    if filling is not None:
        values = filling.model_dump(include={"state", "reason", "text", "field"})
        connection.execute(table.insert().values(form_id=form_id, fingerprint=fingerprint, by=by, at=at, **values))


def fillings_of(connection: Connection, form_id: int) -> dict[str, Filling]:
    """Return what the unit did about a form's findings, by fingerprint, oldest first."""
    table = schema.filling
    query = select_of(FillingRow, table).where(table.c.form_id == form_id).order_by(table.c.at)
    return {row.fingerprint: _filling(row) for row in fetch(connection, FillingRow, query)}


def _filling(row: FillingRow) -> Filling:
    return Filling(state=row.state, reason=row.reason, text=row.text, field=row.field, by=row.by, at=row.at)
