"""哪一份为准: the versions of a form, what is asked about newcomers, and what was taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FormRow
from fuhe.store.versions import (
    FormVersion,
    Kind,
    delete_version,
    form_facts,
    let_stand,
    merge,
    questions,
    settle_question,
    take_away,
    taken_away,
    versions_of,
)
from fuhe.web.access.admission import At, Person, allowed, form_row, is_visible
from fuhe.web.desk import Desk
from fuhe.web.rendering import page
from fuhe.web.work.jobs import compare_anew, jobs_of
from fuhe.web.work.queue import Picked
from fuhe.web.work.uploads import SAMPLES_PREFIX, kept

router = APIRouter(include_in_schema=False)
Decider = Annotated[Person, Depends(allowed("decide"))]
Ids = Annotated[list[int], Form(default_factory=list)]
_ASKED: dict[Kind, str] = {
    "new": "收到新的一份，现在以新的为准",
    "copy": "收到一份 PDF 等形式的副本，现在仍以 Word、Excel 原件为准",
    "old": "又收到以前放入过的一份，现在仍以后来的为准",
    "unnamed": "新来的一份没有写明单位，可能是它的新一版，现在两张都在",
}


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """A question as the page puts it: the newcomer, the form beside it, and which stands for now."""

    newcomer: FormVersion
    other: FormVersion
    kind: Kind

    @property
    def words(self) -> str:
        """What is the matter."""
        return _ASKED[self.kind]


def asked_versions(connection: Connection, batch_id: int) -> list[AskedVersion]:
    """Return what is asked about the newcomers of a batch."""
    found = []
    for asked in questions(connection, batch_id):
        pair = [_version(connection, form_id) for form_id in (asked.form_id, asked.other_id)]
        if pair[0] is not None and pair[1] is not None:
            found.append(AskedVersion(pair[0], pair[1], asked.kind))
    return found


def _version(connection: Connection, form_id: int) -> FormVersion | None:
    row = form_facts(connection, form_id)
    if row is None:
        return None
    return next((version for version in versions_of(connection, row) if version.id == form_id), None)


@router.get("/forms/{form_id}/versions")
def show(request: Request, desk: At, person: Decider, form_id: int) -> Response:
    """Show the versions of a form, and the forms it could be put together with."""
    with desk.store.reading() as connection:
        row = form_row(connection, person, form_id)
        listed = versions_of(connection, row)
        others, files = _alike(connection, row), kept(connection, (version.sha256 for version in listed))
    return page(request, "versions.html.j2", row=row, versions=listed, others=others, kept=files)


def _alike(connection: Connection, row: FormRow) -> Sequence[tuple[int, str]]:
    """Return the other forms of the batch, those of the same project or unit first."""
    form = schema.form.c
    near = (form.project == row.project, form.unit == row.unit)
    query = (
        select(form.id, form.project, form.unit)
        .where(form.batch_id == row.batch_id, form.current, form.identity != row.identity)
        .order_by(*(one.desc() for one in near), form.unit, form.id)
        .limit(_OFFERED)
    )
    return [
        (number, f"{project or '（没有项目名称）'}　{unit or '（没有填单位）'}")
        for number, project, unit in connection.execute(query)
    ]


_OFFERED = 200


@router.post("/forms/{form_id}/versions/{what}")
def change(
    request: Request,
    desk: At,
    person: Decider,
    form_id: int,
    what: Literal["stand", "delete", "merge", "remove"],
    into: Annotated[int, Form()] = 0,
) -> Response:
    """Let a version stand, delete one that does not, put a form together with another, or take it away."""
    with desk.store.writing() as connection:
        row = form_row(connection, person, form_id)
        there = _changed(connection, desk, person, row, what, into)
    jobs_of(request).wake()
    return RedirectResponse(f"/forms/{there}/versions" if there else "/", 303)


def _changed(connection: Connection, desk: Desk, person: Person, row: FormRow, what: str, into: int) -> int | None:
    """Do a step on a form's versions and return the version to show then, None for the queue."""
    if what == "stand":
        let_stand(connection, row.id)
        _step_taken(connection, desk, person, row, "version-stand")
        return row.id
    if what == "merge":
        form_row(connection, person, into)
        merge(connection, row.id, into)
        _step_taken(connection, desk, person, row, "version-merge", into)
        return row.id
    if what == "remove":
        take_away(connection, [row.id])
        _step_taken(connection, desk, person, row, "version-remove")
        return None
    _refuse_standing(row)
    there = next((version.id for version in versions_of(connection, row) if version.id != row.id), None)
    delete_version(connection, row.id)
    _step_taken(connection, desk, person, row, "version-delete")
    return there


