"""One file of a job: read, checked, drafted, and recorded where it belongs in its batch."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import Connection, select, update

from fuhe.batch.terms import Terms
from fuhe.errors import ReadError, UsageError
from fuhe.intake.corrected_cells import CorrectedCell
from fuhe.layouts.profiles import FILE, LayoutProfile, from_bytes, from_option
from fuhe.records import File
from fuhe.store import schema
from fuhe.store.cells_kept import corrected_cells
from fuhe.store.current_forms import load_forms
from fuhe.store.decisions import note
from fuhe.store.recording import identity, is_named, record_file, standing
from fuhe.store.rows import ArrivalRow, JobRow, fetch, fetch_one, select_of
from fuhe.store.taught_columns import taught_columns
from fuhe.store.versions import Kind, question_newcomers
from fuhe.web.access.admission import answers_for
from fuhe.web.desk import Desk
from fuhe.web.work.columns_printed import profile_of
from fuhe.web.work.work_process import Workshop


@dataclass(frozen=True)
class Context:
    """What the files of one job share; `step` tells that the next of the five steps has begun."""

    desk: Desk
    workshop: Workshop
    job: int
    step: Callable[[int], None]

    def row(self, connection: Connection) -> JobRow:
        """Return the job's row."""
        row = fetch_one(connection, JobRow, select_of(JobRow, schema.job).where(schema.job.c.id == self.job))
        assert row is not None
        return row

    def waiting(self) -> Sequence[ArrivalRow]:
        """Return the files still to be done, one that a stopped server was at among them."""
        with self.desk.store.reading() as connection:
            return self._left(connection)

    def has_more(self, connection: Connection) -> bool:
        """Tell whether files are still to be done."""
        return bool(self._left(connection))

    def _left(self, connection: Connection) -> Sequence[ArrivalRow]:
        table = schema.arrival
        left = (table.c.job_id == self.job, table.c.state.in_(("waiting", "working")))
        return fetch(connection, ArrivalRow, select_of(ArrivalRow, table).where(*left).order_by(table.c.id))

    def mark(self, connection: Connection, arrival: ArrivalRow, state: str, **values: object) -> None:
        """Note how a file stands."""
        table = schema.arrival
        connection.execute(update(table).where(table.c.id == arrival.id).values(state=state, **values))

    def failed(self, arrival: ArrivalRow, told: str) -> None:
        """Note why a file could not be done."""
        with self.desk.store.writing() as connection:
            self.mark(connection, arrival, "failed", told=told)


def handle(context: Context, arrival: ArrivalRow) -> None:
    """Take one file through the steps; raises ReadError where the work on it had to be stopped."""
    desk, workshop = context.desk, context.workshop
    pack, options = desk.pack, desk.options
    context.step(1)
    with desk.store.writing() as connection:
        context.mark(connection, arrival, "working")
        job = context.row(connection)
        if is_profile(arrival.path):
            told = _fault_of(_kept(connection, arrival.sha256), arrival.path)
            context.mark(connection, arrival, "failed" if told else "done", told=told)
            return
        profile = profile_of(taught_columns(connection, job.batch_id)) or _profile(connection, desk, job)
        cells = corrected_cells(connection, arrival.sha256)
        ruleset = _with_cells(Terms(desk.settings.policy, options, profile=profile).ruleset, cells)
        if _is_same(connection, job, arrival, ruleset):
            context.mark(connection, arrival, "same")
            return
        data = _kept(connection, arrival.sha256)
    context.step(2)
    if data is None:
        file = _as_stored(context, job.batch_id, arrival)
    else:
        file = workshop.read(data, arrival.path, profile, cells)
    _refuse_other_units(job.unit, file)
    context.step(3)
    entries = workshop.check(file, pack, options)
    context.step(4)
    entries = workshop.draft(entries, pack)
    with desk.store.writing() as connection:
        path = free_path(connection, job.batch_id, file)
        named = file.model_copy(update={"path": path, "sha256": arrival.sha256})
        file_id = record_file(
            connection, job.batch_id, named, entries, pack, ruleset=ruleset, at=desk.now(), size=arrival.size,
            by=job.by, replacing=True,
        )  # fmt: skip
        told = "；".join(problem.message for problem in file.problems) if file.status == "failed" else None
        _note_replaced(connection, file_id, job.by, desk.now())
        asked = question_newcomers(connection, file_id, desk.now())
        state = "failed" if told else "done"
        context.mark(connection, arrival, state, file_id=file_id, told=told or _version_told(asked))


def _with_cells(ruleset: str, cells: Sequence[CorrectedCell]) -> str:
    """Return what a result rests on: what people have read in cells of the file is part of it."""
    if not cells:
        return ruleset
    said = "".join(cell.model_dump_json() for cell in cells)
    return hashlib.sha256(f"{ruleset} {said}".encode()).hexdigest()


def is_profile(path: str) -> bool:
    """Tell whether a file that comes in says what the columns of the forms beside it are."""
    return PurePosixPath(path).name == FILE


