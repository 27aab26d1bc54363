"""What stands before every page: own hosts and origins only, nobody unknown, and headers that keep a browser strict."""

import contextlib
import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fuhe.errors import StoreError
from fuhe.store.decisions import note
from fuhe.web.access import admission, sessions
from fuhe.web.away import store_problem
from fuhe.web.desk import Desk
from fuhe.web.rendering import page, problem_page

CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data:"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # no-referrer would make browsers send "Origin: null" with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
OPEN = ("/static/", "/login", "/setup/", "/favicon.ico", "/health")
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


class Guard:
    """The outermost layer; it decides before a byte of the body is read."""

    def __init__(self, app: ASGIApp, desk: Desk, ticket: admission.Ticket, largest: int) -> None:
        self.app, self.desk, self.ticket, self.largest = app, desk, ticket, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        refusal = await self._refusal(request)
        await (refusal or self.app)(
            scope, self._bounded(receive), _with_headers(scope, send, admission.cookie_name(self.desk))
        )

    async def _refusal(self, request: Request) -> Response | None:
        if not is_own_host(request.headers.get("host", ""), self.desk):
            return problem_page(request, 421, "这个地址不是本程序的地址，请用启动时给出的地址打开")
        if request.method not in admission.SAFE and not is_own_origin(request.headers):
            return problem_page(request, 403, "请求来自别的网页，没有执行")
        if int(_digits(request.headers.get("content-length"))) > self.largest:
            return problem_page(request, 413, self._too_large())
        try:
            return await run_in_threadpool(self._admit, request)
        except StoreError as error:
            return store_problem(request, error)

    def _bounded(self, receive: Receive) -> Receive:
        """Count what comes: a length that is not told, or told wrong, is no way round the limit."""
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.largest:
                raise HTTPException(413, self._too_large())
            return message

        return receiving

    def _too_large(self) -> str:
        return f"一次放入的内容超过 {self.largest >> 20} MB，请分几次放入"

    def _admit(self, request: Request) -> Response | None:
        """Find the session; without one only the open pages are served, and the holder of the ticket is let in."""
        request.scope["session"] = session = self._by_proxy(request) or self._session(request)
        if self.desk.mode == "single" and request.method == "GET" and (let_in := admission.enter(request, self.ticket)):
            return let_in
        if session is None and not request.url.path.startswith(OPEN):
            return unknown(request, self.desk)
        return None

    def _session(self, request: Request) -> sessions.Session | None:
        if request.url.path.startswith("/static/"):
            return None
        desk, now = self.desk, self.desk.clock()
        value, is_program = _presented(request, admission.cookie_name(desk))
        if not value:
            return None
        with desk.store.reading() as connection:
            found = sessions.find(connection, value, desk.mode, now, desk.owner, is_program=is_program)
            due = found is not None and sessions.is_due(connection, found, now)
        if found and due:
            with (
                contextlib.suppress(StoreError),
                desk.store.writing() as connection,
            ):  # a full disk keeps nobody from reading
                sessions.touch(connection, found, now)
        return found

    def _by_proxy(self, request: Request) -> sessions.Session | None:
        """Return the session of whom a trusted proxy has signed in, begun where there is none yet.

        The header counts only from the proxy's own address; from anywhere else it is not looked at.
        """
        web, desk = self.desk.base.web, self.desk
        name = request.headers.get(web.user_header) if web.user_header else None
        peer = request.client.host if request.client else ""
        if desk.mode != "shared" or not name or peer not in web.trusted or request.url.path.startswith("/static/"):
            return None
        with desk.store.writing() as connection:
            value, begun = sessions.of_name(
                connection, name, request.cookies.get(admission.cookie_name(desk), ""), desk.clock()
            )
            found = sessions.find(connection, value, desk.mode, desk.clock(), desk.owner) if value else None
            if begun and found:
                note(connection, "sign-in", by=name, at=desk.now(), after="由反向代理登录")
                request.scope["cookie"] = value
        return found


def _presented(request: Request, cookie: str) -> tuple[str, bool]:
    """Return what a request shows of itself: a browser its cookie, a program its token, and that only to the API."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and request.url.path.startswith("/api/"):
        return token.strip(), True
    return request.cookies.get(cookie, ""), False


def unknown(request: Request, desk: Desk) -> Response:
    """Send somebody who is not signed in to where he can."""
    told = (
        "您已退出，或者程序重新启动过。请让打开程序的人重新打开工作台，或给您一个新的网址；没有存下的字留在这台电脑上，进来后会恢复，不会丢。"
        "自己会用命令行的：在程序的窗口按回车，或运行 fuhe serve --address"
    )
    if request.url.path.startswith("/api/") or (desk.mode == "single" and request.headers.get("hx-request")):
        return problem_page(request, 401, told if desk.mode == "single" else "请先登录")
    if desk.mode == "single":
        return page(request, "way_in.html.j2", status=401, spent="t" in request.query_params)
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return Response(status_code=303, headers={"Location": "/login"})


def _digits(text: str | None) -> str:
    return text if text and text.isascii() and text.isdigit() else "0"


def is_own_host(host: str, desk: Desk) -> bool:
    """Tell whether a Host header names this server: a name some other site has pointed here does not."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in _LOOPBACK or name in desk.hosts:
        return True
    return desk.mode == "shared" and _is_address(name)


def _is_address(name: str) -> bool:
    """An address cannot be rebound; only names can."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_own_origin(headers: Headers) -> bool:
    """Tell whether a change comes from our own page or from a program that is no browser."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _with_headers(scope: Scope, send: Send, cookie: str) -> Send:
    kept: Sequence[tuple[str, str]] = list(HEADERS.items())

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in kept:
                headers.setdefault(name, value)
            if begun := scope.get("cookie"):
                headers.append("Set-Cookie", f"{cookie}={begun}; Path=/; HttpOnly; SameSite=strict")
            if not scope["path"].startswith("/static/"):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
