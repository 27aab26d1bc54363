"""Word 97-2003 .doc and WPS .wps documents, read from their own streams: paragraphs and tables with their merges."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple

import olefile  # type: ignore[import-untyped]

from fuhe.errors import ReadError
from fuhe.readers.doc_props import ParaProps, Piece, Row, Runs, char_props, characters, para_props, pieces, runs
from fuhe.readers.grid import Cell, Document, Grid, Para
from fuhe.records import Place, Problem

MAX_CHARACTERS = 5_000_000
MAX_CELLS = 400_000
_NEAR = 20  # twips; edges closer than 0.35 mm are one edge
_CONTINUES = 1  # vertical merge: goes on from the row above
_MARKS = frozenset("\r\x07\x0c")
_PRINTED = str.maketrans({"\x0b": "\n", "\x0e": "\n", "\x1e": "-"} | {chr(code): "" for code in (1, 2, 3, 4, 5, 8, 31)})
_RESAVE = "请用 Word 或 WPS 打开，另存为 .docx 后再试"
_DAMAGE = (struct.error, LookupError, OSError, RecursionError, TypeError, ValueError)


class Streams(NamedTuple):
    """The three streams of a document that its text and tables need."""

    word: bytes
    table: bytes
    data: bytes


class Paragraph(NamedTuple):
    """One paragraph as printed; `joined` says that its mark is deleted, so that the next one continues its line."""

    text: str
    props: ParaProps
    mark: str
    joined: bool


class Text(NamedTuple):
    """The main text by character position, and what was met on the way."""

    chars: list[str]
    pieces: list[Piece]
    unseen_marks: set[int]
    met: set[str]


@dataclass(slots=True)
class Table:
    """A table while it is being read; number and order are those of its first paragraph."""

    number: int
    rows: list[tuple[list[str], Row | None]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def read(data: bytes) -> Document:
    """Read a .doc or .wps file; raises ReadError "encrypted", "unsupported", "broken" or "too_large"."""
    try:
        streams = _streams(data)
        text = _text(streams)
        blocks = _blocks(_paragraphs(streams, text))
    except _DAMAGE as error:
        raise ReadError("broken", "文档已损坏，读不出内容", todo=_RESAVE) from error
    return Document("doc", tuple(blocks), tuple(_problems(text.met)))


def _streams(data: bytes) -> Streams:
    if not olefile.isOleFile(data):
        raise _unsupported()
    with olefile.OleFileIO(BytesIO(data)) as file:
        if file.exists("EncryptedPackage"):
            raise _encrypted()
        if not file.exists("WordDocument"):
            raise _unsupported()
        word = file.openstream("WordDocument").read()
        name = _table_name(word)
        found = file.openstream("Data").read() if file.exists("Data") else b""
        return Streams(word, file.openstream(name).read(), found)


def _table_name(word: bytes) -> str:
    magic, version, flags = struct.unpack_from("<HH6xH", word)
    if magic != 0xA5EC or version < 0x00C1:
        raise _unsupported()
    if flags & 0x0100:
        raise _encrypted()
    return "1Table" if flags & 0x0200 else "0Table"


def _unsupported() -> ReadError:
    return ReadError("unsupported", "不是 Word 97 及以后版本的文档", todo=_RESAVE)


def _encrypted() -> ReadError:
    return ReadError("encrypted", "文档设有密码", todo="请用 Word 或 WPS 打开，取消密码后保存再试")


def _part(streams: Streams, at: int) -> bytes:
    """Return the part of the table stream whose offset and length stand in the file header."""
    start, size = struct.unpack_from("<II", streams.word, at)
    return streams.table[start : start + size]


def _text(streams: Streams) -> Text:
    length = struct.unpack_from("<I", streams.word, 0x4C)[0]
    if length > MAX_CHARACTERS:
        raise ReadError("too_large", f"文档超过 {MAX_CHARACTERS} 字的上限", todo="请只保留自评表，再试一次")
    text = Text([], pieces(_part(streams, 0x1A2), length), set(), set())
    formats = runs(streams.word, _part(streams, 0xFA), paragraphs=False)
    for piece in text.pieces:
        if piece.start != len(text.chars):
            raise ValueError("pieces do not follow each other")
        chars = characters(streams.word, piece)
        if len(chars) < piece.end - piece.start:
            raise ValueError("text ends early")
        text.chars.extend(chars)
        _apply(formats, piece, text)
    return text


def _apply(formats: Runs, piece: Piece, text: Text) -> None:
    """Take out what a run deletes or hides and put in the symbols; marks stay, since they carry the structure."""
    end = piece.at + (piece.end - piece.start) * piece.width
    index = max(bisect_right(formats.starts, piece.at) - 1, 0)
    while index < len(formats.starts) and formats.starts[index] < end:
        first = piece.start + max(formats.starts[index] - piece.at, 0) // piece.width
        last = piece.start + (min(formats.ends[index], end) - piece.at) // piece.width
        props = char_props(formats.props[index])
        if props.deleted or props.hidden:
            text.met.add("deleted" if props.deleted else "hidden")
            _take_out(text, range(first, last))
        elif props.symbol:
            text.chars[first:last] = [props.symbol if char == "(" else char for char in text.chars[first:last]]
        if props.inserted:
            text.met.add("inserted")
        index += 1


def _take_out(text: Text, positions: range) -> None:
    for position in positions:
        if text.chars[position] in _MARKS:
            text.unseen_marks.add(position)
        else:
            text.chars[position] = ""


def _paragraphs(streams: Streams, text: Text) -> Iterator[Paragraph]:
    formats = runs(streams.word, _part(streams, 0x102), paragraphs=True)
    known: dict[bytes, ParaProps] = {}
    start = 0
    for piece in text.pieces:
        for position, mark in enumerate(text.chars[piece.start : piece.end], piece.start):
            if mark not in _MARKS:
                continue
            raw = formats.at(piece.at + (position - piece.start) * piece.width)
            props = known.get(raw) or known.setdefault(raw, para_props(raw, streams.data))
            line = _printed("".join(text.chars[start:position]))
            yield Paragraph(line, props, mark, position in text.unseen_marks)
            start = position + 1


def _printed(raw: str) -> str:
    """Leave out field codes, keep field results, turn Word's own control characters into what they print."""
    if "\x13" not in raw and "\x15" not in raw:
        return raw.translate(_PRINTED)
    out: list[str] = []
    in_code: list[bool] = []
    for char in raw:
        if char == "\x13":
            in_code.append(True)
        elif char == "\x14" and in_code:
            in_code[-1] = False
        elif char == "\x15":
            in_code[-1:] = []
        elif char != "\x14" and True not in in_code:
            out.append(char)
    return "".join(out).translate(_PRINTED)


