"""What scans are read with, part by part: sheets lined up, readings repaired, heights, slopes and ink accounted for."""

import pytest

from fuhe.readers import image
from fuhe.readers.grid import Grid, GridCell
from fuhe.records import Place
from readers.scan_files import extra, packed, rendered


def test_shifted_sheet_is_lined_up_with_the_one_before() -> None:
    from fuhe.readers.drawn_page import Drawn
    from fuhe.readers.lattice import Glyph, Ruling
    from fuhe.readers.scans.lined_up import LinedUpPages

    def sheet(shift: float) -> Drawn:
        level = [Ruling(100 + shift, y, 300 + shift, y) for y in (50, 90, 130)]
        upright = [Ruling(x + shift, 50, x + shift, 130) for x in (100, 200, 300)]
        return Drawn(rules=level + upright, glyphs=[Glyph("甲", 120 + shift, 60, 130 + shift, 70)])

    line = LinedUpPages()
    first, second = line.moved(sheet(0)), line.moved(sheet(12))
    assert second.glyphs[0].x0 == pytest.approx(first.glyphs[0].x0)


def column(*texts: str) -> list[GridCell]:
    """Repair the cells of one column."""
    from fuhe.readers.scans.sure_repairs import repaired

    cells = tuple(GridCell(row, 0, text, Place()) for row, text in enumerate(texts))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    return list(grid.cells)


@extra
def test_lone_stroke_is_a_dash_and_keeps_its_reading() -> None:
    assert [(c.text, c.raw) for c in column("一", "一级指标", "-5")] == [("—", "一"), ("一级指标", None), ("-5", None)]


@extra
def test_sign_among_operators_is_the_operator_it_looks_like() -> None:
    assert [(cell.text, cell.raw) for cell in column("二", "≥", "定性", "N")] == [
        ("=", "二"), ("≥", None), ("定性", None), ("≥", "N"),
    ]  # fmt: skip
    assert column("指标性质", "く")[1].text == "<"
    assert [cell.text for cell in column("二", "三", "N")] == ["二", "三", "N"]


def row_of(target: str, actual: str) -> GridCell:
    """Repair the target of a row below one with a bound."""
    from fuhe.readers.scans.sure_repairs import repaired

    texts = (("≥95%", "96%"), (target, actual))
    cells = tuple(GridCell(r, c, text, Place()) for r, row in enumerate(texts) for c, text in enumerate(row))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    return grid.cells[2]


@extra
@pytest.mark.parametrize(
    ("target", "actual", "text", "raw", "sure"),
    [
        ("290%", "92.5%", "≥90%", "290%", 1.0),
        ("290%", "85%", "290%", None, 0.0),
        ("290%", "310%", "290%", None, 0.0),
        ("290%", "已完成", "290%", None, 0.0),
    ],
)
def test_bound_read_as_a_figure_is_put_right_where_the_row_meets_it(
    target: str, actual: str, text: str, raw: str | None, sure: float
) -> None:
    cell = row_of(target, actual)
    assert (cell.text, cell.raw, cell.sure) == (text, raw, sure)


@extra
def test_letters_among_figures_are_figures() -> None:
    assert [(cell.text, cell.raw) for cell in column("10", "1O", "5.5", "l5", "8", "O")][1:4:2] == [
        ("10", "1O"), ("15", "l5"),
    ]  # fmt: skip
    assert column("10", "5.5", "8", "O")[3].text == "O"
    assert column("1O", "甲", "乙")[0].text == "1O"


@extra
def test_label_not_made_out_is_the_printed_one_it_can_only_be() -> None:
    from fuhe.readers.scans.sure_repairs import repaired

    texts = (("广出指标（50分）", 0.5), ("具他资金", 0.5), ("效量指标", 0.5), ("实际完成率", 0.95), ("产出指标", 0.5))
    cells = tuple(GridCell(row, 0, text, Place(), sure=sure) for row, (text, sure) in enumerate(texts))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["产出指标(50分)", "其他资金", "效量指标", "实际完成率", "产出指标"]
    assert [cell.raw for cell in grid.cells][:2] == ["广出指标（50分）", "具他资金"]


