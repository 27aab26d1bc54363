"""What comes in: files, a folder, an archive or pasted text; kept as bytes in the store under their hash, never under a name on disk."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.errors import ReadError
from fuhe.intake.archives import INSIDE, KINDS, Archive, is_debris
from fuhe.intake.folders import COPY
from fuhe.readers import MAX_BYTES
from fuhe.readers.file_kinds import refusal
from fuhe.readers.sniff import sniff
from fuhe.store import schema
from fuhe.store.database import inserted
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, allowed, units_of
from fuhe.web.desk import Desk
from fuhe.web.rendering import fragment
from fuhe.web.work.jobs import STEPS

router = APIRouter()
MAX_FILES = 600
MAX_TOTAL = 4 * MAX_BYTES
MAX_PATH = 200
PASTED = "粘贴的文字.txt"
SAMPLES_PREFIX = "示例/"


@dataclass(frozen=True)
class Incoming:
    """One file at the door: the name it came with, its bytes, and why it is not let in, if so."""

    path: str
    data: bytes
    refused: str | None = None


@dataclass
class Admission:
    """What one request brings, counted against the limits of one request."""

    found: list[Incoming] = field(default_factory=list)
    total: int = 0

    def take(self, path: str, data: bytes) -> None:
        """Take one file in; raises 413 beyond the limits of a request."""
        self.total += len(data)
        if len(self.found) >= MAX_FILES:
            raise HTTPException(413, f"一次最多放入 {MAX_FILES} 个文件，请分几次放入")
        if self.total > MAX_TOTAL:
            raise HTTPException(413, f"一次放入的文件合计不能超过 {MAX_TOTAL >> 20} MB，请分几次放入")
        self.found.append(Incoming(path, data, _refusal(data)))


@router.post("/uploads")
def upload(
    request: Request,
    desk: At,
    person: Annotated[Person, Depends(allowed("upload"))],
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - never changed
    paths: Annotated[list[str], Form()] = [],  # noqa: B006
    text: Annotated[str, Form()] = "",
    batch: Annotated[str, Form()] = "",
    job: Annotated[str, Form()] = "",
) -> Response:
    """Take files in and begin to check them; answers with the progress of the job.

    What is more than one request holds comes in parts: a later one names the `job` of the first.
    """
    admission = Admission()
    for number, file in enumerate(files):
        named = paths[number] if len(paths) == len(files) else file.filename
        admit(admission, named or "未命名文件", file.file.read(MAX_BYTES + 1))
    if text.strip():
        admit(admission, PASTED, text.encode())
    if not admission.found:
        raise HTTPException(422, "没有选择文件，也没有粘贴文字")
    begun = begin(desk, person, admission.found, _batch_id(batch), _number(job))
    request.app.state.jobs.wake()
    if request.headers.get("hx-request"):
        return fragment(request, "progress.html.j2", job=request.app.state.jobs.progress(begun), STEPS=STEPS)
    return RedirectResponse("/", 303)


def _batch_id(given: str) -> int | None:
    if given and not given.isdigit():
        raise HTTPException(422, "批次写得不对，请刷新后再试")
    return int(given) if given else None


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 15 else None


def admit(admission: Admission, path: str, data: bytes) -> None:
    """Take one file in, an archive as the files in it; what is hidden or an editor's lock file is left out."""
    shown = safe_path(path)
    if is_debris(shown):
        return
    if len(data) <= MAX_BYTES and sniff(data) in KINDS:
        for inner, member in _members(data):
            if isinstance(member, ReadError):
                admission.found.append(
                    Incoming(safe_path(f"{shown}/{inner.replace(INSIDE, '/')}" if inner else shown), b"", str(member))
                )
            else:
                admission.take(safe_path(f"{shown}/{inner.replace(INSIDE, '/')}"), member)
    else:
        admission.take(shown, data)


