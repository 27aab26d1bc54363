"""Forms as lists name them, and the first forms behind each figure of an overview."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, Connection, select

from fuhe.outputs.figures import FormLine, Overview
from fuhe.store import schema
from fuhe.store.rows import fetch, select_of
from fuhe.store.selection import UNNAMED, Selection, chosen

_CHUNK = 500
NO_NAME = "（没有项目名称）"


class _LineRow(NamedTuple):
    """What a list needs of a form."""

    id: int
    path: str
    number: str
    unit: str | None
    project: str | None
    total: str | None
    score: float | None
    rate: float | None
    quality: float | None
    errors: int
    warnings: int
    infos: int


def _line(row: _LineRow) -> FormLine:
    """Return a row of the store as a list names it."""
    return FormLine(
        form_id=row.id, path=row.path, number=row.number, unit=row.unit or UNNAMED,
        project=" ".join((row.project or NO_NAME).split()), total=row.total, score=row.score, rate=row.rate,
        quality=row.quality, errors=row.errors, warnings=row.warnings, infos=row.infos,
    )  # fmt: skip


def lines(
    connection: Connection,
    wanted: ColumnElement[bool],
    *,
    order: Sequence[ColumnElement[object]],
    limit: int | None = None,
) -> list[FormLine]:
    """Return the forms a condition chooses, in an order; only those that are returned are read."""
    ids = list(connection.execute(select(schema.form.c.id).where(wanted).order_by(*order).limit(limit)).scalars())
    found = lines_by_id(connection, ids)
    return [found[form_id] for form_id in ids]


def lines_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FormLine]:
    """Return forms by their ids."""
    known = sorted(set(ids))
    form, file = schema.form, schema.file
    listed, found = select_of(_LineRow, form, file).join(file, file.c.id == form.c.file_id), dict[int, FormLine]()
    for start in range(0, len(known), _CHUNK):
        part = listed.where(form.c.id.in_(known[start : start + _CHUNK]))
        found |= {row.id: _line(row) for row in fetch(connection, _LineRow, part)}
    return found


def first_lines(connection: Connection, overview: Overview, limit: int) -> dict[str, tuple[FormLine, ...]]:
    """Return the first forms behind each figure that has any, by query string, those with most errors first."""
    form = schema.form.c
    worst_first = (form.errors.desc(), form.warnings.desc(), form.id)
    found: dict[str, tuple[FormLine, ...]] = {}
    for query in dict.fromkeys(_queries(overview)):
        wanted = chosen(Selection.of(dict(parse_qsl(query))))
        found[query] = tuple(lines(connection, wanted, order=worst_first, limit=limit))
    return found


def _queries(overview: Overview) -> Iterator[str]:
    """Name every figure's query string; a square of a heat table or a scatter is left to its row."""
    yield from (headline.query for headline in overview.headlines if headline.value)
    yield from (fault.query for fault in overview.faults)
    yield from (point.query for point in overview.points)
    yield from (slice_.query for slice_ in overview.scores.bins if slice_.forms)
    yield from ((overview.scores.high_query,) if overview.scores.high else ())
    yield from (row.query for row in overview.heat.rows)
    yield from ((overview.spending.query,) if overview.spending.flagged else ())
    if overview.quality:
        yield from (grade.query for grade in overview.quality.grades if grade.forms)
