"""Two people on one form, and what a filler may and may not do."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from conftest import SAMPLES
from fuhe.records import Problem
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.web.access import accounts, form_holder
from fuhe.web.desk import Desk
from web.conftest import Clock, Join
from web.test_detail import compare
from web.waiting import finished

UNIT = "中卫市审批服务管理局"
MODE = "shared"
pytestmark = pytest.mark.usefixtures("cheap")


def decide(client: TestClient, form: int = 1, number: int = 1) -> int:
    answer = client.patch(f"/api/v1/forms/{form}/findings/{number}", json={"state": "listed"})
    return answer.status_code


def test_second_reviewer_is_told_who_has_the_form(join: Join) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    assert decide(first) == 200
    refused = second.patch("/api/v1/forms/1/findings/2", json={"state": "listed"})
    assert refused.status_code == 409
    assert "甲 正在复核" in refused.json()["detail"]


def test_form_can_be_taken_over_and_the_trail_says_so(join: Join, store: Store) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    decide(first)
    assert second.post("/forms/1/claim/over").status_code == 303
    assert (decide(second, number=2), decide(first, number=2)) == (200, 409)
    with store.reading() as connection:
        row = connection.execute(select(schema.audit).where(schema.audit.c.action == "take-over")).one()
    assert (row.by, row.before) == ("乙", '"甲"')


def test_claim_lapses_when_nobody_works(join: Join, clock: Clock) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    decide(first)
    clock.now += form_holder.KEPT + 1
    assert decide(second, number=2) == 200


def test_lock_ends_when_the_reviewer_leaves(join: Join, clock: Clock) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    first.get("/forms/1")
    assert "甲正在看" in second.get("/").text
    assert first.post("/forms/1/claim/leave").status_code == 204
    clock.now += 6
    assert "甲正在看" not in second.get("/").text
    assert decide(second) == 200


def test_page_loaded_again_keeps_its_lock(join: Join, clock: Clock) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    first.get("/forms/1")
    first.post("/forms/1/claim/leave")
    first.post("/forms/1/claim")
    clock.now += 60
    assert decide(second) == 409


@pytest.mark.parametrize("leave", ["/logout", "/forms/1/stage"])
def test_lock_ends_with_signing_out_and_with_the_form(join: Join, leave: str) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    first.get("/forms/1")
    assert first.post(leave, data={"stage": "passed"}).status_code == 303
    assert decide(second) == 200


def test_reviewer_sends_on_and_the_chief_closes(join: Join) -> None:
    reviewer, chief = join("甲", "reviewer"), join("科长", "chief")
    assert reviewer.post("/forms/1/stage", data={"stage": "closed", "sure": "yes"}).status_code == 403
    assert reviewer.post("/forms/1/stage", data={"stage": "passed"}).status_code == 303
    assert reviewer.post("/forms/1/stage", data={"stage": "reviewing"}).status_code == 303
    assert reviewer.post("/forms/1/stage", data={"stage": "passed"}).status_code == 303
    assert chief.post("/forms/1/stage", data={"stage": "closed", "sure": "yes"}).status_code == 303


def test_filler_sees_the_forms_of_his_unit_only(join: Join, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(unit="别的局"))
    filler = join("单位", "filler", UNIT)
    listed = [form["id"] for form in filler.get("/api/v1/forms").json()]
    assert listed == [1, 3, 4, 5, 6]
    assert filler.get("/forms/2").status_code == 404
    assert filler.get("/api/v1/forms/2/findings").status_code == 404


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("filler", "PATCH", "/api/v1/forms/1/findings/1"),
        ("filler", "POST", "/forms/1/claim/over"),
        ("filler", "GET", "/forms/1/exports/opinion"),
        ("filler", "GET", "/batches/1/exports/zip"),
        ("filler", "GET", "/audit.csv"),
        ("reviewer", "POST", "/settings"),
        ("reviewer", "POST", "/settings/accounts"),
        ("reviewer", "GET", "/audit.csv"),
        ("chief", "POST", "/settings/accounts"),
        ("admin", "PATCH", "/api/v1/forms/1/findings/1"),
        ("admin", "POST", "/uploads"),
    ],
)
def test_role_cannot_do_what_is_anothers(join: Join, role: str, method: str, path: str) -> None:
    client = join("某人", role, UNIT if role == "filler" else None)
    assert client.request(method, path, json={"state": "listed"} if method == "PATCH" else None).status_code == 403


def test_filler_cannot_replace_another_units_form(join: Join, app: FastAPI, stranger: TestClient) -> None:
    filler = join("单位", "filler", "别的局")
    filler.post("/uploads", files={"files": ("附件.txt", (SAMPLES / "zhongwei_2024.txt").read_bytes())})
    (told,) = finished(app, 1).failed
    assert "不一致" in told[1]


@pytest.mark.parametrize("path", ["/jobs/1", "/jobs/1/events", "/api/v1/jobs/1/events"])
def test_filler_may_not_watch_anothers_job(join: Join, app: FastAPI, stranger: TestClient, path: str) -> None:
    filler, chief = join("单位", "filler", UNIT), join("科长", "chief")
    chief.post("/uploads", files={"files": ("一.txt", b"x")})
    finished(app, 1)
    assert filler.get(path).status_code == 403
    assert chief.get(path).status_code == 200
    assert chief.get(path.replace("1", "99", 1) if path.startswith("/jobs") else "/api/v1/jobs/99").status_code == 404


def _failed(store: Store, path: str, by: str) -> None:
    """Put a file into the store that somebody brought and that could not be read."""
    with store.writing() as connection:
        connection.execute(
            schema.file.insert().values(
                batch_id=1, path=path, status="failed", problems=(Problem(code="encrypted", message="打不开"),),
                ruleset="r", current=True, received_at="", received_by=by,
            )
        )  # fmt: skip


def test_filler_sees_and_puts_away_only_what_he_brought(join: Join, store: Store) -> None:
    filler, chief = join("单位", "filler", UNIT), join("科长", "chief")
    _failed(store, "别家.docx", "别的单位")
    _failed(store, "自家.docx", "单位")
    chief.post("/uploads", files={"files": ("图片.txt", b"\0\0\0\x18ftypheic")})
    seen = filler.get("/").text
    assert ("自家.docx" in seen, "别家.docx" in seen, "图片.txt" in seen) == (True, False, False)
    assert filler.post("/unread/put-away", data={"batch": "1"}).status_code == 303
    left = chief.get("/").text
    assert ("自家.docx" in left, "别家.docx" in left, "图片.txt" in left) == (False, True, True)


def test_putting_away_files_of_no_batch_is_told(join: Join) -> None:
    assert join("甲", "reviewer").post("/unread/put-away", data={"batch": "999"}).status_code == 404


def test_filler_sees_no_other_units_text_beside_his_own(join: Join, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        compare(connection, desk)
        connection.execute(update(schema.form).where(schema.form.c.id != 2).values(unit="别的局", project="别家项目"))
    filler, reviewer = join("单位", "filler", UNIT), join("甲", "reviewer")
    shown = next(n for n in range(1, 40) if "别家项目" in reviewer.get(f"/forms/2?n={n}").text)
    assert shown
    cards = [filler.get(f"/forms/2?n={n}").text for n in range(1, 40)]
    assert any("与其他单位的表比较" in card for card in cards)
    assert "与其他单位的表比较" in filler.get("/api/v1/forms/2/findings").text
    assert not any("别家项目" in card or "相似 " in card for card in cards)


def test_trail_is_exported_for_a_spreadsheet(join: Join) -> None:
    chief = join("=科长", "chief")
    text = chief.get("/audit.csv").content.decode("utf-8-sig")
    assert text.startswith("编号,时间,人员,操作")
    assert "'=科长" in text


def test_stopped_account_is_out_at_once(join: Join, app: FastAPI) -> None:
    client = join("甲", "reviewer")
    desk = app.state.desk
    with desk.store.writing() as connection:
        account = connection.execute(select(schema.account.c.id).where(schema.account.c.name == "甲")).scalar_one()
        accounts.change(connection, account, role="reviewer", unit=None, active=False, by="x", at="")
    assert client.get("/settings").status_code == 303


def test_filler_adds_no_opinion_of_his_own(join: Join) -> None:
    filler = join("丙", "filler", UNIT)
    mine = next(form for form in range(1, 7) if filler.get(f"/forms/{form}").status_code == 200)
    refused = filler.post(f"/forms/{mine}/remarks", data={"text": "不是我的事"})
    assert refused.status_code == 403
    assert "您的角色不能处理这张表" in refused.text
    other = next(form for form in range(1, 7) if form != mine)
    reader = join("丁", "admin")
    assert reader.post(f"/forms/{other}/remarks", data={"text": "只看"}).status_code == 403
