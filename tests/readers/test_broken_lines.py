"""Table lines that broke inside a cell are one row again; lines that are whole stay whole."""

import pytest

from fuhe.intake.reading import read_file
from fuhe.readers.broken_lines import rejoined

TABS = [
    "目标\t修井",
    "46处\t完成\t修井",
    "48处\t",
    "一级\t二级\t三级\t值\t",
    "产出\t数量\t井\t1\t",
    "产出\t质量\t井\t1\t",
]
BARS = ["| 一级", "指标 | 二级指标 |", "| 产出 | 数量", "|", "| 效益 | 社会 |", "| 满意度 | 对象 |", "| 成本 | 经济 |"]


def test_lines_are_joined_up_to_the_width_of_the_other_rows() -> None:
    assert rejoined(TABS, "/")[0] == "目标\t修井/46处\t完成\t修井/48处\t"
    assert rejoined(TABS, "/")[1:] == TABS[3:]


def test_lines_are_joined_up_to_the_last_bar() -> None:
    assert rejoined(BARS, "/") == ["| 一级/指标 | 二级指标 |", "| 产出 | 数量/|", *BARS[4:]]


def test_lines_that_count_on_are_one_cell() -> None:
    lines = ["目标\t1.修井46处", "2.换管38千米", "3.检测\t完成\t1.修井48处", "2.换管35千米", "分值\t得分"]
    assert rejoined(lines, "/") == ["/".join(lines[:4]), lines[4]]


@pytest.mark.parametrize(
    "lines",
    [
        ["目标\t1.修井\t1.完成", "2.换管\t2.完成", "3.检测\t3.完成"],
        ["注：1.甲", "2.乙"],
        ["项目名称\t甲", "主管部门\t乙\t单位\t丙", "一\t二\t三\t四\t五", "1\t2\t3\t4\t5", "1\t2\t3\t4\t5", "6\t7"],
        ["| a | b", "| c | d", "| e | f"],
        ["| a | b |", "| c | d |", "| e | f |", "| g | h", "| i | j |"],
        ["| a | b |", "| c | d |", "| e | f |", "| g | h", "| i | j", "| k | l |"],
        ["标题", "一\t二\t三", "1\t2\t3", "1\t2\t3"],
        ["没有表格的一行"],
    ],
)
def test_what_leaves_doubt_stays_as_it_is(lines: list[str]) -> None:
    assert rejoined(lines, "/") == lines


FORM = """项目支出绩效自评表
| 项目名称 | 水井维修 | 主管部门 | 县水利局 | 年度 | 2023 | |
| 一级
指标 | 二级
指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
|
| 产出指标 | 数量指标 | 维修水井
数量 | ≥8眼 | 8眼 | 60 | 60 |
| 效益指标 | 社会效益指标 | 受益人口 | ≥300人 | 312人 | 40 | 40 |
| 总分 | | | | | 100 | 100 |
"""


def test_form_with_broken_cells_is_read() -> None:
    file = read_file(FORM.encode(), "表.txt")
    assert [row.name for row in file.forms[0].record.indicators] == ["维修水井数量", "受益人口"]
    assert (file.forms[0].record.project, file.forms[0].record.total_weight) == ("水井维修", "100")
