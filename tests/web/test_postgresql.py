"""The same pages over PostgreSQL: files in, decisions, claims, lists and exports."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from batch.conftest import Server, empty, new_server, server  # noqa: F401 - fixtures
from conftest import SAMPLES
from fuhe.store.database import Store
from web.scoring import act, shown, states
from web.waiting import finished


@pytest.fixture
def store(server: Server) -> Iterator[Store]:  # noqa: F811
    """An empty store on PostgreSQL."""
    with Store(empty(server)) as opened:
        yield opened


def test_a_day_of_work_on_postgresql(client: TestClient, app: FastAPI) -> None:
    client.post("/uploads", files={"files": ("附件.txt", (SAMPLES / "zhongwei_2024.txt").read_bytes())})
    assert finished(app, 1).failed == ()
    form = client.get("/api/v1/forms").json()[0]["id"]
    url = f"/api/v1/forms/{form}/findings"
    assert client.patch(f"{url}/1", json={"state": "dismissed", "reason": "规则误报"}).status_code == 200
    for page in ("/", f"/forms/{form}", "/dashboard", "/rules", "/settings", "/audit.csv"):
        assert client.get(page).status_code == 200, page
    for kind in ("opinion", "annotated", "issues"):
        assert client.get(f"/forms/{form}/exports/{kind}").content
    assert client.get("/batches/1/exports/zip").content
    assert act(client, 2, "change", form, score="7.5", reason="名册少3人").status_code == 200
    client.post("/uploads", files={"files": ("附件.txt", (SAMPLES / "zhongwei_2024.txt").read_bytes() + b"\n")})
    assert finished(app, 2).done == 1
    again = client.get("/api/v1/forms").json()[0]["id"]
    assert client.get(f"/api/v1/forms/{again}/findings").json()[0]["decision"]["reason"] == "规则误报"
    assert states(shown(client, 1, again).text)[1] == "已改分"
    assert act(client, 1, "undo", again).status_code == 409
    assert client.get("/scores").status_code == 200
