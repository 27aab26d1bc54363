"""原件: the file a form was read from, as it came in; found by the form's number, never by a name."""

import mimetypes
from pathlib import PurePosixPath

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from sqlalchemy import Connection

from fuhe.readers.sniff import sniff
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FileRow, FormRow, fetch_one, select_of
from fuhe.web.access.admission import At, Person, Who, form_row
from fuhe.web.pages.export_pages import disposition
from fuhe.web.work.form_exports import is_one_units
from fuhe.web.work.uploads import originals

router = APIRouter(include_in_schema=False)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "txt": "text/plain",
}
_UNKNOWN = "application/octet-stream"
NOT_KEPT = "这份原件没有存进工作台（多半是用命令成批检查后打开的），请到单位报送的文件夹里找，或者重新放入这个文件"
_SHARED = "这个文件里还有别的单位的表，不能整份下载；可以导出修改稿，里面只有本单位的表"


@router.get("/forms/{form_id}/original")
def original(desk: At, person: Who, form_id: int) -> Response:
    """Hand out the file of a form under its own name; raises 403 where it shows a filler other units' forms, 404 where it is not kept."""
    with desk.store.writing() as connection:
        row = form_row(connection, person, form_id)
        file = fetch_one(connection, FileRow, select_of(FileRow, schema.file).where(schema.file.c.id == row.file_id))
        data = _bytes_of(connection, person, row, file.sha256 if file else None)
        name = PurePosixPath(file.path).name if file else ""
        note(connection, "export", by=person.name, at=desk.now(), batch_id=row.batch_id, form_id=form_id, after=name)
    media = _MEDIA.get(sniff(data)) or mimetypes.guess_type(name)[0] or _UNKNOWN
    return Response(data, headers={"Content-Type": media} | disposition(name))


def _bytes_of(connection: Connection, person: Person, row: FormRow, digest: str | None) -> bytes:
    if person.role == "filler" and not is_one_units(connection, row.file_id):
        raise HTTPException(403, _SHARED)
    data = originals(connection, [digest]).get(digest) if digest else None
    if data is None:
        raise HTTPException(404, NOT_KEPT)
    return data