def _blocks(paragraphs: Iterator[Paragraph]) -> list[Para | Grid]:
    """Sort paragraphs into tables by their depth; a nested table is a block of its own after the one that holds it."""
    blocks: list[Para | Grid | None] = []
    open_tables: list[tuple[int, Table]] = []
    count, before = 0, ""
    for paragraph in paragraphs:
        while len(open_tables) > paragraph.props.depth:
            slot, table = open_tables.pop()
            blocks[slot] = _grid(table)
        while len(open_tables) < paragraph.props.depth:
            count += 1
            open_tables.append((len(blocks), Table(count)))
            blocks.append(None)
        if open_tables:
            _add(open_tables[-1][1], paragraph, top=len(open_tables) == 1)
            continue
        before += paragraph.text
        if before.strip() and not paragraph.joined:
            blocks.append(Para(before, Place()))
        before = before if paragraph.joined else ""
    for slot, table in open_tables:
        blocks[slot] = _grid(table)
    return [block for block in blocks if block is not None and not (isinstance(block, Grid) and not block.cells)]


def _add(table: Table, paragraph: Paragraph, *, top: bool) -> None:
    if paragraph.props.ends_row:
        table.rows.append((table.texts, paragraph.props.row))
        table.texts, table.lines = [], []
        return
    table.lines.append(paragraph.text)
    if paragraph.mark == "\x07" if top else paragraph.props.ends_cell:
        table.texts.append("".join(table.lines))
        table.lines = []
    elif not paragraph.joined:
        table.lines.append("\n")


class Box(NamedTuple):
    """A cell between two edges, before rows are joined; `down` is its vertical merge flag."""

    left: int
    right: int
    text: str
    down: int


def _grid(table: Table) -> Grid:
    rows = [_boxes(texts, row) for texts, row in table.rows]
    if sum(map(len, rows)) > MAX_CELLS:
        raise ReadError("too_large", f"表格超过 {MAX_CELLS} 格的上限", todo="请只保留自评表，再试一次")
    columns = _columns({edge for row in rows for box in row for edge in (box.left, box.right)})
    return Grid(tuple(_cells(rows, columns, table.number)), "spans", Place(table=table.number))


def _boxes(texts: list[str], row: Row | None) -> list[Box]:
    if row is None or len(row.joins) < len(texts):
        return [Box(1000 * index, 1000 * index + 1000, text, 0) for index, text in enumerate(texts)]
    boxes: list[Box] = []
    for index, text in enumerate(texts):
        across, down = row.joins[index]
        left, right = row.edges[index], row.edges[index + 1]
        if across == 2 and boxes:
            boxes[-1] = boxes[-1]._replace(right=right)
        else:
            boxes.append(Box(left, right, text, down))
    return boxes


def _columns(edges: set[int]) -> dict[int, int]:
    """Number the grid lines from the left; edges that lie close together are one line."""
    columns: dict[int, int] = {}
    number, line = -1, -(10**6)
    for edge in sorted(edges):
        if edge - line > _NEAR:
            number, line = number + 1, edge
        columns[edge] = number
    return columns


def _cells(rows: list[list[Box]], columns: dict[int, int], table: int) -> Iterator[Cell]:
    found: list[tuple[int, int, int, str]] = []
    heights: list[int] = []
    above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for col, width, box in _placed(row, columns):
            if box.down == _CONTINUES and (col, width) in above:
                here[col, width] = above[col, width]
                heights[above[col, width]] += 1
                continue
            if box.down:
                here[col, width] = len(found)
            found.append((number, col, width, box.text))
            heights.append(1)
        above = here
    for (row_at, col, width, text), height in zip(found, heights, strict=True):
        yield Cell(row_at, col, text, Place(table=table, row=row_at + 1, col=col + 1), height, width)


def _placed(row: list[Box], columns: dict[int, int]) -> Iterator[tuple[int, int, Box]]:
    """Yield column and width of each cell; a cell narrower than a line still gets a column."""
    end = 0
    for box in row:
        col = max(columns[box.left], end)
        end = max(columns[box.right], col + 1)
        yield col, end - col, box


def _problems(met: set[str]) -> Iterator[Problem]:
    if "hidden" in met:
        yield Problem(code="hidden_text", message="文档里有隐藏文字，没有读取。")
    if met & {"deleted", "inserted"}:
        yield Problem(code="tracked_changes", message="文档里有未接受的修订：按插入后的文字读取，删除的文字没有读取。")
