"""No field of a record, however hostile its text, makes checking slower than the text is long."""

from time import process_time

import pytest

from conftest import findings_of
from fuhe.records import Form, FundingRow, Indicator, Record

KINDS = ["1", "1+", "×", "a", "甲乙", "无", "一百", "（）", "95％", "2024年3月1日"]
FIELDS = ["goal", "outcome", "name", "target", "actual", "reason", "notes", "amount"]
SIZES = (2_000, 32_000)
_ROW = Indicator(
    level1="产出指标", level2="数量指标", name="改造道路", target="5公里", actual="5公里", weight="90", score="80"
)
_FUND = FundingRow(
    label="年度资金总额", initial_budget="100", full_year_budget="100", executed="60", weight="10", score="6"
)


def _form(field: str, text: str) -> Form:
    row = _ROW.model_copy(update={field: text}) if field in ("name", "target", "actual", "reason") else _ROW
    fund = _FUND.model_copy(update={"executed": text}) if field == "amount" else _FUND
    record = {"goal": "改造道路5公里", "outcome": "改造道路5公里", "notes": ("注：无",)}
    record |= {field: (text,) if field == "notes" else text} if field in record else {}
    return Form(
        id="1", form_type="project",
        record=Record(project="道路", year="2024", indicators=(row, _ROW), funding=(fund,), fund_unit="万元", **record),
    )  # fmt: skip


def _seconds(field: str, kind: str, size: int) -> float:
    form = _form(field, (kind * (size // len(kind) + 1))[:size])
    start = process_time()
    findings_of(form)
    return process_time() - start


@pytest.mark.parametrize("field", FIELDS)
def test_time_grows_no_faster_than_any_field(field: str) -> None:
    findings_of(_form("goal", "改造道路5公里"))
    for kind in KINDS:
        short, long = (min(_seconds(field, kind, size + more) for more in (0, 1)) for size in SIZES)
        assert long < max(0.3, 24 * short), f"{field} {kind}: {short:.3f} s → {long:.3f} s"


@pytest.mark.parametrize("field", FIELDS)
def test_an_endless_figure_is_no_error(field: str) -> None:
    found = findings_of(_form(field, "9" * 1_000))
    assert not [finding for finding in found if "没有运行" in finding.message]
