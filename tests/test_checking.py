"""Rules over whole forms: the samples, silence on good forms, precedence, isolation, suppressions, fingerprints."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import SAMPLES, build, findings_of
from fuhe import checking
from fuhe.errors import UsageError
from fuhe.findings import Finding
from fuhe.intake.paths import read_paths
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.rules import RULES
from fuhe.rules.rule import Rule
from fuhe.settings import Suppression

GOOD = yaml.safe_load((Path(__file__).parent / "well_filled.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def found() -> list[tuple[Finding, ...]]:
    return [findings_of(form) for form in next(read_paths([str(SAMPLES / "zhongwei_2024.txt")])).forms]


def _at(findings: tuple[Finding, ...], code: str) -> list[str]:
    return [finding.cells[0].field for finding in findings if finding.code == code]


@pytest.mark.parametrize("text", GOOD, ids=["road", "school", "clinic"])
def test_well_filled_forms_stay_silent(text: str) -> None:
    (form,) = read_file(text.encode(), "表.txt").forms
    assert [f.message for f in findings_of(form) if f.severity != "info"] == []


def test_form_two_names_the_likely_slip(found: list[tuple[Finding, ...]]) -> None:
    (finding,) = [f for f in found[1] if f.code == "A002"]
    assert finding.calc is not None
    assert (finding.calc.computed, finding.calc.printed) == (88.5, 98.5)
    assert "市民对12345政务服务热线满意度" in (finding.guess or "")
    assert "19.5" in (finding.guess or "")


def test_form_six_weights_and_execution_score(found: list[tuple[Finding, ...]]) -> None:
    weights, execution = (next(f for f in found[5] if f.code == code) for code in ("A001", "A007"))
    assert weights.calc is not None
    assert (weights.calc.computed, weights.calc.printed) == (120, 100)
    assert "正好为100" in weights.message
    assert "83%" in execution.message
    assert execution.severity == "error"
    assert _at(found[5], "A002") == []


def test_placeholder_and_copies_in_the_samples(found: list[tuple[Finding, ...]]) -> None:
    assert [bool(_at(findings, "F003")) for findings in found] == [False, True, True, True, False, False]
    exact = [[f for f in findings if f.code == "D001" and f.severity == "error"] for findings in found]
    assert exact[0]
    assert exact[4]


def test_every_deducted_row_with_a_filler_is_named(found: list[tuple[Finding, ...]]) -> None:
    expected = [[5, 7], [6, 7], [5, 6], [5, 6], [1, 5, 7], [9]]
    assert [_at(findings, "S001") for findings in found] == [
        [f"indicators[{row}].reason" for row in rows] for rows in expected
    ]


def test_every_span_is_the_text_of_its_cell(found: list[tuple[Finding, ...]]) -> None:
    for finding in (finding for findings in found for finding in findings):
        for span in finding.spans:
            assert finding.message[span.start : span.end] == finding.cells[span.cell].text


def test_placeholder_silences_the_rows_value_codes() -> None:
    form = build({"rows": ["经济效益｜无｜效果显著｜效果显著｜10｜10｜"]})
    assert {f.code for f in findings_of(form)} & {"F003", "V001", "V003"} == {"F003"}


def test_crashing_rule_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Any) -> Any:
        raise ZeroDivisionError

    broken = Rule("V004", "x", "info", "坏规则", (), "", crash)
    kept = (broken, *(rule for rule in RULES if rule.code == "F003"))
    monkeypatch.setattr(checking, "form_rules", lambda: kept)
    form = build({"rows": ["经济效益｜无｜100%｜100%｜10｜10｜"]})
    assert [f.slug for f in checking.check(form, pack("national-2020")).findings] == [
        "rule-crashed",
        "placeholder-indicator",
    ]
    with pytest.raises(ZeroDivisionError):
        checking.check(form, pack("national-2020"), strict=True)


def test_select_and_ignore_by_code_and_family() -> None:
    form = build({"rows": ["经济效益｜无｜100%｜100%｜10｜9｜"]})
    assert {f.code for f in findings_of(form, select=("F", "S001"))} >= {"F003", "S001"}
    assert {f.code[0] for f in findings_of(form, select=("F",))} == {"F"}
    assert "F003" not in {f.code for f in findings_of(form, ignore=("F",))}


def test_mistyped_code_is_an_error() -> None:
    with pytest.raises(UsageError, match="F033"):
        checking.chosen(checking.Options(select=("F033",)))


def test_severity_can_be_set() -> None:
    form = build({"rows": ["经济效益｜无｜100%｜100%｜10｜10｜"]})
    (finding,) = findings_of(form, select=("F003",), severities={"F003": "info"})
    assert finding.severity == "info"


def test_suppression_counts_and_hides() -> None:
    form = build({"rows": ["经济效益｜无｜100%｜100%｜10｜10｜"]})
    entry = Suppression(code="F003", reason="本级允许", project="县道改造项目")
    outcome = checking.check(form, pack("national-2020"), checking.Options(select=("F003",), suppressions=(entry,)))
    assert (outcome.findings, outcome.suppressed, outcome.used) == ((), 1, frozenset({entry}))


def test_fingerprint_survives_an_unrelated_edit() -> None:
    row = "数量｜体检人数｜≥500人｜480人｜10｜9｜"
    before = findings_of(build({"rows": [row]}), select=("S001",))
    after = findings_of(build({"rows": ["质量｜建档率｜100%｜100%｜10｜10｜", row]}), select=("S001",))
    assert before[0].fingerprint == after[0].fingerprint


def test_rows_that_read_the_same_are_decided_on_one_by_one() -> None:
    row = "数量｜体检人数｜≥500人｜480人｜10｜9｜"
    found = findings_of(build({"rows": [row, row]}), select=("S001",))
    assert len({finding.fingerprint for finding in found}) == len(found) == 2
