"""问题清单 in its forms: reopened as a person's program would open it."""

import csv
import io
import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import build
from fuhe import checking
from fuhe.findings import Decision
from fuhe.outputs.contract import FileReport, Report, form_report
from fuhe.outputs.excel.workbook import to_workbook, write_workbook
from fuhe.outputs.listing import COLUMNS, POINT_COLUMNS, ListedRow, PointRow, entries, point_rows, to_csv, to_markdown
from fuhe.outputs.report_formats import FORMATS, render
from fuhe.outputs.sarif import to_sarif
from fuhe.policy import pack
from fuhe.records import File

FAULTY = {
    "project": "=cmd|' /C calc'!A0",
    "rows": [
        "数量指标｜改造里程｜≥20公里｜20公里｜50｜50｜",
        "社会效益指标｜群众出行便利｜明显改善｜明显改善｜30｜28｜完成",
        "服务对象满意度指标｜群众满意度｜≥90%｜95%｜10｜10｜",
    ],
    "total": "90｜90",
}


@pytest.fixture
def report() -> Report:
    return _report(FAULTY)


def _report(*cases: dict[str, Any]) -> Report:
    report = Report(policy="national-2020", made="2025-03-01T09:30:00+08:00")
    for number, case in enumerate(cases, 1):
        form = build(case)
        found = checking.check(form, pack("national-2020"), checking.Options()).findings
        file = File(path=f"自评/{number}号表.docx", status="ok", sha256=f"{number:064x}", forms=(form,))
        report.add(file, [form_report(form, found)])
    return report


def test_list_holds_every_finding(report: Report) -> None:
    codes = [entry.code for entry in entries(report)]
    assert sorted(codes) == sorted(finding.code for finding in report.files[0].forms[0].findings or ())
    assert "S001" in codes


def test_worst_findings_come_first(report: Report) -> None:
    levels = [entry.level for entry in entries(report)]
    assert levels == sorted(levels, key=["错误", "警告", "提示"].index)


def test_first_sheet_has_a_row_a_point(report: Report) -> None:
    points = [point for file in report.files for form in file.forms for point in form.points or ()]
    rows = list(point_rows(report))
    assert [row.headline for row in rows] == [point.headline for point in points]
    assert sum(row.count for row in rows) == len(list(entries(report)))


def test_csv_keeps_formula_as_text(report: Report) -> None:
    text = to_csv(report)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert all(row["项目"].startswith("'=") for row in rows)


def test_workbook_reopens_with_filter_and_frozen_head(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(report)))
    assert book.sheetnames[:2] == ["问题清单", "逐条"]
    assert [cell.value for cell in book["逐条"][1]] == list(COLUMNS.values())
    sheet = book["问题清单"]
    assert [cell.value for cell in sheet[1]] == list(POINT_COLUMNS.values())
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_workbook_cell_never_holds_formula(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(report)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_workbook_has_native_charts(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(report)))
    assert len(book["图表"]._charts) == 3


def test_dismissed_finding_shows_its_reason(report: Report) -> None:
    form = report.files[0].forms[0]
    first = (form.findings or ())[0]
    form.decisions[first.fingerprint] = Decision(state="dismissed", reason="表内已有说明", by="张某")
    shown = next(entry for entry in entries(report) if entry.code == first.code)
    assert (shown.state, shown.reason) == ("不采纳", "表内已有说明")


def test_sarif_states_level_and_cell(report: Report) -> None:
    run = json.loads(to_sarif(report))["runs"][0]
    result = next(entry for entry in run["results"] if entry["ruleId"] == "S001")
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "S001"
    assert "indicators[1]" in result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]


def test_sarif_suppresses_only_dismissed(report: Report) -> None:
    form = report.files[0].forms[0]
    first, second = (form.findings or ())[:2]
    form.decisions[first.fingerprint] = Decision(state="dismissed", reason="规则误报")
    form.decisions[second.fingerprint] = Decision(state="listed")
    results = json.loads(to_sarif(report))["runs"][0]["results"]
    told = {entry["partialFingerprints"]["fuhe/v1"]: entry.get("suppressions") for entry in results}
    assert told[first.fingerprint][0]["justification"] == "规则误报"
    assert told[second.fingerprint] is None


