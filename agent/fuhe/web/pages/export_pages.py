"""Where exports are fetched: of one form at once, of many from a process of its own, as a file that is deleted after."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy import Connection, select
from starlette.background import BackgroundTask

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FileRow
from fuhe.web.access.admission import At, Person, allowed, form_row, is_visible
from fuhe.web.desk import Desk
from fuhe.web.rendering import fragment
from fuhe.web.roles import may
from fuhe.web.work.batch_exports import ParcelKind
from fuhe.web.work.export_orders import ExportOrder, ExportOrders, OrderedExport
from fuhe.web.work.form_exports import KIND_LABELS, ExportTerms, Kind, form_export, lacks
from fuhe.web.work.form_facts import newer
from fuhe.web.work.open_form import Side, open_form
from fuhe.web.work.queue import Picked

router = APIRouter(include_in_schema=False)
Exporter = Annotated[Person, Depends(allowed("export"))]
FOR_ALL: tuple[ParcelKind, ...] = ("issues", "html", "json", "sarif", "csv")
FOR_FILLERS: tuple[Kind, ...] = ("revised", "plan", "issues", "html")


def terms_of(desk: Desk, person: Person, side: Side = "review") -> ExportTerms:
    """Return what the exports of a person need to know."""
    set_ = desk.preferences()
    return ExportTerms(desk.pack.name, desk.rules_run, set_.author, set_.heading, person.name, side)


def side_of(person: Person, wanted: str | None) -> Side:
    """Return the side a person's exports are made from: a filler's is his own."""
    return "fill" if not may(person, "decide") or (wanted == "fill" and may(person, "fill")) else "review"


@router.get("/forms/{form_id}/exports")
def choices(
    request: Request, form_id: int, desk: At, person: Exporter, side: str | None = None, old: bool = False
) -> Response:
    """Show every export of a form with what is not in it and why."""
    with desk.store.reading() as connection:
        form_row(connection, person, form_id)
        seen = open_form(connection, form_id, side_of(person, side))
        assert seen is not None
        is_reread = _is_reread(connection, seen.file)
    kinds = FOR_FILLERS if seen.side == "fill" else tuple(KIND_LABELS)
    offered = [(kind, KIND_LABELS[kind], lacks(seen, kind)) for kind in kinds]
    return fragment(
        request,
        "export_choices.html.j2",
        form_id=form_id,
        offered=offered,
        side=seen.side,
        old=old,
        is_reread=is_reread,
    )


@router.get("/forms/{form_id}/exports/{kind}")
def of_form(
    request: Request, form_id: int, kind: Kind, desk: At, person: Exporter, side: str | None = None, old: bool = False
) -> Response:
    """Hand out one file of one form; of a version that does not stand only where it is asked for."""
    chosen = side_of(person, side if side or kind != "revised" else None)
    if person.role == "filler" and kind not in FOR_FILLERS:
        raise HTTPException(403, "填报账号可以导出修改稿、下年度目标表和问题清单；复核意见由复核人发出")
    with desk.store.writing() as connection:
        row = form_row(connection, person, form_id)
        if not row.current and not old and newer(connection, form_id):
            raise HTTPException(409, "这张表已经重新报送或重新检查，这一页是旧的一版，没有导出；请刷新后导出新的一版")
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
    with desk.store.reading() as connection:
        order = _of_batch(connection, desk, person, batch_id, kind)
    return _handed(request, desk, person, order)


def _of_batch(connection: Connection, desk: Desk, person: Person, batch_id: int, kind: ParcelKind) -> ExportOrder:
    batch = desk.batch(connection, batch_id)
    if batch is None:
        raise HTTPException(404, "没有这个批次")
    ids = _chosen(connection, person, schema.form.c.batch_id == batch_id, schema.form.c.current)
    return _ordered(desk, person, ids, kind, batch.name, batch_id if person.role != "filler" else None)


@router.post("/exports/{kind}")
def of_chosen(request: Request, kind: ParcelKind, desk: At, person: Exporter, form: Picked) -> Response:
    """Hand out one file of the forms chosen in the queue."""
    with desk.store.reading() as connection:
        order = _of_chosen(connection, desk, person, form, kind)
    return _handed(request, desk, person, order)


def _of_chosen(connection: Connection, desk: Desk, person: Person, form: list[int], kind: ParcelKind) -> ExportOrder:
    gone = _chosen(connection, person, schema.form.c.id.in_(form), ~schema.form.c.current)
    anew = {one: newer(connection, one) or one for one in gone}  # read anew since the page was opened
    ids = _chosen(connection, person, schema.form.c.id.in_([anew.get(one, one) for one in form]))
    return _ordered(desk, person, ids, kind, f"所选{len(ids)}张表", None)


def _is_reread(connection: Connection, file: FileRow) -> bool:
    """Tell whether a file is being read and checked once more."""
    arrival = schema.arrival.c
    under_way = (
        arrival.path == file.path,
        arrival.sha256 == (file.sha256 or ""),
        arrival.state.in_(("waiting", "working")),
    )
    return connection.execute(select(arrival.id).where(*under_way).limit(1)).first() is not None


def _chosen(connection: Connection, person: Person, *where: object) -> list[int]:
    table = schema.form
    query = select(table.c.id).where(is_visible(person), *where).order_by(table.c.id)  # type: ignore[arg-type]
    return list(connection.execute(query).scalars())


def _ordered(
    desk: Desk, person: Person, ids: list[int], kind: ParcelKind, title: str, batch_id: int | None
) -> ExportOrder:
    if not ids:
        raise HTTPException(422, "没有可导出的表")
    if person.role == "filler" and kind not in FOR_ALL:
        raise HTTPException(403, "填报账号可以导出问题清单；退回件由复核人发出")
    return ExportOrder(ids, kind, terms_of(desk, person, side_of(person, None)), title, batch_id)


def _handed(request: Request, desk: Desk, person: Person, order: ExportOrder) -> Response:
    """Make an export while the one who asks waits, as a program does and a browser without scripts."""
    try:
        name, path = _orders(request).make_now(order)
    except (EOFError, OSError) as error:
        raise HTTPException(503, "这批表太多，导出没有完成，请少选一些再试") from error
    _note_export(desk, person.name, order, name)
    done = BackgroundTask(Path(path).unlink, missing_ok=True)
    return FileResponse(path, media_type="application/octet-stream", headers=disposition(name), background=done)


def _note_export(desk: Desk, by: str, order: ExportOrder, name: str) -> None:
    told = f"{name}（{len(order.ids)} 张）"
    with desk.store.writing() as connection:
        note(connection, "export", by=by, at=desk.now(), batch_id=order.batch_id, after=told)


def _orders(request: Request) -> ExportOrders:
    orders: ExportOrders = request.app.state.orders
    return orders


@router.post("/export-jobs")
def ask(
    request: Request,
    desk: At,
    person: Exporter,
    kind: Annotated[ParcelKind, Form()],
    form: Picked,
    every: Annotated[int | None, Form()] = None,
) -> Response:
    """Have an export of chosen forms, or of `every` form of a batch, made in the background; answers with how far it is."""
    with desk.store.reading() as connection:
        order = (
            _of_batch(connection, desk, person, every, kind)
            if every is not None
            else _of_chosen(connection, desk, person, form, kind)
        )
    asked = _orders(request).ask(person.name, order, lambda made: _note_export(desk, made.by, made.order, made.name))
    return fragment(request, "export_job.html.j2", asked=asked)


def _asked(request: Request, person: Person, number: int) -> OrderedExport:
    asked = _orders(request).of(person.name, number)
    if asked is None:
        raise HTTPException(404, "没有这个导出，可能程序重新启动过，请再导出一次")
    return asked


@router.get("/export-jobs/{number}")
def how_far(request: Request, number: int, person: Exporter) -> Response:
    """Show how far an export is."""
    return fragment(request, "export_job.html.j2", asked=_asked(request, person, number))


@router.get("/export-jobs/{number}/file")
def file_of(request: Request, number: int, person: Exporter) -> Response:
    """Hand out the file of an export."""
    asked = _asked(request, person, number)
    if asked.state != "done":
        raise HTTPException(409, asked.told or "还没有导出完，请等一会儿")
    return FileResponse(asked.path, media_type="application/octet-stream", headers=disposition(asked.name))
