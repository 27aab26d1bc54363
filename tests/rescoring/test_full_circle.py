"""One review from the first hand-in to the last paper, as a reviewer goes through it on the command line."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
import pytest

from conftest import SAMPLES
from fuhe.cli import main
from fuhe.outputs.worksheet_words import BY_HAND
from worksheet_desk import at


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def fuhe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["fuhe", *map(str, args)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capfd.readouterr())

    return run


def _edit(path: Path, **cells: Any) -> None:
    book = openpyxl.load_workbook(path)
    for name, (sheet, row, value) in cells.items():
        at(
            book.worksheets[sheet], {"score": "复核得分", "reason": "扣分原因", "tick": "勾选：无佐证"}[name], row
        ).value = value
    book.save(path)


def test_from_the_first_hand_in_to_the_comparison(fuhe: Run, tmp_path: Path) -> None:
    sheet, final = tmp_path / "复核底稿.xlsx", tmp_path / "核定.xlsx"
    by = ("--standard", "district-2025")
    assert fuhe("rescore", SAMPLES, *by, "-o", sheet).returncode == 0

    _edit(sheet, score=(1, 1, 7), reason=(1, 1, "扣30%：人员名册少3人"), tick=(1, 2, "√"))
    before = sheet.read_bytes()
    done = fuhe("rescore", SAMPLES, *by, "--from", sheet, "-o", final, "--summary", tmp_path / "汇总表.xlsx")
    assert (done.returncode, "读回：" in done.stderr) == (0, False)
    assert sheet.read_bytes() == before

    page = openpyxl.load_workbook(final).worksheets[1]
    assert (at(page, "复核得分", 1).value, at(page, "扣分原因", 1).value) == (7, "扣30%：人员名册少3人")
    assert (at(page, "勾选：无佐证", 2).value, page["K14"].value) == ("√", "=SUM(K5:K13)")
    scored = json.loads(fuhe("rescore", SAMPLES, *by, "--from", final, "-f", "json").stdout)["worksheets"]
    assert scored[0]["score"] == 81 - 3 - 10
    assert openpyxl.load_workbook(tmp_path / "汇总表.xlsx").worksheets[0]["H4"].value == scored[0]["score"]

    assert fuhe("report", SAMPLES, *by, "--from", final, "-o", tmp_path / "批次.docx").returncode == 0
    told = [p.text for p in docx.Document(str(tmp_path / "批次.docx")).paragraphs]
    assert any(text.startswith("按“某区2025年口径”复核打分的项目6个，") and "占100%。" in text for text in told)

    letters = tmp_path / "整改"
    assert fuhe("rectify", SAMPLES, "-o", letters, "--due", "2026年1月15日").returncode == 0
    notice = [p.text for p in docx.Document(str(letters / "整改通知.docx")).paragraphs]
    assert sum("于2026年1月15日前随修改后的自评表一并反馈。" in text for text in notice) == 1

    ledger = openpyxl.load_workbook(letters / "整改台账.xlsx")
    ledger.active["I4"], ledger.active["J4"] = "已合并为一行", "已整改"
    ledger.save(letters / "整改台账.xlsx")
    text = next(SAMPLES.glob("*.txt")).read_text("utf-8")
    (tmp_path / "重报.txt").write_text(text.replace("98.5", "88.5", 1), "utf-8")
    second = tmp_path / "复查"
    ledger_args = ("--ledger", letters / "整改台账.xlsx", "--resubmitted", tmp_path / "重报.txt", "-o", second)
    assert fuhe("rectify", SAMPLES, *ledger_args).returncode == 0

    paper = docx.Document(str(second / "整改前后对照.docx"))
    rows = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert ["98.5", "88.5", "部分改"] in [row[2:] for row in rows]
    assert [row[4] for row in rows].count("未改") == len(rows) - len(paper.tables) - 1
    kept = openpyxl.load_workbook(second / "整改台账.xlsx").active
    assert [kept[f"{letter}4"].value for letter in "IJK"] == ["已合并为一行", "已整改", "未改"]


def test_filled_files_are_never_written_over(fuhe: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "复核底稿.xlsx"
    sheet.write_bytes(b"filled")
    for args in (("-o", sheet), ("--from", sheet, "-o", sheet)):
        done = fuhe("rescore", SAMPLES, *args)
        assert (done.returncode, "没有写" in done.stderr) == (2, True)
    (tmp_path / "整改").mkdir()
    (tmp_path / "整改" / "整改台账.xlsx").write_bytes(b"filled")
    assert fuhe("rectify", SAMPLES).returncode == 2
    assert sheet.read_bytes() == (tmp_path / "整改" / "整改台账.xlsx").read_bytes() == b"filled"


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (("rescore", SAMPLES, "--standard", "没有的"), 2, "没有评分口径“没有的”"),
        (("rescore", SAMPLES, "--from", "没有.xlsx"), 2, "读不了这个文件"),
        (("rescore", "空.txt"), 2, "没有可以打分的自评表"),
        (("rescore", SAMPLES, "-o", "a.pdf"), 2, "写不了 .pdf"),
        (("sample", "空.txt"), 2, "没有自评表可抽"),
        (("rectify", "空.txt"), 2, "没有自评表"),
        (("rectify", SAMPLES, "--ledger", "空.txt"), 3, "空.txt"),
        (("rescore", SAMPLES, "空.txt"), 3, "没有读成"),
    ],
    ids=lambda value: "-".join(map(str, value))[-20:] if isinstance(value, tuple) else str(value)[:12],
)
def test_what_cannot_be_done_is_said(fuhe: Run, tmp_path: Path, args: tuple[Any, ...], status: int, says: str) -> None:
    (tmp_path / "空.txt").write_text("没有表", "utf-8")
    done = fuhe(*args)
    assert (done.returncode, says in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_seed_gives_the_same_list(fuhe: Run, tmp_path: Path) -> None:
    runs = [fuhe("sample", SAMPLES, "-n", "3", "--seed", "7") for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert "随机种子 7" in runs[0].stderr


def test_a_seed_that_was_not_given_is_printed(fuhe: Run, tmp_path: Path) -> None:
    first = json.loads(fuhe("sample", SAMPLES, "-n", "3", "-f", "json").stdout)["sample"]
    again = json.loads(fuhe("sample", SAMPLES, "-n", "3", "--seed", first["seed"], "-f", "json").stdout)
    assert again["sample"] == first


def test_json_says_what_each_score_rests_on(fuhe: Run, tmp_path: Path) -> None:
    made = json.loads(fuhe("rescore", SAMPLES, "--standard", "district-2025", "-f", "json").stdout)
    row = made["worksheets"][0]["rows"][5]
    assert (row["score"], row["deviation"], row["rule"]) == (4, 6, "“某区2025年口径”第11项")
    assert [cell["field"] for cell in row["cells"]] == ["indicators[4].name", "indicators[4].target"]
    assert row["reason"].startswith("扣60%（6分）：")
    assert made["standard"]["title"] == "某区2025年口径"


def test_ones_own_workbook_is_no_form(fuhe: Run, tmp_path: Path) -> None:
    fuhe("rescore", SAMPLES, "-o", tmp_path / "底稿.xlsx")
    done = fuhe("check", tmp_path / "底稿.xlsx")
    assert "这是复核程序写出的文件" in done.stdout


def test_text_tells_each_project(fuhe: Run, tmp_path: Path) -> None:
    out = fuhe("rescore", SAMPLES, "--standard", "district-2025").stdout
    assert "自评 98　复核 81　偏差 17　偏离度 17.35%　等次 良" in out
    assert "看佐证资料后再定（未计入）：无佐证、与项目无关" in out
    assert BY_HAND not in out


def test_a_workbook_can_be_opened_from_memory(fuhe: Run, tmp_path: Path) -> None:
    done = fuhe("sample", SAMPLES, "-n", "2", "--seed", "1", "-o", tmp_path / "抽样.xlsx")
    assert done.returncode == 0
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "抽样.xlsx").read_bytes())).sheetnames == [
        "抽样清单",
        "全部项目",
    ]
