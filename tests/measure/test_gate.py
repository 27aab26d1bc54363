"""The check that keeps the figures: the same again, none below the baseline, and red when something is made worse."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import __main__ as command
from evals import adversarial, drafts, gate, judge, labelled, report, rules
from evals.recorded import models
from evals.results import OURS, Results, collect
from fuhe import checking, prompts
from fuhe.drafting import word_check
from fuhe.rules import RULES

README = Path(__file__).parents[2] / "README.md"
SAMPLES = "六张样表"


@pytest.fixture(scope="module")
def results() -> Results:
    """One run of everything that needs no key."""
    return collect()


def test_no_figure_is_below_the_baseline(results: Results) -> None:
    assert gate.drops(gate.figures(results), gate.baseline()) == []


def test_report_in_the_tree_is_current(results: Results) -> None:
    """It was written by another run: so two runs give the same, too."""
    assert command.stale(results) == []
    for name, svg in report.drawn(results).items():
        assert (report.PLOTS / name).read_text("utf-8") == svg, "请运行 python -m evals"


def test_readme_quotes_the_report() -> None:
    section = README.read_text("utf-8").partition("## 好到什么程度")[2].partition("\n## ")[0]
    quoted = [line for line in section.splitlines() if line.startswith("| ")]
    assert len(quoted) >= 8
    told = report.FILE.read_text("utf-8").splitlines()
    assert [line for line in quoted if line not in told] == []


def _drops(now: dict[str, float]) -> list[str]:
    """Compare figures of one part with that part of the baseline."""
    return gate.drops(now, {path: floor for path, floor in gate.baseline().items() if path in now})


def _rules_now() -> dict[str, float]:
    return dict(gate._of_rules({SAMPLES: rules.judge(labelled.samples())}))


def test_silenced_rule_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(rule for rule in RULES if rule.code != "S001")
    assert _drops(_rules_now()) == []
    monkeypatch.setattr(checking, "form_rules", lambda: kept)
    assert f"规则/{SAMPLES}/S001/recall：1 → 0.0" in _drops(_rules_now())


def test_noisy_rule_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = next(rule for rule in RULES if rule.code == "S001")
    full = next(rule for rule in RULES if rule.code == "F003")
    noisy = dataclasses.replace(full, check=quiet.check)
    monkeypatch.setattr(checking, "form_rules", lambda: (*RULES, noisy))
    assert any(drop.startswith(f"规则/{SAMPLES}/F003/precision") for drop in _drops(_rules_now()))


@pytest.fixture
def other_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A copy of the prompts in which the one for reasons no longer forbids figures."""
    shutil.copytree(prompts.folder(), tmp_path / "prompts")
    path = tmp_path / "prompts/reason.md"
    path.write_text(path.read_text("utf-8").replace("measure 里不许有：", "measure 里可以有："), "utf-8")
    monkeypatch.setattr(prompts, "folder", lambda: tmp_path / "prompts")
    prompts.load.cache_clear()
    yield
    prompts.load.cache_clear()


@pytest.mark.usefixtures("other_prompt")
def test_changed_prompt_turns_the_check_red() -> None:
    model = models()[0]
    drafts.measure("reason", model)
    assert model.missing
    path = f"模型/{model.name}/缺录"
    assert gate.drops({path: float(model.missing)}, {path: 0.0})


def test_weakened_guard_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_check, "NAME_DOUBTS", ())
    monkeypatch.setattr(word_check, "STATEMENT_DOUBTS", ())
    stopped = {"核对关/拦下不能用的句子": float(judge.agreement(judge.by_guard).both_not)}
    assert _drops(stopped)
    assert _drops({"对抗/表外事实": float(adversarial.attacked()[2])})


def test_figure_that_is_gone_is_a_drop() -> None:
    assert gate.drops({}, {"规则/甲/V001/recall": 1.0}) == ["规则/甲/V001/recall：1 → none"]


def test_faults_may_fall_but_not_rise() -> None:
    floor = {"对抗/表外事实": 1.0, "质量分/全部/tau": 0.8}
    assert gate.drops({"对抗/表外事实": 0.0, "质量分/全部/tau": 0.9}, floor) == []
    assert len(gate.drops({"对抗/表外事实": 2.0, "质量分/全部/tau": 0.7}, floor)) == 2


def test_every_model_recorded_has_all_answers(results: Results) -> None:
    kept = gate.baseline()  # questions that changed since they were put to the model are counted, not passed over
    assert results.missing == {model.name: kept[f"模型/{model.name}/缺录"] for model in models()}
    assert OURS in results.subset
