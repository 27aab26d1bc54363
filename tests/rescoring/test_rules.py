"""Every rule of the district's standard against rows it takes from and rows it leaves alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import build, findings_of
from fuhe.outputs.worksheet_words import reason_of
from fuhe.policy import pack
from fuhe.rescoring.proposing import propose
from fuhe.rescoring.standard import standard
from fuhe.worksheets import WorkRow, with_ticks

CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("rules.yml").read_text("utf-8"))
FUNDS = "100｜100｜100｜10｜100%｜10"


def _cases(kind: str) -> list[Any]:
    named = ((name, number, case) for name, cases in CASES.items() for number, case in enumerate(cases[kind], 1))
    return [pytest.param(name, case, id=f"{name}-{number}") for name, number, case in named]


def _row(name: str, case: dict[str, Any]) -> WorkRow:
    form = build(
        {
            "rows": [*case.get("others", []), case["row"]],
            "more": {len(case.get("others", [])): case.get("more", {})},
            "funding": [f"年度资金总额：｜{case.get('funding', FUNDS)}"],
        }
    )
    sheet = propose("", form, findings_of(form), standard("district-2025"), pack("national-2020"))
    row = sheet.rows[0 if name == "预算执行" else -1]
    return with_ticks(row, case.get("tick", ()))


def _number(name: str) -> str:
    names = [one.rule.case for one in standard("district-2025").rules]
    return standard("district-2025").rules[names.index(name)].cited if name in names else name


@pytest.mark.parametrize(("name", "case"), _cases("fail"))
def test_rule_decides(name: str, case: dict[str, Any]) -> None:
    row = _row(name, case)
    assert float(row.score) == case["score"], reason_of(row)
    assert (row.ticked.rule if row.ticked else row.rule) == _number(case.get("case", name))
    assert case.get("says", "") in reason_of(row)


@pytest.mark.parametrize(("name", "case"), _cases("pass"))
def test_rule_leaves_alone(name: str, case: dict[str, Any]) -> None:
    row = _row(name, case)
    assert float(row.score) == case["score"], reason_of(row)
    assert case.get("silent", "没有这句话") not in reason_of(row)


def test_the_public_standard_has_its_fourteen_rules() -> None:
    # Execution stands in a line of its own; an indicator named 无 is one more way of the first qualitative rule.
    cases = [rule.case for rule in standard("district-2025").rows]
    assert len(cases) == 14
    assert {*cases, "预算执行"} == set(CASES)
