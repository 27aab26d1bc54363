"""教一次栏目: headings in doubt are given a meaning, the form is read again at once, the batch by the same words."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.web.work.columns_printed import MEANINGS, printed_headings, profile_of
from web.waiting import finished

STRANGE = (
    "项目支出绩效自评表\n（2024年度）\n项目名称\t{project}\n实施单位\t甲县公路局\n"
    "一级指标\t二级指标\t三级指标\t年度指标值\t评价值\t标准分\t折算分\t偏差原因\n"
    "产出指标\t数量指标\t养护里程\t≥20公里\t21公里\t50\t50\t\n"
    "效益指标\t社会效益指标\t群众出行便利\t显著\t较为显著\t50\t48\t\n总分\t\t\t\t\t100\t98\t\n"
)


def _bring(client: TestClient, app: FastAPI, number: int, project: str) -> None:
    client.post("/uploads", files={"files": (f"{project}.txt", STRANGE.format(project=project).encode())})
    finished(app, number)


def _current(store: Store, project: str) -> int:
    form = schema.form.c
    with store.reading() as connection:
        return int(connection.execute(select(form.id).where(form.current, form.project == project)).scalar_one())


def test_headings_are_asked_as_printed() -> None:
    headings = printed_headings(STRANGE.format(project="甲").encode())
    assert headings == ["一级指标", "二级指标", "三级指标", "年度指标值", "评价值", "标准分", "折算分", "偏差原因"]


def test_every_meaning_offered_is_known() -> None:
    for meaning in MEANINGS:
        assert profile_of({"某栏": meaning}) is not None
    assert profile_of({}) is None


def test_form_is_read_again_with_what_was_said(client: TestClient, app: FastAPI, store: Store) -> None:
    _bring(client, app, 1, "甲项目")
    form_id = _current(store, "甲项目")
    page = client.get(f"/forms/{form_id}/columns").text
    assert "评价值" in page
    said = {"评价值": "实际完成值", "折算分": "不读"}
    answer = client.post(f"/forms/{form_id}/columns", data={"heading": list(said), "meaning": list(said.values())})
    assert answer.status_code == 303
    new = _current(store, "甲项目")
    assert answer.headers["location"] == f"/forms/{new}?n=0"
    finished(app, 2)
    with store.reading() as connection:
        record = load_forms(connection, [new])[0].form.record
    assert [row.actual for row in record.indicators] == ["21公里", "较为显著"]
    assert [row.score for row in record.indicators] == [None, None]
    _bring(client, app, 3, "乙项目")
    with store.reading() as connection:
        second = load_forms(connection, [_current(store, "乙项目")])[0].form.record
    assert [row.score for row in second.indicators] == [None, None]


def test_what_was_said_is_shown_and_taken_back(client: TestClient, app: FastAPI, store: Store) -> None:
    _bring(client, app, 1, "甲项目")
    form_id = _current(store, "甲项目")
    client.post(f"/forms/{form_id}/columns", data={"heading": ["折算分"], "meaning": ["不读"]})
    form_id = _current(store, "甲项目")
    assert '<option value="不读" selected>' in client.get(f"/forms/{form_id}/columns").text
    client.post(f"/forms/{form_id}/columns", data={"heading": ["折算分"], "meaning": [""]})
    with store.reading() as connection:
        assert connection.execute(select(schema.taught)).all() == []


def test_form_whose_file_is_not_kept_cannot_be_read_again(client: TestClient) -> None:
    answer = client.get("/forms/2/columns")
    assert answer.status_code == 409
    assert "原文件不在存储中" in answer.text
