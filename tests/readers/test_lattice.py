"""Rulings and glyphs drawn by hand: cells, lines and joined pages come out as a person sees them."""

import math

import pytest

from fuhe.readers.glyph_lines import lines, text_of
from fuhe.readers.grid import Grid, Para
from fuhe.readers.lattice import Glyph, Ruling, tables
from fuhe.readers.pages import Page, blocks

SIZE = 10.0


def write(text: str, x: float, y: float) -> list[Glyph]:
    """Set full-width characters one after another; y is the top of the line."""
    return [Glyph(char, x + SIZE * i, y, x + SIZE * (i + 1), y + SIZE) for i, char in enumerate(text)]


def ruled(xs: list[float], ys: list[float]) -> list[Ruling]:
    """Draw every ruling of a regular table."""
    return [Ruling(xs[0], y, xs[-1], y) for y in ys] + [Ruling(x, ys[0], x, ys[-1]) for x in xs]


def filled(number: int, rows: list[list[str]], *, width: float = 60, high: float = 20, top: float = 100) -> Page:
    """Draw a regular table with its texts; lines within a cell are parted by a bar."""
    xs = [50 + width * i for i in range(len(rows[0]) + 1)]
    ys = [top + high * i for i in range(len(rows) + 1)]
    glyphs = [
        glyph
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        for n, line in enumerate(text.split("|"))
        for glyph in write(line, xs[c] + 3, ys[r] + 3 + 12 * n)
    ]
    return Page(number, ruled(xs, ys), glyphs)


def grids(*pages: Page) -> list[Grid]:
    return [block for block in blocks(pages) if isinstance(block, Grid)]


def texts(grid: Grid) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.col): cell.text for cell in grid.cells}


def shape(rules: list[Ruling]) -> list[tuple[int, int, int, int]]:
    (grid,) = grids(Page(1, rules, write("字", 52, 102)))
    return [(cell.row, cell.col, cell.rowspan, cell.colspan) for cell in grid.cells]


def test_cells_hold_their_glyphs() -> None:
    (grid,) = grids(filled(1, [["甲", "乙"], ["", "丁"]]))
    assert texts(grid) == {(0, 0): "甲", (0, 1): "乙", (1, 0): "", (1, 1): "丁"}
    assert grid.kind == "spans"


def test_places_name_page_and_box() -> None:
    (grid,) = grids(filled(3, [["甲", "乙"]]))
    place = grid.cells[1].place
    assert (place.table, place.row, place.col, place.page) == (1, 1, 2, 3)
    assert place.box == (110, 100, 170, 120)


def test_missing_rulings_merge_cells() -> None:
    rules = [Ruling(50, y, 170, y) for y in (100, 120, 160)] + [Ruling(x, 100, x, 160) for x in (50, 170)]
    rules += [Ruling(110, 120, 110, 160), Ruling(110, 140, 170, 140)]
    assert shape(rules) == [(0, 0, 1, 2), (1, 0, 2, 1), (1, 1, 1, 1), (2, 1, 1, 1)]


def test_piecewise_and_double_rulings_are_one() -> None:
    whole = ruled([50, 110, 170], [100, 120, 140])
    pieces = [Ruling(x, 100, x + 59, 100) for x in (50, 110)] + [Ruling(50, 101.5, 170, 101.5)]
    assert shape(whole + pieces) == shape(whole)


def test_open_sides_are_closed() -> None:
    rules = [Ruling(50, y, 230, y) for y in (100, 120, 140)] + [Ruling(x, 100, x, 140) for x in (110, 170)]
    assert len(shape(rules)) == 6


def test_underline_makes_no_row() -> None:
    rules = ruled([50, 110, 170], [100, 140])
    assert shape([*rules, Ruling(60, 130, 90, 130)]) == shape(rules)


def test_slanted_and_infinite_strokes_are_ignored() -> None:
    rules = ruled([50, 110, 170], [100, 140])
    odd = [Ruling(50, 100, 110, 140), Ruling(-math.inf, 120, math.inf, 120), Ruling(math.nan, 0, math.nan, 9)]
    assert shape([*rules, *odd]) == shape(rules)


def test_single_frame_is_no_table() -> None:
    assert tables(ruled([10, 500], [10, 800])) == []


def test_frame_around_table_stays_outside() -> None:
    page = filled(1, [["甲", "乙"]])
    framed = Page(1, [*page.rules, *ruled([10, 500], [10, 800])], page.glyphs)
    assert texts(grids(framed)[0]) == {(0, 0): "甲", (0, 1): "乙"}


def test_table_inside_cell_keeps_its_text() -> None:
    outer = ruled([50, 250, 450], [100, 300])
    inner = ruled([60, 110, 160], [110, 150])
    found = grids(Page(1, outer + inner, write("内", 65, 115) + write("外", 300, 115)))
    assert [texts(grid)[0, 0] for grid in found] == ["", "内"]


def test_stray_side_of_cut_cell_is_adopted() -> None:
    rules = [Ruling(110, y, 230, y) for y in (100, 120, 140)] + [Ruling(x, 100, x, 140) for x in (110, 170, 230)]
    rules.append(Ruling(50, 100, 50, 140))
    assert shape(rules)[0] == (0, 0, 2, 1)


def test_drawing_is_no_table() -> None:
    assert tables(ruled([3.0 * i for i in range(999)], [3.0 * i for i in range(999)])) == []
    assert tables(Ruling(0, 3.0 * i, 9, 3.0 * i) for i in range(9000)) == []


def test_lines_ignore_drawing_order() -> None:
    glyphs = write("下", 0, 12) + write("右", 20, 0.8) + write("左", 0, 0)
    assert [line.text for line in lines(reversed(glyphs))] == ["左 右", "下"]


