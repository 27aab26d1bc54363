"""Exports in the background: asked for, watched, fetched; and uploads that come in parts."""

import io
import time
import zipfile

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.rows import JobRow
from fuhe.web.work import jobs
from web.test_versions import table
from web.waiting import finished

HTMX = {"HX-Request": "true"}


def fetched(client: TestClient, **asked: object) -> bytes:
    """Ask for an export, wait until it is there and fetch it."""
    text = client.post("/export-jobs", data=asked, headers=HTMX).text
    for _ in range(600):
        if "下载" in text:
            return client.get("/export-jobs/1/file").content
        assert "没有导出" not in text, text
        time.sleep(0.1)
        text = client.get("/export-jobs/1").text
    pytest.fail(text)


def test_chosen_forms_are_exported_in_the_background(client: TestClient, store: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, kind="issues", form=["2", "3"])))
    assert "问题清单" in book.sheetnames
    with store.reading() as connection:
        told = connection.execute(select(schema.audit.c.after).where(schema.audit.c.action == "export")).scalars().all()
    assert ["2 张" in line for line in told] == [True]


def test_batch_is_exported_in_the_background(client: TestClient) -> None:
    names = zipfile.ZipFile(io.BytesIO(fetched(client, kind="zip", every="1"))).namelist()
    assert len([name for name in names if name.endswith("说明.txt")]) == 1


def test_export_that_cannot_be_made_is_told(client: TestClient) -> None:
    assert client.post("/export-jobs", data={"kind": "zip"}, headers=HTMX).status_code == 422
    assert client.get("/export-jobs/7").status_code == 404


def test_later_part_belongs_to_the_first_ones_job(client: TestClient, app: FastAPI) -> None:
    client.post("/uploads", files={"files": ("一.txt", table())}, headers=HTMX)
    finished(app, 1)
    text = client.post("/uploads", data={"job": "1"}, files={"files": ("二.txt", table("乙县"))}, headers=HTMX).text
    assert 'data-job="1"' in text
    assert finished(app, 1).total == 2


def test_time_left_is_told_at_the_pace_so_far(client: TestClient, store: Store, app: FastAPI) -> None:
    client.post("/uploads", files={"files": ("一.txt", table())})
    finished(app, 1)
    with store.writing() as connection:
        connection.execute(schema.job.update().values(state="running", at="2026-01-01T00:00:00+00:00"))
        (row,) = connection.execute(select(schema.job)).all()
    start = 1767225600.0
    kept = JobRow(row.id, row.batch_id, row.by, row.unit, row.at, row.state, row.step, row.owner, row.beat)
    assert jobs._time_left(kept, 100, 400, start + 100) == "约剩 5 分钟"
    assert jobs._time_left(kept, 390, 400, start + 100) == "约剩不到 1 分钟"
    assert jobs._time_left(kept, 1, 400, start + 100) == ""
