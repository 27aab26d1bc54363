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

from conftest import SAMPLES, build
from fuhe import checking, settings
from fuhe.batch.inputs import opened, sources
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import form_trace

PACK = "national-2020"
JOB = """
import sys
from fuhe.batch import spark
session = spark.local_session()
for source, out in (sys.argv[1:3], sys.argv[3:5]):
    spark.run(session, source, out, "national-2020")
spark.main(sys.argv[5:])
"""
SETTINGS = """
ignore = ["B", "F002"]
[severity]
S008 = "error"
[[suppress]]
code = "A001"
reason = "另行核对"
"""
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
        tail, target = "水平" * (number % 7 == 0), "≥90%" if number % 5 else "≥95%"
        benefit = f"社会效益｜{NAMES[number % 3]}{tail}｜{target}｜96%｜10｜{9 + number // 2 % 2}｜"
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


FORMS = [(f"表.jsonl!{number:07}", form) for number, form in enumerate(_mixed(), 1)]


LONE = [build({"project": f"项目{name}", "unit": f"{name}局", "rows": []}) for name in "子丑寅"]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the job on lines, on a folder of both kinds and by settings, in one session of its own process."""
    work = tmp_path_factory.mktemp("spark")
    lines, folder = work / "表.jsonl", work / "报送"
    _write_lines(lines, [form for _, form in FORMS])
    shutil.copytree(SAMPLES, folder / "单位 甲")
    (folder / "空.docx").write_bytes(b"")
    _write_lines(folder / "单位 甲/表.jsonl", LONE[:1])
    _write_lines(folder / "单位%20乙.jsonl/表.JSONL", LONE[1:])
    _write_lines(folder / "单位%20乙.jsonl/.表.jsonl", LONE)
    (work / "fuhe.toml").write_text(SETTINGS, "utf-8")
    paths = [str(path) for path in (lines, work / "out1", folder, work / "out2", lines, work / "out3")]
    told = subprocess.run([sys.executable, "-c", JOB, *paths], capture_output=True, text=True, timeout=900, cwd=work)
    assert told.returncode == 0, told.stderr[-3000:]
    return work


def _write_lines(path: Path, forms: Sequence[Form]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{form.model_dump_json()}\n" for form in forms), "utf-8")


def _bodies(folder: Path) -> list[str]:
    return sorted(_canonical(json.loads(body)) for body in pq.read_table(folder)["body"].to_pylist())


def _canonical(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _dumped(findings: Sequence[Any]) -> list[str]:
    return sorted(_canonical(json.loads(finding.model_dump_json(exclude_defaults=True))) for finding in findings)


def test_lines_of_forms_give_what_one_process_gives(work: Path) -> None:
    chosen, out = pack(PACK), work / "out1"
    each = [finding for _, form in FORMS for finding in checking.check(form, chosen, strict=True).findings]
    together = checking.check_batch(FORMS, chosen, strict=True)
    assert _bodies(out / "rows/kind=finding") == _dumped(each)
    assert _bodies(out / "batch") == _dumped(together)
    assert _bodies(out / "rows/kind=glimpse") == _dumped([form_trace(file, form) for file, form in FORMS])
    assert {finding.code for finding in together} >= {"B002", "B003", "D003", "D004", "S008"}


def test_a_folder_is_read_in_the_cluster_as_on_one_machine(work: Path) -> None:
    files = pq.read_table(work / "out2/rows/kind=file").to_pylist()
    status = {row["file"]: row["code"] for row in files}
    local = [source for group in opened(sources(work / "报送", work / "out")) for source in group]
    assert sorted(row["file"] for row in files) == sorted(source.path for source in local if not source.problem)
    assert status["空.docx"] == "failed"
    assert status["单位 甲/zhongwei_2024.txt"] == status["单位%20乙.jsonl/表.JSONL!0000002"] == "ok"
    assert len(_bodies(work / "out2/rows/kind=glimpse")) == 6 + len(LONE)
    assert {json.loads(body)["code"] for body in _bodies(work / "out2/batch")} == {"D003", "D004", "B001"}


def test_the_job_follows_the_settings(work: Path) -> None:
    options = checking.options_of(settings.load(work, environ={}))
    each = [finding for _, form in FORMS for finding in checking.check(form, pack(PACK), options).findings]
    together = checking.check_batch(FORMS, pack(PACK), options)
    assert _bodies(work / "out3/rows/kind=finding") == _dumped(each)
    assert _bodies(work / "out3/batch") == _dumped(together)
    assert {finding.severity for finding in together if finding.code == "S008"} == {"error"}
    assert not any(finding.code.startswith("B") for finding in together)
