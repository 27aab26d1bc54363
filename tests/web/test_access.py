"""Who is let in, and what a browser is told to refuse."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fuhe.web.access import fresh_address, sessions
from fuhe.web.desk import Desk


def test_stranger_is_told_to_use_the_address(stranger: TestClient) -> None:
    answer = stranger.get("/")
    assert answer.status_code == 401
    assert "怎样进入工作台" in answer.text
    assert answer.text.index("请让打开程序的人") < answer.text.index("fuhe serve --address")
    piece = stranger.get("/forms/1?n=2", headers={"HX-Request": "true"})
    assert (piece.status_code, "请让打开程序的人" in piece.text, "不会丢" in piece.text) == (401, True, True)
    assert "这个网址已经用过" in stranger.get("/?t=spent").text


def test_address_asked_for_at_the_computer_lets_in_once(stranger: TestClient, desk: Desk) -> None:
    with desk.store.writing() as connection:
        token = fresh_address.issue(connection, desk.clock())
    assert stranger.get("/", params={"t": token}).status_code == 303
    assert stranger.get("/settings").status_code == 200
    stranger.cookies.clear()
    assert stranger.get("/", params={"t": token}).status_code == 401


def test_address_asked_for_is_void_after_a_while(stranger: TestClient, desk: Desk) -> None:
    with desk.store.writing() as connection:
        token = fresh_address.issue(connection, desk.clock() - 3600)
    assert stranger.get("/", params={"t": token}).status_code == 401


def test_session_outlasts_the_server_by_half_a_day(client: TestClient, desk: Desk) -> None:
    desk.clock = lambda: 2_000_000_000.0
    assert client.get("/settings").status_code == 200
    for hours, status in ((11, 200), (13, 401)):
        with desk.store.writing() as connection:
            sessions.end_earlier(connection, desk.clock() + hours * 3600)
        assert client.get("/settings").status_code == status


def test_second_address_leaves_an_open_page_its_session(app: FastAPI, client: TestClient) -> None:
    fresh = app.state.ticket.renew()
    answer = client.get("/", params={"t": fresh})
    assert (answer.status_code, "set-cookie" in answer.headers) == (303, False)
    assert app.state.ticket.value == ""
    assert client.post("/bulk/remove").status_code == 422  # not 403: the page's token is good


def test_one_time_token_opens_a_session_once(app: FastAPI, stranger: TestClient) -> None:
    ticket = app.state.ticket.value
    first = stranger.get("/", params={"t": ticket})
    assert (first.status_code, first.headers["location"]) == (303, "/")
    stranger.cookies.clear()
    assert stranger.get("/", params={"t": ticket}).status_code == 401


def test_cookie_is_kept_from_scripts_and_other_sites(app: FastAPI, stranger: TestClient) -> None:
    cookie = stranger.get("/", params={"t": app.state.ticket.value}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_pages_forbid_everything_foreign(client: TestClient) -> None:
    headers = client.get("/settings").headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "192.168.1.5:8765", ""])
def test_foreign_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/settings", headers={"Host": host}).status_code == 421
