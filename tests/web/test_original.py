"""原件: the file as it came in, handed to whoever may see the form and to nobody else; said where it is not kept."""

from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from fuhe.store import schema
from fuhe.store.database import Store
from web.conftest import Join
from web.test_versions import table
from web.waiting import finished

MODE = "shared"
pytestmark = pytest.mark.usefixtures("cheap")
UNIT = "甲县公路局"


@pytest.fixture
def reviewer(join: Join) -> TestClient:
    """A reviewer's client."""
    return join("李敏", "reviewer")


@pytest.fixture
def brought(stranger: TestClient, reviewer: TestClient, app: FastAPI, store: Store) -> int:
    """A form from a file brought over the page, in a folder, while the application is served; its id."""
    reviewer.post("/uploads", files={"files": ("一.txt", table(UNIT))}, data={"paths": "../第一批/农村公路 自评表.txt"})
    with store.reading() as connection:
        job = connection.execute(select(schema.job.c.id)).scalar_one()
    assert finished(app, job).failed == ()
    with store.reading() as connection:
        return int(connection.execute(select(schema.form.c.id).where(schema.form.c.unit == UNIT)).scalar_one())


def test_original_comes_as_it_was_under_its_own_name(reviewer: TestClient, brought: int, store: Store) -> None:
    answer = reviewer.get(f"/forms/{brought}/original")
    assert answer.content == table(UNIT)
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('农村公路 自评表.txt')}"
    assert answer.headers["content-type"] == "text/plain"
    for page in (f"/forms/{brought}", f"/forms/{brought}/versions"):
        assert f'href="/forms/{brought}/original"' in reviewer.get(page).text
    with store.reading() as connection:
        told = connection.execute(select(schema.audit.c.after).where(schema.audit.c.action == "export")).scalars().all()
    assert told == ['"农村公路 自评表.txt"']


def test_original_that_is_not_kept_is_said(reviewer: TestClient) -> None:
    answer = reviewer.get("/forms/1/original")
    assert answer.status_code == 404
    assert "原件没有存进工作台" in answer.text
    page = reviewer.get("/forms/1").text
    assert "/forms/1/original" not in page
    assert "没有存进工作台" in page
    assert "原件没有存进工作台" in reviewer.get("/forms/1/versions").text


@pytest.mark.parametrize(
    ("unit", "status"), [(UNIT, 200), ("乙县公路局", 404)], ids=["the unit's own", "another unit's"]
)
def test_filler_gets_the_file_of_his_own_form_alone(join: Join, brought: int, unit: str, status: int) -> None:
    assert join("填报人", "filler", unit).get(f"/forms/{brought}/original").status_code == status


def test_filler_gets_no_file_that_shows_other_units(
    join: Join, reviewer: TestClient, brought: int, store: Store
) -> None:
    with store.writing() as connection:
        file = connection.execute(select(schema.form.c.file_id).where(schema.form.c.id == brought)).scalar_one()
        connection.execute(update(schema.form).where(schema.form.c.id == 1).values(file_id=file, unit="别的单位"))
    answer = join("填报人", "filler", UNIT).get(f"/forms/{brought}/original")
    assert (answer.status_code, "别的单位的表" in answer.text) == (403, True)
    assert reviewer.get(f"/forms/{brought}/original").status_code == 200


def test_stranger_gets_no_original(stranger: TestClient, brought: int) -> None:
    assert stranger.get(f"/forms/{brought}/original").headers["location"] == "/login"
