"""fuhe batch and fuhe store as people run them: statuses, what is written, what is said."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from batch.conftest import form_text, write_forms
from cli.test_commands import run
from fuhe.cli import fuhe
from fuhe.cli.progress_line import ProgressLine
from fuhe.errors import UsageError
from fuhe.findings import Decision
from fuhe.intake.paths import read_paths
from fuhe.store import schema
from fuhe.store.current_forms import file_reports, load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good form and a Word file with an error."""
    start = write_forms(tmp_path / "第一批", 1, actual="21")
    (start / "教育 局").mkdir()
    write_word(start / "教育 局/附件1.docx", form_text("甲路改造", total="98"))
    return start


def write_word(path: Path, text: str) -> None:
    """Write a form as a Word file."""
    rows = [line.split(",") for line in text.splitlines()]
    document = docx.Document()
    table = document.add_table(len(rows), 7)
    for at, values in enumerate(rows):
        for cell, value in zip(table.rows[at].cells, values, strict=True):
            cell.text = value
    document.save(str(path))


def test_results_stand_in_the_folder_named(folder: Path, tmp_path: Path) -> None:
    done = run("batch", str(folder), "--out", str(tmp_path / "结果"), "--draft", "--no-llm")
    assert done.returncode == 1, done.stderr.decode()
    out = tmp_path / "结果"
    assert {path.name for path in out.iterdir()} >= {"问题清单.xlsx", "运行记录.json", "fuhe.db", "带批注原表"}
    comments = docx.Document(str(out / "带批注原表/教育 局/附件1_批注.docx")).comments
    assert any("表内各项得分合计" in comment.text for comment in comments)
    listed = openpyxl.load_workbook(out / "问题清单.xlsx")
    assert listed["问题清单"].max_row > 2
    assert [row[0] for row in listed["来源"].iter_rows(min_row=4, values_only=True)] == [
        "教育 局/附件1.docx",
        "附件000.csv",
    ]
    assert json.loads((out / "运行记录.json").read_text("utf-8"))["drafts"]["forms"] == 0


def test_drafts_come_with_revised_files(folder: Path, tmp_path: Path) -> None:
    write_word(folder / "附件2.docx", form_text("乙路", score="98", total="98"))
    run("batch", str(folder), "--out", str(tmp_path / "o"), "--draft", "--no-llm")
    assert (tmp_path / "o/修改稿/附件2_修改稿.docx").is_file()


