"""What a reviewer decided is heeded by every output."""

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest

from fuhe.findings import Decision, Finding
from fuhe.outputs.contract import FileReport, Report
from fuhe.outputs.decided import taken_in
from fuhe.outputs.excel.workbook import to_workbook
from fuhe.outputs.html.report_page import to_html
from fuhe.outputs.returned import annotated, revised
from fuhe.outputs.sarif import to_sarif
from fuhe.outputs.word.papers import to_opinions
from officeforms import STAMP, checked, comments, word


@pytest.fixture
def file(tmp_path: Path) -> FileReport:
    """A form with one finding listed, one rewritten, one dismissed, one in doubt, the others open."""
    made = checked(word(), tmp_path / "表.docx")
    form = made.forms[0]
    listed, rewritten, dismissed, doubtful = (form.findings or ())[:4]
    form.decisions.update(
        {
            listed.fingerprint: Decision(state="listed", by="绩效科复核"),
            rewritten.fingerprint: Decision(state="rewritten", text="请说明里程少完成的原因。", by="绩效科复核"),
            dismissed.fingerprint: Decision(state="dismissed", reason="表内已有说明"),
            doubtful.fingerprint: Decision(state="doubtful"),
        }
    )
    return made


def report_of(file: FileReport) -> Report:
    return Report(policy="national-2020", files=[file])


def decided(file: FileReport, state: str) -> Finding:
    form = file.forms[0]
    return next(entry for entry in form.findings or () if form.decisions[entry.fingerprint].state == state)


def test_everything_goes_out_before_anyone_decides(file: FileReport) -> None:
    file.forms[0].decisions.clear()
    assert len(taken_in(file.forms[0])) == len(file.forms[0].findings or ())


def test_comments_hold_only_what_was_taken_in(file: FileReport) -> None:
    told = list(comments(annotated(file, word(), STAMP).data).values())
    left = len(file.forms[0].findings or ()) - 3
    assert len(told) == 1 + 2
    assert f"复核意见共 2 条。另有 {left} 条尚未核定，没有列入。" in told[0]
    assert any("请说明里程少完成的原因。" in text for text in told)
    assert not any(decided(file, "dismissed").message in text for text in told)


def test_comment_is_signed_by_who_took_it_in(file: FileReport) -> None:
    document = docx.Document(io.BytesIO(annotated(file, word(), STAMP).data))
    assert {comment.author for comment in document.comments} == {"绩效科复核", "复核（建议稿）"}


def test_draft_of_dismissed_finding_is_not_put_in(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    form = file.forms[0]
    form.decisions.update({entry.fingerprint: Decision(state="dismissed") for entry in form.findings or ()})
    assert "完成" in "".join(entry.text for entry in _cells(revised(file, word(), STAMP).data))


def _cells(data: bytes) -> list["docx.table._Cell"]:
    return list(docx.Document(io.BytesIO(data)).tables[0].rows[3].cells)


def test_opinion_is_written_from_what_was_taken_in(file: FileReport) -> None:
    text = "\n".join(entry.text for entry in docx.Document(io.BytesIO(to_opinions(report_of(file)))).paragraphs)
    assert "请说明里程少完成的原因。" in text
    assert decided(file, "dismissed").message not in text
    assert "请核实后书面说明" in text.partition(decided(file, "doubtful").message)[0]


def test_workbook_shows_each_state(file: FileReport) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_workbook(report_of(file))))["逐条"]
    rows = [[cell.value for cell in row][-2:] for row in sheet.iter_rows(min_row=2)]
    assert {row[0] for row in rows} == {"已列入", "已改写列入", "不采纳", "待核实", "待处理"}
    assert ["已改写列入", "改写为：请说明里程少完成的原因。"] in rows
    assert ["不采纳", "表内已有说明"] in rows


def test_sarif_suppresses_dismissed_and_marks_doubt(file: FileReport) -> None:
    results = json.loads(to_sarif(report_of(file)))["runs"][0]["results"]
    told = {entry["partialFingerprints"]["fuhe/v1"]: entry.get("suppressions", [{}])[0] for entry in results}
    assert told[decided(file, "dismissed").fingerprint]["status"] == "accepted"
    assert told[decided(file, "dismissed").fingerprint]["justification"] == "表内已有说明"
    assert told[decided(file, "doubtful").fingerprint]["status"] == "underReview"
    assert told[decided(file, "listed").fingerprint] == {}


def test_page_shows_state_reason_and_wording(file: FileReport) -> None:
    page = to_html(report_of(file))
    for shown in ("已列入", "不采纳", "待核实", "待处理", "处理说明：表内已有说明", "请说明里程少完成的原因。"):
        assert shown in page