def _members(data: bytes) -> Iterator[tuple[str, bytes | ReadError]]:
    """Yield the files of an archive or mail, those of archives inside it among them, under the limits of its reader."""
    try:
        archive = Archive(data)
    except ReadError as error:
        yield "", error
        return
    for name in archive.names:
        if name in archive.copies:
            yield name, ReadError("own_output", COPY.message.rstrip("。"), todo="要检查它，请单独放入")
            continue
        try:
            yield name, archive.read(name)
        except ReadError as error:
            yield name, error


def safe_path(path: str) -> str:
    """Return a name as it may be shown: forward slashes, no drive, no way up, no control characters, not too long."""
    text = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in path.replace("\\", "/"))
    parts = [part.strip() for part in re.sub(r"^[A-Za-z]:", "", text).split("/")]
    kept = "/".join(part for part in parts if part not in ("", ".", ".."))
    return kept[-MAX_PATH:] or "未命名文件"


def _refusal(data: bytes) -> str | None:
    """Say why a file is not even tried, by its content; None where it is."""
    if len(data) > MAX_BYTES:
        return str(ReadError("too_large", f"文件超过 {MAX_BYTES >> 20} MB", todo="请把自评表单独另存后再试"))
    told = refusal(data)
    return str(told) if told else None


def begin(
    desk: Desk, person: Person, found: Sequence[Incoming], batch_id: int | None = None, part_of: int | None = None
) -> int:
    """Keep what came in and make a job of it, or a further part of this person's job; returns the job's id."""
    with desk.store.writing() as connection:
        batch = desk.batch(connection, batch_id)
        if batch is None and batch_id is not None:
            raise HTTPException(404, "没有这个批次")
        into = desk.open_batch(connection) if batch is None else batch.id
        job = _gone_on_with(connection, person, into, part_of) or inserted(
            connection, schema.job, batch_id=into, by=person.name, unit=person.unit, at=desk.now(), state="waiting",
            step=1, beat=0.0,
        )  # fmt: skip
        prefix = f"{units_of(person)[0]}/" if person.role == "filler" and units_of(person) else ""
        rows = [_arrival(connection, job, prefix, incoming) for incoming in found]
        connection.execute(schema.arrival.insert(), rows)
        note(connection, "upload", by=person.name, at=desk.now(), batch_id=into, after=[row["path"] for row in rows])
    return job


def _gone_on_with(connection: Connection, person: Person, batch_id: int, job: int | None) -> int | None:
    """Return the job a further part belongs to, begun again where it was done with the parts before."""
    table = schema.job
    own = (table.c.id == job, table.c.by == person.name, table.c.batch_id == batch_id)
    if job is None or connection.execute(select(table.c.id).where(*own)).first() is None:
        return None
    connection.execute(table.update().where(table.c.id == job, table.c.state == "done").values(state="waiting"))
    return job


def _arrival(connection: Connection, job: int, prefix: str, incoming: Incoming) -> dict[str, object]:
    digest = hashlib.sha256(incoming.data).hexdigest()
    if incoming.refused is None:
        keep_original(connection, digest, incoming.data)
    return {
        "job_id": job,
        "path": prefix + incoming.path,
        "sha256": digest,
        "size": len(incoming.data),
        "state": "failed" if incoming.refused else "waiting",
        "told": incoming.refused,
    }


def keep_original(connection: Connection, digest: str, data: bytes) -> None:
    """Keep a file's bytes under their hash, once."""
    table = schema.original
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == digest)).first() is None:
        connection.execute(table.insert().values(sha256=digest, data=data))


def kept(connection: Connection, digests: Iterable[str | None]) -> frozenset[str]:
    """Return which of the hashes the bytes are kept of."""
    table = schema.original.c
    asked = [digest for digest in digests if digest]
    return frozenset(connection.execute(select(table.sha256).where(table.sha256.in_(asked))).scalars())


def originals(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of the files kept, by hash."""
    table = schema.original
    rows = connection.execute(select(table).where(table.c.sha256.in_(list(digests))))
    return {row.sha256: row.data for row in rows}
