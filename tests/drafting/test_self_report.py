"""The self-evaluation report: the outline filled from the form, nothing in it the form does not hold."""

import re

import pytest

from conftest import build, findings_of
from fuhe.drafting import opinion, self_report
from fuhe.drafting.draft_guard import LONGEST
from fuhe.drafting.proposal import printed
from fuhe.drafts import Draft
from fuhe.pointing.phrasebook import theme_names
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet
from fuhe.records import Form

FORM = build(
    {
        "goal": "改造县道20公里。",
        "outcome": "改造县道18公里。",
        "funding": ["年度资金总额｜100｜100｜83｜10｜83%｜8.3"],
        "rows": ["数量指标｜改造里程｜≥20公里｜18公里｜50｜45｜完成", "质量指标｜验收合格率｜≥95%｜96%｜40｜40｜"],
        "total": "100｜93.3",
    }
)


def written(form: Form) -> Draft:
    (draft,) = self_report.report(Sheet(form, pack("national-2020")), findings_of(form)).drafts
    return draft


def test_outline_stands_in_order() -> None:
    heads = [line[0] for line in written(FORM).text.split("\n") if re.match("[一二三四五六七]、", line)]
    assert heads == list("一二三四五六")


def test_figures_come_from_cells() -> None:
    draft = written(FORM)
    assert "执行率83%" in draft.text
    assert "改造里程，年度指标值≥20公里，实际完成18公里，分值50，得分45" in draft.text
    assert all(fact.cells for name, fact in draft.facts.items() if not name.startswith("序"))


def test_what_only_the_unit_knows_is_blank() -> None:
    draft = written(FORM)
    assert {"项目主要内容", "自评组织过程", "结果应用和公开安排"} <= set(draft.blanks)
    assert draft.text.count("【待补充：") == len(draft.blanks)


def test_empty_form_makes_a_report_of_blanks() -> None:
    draft = written(build({"project": None}))
    assert draft.text.startswith("2024年度绩效自评报告")
    assert {"自评得分", "预算和执行数", "年初目标"} <= set(draft.blanks)


@pytest.mark.parametrize("number", range(6))
def test_sample_reports_hold_no_figure_of_their_own(sample_forms: list[Form], number: int) -> None:
    draft = written(sample_forms[number])
    rest = draft.text
    for fact in sorted(draft.facts.values(), key=lambda fact: -len(fact.value)):
        rest = rest.replace(fact.value, "")
    assert not re.search(r"\d", rest)
    assert len(draft.text) <= LONGEST["report"]


def test_quoted_lines_never_pass_for_paragraphs() -> None:
    lines = "一、改造县道20公里；\n二、新建桥梁2座。"
    form = build(
        {
            "goal": lines,
            "outcome": lines.replace("20", "18"),
            "rows": ["数量指标｜改造里程｜≥20公里｜18公里｜50｜45｜一、3月降雨\n二、征地受阻"],
        }
    )
    findings = tuple(finding.model_copy(update={"message": f"完成情况为“{lines}”。"}) for finding in findings_of(form))
    sheet = Sheet(form, pack("national-2020"))
    told = opinion.proposal(sheet, findings, findings)
    texts = [written(form).text, printed(told.template, told.facts)]
    headings = "|".join(("自评工作开展情况", *theme_names().values()))
    assert not any(re.search(f"^二、(?!{headings})", text, re.MULTILINE) for text in texts)
