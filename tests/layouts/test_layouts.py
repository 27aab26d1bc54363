"""Layouts beside the national one: other columns, other orders, other words, fields that are not there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import findings_of
from fuhe.intake.reading import read_file
from readers.tables import docx_of, xlsx_of

LAYOUTS = yaml.safe_load((Path(__file__).parent / "layouts.yml").read_text("utf-8"))


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout["name"])
def layout(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


def _as_text(text: str) -> bytes:
    return text.encode()


def _as_word(text: str) -> bytes:
    before, rows = _parted(text)
    return docx_of(rows, before)


def _as_workbook(text: str) -> bytes:
    before, rows = _parted(text)
    return xlsx_of([[(line, 1, len(rows[0]))] for line in before] + rows)


def _parted(text: str) -> tuple[list[str], list[list[tuple[str, int, int]]]]:
    lines = text.splitlines()
    first = next(index for index, line in enumerate(lines) if "\t" in line)
    width = max(line.count("\t") + 1 for line in lines)
    rows = [[(cell, 1, 1) for cell in f"{line}{chr(9) * width}".split("\t")[:width]] for line in lines[first:]]
    return lines[:first], rows


@pytest.mark.parametrize("made", [_as_text, _as_word, _as_workbook], ids=["text", "word", "excel"])
def test_layout_reads_as_printed(layout: dict[str, Any], made: Callable[[str], bytes]) -> None:
    (form,) = read_file(made(layout["text"]), "表").forms
    record = form.record
    assert [[r.name, r.target, r.actual, r.weight, r.score] for r in record.indicators] == layout["rows"]
    for name in ("unit", "department", "goal", "outcome", "total_score", "fund_unit"):
        if name in layout:
            assert dict(record)[name] == layout[name], name
    if "funds" in layout:
        funds = [[f.label, f.initial_budget, f.full_year_budget, f.executed, f.weight] for f in record.funding]
        assert funds == layout["funds"]
    assert form.form_type == layout.get("form_type", "project")
    if "notes" in layout:
        assert sorted(record.notes) == sorted(layout["notes"])
    for name in ("last_actual", "evidence"):
        if name in layout:
            assert [dict(row)[name] for row in record.indicators] == layout[name]
    if "remarks" in layout:
        assert [box.label for box in record.remarks] == layout["remarks"]


def test_rules_about_missing_fields_stay_silent(layout: dict[str, Any]) -> None:
    (form,) = read_file(layout["text"].encode(), "表.txt").forms
    codes = {finding.code for finding in findings_of(form)}
    if "weight" not in form.columns:
        assert not codes & {"A001", "A002", "A005", "S001", "S002", "S003"}
    if "goal" not in form.columns:
        assert not codes & {"N001", "N002"}


CUT_HEAD = """一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分
产出指标	数量指标	巡查次数	≥12次	12次	90	90
总分					100	100
项目支出绩效自评表（2023年度）
项目名称：第二个项目	主管部门：县林业局
一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分
产出指标	数量指标	造林面积	≥120亩	121亩	90	90
总分					100	100
"""


def test_form_cut_at_its_top_is_not_lost() -> None:
    forms = read_file(CUT_HEAD.encode(), "表.txt").forms
    assert [[row.name for row in form.record.indicators] for form in forms] == [["巡查次数"], ["造林面积"]]
    assert (forms[1].record.project, forms[1].record.department) == ("第二个项目", "县林业局")


def test_target_form_is_named() -> None:
    text = "项目支出绩效目标表\n项目名称\t玻璃幕墙维修\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t维修面积\t≥400平方米\n"
    (form,) = read_file(text.encode(), "表.txt").forms
    assert form.form_type == "target"


MONITORING = """项目支出绩效目标执行监控表
（2024年度）
项目名称\t公路养护\t\t\t实施单位\t县公路中心
一级指标\t二级指标\t三级指标\t年度指标值\t1-7月执行情况\t全年预计完成情况
产出指标\t数量指标\t养护里程\t≥20公里\t9公里\t20公里
"""


def test_monitoring_form_is_refused_by_name() -> None:
    file = read_file(MONITORING.encode(), "表.txt")
    assert (file.status, file.problems[0].code) == ("failed", "monitoring")
    assert "绩效运行监控表" in file.problems[0].message


def test_monitoring_form_beside_a_form_is_left_out_and_named() -> None:
    own = "\n项目支出绩效自评表\n项目名称\t公路养护\t\t\t实施单位\t县公路中心\t\n"
    rows = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t养护里程\t≥20公里\t20公里\t100\t100\n总分\t\t\t\t\t100\t100\n"
    file = read_file((MONITORING + own + rows).encode(), "表.txt")
    assert [form.title for form in file.forms] == ["项目支出绩效自评表"]
    assert [problem.code for problem in file.problems] == ["monitoring"]


def test_monitoring_as_an_indicator_is_no_monitoring_form() -> None:
    text = "项目支出绩效自评表\n项目名称\t视频监控系统建设\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t报送绩效监控表份数\t≥20份\t20份\t100\t100\n总分\t\t\t\t\t100\t100\n"
    assert len(read_file(text.encode(), "表.txt").forms) == 1


CALLED_SO = """项目支出绩效自评表
项目名称\t圩堤加固
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t加固长度\t≥12公里\t12公里\t50\t50
年度任务完成情况\t按计划完成年度任务\t已经按计划完成任务\t20\t20
年度目标完成情况\t完成\t完成\t20\t20
总分\t\t\t\t\t90\t90
"""


def test_indicator_called_like_a_goal_is_an_indicator() -> None:
    (form,) = read_file(CALLED_SO.encode(), "表.txt").forms
    names = [row.name for row in form.record.indicators]
    assert names == ["加固长度", "年度任务完成情况", "年度目标完成情况"]
    assert form.record.goal is None


IN_SECTIONS = """部门预算项目绩效自评表
一、基本情况
项目名称\t实训设备购置\t实施单位\t市技师学院
二、预算执行情况（万元）
资金来源\t全年预算数\t全年执行数\t执行率
年度资金总额\t240.00\t237.00\t98.75%
三、目标完成情况
年度预期目标\t具体完成情况
购置设备60台，改造实训室4间。\t购置设备60台，改造实训室4间并投入使用。
四、绩效指标完成情况
一级指标\t二级指标\t三级指标\t预期指标值\t实际完成值\t自评得分
产出指标\t数量指标\t购置设备数量\t≥60台\t60台\t90
自评总分\t90
"""


def test_sections_under_headings_of_their_own_are_one_form() -> None:
    (form,) = read_file(IN_SECTIONS.encode(), "表.txt").forms
    record = form.record
    assert [(row.full_year_budget, row.executed) for row in record.funding] == [("240.00", "237.00")]
    assert (record.goal, record.outcome) == (
        "购置设备60台，改造实训室4间。",
        "购置设备60台，改造实训室4间并投入使用。",
    )
    assert [row.name for row in record.indicators] == ["购置设备数量"]


def test_row_that_belongs_nowhere_is_quoted_as_a_list() -> None:
    text = "项目支出绩效自评表\n项目名称\t打井\n主管部门\t水利局\t实施单位\t抗旱队\n地方资金/其他\t万元\t地方资金/其他\t万元\n"
    heads = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
    file = read_file(f"{text}{heads}产出指标\t数量指标\t机井\t8眼\t8眼\t100\t100\n".encode(), "粘贴")
    told = [problem.message for form in file.forms for problem in form.doubts if problem.code == "unplaced"]
    assert told == ["这一行没有认出属于哪一栏：“地方资金/其他、万元”"]
