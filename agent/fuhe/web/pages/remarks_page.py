"""A reviewer's own points on a form: added below the opinion, and taken out again."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.store.own_remarks import add_remark, drop_remark
from fuhe.store.typing_kept import drop_typed
from fuhe.text import without_invisible
from fuhe.web.access.admission import At, Person, Who
from fuhe.web.desk import Desk
from fuhe.web.pages.form_page import View, hold, pane_context, refuse_old
from fuhe.web.rendering import fragment
from fuhe.web.work.autosave import REMARK
from fuhe.web.work.deciding import LONGEST, begun
from fuhe.web.work.open_form import OpenForm, opened
from fuhe.web.work.queue import form_address

router = APIRouter(include_in_schema=False)
Words = Annotated[str, Form()]


@router.post("/forms/{form_id}/remarks")
def add(request: Request, desk: At, person: Who, form_id: int, text: Words = "", queue: Words = "") -> Response:
    """Add a point of the reviewer's own to the opinion; raises 422 for no text and for one that is too long."""
    own = _own_words(text)

    def done(connection: Connection, seen: OpenForm) -> str:
        is_new = add_remark(connection, seen.id, own, by=person.name, at=desk.now())
        drop_typed(connection, seen.id, REMARK, by=person.name, side="review")
        begun(connection, seen)
        return "已加入意见" if is_new else "这一条已经在意见里"

    return _changed(request, desk, person, form_id, queue, done)


@router.post("/forms/{form_id}/remarks/{remark}/drop")
def drop(request: Request, desk: At, person: Who, form_id: int, remark: int, queue: Words = "") -> Response:
    """Take a point of the reviewer's own out of the opinion; raises 404 where it is not there."""

    def done(connection: Connection, seen: OpenForm) -> str:
        if drop_remark(connection, seen.id, remark, by=person.name, at=desk.now()) is None:
            raise HTTPException(404, "这一条意见已不在这张表上，请刷新")
        return "已删去"

    return _changed(request, desk, person, form_id, queue, done)


def _own_words(text: str) -> str:
    own = without_invisible(text.replace("\r\n", "\n")).strip()
    if not own:
        raise HTTPException(422, "请先写好意见再加入")
    if len(own) > LONGEST:
        raise HTTPException(422, f"一条意见最多 {LONGEST} 字，这一条有 {len(own)} 字，请分成几条")
    return own


def _changed(
    request: Request,
    desk: Desk,
    person: Person,
    form_id: int,
    queue: str,
    done: Callable[[Connection, OpenForm], str],
) -> Response:
    """Change the remarks of a form and answer with the opinion; raises 403 for who may not, 409 where somebody else has the form."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, "review")
        refuse_old(connection, seen)
        if seen.side != "review" or (not seen.may_change and seen.held_by is None):
            raise HTTPException(403, "您的角色不能处理这张表")
        hold(connection, desk, person, seen)
        words = done(connection, seen)
        if not request.headers.get("hx-request"):
            return RedirectResponse(form_address(form_id, tab="opinion", side="review", queue=queue), 303)
        again, view = opened(connection, desk, person, form_id, "review"), View(tab="opinion", queue=queue)
        context = pane_context(connection, desk, person, again, view)
        return fragment(request, "pane.html.j2", "told.html.j2", known=context, told=words)