def test_markdown_says_unaccepted(report: Report) -> None:
    assert "建议稿，未经人工核定" in to_markdown(report)
    assert "规则包 national-2020" in to_markdown(report)


def test_sarif_holds_what_the_standard_requires(report: Report) -> None:
    """SARIF 2.1.0 (OASIS): 3.13 log, 3.14 run, 3.18 tool, 3.20 invocation, 3.27 result, 3.28 location, 3.33 logical location."""
    report.files.append(FileReport(path="坏 文件.docx", status="failed", problems=(), forms=[]))
    log = json.loads(to_sarif(report))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"]
    assert all({"id", "name", "shortDescription"} <= set(rule) for rule in run["tool"]["driver"]["rules"])
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", run["invocations"][0]["endTimeUtc"])
    assert run["invocations"][0]["executionSuccessful"] is True
    for result in run["results"]:
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            assert place["logicalLocations"][0]["fullyQualifiedName"]
            assert re.fullmatch(r"[!-~]+", place["physicalLocation"]["artifactLocation"]["uri"])
        numbers = [place["id"] for place in result.get("relatedLocations", ())]
        assert len(numbers) == len(set(numbers))


def test_sarif_names_other_cells_as_related(report: Report) -> None:
    results = json.loads(to_sarif(report))["runs"][0]["results"]
    cells = {finding.fingerprint: finding.cells for finding in report.files[0].forms[0].findings or ()}
    for result in results:
        related = result.get("relatedLocations", [])
        assert len(related) == len(cells[result["partialFingerprints"]["fuhe/v1"]]) - 1


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("text", "json")])
def test_every_list_says_where_it_comes_from(report: Report, form: str) -> None:
    written = render(report, form)
    if isinstance(written, bytes):
        book = openpyxl.load_workbook(io.BytesIO(written))
        written = "\n".join(str(cell.value) for row in book["来源"].iter_rows() for cell in row)
    shown = written.replace("\\u", "")
    for said in ("规则包 national-2020", "2025-03-01 09:30", "SHA-256 000000000000", "建议稿，未经人工核定"):
        assert said in shown


def test_json_names_pack_time_and_hash(report: Report) -> None:
    told = json.loads(str(render(report, "json")))
    assert (told["policy"], told["made"]) == ("national-2020", "2025-03-01T09:30:00+08:00")
    assert told["files"][0]["sha256"] == f"{1:064x}"


def test_formula_of_any_kind_stays_text_in_both_lists() -> None:
    starts = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1")
    report = _report(*(FAULTY | {"project": start} for start in starts))
    rows = csv.DictReader(io.StringIO(to_csv(report).removeprefix("\ufeff"), newline=""))
    assert not [row for row in rows if row["项目"][:1] in ("=", "+", "-", "@", "\t", "\r")]
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(report)))
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def _peak(lines: int, out: Path) -> int:
    """Return the most memory, in bytes, that a list of so many lines takes."""
    line = ListedRow(
        0, "单位", "项目", "a.docx", "位置", "错误", "A001", "题", "情况" * 20, "依据", "建议", "待处理", ""
    )
    with out.open("wb") as file:
        tracemalloc.start()
        try:
            write_workbook(file, (line for _ in range(lines)), [], "")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_long_list_takes_no_more_memory(tmp_path: Path) -> None:
    _peak(10, tmp_path / "first.xlsx")  # what is loaded and made once
    assert _peak(6000, tmp_path / "long.xlsx") < 1.5 * _peak(1000, tmp_path / "short.xlsx")


class _FullDisk(io.BytesIO):
    """A file that takes so many bytes and no more."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > 4000:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_workbook_on_a_full_disk_is_the_disks_own_fault() -> None:
    row = PointRow(
        1, "县教育局", "校舍维修", "表", "第 1 行", "产出", "要点", "情况", "请核对", "2", 1, "未处理", "要点"
    )
    with pytest.raises(OSError, match="No space left"):
        write_workbook(_FullDisk(), [row] * 400, [], "来源")
