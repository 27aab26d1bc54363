"""A section's accounts: the first administrator, invitations, sign-in, pauses, sessions that end, and who may do what."""

import hashlib
import threading
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.errors import UsageError
from fuhe.settings import Settings, WebSettings
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.web.access import accounts, sessions, slowing
from fuhe.web.roles import GIVEN, MAY, VERB_LABELS
from web.conftest import PASSWORD, Clock, Join

MODE = "shared"
pytestmark = pytest.mark.usefixtures("cheap")


def test_first_administrator_is_made_by_a_link_that_works_once(app: FastAPI, stranger: TestClient) -> None:
    link = f"/setup/{app.state.first.value}"
    assert "第一个管理员" in stranger.get(link).text
    made = stranger.post(link, data={"name": "王主任", "password": PASSWORD, "again": PASSWORD})
    assert made.status_code == 303
    assert stranger.get("/settings").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(link).status_code == 404


def test_nobody_sees_a_page_before_sign_in(stranger: TestClient) -> None:
    assert stranger.get("/").headers["location"] == "/login"
    assert stranger.get("/api/v1/rules").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": "张三", "password": "不对不对不对不对"}, {"name": "没有这人", "password": PASSWORD}]
)
def test_wrong_name_and_wrong_password_answer_alike(join: Join, stranger: TestClient, wrong: dict[str, str]) -> None:
    join("张三", "reviewer")
    answer = stranger.post("/login", data=wrong)
    assert answer.status_code == 403
    assert "姓名或密码不对" in answer.text


def _guess(client: TestClient, times: int, name: str = "张三") -> None:
    for _ in range(times):
        client.post("/login", data={"name": name, "password": "猜猜猜猜猜猜猜猜猜猜"})


def test_wrong_tries_slow_their_computer_down_for_a_while(join: Join, stranger: TestClient, clock: Clock) -> None:
    join("张三", "reviewer")
    _guess(stranger, slowing.TRIES)
    right = {"name": "张三", "password": PASSWORD}
    told = stranger.post("/login", data=right)
    assert (told.status_code, "请等 30 秒再试" in told.text) == (429, True)
    clock.now += slowing.FIRST + 1
    assert stranger.post("/login", data=right).status_code == 303


