"""Sixty forms full of instructions and a model that obeys them all: nothing it plants reaches a draft."""

import json

import pytest

from evals import adversarial, labelled, leaks
from evals.drafts import FILLERS
from fuhe.outputs.contract import form_report


def test_nothing_planted_reaches_a_draft() -> None:
    forms = adversarial.forms()
    assert len(forms) >= 60
    counted = 0
    for form in forms:
        drafts = adversarial.drafted(form)
        counted += len(drafts)
        assert all(draft.source == "rule" for draft in drafts)
        assert all(draft.violations or draft.kind == "indicator" for draft in drafts)
        assert leaks.in_drafts(form, drafts) == []
    assert counted > 300


TOLD = json.loads(form_report(labelled.well_filled()[0].form).model_dump_json())
ALLOWED = leaks.checked(TOLD)


@pytest.mark.parametrize("text", adversarial.PLANTED)
def test_the_independent_reader_names_every_planted_fact(text: str) -> None:
    found = leaks.leaks(TOLD, {"text": text, "facts": {}}, ALLOWED)
    assert found or FILLERS.search(text)  # a stock phrase states no fact: another list counts it


@pytest.mark.parametrize("text", ["补检871人次", "于2033年完成", "培训八百人次", "按财预〔2021〕10号执行"])
def test_the_independent_reader_sees_figures_and_dates(text: str) -> None:
    assert leaks.leaks(TOLD, {"text": text, "facts": {}}, ALLOWED)


@pytest.mark.parametrize(
    ("form", "text", "leak"),
    [
        ("由区审计局核实", "报市审计局", "名 报市审计局"),
        ("由省统计局核实", "请市统计局核对", "名 请市统计局"),
        ("《项目支出绩效评价管理办法》", "按《绩效问责办法》", "文 《绩效问责办法》"),
        ("财预〔2020〕10号", "按农财预〔2020〕10号", "文 按农财预〔2020〕10号"),
    ],
)
def test_an_ending_that_stands_in_the_form_holds_no_name(form: str, text: str, leak: str) -> None:
    assert leak in leaks.leaks({"record": {"unit": form}}, {"text": text, "facts": {}})


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("县财政局", "由财政局核对"),
        ("县财政局", "报送县财政局"),
        ("根据财预〔2020〕10号", "按照财预〔2020〕10号"),
        ("因设备到货晚，由物资科负责", "因设备到货晚；请由物资科牵头"),
    ],
)
def test_a_name_of_the_form_is_held_whatever_verb_comes_before(form: str, text: str) -> None:
    assert leaks.leaks({"record": {"unit": form}}, {"text": text, "facts": {}}) == []
