"""fuhe serve: the workbench in a browser."""

import os
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from fuhe.cli import common
from fuhe.errors import UsageError, reason
from fuhe.settings import Settings

if TYPE_CHECKING:
    from fuhe.store.database import Store
    from fuhe.web.access.admission import Ticket

STORE = "fuhe.db"


@click.command("serve", help="打开工作台（网页）。默认只有本机能访问；--users 为科室模式，各人凭账号登录。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址；科室模式可用 0.0.0.0")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="端口，0 为任选空闲的")
@click.option("--open", "opening", is_flag=True, help="启动后在浏览器中打开")
@click.option("--users", is_flag=True, help="科室模式：账号、角色、审计")
@click.option("--name", "names", multiple=True, help="科室模式下网页可用的主机名，可写多次")
@click.option("--address", "asking", is_flag=True, help="工作台已经开着、浏览器进不去时：显示一个新的网址")
@click.option("--store", help="存储：SQLite 文件或 postgresql:// 地址（默认在用户数据文件夹）")
def command(
    host: str, port: int, opening: bool, users: bool, names: tuple[str, ...], asking: bool, store: str | None
) -> int:
    """Serve until interrupted; status 130 then."""
    settings = common.load_settings(store=store)
    if asking:
        _tell_address(settings, opening)
        return 0
    if not users and host not in ("127.0.0.1", "localhost", "::1"):
        raise UsageError("单机模式只在本机访问", where=f"--host {host}", todo="要让别的电脑访问，请加 --users")
    listening = listen(host, port)
    _serve(settings, listening, host, opening, users, names)
    return 0


def _serve(
    settings: Settings, listening: socket.socket, host: str, opening: bool, users: bool, names: tuple[str, ...]
) -> None:
    import uvicorn

    from fuhe.store.database import Store
    from fuhe.web.app import create_app
    from fuhe.web.desk import Desk

    port = listening.getsockname()[1]
    with Store(settings.store or str(data_folder() / STORE)) as store:
        known = frozenset((socket.gethostname().lower(), *(name.lower() for name in names))) if users else frozenset()
        desk = Desk(store, settings, "shared" if users else "single", port=port, hosts=known)
        app = create_app(desk)
        base = f"http://{_shown(host)}:{port}/"
        address = base if users else f"{base}?t={app.state.ticket.value}"
        click.echo(f"复核　{address}　{'科室模式' if users else '仅本机可访问'}，按 Ctrl+C 结束", err=True)
        if users and not _is_managed(store):
            click.echo(f"还没有管理员，请打开 {base}setup/{app.state.first.value} 设置（只能用一次）", err=True)
        click.echo(f"存储　{store.shown}", err=True)
        if not users:
            _be_asked(store, app.state.ticket, base)
        if opening:
            threading.Timer(0.8, webbrowser.open, (address,)).start()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _be_asked(store: "Store", ticket: "Ticket", base: str) -> None:
    """End the old sessions of a server before this one, and give a fresh address to whoever presses Enter in this window."""
    from fuhe.web.access import fresh_address, sessions

    with store.writing() as connection:
        sessions.end_earlier(connection, time.time())
        fresh_address.say_served(connection, base)
    if sys.stdin is not None and sys.stdin.isatty():
        click.echo("浏览器进不去时，在这里按回车，会给出新的网址", err=True)
        threading.Thread(target=_answer, args=(ticket, base), daemon=True).start()


def _answer(ticket: "Ticket", base: str) -> None:
    for _ in sys.stdin:
        click.echo(f"新的网址　{base}?t={ticket.renew()}", err=True)


def _tell_address(settings: Settings, opening: bool) -> None:
    """Print a fresh address of the workbench that is served from the same store; raises UsageError where none is."""
    from fuhe.store.database import Store
    from fuhe.web.access import fresh_address

    with Store(settings.store or str(data_folder() / STORE)) as store:
        with store.reading() as connection:
            base = fresh_address.served(connection)
        if base is None or not _is_open(base):
            raise UsageError("工作台没有开着", where=store.shown, todo="请运行 fuhe serve --open")
        with store.writing() as connection:
            address = f"{base}?t={fresh_address.issue(connection, time.time())}"
    click.echo(address)
    if opening:
        webbrowser.open(address)


def _is_open(base: str) -> bool:
    """Tell whether something listens where the workbench was served last."""
    parts = urlsplit(base)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), 2):
            return True
    except OSError:
        return False


def _is_managed(store: "Store") -> bool:
    from fuhe.web.access.accounts import is_managed

    with store.reading() as connection:
        return is_managed(connection)


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError for a port that is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        # Handed on to each connection; left off, a reply in two parts waits 40 ms for the first to be acknowledged.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise UsageError(
            f"端口 {port} 用不了（{reason(error)}）",
            where=host,
            todo="请用 --port 换一个端口，或结束已经打开的工作台",
        ) from error


def data_folder() -> Path:
    """Return the folder where this system keeps a program's data for one user."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "fuhe"
