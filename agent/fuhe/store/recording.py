"""Results into the store and out again: a file with its forms and findings in one transaction, a corrected form keeps its decisions."""

import functools
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, LargeBinary, Row, Table, bindparam, func, select, type_coerce

from fuhe.drafts import Draft
from fuhe.findings import Decision, Finding, worst_first
from fuhe.outputs.contract import FileReport, FormReport, form_report
from fuhe.policy import Pack
from fuhe.quality import quality
from fuhe.readings.row_sums import summed_score
from fuhe.readings.sheet import points
from fuhe.records import File, Form, Problem
from fuhe.rules import Sheet, glimpse
from fuhe.store import schema
from fuhe.store.superseding import carried, superseded
from fuhe.text import bare

_FINDINGS = TypeAdapter(tuple[Finding, ...])
_DRAFTS = TypeAdapter(tuple[Draft, ...])
PROBLEMS = TypeAdapter(tuple[Problem, ...])
"""What was wrong with a file, as its row holds it."""
_TOLD = ("code", "severity", "source", "fingerprint", "title")
_KEPT = 128  # forms whose contents are kept unpacked
_LONGEST_UNIT = 200  # it is indexed, and PostgreSQL bounds what an index entry holds
_YEAR = re.compile(r"20\d\d(?:年度?)?")


@dataclass(frozen=True)
class Checked:
    """One form with what was found in it and drafted for it."""

    form: Form
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...] | None = None


@dataclass(frozen=True)
class Stored:
    """One form out of the store: its row of facts, what was read, found and drafted, and what people decided."""

    row: Row[Any]
    form: Form
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...] | None
    decisions: dict[str, Decision] = field(default_factory=dict)

    @property
    def report(self) -> FormReport:
        """The form as outputs take it."""
        framed = form_report(self.form, self.findings, self.drafts)
        return framed.model_copy(update={"decisions": self.decisions})


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


@dataclass(frozen=True, slots=True)
class Rows:
    """One checked form as the rows it becomes: what its own row holds, and a row for each finding."""

    form: dict[str, Any]
    findings: tuple[dict[str, Any], ...]


def rows_of(path: str, entry: Checked, pack: Pack) -> Rows:
    """Turn a checked form of a file into rows, packed: all that can be done away from the store."""
    found = tuple(worst_first(entry.findings))
    form = facts(entry.form, entry.findings, pack) | {
        "identity": identity(entry.form),
        "kin": kin(entry.form),
        "current": True,
        "stage": "waiting",
        "body": schema.packed(entry.form.model_dump_json(exclude_defaults=True).encode()),
        "found": schema.packed(_FINDINGS.dump_json(found, exclude_defaults=True)),
        "drafts": packed_drafts(entry.drafts),
        "glimpse": schema.packed(glimpse(path, entry.form).model_dump_json(exclude_defaults=True).encode()),
    }
    findings = tuple(
        {"number": number} | {name: getattr(finding, name) for name in _TOLD} for number, finding in enumerate(found, 1)
    )
    return Rows(form, findings)


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
    if replacing:
        named = [identity(entry.form) for entry in checked if is_named(entry.form)]
        before |= _same_identity(connection, batch_id, named)
    rows = FileRows(file_head(file, size), forms, before)
    return record_rows(connection, batch_id, [rows], ruleset=ruleset, at=at, by=by)[0]


def file_head(file: File, size: int | None = None) -> dict[str, Any]:
    """Return what a file's row says of the file itself."""
    problems = schema.packed(PROBLEMS.dump_json(file.problems, exclude_none=True))
    return {"path": file.path, "sha256": file.sha256, "size": size, "status": file.status, "problems": problems}


@dataclass(frozen=True, slots=True)
class FileRows:
    """One file as the rows it becomes; `before` holds the forms it supersedes, by identity."""

    head: dict[str, Any]
    forms: tuple[Rows, ...] = ()
    before: dict[str, int] = field(default_factory=dict)


def record_rows(
    connection: Connection, batch_id: int, files: Sequence[FileRows], *, ruleset: str, at: str, by: str | None = None
) -> list[int]:
    """Store the rows of files, several at a time, and return the files' ids."""
    shared = {"batch_id": batch_id, "ruleset": ruleset, "current": True, "received_at": at, "received_by": by}
    ids = _numbered(connection, schema.file, [entry.head | shared for entry in files])
    forms = [(number, rows, entry) for number, entry in zip(ids, files, strict=True) for rows in entry.forms]
    olds = [entry.before.get(rows.form["identity"]) for _, rows, entry in forms]
    before = superseded(connection, [old for old in olds if old is not None])
    kept = [
        carried(before.get(old), {row["fingerprint"] for row in rows.findings}, entry.head["sha256"])
        for (_, rows, entry), old in zip(forms, olds, strict=True)
    ]
    values = [
        rows.form | {"batch_id": batch_id, "file_id": number, "changed_at": at} | stays.form
        for (number, rows, _), stays in zip(forms, kept, strict=True)
    ]
    form_ids = _numbered(connection, schema.form, values)
    _insert_under(connection, schema.finding, form_ids, [rows.findings for _, rows, _ in forms])
    _insert_under(connection, schema.decision, form_ids, [stays.decisions for stays in kept])
    _insert_under(connection, schema.filling, form_ids, [stays.fillings for stays in kept])
    return ids


