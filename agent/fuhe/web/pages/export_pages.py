"""Where exports are fetched: of one form at once, of many from a process of its own, as a file that is deleted after."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy import Connection, select
from starlette.background import BackgroundTask

from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, allowed, form_row, is_visible
from fuhe.web.desk import Desk
from fuhe.web.rendering import fragment
from fuhe.web.roles import may
from fuhe.web.work.batch_exports import ParcelKind, batch_export
from fuhe.web.work.form_exports import KIND_LABELS, ExportTerms, Kind, form_export, lacks
from fuhe.web.work.open_form import Side, open_form

router = APIRouter(include_in_schema=False)
Exporter = Annotated[Person, Depends(allowed("export"))]
Made = TypeVar("Made")
_SECONDS = 900.0
FOR_FILLERS: tuple[Kind, ...] = ("revised", "plan", "issues", "html")


def terms_of(desk: Desk, person: Person, side: Side = "review") -> ExportTerms:
    """Return what the exports of a person need to know."""
    set_ = desk.preferences()
    return ExportTerms(desk.pack.name, desk.rules_run, set_.author, set_.heading, person.name, side)


def side_of(person: Person, wanted: str | None) -> Side:
    """Return the side a person's exports are made from: a filler's is his own."""
    return "fill" if not may(person, "decide") or (wanted == "fill" and may(person, "fill")) else "review"


@router.get("/forms/{form_id}/exports")
def choices(request: Request, form_id: int, desk: At, person: Exporter, side: str | None = None) -> Response:
    """Show every export of a form with what is not in it and why."""
    with desk.store.reading() as connection:
        form_row(connection, person, form_id)
        seen = open_form(connection, form_id, side_of(person, side))
    assert seen is not None
    kinds = FOR_FILLERS if seen.side == "fill" else tuple(KIND_LABELS)
    offered = [(kind, KIND_LABELS[kind], lacks(seen, kind)) for kind in kinds]
    return fragment(request, "export_choices.html.j2", form_id=form_id, offered=offered, side=seen.side)


@router.get("/forms/{form_id}/exports/{kind}")
def of_form(
    request: Request, form_id: int, kind: Kind, desk: At, person: Exporter, side: str | None = None
) -> Response:
    """Hand out one file of one form."""
    chosen = side_of(person, side if side or kind != "revised" else None)
    if person.role == "filler" and kind not in FOR_FILLERS:
        raise HTTPException(403, "填报账号可以导出修改稿、下年度目标表和问题清单；复核意见由复核人发出")
    with desk.store.writing() as connection:
        row = form_row(connection, person, form_id)
        made = form_export(connection, form_id, kind, terms_of(desk, person, chosen))
        assert made is not None
        note(
            connection, "export", by=person.name, at=desk.now(), batch_id=row.batch_id, form_id=form_id, after=made.name
        )
    return Response(made.data, media_type="application/octet-stream", headers=disposition(made.name))


def disposition(name: str) -> dict[str, str]:
    """Return the header that names a download, Chinese and all."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


@router.get("/batches/{batch_id}/exports/{kind}")
def of_batch(request: Request, batch_id: int, kind: ParcelKind, desk: At, person: Exporter) -> Response:
    """Hand out one file of a batch."""
    table = schema.form
    with desk.store.reading() as connection:
        batch = desk.batch(connection, batch_id)
        if batch is None:
            raise HTTPException(404, "没有这个批次")
        ids = _chosen(connection, person, table.c.batch_id == batch_id, table.c.current)
    whole = batch_id if person.role != "filler" else None
    return _handed(request, desk, person, ids, kind, batch.name, whole)


@router.post("/exports/{kind}")
def of_chosen(
    request: Request, kind: ParcelKind, desk: At, person: Exporter, form: Annotated[list[int], Form()]
) -> Response:
    """Hand out one file of the forms chosen in the queue."""
    with desk.store.reading() as connection:
        ids = _chosen(connection, person, schema.form.c.id.in_(form))
    return _handed(request, desk, person, ids, kind, f"所选{len(ids)}张表", None)


def _chosen(connection: Connection, person: Person, *where: object) -> list[int]:
    table = schema.form
    query = select(table.c.id).where(is_visible(person), *where).order_by(table.c.id)  # type: ignore[arg-type]
    return list(connection.execute(query).scalars())


def _handed(
    request: Request, desk: Desk, person: Person, ids: list[int], kind: ParcelKind, title: str, batch_id: int | None
) -> Response:
    if not ids:
        raise HTTPException(422, "没有可导出的表")
    if person.role == "filler" and kind in ("zip", "report"):
        raise HTTPException(403, "填报账号可以导出问题清单；退回件由复核人发出")
    url = desk.store.address
    terms = terms_of(desk, person)
    try:
        name, path = _pressed(request, _SECONDS, make, url, ids, kind, terms, title, batch_id)
    except (EOFError, OSError) as error:
        raise HTTPException(503, "这批表太多，导出没有完成，请少选一些再试") from error
    with desk.store.writing() as connection:
        note(connection, "export", by=person.name, at=desk.now(), batch_id=batch_id, after=f"{name}（{len(ids)} 张）")
    done = BackgroundTask(Path(path).unlink, missing_ok=True)
    return FileResponse(path, media_type="application/octet-stream", headers=disposition(name), background=done)


def _pressed(request: Request, seconds: float, work: Callable[..., Made], *args: object) -> Made:
    """Let the one process for exports do a piece; others wait for their turn."""
    with request.app.state.pressing:
        made: Made = request.app.state.press.call(seconds, work, *args)
    return made


def make(
    url: str, ids: list[int], kind: ParcelKind, terms: ExportTerms, title: str, batch_id: int | None
) -> tuple[str, str]:
    """Make a file of many forms and return its name and where it lies."""
    with Store(url) as store, store.reading() as connection:
        made = batch_export(connection, ids, kind, terms, title, batch_id)
    with tempfile.NamedTemporaryFile(prefix="fuhe-", delete=False) as file:
        file.write(made.data)
    return made.name, file.name
