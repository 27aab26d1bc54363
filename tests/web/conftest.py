"""The workbench over a store of its own with the six samples in it: called directly, served on loopback, in a browser."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from conftest import SAMPLES
from fuhe import pipeline
from fuhe.batch.terms import Terms
from fuhe.intake.paths import read_paths
from fuhe.store.database import Store
from fuhe.store.recording import record_file
from fuhe.web.access import accounts
from fuhe.web.app import create_app
from fuhe.web.desk import Desk

PASSWORD = "correct horse 电池"
BATCH = "2024年度项目支出绩效自评复核"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the six samples as one batch; tests work on copies of it."""
    path = tmp_path_factory.mktemp("store") / "samples.db"
    with Store(str(path)) as store:
        desk = Desk(store)
        with store.writing() as connection:
            batch = desk.open_batch(connection, BATCH)
            for file in read_paths((str(SAMPLES),)):
                named = file.model_copy(update={"path": Path(file.path).name})
                entries = pipeline.with_drafts(pipeline.check_file(named, desk.pack, desk.options), desk.pack)
                ruleset = Terms(desk.settings.policy, desk.options).ruleset
                record_file(connection, batch, named, entries, desk.pack, ruleset=ruleset, at=desk.now(), by="导入")
    return path


@pytest.fixture
def store(recorded: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with the six samples, this test's own."""
    path = tmp_path / "fuhe.db"
    shutil.copy(recorded, path)
    with Store(str(path)) as opened:
        yield opened


class Clock:
    """A clock tests set."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the desk where MODE is shared."""
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock, request: pytest.FixtureRequest) -> Desk:
    """A desk over the six samples: one person's, or a section's in modules that say MODE = "shared"."""
    if getattr(request.module, "MODE", "single") == "shared":
        return Desk(store, mode="shared", clock=clock)
    return Desk(store, owner="李敏")


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password cost little to try."""
    monkeypatch.setattr(accounts, "_COST", 4)


Join = Callable[..., TestClient]


@pytest.fixture
def join(app: FastAPI) -> Iterator[Join]:
    """Give somebody an account and return his client, signed in."""
    opened: list[TestClient] = []

    def joined(name: str, role: str, unit: str | None = None) -> TestClient:
        desk: Desk = app.state.desk
        with desk.store.writing() as connection:
            account, _ = accounts.invite(connection, name, role, unit, by="x", at=desk.now(), now=desk.clock())
            accounts.set_password(connection, account, accounts.sealed(PASSWORD), by=name, at=desk.now())
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        opened.append(client)
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        client.headers["X-CSRF-Token"] = csrf_of(client)
        return client

    yield joined
    for client in opened:
        client.close()


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    """The application over the desk."""
    return create_app(desk)


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A client that has not signed in."""
    with TestClient(app, base_url=f"http://127.0.0.1:{app.state.desk.port}", follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(app: FastAPI, stranger: TestClient) -> TestClient:
    """A client that has come in with the one-time token; its changes carry the session's token."""
    assert stranger.get("/", params={"t": app.state.ticket.value}).status_code == 303
    stranger.headers["X-CSRF-Token"] = csrf_of(stranger)
    return stranger


def csrf_of(client: TestClient) -> str:
    """Read the session's token from a page's head, as app.js does."""
    text = client.get("/settings").text
    return text.split('name="csrf-token" content="')[1].split('"')[0]


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of loopback; its address without a slash at the end."""
    with Serving(app) as address:
        yield address


class Serving:
    """Serve an application in a thread until the block ends."""

    def __init__(self, app: FastAPI) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        app.state.desk.port = self.listening.getsockname()[1]
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", access_log=False, lifespan="on", timeout_graceful_shutdown=1)
        )
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listening]}, daemon=True)
        self.address = f"http://127.0.0.1:{app.state.desk.port}"

    def __enter__(self) -> str:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
        return self.address

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.listening.close()