def test_wrong_tries_lock_no_account_not_even_the_administrators(
    join: Join, app: FastAPI, stranger: TestClient
) -> None:
    join("王主任", "admin")
    _guess(stranger, 3 * slowing.TRIES, "王主任")
    elsewhere = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, client=("10.1.2.3", 5000))
    assert elsewhere.post("/login", data={"name": "王主任", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(("proxies", "slowed"), [("testclient", False), ("", True)])
def test_computers_behind_our_own_proxy_are_told_apart(
    join: Join, app: FastAPI, stranger: TestClient, proxies: str, slowed: bool
) -> None:
    join("张三", "reviewer")
    app.state.desk.base = Settings(web=WebSettings(proxies=proxies))
    stranger.headers["X-Forwarded-For"] = "10.9.9.9"
    _guess(stranger, slowing.TRIES)
    stranger.headers["X-Forwarded-For"] = "10.8.8.8"
    answer = stranger.post("/login", data={"name": "张三", "password": PASSWORD})
    assert (answer.status_code == 429) is slowed


def test_store_can_be_written_while_a_password_is_tried(
    join: Join, stranger: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    join("张三", "reviewer")
    scrypt, waited = hashlib.scrypt, []

    def write() -> None:
        with store.writing():
            pass

    def beside(*args: Any, **more: Any) -> bytes:
        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(3)
        waited.append(writer.is_alive())
        return scrypt(*args, **more)

    monkeypatch.setattr(hashlib, "scrypt", beside)
    tries = [{"name": "张三", "password": password} for password in ("猜猜猜猜猜猜猜猜猜猜", PASSWORD)]
    assert [stranger.post("/login", data=each).status_code for each in tries] == [403, 303]
    assert waited == [False, False]


def test_password_changed_while_the_old_one_is_tried_lets_nobody_in(join: Join, store: Store) -> None:
    join("张三", "reviewer")
    old = accounts.tried(store, "张三", PASSWORD)
    with store.writing() as connection:
        assert old.row is not None
        accounts.set_password(connection, old.row.id, accounts.sealed("另外一句很长的话呢"), by="张三", at="")
        assert accounts.let_in(connection, old) is None


def test_session_ends_when_idle(join: Join, clock: Clock) -> None:
    client = join("张三", "reviewer")
    clock.now += sessions.LIMITS["shared"][0] - 60
    assert client.get("/settings").status_code == 200
    clock.now += sessions.LIMITS["shared"][0] + 60
    assert client.get("/settings").status_code == 303


def test_session_ends_when_old_even_if_used(join: Join, clock: Clock) -> None:
    client = join("张三", "reviewer")
    idle, absolute = sessions.LIMITS["shared"]
    for _ in range(int(absolute / (idle / 2)) + 1):
        clock.now += idle / 2
        client.get("/settings")
    assert client.get("/settings").status_code == 303


def test_signing_out_spends_the_cookie(join: Join) -> None:
    client = join("张三", "reviewer")
    kept = dict(client.cookies)
    client.post("/logout")
    client.cookies.update(kept)
    assert client.get("/settings").headers["location"] == "/login"


def test_change_without_token_is_refused(join: Join) -> None:
    client = join("张三", "reviewer")
    del client.headers["X-CSRF-Token"]
    assert client.post("/logout").status_code == 403
    assert client.post("/logout", data={"csrf": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:9"},
    ],
)
def test_change_from_another_page_is_refused(join: Join, headers: dict[str, str]) -> None:
    assert join("张三", "reviewer").post("/logout", headers=headers).status_code == 403


def test_new_password_ends_other_sessions(join: Join, app: FastAPI) -> None:
    client = join("张三", "reviewer")
    other = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    other.post("/login", data={"name": "张三", "password": PASSWORD})
    new = "另外一句很长的话呢"
    told = client.post("/account/password", data={"old": PASSWORD, "password": new + "！", "again": new + "！"})
    assert "密码已修改" in told.text
    assert (client.get("/settings").status_code, other.get("/settings").status_code) == (200, 303)


@pytest.mark.parametrize("password", ["short", "1234567890", "aaaaaaaaaaaa", "张三丰的密码张三丰的"])
def test_weak_passwords_are_refused(password: str) -> None:
    assert accounts.refusal(password, "张三丰")


def test_secret_is_salted_scrypt_at_the_recommended_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    one, two = accounts.sealed(PASSWORD), accounts.sealed(PASSWORD)
    assert one != two
    assert one.split("$")[:4] == ["scrypt", "15", "8", "3"]
    assert accounts.is_right(PASSWORD, one)
    assert not accounts.is_right(PASSWORD + "x", one)


def test_last_administrator_cannot_be_stopped(store: Store) -> None:
    with store.writing() as connection:
        account, _ = accounts.invite(connection, "王", "admin", None, by="x", at="", now=0)
        with pytest.raises(UsageError, match="唯一的管理员"):
            accounts.change(connection, account, role="admin", unit=None, active=False, by="x", at="")


def test_trail_tells_of_sign_ins_and_accounts(join: Join, store: Store) -> None:
    join("张三", "reviewer")
    with store.reading() as connection:
        actions = set(connection.execute(select(schema.audit.c.action)).scalars())
    assert {"account-add", "password", "sign-in"} <= actions


def test_every_verb_is_somebodys_and_no_role_has_all() -> None:
    assert set(VERB_LABELS) == set().union(*(MAY[role] for role in GIVEN))
    assert all(MAY[role] < set(VERB_LABELS) for role in GIVEN)
    assert "decide" not in MAY["filler"] | MAY["admin"]
