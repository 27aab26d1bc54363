"""打分 on the page of a form: a row of the 复核底稿 decided by one key, and what is typed on it kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.rescoring.row_decisions import DecidedSheet
from fuhe.store.typing_kept import drop_typed, keep_typed
from fuhe.web.access.admission import At, Person, Who, may
from fuhe.web.desk import Desk
from fuhe.web.pages.form_page import View, hold, pane_context, refuse_old
from fuhe.web.rendering import fragment
from fuhe.web.work.deciding import LONGEST, Step
from fuhe.web.work.form_facts import newer
from fuhe.web.work.open_form import OpenForm, opened
from fuhe.web.work.queue import form_address
from fuhe.web.work.score_deciding import TYPED_SIDE, GivenScore, RowVerb, act_on_row
from fuhe.web.work.score_sheet import score_sheet

router = APIRouter(include_in_schema=False)
Given = Annotated[GivenScore, Depends()]


@router.post("/forms/{form_id}/scores/{row}/typed")
def keep(desk: At, person: Who, form_id: int, row: str, text: Annotated[str, Form()] = "") -> Response:
    """Keep what a person has typed on a row so far; an empty text is thrown away."""
    with desk.store.writing() as connection:
        seen = _opened(connection, desk, person, form_id)
        if not seen.current.row.current and (stands := newer(connection, form_id)):
            seen = _opened(connection, desk, person, stands)  # typed in an old tab
        made = _made(connection, desk, seen)
        if row not in [entry.row.key for entry in made.rows]:
            raise HTTPException(404, "这一行在现在的表上没有，可能单位已重新报送")
        if text.strip():
            kept = text[: 3 * LONGEST]
            keep_typed(connection, seen.id, row, kept, by=person.name, side=TYPED_SIDE, at=desk.now())
        else:
            drop_typed(connection, seen.id, row, by=person.name, side=TYPED_SIDE)
    return Response(status_code=204)


@router.post("/forms/{form_id}/scores/{row}/{verb}")
def decide(request: Request, desk: At, person: Who, form_id: int, row: str, verb: RowVerb, given: Given) -> Response:
    """Do what the verb says about a row, then open the next one nothing was done about."""
    with desk.store.writing() as connection:
        seen = _opened(connection, desk, person, form_id)
        refuse_old(connection, seen)
        if not seen.may_change and seen.held_by is None:
            raise HTTPException(403, "您的角色不能打分")
        hold(connection, desk, person, seen)
        made = _made(connection, desk, seen)
        step = act_on_row(connection, desk, seen, made, person, row, verb, given)
        again = opened(connection, desk, person, form_id, "review")
        row_shown = step.number if verb in ("tick", "undo") else None
        view = View(tab="scores", row=row_shown, after=step.number, queue=given.queue)
        return _answer(request, connection, desk, person, again, view, step)


def _opened(connection: Connection, desk: Desk, person: Person, form_id: int) -> OpenForm:
    """Open a form to score it; raises 403 for who may not."""
    if not may(person, "decide"):
        raise HTTPException(403, "您的角色不能打分")
    return opened(connection, desk, person, form_id, "review")


def _made(connection: Connection, desk: Desk, seen: OpenForm) -> DecidedSheet:
    made = score_sheet(connection, seen.current, seen.file.path, desk.pack)
    if isinstance(made, str):
        raise HTTPException(422, made)
    return made


def _answer(
    request: Request, connection: Connection, desk: Desk, person: Person, seen: OpenForm, view: View, step: Step
) -> Response:
    """Answer with the pane and a toast for htmx, else by sending the browser to the page that shows the row."""
    if request.headers.get("hx-request"):
        context = pane_context(connection, desk, person, seen, view) | {"step": step}
        return fragment(request, "pane.html.j2", "toast.html.j2", known=context)
    return RedirectResponse(form_address(seen.id, tab="scores", row=view.row, after=view.after, queue=view.queue), 303)