def _refuse_standing(row: FormRow) -> None:
    if row.current:
        raise HTTPException(409, "这一份正在为准，不能删除；请先选另一份为准，或移除这张表")


def _step_taken(connection: Connection, desk: Desk, person: Person, row: FormRow, action: str, into: int = 0) -> None:
    """Write a step into the trail, and have the batch compared anew."""
    note(connection, action, by=person.name, at=desk.now(), form_id=row.id, after=into or row.project)
    compare_anew(connection, desk, person, row.batch_id)


@router.post("/versions/settle")
def settle(
    request: Request,
    desk: At,
    person: Decider,
    form: Ids,
    choose: Annotated[Literal["new", "other", "apart", "asis"], Form()],
) -> Response:
    """Answer what is asked about newcomers: the new one, the other one, both apart, or as it is."""
    with desk.store.writing() as connection:
        for form_id in form:
            _settle(connection, desk, person, form_id, choose)
    jobs_of(request).wake()
    return RedirectResponse("/", 303)


def _settle(connection: Connection, desk: Desk, person: Person, form_id: int, choose: str) -> None:
    row = form_row(connection, person, form_id)
    asked = next((one for one in questions(connection, row.batch_id) if one.form_id == form_id), None)
    if asked is None:
        return
    if choose == "new" and asked.kind == "unnamed":
        merge(connection, form_id, asked.other_id)
    elif choose in ("new", "other"):
        let_stand(connection, form_id if choose == "new" else asked.other_id)
    settle_question(connection, [form_id])
    _step_taken(connection, desk, person, row, "version-settle")


@router.post("/bulk/remove")
def remove(request: Request, desk: At, person: Decider, form: Picked) -> Response:
    """Take the chosen forms away."""
    with desk.store.writing() as connection:
        _take_away(connection, desk, person, _seen(connection, person, schema.form.c.id.in_(form)))
    jobs_of(request).wake()
    return RedirectResponse("/", 303)


@router.post("/samples/remove")
def remove_samples(request: Request, desk: At, person: Decider) -> Response:
    """Take the sample forms away."""
    with desk.store.writing() as connection:
        _take_away(connection, desk, person, sample_ids(connection, person))
    jobs_of(request).wake()
    return RedirectResponse("/", 303)


def sample_ids(connection: Connection, person: Person, batch_id: int | None = None) -> list[FormRow]:
    """Return the sample forms that stand."""
    file = schema.file.c
    of_batch = [file.batch_id == batch_id] if batch_id else []
    samples = select(file.id).where(file.path.startswith(SAMPLES_PREFIX, autoescape=True), file.current, *of_batch)
    # Looked for before their forms: together SQLite would go through every form of the batch.
    found = connection.execute(samples).scalars().all()
    return _seen(connection, person, schema.form.c.file_id.in_(found)) if found else []


def _seen(connection: Connection, person: Person, *where: object) -> list[FormRow]:
    form = schema.form.c
    query = select(form.id).where(form.current, is_visible(person), *where)  # type: ignore[arg-type]
    rows = (form_facts(connection, form_id) for form_id in connection.execute(query).scalars().all())
    return [row for row in rows if row is not None]


def _take_away(connection: Connection, desk: Desk, person: Person, rows: Sequence[FormRow]) -> None:
    if not rows:
        raise HTTPException(422, "请先选要移除的表")
    take_away(connection, [row.id for row in rows])
    for row in rows:
        note(connection, "version-remove", by=person.name, at=desk.now(), form_id=row.id, after=row.project)
    for batch_id in {row.batch_id for row in rows}:
        compare_anew(connection, desk, person, batch_id)


@router.get("/removed")
def removed(request: Request, desk: At, person: Decider, batch: int | None = None) -> Response:
    """Show the forms that were taken away."""
    with desk.store.reading() as connection:
        shown = desk.batch(connection, batch)
        listed = taken_away(connection, shown.id, is_visible(person)) if shown is not None else []
    return page(request, "removed.html.j2", batch=shown, listed=listed)


@router.post("/removed/restore")
def restore(request: Request, desk: At, person: Decider, form: Ids) -> Response:
    """Bring forms back that were taken away."""
    with desk.store.writing() as connection:
        for form_id in form:
            row = form_row(connection, person, form_id)
            let_stand(connection, form_id)
            _step_taken(connection, desk, person, row, "version-restore")
    jobs_of(request).wake()
    return RedirectResponse("/", 303)
