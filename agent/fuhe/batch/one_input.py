"""What a working process does with an input: load it, leave it where it has not changed, else read, check and pack it."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fuhe.batch.inputs import Source
from fuhe.batch.terms import Terms
from fuhe.errors import ReadError, reason
from fuhe.intake.archives import INSIDE, KINDS, Archive
from fuhe.intake.folders import COPY
from fuhe.intake.json_form import form_of
from fuhe.intake.reading import read_file
from fuhe.outputs.console import count_fields
from fuhe.pipeline import check_file, with_drafts
from fuhe.readers import MAX_BYTES
from fuhe.readers.sniff import sniff
from fuhe.records import File, Problem
from fuhe.settings import Suppression
from fuhe.store.recording import FileRows, Rows, file_head, rows_of

Asked = tuple[Source, str | None]
"""An input with the sha256 it had when the result in the store was made, None where there is none to keep."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one input, as the store takes it; or that it is unchanged; or the inputs that stand in its place."""

    path: str
    rows: FileRows | None = None
    instead: tuple[Source, ...] = ()
    fields: int = 0
    suppressed: int = 0
    used: frozenset[Suppression] = frozenset()


def handle(terms: Terms, asked: Sequence[Asked]) -> list[Result]:
    """Work on inputs one after the other."""
    return [_one(terms, source, known) for source, known in asked]


def _one(terms: Terms, source: Source, known: str | None) -> Result:
    if source.problem is not None:
        return packed(File(path=source.path, status=source.status, problems=(source.problem,)))
    try:
        data = load(source)
    except ReadError as error:
        return packed(failed(source.path, error))
    digest = hashlib.sha256(data).hexdigest()
    if digest == known:
        return Result(source.path)
    if source.line is None and source.member is None and len(data) <= MAX_BYTES and sniff(data) in KINDS:
        return _archive(source, data, digest)
    return _checked(terms, _read(source, data, digest, terms), len(data))


def load(source: Source) -> bytes:
    """Return the bytes of an input; raises ReadError."""
    if source.line is not None:
        return source.line
    if source.member is not None:
        return _archived(source.place).read(source.member)
    return _bytes(source.place)


@functools.lru_cache(maxsize=1)
def _archived(place: str) -> Archive:
    """Return an archive, kept for its next member."""
    return Archive(_bytes(place))


def _bytes(place: str) -> bytes:
    try:
        with Path(place).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReadError("unreadable", f"打不开文件（{reason(error)}）", todo="请检查权限后重新运行") from error


def failed(path: str, error: ReadError, digest: str | None = None) -> File:
    """Return the file that an error leaves."""
    return File(path=path, status="failed", sha256=digest, problems=(Problem(code=error.code, message=str(error)),))


def _archive(source: Source, data: bytes, digest: str) -> Result:
    try:
        archive = Archive(data)
    except ReadError as error:
        return packed(failed(source.path, error, digest), len(data))
    inside = (Source(f"{source.path}{INSIDE}{name}", source.place, name) for name in archive.names)
    copied = archive.copies
    return Result(
        source.path,
        instead=tuple(replace(s, status="skipped", problem=COPY) if s.member in copied else s for s in inside),
    )


def _read(source: Source, data: bytes, digest: str, terms: Terms) -> File:
    if source.line is None:
        return read_file(data, source.path, terms.profile)
    try:
        return File(path=source.path, status="ok", sha256=digest, forms=(form_of(data),))
    except ReadError as error:
        return failed(source.path, error, digest)


def _checked(terms: Terms, file: File, size: int) -> Result:
    entries = check_file(file, terms.pack, terms.options)
    if terms.drafts:
        entries = with_drafts(entries, terms.pack)
    result = packed(file, size, tuple(rows_of(file.path, entry, terms.pack) for entry in entries))
    suppressed = sum(entry.suppressed for entry in entries)
    return replace(
        result,
        fields=sum(count_fields(form.record) for form in file.forms),
        suppressed=suppressed,
        used=frozenset(used for entry in entries for used in entry.used),
    )


def packed(file: File, size: int | None = None, forms: tuple[Rows, ...] = ()) -> Result:
    """Turn a file that was read, or was not, into what the store takes."""
    return Result(file.path, FileRows(file_head(file, size), forms))
