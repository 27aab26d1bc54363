"""批次复核情况报告: figures of the batch, a native chart, cases and advice."""

import io
import re
import zipfile

import docx
import pytest

from fuhe import checking
from fuhe.outputs.contract import FileReport, Report, form_report
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.batch_paper import to_batch_paper
from fuhe.policy import pack
from fuhe.records import File, Form, Problem


@pytest.fixture
def report(sample_forms: list[Form]) -> Report:
    chosen = pack("national-2020")
    made = Report(policy=chosen.name, rules_run=75, made="2025-03-01T09:30:00+08:00")
    framed = [form_report(form, checking.check(form, chosen, checking.Options()).findings) for form in sample_forms]
    made.add(File(path="表.txt", status="ok", sha256="d" * 64, forms=tuple(sample_forms)), framed)
    made.add(File(path="坏/破损.docx", status="failed", problems=(Problem(code="broken", message="文件已损坏。"),)), [])
    return made


def test_report_counts_and_names_unread(report: Report) -> None:
    text = "\n".join(entry.text for entry in docx.Document(io.BytesIO(to_batch_paper(report))).paragraphs)
    assert "文件2个，读出自评表6张" in text
    assert "全年预算393.63万元，执行379.31万元" in text
    assert not re.search(r"[A-Z]\d{3}", text)
    assert "破损.docx（文件已损坏）" in text
    assert "自拟评分办法" in text


def test_dimension_table_gives_means(report: Report) -> None:
    table = docx.Document(io.BytesIO(to_batch_paper(report))).tables[0]
    scored = [form.quality for form in report.files[0].forms if form.quality]
    mean = sum(quality.dimensions["数据真实"].score for quality in scored) / len(scored)
    row = next(row for row in table.rows if row.cells[0].text == "数据真实")
    assert row.cells[2].text == f"{mean:.1f}"


def test_chart_carries_its_figures(report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(to_batch_paper(report))) as file:
        chart = file.read("word/charts/chart1.xml").decode()
    assert chart.count("<c:pt ") > 10
    assert "指标重复" in chart


def test_empty_batch_still_makes_a_report() -> None:
    text = "\n".join(
        e.text for e in docx.Document(io.BytesIO(to_batch_paper(Report(policy="national-2020")))).paragraphs
    )
    assert "没有读出可以评分的表" in text


def test_report_says_where_it_comes_from(report: Report) -> None:
    told = docx.Document(io.BytesIO(to_batch_paper(report))).core_properties.comments
    assert "规则包 national-2020　2025-03-01 09:30　原文件 SHA-256 dddddddddddd　建议稿" in told


def test_sections_are_numbered_without_a_gap(report: Report) -> None:
    texts = [entry.text for entry in docx.Document(io.BytesIO(to_batch_paper(report))).paragraphs]
    heads = [text for text in texts if re.match(r"[一二三四五六]、", text)]
    assert [head[0] for head in heads] == list("一二三四五六")[: len(heads)]
    assert "按全国口径" in texts[2]
    assert "自评得分97.3分至98.5分" in texts[3]


def test_several_files_are_told_by_one_hash() -> None:
    files = (FileReport(path=f"{n}.docx", status="ok", sha256=f"{n:064x}", problems=(), forms=[]) for n in (1, 2))
    one, other = stamp_of(Report(policy="x", files=list(files))), stamp_of(Report(policy="x"))
    assert "原文件 2 个，合计 SHA-256 " in one.line
    assert "SHA-256" not in other.line