def _profile(connection: Connection, desk: Desk, job: JobRow) -> LayoutProfile | None:
    """Return what is said of the columns: with this upload, by the office for the batch, else in the settings."""
    arrival, own = schema.arrival.c, schema.job.c
    rows = connection.execute(
        select(arrival.path, arrival.sha256)
        .join(schema.job, own.id == arrival.job_id)
        .where(own.batch_id == job.batch_id, (own.id == job.id) | own.unit.is_(None))
        .where(arrival.path.like(f"%{FILE}"), arrival.told.is_(None))
        .order_by(arrival.id.desc())
    )
    for path, digest in rows.all():
        data = _kept(connection, digest)
        if is_profile(path) and data is not None and _fault_of(data, path) is None:
            return from_bytes(data, path)
    try:
        return from_option(desk.settings.columns) if desk.settings.columns else None
    except UsageError as error:
        raise ReadError("columns", "服务器设置的栏目对照不能用", where=error.where, todo=error.what) from error


def _fault_of(data: bytes | None, path: str) -> str | None:
    """Say why a file is no layout profile; None where it is one."""
    try:
        from_bytes(data or b"", path)
    except UsageError as error:
        return str(error)
    return None


def _kept(connection: Connection, digest: str | None) -> bytes | None:
    table = schema.original.c
    return connection.execute(select(table.data).where(table.sha256 == digest)).scalar()


_TOLD: dict[Kind, str] = {
    "copy": "已有 Word 或 Excel 原件，仍以原件为准",
    "old": "这份文件以前放入过，仍以后来的一份为准",
    "new": "已有同一张表，以新的一份为准",
    "unnamed": "没有写明单位，可能是已有一张表的新一版",
}


def _version_told(kinds: Sequence[Kind]) -> str | None:
    """Say which version stands for now, None where the file brought nothing that was there before."""
    told = "；".join(dict.fromkeys(_TOLD[kind] for kind in kinds))
    return f"{told}，请在工作台确认哪一份为准" if told else None


def _is_same(connection: Connection, job: JobRow, arrival: ArrivalRow, ruleset: str) -> bool:
    """Tell whether the very same file has been checked by the same rules and stands, under whatever name.

    A filler is told so of his own name only: the file may be another unit's.
    """
    table, form = schema.file.c, schema.form.c
    same = [table.batch_id == job.batch_id, table.current, table.sha256 == arrival.sha256, table.ruleset == ruleset]
    if job.unit is not None:
        same.append(table.path == arrival.path)
    left = select(form.id).where(form.file_id == table.id, ~form.current).exists()
    known = select(table.id).where(*same, table.status != "failed", ~left).limit(1)
    return connection.execute(known).first() is not None


def _as_stored(context: Context, batch_id: int, arrival: ArrivalRow) -> File:
    """Return a file whose bytes are not kept as it was read before; raises ReadError where it never was."""
    form = schema.form.c
    with context.desk.store.reading() as connection:
        there = standing(connection, batch_id, [arrival.path]).get(arrival.path)
        if there is None or there.status == "failed":
            raise ReadError("absent", "原文件不在存储中，不能重新检查", todo="请重新放入这个文件")
        ids = connection.execute(select(form.id).where(form.file_id == there.id).order_by(form.id)).scalars()
        forms = tuple(current.form for current in load_forms(connection, list(ids)))
    return File(path=arrival.path, status=there.status, sha256=arrival.sha256, problems=there.problems, forms=forms)


def _refuse_other_units(unit: str | None, file: File) -> None:
    """A filler brings forms of his own units; another's could take the place of that unit's form."""
    for form in file.forms:
        named = form.record.unit or form.record.department
        if unit and not answers_for(unit, named):
            raise ReadError(
                "other_unit", f"表上的实施单位是“{named or '（空）'}”，与您账号的单位“{unit}”不一致",
                todo="请核对表上的实施单位；单位名称有变动的，请管理员更正账号",
            )  # fmt: skip


def free_path(connection: Connection, batch_id: int, file: File) -> str:
    """Return the name a file is kept under: its own, unless another unit's file or a good one would be displaced.

    A corrected file has a form in common with the one it displaces; 附件1.docx of two units have none, nor have two that
    do not say whose they are. The very same file displaces itself.
    """
    stem, ending = PurePosixPath(file.path), PurePosixPath(file.path).suffix
    mine, path, number = {identity(form) for form in file.forms if is_named(form)}, file.path, 2
    while (there := _identities(connection, batch_id, path, file.sha256)) and not (mine & there):
        path = f"{stem.with_suffix('')}（{number}）{ending}"
        number += 1
    return path


def _identities(connection: Connection, batch_id: int, path: str, sha256: str | None) -> set[str]:
    """Return the forms of the current file of that name that would be displaced: none of a file with the same bytes."""
    there = standing(connection, batch_id, [path]).get(path)
    if there is None or (sha256 is not None and there.sha256 == sha256):
        return set()
    form = schema.form.c
    return set(connection.execute(select(form.identity).where(form.file_id == there.id, form.current)).scalars())


def _note_replaced(connection: Connection, file_id: int, by: str, at: str) -> None:
    """Write a line into the trail for each form that takes the place of an earlier one."""
    table = schema.form
    rows = connection.execute(
        select(table.c.id, table.c.replaces).where(table.c.file_id == file_id, table.c.replaces.is_not(None))
    )
    for row in rows.all():
        note(connection, "resubmit", by=by, at=at, form_id=row.id, before=row.replaces, after=row.id)
