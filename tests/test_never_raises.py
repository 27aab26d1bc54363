"""No rule raises on any record the model accepts, alone or in a batch."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from conftest import COLUMNS
from fuhe import checking
from fuhe.policy import pack, pack_names
from fuhe.records import Form, FundingRow, Indicator, Record, Remark

PRINTED = st.sampled_from(
    ["", " ", "无", "/", "—", "0", "-1", "10", "9.5", "100%", "83.08%", "≥95%", "≤5万元", "2024年", "2024年6月底前",
     "3月-5月", "效果显著", "好/一般/差", "不断提升群众满意度", "群众满意度", "资金支付及时率", "完成", "因未完工，下一步加快进度",
     "1,234,567.89", "1e999", "９５％", "一百二十人次", "产出指标（50分）", "数量指标", "满意度指标", "成本指标", "经济效益指标",
     "年度资金总额", "其中：财政拨款", "注：产出50分，效益30分，满意度10分，执行率10分", "30+30+29.99=89.97万元", "（", "【待补充：原因】",
     "建成道路12.5公里，受益群众3000人，合格率100%。", "指标1：", "……", "15人*5万", "≥9" + "9" * 60, "\u200b", "\ud7ff", "𠀀𠀁"]
)  # fmt: skip
CELL = st.none() | PRINTED | st.text(max_size=30)
FORM_TYPES = st.sampled_from(["project", "department", "transfer", "target", "report"])


def _model(model: type[BaseModel], *, but: tuple[str, ...] = ()) -> st.SearchStrategy:
    return st.builds(model, **{name: CELL for name in model.model_fields if name not in but})


RECORDS = st.builds(
    Record,
    **{name: CELL for name in Record.model_fields if name not in ("funding", "indicators", "remarks", "notes")},
    funding=st.lists(_model(FundingRow), max_size=4).map(tuple),
    indicators=st.lists(_model(Indicator), max_size=6).map(tuple),
    remarks=st.lists(st.builds(Remark, label=PRINTED, text=CELL), max_size=2).map(tuple),
    notes=st.lists(PRINTED | st.text(max_size=40), max_size=2).map(tuple),
)
FORMS = st.builds(
    Form,
    id=st.just("1"),
    record=RECORDS,
    form_type=FORM_TYPES,
    truncated=st.booleans(),
    columns=st.sets(st.sampled_from(sorted(COLUMNS))).map(frozenset),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(FORMS, st.sampled_from(pack_names()))
def test_no_rule_raises_on_any_record(form: Form, name: str) -> None:
    checking.check(form, pack(name), strict=True)
