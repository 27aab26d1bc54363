"""What is said when something goes wrong: a page for people, a piece for htmx, never a traceback."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fuhe.web import app as app_module
from fuhe.web.app import create_app
from fuhe.web.desk import Desk
from web.conftest import csrf_of


def test_missing_page_is_said_in_chinese(client: TestClient) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text


def test_body_above_the_limit_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "MAX_REQUEST", 10_000)
    small = create_app(desk)
    with TestClient(small, base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.get("/", params={"t": small.state.ticket.value})
        client.headers["X-CSRF-Token"] = csrf_of(client)
        told = client.post("/uploads", files={"files": ("大.txt", b"x" * 20_000)})
        in_pieces = client.post(
            "/api/v1/check", content=iter([b"x" * 6_000] * 3), headers={"Content-Type": "application/json"}
        )
    assert (told.status_code, in_pieces.status_code) == (413, 413)
    assert "请分几次放入" in told.text


def test_bug_is_logged_and_said_without_its_trace(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/health/bug")
    def bug() -> None:
        raise RuntimeError("secret path")

    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/health/bug")
    assert answer.status_code == 500
    assert "程序出了错" in answer.text
    assert "secret" not in answer.text
    assert "secret path" in caplog.text


def test_htmx_gets_a_toast(client: TestClient) -> None:
    answer = client.get("/forms/999", headers={"HX-Request": "true"})
    assert 'id="toast"' in answer.text
    assert "<html" not in answer.text
