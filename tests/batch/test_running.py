"""A whole run: a status for each file, only what changed is done again, nothing is lost or counted twice."""

import functools
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch.conftest import TERMS, form_text, rows_of, run_on, write_forms
from batch.test_comparing import ROWS
from conftest import SAMPLES, build
from fuhe.batch import returned_files, running, written_parts
from fuhe.batch.inputs import Source, sources
from fuhe.batch.processes import Crew
from fuhe.batch.running import run
from fuhe.batch.terms import Terms
from fuhe.checking import Options
from fuhe.errors import UsageError
from fuhe.findings import Decision
from fuhe.intake.paths import read_paths
from fuhe.records import Problem
from fuhe.store import lease, schema
from fuhe.store.database import Store
from fuhe.store.decisions import decide


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good forms."""
    return write_forms(tmp_path / "第一批", 3)


def statuses(store: Store) -> dict[str, str]:
    with store.reading() as connection:
        table = schema.file
        rows = connection.execute(select(table.c.path, table.c.status).where(table.c.current).order_by(table.c.path))
        return {row.path: row.status for row in rows}


def test_every_file_has_a_status(store: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "空的.docx").write_bytes(b"")
    (folder / "坏的.docx").write_bytes(b"PK\x03\x04" + bytes(300))
    (folder / "图.png").write_bytes(b"\x89PNG")
    shutil.copy(folder / "附件000.csv", folder / "又一份.csv")
    ended = run_on(store, folder, tmp_path / "out")
    assert statuses(store) == {
        "又一份.csv": "ok", "图.png": "failed", "坏的.docx": "failed", "空的.docx": "failed",
        "附件000.csv": "ok", "附件001.csv": "ok", "附件002.csv": "ok",
    }  # fmt: skip
    assert ended.totals.forms == 4
    with store.reading() as connection:
        assert "B002" in connection.execute(select(schema.batch_finding.c.code)).scalars().all()


def test_second_run_does_only_what_changed(lite: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "坏的.docx").write_bytes(b"PK\x03\x04" + bytes(300))
    assert run_on(lite, folder, tmp_path / "out").tally.counts["new"] == 4
    (folder / "附件001.csv").write_text(form_text("改了"), encoding="utf-8")
    (folder / "附件002.csv").unlink()
    (folder / "新的.csv").write_text(form_text("新的"), encoding="utf-8")
    counts = run_on(lite, folder, tmp_path / "out").tally.counts
    assert (counts["new"], counts["kept"], counts["gone"]) == (2, 2, 1)
    assert list(statuses(lite)) == ["坏的.docx", "新的.csv", "附件000.csv", "附件001.csv"]


def test_changed_rules_mean_checking_again(lite: Store, folder: Path, tmp_path: Path) -> None:

    run_on(lite, folder, tmp_path / "out")
    other = Terms(TERMS.policy, Options(ignore=("F",)))
    assert run_on(lite, folder, tmp_path / "out", terms=other).tally.counts["new"] == 3


def test_moved_file_keeps_its_decisions(lite: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "附件000.csv").write_text(form_text("甲路", total="98"), encoding="utf-8")
    run_on(lite, folder, tmp_path / "out")
    with lite.writing() as connection:
        form, fingerprint = connection.execute(
            select(schema.finding.c.form_id, schema.finding.c.fingerprint).where(schema.finding.c.code == "A002")
        ).one()
        decide(connection, form, fingerprint, Decision(state="listed"), by="甲", at="2025-01-01")
    (folder / "子").mkdir()
    (folder / "附件000.csv").rename(folder / "子/改名.csv")
    run_on(lite, folder, tmp_path / "out")
    with lite.reading() as connection:
        settled = select(func.sum(schema.form.c.settled)).where(schema.form.c.current)
        assert connection.execute(settled).scalar() == 1


def test_renamed_archive_and_marks_in_names_keep_decisions(lite: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "报表!终稿.csv").write_text(form_text("甲路", total="98"), encoding="utf-8")
    with zipfile.ZipFile(folder / "一.zip", "w") as archive:
        archive.writestr("表.csv", form_text("乙路", total="98"))
    run_on(lite, folder, tmp_path / "out")
    with lite.writing() as connection:
        wrong = select(schema.finding.c.form_id, schema.finding.c.fingerprint).where(schema.finding.c.code == "A002")
        for form, fingerprint in connection.execute(wrong).all():
            decide(connection, form, fingerprint, Decision(state="listed"), by="甲", at="2025-01-01")
    (folder / "报表!终稿.csv").rename(folder / "报表.csv")
    (folder / "一.zip").rename(folder / "二.zip")
    run_on(lite, folder, tmp_path / "out")
    with lite.reading() as connection:
        settled = select(func.sum(schema.form.c.settled)).where(schema.form.c.current)
        assert connection.execute(settled).scalar() == 2


def test_members_of_archives_are_files(lite: Store, folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / "各 局.zip", "w") as archive:
        archive.writestr("教育局/表.csv", form_text("校舍"))
        archive.writestr("坏.docx", b"x")
        archive.writestr("封面.png", b"x")
    run_on(lite, folder, tmp_path / "out")
    there = statuses(lite)
    assert there["各 局.zip!教育局/表.csv"] == "ok"
    assert there["各 局.zip!坏.docx"] == "failed"
    assert run_on(lite, folder, tmp_path / "out").tally.counts["new"] == 0


def test_lines_of_records_are_forms(lite: Store, tmp_path: Path) -> None:
    forms = [form for file in read_paths((str(SAMPLES),)) for form in file.forms]
    lines = [form.model_dump_json(exclude={"cells"}) for form in forms[:2]]
    lines += [forms[2].record.model_dump_json(), "{坏的", '{"record": {"indicators": 3}}', "[]"]
    path = tmp_path / "表.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    ended = run_on(lite, path, tmp_path / "out")
    assert list(statuses(lite).values()) == ["ok", "ok", "ok", "failed", "failed", "failed"]
    written = [json.loads(line) for line in (tmp_path / "out/检查结果.jsonl").read_text("utf-8").splitlines()]
    assert len(written) == ended.totals.forms == 3
    assert {"A002"} <= {finding["code"] for line in written for finding in line["findings"]}


def test_lines_written_can_be_read_again(lite: Store, tmp_path: Path) -> None:
    forms = [form for file in read_paths((str(SAMPLES),)) for form in file.forms]
    path = tmp_path / "表.jsonl"
    path.write_text("".join(form.model_dump_json(exclude={"cells"}) + "\n" for form in forms), encoding="utf-8")
    run_on(lite, path, tmp_path / "out")
    before = [row[-2:] for row in rows_of(lite)]
    with Store(str(tmp_path / "again.db")) as again:
        shutil.copy(tmp_path / "out/检查结果.jsonl", tmp_path / "二.jsonl")
        run_on(again, tmp_path / "二.jsonl", tmp_path / "out2")
        assert [row[-2:] for row in rows_of(again)] == before


def test_same_result_whatever_the_number_of_processes(lite: Store, tmp_path: Path) -> None:
    folder = write_forms(tmp_path / "in", 12, total="99")
    run_on(lite, folder, tmp_path / "one", jobs=1)
    with Store(str(tmp_path / "three.db")) as other:
        run_on(other, folder, tmp_path / "three", jobs=3)
        assert rows_of(other) == rows_of(lite)


def test_interrupted_run_keeps_what_is_done(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_KEPT_EVERY", 0)  # each at once, so that it can be told which is the fourth
    folder = write_forms(tmp_path / "in", 10)

    def stop(name: str, done: int, total: int, last: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_on(store, folder, tmp_path / "out", stop)
    assert len(statuses(store)) == 4
    assert json.loads((tmp_path / "out/运行记录.json").read_text("utf-8"))["state"] == "interrupted"
    counts = run_on(store, folder, tmp_path / "out").tally.counts
    assert (counts["new"], counts["kept"]) == (6, 4)


def test_what_is_told_as_done_is_stored(lite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_KEPT_EVERY", 0.02)
    folder, said = write_forms(tmp_path / "in", 60), list[tuple[int, int]]()
    run_on(lite, folder, tmp_path / "out", lambda name, done, *_: said.append((done, len(statuses(lite)))))
    assert all(done == stored for done, stored in said[:60])
    assert len({stored for _, stored in said[:60]}) < 60, "several a transaction"


def test_files_that_take_too_long_to_write_are_told_and_listed(
    lite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = write_forms(tmp_path / "in", 2, total="99"), tmp_path / "out"
    monkeypatch.setattr(written_parts, "_SECONDS", 0.0)  # together, and then each alone
    ended = run_on(lite, folder, out)
    told = [note for note in ended.notes if note.startswith("没有写成：") and "用时过长" in note]
    assert [note.split("：")[1] for note in told] == ["附件000.csv", "附件001.csv"]
    with zipfile.ZipFile(out / "问题清单.xlsx") as book:
        listed = book.read("xl/worksheets/sheet1.xml").decode()
    assert "0号路改造" in listed
    assert "1号路改造" in listed
    monkeypatch.undo()
    assert run_on(lite, folder, out).notes == []
    assert len(list((out / "带批注原表").glob("*.docx"))) == 2


def test_file_made_by_a_process_that_was_ended_is_nobodys_change(tmp_path: Path) -> None:
    (tmp_path / "表.docx").write_bytes(b"new")
    before = returned_files.WrittenFile("key", "表.docx", hashlib.sha256(b"old").hexdigest())
    made_way = functools.partial(returned_files._made_way, tmp_path, before, "表.docx")
    assert made_way(hashlib.sha256(b"new").hexdigest()) is None
    assert made_way(hashlib.sha256(b"newer").hexdigest()) == "表（改动过）.docx"


def test_name_of_another_folder_is_refused(lite: Store, folder: Path, tmp_path: Path) -> None:
    run_on(lite, folder, tmp_path / "out")
    other = write_forms(tmp_path / "x/第一批", 1)
    with pytest.raises(UsageError, match="另起一个名字"):
        run_on(lite, other, tmp_path / "out")
    assert run_on(lite, other, tmp_path / "out", resume=True).tally.counts["gone"] == 2


def test_resume_needs_something_to_resume(lite: Store, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--resume"):
        run_on(lite, folder, tmp_path / "out", resume=True)


def test_locked_folder_is_not_taken_for_gone(lite: Store, folder: Path, tmp_path: Path) -> None:

    write_forms(folder / "局", 2)
    run_on(lite, folder, tmp_path / "out")
    shut = [source for source in sources(folder, tmp_path / "out") if not source.path.startswith("局/")]
    shut.append(Source("局", str(folder / "局"), status="failed", problem=Problem(code="unreadable", message="打不开")))
    held = lease.take(lite, 1, TERMS.ruleset, "2025")
    with Crew(1) as crew:
        assert run(crew, held, TERMS, shut, lambda *_: None).counts["gone"] == 0
    assert "局/附件000.csv" in statuses(lite)


def test_last_years_forms_that_come_later_are_compared_too(lite: Store, tmp_path: Path) -> None:
    for year in ("2024", "2023"):
        form = build(
            {"year": year, "project": f"{year}年热线项目", "goal": "保障热线全年畅通，群众诉求及时办结。", "rows": ROWS}
        )
        folder = tmp_path / year
        folder.mkdir()
        (folder / "表.jsonl").write_text(form.model_dump_json(exclude={"cells"}), encoding="utf-8")
        run_on(lite, folder, tmp_path / f"out{year}")
    assert "D005" not in _across(lite)
    run_on(lite, tmp_path / "2024", tmp_path / "out2024")
    assert "D005" in _across(lite)


def _across(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(schema.batch_finding.c.code)).scalars())
