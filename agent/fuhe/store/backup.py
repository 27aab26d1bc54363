"""Backup of a store into one file, and restore into an empty one: the same file for SQLite and PostgreSQL."""

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import Column, Connection, LargeBinary, Table, func, select, text, type_coerce

from fuhe import __version__
from fuhe.errors import OutputError, UsageError
from fuhe.outputs.contract import now
from fuhe.outputs.placing import placed
from fuhe.store import schema
from fuhe.store.database import HEAD, Store
from fuhe.store.packed_column import Packed

_ABOUT = "about.json"
_AT_ONCE = 200
# A session is a way in, and dies with the server, as does what is counted of wrong passwords; everything else is kept.
_TABLES = [table for table in schema.metadata.sorted_tables if table not in (schema.session, schema.wrong_try)]
_BAD = (zipfile.BadZipFile, KeyError, ValueError, UnicodeDecodeError, EOFError, OSError)


def backup(store: Store, file: Path) -> dict[str, int]:
    """Write every table as lines of JSON into a zip file that only its owner can read; return the rows of each table.

    All tables are of one moment, whatever is written meanwhile. Raises OutputError, StoreError.
    """
    if file.exists():
        raise OutputError("已有这个文件，没有写", where=str(file), todo="请换一个文件名，以免覆盖旧的备份")
    counts = {}
    with placed(file, private=True) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with store.reading() as connection:
            for table in _TABLES:
                with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
                    counts[table.name] = _write(connection, table, lines)
        about = {"fuhe": __version__, "schema": HEAD, "made": now(), "rows": counts}
        archive.writestr(_ABOUT, json.dumps(about, ensure_ascii=False, indent=1))
    return counts


def _write(connection: Connection, table: Table, out: IO[bytes]) -> int:
    """Write a table's rows in order of its key, what is packed as it is."""
    columns = [
        type_coerce(column, LargeBinary).label(column.name) if _is_binary(column) else column for column in table.c
    ]
    rows = connection.execute(
        select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    ).mappings()
    number = 0
    for row in rows:
        number += 1
        told = {name: _text(value) for name, value in row.items() if value is not None}
        out.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return number


def _is_binary(column: Column[object]) -> bool:
    return isinstance(column.type, LargeBinary | Packed)


def _text(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def restore(store: Store, file: Path) -> dict[str, int]:
    """Put a backup into an empty store, whole or not at all; return the rows of each table.

    Raises UsageError for a store that holds something, and for a file that is no backup or of a newer program.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(_ABOUT))
            if about["schema"] > HEAD:
                raise UsageError("备份是新版本的程序做的", where=str(file), todo="请升级程序后再恢复")
            with store.writing() as connection:
                _refuse_filled(connection, store)
                return {table.name: _read(connection, table, archive, about["rows"]) for table in _TABLES}
    except _BAD as error:
        raise UsageError("这不是完整的备份文件", where=str(file), todo="请核对文件；没有恢复任何内容") from error


def _refuse_filled(connection: Connection, store: Store) -> None:
    for table in _TABLES:
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise UsageError("存储里已有内容，没有恢复", where=store.shown, todo="请恢复到一个新的存储")


def _read(connection: Connection, table: Table, archive: zipfile.ZipFile, counts: dict[str, int]) -> int:
    if table.name not in counts:  # a table that came after the backup
        return 0
    number = 0
    with archive.open(f"{table.name}.jsonl") as lines:
        for rows in _groups(_row(table, line) for line in lines):
            connection.execute(table.insert(), rows)
            number += len(rows)
    if number != counts[table.name]:
        raise ValueError(table.name)
    _go_on_from(connection, table)
    return number


def _row(table: Table, line: bytes) -> dict[str, object]:
    """Return a line as a row; a binary column takes what was packed as it is."""
    told = json.loads(line)
    return {
        column.name: base64.b64decode(told[column.name])
        if _is_binary(column) and column.name in told
        else told.get(column.name)
        for column in table.c
    }


def _groups(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    group: list[dict[str, object]] = []
    for row in rows:
        group.append(row)
        if len(group) == _AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _go_on_from(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those put in with their numbers; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name} HAVING max(id) > 0"  # noqa: S608
            )
        )
