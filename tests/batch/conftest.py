"""Folders of small forms, stores on SQLite and on a PostgreSQL started for the test, and whole runs over them."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fuhe.batch.terms import Terms
from fuhe.batch.whole_run import Ended, Order, run_batch
from fuhe.checking import Options
from fuhe.store import schema
from fuhe.store.database import Store

TERMS = Terms("national-2020", Options())
_ROWS = "一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分\n产出指标,数量指标,{project}里程,≥20公里,{actual}公里,100,{score}\n总分,,,,,100,{total}\n"


def form_text(project: str, *, score: str = "100", total: str = "100", actual: str = "20") -> str:
    """Return a small form as CSV; with another total than score it has an error."""
    rows = _ROWS.format(project=project, score=score, total=total, actual=actual)
    return f"项目名称,{project},,,,,\n实施单位,{project}中心,,,,,\n{rows}"


def write_forms(folder: Path, count: int, **more: str) -> Path:
    """Write so many forms into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"附件{number:03}.csv").write_text(form_text(f"{number}号路改造", **more), encoding="utf-8")
    return folder


def quiet(name: str, done: int, total: int, last: str) -> None:
    """Take progress and say nothing."""


def run_on(store: Store, start: Path, out: Path, step: Callable[..., None] = quiet, **more: Any) -> Ended:
    """Run a batch in this process, its inputs in one other."""
    options = {"name": start.name, "terms": TERMS, **more}
    return run_batch(store, Order(start, out, **options), step)


def rows_of(store: Store) -> list[tuple[Any, ...]]:
    """Return what a batch has come to, without ids and times: every current file with its forms and their findings."""
    file, form, finding = schema.file, schema.form, schema.finding
    query = (
        select(
            file.c.path,
            file.c.status,
            file.c.sha256,
            form.c.project,
            form.c.total,
            finding.c.code,
            finding.c.fingerprint,
        )
        .outerjoin(form, form.c.file_id == file.c.id)
        .outerjoin(finding, finding.c.form_id == form.c.id)
        .where(file.c.current)
        .order_by(file.c.path, form.c.number, finding.c.number)
    )
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


@dataclass
class Server:
    """A PostgreSQL that lives as long as a test wants it."""

    programs: Path
    home: Path
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        told = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB"
        self.run("pg_ctl", "-D", str(self.home), "-l", f"{self.home}.log", "-w", "-o", told, "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut would."""
        self.run("pg_ctl", "-D", str(self.home), "-m", "immediate", "-w", "stop")

    def run(self, program: str, *args: str) -> None:
        """Run one of its programs as the user it insists on."""
        user = {"user": "postgres"} if os.geteuid() == 0 else {}
        subprocess.run([str(self.programs / program), *args], check=True, capture_output=True, cwd="/", **user)  # type: ignore[call-overload]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def new_server() -> Iterator[Callable[[], Server]]:
    """Make PostgreSQL servers that are stopped at the end; skips where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(name) for name in [shutil.which("initdb")] if name
    ]
    if not found:
        pytest.skip("PostgreSQL 没有安装（apt install postgresql）")
    made: list[Server] = []

    def make() -> Server:
        base = Path(tempfile.mkdtemp(prefix="fuhe-pg-"))  # pytest's own folders are closed to other users
        if os.geteuid() == 0:
            shutil.chown(base, "postgres")
        server = Server(found[-1].parent, base / "data", free_port())
        server.run("initdb", "-D", str(server.home), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        made.append(server)
        return server

    yield make
    for server in made:
        with contextlib.suppress(subprocess.CalledProcessError):  # a test may have stopped it
            server.stop()
        shutil.rmtree(server.home.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def server(new_server: Callable[[], Server]) -> Server:
    """One PostgreSQL for all tests that do not harm it."""
    return new_server()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store can be, on each kind of database in turn."""
    return str(tmp_path / "store.db") if request.param == "sqlite" else empty(request.getfixturevalue("server"))


def empty(server: Server) -> str:
    """Make an empty database and return its address."""
    name = f"t{os.getpid()}_{os.urandom(4).hex()}"
    server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", name)
    return f"postgresql://postgres@127.0.0.1:{server.port}/{name}"


@dataclass
class Disk:
    """A disk of its own, as large as a test wants it."""

    place: Path

    def remount(self, options: str) -> None:
        """Make it larger, smaller, or closed to writers."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.place)], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk in memory; skips where this process may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("不能挂载临时磁盘（要 root）")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on each kind of database in turn."""
    with Store(url) as opened:
        yield opened


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    with Store(str(tmp_path / "lite.db")) as opened:
        yield opened