def _numbered(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def _insert_under(
    connection: Connection, table: Table, form_ids: Sequence[int], rows: Sequence[Sequence[dict[str, Any]]]
) -> None:
    values = [{**row, "form_id": number} for number, entries in zip(form_ids, rows, strict=True) for row in entries]
    if values:
        connection.execute(table.insert(), values)


def standing(connection: Connection, batch_id: int, paths: Sequence[str]) -> dict[str, Row[Any]]:
    """Return what stands under the paths of a batch: id, sha256, status and ruleset of each file, by path."""
    table = schema.file
    rows: Iterable[Row[Any]] = connection.execute(
        select(table.c.path, table.c.id, table.c.sha256, table.c.status, table.c.ruleset, table.c.problems)
        .where(table.c.batch_id == batch_id, table.c.path.in_(paths), table.c.current)
    )  # fmt: skip
    return {row.path: row for row in rows}


def set_aside(connection: Connection, file_id: int) -> dict[str, int]:
    """Let a file and its forms be current no longer; return the forms by identity."""
    connection.execute(schema.file.update().where(schema.file.c.id == file_id).values(current=False))
    return _no_longer(connection, schema.form.c.file_id == file_id)


def _same_identity(connection: Connection, batch_id: int, names: Sequence[str]) -> dict[str, int]:
    return _no_longer(connection, schema.form.c.batch_id == batch_id, schema.form.c.identity.in_(names))


def _no_longer(connection: Connection, *where: Any) -> dict[str, int]:
    table = schema.form
    rows = connection.execute(select(table.c.identity, table.c.id).where(table.c.current, *where)).all()
    ids = [row.id for row in rows]
    connection.execute(table.update().where(table.c.id.in_(ids)).values(current=False))
    return {row.identity: row.id for row in rows}


def packed_drafts(drafts: tuple[Draft, ...] | None) -> bytes | None:
    """Return drafts as a form's row holds them."""
    return None if drafts is None else schema.packed(_DRAFTS.dump_json(drafts, exclude_defaults=True, by_alias=True))


def facts(form: Form, findings: Sequence[Finding], pack: Pack) -> dict[str, Any]:
    """Return the columns of a form's row that say what it is and how it stands."""
    sheet, scored = Sheet(form, pack), quality(findings)
    summed = summed_score(sheet)
    execution = sheet.execution
    severities = [finding.severity for finding in findings]
    return {
        "number": form.id,
        "project": form.record.project,
        "unit": (form.record.unit or form.record.department or "")[:_LONGEST_UNIT] or None,
        "year": form.record.year,
        "form_type": form.form_type,
        "total": form.record.total_score,
        "score": None if (total := points(form.record.total_score)) is None else float(total),
        "summed": None if summed is None else float(summed),
        "rate": float(execution.rate) / 100 if execution and execution.rate is not None else None,
        "quality": scored.score,
        "grade": scored.grade,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
    }


def put_drafts(connection: Connection, form_id: int, drafts: tuple[Draft, ...]) -> None:
    """Keep a form's drafts."""
    table = schema.form
    connection.execute(table.update().where(table.c.id == form_id).values(drafts=packed_drafts(drafts)))


def load_forms(connection: Connection, ids: Sequence[int]) -> list[Stored]:
    """Return forms with their findings, drafts and decisions, in the order asked for; unknown ids are left out."""
    table = schema.form
    as_stored = [type_coerce(c, LargeBinary).label(c.name) if isinstance(c.type, schema.Packed) else c for c in table.c]
    rows = {row.id: row for row in connection.execute(select(*as_stored).where(table.c.id.in_(ids)))}
    decided = decisions_of(connection, ids)
    return [_stored(rows[form_id], decided.get(form_id, {})) for form_id in ids if form_id in rows]


def _stored(row: Row[Any], decided: dict[str, Decision]) -> Stored:
    drafts = None if row.drafts is None else _drafts_of(row.drafts)
    return Stored(row, _form_of(row.body), _findings_of(row.found), drafts, decided)


# A page reads the same form again with every key: what the same bytes hold is worked out once.
@functools.lru_cache(maxsize=_KEPT)
def _form_of(body: bytes) -> Form:
    return Form.model_validate(schema.unpacked(body))


@functools.lru_cache(maxsize=_KEPT)
def _findings_of(found: bytes) -> tuple[Finding, ...]:
    return _FINDINGS.validate_python(schema.unpacked(found))


@functools.lru_cache(maxsize=_KEPT)
def _drafts_of(drafts: bytes) -> tuple[Draft, ...]:
    return _DRAFTS.validate_python(schema.unpacked(drafts))


def decisions_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Decision]]:
    """Return what was decided on forms, by form and fingerprint."""
    table = schema.decision
    found: dict[int, dict[str, Decision]] = {}
    for row in connection.execute(select(table).where(table.c.form_id.in_(ids))):
        decision = Decision(state=row.state, reason=row.reason, text=row.text, by=row.by, at=row.at)
        found.setdefault(row.form_id, {})[row.fingerprint] = decision
    return found


def file_reports(connection: Connection, ids: Sequence[int]) -> list[FileReport]:
    """Return forms framed by their files as outputs take them, files in order of path."""
    by_file: dict[int, list[Stored]] = {}
    for stored in load_forms(connection, ids):
        by_file.setdefault(stored.row.file_id, []).append(stored)
    table = schema.file
    rows = connection.execute(select(table).where(table.c.id.in_(by_file)).order_by(table.c.path))
    return [
        FileReport(
            path=row.path,
            status=row.status,
            sha256=row.sha256,
            problems=PROBLEMS.validate_python(row.problems),
            forms=[stored.report for stored in by_file[row.id]],
        )
        for row in rows
    ]


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
