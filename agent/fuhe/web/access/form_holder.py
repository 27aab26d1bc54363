"""Who is at work on a form: taken by the first to open it, kept by working, given up by leaving, taken over by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, allowed, form_row
from fuhe.web.desk import Desk

router = APIRouter(include_in_schema=False)
KEPT = 5 * 60.0  # seconds after the last sign of work; an open page gives one every minute
_LEAVING = 5.0  # seconds: a page that is only loaded again gives a sign before they are over


@dataclass(frozen=True)
class FormHolder:
    """Who is at work on a form since when; `is_mine` tells whether it is the one who asks."""

    by: str
    at: str
    is_mine: bool


Reviewer = Annotated[Person, Depends(allowed("claim"))]


def standing(connection: Connection, form_id: int, person: Person, now: float) -> FormHolder | None:
    """Return who is at work on a form, None where nobody is."""
    table = schema.claim
    row = connection.execute(select(table).where(table.c.form_id == form_id, table.c.until > now)).one_or_none()
    return None if row is None else FormHolder(row.by, row.at, row.by == person.name)


def holders(connection: Connection, ids: Sequence[int], now: float) -> dict[int, str]:
    """Return who is at work on forms, by form."""
    table = schema.claim
    rows = connection.execute(select(table.c.form_id, table.c.by).where(table.c.form_id.in_(ids), table.c.until > now))
    return {row.form_id: row.by for row in rows}


def take(connection: Connection, form_id: int, person: Person, desk: Desk) -> FormHolder:
    """Take a form or keep it, unless somebody else is at work on it; returns who is. Call it in a writing transaction."""
    now = desk.clock()
    there = standing(connection, form_id, person, now)
    if there is not None and not there.is_mine:
        return there
    table = schema.claim
    since = there.at if there else desk.now()
    connection.execute(table.delete().where(table.c.form_id == form_id))
    connection.execute(table.insert().values(form_id=form_id, by=person.name, at=since, until=now + KEPT))
    return FormHolder(person.name, since, True)


def require(connection: Connection, form_id: int, person: Person, desk: Desk) -> None:
    """Take a form to change something on it; raises 409 where somebody else is at work on it."""
    claim = take(connection, form_id, person, desk)
    if not claim.is_mine:
        raise HTTPException(409, f"{claim.by} 正在复核这张表，您的修改没有保存；需要时可以接手")


def give_up(connection: Connection, form_id: int, person: Person) -> None:
    """Let a form go, where it is this person's."""
    table = schema.claim
    connection.execute(table.delete().where(table.c.form_id == form_id, table.c.by == person.name))


def give_up_all(connection: Connection, person: Person) -> None:
    """Let everything go that a person is at work on: he has signed out."""
    connection.execute(schema.claim.delete().where(schema.claim.c.by == person.name))


@router.post("/forms/{form_id}/claim/leave")
def leave(form_id: int, desk: At, person: Reviewer) -> Response:
    """Let a form go in a moment, unless its page gives another sign of life: a browser says this of a page it leaves."""
    table = schema.claim
    with desk.store.writing() as connection:
        own = table.update().where(table.c.form_id == form_id, table.c.by == person.name)
        connection.execute(own.values(until=desk.clock() + _LEAVING))
    return Response(status_code=204)


@router.post("/forms/{form_id}/claim")
def keep(form_id: int, desk: At, person: Reviewer) -> Response:
    """Take a form or keep it; answers 204, or 409 where somebody else has it."""
    with desk.store.writing() as connection:
        form_row(connection, person, form_id)
        require(connection, form_id, person, desk)
    return Response(status_code=204)


@router.post("/forms/{form_id}/claim/over")
def take_over(request: Request, form_id: int, desk: At, person: Reviewer) -> Response:
    """Take a form over from whoever is at work on it; the trail says so."""
    with desk.store.writing() as connection:
        form_row(connection, person, form_id)
        before = standing(connection, form_id, person, desk.clock())
        connection.execute(schema.claim.delete().where(schema.claim.c.form_id == form_id))
        take(connection, form_id, person, desk)
        if before is not None and not before.is_mine:
            note(connection, "take-over", by=person.name, at=desk.now(), form_id=form_id, before=before.by)
    return _back(request, f"/forms/{form_id}")


@router.post("/forms/{form_id}/claim/release")
def release(request: Request, form_id: int, desk: At, person: Reviewer) -> Response:
    """Give a form up."""
    with desk.store.writing() as connection:
        give_up(connection, form_id, person)
    return _back(request, "/")


def _back(request: Request, to: str) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)
