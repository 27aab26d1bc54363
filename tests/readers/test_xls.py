"""Old workbooks give printed texts, true merges and nothing that a person cannot see."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import olefile  # type: ignore[import-untyped]
import pytest

from fuhe.errors import ReadError
from fuhe.readers.grid import Grid, GridCell
from fuhe.readers.used import GAP_ROWS, cut_far, lay_out
from fuhe.readers.xls import read
from readers.compound import with_storage

FIXTURES = Path(__file__).parent.parent / "fixtures"
BOOK = (FIXTURES / "book.xls").read_bytes()


def grids(data: bytes = BOOK) -> list[Grid]:
    return [block for block in read(data).blocks if isinstance(block, Grid)]


def at(address: str) -> GridCell:
    return next(cell for cell in grids()[0].cells if cell.place.address == address)


def codes(data: bytes = BOOK) -> list[str]:
    return [problem.code for problem in read(data).problems]


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(data)
    return caught.value.code


def with_stream(data: bytes, name: str, at: int, patch: bytes) -> bytes:
    file = BytesIO(data)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = ole.openstream(name).read()
        ole.write_stream(name, stream[:at] + patch + stream[at + len(patch) :])
    return file.getvalue()


def test_macros_are_named_and_left_alone() -> None:
    assert "macros" not in codes()
    assert "macros" in codes(with_storage(BOOK, "_VBA_PROJECT_CUR"))


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("A4", "83%"),
        ("B4", "100.00%"),
        ("C4", "1,234.50"),
        ("D4", "100"),
        ("F4", "—"),
        ("A5", "2024/5/1"),
        ("B5", "2024年5月1日"),
        ("D5", "TRUE"),
        ("F5", "20人"),
        ("B6", "第一行\n第二行"),
    ],
)
def test_cells_read_as_they_print(address: str, text: str) -> None:
    assert at(address).text == text


def test_merges_are_one_cell_each() -> None:
    title = at("A2")
    assert (title.row, title.col, title.rowspan, title.colspan) == (1, 0, 1, 6)
    assert [cell.text for cell in grids()[0].cells if cell.row == 2] == ["项目名称", "某项目"]


def test_merge_across_a_hidden_row_keeps_its_height() -> None:
    assert (at("A6").text, at("A6").rowspan) == ("产出指标", 3)


def test_empty_cells_are_cells() -> None:
    assert at("B1").text == ""


def test_hidden_rows_columns_and_texts_are_left_out() -> None:
    seen = {cell.text for cell in grids()[0].cells}
    assert not seen & {"隐藏行", "隐藏列", "白字", "12"}
    assert "深底白字" in seen
    assert "hidden_text" in codes()


def test_hidden_sheets_are_left_out_and_named() -> None:
    assert [grid.place.sheet for grid in grids()] == ["自评表", "附表"]
    assert any("草稿" in problem.message for problem in read(BOOK).problems if problem.code == "hidden_sheet")


def test_far_cells_are_left_out_and_said() -> None:
    assert (grids()[0].height, grids()[0].width) == (8, 6)
    assert "far_cells" in codes()


def test_password_is_named() -> None:
    assert refusal(with_stream(BOOK, "Workbook", 20, b"\x2f\0")) == "encrypted"


def test_other_files_are_unsupported() -> None:
    assert refusal((FIXTURES / "table.doc").read_bytes()) == "unsupported"
    assert refusal(b"<html></html>") == "unsupported"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_cut_file_is_broken(share: float) -> None:
    assert refusal(BOOK[: int(len(BOOK) * share)]) == "broken"


@pytest.mark.parametrize("at", range(30, 4000, 97))
def test_damage_never_crashes(at: int) -> None:
    with suppress(ReadError):  # anything else is a crash
        read(BOOK[:at] + b"\xff\xff\xff\x7f" + BOOK[at + 4 :])


def test_reader_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    refusal(BOOK[:3000])
    assert capfd.readouterr() == ("", "")


def test_gap_ends_the_used_area() -> None:
    near = {(0, 0), (GAP_ROWS, 0)}
    assert cut_far({*near, (2 * GAP_ROWS + 1, 0), (0, 200)}) == near


def test_endless_merge_ends_with_the_text() -> None:
    assert lay_out({(0, 0), (2, 1)}, [(2, 0, 1_048_576, 16_384)])[-1] == (2, 0, 1, 2)


def test_merge_may_widen_the_used_area() -> None:
    assert lay_out({(0, 0)}, [(0, 0, 1, 5)]) == [(0, 0, 1, 5)]


def test_overlapping_merges_cost_no_more_than_the_area() -> None:
    stairs = [(step, 255 - step, 1500, 256) for step in range(256)]
    assert len(lay_out({(1499, 255)}, stairs)) <= 1500 * 256


def test_huge_sheet_is_refused() -> None:
    with pytest.raises(ReadError, match="400000"):
        lay_out({(60_000, 20)}, [])
