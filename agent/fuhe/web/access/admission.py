"""Who is let in: a one-time token or a session's cookie, own hosts and origins only, a token on every change."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import ColumnElement, Connection, func, true

from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import FormRow, fetch_one, select_of
from fuhe.web.access import fresh_address, sessions
from fuhe.web.desk import Desk
from fuhe.web.roles import VERB_LABELS, Person, Verb, may, units_of

__all__ = [
    "At",
    "Person",
    "Who",
    "allowed",
    "checked",
    "cookie_name",
    "form_row",
    "scheme_of",
    "is_own",
    "is_visible",
    "may",
    "units_of",
]
_SPACES = (" ", "\u3000", "\n")

SAFE = ("GET", "HEAD", "OPTIONS")
HEADER = "x-csrf-token"
_LONG = 400 * 86400  # seconds, the most a browser keeps; the session ends with the server


def desk_of(request: Request) -> Desk:
    """Return the desk the request is served from."""
    desk: Desk = request.app.state.desk
    return desk


# Dependencies are coroutines: FastAPI sends every plain function to another thread, and a request has several.
async def _desk(request: Request) -> Desk:
    return desk_of(request)


async def _person(request: Request) -> Person:
    """Return who asks; raises 401 where nobody is signed in."""
    session: sessions.Session | None = request.scope.get("session")
    if session is None:
        raise HTTPException(401, "请先登录")
    return session.person


At = Annotated[Desk, Depends(_desk)]
Who = Annotated[Person, Depends(_person)]


def allowed(verb: Verb) -> Callable[[Person], Awaitable[Person]]:
    """Return a dependency that lets only those in who may do something; raises 403."""

    async def admitted(person: Who) -> Person:
        if not may(person, verb):
            raise HTTPException(403, f"您的角色不能{VERB_LABELS[verb]}，请联系科长或管理员")
        return person

    return admitted


def is_visible(person: Person) -> ColumnElement[bool]:
    """Return the condition on the table `form` that leaves a person the forms he may see: a filler those of his units."""
    if person.role != "filler":
        return true()
    named: ColumnElement[str] = func.coalesce(schema.form.c.unit, "")
    for space in _SPACES:
        named = func.replace(named, space, "")
    return named.in_([_bare(unit) for unit in units_of(person)])


def is_own(person: Person, by: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that leaves a person what he may see of what came in: a filler what he brought `by` himself."""
    return by == person.name if person.role == "filler" else true()


def _bare(text: str) -> str:
    return "".join(char for char in text if char not in _SPACES)


def answers_for(person_unit: str | None, unit: str | None) -> bool:
    """Tell whether a filler of `person_unit` answers for a form of `unit`; None is nobody's limit."""
    named = units_of(Person("", "filler", person_unit))
    return not named or _bare(unit or "") in map(_bare, named)


def form_row(connection: Connection, person: Person, form_id: int) -> FormRow:
    """Return the facts of a form without its contents; raises 404 where there is none or the person may not see it."""
    table = schema.form
    row = fetch_one(connection, FormRow, select_of(FormRow, table).where(table.c.id == form_id, is_visible(person)))
    if row is None:
        raise HTTPException(404, "没有这张表，或它不属于您的单位")
    return row


async def checked(request: Request) -> None:
    """Refuse a change that does not carry the session's token, in the header or in the form; raises 403."""
    session: sessions.Session | None = request.scope.get("session")
    if request.method in SAFE or session is None or session.is_program:
        return  # no browser sends a program's token by itself
    given = request.headers.get(HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get("csrf")
        given = value if isinstance(value, str) else None
    if given is None or not secrets.compare_digest(given.encode(), session.csrf.encode()):
        raise HTTPException(403, "页面已过期，请刷新后再试一次")


def cookie_name(desk: Desk) -> str:
    """Name the cookie; browsers share cookies between the ports of a host."""
    return f"fuhe_{desk.port}"


def scheme_of(request: Request) -> str:
    """Return by which scheme a browser reached us: a proxy of our own says so, nobody else does."""
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-proto", "")
    return "https" if told == "https" and peer in desk_of(request).base.web.known_proxies else request.url.scheme


def signed_in(request: Request, response: Response, account: int | None) -> Response:
    """Begin a session and give its cookie to a response."""
    desk = desk_of(request)
    with desk.store.writing() as connection:
        sessions.sweep(connection, desk.mode, desk.clock())
        value = sessions.begin(connection, account, desk.clock())
    response.set_cookie(
        cookie_name(desk),
        value,
        httponly=True,
        samesite="strict",
        secure=scheme_of(request) == "https",
        max_age=_LONG if desk.mode == "single" else None,
        path="/",
    )
    return response


class Ticket:
    """The one-time token of single-user mode: it opens one session and is then spent."""

    def __init__(self) -> None:
        self._value: str | None = secrets.token_urlsafe(24)

    @property
    def value(self) -> str:
        """The token while it is unspent, else nothing."""
        return self._value or ""

    def fits(self, given: str) -> bool:
        """Tell whether the token is right and unspent."""
        return self._value is not None and secrets.compare_digest(given.encode(), self._value.encode())

    def spend(self, given: str) -> bool:
        """Tell whether the token is right, and let nobody use it again."""
        if not self.fits(given):
            return False
        self._value = None
        return True

    def renew(self) -> str:
        """Return a fresh token; the one before is void."""
        self._value = secrets.token_urlsafe(24)
        return self._value


def enter(request: Request, ticket: Ticket) -> Response | None:
    """Open a session for a request that carries the one-time token, and take the token out of the address."""
    given, desk = request.query_params.get("t"), desk_of(request)
    if given is None or not (ticket.spend(given) or _spend_issued(desk, given)):
        return None
    there = RedirectResponse(request.url.path, 303)
    if request.scope.get("session"):  # a page of it may be open still, with what is typed there
        return there
    with desk.store.writing() as connection:
        note(connection, "sign-in", by=desk.owner, at=desk.now())
    return signed_in(request, there, None)


def _spend_issued(desk: Desk, given: str) -> bool:
    """Tell whether a token was issued at this computer while we are served, and let nobody use it again."""
    with desk.store.reading() as connection:
        if not fresh_address.fits(connection, given, desk.clock()):
            return False
    with desk.store.writing() as connection:
        is_right = fresh_address.fits(connection, given, desk.clock())
        if is_right:
            fresh_address.spend(connection)
    return is_right
