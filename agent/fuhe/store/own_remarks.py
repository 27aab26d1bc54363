"""What a reviewer says of a form beside what was found on it: points of his own, in the order they were added."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import RemarkRow, fetch, select_of

ADD, DROP = "remark", "remark-drop"
"""The lines of the trail that tell of a remark added and of one taken out again."""


def remarks_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[RemarkRow, ...]]:
    """Return what was remarked on forms, by form, in the order it is said."""
    table = schema.own_remark
    query = select_of(RemarkRow, table).where(table.c.form_id.in_(ids)).order_by(table.c.id)
    found: dict[int, tuple[RemarkRow, ...]] = {}
    for row in fetch(connection, RemarkRow, query):
        found[row.form_id] = (*found.get(row.form_id, ()), row)
    return found


def add_remark(connection: Connection, form_id: int, text: str, *, by: str, at: str) -> bool:
    """Add a remark with a line in the trail; return False where the form has it already, word for word."""
    if any(row.text == text for row in remarks_of(connection, [form_id]).get(form_id, ())):
        return False
    connection.execute(schema.own_remark.insert().values(form_id=form_id, text=text, by=by, at=at))
    note(connection, ADD, by=by, at=at, form_id=form_id, after=text)
    return True


def drop_remark(connection: Connection, form_id: int, remark: int, *, by: str, at: str) -> str | None:
    """Take a remark out with a line in the trail and return its text, None where the form has no such remark."""
    row = next((one for one in remarks_of(connection, [form_id]).get(form_id, ()) if one.id == remark), None)
    if row is None:
        return None
    connection.execute(schema.own_remark.delete().where(schema.own_remark.c.id == remark))
    note(connection, DROP, by=by, at=at, form_id=form_id, before=row.text)
    return row.text


def put_behind(connection: Connection, form_id: int, rows: Iterable[RemarkRow]) -> None:
    """Let remarks stand on a form behind those it has, as they were written."""
    for row in rows:
        connection.execute(schema.own_remark.insert().values(form_id=form_id, text=row.text, by=row.by, at=row.at))
