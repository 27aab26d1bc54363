"""The command line as people run it: formats, statuses, messages, consoles."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from conftest import SAMPLES
from fuhe.cli import COMMANDS
from fuhe.outputs.contract import schema

SCHEMA = Path(__file__).parents[2] / "docs" / "check.schema.json"
GOOD = "项目名称\t校舍维修\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t维修校舍栋数\t≥2栋\t2栋\t100\t100\n总分\t\t\t\t\t100\t100\n"


def run(*args: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "fuhe", *args]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=os.environ | env, check=False)


def test_check_json_follows_the_contract() -> None:
    done = run("check", str(SAMPLES), "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text("utf-8")))
    assert done.returncode == 1
    assert report["summary"]["forms"] == 6
    assert report["files"][0]["forms"][1]["findings"]
    assert report["files"][0]["forms"][0]["places"]["indicators[5].name"] == {
        "table": 1, "row": 16, "col": 4, "line": 24, "cell": 4,
    }  # fmt: skip


def test_schema_file_is_the_generated_one() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == schema()


@pytest.mark.parametrize("verb", [("draft",), ("opinion",), ("plan", "--year", "2025")])
def test_drafting_counts_what_was_found_and_gives_drafts_alone(verb: tuple[str, ...]) -> None:
    counted = json.loads(run("check", str(SAMPLES), "--ignore", "B,D003,D004,D005,S008", "--format", "json").stdout)[
        "summary"
    ]
    report = json.loads(run(*verb, str(SAMPLES), "--no-llm", "--format", "json").stdout)
    assert report["summary"]["errors"] == counted["errors"] > 0
    assert not any("findings" in form for file in report["files"] for form in file["forms"])


def test_draft_json_names_fields_and_answers() -> None:
    report = json.loads(run("draft", str(SAMPLES), "--no-llm", "--format", "json").stdout)
    draft = report["files"][0]["forms"][0]["drafts"][0]
    assert (draft["field"], draft["answers"], draft["source"]) == ("indicators[5].reason", ["S001"], "rule")
    assert draft["facts"]["扣分"]["cells"] == ["indicators[5].weight", "indicators[5].score"]


def test_read_shows_records_and_ends_well() -> None:
    done = run("read", str(SAMPLES))
    assert done.returncode == 0
    assert "产出指标 (50 分)（推定）" in done.stdout.decode()


def test_pasted_text_comes_from_stdin() -> None:
    done = run("check", "-", "--fail-on", "never", stdin=GOOD.encode())
    assert done.returncode == 0
    assert "错误 0　警告 0" in done.stderr.decode()
    assert "1 张表" in done.stderr.decode()


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("check", "没有这个文件.docx"), 2),
        (("check", ".", "--select", "Z999"), 2),
        (("check", ".", "--policy", "火星"), 2),
        (("rules", "Z999"), 2),
        (("chek",), 2),
        (("check",), 2),
        (("rules", "a001"), 0),
        (("--help",), 0),
    ],
)
def test_statuses_of_wrong_and_right_usage(args: tuple[str, ...], status: int, tmp_path: Path) -> None:
    (tmp_path / "表.txt").write_text(GOOD, "utf-8")
    done = run(*args, cwd=tmp_path)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr


def test_unreadable_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text("没有表格", "utf-8")
    (tmp_path / "二.txt").write_text(GOOD, "gb18030")
    done = run("check", str(tmp_path), "--format", "json")
    assert done.returncode == 3
    assert [file["status"] for file in json.loads(done.stdout)["files"]] == ["failed", "ok"]


def test_folder_without_forms_says_so(tmp_path: Path) -> None:
    done = run("check", str(tmp_path))
    assert (done.returncode, "文件夹里没有能读的文件" in done.stderr.decode()) == (2, True)


@pytest.mark.parametrize("level", ["error", "warning", "info", "never"])
def test_fail_on_sets_the_status(level: str) -> None:
    text = GOOD.replace("\t2栋\t100", "\t≥2栋\t100")  # one info: V004
    assert run("check", "-", "--fail-on", level, stdin=text.encode()).returncode == (1 if level == "info" else 0)


def test_long_list_is_there_for_the_asking() -> None:
    done = run("check", str(SAMPLES), "--findings", PYTHONIOENCODING="utf-8")
    assert "错误 A002 总分与各项得分之和不一致" in done.stdout.decode("utf-8")


def test_gbk_console_shows_chinese() -> None:
    done = run("check", str(SAMPLES), PYTHONIOENCODING="gbk")
    assert "1. 表内各项得分合计88.5分，总分填98.5分" in done.stdout.decode("gbk")
    assert b"Traceback" not in done.stderr


def test_settings_file_with_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "fuhe.toml").write_text('fail_on = "never"\n', "utf-8-sig")
    (tmp_path / "表.txt").write_text(GOOD.replace("100\t100\n总分", "100\t99\n总分"), "utf-8")
    assert run("check", "表.txt", cwd=tmp_path).returncode == 0
    assert run("check", "表.txt", cwd=tmp_path, FUHE_FAIL_ON="error").returncode == 1


def test_unknown_setting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fuhe.toml").write_text("polcy = 'x'\n", "utf-8")
    done = run("check", ".", cwd=tmp_path)
    assert (done.returncode, "polcy" in done.stderr.decode()) == (2, True)


def test_unused_suppression_is_reported(tmp_path: Path) -> None:
    (tmp_path / "fuhe.toml").write_text('[[suppress]]\ncode = "F003"\nreason = "本级允许"\n', "utf-8")
    (tmp_path / "表.txt").write_text(GOOD, "utf-8")
    assert "F003（本级允许）的一条没有用上" in run("check", "表.txt", cwd=tmp_path).stderr.decode()


def test_rules_only_check_imports_nothing_heavy() -> None:
    code = "import sys; from fuhe.cli import fuhe; fuhe(['check', sys.argv[1], '-f', 'json'], standalone_mode=False); "
    code += (
        "print([m for m in ('openai', 'langchain', 'fastapi', 'jieba', 'lxml') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SAMPLES)], capture_output=True, check=True)
    assert done.stderr.decode().splitlines()[-1] == "[]"


def test_every_verb_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert all(f"fuhe {verb}" in readme for verb in COMMANDS)


def test_settings_beside_the_forms_are_found_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "表格").mkdir()
    (tmp_path / "表格/表.txt").write_text(GOOD.replace("\t2栋\t100", "\t≥2栋\t100"), "utf-8")  # one info: V004
    (tmp_path / "表格/fuhe.toml").write_text('fail_on = "info"\n', "utf-8")
    (tmp_path / "别处").mkdir()
    assert run("check", str(tmp_path / "表格"), cwd=tmp_path / "别处").returncode == 1


def test_last_line_counts_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "表.txt").write_text(GOOD, "utf-8")
    (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    (tmp_path / "fuhe.toml").write_text("", "utf-8")
    done = run("check", str(tmp_path))
    last = done.stderr.decode().splitlines()[-1]
    assert (done.returncode, "其中 1 个没有读成，1 个略过未读" in last) == (3, True)
    assert "照片.jpg" in done.stdout.decode()
