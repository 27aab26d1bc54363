"""The job on local Spark finds what one process finds in the same forms."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from conftest import build
from fuhe import checking
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import glimpse

PACK = "national-2020"
JOB = "import sys; from fuhe.batch import spark; spark.run(spark.local_session(), *sys.argv[1:])"
UNITS, NAMES = (
    ("县公路中心", "县医院", "县党校", "县图书馆"),
    ("改善出行秩序情况", "提升群众就医获得感", "提升学员获得感"),
)
FRAME = "确保{}平稳、有序、高效运转，保障日常工作需要"

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="没有 Java（apt install default-jre-headless）")


def _mixed(count: int = 60) -> list[Form]:
    """Make forms that copy, repeat, differ in year and scheme, and stand beside approved targets."""
    made = []
    for number in range(count):
        year, serial = (
            ("2023", number // 2) if number % 10 == 1 else ("2024", number // 2 if number % 10 == 0 else number)
        )
        benefit = f"社会效益｜{NAMES[number % 3]}{'水平' * (number % 2)}｜≥9{number % 2}%｜95%｜10｜{9 + number % 2}｜"
        case: dict[str, Any] = {
            "project": f"{year}年项目{serial}",
            "unit": UNITS[number % 4 if number % 10 > 1 else 0],
            "year": year,
            "goal": FRAME.format(("档案馆", "敬老院", "图书馆")[number % 3]),
            "rows": ["数量｜受理来电量｜≥90件｜99件｜40｜40｜", benefit, "满意度｜热线满意率｜≥95%｜96%｜10｜10｜"],
            "total": f"100｜{97 + number % 3 / 2}",
            "form_type": "target" if number % 15 == 7 else "project",
        }
        made.append(build(case))
    return [*made[:-1], made[0]]


def _in_spark(source: Path, out: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", JOB, str(source), str(out), PACK], check=True, capture_output=True, timeout=600
    )


def _bodies(folder: Path) -> list[str]:
    return sorted(_canonical(json.loads(body)) for body in pq.read_table(folder)["body"].to_pylist())


def _canonical(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _dumped(findings: Sequence[Any]) -> list[str]:
    return sorted(_canonical(json.loads(finding.model_dump_json(exclude_defaults=True))) for finding in findings)


def test_lines_of_forms_give_what_one_process_gives(tmp_path: Path) -> None:
    forms = [(f"表.jsonl!{number:07}", form) for number, form in enumerate(_mixed(), 1)]
    (tmp_path / "表.jsonl").write_text("".join(f"{form.model_dump_json()}\n" for _, form in forms), "utf-8")
    _in_spark(tmp_path / "表.jsonl", tmp_path / "out")
    chosen = pack(PACK)
    each = [finding for _, form in forms for finding in checking.check(form, chosen, strict=True).findings]
    together = checking.check_batch(forms, chosen, strict=True)
    assert _bodies(tmp_path / "out/rows/kind=finding") == _dumped(each)
    assert _bodies(tmp_path / "out/batch") == _dumped(together)
    assert _bodies(tmp_path / "out/rows/kind=glimpse") == _dumped([glimpse(file, form) for file, form in forms])
    assert {finding.code for finding in together} >= {"B002", "B003", "D003", "D004", "S008"}


def test_a_folder_of_files_is_read_in_the_cluster(tmp_path: Path, samples: Path) -> None:
    folder = tmp_path / "报送"
    shutil.copytree(samples, folder / "单位 甲")
    (folder / "空.docx").write_bytes(b"")
    _in_spark(folder, tmp_path / "out")
    files = pq.read_table(tmp_path / "out/rows/kind=file").to_pylist()
    assert {(row["file"], row["code"]) for row in files} >= {("空.docx", "failed"), ("单位 甲/zhongwei_2024.txt", "ok")}
    assert len(_bodies(tmp_path / "out/rows/kind=glimpse")) == 6
    assert {json.loads(body)["code"] for body in _bodies(tmp_path / "out/batch")} == {"D003", "D004", "B001"}