def test_overview_leads_to_the_annotated_files(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    run("batch", str(folder), "--out", str(out))
    page = (out / "批次总览.html").read_text("utf-8")
    links = {unquote(link) for link in re.findall(r'href="([^"#]+)"', page)}
    assert links == {"带批注原表/教育 局/附件1_批注.docx", "带批注原表/附件000_批注（重排）.docx"}
    assert all((out / link).is_file() for link in links)


def test_annotated_files_are_made_only_where_something_changed(folder: Path, tmp_path: Path) -> None:
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    made = tmp_path / "o/带批注原表/教育 局/附件1_批注.docx"
    before = made.stat().st_mtime_ns
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    assert made.stat().st_mtime_ns == before
    (folder / "教育 局/附件1.docx").unlink()
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    assert not made.exists()


def test_list_is_written_again_only_where_it_would_say_something_else(folder: Path, tmp_path: Path) -> None:
    """Somebody may have filled in 状态 by hand."""
    out = tmp_path / "o"
    run("batch", str(folder), "--out", str(out))
    listed = out / "问题清单.xlsx"
    first = listed.read_bytes()
    run("batch", str(folder), "--out", str(out))
    assert listed.read_bytes() == first
    assert "问题清单.xlsx" in json.loads((out / "运行记录.json").read_text("utf-8"))["written"]
    _decide_first(Store(f"sqlite:///{out / 'fuhe.db'}"))
    run("batch", str(folder), "--out", str(out))
    rows = openpyxl.load_workbook(listed)["问题清单"].iter_rows(values_only=True)
    assert any("已列入" in str(row[11]) for row in rows)
    listed.unlink()
    run("batch", str(folder), "--out", str(out))
    assert listed.is_file()


def test_list_somebody_has_filled_in_is_not_lost(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    run("batch", str(folder), "--out", str(out))
    book = openpyxl.load_workbook(out / "问题清单.xlsx")
    book["问题清单"]["L2"] = "不采纳"
    book.save(out / "问题清单.xlsx")
    write_word(folder / "附件2.docx", form_text("乙路", score="98", total="97"))
    done = run("batch", str(folder), "--out", str(out))
    assert "原来的文件改动过，留作“问题清单（改动过）.xlsx”" in done.stderr.decode()
    assert openpyxl.load_workbook(out / "问题清单（改动过）.xlsx")["问题清单"]["L2"].value == "不采纳"
    files = [row[3] for row in openpyxl.load_workbook(out / "问题清单.xlsx")["问题清单"].iter_rows(values_only=True)]
    assert "附件2.docx" in files
    (folder / "附件2.docx").unlink()
    assert "改动过" not in run("batch", str(folder), "--out", str(out)).stderr.decode()


def _decide_first(store: Store) -> None:
    with store.writing() as connection:
        ids = connection.execute(select(schema.form.c.id).where(schema.form.c.errors > 0)).scalars()
        (file,) = file_reports(connection, list(ids))
        finding = (file.forms[0].findings or ())[0]
        form_id = connection.execute(select(schema.form.c.id).where(schema.form.c.errors > 0)).scalar_one()
        decide(connection, form_id, finding.fingerprint, Decision(state="listed"), by="李敏", at="2025-01-01T00:00:00")


def test_file_that_takes_anothers_place_keeps_its_annotated_copy(folder: Path, tmp_path: Path) -> None:
    """Both inputs are handed back under one name."""
    out, first = tmp_path / "o", folder / "附件9.csv"
    first.write_text(form_text("丙路", total="98"), encoding="utf-8")
    run("batch", str(folder), "--out", str(out))
    made = out / "带批注原表/附件9_批注（重排）.docx"
    before = made.read_bytes()
    first.unlink()
    first.with_suffix(".txt").write_text(form_text("丁路", total="97").replace(",", "\t"), encoding="utf-8")
    for _ in range(3):
        assert "改动过" not in run("batch", str(folder), "--out", str(out)).stderr.decode()
        assert made.is_file()
        assert made.read_bytes() != before


def test_names_with_marks_of_archives_in_them_are_names(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    write_word(folder / "报表!终稿.docx", form_text("戊路", total="98"))
    with zipfile.ZipFile(folder / "包!1.zip", "w") as archive:
        archive.writestr("子!/表.csv", form_text("己路", total="98"))
    run("batch", str(folder), "--out", str(out))
    made = {str(path.relative_to(out / "带批注原表")) for path in (out / "带批注原表").rglob("*.docx")}
    assert made >= {"报表!终稿_批注.docx", "包!1.zip/子!/表_批注（重排）.docx"}


def test_names_in_an_archive_lead_nowhere_else(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / "包.zip", "w") as archive:
        archive.writestr("../../../逃.csv", form_text("己路", total="98"))
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    assert not list(tmp_path.glob("*逃*"))


def test_annotated_file_somebody_has_changed_is_not_lost(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    run("batch", str(folder), "--out", str(out))
    made = out / "带批注原表/教育 局/附件1_批注.docx"
    document = docx.Document(str(made))
    document.add_paragraph("科里讨论后再发")
    document.save(str(made))
    write_word(folder / "教育 局/附件1.docx", form_text("甲路改造", total="97"))
    assert "附件1_批注（改动过）.docx" in run("batch", str(folder), "--out", str(out)).stderr.decode()
    kept = docx.Document(str(made.with_name("附件1_批注（改动过）.docx")))
    assert kept.paragraphs[-1].text == "科里讨论后再发"
    assert "科里讨论后再发" not in [paragraph.text for paragraph in docx.Document(str(made)).paragraphs]
    (folder / "教育 局/附件1.docx").unlink()
    run("batch", str(folder), "--out", str(out))
    assert not made.exists()


def test_unreadable_file_is_status_three(folder: Path, tmp_path: Path) -> None:
    (folder / "坏.docx").write_bytes(b"x")
    done = run("batch", str(folder), "--out", str(tmp_path / "o"))
    assert done.returncode == 3
    assert "读不了" in done.stderr.decode()


def test_without_findings_of_that_level_status_is_zero(folder: Path, tmp_path: Path) -> None:
    assert run("batch", str(folder), "--out", str(tmp_path / "o"), "--fail-on", "never").returncode == 0


def test_missing_folder_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        fuhe, ["batch", str(tmp_path / "无"), "--out", str(tmp_path / "o")], standalone_mode=False
    )
    assert isinstance(result.exception, UsageError)


def test_console_in_gbk_gets_every_line(folder: Path, tmp_path: Path) -> None:
    (folder / "表😀.csv").write_text(form_text("丙路"), encoding="utf-8")
    done = run("batch", str(folder), "--out", str(tmp_path / "o"), PYTHONIOENCODING="gbk")
    assert "没有问题" in done.stderr.decode("gbk")
    assert b"Traceback" not in done.stderr


def test_progress_tells_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLine()
    for done in range(1, 11):
        progress.step("检查", done, 10, f"附件{done}.docx")
    told = capsys.readouterr().err
    assert "10／10" in told
    assert "每秒" in told
    told.encode("gbk")


def test_originals_are_never_touched(folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert len(list(read_paths([str(folder)]))) == 2


def test_store_goes_through_backup_and_back(folder: Path, tmp_path: Path) -> None:
    run("batch", str(folder), "--out", str(tmp_path / "o"))
    url = ["store", "--store", str(tmp_path / "o/fuhe.db")]
    assert run(*url, "backup", str(tmp_path / "b.zip")).returncode == 0
    again = ["store", "--store", str(tmp_path / "new.db")]
    assert "表 2" in run(*again, "restore", str(tmp_path / "b.zip")).stderr.decode()
    assert run(*again, "restore", str(tmp_path / "b.zip")).returncode == 2
    assert run(*again, "export", str(tmp_path / "x")).returncode == 0
    assert (tmp_path / "x/forms.jsonl").read_text("utf-8").count("\n") == 2


def test_store_has_to_be_named() -> None:
    done = subprocess.run([sys.executable, "-m", "fuhe", "store", "export", "x"], capture_output=True, check=False)
    assert (done.returncode, "没有说是哪个存储" in done.stderr.decode()) == (2, True)


def test_columns_said_beside_the_forms_are_used_and_a_change_of_them_counts(tmp_path: Path) -> None:
    start, out = tmp_path / "批", tmp_path / "果"
    start.mkdir()
    rows = "一级指标\t二级指标\t三级指标\t甲值\t乙值\t分值\t得分\n产出指标\t数量指标\t公厕\t8座\t7座\t100\t100\n总分\t\t\t\t\t100\t100\n"
    (start / "表.txt").write_text(f"项目支出绩效自评表\n项目名称\t公厕改造\n{rows}", "utf-8")
    for said, actual in (
        ("甲值: 年度指标值\n  乙值: 实际完成值", "7座"),
        ("甲值: 实际完成值\n  乙值: 年度指标值", "8座"),
    ):
        (start / "fuhe-columns.yaml").write_text(f"columns:\n  {said}\n", "utf-8")
        done = run("batch", str(start), "--out", str(out), *(["--resume"] if out.exists() else []))
        assert done.returncode in (0, 1), done.stderr.decode()
        with Store(str(out / "fuhe.db")) as store, store.reading() as connection:
            ids = connection.execute(select(schema.form.c.id).where(schema.form.c.current)).scalars().all()
            forms = [current.form for current in load_forms(connection, list(ids))]
        assert [row.actual for form in forms for row in form.record.indicators] == [actual]
