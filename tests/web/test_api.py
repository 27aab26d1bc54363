"""The API as another program uses it: problem details, jobs, decisions that do not overwrite each other."""

import base64
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from conftest import SAMPLES
from fuhe.web.access.sessions import begin_token
from fuhe.web.api import described, router
from web.waiting import finished

SAMPLE = (SAMPLES / "zhongwei_2024.txt").read_bytes()


@pytest.fixture
def program(app: FastAPI, stranger: TestClient) -> TestClient:
    """A program with a token of its own and no cookie."""
    desk = app.state.desk
    with desk.store.writing() as connection:
        token = begin_token(connection, None, "单位填报系统", desk.clock())
    stranger.headers["Authorization"] = f"Bearer {token}"
    return stranger


def test_check_keeps_nothing_and_follows_the_contract(program: TestClient) -> None:
    before = program.get("/api/v1/batches").json()
    report = program.post("/api/v1/check", json={"text": SAMPLE.decode(), "name": "一.txt"}).json()
    assert report["summary"]["forms"] == 6
    assert report["files"][0]["forms"][0]["findings"]
    assert program.get("/api/v1/batches").json() == before


def test_check_takes_bytes(program: TestClient) -> None:
    given = {"data": base64.b64encode(SAMPLE).decode(), "name": "一.txt"}
    assert program.post("/api/v1/check", json=given).json()["summary"]["forms"] == 6


def test_files_become_a_job(program: TestClient, app: FastAPI) -> None:
    answer = program.post("/api/v1/forms", files={"files": ("一.txt", SAMPLE)})
    assert answer.status_code == 202
    finished(app, answer.json()["id"])
    assert program.get(answer.headers["location"]).json()["state"] == "done"


def test_job_tells_its_progress_until_it_is_over(program: TestClient) -> None:
    job = program.post("/api/v1/forms", files={"files": ("一.txt", SAMPLE)}).json()["id"]
    text = program.get(f"/api/v1/jobs/{job}/events").text
    assert "event: progress" in text
    assert text.rstrip().rpartition("event: ")[2].startswith("done")


def test_decision_is_kept_and_named(program: TestClient) -> None:
    first = program.get("/api/v1/forms").json()[0]["id"]
    url = f"/api/v1/forms/{first}/findings"
    answer = program.patch(f"{url}/1", json={"state": "dismissed", "reason": "规则误报"})
    assert answer.headers["etag"] == answer.json()["etag"]
    assert program.get(url).json()[0]["decision"]["reason"] == "规则误报"
    assert program.patch(f"{url}/1", json={"state": None}).json()["state"] == "open"


def test_second_change_on_an_old_state_is_refused(program: TestClient) -> None:
    url = "/api/v1/forms/1/findings/1"
    old = {"If-Match": program.get("/api/v1/forms/1/findings").json()[0]["etag"]}
    assert program.patch(url, json={"state": "listed"}, headers=old).status_code == 200
    refused = program.patch(url, json={"state": "doubtful"}, headers=old)
    assert refused.status_code == 412
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/forms/99/findings", None, 404),
        ("GET", "/nothing", None, 404),
        ("PATCH", "/forms/1/findings/1", {"state": "dismissed"}, 422),
        ("PATCH", "/forms/1/findings/1", {"state": "gone"}, 422),
        ("POST", "/check", {"text": "x", "data": "eA=="}, 422),
        ("POST", "/forms/1/draft", {"model": True}, 409),
    ],
)
def test_faults_are_problem_details(program: TestClient, method: str, path: str, body: object, status: int) -> None:
    answer = program.request(method, f"/api/v1{path}", json=body)
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["title"]
    assert told["detail"]


def test_plan_and_drafts_come_from_the_rules(program: TestClient) -> None:
    drafts = program.post("/api/v1/forms/1/plan", json={"year": 2025}).json()["drafts"]
    assert {draft["kind"] for draft in drafts} == {"indicator"}
    kinds = {draft["kind"] for draft in program.post("/api/v1/forms/1/draft").json()["drafts"]}
    assert "opinion" in kinds


def test_rules_are_listed_with_their_pages(program: TestClient) -> None:
    listed = program.get("/api/v1/rules").json()
    assert {"A002", "B002"} <= {rule["code"] for rule in listed}
    assert all(rule["page"] for rule in listed)


def test_token_opens_no_page(program: TestClient) -> None:
    assert program.get("/settings").status_code == 401


def test_cookie_without_csrf_changes_nothing(client: TestClient) -> None:
    del client.headers["X-CSRF-Token"]
    assert client.patch("/api/v1/forms/1/findings/1", json={"state": "listed"}).status_code == 403


def test_description_names_every_operation() -> None:
    made: dict[str, Any] = dict(described())
    assert made["openapi"].startswith("3.1")
    paths = {route.path for route in router.routes}  # type: ignore[attr-defined]
    assert set(made["paths"]) == paths
    assert all(operation["summary"] for path in made["paths"].values() for operation in path.values())
