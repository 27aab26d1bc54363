"""Word papers reopened: layout of official papers, blanks in yellow, provenance at the end."""

import io
from typing import Any, cast

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn

from fuhe import checking
from fuhe.drafting import indicator, opinion
from fuhe.drafting.writing import write
from fuhe.intake.reading import read_file
from fuhe.outputs.contract import Report, form_report
from fuhe.outputs.word.official import Paper
from fuhe.outputs.word.papers import to_opinions
from fuhe.outputs.word.target_tables import to_plans
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet
from fuhe.records import File, Form

PACK = pack("national-2020")


def _report(forms: list[Form], kind: str) -> Report:
    report = Report(policy="national-2020", made="2025-03-01T09:30:00+08:00")
    framed = []
    for form in forms:
        found = checking.check(form, PACK, checking.Options()).findings
        if kind == "opinion":
            drafts = write(opinion.task(Sheet(form, PACK), found), None, "").drafts
        else:
            drafts = indicator.plan(form, found, PACK, "2025", None, "").drafts
        framed.append(form_report(form, drafts=tuple(drafts)))
    report.add(File(path="表.txt", status="ok", sha256="b" * 64, forms=tuple(forms)), framed)
    return report


@pytest.fixture
def paper(sample_forms: list[Form]) -> "docx.document.Document":
    return docx.Document(io.BytesIO(to_opinions(_report(sample_forms[:2], "opinion"))))


def test_page_has_margins_of_official_papers(paper: "docx.document.Document") -> None:
    section = paper.sections[0]
    assert [
        round(cast(Any, side).cm, 1) for side in (section.left_margin, section.right_margin, section.top_margin)
    ] == [
        2.8,
        2.6,
        3.7,
    ]


def test_title_and_body_have_their_fonts(paper: "docx.document.Document") -> None:
    def font(index: int) -> tuple[str, float]:
        run: Any = paper.paragraphs[index].runs[0]
        return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt

    assert font(0) == ("方正小标宋简体", 22)
    assert font(2) == ("黑体", 16)
    assert font(3) == ("仿宋_GB2312", 16)


def test_faces_name_what_stands_in_for_them(paper: "docx.document.Document") -> None:
    part = next(part for part in paper.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    text = part.blob.decode()
    assert all(f'w:name="{name}"' in text for name in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"))
    assert "华文中宋" in text


def test_opinion_names_its_unit_first(paper: "docx.document.Document", sample_forms: list[Form]) -> None:
    assert paper.paragraphs[1].text == f"{sample_forms[0].record.unit}："


def test_quotes_inside_quotes_are_single(sample_forms: list[Form]) -> None:
    document = docx.Document(io.BytesIO(to_opinions(_report(sample_forms[1:2], "opinion"))))
    assert document.paragraphs[0].text.startswith("关于“2024年市‘12345’政务服务热线工作经费”")


def test_sections_stand_in_order(paper: "docx.document.Document") -> None:
    heads = [entry.text for entry in paper.paragraphs if entry.text[:2] in ("一、", "二、", "三、", "四、")]
    assert heads == ["一、总体情况", "二、存在问题", "三、修改建议", "四、时限要求"] * 2


def test_blanks_are_yellow(paper: "docx.document.Document") -> None:
    marked = [
        run.text
        for entry in paper.paragraphs
        for run in entry.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert len(marked) == 2
    assert all(text.startswith("【") for text in marked)


def test_opinion_says_where_it_comes_from(paper: "docx.document.Document") -> None:
    assert sum("SHA-256 bbbbbbbbbbbb　建议稿，未经人工核定" in entry.text for entry in paper.paragraphs) == 2


def test_plan_lists_every_indicator_once(sample_forms: list[Form]) -> None:
    report = _report(sample_forms[:1], "plan")
    document = docx.Document(io.BytesIO(to_plans(report, "2025")))
    names = [draft.indicator.name for draft in report.files[0].forms[0].drafts or () if draft.indicator]
    listed = [row.cells[3].text for row in document.tables[0].rows]
    assert names
    assert [listed.count(name) for name in names] == [names.count(name) for name in names]


def test_plan_leaves_next_years_money_blank(sample_forms: list[Form]) -> None:
    document = docx.Document(io.BytesIO(to_plans(_report(sample_forms[:1], "plan"), "2025")))
    texts = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "【待补充：2025年度预算数】" in texts


def test_plan_says_where_it_comes_from(sample_forms: list[Form]) -> None:
    document = docx.Document(io.BytesIO(to_plans(_report(sample_forms[:2], "plan"), "2025")))
    assert sum("SHA-256 bbbbbbbbbbbb　建议稿，未经人工核定" in entry.text for entry in document.paragraphs) == 2


def test_each_paper_begins_its_page_without_an_empty_one(sample_forms: list[Form]) -> None:
    document = docx.Document(io.BytesIO(to_plans(_report(sample_forms[:3], "plan"), "2025")))
    begins = [entry.text for entry in document.paragraphs if entry.paragraph_format.page_break_before]
    assert begins == ["项目支出绩效目标表"] * 2


def test_plan_writes_classes_in_full(sample_forms: list[Form]) -> None:
    document = docx.Document(io.BytesIO(to_plans(_report(sample_forms[:1], "plan"), "2025")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    begun = next(
        number for number, row in enumerate(rows) if row[1:] == ["一级指标", "二级指标", "三级指标", "指标值", "分值"]
    )
    assert all(row[1].endswith("指标") and row[2].endswith("指标") for row in rows[begun + 1 : -2])
    assert [row[1] for row in rows[-2:]] == ["预算执行", "总分"]
    assert rows[-1][-1] == "100"
    assert {row[0] for row in rows[begun:]} == {"绩\n效\n指\n标"}


def test_plan_is_read_as_the_target_form_it_is(sample_forms: list[Form]) -> None:
    data = to_plans(_report(sample_forms[:1], "plan"), "2025")
    (form,) = read_file(data, "下年度绩效目标表.docx").forms
    assert form.form_type == "target"
    assert form.record.unit == sample_forms[0].record.unit
    assert form.record.indicators[0].name == sample_forms[0].record.indicators[0].name


@pytest.mark.parametrize(
    ("text", "is_heading"),
    [
        ("五、偏离绩效目标的原因和改进措施", True),
        ("一、改造县道；二、新建桥梁。", False),
        ("一、改造县道20公里 二、新建桥梁2座", False),
        ("一、全面完成本年度农村公路改造提升和养护管理各项任务", False),
    ],
)
def test_only_a_short_line_becomes_a_heading(text: str, is_heading: bool) -> None:
    paper = Paper()
    paper.body(text)
    run: Any = paper.document.paragraphs[-1].runs[0]
    font = run._r.rPr.rFonts.get(qn("w:eastAsia"))
    assert (font == "黑体") == is_heading
