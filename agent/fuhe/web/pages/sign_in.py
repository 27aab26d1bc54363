"""The pages of a section's accounts: sign in and out, set a password by a link, change it."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.errors import UsageError
from fuhe.store.decisions import note
from fuhe.store.rows import AccountRow
from fuhe.web.access import accounts, sessions, slowing
from fuhe.web.access.admission import At, Who, cookie_name, signed_in
from fuhe.web.access.form_holder import give_up_all
from fuhe.web.desk import Desk
from fuhe.web.rendering import page

router = APIRouter(include_in_schema=False)
_WRONG = "姓名或密码不对；连续输错 5 次后，这台电脑要等一会儿才能再试，账号不会锁"
_SPENT = "这个链接已经用过或已过期，请管理员再发一个"
Text = Annotated[str, Form(max_length=400)]


def _shared(desk: Desk) -> None:
    if desk.mode != "shared":
        raise HTTPException(404, "单机模式没有账号")


@router.get("/login")
def login_page(request: Request, desk: At) -> Response:
    """Ask for name and password."""
    _shared(desk)
    return page(request, "login.html.j2", told=None, name="")


@router.post("/login")
def login(request: Request, desk: At, name: Text, password: Text) -> Response:
    """Begin a session, or say that it did not work."""
    _shared(desk)
    address = slowing.address_of(request, desk)
    if wait := _too_soon(desk, address):
        return page(request, "login.html.j2", status=429, told=wait, name=name)
    given = accounts.tried(desk.store, name, password)
    with desk.store.writing() as connection:
        row = _opened(connection, given, address, desk.clock())
        told = None if row else {"name": name[:40], "address": address}
        note(
            connection, "sign-in" if row else "sign-in-refused", by=row.name if row else "—", at=desk.now(), after=told
        )
    if row is None:
        return page(request, "login.html.j2", status=403, told=_WRONG, name=name)
    return signed_in(request, RedirectResponse("/", 303), row.id)


def _too_soon(desk: Desk, address: str) -> str | None:
    with desk.store.reading() as connection:
        left = slowing.seconds_left(connection, address, desk.clock())
    return f"这台电脑连续输错，请等 {left} 秒再试；账号没有锁，可以换一台电脑登录" if left else None


def _opened(connection: Connection, given: accounts.Tried, address: str, now: float) -> AccountRow | None:
    """Return the account a password opens; of tries side by side each counts what the ones before it have left."""
    if slowing.seconds_left(connection, address, now):
        return None
    row = accounts.let_in(connection, given)
    if row is None:
        slowing.count_wrong(connection, address, now)
    return row


@router.post("/logout")
def logout(request: Request, desk: At, person: Who) -> Response:
    """End the session."""
    with desk.store.writing() as connection:
        sessions.end(connection, request.scope["session"].token)
        give_up_all(connection, person)
        note(connection, "sign-out", by=person.name, at=desk.now())
    response = RedirectResponse("/login" if desk.mode == "shared" else "/", 303)
    response.delete_cookie(cookie_name(desk), httponly=True, samesite="strict")
    return response


@router.get("/setup/{token}")
def setup_page(request: Request, desk: At, token: str) -> Response:
    """Ask for a password; for the first administrator's name as well."""
    _shared(desk)
    name, is_first = _whose(request, desk, token)
    return page(request, "setup.html.j2", told=None, name=name, is_first=is_first, token=token)


@router.post("/setup/{token}")
def setup(request: Request, desk: At, token: str, password: Text, again: Text, name: Text = "") -> Response:
    """Set the password and begin a session; the link is spent then."""
    _shared(desk)
    known, is_first = _whose(request, desk, token)
    try:
        if password != again:
            raise UsageError("两次填写的密码不一样", todo="请重新填写")
        account = _settled(request, desk, token, name if is_first else known, password, is_first)
    except UsageError as error:
        told = str(error)
        return page(request, "setup.html.j2", status=422, told=told, name=known or name, is_first=is_first, token=token)
    return signed_in(request, RedirectResponse("/", 303), account)


def _whose(request: Request, desk: Desk, token: str) -> tuple[str, bool]:
    """Return the name a link is for and whether it is the first administrator's; raises 404 for a spent one."""
    with desk.store.reading() as connection:
        if request.app.state.first.fits(token) and not accounts.is_managed(connection):
            return "", True
        row = accounts.invited(connection, token, desk.clock())
    if row is None:
        raise HTTPException(404, _SPENT)
    return row.name, False


def _settled(request: Request, desk: Desk, token: str, name: str, password: str, is_first: bool) -> int:
    now, at = desk.clock(), desk.now()
    if told := accounts.refusal(password, name):
        raise UsageError(told, todo="请重新填写")
    secret = accounts.sealed(password)
    with desk.store.writing() as connection:
        if is_first:
            _, token = accounts.invite(connection, name, "admin", None, by="启动命令", at=at, now=now)
        row = accounts.invited(connection, token, now)
        if row is None:
            raise HTTPException(404, _SPENT)
        accounts.set_password(connection, row.id, secret, by=row.name, at=at)
    if is_first:
        request.app.state.first.spend(request.path_params["token"])
    return int(row.id)


@router.get("/account")
def own_page(request: Request, desk: At, person: Who) -> Response:
    """Show one's own account."""
    _shared(desk)
    return page(request, "account.html.j2", told=None, is_done=False)


@router.post("/account/password")
def change_password(request: Request, desk: At, person: Who, old: Text, password: Text, again: Text) -> Response:
    """Change one's own password; other sessions end."""
    _shared(desk)
    address = slowing.address_of(request, desk)
    if wait := _too_soon(desk, address):
        return page(request, "account.html.j2", status=429, told=wait, is_done=False)
    given = accounts.tried(desk.store, person.name, old)
    told = accounts.refusal(password, person.name) if password == again else "两次填写的新密码不一样"
    secret = accounts.sealed(password) if told is None and given.is_right else None
    with desk.store.writing() as connection:
        if (row := _opened(connection, given, address, desk.clock())) is None:
            told = "原密码不对"
        elif secret is not None:
            kept = request.scope["session"].token
            accounts.set_password(connection, row.id, secret, by=person.name, at=desk.now(), but=kept)
    return page(request, "account.html.j2", status=422 if told else 200, told=told, is_done=told is None)
