"""The six sample forms under both standards: sums right, every deduction explained by cells."""

import re
from decimal import Decimal

import pytest

from fuhe.outputs.worksheet_words import reason_of
from fuhe.records import Form
from fuhe.rescoring.standard import standard_names
from fuhe.worksheets import Worksheet
from worksheet_desk import sheets_of

STATED = re.compile(r"扣(\d+(?:\.\d+)?)%（(\d+(?:\.\d+)?)分）：")
SCORES = {
    "district-2025": ["81", "73.5", "78", "78", "80.5", "105.31"],
    "national-practice": ["98", "88.5", "98", "98", "97.5", "117.31"],
}


@pytest.fixture(params=standard_names())
def sheets(request: pytest.FixtureRequest, sample_forms: list[Form]) -> list[Worksheet]:
    return sheets_of(sample_forms, request.param)


@pytest.mark.parametrize("name", standard_names())
def test_scores_of_the_samples(name: str, sample_forms: list[Form]) -> None:
    assert [sheet.score for sheet in sheets_of(sample_forms, name)] == [Decimal(score) for score in SCORES[name]]


def test_sums_are_those_of_the_rows(sheets: list[Worksheet]) -> None:
    for sheet in sheets:
        assert sheet.score == sum(row.weight - row.lost for row in sheet.rows)
        assert sheet.deviation == sum(
            (row.self_score - row.score for row in sheet.rows if row.self_score is not None), Decimal(0)
        )


def test_the_first_row_is_execution(sheets: list[Worksheet]) -> None:
    assert {sheet.rows[0].level1 for sheet in sheets} == {"预算执行"}
    assert str(sheets[5].rows[0].score) == "8.31"  # 70.31 ÷ 84.63 × 10


def test_the_percent_in_a_reason_is_the_one_taken(sheets: list[Worksheet]) -> None:
    for row in (row for sheet in sheets for row in sheet.rows):
        stated = STATED.match(reason_of(row))
        taken = (row.lost / row.weight * 100).quantize(Decimal("0.01"))
        assert Decimal(stated[1] if stated else 0) == taken
        assert Decimal(stated[2] if stated else 0) == row.lost


def test_every_score_rests_on_cells_of_the_form(sheets: list[Worksheet], sample_forms: list[Form]) -> None:
    for sheet, form in zip(sheets, sample_forms, strict=True):
        for row in sheet.rows:
            assert row.cells
            assert all(form.text(cell.field) == cell.text for cell in row.cells)
            assert 0 <= row.score <= row.weight


def test_no_tick_is_on_and_none_is_assumed(sheets: list[Worksheet]) -> None:
    assert not any(tick.on for sheet in sheets for row in sheet.rows for tick in row.ticks)


def test_the_same_input_gives_the_same_sheet(sample_forms: list[Form]) -> None:
    assert sheets_of(sample_forms) == sheets_of(sample_forms)


def test_a_doubted_actual_is_left_to_fill_in(sample_forms: list[Form]) -> None:
    rows = sheets_of(sample_forms)[0].rows
    assert (rows[2].review_actual, rows[5].review_actual) == ("95%", None)


def test_totals_that_do_not_add_up_are_noted(sample_forms: list[Form]) -> None:
    assert sheets_of(sample_forms)[1].notes == ("表上总分98.5，各行自评得分合计88.5；本表按各行合计",)
