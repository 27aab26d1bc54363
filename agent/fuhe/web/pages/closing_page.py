"""Three ways to be done with a form: back to the unit, closed, on to the chief; then the next one of the queue."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, Who, may
from fuhe.web.access.form_holder import give_up, require
from fuhe.web.desk import Desk
from fuhe.web.roles import VERB_LABELS, Verb
from fuhe.web.work.open_form import OpenForm, opened
from fuhe.web.work.opinion_so_far import open_errors
from fuhe.web.work.queue import QueueQuery, form_address, place_of

router = APIRouter(include_in_schema=False)
Stage = Literal["reviewing", "returned", "closed", "passed"]
_VERBS: dict[str, Verb] = {"passed": "send"}


def question(seen: OpenForm, stage: str) -> str | None:
    """Return what is asked before a form is closed so, None where nothing speaks against it."""
    if stage == "closed" and (left := open_errors(seen)):
        return f"还有 {left} 处错误没有处理，仍要办结？"
    is_listed = any(entry.state in ("listed", "rewritten", "doubtful") for entry in seen.findings)
    if stage == "returned" and not is_listed and not seen.current.remarks:
        return "还没有列入意见，单位看不到要改什么，仍要退回？"
    return None


@router.post("/forms/{form_id}/stage")
def set_stage(
    request: Request,
    desk: At,
    person: Who,
    form_id: int,
    stage: Annotated[Stage, Form()],
    sure: Annotated[str, Form()] = "",
    queue: Annotated[str, Form()] = "",
) -> Response:
    """Hand the form back to the unit, close it, send it on or take it up again; asks where something speaks against it."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, "review")
        _refuse(seen, person, stage)
        require(connection, form_id, person, desk)
        if not sure and question(seen, stage):
            return _sent(request, form_address(form_id, ask=stage, queue=queue))
        _set(connection, desk, person, seen, stage)
        to = _next(connection, desk, person, seen, stage, queue)
    return _sent(request, to)


def _refuse(seen: OpenForm, person: Person, stage: str) -> None:
    """A reviewer may send a form on, and take back what he has sent; the rest is the chief's."""
    before = seen.current.row.stage
    verb = _VERBS.get(stage) or ("send" if (stage, before) == ("reviewing", "passed") else "close")
    if not may(person, verb) and not may(person, "close"):
        raise HTTPException(403, f"您的角色不能{VERB_LABELS[verb]}，请联系科长或管理员")
    if not seen.current.row.current:
        raise HTTPException(409, "单位已重新报送，请在新的一版上处理")


def _set(connection: Connection, desk: Desk, person: Person, seen: OpenForm, stage: str) -> None:
    table = schema.form
    connection.execute(table.update().where(table.c.id == seen.id).values(stage=stage, changed_at=desk.now()))
    before = seen.current.row.stage
    note(connection, "stage", by=person.name, at=desk.now(), form_id=seen.id, before=before, after=stage)
    if stage != "reviewing":
        give_up(connection, seen.id, person)


def _next(connection: Connection, desk: Desk, person: Person, seen: OpenForm, stage: str, queue: str) -> str:
    """Return where to go on: the same form taken up again, else the next to be done in the order of the queue."""
    if stage == "reviewing":
        return form_address(seen.id, queue=queue)
    asked = QueueQuery.remembered(queue)
    to = place_of(connection, asked, person, seen.current.row, desk.clock()).following
    if to is None:
        return "/?" + urlencode(asked.words | {"done": str(seen.id)})
    return form_address(to, queue=queue, done=seen.id)


def _sent(request: Request, to: str) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)
