"""Results go where they are asked for, whole or not at all, and never over an input."""

from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from fuhe.cli import fuhe
from fuhe.cli.delivery import save
from fuhe.errors import OutputError, UsageError

FORM = "项目名称,道路改造,,,,,\n一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分\n产出指标,数量指标,改造里程,≥20公里,20公里,50,50\n总分,,,,,100,98\n"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "自评 表.csv"
    path.write_text(FORM, encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["json", "sarif", "csv", "md", "html", "xlsx"])
def test_ending_of_file_tells_format(form: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / "结果" / f"清单.{ending}"
    result = CliRunner().invoke(fuhe, ["check", str(form), "-o", str(out)], standalone_mode=False)
    assert result.return_value == 1, result.output
    assert out.stat().st_size > 100


def test_input_is_never_written_over(form: Path) -> None:
    result = CliRunner().invoke(fuhe, ["check", str(form), "-o", str(form)], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert form.read_text(encoding="utf-8") == FORM


def test_form_in_named_folder_is_never_written_over(form: Path) -> None:
    out = form.rename(form.with_suffix(".docx"))
    result = CliRunner().invoke(fuhe, ["opinion", str(out.parent), "--no-llm", "-o", str(out)], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert out.read_text(encoding="utf-8") == FORM


def test_file_handed_back_earlier_keeps_its_bytes(form: Path) -> None:
    folder, arguments = form.parent, ["check", str(form.parent), "-f", "docx", "-o", str(form.parent)]
    CliRunner().invoke(fuhe, arguments, standalone_mode=False)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    CliRunner().invoke(fuhe, arguments, standalone_mode=False)
    assert len(before) == 2
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_several_files_under_one_name_become_a_folder(form: Path) -> None:
    (form.parent / "另一表.csv").write_text(FORM, encoding="utf-8")
    out = form.parent / "退回.docx"
    CliRunner().invoke(fuhe, ["check", str(form.parent), "-f", "docx", "-o", str(out)], standalone_mode=False)
    assert len(list((form.parent / "退回").iterdir())) == 2


@pytest.fixture
def book(form: Path) -> Path:
    made = openpyxl.Workbook()
    for line in FORM.strip().split("\n"):
        made.active.append(line.split(","))
    path = form.with_suffix(".xlsx")
    made.save(path)
    return path


def test_draft_into_a_workbook_is_the_workbook_handed_back(book: Path) -> None:
    out = book.parent / "修改稿.xlsx"
    result = CliRunner().invoke(fuhe, ["draft", str(book), "--no-llm", "-o", str(out)], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert openpyxl.load_workbook(out).active["C3"].value == "改造里程"


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        (["opinion"], "意见.xlsx"),
        (["plan", "--year", "2025"], "目标表.xls"),
        (["plan", "--year", "2025"], "目标表.pdf"),
        (["draft"], "稿.doc"),
    ],
)
def test_ending_nothing_writes_is_refused(book: Path, verb: list[str], name: str) -> None:
    out = book.parent / name
    result = CliRunner().invoke(fuhe, [*verb, str(book), "--no-llm", "-o", str(out)], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert f"{out}：" in str(result.exception)
    assert ".docx" in str(result.exception)
    assert not out.exists()


@pytest.mark.parametrize("name", ["意见.txt", "意见"])
def test_text_goes_into_a_text_file(form: Path, name: str) -> None:
    out = form.parent / name
    result = CliRunner().invoke(fuhe, ["opinion", str(form), "--no-llm", "-o", str(out)], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert "复核意见" in out.read_text(encoding="utf-8")


def test_other_ending_of_what_is_handed_back_is_said(book: Path) -> None:
    arguments = ["check", str(book), "-o", str(book.parent / "退回.docx")]
    result = CliRunner().invoke(fuhe, arguments, standalone_mode=False)
    assert (book.parent / "退回.xlsx").exists()
    assert "文件名改为 退回.xlsx" in result.output


def test_workbook_needs_a_file(form: Path) -> None:
    result = CliRunner().invoke(fuhe, ["check", str(form), "-f", "xlsx"], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert "-o" in str(result.exception)


def test_unwritable_place_leaves_nothing_behind(tmp_path: Path) -> None:
    blocked = tmp_path / "文件"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="写不了"):
        save("x", blocked / "清单.csv")
    assert list(tmp_path.iterdir()) == [blocked]


@pytest.mark.parametrize(("verb", "more"), [("opinion", []), ("plan", ["--year", "2025"])])
def test_word_papers_come_from_the_command(form: Path, tmp_path: Path, verb: str, more: list[str]) -> None:
    out = tmp_path / "稿.docx"
    result = CliRunner().invoke(fuhe, [verb, str(form), "--no-llm", "-o", str(out), *more], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert out.read_bytes()[:2] == b"PK"


def test_unit_gets_its_own_report(form: Path, tmp_path: Path) -> None:
    out = tmp_path / "自评报告.docx"
    result = CliRunner().invoke(fuhe, ["report", str(form), "--self", "-o", str(out)], standalone_mode=False)
    assert result.return_value == 0, result.output
    texts = [entry.text for entry in docx.Document(str(out)).paragraphs]
    assert any(text.startswith("道路改造") and text.endswith("绩效自评报告") for text in texts)
    assert any("建议稿，未经人工核定" in text for text in texts)
