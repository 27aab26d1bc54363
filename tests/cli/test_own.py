"""A county's own words and rules: by flag and setting, in every process, and refused in words where they do not hold."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

FORM = (
    "项目名称\t校舍维修\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
    "产出指标\t数量指标\t维修校舍栋数\t≥2栋\t2栋\t90\t90\n效益指标\t社会效益指标\t校园环境\t焕然一新\t焕然一新\t10\t10\n总分\t\t\t\t\t100\t100\n"
)
MODULE = '''
from collections.abc import Iterator

from fuhe.rules import Hit, Sheet, hit, rule

API = 1


@rule("X001", "no-photo", "warning", "维修项目没有附照片")
def no_photo(sheet: Sheet) -> Iterator[Hit]:
    """查什么：维修项目是否说明附有照片。"""
    if "维修" in (sheet.form.record.project or ""):
        yield hit(sheet.cell("project"), "本项目是维修，表中没有提到照片。", fix=("请附维修前后照片",))


@rule("X002", "broken", "warning", "写错的规则")
def broken(sheet: Sheet) -> Iterator[Hit]:
    """查什么：不查什么，只会出错。"""
    raise ZeroDivisionError
    yield


RULES = (no_photo, broken)
'''


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "表.txt").write_text(FORM, "utf-8")
    (tmp_path / "本县.py").write_text(MODULE, "utf-8")
    (tmp_path / "词").mkdir()
    (tmp_path / "词" / "typos.yaml").write_text("wrong: {焕然一新: 面貌一新}\n", "utf-8")
    return tmp_path


def _fuhe(home: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("FUHE_")}
    return subprocess.run(
        [sys.executable, "-m", "fuhe", *args],
        cwd=home, capture_output=True, text=True, check=False, env={**clean, "XDG_CONFIG_HOME": str(home / "自己"), **environ},
    )  # fmt: skip


def _codes(home: Path, *args: str, **environ: str) -> dict[str, str]:
    done = _fuhe(home, "check", "表.txt", "-f", "json", "--fail-on", "never", *args, **environ)
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)["files"][0]["forms"][0]["findings"]
    return {finding["code"]: finding["slug"] for finding in findings}


def test_own_rule_reports_and_one_that_crashes_is_isolated(home: Path) -> None:
    found = _codes(home, "--extra", "本县.py")
    assert (found["X001"], found["X002"]) == ("no-photo", "rule-crashed")
    assert "X001" not in _codes(home)


def test_own_rule_from_the_environment_is_in_the_catalogue(home: Path) -> None:
    listed = _fuhe(home, "rules", FUHE_RULES_EXTRA="本县.py").stdout
    assert "X001　警告　维修项目没有附照片" in listed


def test_users_own_settings_may_name_rules_and_words(home: Path) -> None:
    (home / "自己" / "fuhe").mkdir(parents=True)
    (home / "自己" / "fuhe" / "fuhe.toml").write_text('[rules]\nextra = "../../本县.py"\nwords = "../../词"\n', "utf-8")
    assert {"X001", "N006"} <= _codes(home).keys()


def test_settings_beside_forms_may_name_words_but_no_code(home: Path) -> None:
    (home / "fuhe.toml").write_text('[rules]\nwords = "词"\n', "utf-8")
    assert "N006" in _codes(home)
    (home / "fuhe.toml").write_text('[rules]\nextra = "本县.py"\n', "utf-8")
    refused = _fuhe(home, "check", "表.txt")
    assert (refused.returncode, "不能写在这里" in refused.stderr) == (2, True)


def test_working_processes_of_a_batch_use_the_same(home: Path) -> None:
    (home / "收").mkdir()
    (home / "收" / "表.txt").write_text(FORM, "utf-8")
    done = _fuhe(home, "batch", "收", "--out", "结果", "--extra", "本县.py", "--words", "词", "--fail-on", "never")
    assert done.returncode == 0, done.stderr
    store = home / "结果" / "fuhe.db"
    with sqlite3.connect(store) as kept:
        codes = {code for (code,) in kept.execute("select code from finding")}
    assert {"X001", "N006"} <= codes


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("API = 2\nRULES = ()\n", "第 2 版"),
        ("RULES = ()\n", "API"),
        ("API = 1\n", "RULES"),
        ("API = 1\nRULES = (1,)\n", "RULES"),
        (MODULE.replace('"X001"', '"A001"'), "A001"),
        (MODULE.replace('"X002"', '"X001"'), "X001"),
        (MODULE.replace('    """查什么：不查什么，只会出错。"""\n', ""), "X002"),
        ("import no_such_thing\n", "ModuleNotFoundError"),
        ("API =\n", "SyntaxError"),
    ],
)
def test_what_does_not_hold_is_told(home: Path, module: str, words: str) -> None:
    (home / "本县.py").write_text(module, "utf-8")
    refused = _fuhe(home, "check", "表.txt", "--extra", "本县.py")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("word", ["整改.*", "整改(续", "不?达标", "[已未]完成", "(?<!未)完成", "完成|办结"])
def test_patterns_in_word_lists_are_refused(home: Path, word: str) -> None:
    (home / "词" / "typos.yaml").write_text(json.dumps({"wrong": {word: "对"}}, ensure_ascii=False), "utf-8")
    refused = _fuhe(home, "check", "表.txt", "--words", "词")
    assert refused.returncode == 2
    assert "正则" in refused.stderr
