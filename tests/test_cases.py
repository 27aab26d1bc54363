"""Every rule against its own cases in cases/<CODE>.yml: what passes, what fails, and in what words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import build, findings_of
from fuhe.rules import RULES

FOLDER = Path(__file__).parent / "cases"
LEAST = 5


def _cases(kind: str) -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))[kind], 1):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}-{number}"))
    return found


def test_every_rule_has_its_cases() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} == {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_enough_cases_on_both_sides(rule: Any) -> None:
    cases = yaml.safe_load((FOLDER / f"{rule.code}.yml").read_text("utf-8"))
    assert min(len(cases["pass"]), len(cases["fail"])) >= LEAST


@pytest.mark.parametrize(("code", "case"), _cases("pass"))
def test_rule_is_silent(code: str, case: dict[str, Any]) -> None:
    assert [finding.message for finding in findings_of(build(case), case.get("policy")) if finding.code == code] == []


@pytest.mark.parametrize(("code", "case"), _cases("fail"))
def test_rule_speaks(code: str, case: dict[str, Any]) -> None:
    found = [finding for finding in findings_of(build(case), case.get("policy")) if finding.code == code]
    assert len(found) == case.get("count", 1), [finding.message for finding in found]
    first = found[0]
    assert first.cells[0].field == case["at"]
    assert all(words in first.message + (first.guess or "") for words in case["says"]), first.message
    assert first.severity == case.get("severity", next(rule.severity for rule in RULES if rule.code == code))
