"""Word papers reopened: layout of official papers, blanks in yellow, provenance at the end."""

import io
import re
from typing import Any, cast

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn

from fuhe import checking
from fuhe.drafting import indicator
from fuhe.intake.reading import read_file
from fuhe.outputs.contract import Report, form_report
from fuhe.outputs.word.official import Paper
from fuhe.outputs.word.papers import to_opinions
from fuhe.outputs.word.target_tables import to_plans
from fuhe.policy import pack
from fuhe.records import File, Form

PACK = pack("national-2020")


def _report(forms: list[Form], kind: str) -> Report:
    report = Report(policy="national-2020", made="2025-03-01T09:30:00+08:00")
    framed = []
    for form in forms:
        found = checking.check(form, PACK, checking.Options()).findings
        drafts = () if kind == "opinion" else tuple(indicator.plan(form, found, PACK, "2025", None, "").drafts)
        framed.append(form_report(form, found if kind == "opinion" else None, drafts))
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
    assert font(2) == ("仿宋_GB2312", 16)
    assert font(3) == ("黑体", 16)


def test_faces_name_what_stands_in_for_them(paper: "docx.document.Document") -> None:
    part = next(part for part in paper.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    text = part.blob.decode()
    assert all(f'w:name="{name}"' in text for name in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"))
    assert "华文中宋" in text


def _texts(forms: list[Form]) -> list[str]:
    return [entry.text for entry in docx.Document(io.BytesIO(to_opinions(_report(forms, "opinion")))).paragraphs]


def test_letter_names_its_unit_first(paper: "docx.document.Document", sample_forms: list[Form]) -> None:
    assert paper.paragraphs[1].text == f"{sample_forms[0].record.unit}："


def test_one_letter_a_unit(sample_forms: list[Form]) -> None:
    assert sum(text.startswith("关于") for text in _texts(sample_forms)) == 1


def test_undecided_letter_is_a_draft(paper: "docx.document.Document") -> None:
    assert paper.paragraphs[0].text == "关于中卫市审批服务管理局2024年度项目支出绩效自评的复核意见（草稿）"


def test_themes_stand_in_order(sample_forms: list[Form]) -> None:
    heads = [text for text in _texts(sample_forms) if re.match("[一二三四五]、", text)]
    assert heads == [
        "一、数据和得分", "二、绩效目标和指标设置", "三、指标完成情况", "四、偏差原因和改进措施",
    ]  # fmt: skip


def test_letter_speaks_as_a_bureau_does(sample_forms: list[Form]) -> None:
    text = "".join(_texts(sample_forms))
    assert not re.search(r"错误|警告|[A-Z]\d{3}|SHA|fuhe|--|填报质量", text)
    assert "101号" not in text  # binds central departments only


def test_quotes_do_not_nest(sample_forms: list[Form]) -> None:
    for text in _texts(sample_forms[1:2]):
        assert not re.search("“[^”]*“", text)


def test_opening_says_money_and_scores(sample_forms: list[Form]) -> None:
    opening = _texts(sample_forms)[2]
    assert "全年预算393.63万元，执行379.31万元，执行率96.4%；自评得分97.3分至98.5分" in opening


def test_blanks_are_yellow(paper: "docx.document.Document") -> None:
    marked = [
        run.text
        for entry in paper.paragraphs
        for run in entry.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert len(marked) == 3
    assert all(text.startswith("【") for text in marked)


def test_office_signs_where_it_is_set(sample_forms: list[Form]) -> None:
    made = to_opinions(_report(sample_forms[:1], "opinion"), heading="某市财政局")
    assert "某市财政局" in [entry.text for entry in docx.Document(io.BytesIO(made)).paragraphs]


def test_provenance_stands_in_the_properties(paper: "docx.document.Document") -> None:
    assert "SHA-256 bbbbbbbbbbbb　建议稿，未经人工核定" in paper.core_properties.comments


def test_appendix_lists_every_point(sample_forms: list[Form]) -> None:
    report = _report(sample_forms, "opinion")
    table = docx.Document(io.BytesIO(to_opinions(report))).tables[0]
    forms = report.files[0].forms
    assert len(table.rows) == 1 + len(forms) + sum(len(form.points or ()) for form in forms)
    heads = [row.cells[0].text for row in table.rows if len(set(row.cells)) == 1]
    assert [head.partition("．")[0] for head in heads] == [str(number) for number in range(1, len(forms) + 1)]


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
