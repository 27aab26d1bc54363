"""Files of a batch that hold nothing to check: no reader could read them, they were passed over, or refused at the door."""

from collections.abc import Callable, Collection

from sqlalchemy import ColumnElement, Connection, select, true

from fuhe.outputs.contract import FileReport
from fuhe.records import FileStatus, Problem
from fuhe.store import schema


def _everybodys(by: ColumnElement[str]) -> ColumnElement[bool]:
    return true()


def unread(
    connection: Connection,
    batch_id: int,
    statuses: Collection[str],
    mine: Callable[[ColumnElement[str]], ColumnElement[bool]] = _everybodys,
) -> list[FileReport]:
    """Return the current files of these statuses and those refused, the newest first; `mine` narrows by who brought them."""
    file, arrival, job = schema.file.c, schema.arrival.c, schema.job.c
    kept = connection.execute(
        select(file.path, file.status, file.sha256, file.problems)
        .where(file.batch_id == batch_id, file.current, file.status.in_(statuses), mine(file.received_by))
        .order_by(file.id.desc())
    )
    found = {row.path: _framed(row.path, row.status, row.sha256, row.problems) for row in kept}
    refused = connection.execute(
        select(arrival.path, arrival.sha256, arrival.told)
        .join(schema.job, job.id == arrival.job_id)
        .where(job.batch_id == batch_id, arrival.state == "failed", arrival.file_id.is_(None), mine(job.by))
        .order_by(arrival.id.desc())
    )
    for row in refused:
        told = Problem(code="", message=row.told or "没有读成")
        found.setdefault(row.path, _framed(row.path, "failed", row.sha256, (told,)))
    return list(found.values())


def _framed(path: str, status: FileStatus, sha256: str | None, problems: tuple[Problem, ...]) -> FileReport:
    return FileReport(path=path, status=status, sha256=sha256, problems=problems, forms=[])
