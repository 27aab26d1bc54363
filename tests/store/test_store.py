"""The store on both databases: opened, migrated, recorded into, refused in words."""

import json
import sqlite3
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import func, select

from batch.conftest import TERMS, Disk, free_port
from conftest import build, findings_of
from fuhe.errors import StoreError
from fuhe.findings import Decision
from fuhe.pipeline import Checked
from fuhe.records import File, Form, Record
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import HEAD, Store, inserted
from fuhe.store.decisions import decide
from fuhe.store.fillings import Filling, fill, fillings_of
from fuhe.store.recording import record_file, standing
from fuhe.store.superseding import unchanged

AT = "2025-03-01T09:00:00+08:00"
FAULTY = {"rows": ["数量指标｜维修里程｜≥20公里｜20公里｜100｜100｜"], "total": "100｜98"}


LONG = "98.5（其中产出49.5分，效益29分，满意度10分，预算执行10分，详见县财政局复核意见和所附的各项佐证材料）"


def new_batch(store: Store, name: str = "第一批") -> int:
    with store.writing() as connection:
        return inserted(connection, schema.batch, name=name, policy="national-2020", created_at=AT)


def put(store: Store, batch: int, form: Form, path: str = "a.docx", **more: Any) -> int:
    file = File(path=path, status="ok", sha256="0" * 64, forms=(form,))
    entry = Checked(form, findings_of(form))
    with store.writing() as connection:
        record_file(connection, batch, file, [entry], TERMS.pack, ruleset="r", at=AT, **more)
        found: int = connection.execute(select(func.max(schema.form.c.id))).scalar_one()
    return found


def test_stored_form_names_its_columns_in_one_order() -> None:
    form = Form(id="1", record=Record(), columns=frozenset(["reason", "name", "level1", "weight", "score", "actual"]))
    stored = json.loads(zlib.decompress(schema.FORM.pack(form)))
    assert stored["columns"] == sorted(form.columns)
    assert schema.FORM.unpack(schema.FORM.pack(form)) == form


def test_new_store_has_every_table(store: Store) -> None:
    with store.reading() as connection:
        assert set(schema.metadata.tables) <= set(sqlalchemy.inspect(connection).get_table_names())


def test_opening_again_changes_nothing(url: str) -> None:
    with Store(url) as first:
        batch = new_batch(first)
    with Store(url) as again, again.reading() as connection:
        assert connection.execute(select(schema.batch.c.id)).scalars().all() == [batch]


def test_two_programs_open_a_new_store_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(Store, [url] * 4):
            store.close()


def test_store_of_a_newer_program_is_refused(url: str) -> None:
    with Store(url) as store, store.writing() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="新版本的程序建的"):
        Store(url)


def test_store_of_an_older_program_is_brought_up_and_keeps_what_it_holds(url: str) -> None:
    with Store(url) as store:
        batch = new_batch(store)
        put(store, batch, build(FAULTY))
        _back_to_the_first(store)
    with Store(url) as again, again.reading() as connection:
        assert connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        assert list(standing(connection, batch, ["a.docx"])) == ["a.docx"]
    with Store(url) as again:
        put(again, batch, build({**FAULTY, "total": f"100｜{LONG}"}), "b.docx")


def _back_to_the_first(store: Store) -> None:
    where = "current IS 1" if store.is_sqlite else "current IS true"
    with store.writing() as connection:
        schema.file_current.drop(connection)
        connection.execute(
            sqlalchemy.text(f"CREATE UNIQUE INDEX ix_file_current ON file (batch_id, path) WHERE {where}")
        )
        if not store.is_sqlite:
            connection.execute(sqlalchemy.text("ALTER TABLE form ALTER COLUMN total TYPE varchar(40)"))
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '0001'"))


def test_files_are_looked_up_by_their_path(lite: Store) -> None:
    """Each look-up of a few paths would go over the whole batch otherwise."""
    file = schema.file.c
    wanted = select(file.id).where(file.batch_id == 1, file.path.in_(["a", "b"]), file.current)
    with lite.reading() as connection:
        said = str(wanted.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.execute(sqlalchemy.text(f"EXPLAIN QUERY PLAN {said}"))]
    assert any("ix_file_current" in step for step in plan), plan


def test_form_comes_back_as_it_went_in(store: Store) -> None:
    form = build(FAULTY)
    number = put(store, new_batch(store), form)
    with store.reading() as connection:
        (stored,) = load_forms(connection, [number])
    assert stored.form == form
    assert {finding.code for finding in stored.findings} == {finding.code for finding in findings_of(form)}
    assert stored.row.errors == sum(finding.severity == "error" for finding in findings_of(form))


def test_cell_longer_than_anybody_expects_is_stored_whole(store: Store) -> None:
    form = build({**FAULTY, "year": LONG, "total": f"100｜{LONG}"}).model_copy(update={"id": LONG})
    number = put(store, new_batch(store), form)
    with store.reading() as connection:
        (stored,) = load_forms(connection, [number])
    assert (stored.row.number, stored.row.year, stored.row.total) == (LONG, LONG, LONG)


