"""What a person has said once about the columns of a layout: kept for the batch, used whenever a file of it is read."""

from sqlalchemy import Connection, select

from fuhe.store import schema


def taught_columns(connection: Connection, batch_id: int) -> dict[str, str]:
    """Return the headings of a batch that a person has given a meaning, as printed."""
    table = schema.taught
    found = connection.execute(select(table.c.columns).where(table.c.batch_id == batch_id)).scalar()
    return {heading: str(role) for heading, role in (found or {}).items()}


def teach_columns(connection: Connection, batch_id: int, columns: dict[str, str], *, by: str, at: str) -> None:
    """Keep what headings mean in a batch; none at all lets the program judge again."""
    table = schema.taught
    connection.execute(table.delete().where(table.c.batch_id == batch_id))
    if columns:
        connection.execute(table.insert().values(batch_id=batch_id, columns=columns, by=by, at=at))
