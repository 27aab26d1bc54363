"""Old Word documents give their tables with true merges, and only the text a person sees."""

import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import olefile  # type: ignore[import-untyped]
import pytest

from fuhe.errors import ReadError
from fuhe.readers.doc import read
from fuhe.readers.doc_props import DocRow, TextRun, characters, para_props, pieces
from fuhe.readers.doc_table import grid
from fuhe.readers.grid import Grid, Para
from readers.compound import with_storage

FIXTURES = Path(__file__).parent.parent / "fixtures"
TABLE = (FIXTURES / "table.doc").read_bytes()
NO_FLAGS = ((0, 0), (0, 0))


def grids(data: bytes = TABLE) -> list[Grid]:
    return [block for block in read(data).blocks if isinstance(block, Grid)]


def cells(table: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.col, cell.rowspan, cell.colspan, cell.text) for cell in table.cells]


def paragraphs(data: bytes = TABLE) -> list[str]:
    return [block.text for block in read(data).blocks if isinstance(block, Para)]


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(data)
    return caught.value.code


def patched(name: str, at: int, patch: bytes, data: bytes = TABLE) -> bytes:
    file = BytesIO(data)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = ole.openstream(name).read()
        ole.write_stream(name, stream[:at] + patch + stream[at + len(patch) :])
    return file.getvalue()


def stream(name: str) -> bytes:
    with olefile.OleFileIO(BytesIO(TABLE)) as ole:
        return bytes(ole.openstream(name).read())


def in_pieces(word: str) -> bytes:
    """Return the document with one word in a piece of its own, stored one byte a character, as Word saves Latin text."""
    header, table = stream("WordDocument"), stream("1Table")
    at, size = struct.unpack_from("<II", header, 0x1A2)
    (whole,) = pieces(table[at : at + size], 10**6)
    start = header.index(word.encode("utf-16-le"), whole.at)
    first = (start - whole.at) // 2
    last = first + len(word)
    bounds = struct.pack("<4I", 0, first, last, whole.end)
    places = (whole.at, 0x40000000 | 2 * start, whole.at + 2 * last)
    body = bounds + b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    spare = struct.unpack_from("<I", header, 0xA2)[0]  # the style sheet, which no table needs
    data = patched("1Table", spare, struct.pack("<BI", 2, len(body)) + body)
    data = patched("WordDocument", 0x1A2, struct.pack("<II", spare, 5 + len(body)), data)
    return patched("WordDocument", start, word.encode("cp1252"), data)


def test_merges_are_one_cell_each() -> None:
    assert cells(grids()[0])[:10] == [
        (0, 0, 1, 2, "横并"),
        (0, 2, 1, 1, "02"),
        (0, 3, 1, 1, "03"),
        (1, 0, 3, 1, "竖并"),
        (1, 1, 1, 1, "11"),
        (1, 2, 2, 2, "四格"),
        (2, 1, 1, 1, "21"),
        (3, 1, 1, 1, "31"),
        (3, 2, 1, 1, "32"),
        (3, 3, 1, 1, "33"),
    ]


def test_lines_and_paragraphs_in_a_cell_are_lines() -> None:
    assert [text for row, _, _, _, text in cells(grids()[0]) if row == 4] == ["40", "第一行\n第二行", "", "甲段\n乙段"]


def test_hidden_and_deleted_text_is_left_out_and_flagged() -> None:
    texts = [text for row, _, _, _, text in cells(grids()[0]) if row == 5]
    assert texts[:2] == ["留下", "原文新增"]
    assert [problem.code for problem in read(TABLE).problems] == ["hidden_text", "tracked_changes"]


def test_fields_show_their_result_only() -> None:
    text = cells(grids()[0])[-2][-1]
    assert text.startswith("链接字20")
    assert "DATE" not in text


def test_symbols_and_rare_characters_stay() -> None:
    assert cells(grids()[0])[-1][-1] == "☑是\U00020000"


def test_paragraphs_stand_around_tables() -> None:
    kinds = [block.text if isinstance(block, Para) else block.place.table for block in read(TABLE).blocks]
    assert kinds == ["附件 1", "（2024 年度）", 1, "表后 A2024B 说明", 2, 3]


def test_nested_table_is_a_block_of_its_own() -> None:
    outer, inner = grids()[1:]
    assert [cell.text.replace("\n", "") for cell in outer.cells] == ["外左", "外右外尾"]
    assert [cell.text for cell in inner.cells] == ["内00", "内01", "内10", "内11"]


