"""The groups of texts that stand in several forms of a batch, the widest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from fuhe.batch import schema
from fuhe.batch.lines import lines_by_id
from fuhe.batch.selection import COPIED, Selection, chosen
from fuhe.findings import BatchFinding
from fuhe.outputs.figures import Copies, CopyGroup, CopyMember, FormLine
from fuhe.records import LABELS

_GROUPS = 12
_MEMBERS = 6


def copies(connection: Connection, whole: Selection) -> Copies:
    """Return the groups that concern most forms, each with its first texts."""
    across, link, form = schema.batch_finding.c, schema.batch_finding_form.c, schema.form.c
    copied = (across.batch_id == whole.batch, across.code.in_(COPIED))
    sizes = connection.execute(
        select(across.id, func.count().label("forms"))
        .join(schema.batch_finding_form, link.batch_finding_id == across.id)
        .where(*copied)
        .group_by(across.id)
        .order_by(func.count().desc(), across.code, across.id)
        .limit(_GROUPS)
    ).all()
    query = whole.model_copy(update={"copied": True})
    bodies = connection.execute(select(across.id, across.body).where(across.id.in_([row.id for row in sizes])))
    found = {row.id: BatchFinding.model_validate(row.body) for row in bodies}
    places = _places(connection, [row.id for row in sizes])
    forms: int = connection.execute(select(func.count(form.id)).where(chosen(query))).scalar_one()
    total: int = connection.execute(select(func.count(across.id)).where(*copied)).scalar_one()
    groups = tuple(_group(found[row.id], row.forms, places) for row in sizes)
    return Copies(groups=groups, total=total, forms=forms, query=query.query)


def _places(connection: Connection, groups: Sequence[int]) -> dict[tuple[str, str], FormLine]:
    """Return the forms of some groups by file and number within it."""
    link = schema.batch_finding_form.c
    ids = connection.execute(select(link.form_id).where(link.batch_finding_id.in_(groups))).scalars()
    return {(line.path, line.number): line for line in lines_by_id(connection, ids).values()}


def _group(found: BatchFinding, forms: int, places: dict[tuple[str, str], FormLine]) -> CopyGroup:
    return CopyGroup(
        code=found.code, title=found.title, severity=found.severity, message=found.message, forms=forms,
        members=tuple(_member(cell, places) for cell in found.cells[:_MEMBERS]),
        left_out=max(0, len(found.cells) - _MEMBERS),
    )  # fmt: skip


def _member(cell: Any, places: dict[tuple[str, str], FormLine]) -> CopyMember:
    return CopyMember(
        line=places.get((cell.file, cell.form)),
        named=LABELS.get(cell.field.rpartition(".")[2], ""),
        text=cell.text or "",
        marks=cell.marks,
    )
