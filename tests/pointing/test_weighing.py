"""The weightiest comes first: held against what careful readers of fresh forms say first."""

import pytest

from evals import points
from evals.fresh import FOLDER

SETS = sorted(FOLDER.glob("forms_*"))
MAPPED = [folder for folder in SETS if folder.name in points.mapped()]


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_what_must_be_said_stands_in_the_first_six_points(folder: object) -> None:
    found = points.weighed(folder)  # type: ignore[arg-type]
    assert found.must > 50
    assert found.must_early >= 0.97 * found.must, found.late


def test_what_matters_most_stands_in_the_first_four_points() -> None:
    found = [points.weighed(folder) for folder in MAPPED]
    named = sum(entry.top for entry in found)
    assert named > 36
    assert sum(entry.top_early for entry in found) >= 0.8 * named


def test_less_is_shown_before_anything_is_opened() -> None:
    assert all(points.weighed(folder).shown < 0.6 for folder in SETS)
