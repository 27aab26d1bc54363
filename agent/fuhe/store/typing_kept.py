"""What somebody has typed on a finding and not saved yet: kept for him alone until he saves it or throws it away."""

from typing import NamedTuple

from sqlalchemy import Connection

from fuhe.store import schema
from fuhe.store.rows import fetch, select_of


class TypedText(NamedTuple):
    """A text that is not saved yet, and when its last letter was typed."""

    fingerprint: str
    text: str
    at: str


def keep_typed(
    connection: Connection, form_id: int, fingerprint: str, text: str, *, by: str, side: str, at: str
) -> None:
    """Keep what a person has typed so far."""
    drop_typed(connection, form_id, fingerprint, by=by, side=side)
    connection.execute(
        schema.typed.insert().values(form_id=form_id, fingerprint=fingerprint, by=by, side=side, text=text, at=at)
    )


def drop_typed(connection: Connection, form_id: int, fingerprint: str, *, by: str, side: str) -> None:
    """Forget what a person has typed: it is saved now, or not wanted."""
    table = schema.typed
    connection.execute(
        table.delete().where(
            table.c.form_id == form_id, table.c.fingerprint == fingerprint, table.c.by == by, table.c.side == side
        )
    )


def typed_by(connection: Connection, form_id: int, *, by: str, side: str) -> dict[str, TypedText]:
    """Return what a person has typed on a form and not saved, by finding."""
    table = schema.typed
    own = select_of(TypedText, table).where(table.c.form_id == form_id, table.c.by == by, table.c.side == side)
    return {row.fingerprint: row for row in fetch(connection, TypedText, own)}


def hand_on_typed(connection: Connection, before: int, form_id: int) -> None:
    """Let what was typed on a form go over to the one that supersedes it."""
    table = schema.typed
    connection.execute(table.delete().where(table.c.form_id == form_id))
    connection.execute(table.update().where(table.c.form_id == before).values(form_id=form_id))
