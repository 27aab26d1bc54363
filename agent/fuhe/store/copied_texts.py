"""The groups of texts that stand in several forms of a batch, the gravest and widest first."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from fuhe.findings import SEVERITIES, BatchCell, BatchFinding
from fuhe.outputs.figures import Copies, CopyGroup, CopyText, FormLine
from fuhe.records import LABELS
from fuhe.store import schema
from fuhe.store.form_lines import lines_by_id
from fuhe.store.selection import COPIED, Selection, chosen

_GROUPS = 12
_TEXTS = 3
_NAMED = 3


def copies(connection: Connection, whole: Selection) -> Copies:
    """Return the first groups, each with its first texts."""
    across, link, form = schema.batch_finding.c, schema.batch_finding_form.c, schema.form.c
    copied = (across.batch_id == whole.batch, across.code.in_(COPIED))
    grave = case(*((across.severity == severity, rank) for rank, severity in enumerate(SEVERITIES)), else_=9)
    sizes = connection.execute(
        select(across.id, func.count().label("forms"))
        .join(schema.batch_finding_form, link.batch_finding_id == across.id)
        .where(*copied)
        .group_by(across.id, across.severity)
        .order_by(grave, func.count().desc(), across.id)
        .limit(_GROUPS)
    ).all()
    query = whole.model_copy(update={"copied": True})
    bodies = connection.execute(select(across.id, across.body).where(across.id.in_([row.id for row in sizes])))
    found: dict[int, BatchFinding] = {row.id: row.body for row in bodies}
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
    cells: dict[str, list[BatchCell]] = defaultdict(list)
    for cell in found.cells:
        cells[cell.text or ""].append(cell)
    return CopyGroup(
        code=found.code, title=found.title, severity=found.severity, message=found.message, forms=forms,
        texts=tuple(_text(same, places) for same in list(cells.values())[:_TEXTS]),
        left_out=max(0, len(cells) - _TEXTS),
    )  # fmt: skip


def _text(same: Sequence[BatchCell], places: dict[tuple[str, str], FormLine]) -> CopyText:
    found = dict.fromkeys(places[cell.file, cell.form] for cell in same if (cell.file, cell.form) in places)
    return CopyText(
        named=LABELS.get(same[0].field.rpartition(".")[2], ""), text=same[0].text or "", marks=same[0].marks,
        lines=tuple(found)[:_NAMED], places=len(same),
    )  # fmt: skip
