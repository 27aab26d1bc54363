"""fuhe doctor as people run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.stub import KEY, serving


def doctor(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FUHE_", "OPENAI_"))}
    environ = own | {"XDG_STATE_HOME": str(folder), "PYTHONIOENCODING": "utf-8"} | env
    command = [sys.executable, "-m", "fuhe", "doctor"]
    return subprocess.run(command, capture_output=True, cwd=folder, env=environ, check=False, encoding="utf-8")


def test_without_a_model_all_is_well(tmp_path: Path) -> None:
    done = doctor(tmp_path)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("Python：3.", "LibreOffice：", "大模型：没有配置"))


def test_every_part_of_the_computer_has_its_line(tmp_path: Path) -> None:
    told = doctor(tmp_path, FUHE_STORE=str(tmp_path / "还没有.db")).stdout
    assert [
        name
        for name in ("编码：", "扩展 fast", "扩展 postgres", "扩展 engine", "字体：", "存储：", "空闲", "临时文件夹：")
        if name not in told
    ] == []
    assert not (tmp_path / "还没有.db").exists()


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "坏.db").write_bytes(b"not a store" * 100)
    done = doctor(tmp_path, FUHE_STORE=str(tmp_path / "坏.db"), TMPDIR=str(tmp_path / "没有"), TMP="", TEMP="")
    assert (done.returncode, "存储：用不了" in done.stdout, "Traceback" in done.stderr) == (0, True, False)


def test_answering_model_is_described(tmp_path: Path) -> None:
    with serving("deepseek") as stub:
        done = doctor(
            tmp_path,
            FUHE_MODEL_BASE_URL=stub.url,
            FUHE_MODEL_NAME="m",
            FUHE_MODEL_KEY=KEY,
            FUHE_MODEL_THINKING="deepseek",
        )
        assert (done.returncode, stub.count) == (0, 2)
        assert f"去向：表内有关文字将发往大模型 m：{stub.url}（本机）。" in done.stdout
    assert all(
        word in done.stdout
        for word in ("JSON 模式（json_object）", "思考：已关闭", "输出 20 tokens，每秒", "ledger.sqlite")
    )
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"FUHE_MODEL_BASE_URL": "http://127.0.0.1:9/v1", "FUHE_MODEL_NAME": "m"}, 4, "连接不上"),
        ({"FUHE_MODEL_BASE_URL": "https://api.deepseek.com", "FUHE_MODEL_NAME": "m"}, 2, "在公网上"),
        ({"FUHE_MODEL_NAME": "m"}, 2, "没有写模型服务的网址"),
    ],
)
def test_failing_model_sets_the_status(tmp_path: Path, values: dict[str, str], status: int, words: str) -> None:
    done = doctor(tmp_path, **values)
    assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (status, True, False)


def test_key_is_nowhere_when_refused(tmp_path: Path) -> None:
    with serving("vllm", "401") as stub:
        done = doctor(tmp_path, FUHE_MODEL_BASE_URL=stub.url, FUHE_MODEL_NAME="m", OPENAI_API_KEY=KEY)
    assert (done.returncode, "密钥不被接受（401）" in done.stderr) == (4, True)
    assert KEY not in done.stdout + done.stderr
