"""What a person has read in a scan's cell stands in the place of what was made out, and nothing doubts it any more."""

from fuhe.intake.corrected_cells import CorrectedCell, corrected
from fuhe.intake.unread import marked
from fuhe.readers.grid import Document, Grid, GridCell
from fuhe.records import Form, FundingRow, Place, Problem, Record

HERE, THERE = Place(table=1, row=1, col=1, page=1), Place(table=1, row=1, col=2, page=1)


def test_corrected_cell_is_sure_and_the_others_stay() -> None:
    cells = (GridCell(0, 0, "2O", HERE, sure=0.3), GridCell(0, 1, "甲", THERE, sure=0.4, raw="申"))
    told = tuple(Problem(code="unsure", message="没有认准", place=place) for place in (HERE, THERE))
    document = Document("image", (Grid(cells, "spans"),), told, frozenset({HERE, THERE}))
    after = corrected(document, [CorrectedCell(place=HERE, text="20")])
    (grid,) = after.blocks
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.sure) for cell in grid.cells] == [("20", 1.0), ("甲", 0.4)]
    assert [problem.place for problem in after.problems] == [THERE]
    assert after.unread == {THERE}


def test_cell_that_is_no_longer_there_is_passed_over() -> None:
    document = Document("image", ())
    assert corrected(document, [CorrectedCell(place=HERE, text="20")]) == document


def test_what_may_stand_behind_a_lost_ruling_is_not_missing() -> None:
    record = Record(funding=(FundingRow(label="资金总额|460.00", executed="437.00"),))
    form = Form(
        id="1", record=record, places={"funding[0].label": HERE, "funding[0].executed": THERE, "funding[0].other": HERE}
    )
    assert "funding[0].full_year_budget" in marked(form, frozenset({HERE})).unread
    assert "funding[0].executed" not in marked(form, frozenset({HERE})).unread
