"""What a unit changes in its own form: the text put into a cell beside the printed one, never over it."""

from sqlalchemy import Connection

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FillingRow, fetch, select_of


class Filling(Decision):
    """A decision of the unit on a finding; `field` is the cell that gets `text`, None where it is left as it is."""

    field: str | None = None


def fill(
    connection: Connection,
    form_id: int,
    fingerprint: str,
    filling: Filling | None,
    *,
    by: str,
    at: str,
    action: str = "fill",
) -> Filling | None:
    """Set what the unit does about a finding, None to open it again; return what stood before."""
    table = schema.filling
    before = fillings_of(connection, form_id).get(fingerprint)
    connection.execute(table.delete().where(table.c.form_id == form_id, table.c.fingerprint == fingerprint))
    if filling is not None:
        values = filling.model_dump(include={"state", "reason", "text", "field"})
        connection.execute(table.insert().values(form_id=form_id, fingerprint=fingerprint, by=by, at=at, **values))
    told = [None if entry is None else entry.model_dump(exclude_none=True) for entry in (before, filling)]
    note(connection, action, by=by, at=at, form_id=form_id, fingerprint=fingerprint, before=told[0], after=told[1])
    return before


def fillings_of(connection: Connection, form_id: int) -> dict[str, Filling]:
    """Return what the unit did about a form's findings, by fingerprint, oldest first."""
    table = schema.filling
    query = select_of(FillingRow, table).where(table.c.form_id == form_id).order_by(table.c.at)
    return {row.fingerprint: _filling(row) for row in fetch(connection, FillingRow, query)}


def _filling(row: FillingRow) -> Filling:
    return Filling(state=row.state, reason=row.reason, text=row.text, field=row.field, by=row.by, at=row.at)