def test_white_text_counts_as_hidden_unless_shaded() -> None:
    plain, blue = (read((FIXTURES / name).read_bytes()) for name in ("white.doc", "white_on_blue.doc"))
    assert [problem.code for problem in plain.problems] == ["hidden_text"]
    assert [cell.text for cell in grids((FIXTURES / "white_on_blue.doc").read_bytes())[0].cells] == ["看得见", "白字"]
    assert not blue.problems


def test_pieces_of_two_widths_make_one_text() -> None:
    data = in_pieces("A2024B")
    assert data != TABLE
    assert read(data) == read(TABLE)


def test_one_byte_text_is_western_or_gb() -> None:
    western, gb = "“a”×1".encode("cp1252"), "产出1指标".encode("gb18030")
    assert "".join(characters(western, TextRun(0, 5, 0, 1))) == "“a”×1"
    assert "".join(characters(gb, TextRun(0, 9, 0, 1))) == "产出1指标"
    assert len(characters(gb, TextRun(0, 9, 0, 1))) == 9


def test_long_row_definitions_stand_in_the_data_stream() -> None:
    row = struct.pack("<HHB3h40x", 0xD608, 1 + 1 + 6 + 40, 2, 0, 100, 200)
    data = struct.pack("<H", len(row)) + row
    assert para_props(struct.pack("<HI", 0x6646, 0), data).row == DocRow((0, 100, 200), NO_FLAGS)


def test_later_merge_properties_change_the_row() -> None:
    row = struct.pack("<HHB3h40x", 0xD608, 1 + 1 + 6 + 40, 2, 0, 100, 200)
    down, across = struct.pack("<HBBB", 0xD62B, 2, 0, 3), struct.pack("<HBB", 0x5624, 0, 2)
    found = para_props(row + down + across, b"").row
    assert found is not None
    assert found.joins == ((1, 3), (2, 0))


def test_merged_across_flags_join_cells() -> None:
    rows: list[tuple[list[str], DocRow | None]]
    rows = [(["甲", ""], DocRow((0, 500, 1000), ((1, 0), (2, 0)))), (["乙", "丙"], DocRow((5, 505, 1005), NO_FLAGS))]
    assert cells(grid(rows, 1)) == [(0, 0, 1, 2, "甲"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "丙")]


def test_continuation_of_another_width_is_its_own_cell() -> None:
    rows: list[tuple[list[str], DocRow | None]]
    rows = [(["甲"], DocRow((0, 1000), ((0, 3),))), (["乙", "丙"], DocRow((0, 500, 1000), ((0, 1), (0, 0))))]
    assert [cell[-1] for cell in cells(grid(rows, 1))] == ["甲", "乙", "丙"]


def test_macros_are_named_and_left_alone() -> None:
    assert "macros" not in [problem.code for problem in read(TABLE).problems]
    assert "macros" in [problem.code for problem in read(with_storage(TABLE, "Macros")).problems]


def test_password_is_named() -> None:
    flags = struct.unpack_from("<H", stream("WordDocument"), 10)[0]
    assert refusal(patched("WordDocument", 10, struct.pack("<H", flags | 0x100))) == "encrypted"


def test_older_and_other_files_are_unsupported() -> None:
    assert refusal(patched("WordDocument", 2, struct.pack("<H", 101))) == "unsupported"
    assert refusal(patched("WordDocument", 0, b"\xdc\xa5")) == "unsupported"
    assert refusal((FIXTURES / "book.xls").read_bytes()) == "unsupported"
    assert refusal(b"{\\rtf1 x}") == "unsupported"


def test_endless_text_is_refused() -> None:
    assert refusal(patched("WordDocument", 0x4C, b"\xff\xff\xff\x7f")) == "too_large"


def test_lying_piece_table_is_broken() -> None:
    assert refusal(patched("WordDocument", 0x1A2, b"\xff\xff\xff\x7f")) == "broken"


def test_nesting_depth_has_an_end() -> None:
    assert para_props(struct.pack("<HI", 0x6649, 0xFFFFFFFF), b"").depth == 32


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_cut_file_is_broken(share: float) -> None:
    assert refusal(TABLE[: int(len(TABLE) * share)]) == "broken"


@pytest.mark.parametrize("at", range(512, 25000, 523))
def test_damage_never_crashes(at: int) -> None:
    with suppress(ReadError):  # anything else is a crash
        read(TABLE[:at] + b"\xff\xff\xff\x7f" * 4 + TABLE[at + 16 :])
