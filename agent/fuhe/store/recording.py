"""Results into the store and out again: a file with its forms and findings in one transaction, a corrected form keeps its decisions."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select

from fuhe.drafts import Draft
from fuhe.findings import Finding, worst_first
from fuhe.pipeline import Checked
from fuhe.policy import Pack
from fuhe.quality import form_quality
from fuhe.readings.row_sums import adds_up, summed_score
from fuhe.readings.sheet import printed_points
from fuhe.records import File, FileStatus, Form
from fuhe.rules import Sheet, form_trace
from fuhe.store import schema
from fuhe.store.point_shapes import point_rows
from fuhe.store.rows import DecisionRow, FileRow, FillingRow, FindingRow, FormPointRow, fetch, select_of
from fuhe.store.superseding import carried, hand_on_remarks, hand_on_rows, superseded
from fuhe.store.typing_kept import hand_on_typed
from fuhe.text import bare

_NOT_YET = 0  # the id of a form that the store has not numbered
_LONGEST_UNIT = 200  # it is indexed, and PostgreSQL bounds what an index entry holds
_YEAR = re.compile(r"20\d\d(?:年度?)?")


def identity(form: Form) -> str:
    """Name the form by unit, project and year: its corrected version has the same name, the target table of it has not."""
    record = form.record
    apart = ("target",) if form.form_type == "target" else ()
    return _hash(bare(record.unit or record.department), bare(record.project), bare(record.year), *apart)


def is_named(form: Form) -> bool:
    """Tell whether a form says whose it is and of which project, so that its corrected version can be told by that."""
    return bool(bare(form.record.unit or form.record.department) and bare(form.record.project))


def kin(form: Form) -> str:
    """Name the project by unit and project with years masked: its form of another year has the same name."""
    record = form.record
    return _hash(bare(record.unit or record.department), bare(_YEAR.sub("", record.project or "")))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


Values = Mapping[str, object]
"""A row that is to be inserted, by column."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One checked form as the rows it becomes: what its own row holds, and a row for each finding and each point."""

    identity: str
    form: Values
    findings: tuple[FindingRow, ...]
    points: tuple[FormPointRow, ...] = ()


def rows_of(path: str, entry: Checked, pack: Pack) -> Rows:
    """Turn a checked form of a file into rows, packed: all that can be done away from the store."""
    found, named = tuple(worst_first(entry.findings)), identity(entry.form)
    form = facts(entry.form, entry.findings, pack) | {
        "identity": named,
        "kin": kin(entry.form),
        "current": True,
        "stage": "waiting",
        "body": schema.FORM.pack(entry.form),
        "found": schema.FINDINGS.pack(found),
        "drafts": packed_drafts(entry.drafts),
        "glimpse": schema.GLIMPSE.pack(form_trace(path, entry.form)),
    }
    findings = tuple(_finding_row(number, finding) for number, finding in enumerate(found, 1))
    return Rows(named, form, findings, point_rows(_NOT_YET, entry.form, found))


def _finding_row(number: int, finding: Finding) -> FindingRow:
    return FindingRow(
        _NOT_YET, number, finding.code, finding.severity, finding.source, finding.fingerprint, finding.title
    )


def record_file(
    connection: Connection,
    batch_id: int,
    file: File,
    checked: Sequence[Checked],
    pack: Pack,
    *,
    ruleset: str,
    at: str,
    size: int | None = None,
    by: str | None = None,
    replacing: bool = False,
) -> int:
    """Store one file with its forms and return its id; what stood under the same path is no longer current.

    With `replacing`, a form of the batch with the same unit, project and year is superseded too, whatever its file is
    called; without a unit or a project nothing tells it. What people decided and filled in goes over to the form that
    supersedes, where its findings still have the fingerprint.
    """
    forms = tuple(rows_of(file.path, entry, pack) for entry in checked)
    before: dict[str, int] = {}
    for old in standing(connection, batch_id, [file.path]).values():
        before |= set_aside(connection, old.id)
        if file.sha256 is not None and old.sha256 == file.sha256:
            before |= _by_number(connection, old.id, forms, before)
    if replacing:
        named = [identity(entry.form) for entry in checked if is_named(entry.form)]
        before |= _same_identity(connection, batch_id, named)
    rows = FileRows(file_head(file, size), forms, before)
    return record_rows(connection, batch_id, [rows], ruleset=ruleset, at=at, by=by)[0]


def _by_number(
    connection: Connection, file_id: int, forms: Sequence[Rows], before: Mapping[str, int]
) -> dict[str, int]:
    """Return the forms of the same bytes read before by the names they have now: read in another way they are the same."""
    table = schema.form.c
    numbers = dict(connection.execute(select(table.number, table.id).where(table.file_id == file_id)).all())
    unmatched = (rows for rows in forms if rows.identity not in before and rows.form["number"] in numbers)
    return {rows.identity: numbers[rows.form["number"]] for rows in unmatched}


@dataclass(frozen=True, slots=True)
class FileHead:
    """What a file's row says of the file itself."""

    path: str
    sha256: str | None
    size: int | None
    status: FileStatus
    problems: bytes


def file_head(file: File, size: int | None = None) -> FileHead:
    """Return what a file's row says of the file itself."""
    return FileHead(file.path, file.sha256, size, file.status, schema.PROBLEMS.pack(file.problems))


@dataclass(frozen=True, slots=True)
class FileRows:
    """One file as the rows it becomes; `before` holds the forms it supersedes, by identity."""

    head: FileHead
    forms: tuple[Rows, ...] = ()
    before: dict[str, int] = field(default_factory=dict)


