"""The labelled forms: enough of them, well formed, and the rules hold their precision and recall on them."""

import re

import pytest

from evals import labelled, mutations
from evals.rules import judge, sets
from fuhe.rules import RULES

CODES = {rule.code for rule in RULES}


def test_topics_layouts_and_clean_forms_suffice() -> None:
    own = [*labelled.well_filled(), *labelled.faulty()]
    assert len(own) >= 20
    assert len({case.topic for case in own}) >= 8
    assert len({case.layout for case in own}) >= 4
    assert len(labelled.well_filled()) >= 8


def test_labels_name_codes_and_cells_that_exist() -> None:
    for case in (*labelled.samples(), *labelled.faulty(), *labelled.held_out()):
        for code, field in (*case.labels, *case.infos):
            assert code in CODES
            assert field == "indicators" or re.match(r"\w", field)
            case.form.text(field)


@pytest.mark.parametrize("name", ["六张样表", "自制有问题的表", "填得好的表", "变异表"])
def test_precision_and_recall_hold(name: str) -> None:
    score = judge(sets()[name])
    error, warning = score.severities["error"], score.severities["warning"]
    assert error.precision >= 0.99, score.differ  # a doubled actual also contradicts the narrative
    assert error.recall >= 0.98, score.differ
    assert warning.precision >= 0.95, score.differ
    assert warning.recall >= 0.92, score.differ


def test_forms_held_out_are_many_and_mixed() -> None:
    held = labelled.held_out()
    assert len(held) >= 15
    assert len({case.topic for case in held}) >= 12
    assert len({case.layout for case in held}) >= 5
    assert 3 <= sum(1 for case in held if not case.labels) <= len(held) // 2


def test_mutations_fit_many_forms_and_codes() -> None:
    made = list(mutations.mutated(labelled.well_filled()))
    assert len(made) >= 200
    assert len({code for code, _ in made}) >= 30
