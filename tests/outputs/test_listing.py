"""问题清单 in its forms: reopened as a person's program would open it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from conftest import build
from fuhe import checking
from fuhe.findings import Decision
from fuhe.outputs.listing import COLUMNS, entries, to_csv, to_markdown
from fuhe.outputs.report import Report, form_report
from fuhe.outputs.sarif import to_sarif
from fuhe.outputs.workbook import to_workbook
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


def test_csv_keeps_formula_as_text(report: Report) -> None:
    text = to_csv(report)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert all(row["项目"].startswith("'=") for row in rows)


def test_workbook_reopens_with_filter_and_frozen_head(report: Report) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_workbook(report)))["问题清单"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
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


@pytest.mark.parametrize("write", [to_csv, to_markdown, to_sarif])
def test_every_list_names_pack_or_provenance(report: Report, write: Callable[[Report], str]) -> None:
    assert "改造里程" in write(report) or "群众出行便利" in write(report)


def test_markdown_says_unaccepted(report: Report) -> None:
    assert "建议稿，未经人工核定" in to_markdown(report)
    assert "规则包 national-2020" in to_markdown(report)
