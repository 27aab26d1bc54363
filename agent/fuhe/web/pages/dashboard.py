"""批次总览: the figures of a batch, every bar, cell and dot leading to its forms in the 工作台."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.errors import PolicyError
from fuhe.outputs.figures import FormLine, Overview
from fuhe.outputs.html.overview_page import Links, panels, style, to_overview_page
from fuhe.policy import pack
from fuhe.store import schema
from fuhe.store.batch_figures import overview
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, Who, allowed
from fuhe.web.desk import Desk
from fuhe.web.rendering import page

router = APIRouter(include_in_schema=False)
_LISTED = 20
Chief = Annotated[Person, Depends(allowed("assign"))]


def whole_section(person: Who) -> Person:
    """Let nobody in who may see the forms of one unit only; raises 403."""
    if person.unit is not None:
        raise HTTPException(403, "这一页汇总全部单位的表，供复核人员使用；本单位的表请在工作台查看")
    return person


Section = Annotated[Person, Depends(whole_section)]


def form_address(line: FormLine) -> str:
    """Return the page of a form."""
    return f"/forms/{line.form_id}"


def _figure_address(query: str) -> str:
    words = dict(parse_qsl(query))
    kind = words.pop("point", None)
    return f"/points/{kind}?{urlencode(words)}" if kind else f"/?{query}"


@router.get("/dashboard")
def dashboard(request: Request, desk: At, person: Section, batch: int | None = None) -> Response:
    """Show the figures of a batch, of the newest where none is named."""
    with desk.store.reading() as connection:
        figures = _figures(connection, desk, batch)
        table = schema.batch
        batches = connection.execute(select(table.c.id, table.c.name).order_by(table.c.id.desc())).all()
    links = Links(_figure_address, form_address)
    number, found = figures or (None, None)
    return page(
        request, "dashboard.html.j2",
        number=number, o=found, batches=batches, panels=panels(found, links) if found else None,
        panels_address=panels_address(), policy_title=_title(found.policy) if found else "",
    )  # fmt: skip


def _title(name: str) -> str:
    """Return what a rule pack is called in words; a pack that is gone by its name."""
    try:
        return pack(name).title
    except PolicyError:
        return name


def _figures(connection: Connection, desk: Desk, batch: int | None, lists: int = 0) -> tuple[int, Overview] | None:
    row = desk.batch(connection, batch)
    if row is None and batch is not None:
        raise HTTPException(404, "没有这一批")
    found = overview(connection, row.id, desk.now(), lists=lists) if row is not None else None
    return None if found is None or row is None else (row.id, found)


@router.get("/dashboard/file")
def one_file(desk: At, person: Annotated[Person, Depends(allowed("export"))], _: Section, batch: int) -> Response:
    """Hand out the overview as one file to send or print; its figures lead to lists inside it."""
    with desk.store.reading() as connection:
        figures = _figures(connection, desk, batch, _LISTED)
    if figures is None:
        raise HTTPException(404, "没有这一批")
    name = quote(f"批次总览_{figures[1].name}.html".replace("/", "_"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(to_overview_page(figures[1]), media_type="text/html; charset=utf-8", headers=headers)


@router.post("/dashboard/due")
def set_due(desk: At, person: Chief, batch: Annotated[int, Form()], due: Annotated[str, Form()] = "") -> Response:
    """Set the day a batch is to be done by, or none."""
    try:
        day = date.fromisoformat(due).isoformat() if due else None
    except ValueError as error:
        raise HTTPException(422, "办结日期请按 2025-04-30 的格式填写") from error
    table = schema.batch
    with desk.store.writing() as connection:
        row = desk.batch(connection, batch)
        if row is None:
            raise HTTPException(404, "没有这一批")
        connection.execute(table.update().where(table.c.id == batch).values(due=day))
        note(connection, "due", by=person.name, at=desk.now(), batch_id=batch, before=row.due, after=day)
    return RedirectResponse(f"/dashboard?batch={batch}", 303)


@router.get("/static/panels.css")
def panels_style() -> Response:
    """Serve the style sheet the page shares with the one-file report."""
    headers: Mapping[str, str] = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(style(), media_type="text/css; charset=utf-8", headers=headers)


def panels_address() -> str:
    """Return the address of that style sheet; it changes with what is in it."""
    return f"/static/panels.css?v={hashlib.sha256(style().encode()).hexdigest()[:12]}"