def record_rows(
    connection: Connection, batch_id: int, files: Sequence[FileRows], *, ruleset: str, at: str, by: str | None = None
) -> list[int]:
    """Store the rows of files, several at a time, and return the files' ids."""
    shared = {"batch_id": batch_id, "ruleset": ruleset, "current": True, "received_at": at, "received_by": by}
    ids = _numbered(connection, schema.file, [asdict(entry.head) | shared for entry in files])
    forms = [(number, rows, entry) for number, entry in zip(ids, files, strict=True) for rows in entry.forms]
    olds = [entry.before.get(rows.identity) for _, rows, entry in forms]
    before = superseded(connection, [old for old in olds if old is not None])
    kept = [
        carried(before.get(old), _found_in(rows) if old in before else (), entry.head.sha256)
        for (_, rows, entry), old in zip(forms, olds, strict=True)
    ]
    values = [
        {**rows.form, "batch_id": batch_id, "file_id": number, "changed_at": at, **stays.form}
        for (number, rows, _), stays in zip(forms, kept, strict=True)
    ]
    form_ids = _numbered(connection, schema.form, values)
    _insert_under(connection, schema.finding, form_ids, [rows.findings for _, rows, _ in forms])
    _insert_under(connection, schema.form_point, form_ids, [rows.points for _, rows, _ in forms])
    _insert_under(connection, schema.decision, form_ids, [stays.decisions for stays in kept])
    _insert_under(connection, schema.filling, form_ids, [stays.fillings for stays in kept])
    for old, number in zip(olds, form_ids, strict=True):
        if old is not None:
            hand_on_typed(connection, old, number)
            hand_on_rows(connection, old, number)
            hand_on_remarks(connection, old, number)
    return ids


def _found_in(rows: Rows) -> tuple[Finding, ...]:
    """Return the findings a form's row holds."""
    packed = rows.form["found"]
    assert isinstance(packed, bytes)
    return schema.FINDINGS.unpack(packed)


def _numbered(connection: Connection, table: Table, rows: Sequence[Values]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def _insert_under(
    connection: Connection,
    table: Table,
    form_ids: Sequence[int],
    rows: Sequence[Sequence[FindingRow | FormPointRow | DecisionRow | FillingRow]],
) -> None:
    pairs = zip(form_ids, rows, strict=True)
    values = [row._asdict() | {"form_id": number} for number, entries in pairs for row in entries]
    if values:
        connection.execute(table.insert(), values)


def standing(connection: Connection, batch_id: int, paths: Sequence[str]) -> dict[str, FileRow]:
    """Return the files that stand under the paths of a batch, by path."""
    table = schema.file
    query = select_of(FileRow, table).where(table.c.batch_id == batch_id, table.c.path.in_(paths), table.c.current)
    return {row.path: row for row in fetch(connection, FileRow, query)}


def set_aside(connection: Connection, file_id: int) -> dict[str, int]:
    """Let a file and its forms be current no longer; return the forms by identity."""
    connection.execute(schema.file.update().where(schema.file.c.id == file_id).values(current=False))
    return _no_longer(connection, schema.form.c.file_id == file_id)


def _same_identity(connection: Connection, batch_id: int, names: Sequence[str]) -> dict[str, int]:
    return _no_longer(connection, schema.form.c.batch_id == batch_id, schema.form.c.identity.in_(names))


def _no_longer(connection: Connection, *where: ColumnElement[bool]) -> dict[str, int]:
    table = schema.form
    rows = connection.execute(select(table.c.identity, table.c.id).where(table.c.current, *where)).all()
    ids = [row.id for row in rows]
    connection.execute(table.update().where(table.c.id.in_(ids)).values(current=False))
    return {row.identity: row.id for row in rows}


def packed_drafts(drafts: tuple[Draft, ...] | None) -> bytes | None:
    """Return drafts as a form's row holds them."""
    return None if drafts is None else schema.DRAFTS.pack(drafts)


def facts(form: Form, findings: Sequence[Finding], pack: Pack) -> dict[str, object]:
    """Return the columns of a form's row that say what it is and how it stands."""
    sheet, scored = Sheet(form, pack), form_quality(form, findings)
    summed = summed_score(sheet) if adds_up(sheet) else None
    execution = sheet.execution
    severities = [finding.severity for finding in findings]
    return {
        "number": form.id,
        "project": form.record.project,
        "unit": (form.record.unit or form.record.department or "")[:_LONGEST_UNIT] or None,
        "year": form.record.year,
        "form_type": form.form_type,
        "total": form.record.total_score,
        "score": None if (total := printed_points(form.record.total_score)) is None else float(total),
        "summed": None if summed is None else float(summed),
        "rate": float(execution.rate) / 100 if execution and execution.rate is not None else None,
        "quality": scored.score if scored else None,
        "grade": scored.grade if scored else None,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
    }


def put_drafts(connection: Connection, form_id: int, drafts: tuple[Draft, ...]) -> None:
    """Keep a form's drafts."""
    table = schema.form
    connection.execute(table.update().where(table.c.id == form_id).values(drafts=packed_drafts(drafts)))


def recount(connection: Connection, form_id: int) -> int:
    """Bring the count of decided findings of a form up to date and return it."""
    decided, found = schema.decision, schema.finding
    count: int = connection.execute(
        select(func.count()).select_from(found).where(
            found.c.form_id == form_id,
            found.c.fingerprint.in_(select(decided.c.fingerprint).where(decided.c.form_id == bindparam("form"))),
        ),
        {"form": form_id},
    ).scalar_one()  # fmt: skip
    connection.execute(schema.form.update().where(schema.form.c.id == form_id).values(settled=count))
    return count
