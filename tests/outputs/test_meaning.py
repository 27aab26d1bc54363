"""How each cell was understood, as fuhe read --meaning prints it."""

from fuhe.outputs.meaning import UNREAD, meaning_text
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet
from fuhe.records import Form, FundingRow, Indicator, Record

ROW = Indicator(
    level1="产出指标", level2="质量指标", name="投诉按期办结率", target="≥95%", actual="已完成", weight="10", score="8",
    reason="汛期道路冲毁；由养护科6月底前补办12件，今后加强管理",
)  # fmt: skip


def _printed() -> str:
    funding = FundingRow(label="年度资金总额", full_year_budget="100", executed="60", reason="尾款次年支付")
    record = Record(
        project="热线", year="2024", goal="受理来电12万件，不断提升服务水平", outcome="受理来电12.3万件",
        indicators=(ROW,), funding=(funding,), fund_unit="万元",
    )  # fmt: skip
    return meaning_text(Sheet(Form(id="1", form_type="project", record=record), pack("national-2020")))


def test_every_cell_is_told() -> None:
    told = _printed()
    assert "承诺·数量：120000件" in told
    assert "不能核对：不断提升服务水平" in told
    assert "结果·数量：123000件" in told
    assert "占比（投诉当中的）；越多越好" in told
    assert "数 ≥95%" in told
    assert "办了没有" in told or "等次" in told


def test_reasons_and_money_are_told_with_their_parts() -> None:
    told = _printed()
    assert "汛期道路冲毁”：原因" in told
    assert "措施，承办 养护科，时间 6月底前" in told
    assert "措施（没有说做什么）" in told
    assert "尾款 以后付，说明了原因" in told


def test_what_is_not_read_is_marked() -> None:
    row = ROW.model_copy(update={"name": "“”", "reason": None})
    record = Record(project="热线", goal="Abc defg hijk", indicators=(row,))
    told = meaning_text(Sheet(Form(id="1", form_type="project", record=record), pack("national-2020")))
    assert told.count(UNREAD) >= 2
