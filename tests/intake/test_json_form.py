"""One form a line: as read writes it, or its bare record; which columns its layout prints; what is refused."""

import json
from typing import Any

import pytest

from conftest import findings_of
from fuhe.errors import ReadError
from fuhe.intake.json_form import form_of
from fuhe.outputs.contract import FileReport, form_report, to_json_line
from fuhe.records import Form

ROW: dict[str, Any] = {
    "level1": "产出指标",
    "level2": "数量指标",
    "name": "维修里程",
    "target": "≥20公里",
    "actual": "18公里",
    "weight": "100",
    "score": "95",
}


def of(record: dict[str, Any]) -> Form:
    return form_of(json.dumps(record, ensure_ascii=False).encode())


def test_form_comes_back_with_the_same_findings(sample_forms: list[Form]) -> None:
    for form in sample_forms:
        line = to_json_line(FileReport(path="a", status="ok", problems=(), forms=[]), form_report(form))
        again = form_of(line.encode())
        assert again.record == form.record
        assert [one.fingerprint for one in findings_of(again)] == [one.fingerprint for one in findings_of(form)]


@pytest.mark.parametrize(("more", "has"), [({}, False), ({"reason": None}, True), ({"last_actual": None}, False)])
def test_column_is_printed_where_its_national_key_stands(more: dict[str, Any], has: bool) -> None:
    form = of({"project": "道路", "indicators": [ROW | more]})
    assert ({"reason", "last_actual"} & form.columns != set()) == has
    assert {"project", "name", "score"} <= form.columns


def test_columns_told_are_believed() -> None:
    form = of({"record": {"indicators": [ROW]}, "columns": ["name", "reason"]})
    assert form.columns == {"name", "reason"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "不是完整的 JSON"),
        ("[" * 100000, "不是完整的 JSON"),
        ("[]", "不是一张表"),
        ('{"project": "道路"}', "没有指标"),
        ('{"indicators": [{"name": 3}]}', "indicators.0.name"),
        ('{"record": {"indicators": []}, "more": 1}', "more"),
    ],
)
def test_line_that_is_no_form_is_refused_in_words(line: str, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        form_of(line.encode())


def test_byte_order_mark_is_passed_over() -> None:
    assert form_of(b"\xef\xbb\xbf" + json.dumps({"indicators": [ROW]}).encode()).record.indicators


@pytest.mark.parametrize(
    ("printed", "read"), [(r"坏\u0000名", "坏名"), (r"坏\ud800名", "坏?名"), (r"\ud83d\ude00好", "😀好")]
)
def test_characters_nothing_can_store_are_left_out(printed: str, read: str) -> None:
    line = f'{{"project": "{printed}", "indicators": [{{"name": "次数"}}]}}'
    assert form_of(line.encode()).record.project == read


@pytest.mark.parametrize(
    "name", ["无\u200b", "\u200b", "\u3164", "无\u3164", "\u115f无", "无\ufe0f", "指标\u20601", "无\u00ad"]
)
def test_what_prints_nothing_does_not_make_a_name(name: str) -> None:
    for ascii_only in (True, False):
        form = form_of(
            json.dumps({"project": "道路", "indicators": [{**ROW, "name": name}]}, ensure_ascii=ascii_only).encode()
        )
        assert "F003" in [finding.code for finding in findings_of(form)]


@pytest.mark.parametrize("field", ["initial_budget", "full_year_budget", "executed", "weight", "score"])
@pytest.mark.parametrize("value", ["9" * 1000, "-" + "9" * 40, "0." + "0" * 1000 + "1", "1" * 1000 + "万元"])
def test_endless_number_is_a_doubt_and_nothing_breaks(field: str, value: str) -> None:
    line = {
        "label": "年度资金总额",
        "initial_budget": "100",
        "full_year_budget": "100",
        "executed": "90",
        "weight": "10",
        "score": "9",
    }
    part = {"label": "其中：财政拨款", "initial_budget": "100", "full_year_budget": "100", "executed": "90"}
    form = of({"project": "道路", "fund_unit": "万元", "funding": [{**line, field: value}, part], "indicators": [ROW]})
    found = findings_of(form)  # a rule that breaks raises here
    assert [finding.code for finding in found if f"funding[0].{field}" in [cell.field for cell in finding.cells]] == [
        "F008"
    ]
