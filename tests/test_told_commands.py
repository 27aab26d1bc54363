"""Every command that README and docs tell is run here, or belongs to another program and is held against what it names."""

import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SAMPLES
from fuhe.cli import COMMANDS
from officeforms import word

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`((?:fuhe|python|\.venv|bash)\b[^`\n]* [^`\n]*)`")
MEANT = {"路径…": "自评表.docx", "文件夹": "第一批", "口径": "本县口径", "[代码]": "A002", "扫描件.pdf": "自评表.docx"}
# Other programs', or what needs a network, root, a server or Windows: make wheelhouse-proof and .ci/ run what they can of them.
ELSEWHERE = re.compile(
    r"make |python3? -m venv|python3\.11 -m venv|source |mkdir |ln |sudo |docker |py -m|C:\\|\[Environment|cat |env/bin|PYSPARK|"
    r"/opt/fuhe/bin/pip|\.venv/bin/(?:pip|ruff)|bash \.ci/|python -$|_FUHE|eval "
)


def _page(name: str) -> tuple[list[str], str]:
    """Return the fenced blocks of shell commands, and the text outside all blocks."""
    text = (ROOT / name).read_text("utf-8")
    return [block for kind, block in FENCE.findall(text) if kind in ("sh", "powershell")], FENCE.sub("", text)


def _fenced(name: str) -> list[str]:
    """Return the commands of the blocks: here-documents and what goes on from the line before left out."""
    blocks = (re.sub(r"<<'PY'.*?^PY$|\\\n", "", block, flags=re.MULTILINE | re.DOTALL) for block in _page(name)[0])
    lines = (re.sub(r"(?:^|\s+)#.*", "", line).strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def _ours() -> list[str]:
    told = [line for page in PAGES for line in (*_fenced(page), *QUOTED.findall(_page(page)[1]))]
    plain = {" ".join(MEANT.get(word, word) for word in line.removeprefix(".venv/bin/").split()) for line in told}
    return sorted(line for line in plain if line.startswith("fuhe ") and not _is_a_mention(line))


def _is_a_mention(line: str) -> bool:
    """Tell whether text only speaks of a verb: no operand is named."""
    alone = len(line.split()) == 2 and not line.endswith(("rules", "doctor"))
    return "\\|" in line or line in ("fuhe read --format json", "fuhe rules A0") or alone


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which what the pages speak of is there: forms, a batch that was done, a county's own pack."""
    room = tmp_path_factory.mktemp("有了")
    (room / "自评表.docx").write_bytes(word())
    (room / "第一批").mkdir()
    (room / "第一批/甲.docx").write_bytes(word())
    (room / "data/samples").mkdir(parents=True)
    shutil.copy(SAMPLES / "zhongwei_2024.txt", room / "data/samples")
    (room / "本县口径/lexicon").mkdir(parents=True)
    shutil.copy(ROOT / "data/lexicon/typos.yaml", room / "本县口径/lexicon")
    (room / "重报").mkdir()
    (room / "重报/甲.docx").write_bytes(word())
    _run(["fuhe", "batch", "第一批", "--out", "结果"], room)
    _run(["fuhe", "store", "--store", "结果/fuhe.db", "backup", "备份.zip"], room)
    return room


def _run(words: list[str], room: Path) -> subprocess.CompletedProcess[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FUHE_")} | {
        "XDG_DATA_HOME": str(room)
    }
    stdin = (ROOT / "tests/quiet/营养改善计划膳食补助.txt").read_bytes()
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=room, input=stdin, capture_output=True, env=environ, check=False, timeout=60
    )


def _cleared(line: str, room: Path) -> None:
    """Take away what earlier commands wrote, which is never written over, and make what this one reads."""
    for folder in ("恢复", "整改", "整改复查"):
        shutil.rmtree(room / folder, ignore_errors=True)
    for made in ("复核底稿.xlsx", "复核底稿（核定）.xlsx", "部门自评汇总表.xlsx", "抽样清单.xlsx"):
        (room / made).unlink(missing_ok=True)
    if " backup " in line:
        (room / "备份.zip").unlink()
    if "--ledger" in line:
        _run(["fuhe", "rectify", "第一批", "-o", "整改"], room)
    if "--from" in line:
        _run(shlex.split("fuhe rescore 第一批 --standard district-2025 -o 复核底稿.xlsx"), room)


@pytest.mark.parametrize("line", [line for line in _ours() if not line.startswith("fuhe serve")])
def test_command_runs_as_told(line: str, room: Path) -> None:
    _cleared(line, room)
    done = _run(shlex.split(line), room)
    assert (done.returncode in (0, 1), b"Traceback" in done.stderr) == (True, False), done.stderr.decode()


@pytest.mark.parametrize(
    "line",
    [line for line in _ours() if line.startswith("fuhe serve") and not re.search("postgresql|--address", line)],
)
def test_workbench_starts_as_told(line: str, room: Path) -> None:
    words = [word for word in shlex.split(line) if word != "--open"]
    serving = subprocess.Popen(
        [sys.executable, "-m", *words, "--port", "0"],
        cwd=room,
        stderr=subprocess.PIPE,
        env=os.environ | {"XDG_DATA_HOME": str(room)},
    )
    with serving:
        assert serving.stderr is not None
        assert "复核　http://" in serving.stderr.readline().decode()
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=20)


@pytest.mark.parametrize("page", PAGES)
def test_blocks_are_shell(page: str) -> None:
    for block in _page(page)[0]:
        if "C:\\" not in block:
            subprocess.run(["bash", "-n"], input=block.encode(), check=True)


@pytest.mark.parametrize("page", PAGES)
def test_no_command_is_of_unknown_kind(page: str) -> None:
    known = re.compile(rf"{ELSEWHERE.pattern}|(?:\.venv/bin/)?(?:fuhe|python -m|pytest)\b")
    assert [line for line in _fenced(page) if not known.match(line)] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_other_programs_are_given_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    modules = set(re.findall(r"python -m (evals[\w.]*)", text))
    listed = set(re.findall(r"-r (requirements[\w.-]+)", text)) | set(re.findall(r"pytest (tests/\S+)", text))
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []
    assert [path for path in listed if not (ROOT / path).exists()] == []
    assert {verb for verb in re.findall(r"`fuhe ([a-z]+)", text) if verb not in COMMANDS} == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_given(shell: str) -> None:
    code = "import sys; sys.argv = ['fuhe']; from fuhe.cli import main; main()"
    environ = os.environ | {"_FUHE_COMPLETE": f"{shell}_source"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environ, check=False)
    assert (done.returncode, b"_fuhe_completion" in done.stdout) == (0, True)


def test_image_copies_what_is_there() -> None:
    told = (ROOT / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--)(.*)$", told, re.MULTILINE) for word in line.split()[:-1]]
    kept = set((ROOT / ".dockerignore").read_text("utf-8").split())
    assert [path for path in copied if not (ROOT / path).exists() or f"!{path.rstrip('/')}" not in kept] == []
    assert "USER 10001" in told
    assert "/health" in told


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="没有 hadolint")
def test_image_passes_the_linter() -> None:
    subprocess.run(["hadolint", str(ROOT / "Dockerfile")], check=True)
