"""Sign-in by a reverse proxy: believed from its own address alone, and off unless set."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fuhe.settings import Settings, WebSettings
from fuhe.store.database import Store
from fuhe.web.access import accounts
from fuhe.web.app import create_app
from fuhe.web.desk import Desk

HEADER = {"X-Remote-User": "zhangsan"}


def client_of(store: Store, web: WebSettings, peer: str) -> TestClient:
    desk = Desk(store, Settings(web=web), mode="shared")
    with store.writing() as connection:
        accounts.invite(connection, "zhangsan", "reviewer", None, by="x", at="", now=0)
    app: FastAPI = create_app(desk)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, client=(peer, 5000))


def test_proxy_signs_in_and_the_cookie_serves_on(store: Store) -> None:
    client = client_of(store, WebSettings(proxies="10.0.0.2", user_header="X-Remote-User"), "10.0.0.2")
    first = client.get("/settings", headers=HEADER)
    assert first.status_code == 200
    assert "set-cookie" in first.headers
    assert "set-cookie" not in client.get("/settings", headers=HEADER).headers


@pytest.mark.parametrize(
    ("web", "peer", "headers"),
    [
        (WebSettings(), "10.0.0.2", HEADER),
        (WebSettings(proxies="10.0.0.2", user_header="X-Remote-User"), "10.0.0.9", HEADER),
        (WebSettings(proxies="10.0.0.2"), "10.0.0.2", HEADER),
        (WebSettings(proxies="10.0.0.2", user_header="X-Remote-User"), "10.0.0.2", {"X-Remote-User": "nobody"}),
    ],
)
def test_header_is_not_believed_otherwise(store: Store, web: WebSettings, peer: str, headers: dict[str, str]) -> None:
    assert client_of(store, web, peer).get("/settings", headers=headers).status_code == 303


@pytest.mark.parametrize(("proxies", "scheme"), [("10.0.0.2", "https"), ("", "http")])
def test_links_and_cookies_go_by_the_scheme_our_own_proxy_tells(store: Store, proxies: str, scheme: str) -> None:
    client = client_of(store, WebSettings(proxies=proxies), "10.0.0.2")
    client.headers["X-Forwarded-Proto"] = "https"
    link = f"/setup/{client.app.state.first.value}"  # type: ignore[attr-defined]
    made = client.post(
        link, data={"name": "王主任", "password": "正确的马和电池订书钉", "again": "正确的马和电池订书钉"}
    )
    assert ("Secure" in made.headers["set-cookie"]) is (scheme == "https")
