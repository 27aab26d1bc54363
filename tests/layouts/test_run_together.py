"""Text that lost its table lines: rebuilt where every row makes sense, else refused in plain words."""

import pytest

from fuhe.intake.reading import read_file

RUN = (
    "项目支出绩效自评表 (2022年度) 项目名称 打井工程 主管部门 县水利局 实施单位 县抗旱服务队 项目资金 (万元) 年初预算数 全年预算数 "
    "全年执行数 分值 执行率 得分 年度资金总额: 96 96 96 10 100% 10 其中:财政拨款 96 96 96 年度总体目标 预期目标 实际完成情况 "
    "打机井8眼,解决300户饮水。 打机井8眼,312户通水。 绩效指标 一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因及改进措施 "
    "产出指标(50分) 数量指标 机井数量 8眼 8眼 30 30 质量指标 出水合格率 100% 100% 20 20 效益指标(30分) 社会效益指标 通水户数 ≥300户 "
    "312户 30 30 生态效益指标 满意度指标(10分) 服务对象满意度指标 农户满意度 ≥90% 89% 10 9.9 入户调查偏少,水利站5月补查 总分 100 99.9"
)
ROWS = [
    ("机井数量", "8眼", "30"),
    ("出水合格率", "100%", "20"),
    ("通水户数", "≥300户", "30"),
    ("农户满意度", "≥90%", "10"),
]


@pytest.mark.parametrize("gap", [" ", "\n", " |\n", "\n\n"], ids=["spaces", "lines", "bars", "blank lines"])
def test_rows_are_rebuilt_from_a_stream_of_cells(gap: str) -> None:
    file = read_file(RUN.replace(" ", gap).encode(), "粘贴")
    (form,) = file.forms
    assert [(row.name, row.target, row.weight) for row in form.record.indicators] == ROWS
    assert form.record.indicators[3].reason == "入户调查偏少,水利站5月补查"
    assert (form.record.funding[0].rate, form.record.total_score) == ("100%", "99.9")
    assert (form.record.goal, form.record.outcome) == ("打机井8眼,解决300户饮水。", "打机井8眼,312户通水。")
    assert [problem.code for problem in file.problems] == ["rebuilt"]


def test_cells_without_any_gap_are_refused() -> None:
    file = read_file(RUN.replace(" ", "").encode(), "粘贴")
    assert (file.status, file.problems[0].code) == ("failed", "run_together")


def test_narrative_report_is_named() -> None:
    file = read_file("某县残联2022年度项目支出绩效自评报告\n一、基本情况\n资助精神病患者服药230人。".encode(), "报告")
    assert file.problems[0].code == "report"