def test_strokes_that_go_their_own_way_do_not_tilt_a_page() -> None:
    import cv2
    import numpy as np

    from fuhe.readers.scans.straighten import straightened

    drawn = np.zeros((2400, 1800), np.uint8)
    for y in range(300, 2200, 190):
        cv2.line(drawn, (250, y + 30), (1500, y - 30), 255, 3)
    for number in range(40):  # a crowded corner of shorter strokes
        cv2.line(drawn, (900, 330 + 9 * number), (1140, 338 + 9 * number), 255, 1)
    straight = straightened(np.repeat((255 - drawn)[..., None], 3, axis=2), drawn)
    rows = np.flatnonzero((straight[:, :, 0] < 128).sum(axis=1) > 900)
    assert len(rows) >= 9


@extra
def test_small_print_has_the_height_of_its_lines() -> None:
    import cv2
    import numpy as np

    from fuhe.readers.scans.line_crops import letter_height
    from fuhe.readers.scans.page_ink import inked

    printed = cv2.cvtColor(rendered(), cv2.COLOR_BGR2GRAY)
    usual, joined = (
        letter_height(inked(np.asarray(page, np.uint8))) for page in (printed, cv2.erode(printed, np.ones((1, 9))))
    )
    assert joined == pytest.approx(usual, rel=0.2)


@extra
def test_ink_no_character_stands_at_is_noticed() -> None:
    import numpy as np

    from fuhe.readers.scans.accounted import accounted
    from fuhe.readers.scans.recogniser import SeenChar

    crop = np.full((40, 200), 255, np.uint8)
    for left in (10, 60, 110):
        crop[8:32, left : left + 20] = 0
    chars = tuple(SeenChar("9", at / 200, 1.0) for at in (20, 70, 120))
    assert accounted(crop, chars)
    assert not accounted(crop, (chars[0], chars[2]))
    assert not accounted(crop, (chars[0], chars[1]._replace(char="."), chars[2]))  # as tall as a digit


@extra
def test_part_of_a_letter_is_no_letter() -> None:
    from fuhe.readers.scans.accounted import is_cut
    from fuhe.readers.scans.recogniser import SeenChar

    assert is_cut(9, (SeenChar("盏", 0.5, 1.0),), 24)
    assert not is_cut(9, (SeenChar("一", 0.5, 1.0),), 24)
    assert not is_cut(20, (SeenChar("盏", 0.5, 1.0),), 24)


@extra
@pytest.mark.parametrize(
    ("text", "sure", "is_sure"),
    [
        ("145.00", 0.98, True), ("145.00", 0.96, False), ("已完成", 0.96, True), ("已完成", 0.94, False),
        ("14.5.00", 1.0, False), ("2..1公里", 1.0, False), ("2024.12.31", 1.0, True), ("1,5", 1.0, False), ("12,345.60", 1.0, True),
    ],
)  # fmt: skip
def test_figures_are_held_to_a_higher_bar(text: str, sure: float, is_sure: bool) -> None:
    from fuhe.readers.scans import sure_repairs

    (grid,) = sure_repairs.repaired([Grid((GridCell(0, 0, text, Place(), sure=sure),), "spans")])
    assert isinstance(grid, Grid)
    assert sure_repairs.is_sure(grid.cells[0]) is is_sure


@extra
def test_wall_that_is_not_found_leaves_a_bar() -> None:
    import cv2
    import numpy as np

    page = np.full((2300, 1600, 3), 255, np.uint8)
    for row in range(6):
        for col in range(4):
            left, top = 200 + 300 * col, 300 + 60 * row
            cv2.rectangle(page, (left, top), (left + 300, top + 60), (0, 0, 0), 2)
            cv2.putText(page, f"{row + 1}{col}8.5", (left + 20, top + 42), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    page[423:477, 780:820] = 255  # the wall between the third and the second cell of the third row
    (grid,) = (block for block in image.read(packed(page)).blocks if isinstance(block, Grid))
    (parted,) = (cell for cell in grid.cells if cell.colspan == 2)
    assert (parted.text, parted.sure) == ("318.5|328.5", 0.0)
