"""The store away for a minute, a disk that fills while files come in, an old tab, an export while a form is read anew: a clear word and nothing lost."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select
from starlette import formparsers

from fuhe.findings import Decision
from fuhe.pipeline import Checked
from fuhe.records import File
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide, decisions_of
from fuhe.store.recording import record_file
from fuhe.web.desk import Desk

HTMX = {"HX-Request": "true"}
SMALL = {"files": ("一.txt", "表".encode() * 200)}


def first_of(store: Store) -> str:
    with store.reading() as connection:
        return load_forms(connection, [2])[0].findings[0].fingerprint


@contextmanager
def away(store: Store) -> Iterator[None]:
    """Take the store's file away for a while."""
    path = Path(store.shown)
    store.engine.dispose()
    moved = shutil.move(path, path.with_suffix(".away"))
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        shutil.move(moved, path)


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Let the store's file grow no further, as on a disk that is full."""

    def held(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    store.engine.dispose()
    event.listen(store.engine, "connect", held)
    try:
        yield
    finally:
        event.remove(store.engine, "connect", held)
        store.engine.dispose()


def read_anew(store: Store, desk: Desk, form_id: int = 2) -> int:
    """Put the same form in again as its corrected version; return its id."""
    with store.writing() as connection:
        old = load_forms(connection, [form_id])[0]
        file = File(path="重报.docx", status="ok", forms=(old.form,))
        entries = [Checked(old.form, old.findings, old.drafts)]
        record_file(connection, 1, file, entries, desk.pack, ruleset="r", at=desk.now(), replacing=True)
        return int(connection.execute(select(func.max(schema.form.c.id))).scalar_one())


def test_step_while_the_store_is_away_is_told_and_can_be_taken_again(client: TestClient, store: Store) -> None:
    found = first_of(store)
    address = f"/forms/2/points/{found}/list"
    with away(store):
        told = client.post(address, headers=HTMX)
    assert told.status_code == 503
    assert "存储暂时用不了，刚才这一步没有存下" in told.text
    assert "unable" not in told.text
    assert client.post(address, headers=HTMX).status_code == 200
    with store.reading() as connection:
        assert decisions_of(connection, [2])[2][found].state == "listed"


def test_what_is_typed_while_the_store_is_away_is_not_taken_for_kept(client: TestClient, store: Store) -> None:
    address = f"/forms/2/typed/{first_of(store)}"
    with away(store):
        assert client.post(address, data={"text": "字"}).status_code == 503
    assert client.post(address, data={"text": "字"}).status_code == 204


def test_disk_that_fills_during_an_upload_is_told(client: TestClient, store: Store) -> None:
    big = {"files": ("大.txt", bytes(range(256)) * 8000)}
    with full(store):
        told = client.post("/uploads", files=big)
    assert told.status_code == 507
    assert "磁盘已满" in told.text
    assert "请重新放入" in told.text
    with store.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (schema.arrival, schema.job)
        ]
    assert counts == [0, 0]
    assert client.post("/uploads", files=SMALL).status_code == 303


def test_no_room_for_what_comes_in_is_told(client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(formparsers.SpooledTemporaryFile):  # type: ignore[misc, name-defined]
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(formparsers, "SpooledTemporaryFile", Full)
        told = client.post("/uploads", files=SMALL)
    assert (told.status_code, "磁盘已满" in told.text) == (507, True)
    assert client.post("/uploads", files=SMALL).status_code == 303


@pytest.mark.parametrize("side", ["review", "fill"])
def test_old_tab_is_told_and_the_new_version_stays(client: TestClient, store: Store, desk: Desk, side: str) -> None:
    found = first_of(store)
    new = read_anew(store, desk)
    room = "points" if side == "review" else "findings"
    answers = [
        client.post(f"/forms/2/{room}/{found}/doubt", data={"side": side}, headers=HTMX),
        client.post("/forms/2/stage", data={"stage": "closed", "sure": "yes"}, headers=HTMX),
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert "单位已重新报送" in answer.text
    with store.reading() as connection:
        assert decisions_of(connection, [2, new]) == {}


def test_export_from_an_old_tab_is_told(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        decide(connection, 2, first_of(store), Decision(state="listed"), by="李敏", at=desk.now())
    new = read_anew(store, desk)
    told = client.get("/forms/2/exports/opinion")
    assert told.status_code == 409
    assert "请刷新后导出新的一版" in told.text
    assert client.get("/forms/2/exports/opinion?old=true").status_code == 200
    assert client.get(f"/forms/{new}/exports/opinion").status_code == 200
    with store.reading() as connection:
        assert len(decisions_of(connection, [new])[new]) == 1


def test_forms_picked_in_an_old_tab_are_exported_as_they_stand(client: TestClient, store: Store, desk: Desk) -> None:
    new = read_anew(store, desk)
    with store.writing() as connection:
        connection.execute(schema.form.update().where(schema.form.c.id == new).values(project="重报后的名称"))
    answer = client.post("/exports/issues", data={"form": ["2"]})
    assert answer.status_code == 200
    with store.reading() as connection:
        standing = connection.execute(
            select(schema.audit.c.after).where(schema.audit.c.action == "export")
        ).scalar_one()
    assert "所选1张表" in standing


def test_export_while_the_file_is_read_again_says_so(client: TestClient, store: Store) -> None:
    menu = "/forms/2/exports?side=review"
    assert "正在重新检查" not in client.get(menu).text
    with store.writing() as connection:
        row = connection.execute(
            select(schema.file.c.path, schema.file.c.sha256).join(
                schema.form, schema.form.c.file_id == schema.file.c.id
            )
        ).first()
        assert row is not None
        job = {"batch_id": 1, "by": "李敏", "at": "", "state": "running", "step": 1, "owner": "别处", "beat": 9e12}
        number = connection.execute(schema.job.insert().values(**job)).inserted_primary_key
        assert number is not None
        arrival = {"job_id": number[0], "path": row.path, "sha256": row.sha256 or "", "size": 1, "state": "working"}
        connection.execute(schema.arrival.insert().values(**arrival))
    assert "现在导出的是上一次检查的结果" in client.get(menu).text
    assert client.get("/forms/2/exports/opinion").status_code == 200
