"""What people have read in cells of scans: kept with the file's bytes, used whenever they are read again."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from fuhe.intake.corrected_cells import CorrectedCell
from fuhe.records import Place
from fuhe.store import schema


def corrected_cells(connection: Connection, digest: str | None) -> tuple[CorrectedCell, ...]:
    """Return what people have read in the cells of the file with this hash."""
    table = schema.corrected_cell.c
    rows = connection.execute(
        select(table.place, table.text).where(table.sha256 == (digest or "")).order_by(table.place)
    )
    return tuple(CorrectedCell(place=Place.model_validate_json(row.place), text=row.text) for row in rows)


def keep_cells(connection: Connection, digest: str, cells: Sequence[CorrectedCell], *, by: str, at: str) -> None:
    """Keep what a person has read in cells; a later reading of a cell stands."""
    table = schema.corrected_cell
    rows = [{"sha256": digest, "place": _key(cell.place), "text": cell.text, "by": by, "at": at} for cell in cells]
    if rows:
        places = [row["place"] for row in rows]
        connection.execute(table.delete().where(table.c.sha256 == digest, table.c.place.in_(places)))
        connection.execute(table.insert(), rows)


def _key(place: Place) -> str:
    return place.model_dump_json(exclude_none=True)
