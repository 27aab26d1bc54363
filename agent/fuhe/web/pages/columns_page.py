"""教一次栏目: what each heading of a layout means is said once, the form is read again at once, and so is its batch."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.errors import ReadError
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FileRow, FormRow, fetch, fetch_one, select_of
from fuhe.store.taught_columns import taught_columns, teach_columns
from fuhe.web.access.admission import At, Person, allowed, form_row
from fuhe.web.access.form_holder import require
from fuhe.web.desk import Desk
from fuhe.web.pages.bulk_page import read_again
from fuhe.web.rendering import page
from fuhe.web.work.columns_printed import MEANINGS, profile_of
from fuhe.web.work.form_facts import newer
from fuhe.web.work.jobs import jobs_of

router = APIRouter(include_in_schema=False)
Teacher = Annotated[Person, Depends(allowed("decide"))]
_PATIENCE = 20.0  # seconds to wait for the form to be read again
_DOUBTED = ("column", "profile", "lacking")


def _file(connection: Connection, row: FormRow) -> FileRow:
    file = fetch_one(connection, FileRow, select_of(FileRow, schema.file).where(schema.file.c.id == row.file_id))
    assert file is not None
    return file


def _headings(request: Request, desk: Desk, file: FileRow) -> list[str]:
    with desk.store.reading() as connection:
        kept = select(schema.original.c.data).where(schema.original.c.sha256 == file.sha256)
        data = connection.execute(kept).scalar()
    if data is None:
        raise HTTPException(409, "原文件不在存储中，不能重新读；请重新放入这个文件")
    try:
        return jobs_of(request).workshop.headings(data)
    except ReadError as error:
        raise HTTPException(409, str(error)) from error


@router.get("/forms/{form_id}/columns")
def ask(request: Request, desk: At, person: Teacher, form_id: int) -> Response:
    """Ask what the headings of a form mean, those in doubt first to see."""
    with desk.store.reading() as connection:
        row = form_row(connection, person, form_id)
        file = _file(connection, row)
        taught = taught_columns(connection, row.batch_id)
    told = [problem.message for problem in file.problems if problem.code in _DOUBTED]
    headings = _headings(request, desk, file)
    doubted = {heading for heading in headings if any(f"“{heading.rpartition('›')[2]}”" in text for text in told)}
    return page(
        request, "columns.html.j2",
        row=row, headings=headings, doubted=doubted, told=told, taught=taught, MEANINGS=MEANINGS,
    )  # fmt: skip


@router.post("/forms/{form_id}/columns")
def teach(
    request: Request,
    desk: At,
    person: Teacher,
    form_id: int,
    heading: Annotated[list[str], Form(default_factory=list)],
    meaning: Annotated[list[str], Form(default_factory=list)],
) -> Response:
    """Keep what the headings mean for the batch, read this form again and then the others that are in doubt."""
    if len(heading) != len(meaning):
        raise HTTPException(422, "填写的内容不全，请刷新后再试")
    said = {name: role for name, role in zip(heading, meaning, strict=True) if role}
    profile_of(said)
    with desk.store.writing() as connection:
        row = form_row(connection, person, form_id)
        require(connection, form_id, person, desk)
        before = taught_columns(connection, row.batch_id)
        kept = {name: role for name, role in before.items() if name not in heading} | said
        teach_columns(connection, row.batch_id, kept, by=person.name, at=desk.now())
        note(connection, "columns", by=person.name, at=desk.now(), form_id=form_id, before=before, after=kept)
        files = [_file(connection, row), *_in_doubt(connection, row)]
        read_again(connection, desk, person, row.batch_id, files)
    jobs_of(request).wake()
    return RedirectResponse(f"/forms/{read_anew(desk, form_id)}?n=0", 303)


def _in_doubt(connection: Connection, row: FormRow) -> list[FileRow]:
    """Return the other files of the batch whose columns are in doubt."""
    table = schema.file
    query = select_of(FileRow, table).where(
        table.c.batch_id == row.batch_id, table.c.current, table.c.status == "partial", table.c.id != row.file_id
    )
    files = fetch(connection, FileRow, query.order_by(table.c.id))
    return [file for file in files if any(problem.code in _DOUBTED for problem in file.problems)]


def read_anew(desk: Desk, form_id: int) -> int:
    """Wait a moment for the form as it is read now, and return it; the form itself where that takes longer."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with desk.store.reading() as connection:
            now = newer(connection, form_id)
        if now is not None and now != form_id:
            return now
        time.sleep(0.1)
    return form_id
