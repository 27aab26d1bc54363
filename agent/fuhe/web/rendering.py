"""Pages and pieces of pages from templates; what every page shows in its head and foot is looked up here."""

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from fuhe import __version__
from fuhe.findings import OPEN_LABEL, SEVERITY_LABELS, STATE_LABELS
from fuhe.web.desk import Desk
from fuhe.web.roles import MAY, ROLE_LABELS

HERE = Path(__file__).parent
STATIC = HERE / "static"
NAV = (("/", "工作台"), ("/dashboard", "批次总览"), ("/rules", "规则库"), ("/settings", "设置"))
TITLES = {
    401: "还没有登录",
    403: "没有权限",
    404: "没有这一页",
    405: "不能这样打开",
    409: "内容已经变了",
    413: "文件太大",
    421: "地址不对",
    422: "填写的内容不能用",
    429: "操作太频繁",
    500: "程序出错了",
    503: "暂时不能用",
}


Known = Mapping[str, object]
_NOTHING: Known = MappingProxyType({})


@functools.cache
def environment() -> jinja2.Environment:
    """Return the templates; a name that is missing is an error, every value is escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=static, version=__version__, NAV=NAV, ROLE_LABELS=ROLE_LABELS, STATE_LABELS=STATE_LABELS,
        SEVERITY_LABELS=SEVERITY_LABELS, OPEN_LABEL=OPEN_LABEL,
    )  # fmt: skip
    return made


def static(name: str) -> str:
    """Return the address of a static file; it changes with the file's content, so that it may be kept for ever."""
    return f"/static/{name}?v={_digest(name)}"


@functools.cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def page(request: Request, name: str, /, *, status: int = 200, known: Known = _NOTHING, **more: object) -> HTMLResponse:
    """Return a page; templates know desk, person (None before sign-in), csrf and path besides what is `known` and `more`."""
    return HTMLResponse(
        environment().get_template(name).render({**_shared(request), **known, **more}), status_code=status
    )


def fragment(
    request: Request, /, *names: str, status: int = 200, known: Known = _NOTHING, **more: object
) -> HTMLResponse:
    """Return one or several pieces of a page, one after the other, with the same context."""
    context = {**_shared(request), **known, **more}
    text = "\n".join(environment().get_template(name).render(context) for name in names)
    return HTMLResponse(text, status_code=status)


def piece(request: Request, name: str, /, **context: object) -> str:
    """Return a piece of a page as text, for an event."""
    return environment().get_template(name).render(_shared(request) | context)


def _shared(request: Request) -> dict[str, object]:
    desk: Desk = request.app.state.desk
    session = request.scope.get("session")
    person = session.person if session else None
    return {
        "desk": desk,
        "person": person,
        "may": MAY[person.role] if person else frozenset(),
        "csrf": session.csrf if session else "",
        "path": request.url.path,
        "preferences": desk.preferences(),
    }


def problem_page(request: Request, status: int, detail: str, **more: object) -> Response:
    """Say what went wrong: problem details (RFC 9457) for programs, a toast's text for htmx, else a page."""
    title = TITLES.get(status, "没有完成")
    if request.url.path.startswith("/api/"):
        told = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        return JSONResponse(told, status, media_type="application/problem+json")
    if request.headers.get("hx-request"):
        return HTMLResponse(
            environment().get_template("problem_piece.html.j2").render(detail=detail), status_code=status
        )
    rendered = environment().get_template("problem.html.j2").render(title=title, detail=detail, status=status, **more)
    return HTMLResponse(rendered, status_code=status)
