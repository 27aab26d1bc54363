"""The six real forms, field by field."""

import json
from pathlib import Path

import pytest

from conftest import SAMPLES
from fuhe.intake.paths import read_paths
from fuhe.records import File

GOLDEN = Path(__file__).parents[1] / "golden" / "zhongwei_2024.records.json"


@pytest.fixture(scope="module")
def file() -> File:
    return next(read_paths([str(SAMPLES / "zhongwei_2024.txt")]))


def test_six_forms_fifty_indicators(file: File) -> None:
    assert [len(form.record.indicators) for form in file.forms] == [8, 8, 8, 8, 8, 10]


def test_every_field_equals_the_source(file: File) -> None:
    read = [form.record.model_dump(exclude_none=True, mode="json") for form in file.forms]
    assert read == [form["record"] for form in json.loads(GOLDEN.read_text("utf-8"))]


def test_nothing_is_left_unplaced(file: File) -> None:
    assert file.status == "ok"


def test_levels_not_printed_are_marked(file: File) -> None:
    assert [list(form.inferred) for form in file.forms] == [
        f["inferred"] for f in json.loads(GOLDEN.read_text("utf-8"))
    ]


def test_missing_level_is_inferred_in_the_forms_own_wording(file: File) -> None:
    invited = file.forms[5].record.indicators[6]
    assert (invited.name, invited.level1) == ("招商引资", "效益指标 (30 分)")


def test_places_point_at_the_printed_cell(file: File, samples: Path) -> None:
    lines = (samples / "zhongwei_2024.txt").read_text("utf-8").splitlines()
    for form in file.forms:
        for field, place in form.places.items():
            assert place.line is not None
            printed = "".join(lines[place.line - 1].split())
            assert "".join((form.text(field) or "").split()) in printed
