"""A disk that takes no more, a folder that is refused, a store that is none: one line, no traceback, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SAMPLES
from officeforms import word

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.is_char_device(), reason="没有 /dev/full")


def run(*words: str, folder: Path, out: int = subprocess.PIPE) -> tuple[int, str]:
    command = [sys.executable, "-m", "fuhe", *words]
    environ = os.environ | {"XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, cwd=folder, env=environ, check=False)
    return done.returncode, done.stderr.decode()


@needs_full
@pytest.mark.parametrize(
    "words", [("check", str(SAMPLES)), ("check", str(SAMPLES), "-f", "json"), ("rules",), ("--help",)]
)
def test_full_output_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        status, told = run(*words, folder=tmp_path, out=full.fileno())
    assert status == 2
    assert "写不下去（磁盘已满）" in told.splitlines()[-1]
    assert "Traceback" not in told
    assert "Exception ignored" not in told


@needs_full
def test_device_named_as_output_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "满").symlink_to(FULL)
    status, told = run("check", str(SAMPLES), "-f", "json", "-o", "满", folder=tmp_path)
    assert (status, "磁盘已满" in told, FULL.is_char_device()) == (2, True, True)


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_refused_batch_leaves_nothing_behind(more: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "表").mkdir()
    (tmp_path / "表/甲.docx").write_bytes(word())
    out = "结果" if more else "表"
    status, told = run("batch", "表", "--out", out, *more, folder=tmp_path)
    assert (status, "Traceback" in told) == (2, False)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["表", "表/甲.docx"]


def test_batch_counts_its_drafts(tmp_path: Path) -> None:
    (tmp_path / "表").mkdir()
    (tmp_path / "表/甲.docx").write_bytes(word())
    for _ in range(2):  # a second run drafts nothing anew, and says the same
        told = run("batch", "表", "--out", "结果", "--draft", "--no-llm", "--jobs", "1", folder=tmp_path)[1]
        counted = next(line for line in told.splitlines() if line.startswith("建议稿 "))
        assert not counted.startswith("建议稿 0 条")


@pytest.mark.parametrize("words", [("batch", ".", "--out", "结果"), ("serve", "--port", "0")])
def test_broken_store_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "甲.docx").write_bytes(word())
    (tmp_path / "坏.db").write_bytes(b"nothing of the kind" * 99)
    (tmp_path / "fuhe.toml").write_text('store = "坏.db"\n', "utf-8")
    status, told = run(*words, folder=tmp_path)
    assert (status, "不是存储文件，或者已经损坏" in told, "Traceback" in told) == (2, True, False)
