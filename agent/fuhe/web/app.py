"""The application: guard, routers, static files, and what is said when something goes wrong."""

import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Scope

from fuhe import __version__
from fuhe.errors import FuheError, StoreError
from fuhe.web import api
from fuhe.web.access import admission
from fuhe.web.access.request_guard import Guard
from fuhe.web.away import disk_problem, store_problem
from fuhe.web.desk import Desk
from fuhe.web.rendering import STATIC, problem_page
from fuhe.web.work.cell_cuts import CellCuts
from fuhe.web.work.export_orders import ExportOrders
from fuhe.web.work.jobs import Jobs
from fuhe.web.work.uploads import MAX_FILES, MAX_TOTAL

ROUTERS = (
    "pages.home", "pages.bulk_page", "pages.form_page", "pages.closing_page", "pages.remarks_page", "pages.score_page", "pages.score_summary", "pages.versions_page", "pages.columns_page", "pages.cells_page", "pages.print_page", "pages.original_page", "work.unit_changes",
    "pages.dashboard", "pages.points_page", "pages.trial_page", "pages.catalogue_page", "pages.sign_in", "access.form_holder", "work.uploads", "work.jobs",
    "pages.export_pages", "pages.settings_page", "pages.audit_page", "work.redraft", "work.autosave", "api",
)  # fmt: skip
MAX_REQUEST = MAX_TOTAL + (8 << 20)
MAX_PASTED = 4 << 20
log = logging.getLogger("fuhe.web")


def create_app(desk: Desk) -> FastAPI:
    """Return the application over a desk; `app.state.ticket` holds the one-time token of single-user mode, `app.state.first` the first administrator's."""
    app = FastAPI(
        title="复核 fuhe",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(admission.checked)],
        lifespan=_living,
        form_limits={"max_files": MAX_FILES, "max_fields": 25000, "max_part_size": MAX_PASTED},
    )
    app.state.desk, app.state.jobs = desk, Jobs(desk)
    app.state.orders = ExportOrders(desk.store.address)
    app.state.cuts = CellCuts()
    app.state.ticket, app.state.first = admission.Ticket(), admission.Ticket()
    for name in ROUTERS:
        app.include_router(importlib.import_module(f"fuhe.web.{name}").router)
    app.include_router(api.docs)
    app.mount("/static", _Static(directory=STATIC))
    for kind, told in _TOLD.items():
        app.add_exception_handler(kind, told)
    app.add_middleware(Guard, desk=desk, ticket=app.state.ticket, largest=MAX_REQUEST)
    return app


@contextlib.asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """Work off jobs while the application is served."""
    app.state.jobs.start()
    yield
    await run_in_threadpool(app.state.jobs.close)
    app.state.orders.close()
    app.state.cuts.close()


class _Static(StaticFiles):
    """Static files: with the digest in the address they may be kept for ever, without it they are asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"] and response.status_code == 200
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, OSError):  # what came in could not be put down
        return await _disk(request, error.__cause__)
    usual = {404: "没有这一页，可能已被新提交的表取代，或地址写错了", 405: "这个地址不能这样打开"}
    told = usual.get(error.status_code, "") if error.detail in ("Not Found", "Method Not Allowed") else error.detail
    response = problem_page(request, error.status_code, told)
    response.headers.update(error.headers or {})
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [{"where": ".".join(map(str, found["loc"])), "what": _said(found["type"])} for found in error.errors()]
    return problem_page(request, 422, "有的内容没有填，或填的不能用", errors=errors)


_WRONG = {
    "missing": "没有填",
    "literal_error": "不在可选的值里",
    "enum": "不在可选的值里",
    "int_parsing": "应为整数",
    "float_parsing": "应为数",
    "bool_parsing": "应为 true 或 false",
    "json_invalid": "不是完整的 JSON",
    "extra_forbidden": "没有这一项",
    "string_too_short": "太短",
    "string_too_long": "太长",
}
_KINDS = {
    "greater": "太小",
    "less": "太大",
    "string": "应为文字",
    "int": "应为整数",
    "list": "应为列表",
    "dict": "应为一组名称和值",
}


def _said(kind: str) -> str:
    """Say in Chinese what is wrong with a part of a request."""
    return _WRONG.get(kind) or _KINDS.get(kind.partition("_")[0], "不能用")


async def _user_error(request: Request, error: Exception) -> Response:
    return store_problem(request, error) if isinstance(error, StoreError) else problem_page(request, 422, str(error))


async def _disk(request: Request, error: Exception) -> Response:
    """Say that the disk is full; anything else the system refuses is a bug."""
    told = disk_problem(request, error)
    return await _bug(request, error) if told is None else told


async def _bug(request: Request, error: Exception) -> Response:
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return problem_page(request, 500, "程序出了错，已记入日志；已保存的处理结果不受影响，请刷新后再试")


_TOLD: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPException: _http,
    RequestValidationError: _refused,
    FuheError: _user_error,
    OSError: _disk,
    Exception: _bug,
}
