"""A backup goes into one file and comes back whole, on the same kind of database or the other."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch.conftest import Server, empty
from conftest import build, findings_of
from fuhe.errors import OutputError, UsageError
from fuhe.findings import Decision, worst_first
from fuhe.store import backup, schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from store.test_store import AT, FAULTY, new_batch, put


def filled(store: Store) -> int:
    """Put a form with a decision into a store."""
    number = put(store, new_batch(store), build(FAULTY))
    with store.writing() as connection:
        fingerprint = worst_first(findings_of(build(FAULTY)))[0].fingerprint
        decide(connection, number, fingerprint, Decision(state="dismissed", reason="规则误报"), by="甲", at=AT)
        connection.execute(schema.original.insert().values(sha256="0" * 64, data=b"\0\xff"))
        connection.execute(schema.session.insert().values(token="t", csrf="c", created=0.0, seen=0.0))
    return number


def test_backup_crosses_from_one_database_to_the_other(store: Store, server: Server, tmp_path: Path) -> None:
    number = filled(store)
    target = empty(server) if store.is_sqlite else str(tmp_path / "other.db")
    counts = backup.backup(store, tmp_path / "b.zip")
    with Store(target) as other:
        assert backup.restore(other, tmp_path / "b.zip") == counts
        for table in schema.metadata.sorted_tables:
            with store.reading() as one, other.reading() as two:
                query = select(table).order_by(*table.primary_key.columns)
                assert table is schema.session or one.execute(query).all() == two.execute(query).all()
        with other.reading() as connection:
            assert load_forms(connection, [number])[0].decisions


def test_new_rows_come_after_restored_ones(store: Store, url: str, tmp_path: Path) -> None:
    put(store, new_batch(store), build(FAULTY))
    backup.backup(store, tmp_path / "b.zip")
    with Store(str(tmp_path / "new.db")) as other:
        backup.restore(other, tmp_path / "b.zip")
        assert put(other, new_batch(other, "下一批"), build(FAULTY)) == 2


def test_restored_postgresql_numbers_on(server: Server, lite: Store, tmp_path: Path) -> None:
    put(lite, new_batch(lite), build(FAULTY))
    backup.backup(lite, tmp_path / "b.zip")
    with Store(empty(server)) as other:
        backup.restore(other, tmp_path / "b.zip")
        assert put(other, new_batch(other, "下一批"), build(FAULTY)) == 2


def test_logged_in_sessions_are_left_out(lite: Store, tmp_path: Path) -> None:
    filled(lite)
    backup.backup(lite, tmp_path / "b.zip")
    assert "session.jsonl" not in zipfile.ZipFile(tmp_path / "b.zip").namelist()


def test_backup_is_for_its_owner_alone(lite: Store, tmp_path: Path) -> None:
    backup.backup(lite, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_backup_never_overwrites(lite: Store, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("旧的")
    with pytest.raises(OutputError, match="已有这个文件"):
        backup.backup(lite, tmp_path / "b.zip")


def test_filled_store_is_not_restored_into(store: Store, tmp_path: Path) -> None:
    new_batch(store)
    backup.backup(store, tmp_path / "b.zip")
    with pytest.raises(UsageError, match="已有内容"):
        backup.restore(store, tmp_path / "b.zip")


@pytest.mark.parametrize("keep", [10, 500, -30])
def test_cut_backup_restores_nothing(lite: Store, tmp_path: Path, keep: int) -> None:
    filled(lite)
    backup.backup(lite, tmp_path / "b.zip")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:keep])
    with Store(str(tmp_path / "new.db")) as other:
        with pytest.raises(UsageError, match="不是完整的备份"):
            backup.restore(other, tmp_path / "cut.zip")
        with other.reading() as connection:
            assert connection.execute(select(func.count()).select_from(schema.batch)).scalar() == 0


def test_backup_that_lacks_rows_restores_nothing(lite: Store, tmp_path: Path) -> None:
    filled(lite)
    backup.backup(lite, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as whole, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in whole.namelist():
            less.writestr(name, b"" if name == "finding.jsonl" else whole.read(name))
    with Store(str(tmp_path / "new.db")) as other:
        with pytest.raises(UsageError):
            backup.restore(other, tmp_path / "less.zip")
        assert other.shown.endswith("new.db")
        new_batch(other)
