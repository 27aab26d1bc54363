"""A table of many projects' results is named as such and read as no form."""

import pytest

from fuhe.intake.reading import read_file

TABLE = """县交通运输局2024年度项目支出绩效自评结果汇总表
序号\t项目名称\t实施单位\t全年预算数\t全年执行数\t执行率\t自评得分\t等次
1\t县道养护\t县公路中心\t100\t98\t98%\t97.8\t优
2\t桥梁加固\t县公路中心\t50\t50\t100%\t95\t优
合计\t\t\t150\t148\t\t\t
"""
FORM = """
项目支出绩效自评表
项目名称\t校舍维修
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t维修校舍栋数\t≥2栋\t2栋\t100\t100
总分\t\t\t\t\t100\t100
"""


@pytest.mark.parametrize("heading", ["自评得分", "自评总分", "复核得分", "评价得分", "得分"])
def test_a_summary_is_refused_by_name(heading: str) -> None:
    file = read_file(TABLE.replace("自评得分", heading).encode(), "表.txt")
    assert (file.status, file.problems[0].code) == ("failed", "summary")
    assert "汇总表" in file.problems[0].message


def test_a_summary_beside_a_form_is_left_out_and_named() -> None:
    file = read_file((TABLE + FORM).encode(), "表.txt")
    assert [form.record.project for form in file.forms] == ["校舍维修"]
    assert [problem.code for problem in file.problems] == ["summary"]


@pytest.mark.parametrize(
    "text",
    [
        FORM,
        FORM.replace("项目名称\t校舍维修", "项目名称\t校舍维修\t自评得分\t98\t等级\t优"),
        FORM.replace("项目名称\t校舍维修", "项目名称\t校舍维修\t自评得分\t等级"),
    ],
)
def test_a_form_is_no_summary(text: str) -> None:
    assert len(read_file(text.encode(), "表.txt").forms) == 1


def test_a_list_without_scores_is_no_summary() -> None:
    text = "序号\t项目名称\t实施单位\t预算数\n1\t县道养护\t县公路中心\t100\n"
    assert read_file(text.encode(), "表.txt").problems[0].code == "no_form"
