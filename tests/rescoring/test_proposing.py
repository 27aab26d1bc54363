"""Proposals: figures, what the unit took off itself, forms that print less."""

import pytest

from conftest import build, findings_of
from fuhe.outputs.worksheet_words import reason_of
from fuhe.policy import pack
from fuhe.rescoring.proposing import propose, why_not_scored, with_own_keys
from fuhe.rescoring.standard import standard
from fuhe.worksheets import Worksheet

FUNDS = ["年度资金总额：｜100｜100｜83｜10｜83%｜10"]


def _sheet(*rows: str, name: str = "national-practice", **more: object) -> Worksheet:
    form = build({"rows": list(rows), "funding": FUNDS, **more})
    return propose("", form, findings_of(form), standard(name), pack("national-2020"))


@pytest.mark.parametrize(
    ("row", "score", "says"),
    [
        ("数量｜供养人数｜≥500人｜400人｜10｜10", 8, "扣20%（2分）：指标值≥500人，完成值400人，按完成比例计分"),
        ("数量｜供养人数｜≥500人｜400人｜10｜9.5", 8, "扣20%（2分）：指标值≥500人，完成值400人，按完成比例计分"),
        ("数量｜供养人数｜≥500人｜400人｜10｜8", 8, "扣20%（2分）：自评已扣分，按自评得分认定"),
        (
            "时效｜完成时间｜2024年6月底｜2024年8月｜10｜10",
            10,
            "不扣分：指标值2024年6月底，完成值2024年8月，算不出完成比例",
        ),
        (
            "数量｜供养人数｜≥500人｜400人｜10｜5",
            5,
            "扣50%（5分）：指标值≥500人，完成值400人，按完成比例计分；自评已扣到5分，不重复扣",
        ),
        ("数量｜供养人数｜≥500人｜500人｜10｜9", 9, "扣10%（1分）：自评已扣分，按自评得分认定"),
        ("数量｜供养人数｜≥500人｜500人｜10｜10", 10, "不扣分：未见扣分情形，按自评得分认定"),
        ("数量｜供养人数｜≥500人｜500人｜10｜12", 10, "不扣分：自评得分12超过分值10，按分值计"),
        ("数量｜供养人数｜≥500人｜500人｜10｜", 10, "不扣分：自评得分未填，暂按分值，请复核人核定"),
        ("社会效益｜居住环境｜明显改善｜部分达成年度指标并具有一定效果｜10｜9.5", 8, "扣20%（2分）：完成值“部分达成"),
        ("社会效益｜居住环境｜效果显著｜效果显著｜10｜10", 10, "不扣分：未见扣分情形"),
    ],
)
def test_a_row_by_the_national_practice(row: str, score: float, says: str) -> None:
    made = _sheet(row).rows[-1]
    assert float(made.score) == score
    assert reason_of(made).startswith(says)


def test_nothing_is_deducted_twice_for_one_fault() -> None:
    row = _sheet("社会效益｜不断改善人居环境｜持续改善｜持续改善｜10｜10", name="district-2025").rows[-1]
    assert float(row.score) == 4
    assert reason_of(row).count("扣") == 1


def test_what_is_stated_in_the_form_is_named_by_cell_and_code() -> None:
    row = _sheet("数量｜供养人数｜≥500人｜400人｜10｜10").rows[-1]
    assert row.codes == ("S003",)
    assert reason_of(row).endswith("（“全国一般做法”第1项；得分、三级指标、年度指标值等6格；问题S003）")


def test_a_form_without_weights_gets_the_standards() -> None:
    sheet = _sheet("数量｜供养人数｜≥500人｜500人", "质量｜合格率｜100%｜100%", "社会效益｜就业人数｜≥5人｜5人")
    assert [float(row.weight) for row in sheet.rows] == [10, 25, 25, 30]


def test_scores_without_weights_stand_for_them() -> None:
    sheet = _sheet(
        "数量｜供养人数｜≥500人｜500人｜｜7", "质量｜合格率｜100%｜100%｜｜8", "社会效益｜环境｜好转｜好转｜｜9"
    )
    assert [(float(row.weight), float(row.score)) for row in sheet.rows[1:]] == [(7, 7), (8, 8), (9, 9)]
    assert any("以自评得分作分值" in note for note in sheet.notes)


def test_one_project_handed_in_twice_has_two_sheets() -> None:
    sheet = _sheet("数量｜供养人数｜≥500人｜500人｜10｜10")
    first, second = with_own_keys([sheet, sheet])
    assert (first.key, second.key) == (sheet.key, f"{sheet.key}-2")


def test_a_form_without_money_scores_no_execution() -> None:
    form = build({"rows": ["数量｜供养人数｜≥500人｜500人｜100｜100"]})
    sheet = propose("", form, findings_of(form), standard("national-practice"), pack("national-2020"))
    assert (float(sheet.rows[0].weight), float(sheet.rows[0].score)) == (0, 0)
    assert reason_of(sheet.rows[0]).startswith("不计分：表上没有预算执行率的分值")


def test_money_without_a_rate_keeps_the_self_score() -> None:
    form = build({"rows": ["数量｜供养人数｜≥500人｜500人｜90｜90"], "funding": ["年度资金总额：｜｜｜｜10｜｜9"]})
    sheet = propose("", form, findings_of(form), standard("national-practice"), pack("national-2020"))
    assert float(sheet.rows[0].score) == 9
    assert "算不出执行率" in reason_of(sheet.rows[0])


@pytest.mark.parametrize("kind", ["target", "report"])
def test_forms_without_scores_are_left_out(kind: str) -> None:
    form = build({"rows": ["数量｜供养人数｜≥500人｜500人｜100｜100"], "form_type": kind})
    assert "不打分" in why_not_scored(form)


def test_twin_rows_have_keys_of_their_own() -> None:
    rows = _sheet("数量｜供养人数｜≥500人｜500人｜10｜10", "数量｜供养人数｜≥500人｜500人｜10｜10").rows
    assert len({row.key for row in rows}) == 3


def test_a_deviation_leaves_out_rows_without_a_self_score() -> None:
    sheet = _sheet("数量｜供养人数｜≥500人｜500人｜10｜", "数量｜补助人数｜≥500人｜400人｜10｜10")
    assert float(sheet.deviation) == 3.7  # 1.7 of 预算执行, 2 of the second row
