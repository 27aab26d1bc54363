"""The workbench over a store of its own with the six samples in it: called directly, served on loopback, in a browser."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from conftest import SAMPLES
from fuhe.batch.recording import record_file
from fuhe.batch.store import Store
from fuhe.batch.terms import Terms
from fuhe.readers.files import read_paths
from fuhe.web import working
from fuhe.web.app import create_app
from fuhe.web.desk import Desk

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
                entries = working.with_drafts(working.checked(named, desk.pack, desk.options), desk.pack)
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


@pytest.fixture
def desk(store: Store) -> Desk:
    """A single-user desk over the six samples."""
    return Desk(store, owner="李敏")


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
