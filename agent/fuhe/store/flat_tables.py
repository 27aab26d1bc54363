"""The store as flat tables for analysis: forms, indicators and findings, as Parquet or as lines of JSON."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Literal

from sqlalchemy import select

from fuhe.errors import UsageError
from fuhe.findings import OPEN_LABEL, SEVERITY_LABELS, STATE_LABELS
from fuhe.outputs.placing import placed
from fuhe.records import Indicator
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.database import Store

To = Literal["parquet", "jsonl"]
Line = dict[str, object]
_AT_ONCE = 200
_FORM = (
    *("project", "unit", "year", "form_type", "total", "summed", "rate", "quality", "grade"),
    *("errors", "warnings", "infos", "settled", "stage", "reviewer"),
)
_NUMBERS = frozenset(("form", "errors", "warnings", "infos", "settled", "number", "cells"))
_FLOATS = frozenset(("summed", "rate", "quality"))


def export(store: Store, folder: Path, to: To) -> dict[str, int]:
    """Write forms, indicators and findings of all that is current into a folder; return the lines of each table.

    Raises UsageError where Parquet is asked for and cannot be written, OutputError, StoreError.
    """
    tables: dict[str, Callable[[str, str, CurrentForm], Iterator[Line]]] = {
        "forms": _forms,
        "indicators": _indicators,
        "findings": _findings,
    }
    writers = _parquet if to == "parquet" else _lines
    counts = dict.fromkeys(tables, 0)
    with contextlib.ExitStack() as stack:
        outs = {
            name: stack.enter_context(writers(stack.enter_context(placed(folder / f"{name}.{to}")), _COLUMNS[name]))
            for name in tables
        }
        for group in _current(store):
            for name, lines_of in tables.items():
                lines = [line for batch, path, current in group for line in lines_of(batch, path, current)]
                outs[name](lines)
                counts[name] += len(lines)
    return counts


def _current(store: Store) -> Iterator[list[tuple[str, str, CurrentForm]]]:
    """Return current forms with batch and file, some at a time."""
    form, file, batch = schema.form, schema.file, schema.batch
    with store.reading() as connection:
        rows = connection.execute(
            select(form.c.id, batch.c.name, file.c.path)
            .join(file, file.c.id == form.c.file_id)
            .join(batch, batch.c.id == form.c.batch_id)
            .where(form.c.current)
            .order_by(batch.c.id, file.c.path, form.c.id)
        ).all()
        for at in range(0, len(rows), _AT_ONCE):
            part = rows[at : at + _AT_ONCE]
            loaded = load_forms(connection, [row.id for row in part])
            yield [(row.name, row.path, current) for row, current in zip(part, loaded, strict=True)]


def _forms(batch: str, path: str, current: CurrentForm) -> Iterator[Line]:
    facts = {name: getattr(current.row, name) for name in _FORM}
    yield {"form": current.row.id, "batch": batch, "file": path, **facts}


def _indicators(batch: str, path: str, current: CurrentForm) -> Iterator[Line]:
    for number, indicator in enumerate(current.form.record.indicators):
        yield {"form": current.row.id, "number": number, **dict(indicator)}


def _findings(batch: str, path: str, current: CurrentForm) -> Iterator[Line]:
    for number, finding in enumerate(current.findings, 1):
        decision = current.decisions.get(finding.fingerprint)
        yield {
            "form": current.row.id,
            "number": number,
            "code": finding.code,
            "severity": SEVERITY_LABELS[finding.severity],
            "source": finding.source,
            "title": finding.title,
            "message": finding.message,
            "field": finding.cells[0].field,
            "text": finding.cells[0].text,
            "cells": len(finding.cells),
            "fingerprint": finding.fingerprint,
            "state": STATE_LABELS[decision.state] if decision else OPEN_LABEL,
            "reason": decision.reason if decision else None,
        }


_COLUMNS: dict[str, Sequence[str]] = {
    "forms": ("form", "batch", "file", *_FORM),
    "indicators": ("form", "number", *Indicator.model_fields),
    "findings": (
        *("form", "number", "code", "severity", "source", "title", "message", "field", "text", "cells", "fingerprint"),
        *("state", "reason"),
    ),
}  # fmt: skip


@contextlib.contextmanager
def _lines(out: IO[bytes], columns: Sequence[str]) -> Iterator[Callable[[list[Line]], object]]:
    yield lambda lines: out.writelines(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


@contextlib.contextmanager
def _parquet(out: IO[bytes], columns: Sequence[str]) -> Iterator[Callable[[list[Line]], object]]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise UsageError(
            "写 Parquet 要用 pyarrow，还没有装", todo="请装扩展 engine（见 docs/engine.md），或用 --to jsonl"
        ) from error
    types = {**dict.fromkeys(_NUMBERS, pyarrow.int64()), **dict.fromkeys(_FLOATS, pyarrow.float64())}
    shape = pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in columns])
    with parquet.ParquetWriter(out, shape, compression="zstd") as writer:
        yield lambda lines: writer.write_table(pyarrow.Table.from_pylist(lines, shape)) if lines else None