def test_corrected_form_keeps_what_still_applies(store: Store) -> None:
    batch, form = new_batch(store), build(FAULTY)
    old = put(store, batch, form)
    kept = next(finding for finding in findings_of(form) if finding.code == "A002")
    with store.writing() as connection:
        decide(connection, old, kept.fingerprint, Decision(state="listed"), by="甲", at=AT)
    new = put(store, batch, form.model_copy(update={"title": "改后"}), "改后.docx", replacing=True)
    with store.reading() as connection:
        (stored,) = load_forms(connection, [new])
        current = connection.execute(select(schema.form.c.id).where(schema.form.c.current)).scalars().all()
    assert (current, stored.row.replaces, stored.row.settled) == ([new], old, 1)
    assert stored.decisions[kept.fingerprint].by == "甲"


def test_decision_stands_only_on_the_same_figures() -> None:
    kept = next(finding for finding in findings_of(build(FAULTY)) if finding.code == "A002")
    first, *rest = kept.cells
    moved = kept.model_copy(update={"cells": (first, *(cell.model_copy(update={"text": "7"}) for cell in rest))})
    assert unchanged([kept], [kept]) == {kept.fingerprint}
    assert unchanged([kept], [moved]) == set()
    assert unchanged([], [kept]) == set()


def test_broken_transaction_leaves_nothing(store: Store) -> None:
    def half_way() -> None:
        with store.writing() as connection:
            inserted(connection, schema.batch, name="半批", policy="x", created_at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.batch)).scalar() == 0


def test_reader_sees_one_moment(store: Store) -> None:
    new_batch(store)
    with store.reading() as connection:
        before = connection.execute(select(func.count()).select_from(schema.batch)).scalar()
        new_batch(store, "第二批")
        assert connection.execute(select(func.count()).select_from(schema.batch)).scalar() == before


def test_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(StoreError, match="数据库用不了") as told:
        Store(f"postgresql://复核:secret@127.0.0.1:{free_port()}/fuhe")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["postgresql//没有冒号://", "oracle://x/y", "://"])
def test_wrong_address_is_one_sentence(address: str) -> None:
    with pytest.raises(StoreError):
        Store(address)


def test_store_that_cannot_be_written_is_one_sentence(disk: Disk) -> None:
    path = disk.place / "s.db"
    Store(str(path)).close()
    disk.remount("ro")
    with pytest.raises(StoreError, match=r"存储文件用不了|数据库用不了"), Store(str(path)) as store:
        new_batch(store)


def test_file_that_is_no_store_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(b"this is not a database " * 100)
    with pytest.raises(StoreError, match="不是存储文件"):
        Store(str(path))


def test_second_writer_waits(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(str(path)) as store:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.3, other.execute, ("COMMIT",)).start()
        assert new_batch(store) == 1


def test_target_table_does_not_displace_the_self_evaluation(store: Store) -> None:
    batch, form = new_batch(store), build(FAULTY)
    own = put(store, batch, form)
    target = put(store, batch, form.model_copy(update={"form_type": "target"}), "目标表.docx", replacing=True)
    assert currents(store) == [own, target]


@pytest.mark.parametrize("blank", [{"unit": None, "department": None}, {"project": None}])
def test_forms_that_do_not_say_whose_they_are_do_not_displace_each_other(store: Store, blank: dict[str, None]) -> None:
    form = build(FAULTY)
    form = form.model_copy(update={"record": form.record.model_copy(update=blank)})
    batch = new_batch(store)
    first, second = put(store, batch, form, "甲.docx"), put(store, batch, form, "乙.docx", replacing=True)
    assert currents(store) == [first, second]


def currents(store: Store) -> list[int]:
    with store.reading() as connection:
        return list(connection.execute(select(schema.form.c.id).where(schema.form.c.current).order_by("id")).scalars())


def test_same_bytes_checked_again_lose_nothing_people_did(store: Store) -> None:
    batch, form = new_batch(store), build(FAULTY)
    old = put(store, batch, form)
    own = next(finding for finding in findings_of(form) if finding.code == "A002")
    with store.writing() as connection:
        across = inserted(
            connection, schema.batch_finding, batch_id=batch, code="D003", severity="info", fingerprint="跨表", body=b""
        )
        connection.execute(schema.batch_finding_form.insert().values(batch_finding_id=across, form_id=old))
        for fingerprint in (own.fingerprint, "跨表", "不再有的"):
            decide(connection, old, fingerprint, Decision(state="listed"), by="甲", at=AT)
        filling = Filling(state="rewritten", text="98", field="total_score")
        fill(connection, old, own.fingerprint, {own.fingerprint: filling}, by="乙", at=AT)
        connection.execute(schema.form.update().values(stage="closed", reviewer="甲"))
    new = put(store, batch, form)
    with store.reading() as connection:
        (stored,) = load_forms(connection, [new])
        assert fillings_of(connection, new)[own.fingerprint].text == "98"
    assert set(stored.decisions) == {own.fingerprint, "跨表"}
    assert (stored.row.stage, stored.row.reviewer, stored.row.settled) == ("closed", "甲", 1)