def test_letter_spacing_is_no_space() -> None:
    spaced = [Glyph("评", 0, 0, 10, 10), Glyph("分", 14, 0, 24, 10)]
    assert lines(spaced)[0].text == "评分"


def test_character_printed_twice_counts_once() -> None:
    assert lines(write("粗体", 0, 0) + write("粗体", 0.4, 0))[0].text == "粗体"


@pytest.mark.parametrize(("width", "expected"), [(40, "年度绩效自评"), (80, "年度绩效\n自评")])
def test_only_forced_breaks_stay(width: float, expected: str) -> None:
    rows = lines(write("年度绩效", 0, 0) + write("自评", 0, 12))
    assert text_of(rows, width) == expected


def test_closing_mark_wraps_with_its_word() -> None:
    rows = lines(write("第一", 0, 0) + write("项）", 0, 12))
    assert text_of(rows, 35) == "第一项）"


ROW = ["话务坐席", "20", "10"]


def test_table_goes_on_over_pages() -> None:
    first, second = filled(1, [["指标", "值", "分"], ROW]), filled(2, [["热线畅通", "9", "8"]])
    (grid,) = grids(first, second)
    assert texts(grid)[2, 0] == "热线畅通"
    assert grid.cells[-1].place.page == 2


def test_page_number_does_not_part_tables() -> None:
    first = filled(1, [["指标", "值", "分"], ROW])
    numbered = Page(1, first.rules, [*first.glyphs, *write("第１页", 250, 800)])
    assert len(grids(numbered, filled(2, [ROW]))) == 1


def test_paragraph_parts_tables() -> None:
    second = filled(2, [ROW])
    titled = Page(2, second.rules, [*second.glyphs, *write("另一张表", 60, 50)])
    found = blocks([filled(1, [ROW, ROW]), titled])
    assert [type(block) for block in found] == [Grid, Para, Grid]


def test_project_name_begins_new_form() -> None:
    second = filled(2, [["项目名称", "乙项", ""], ROW])
    assert len(grids(filled(1, [["项目名称", "甲项", ""], ROW]), second)) == 2


def test_rows_repeated_on_every_page_are_dropped() -> None:
    head = ["项目名称", "甲项", ""]
    (grid,) = grids(filled(1, [head, ROW]), filled(2, [head, ["热线畅通", "9", "8"]]))
    assert grid.height == 3


def test_repeated_indicator_heading_is_dropped() -> None:
    head = ["三级指标", "值", "分"]
    (grid,) = grids(filled(1, [["甲", "乙", ""], head, ROW]), filled(2, [head, ["热线畅通", "9", "8"]]))
    assert [text for (_, col), text in texts(grid).items() if col == 0] == ["甲", "三级指标", "话务坐席", "热线畅通"]


def test_different_columns_begin_new_table() -> None:
    assert len(grids(filled(1, [ROW]), filled(2, [["甲", "乙"]], width=70))) == 2
    assert len(grids(filled(1, [ROW]), filled(2, [["甲", "乙", "丙", "丁"]], width=45))) == 2


def test_remarks_go_on_with_other_walls() -> None:
    (grid,) = grids(filled(1, [ROW]), filled(2, [["问题", "无"]], width=90))
    assert (grid.width, grid.cells[-1].text) == (4, "无")


def test_cut_row_is_knit() -> None:
    first = filled(1, [ROW, ["受供货周期|影响设备到", "20", "10"]], high=30)
    (grid,) = grids(first, filled(2, [["货延迟", "", ""], ROW], high=30))
    assert grid.height == 3
    assert texts(grid)[1, 0] == "受供货周期影响设备到货延迟"
    assert texts(grid)[1, 1] == "20"


def test_whole_rows_are_not_knit() -> None:
    (grid,) = grids(filled(1, [ROW, ROW]), filled(2, [ROW]))
    assert grid.height == 3


def labelled(number: int, label: str, rows: int) -> Page:
    """Draw a merged label beside single rows."""
    ys = [100 + 20 * i for i in range(rows + 1)]
    rules = [Ruling(110, y, 230, y) for y in ys] + [Ruling(x, 100, x, ys[-1]) for x in (50, 110, 170, 230)]
    rules += [Ruling(50, ys[0], 110, ys[0]), Ruling(50, ys[-1], 110, ys[-1])]
    glyphs = [glyph for y in ys[:-1] for glyph in write("项", 113, y + 3) + write("10", 173, y + 3)]
    return Page(number, rules, write(label, 53, 103) + glyphs)


@pytest.mark.parametrize(
    ("above", "below"), [("产出指标", ""), ("", "产出指标"), ("产出", "指标"), ("产出指标", "50分")]
)
def test_cut_label_is_knit(above: str, below: str) -> None:
    (grid,) = grids(labelled(1, above, 3), labelled(2, below, 2))
    label = grid.cells[0]
    assert (label.rowspan, label.text.replace("\n", "")) == (5, above + below)


def test_next_label_is_not_knit() -> None:
    (grid,) = grids(labelled(1, "产出指标", 2), labelled(2, "效益指标", 2))
    assert [cell.text for cell in grid.cells if cell.col == 0] == ["产出指标", "效益指标"]


def test_long_line_goes_on_in_paragraph() -> None:
    glyphs = write("注本表由实施单位", 50, 700) + write("填报", 50, 712) + write("附件", 50, 50)
    found = blocks([Page(1, [], glyphs)])
    assert [block.text for block in found if isinstance(block, Para)] == ["附件", "注本表由实施单位填报"]
