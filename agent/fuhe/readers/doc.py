"""Word 97-2003 .doc and WPS .wps documents, read from their own streams: paragraphs and tables with their merges."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple

import olefile  # type: ignore[import-untyped]

from fuhe.errors import ReadError
from fuhe.readers.doc_props import (
    SYMBOLS,
    CharProps,
    DocRow,
    ParaProps,
    Runs,
    TextRun,
    char_props,
    characters,
    is_shaded,
    para_props,
    pieces,
    runs,
)
from fuhe.readers.doc_table import grid
from fuhe.readers.grid import Document, Grid, Para
from fuhe.records import Place, Problem

MAX_CHARACTERS = 2_000_000
_SMALL, _TEXTS_AROUND = 12, 4  # cells of a table that is a cell's text; filled cells a table of its own has more of
_NOWHERE = Place()
_MARKS = frozenset("\r\x07\x0c")
_SILENT = dict.fromkeys((1, 2, 3, 4, 5, 8, 31), "")  # pictures, note marks, optional hyphens
_PRINTED: dict[int, str] = {0x0B: "\n", 0x0E: "\n", 0x1E: "-"} | _SILENT | SYMBOLS
_RESAVE = "请用 Word 或 WPS 打开，另存为 .docx 后再试"
_DAMAGE = (struct.error, LookupError, OSError, RecursionError, TypeError, ValueError)


class Streams(NamedTuple):
    """The three streams of a document that its text and tables need, and whether macros lie beside them."""

    word: bytes
    table: bytes
    data: bytes
    has_macros: bool


class Paragraph(NamedTuple):
    """One paragraph as printed; `joined` says that its mark is deleted, so that the next one continues its line."""

    text: str
    props: ParaProps
    mark: str
    joined: bool


class DocText(NamedTuple):
    """The main text by character position, the properties of its paragraphs, and what was met on the way."""

    chars: list[str]
    pieces: list[TextRun]
    paragraphs: Runs
    is_shaded: bool
    unseen_marks: set[int]
    met: set[str]


@dataclass(slots=True)
class DocTable:
    """A table while it is being read; number and order are those of its first paragraph."""

    number: int
    rows: list[tuple[list[str], DocRow | None]] = field(default_factory=list)
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
    return Document("doc", tuple(blocks), tuple(_problems(text.met, streams.has_macros)))


def _streams(data: bytes) -> Streams:
    if not data.startswith(olefile.MAGIC):
        raise _unsupported()
    with olefile.OleFileIO(BytesIO(data)) as file:
        if file.exists("EncryptedPackage"):
            raise _encrypted()
        if not file.exists("WordDocument"):
            raise _unsupported()
        word = file.openstream("WordDocument").read()
        name = _table_name(word)
        found = file.openstream("Data").read() if file.exists("Data") else b""
        return Streams(word, file.openstream(name).read(), found, file.exists("Macros"))


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


def _text(streams: Streams) -> DocText:
    length = struct.unpack_from("<I", streams.word, 0x4C)[0]
    if length > MAX_CHARACTERS:
        raise ReadError("too_large", f"文档超过 {MAX_CHARACTERS} 字的上限", todo="请只保留自评表，再试一次")
    paragraphs = runs(streams.word, _part(streams, 0x102), paragraphs=True)
    formats = runs(streams.word, _part(streams, 0xFA), paragraphs=False)
    is_white = any(char_props(props).white for props in formats.props)
    shaded = is_white and any(is_shaded(props, streams.data) for props in set(paragraphs.props))
    text = DocText([], pieces(_part(streams, 0x1A2), length), paragraphs, shaded, set(), set())
    for piece in text.pieces:
        if piece.start != len(text.chars):
            raise ValueError("pieces do not follow each other")
        chars = characters(streams.word, piece)
        if len(chars) < piece.end - piece.start:
            raise ValueError("text ends early")
        text.chars.extend(chars)
        _apply(formats, piece, text)
    return text


def _apply(formats: Runs, piece: TextRun, text: DocText) -> None:
    """Take out what a run deletes or hides and put in the symbols; marks stay, since they carry the structure."""
    end = piece.at + (piece.end - piece.start) * piece.width
    index = max(bisect_right(formats.starts, piece.at) - 1, 0)
    while index < len(formats.starts) and formats.starts[index] < end:
        first = piece.start + max(formats.starts[index] - piece.at, 0) // piece.width
        last = piece.start + (min(formats.ends[index], end) - piece.at) // piece.width
        props = char_props(formats.props[index])
        if _is_unseen(props, text):
            text.met.add("deleted" if props.deleted else "hidden")
            _take_out(text, range(first, last))
        elif props.symbol:
            text.chars[first:last] = [props.symbol if char == "(" else char for char in text.chars[first:last]]
        if props.inserted:
            text.met.add("inserted")
        index += 1


def _is_unseen(props: CharProps, text: DocText) -> bool:
    # White letters can be read on a background; which cell has one is known only later, so any background counts.
    return props.deleted or props.hidden or (props.white and not text.is_shaded)


def _take_out(text: DocText, positions: range) -> None:
    for position in positions:
        if text.chars[position] in _MARKS:
            text.unseen_marks.add(position)
        else:
            text.chars[position] = ""


def _paragraphs(streams: Streams, text: DocText) -> Iterator[Paragraph]:
    known: dict[bytes, ParaProps] = {}
    start = 0
    for piece in text.pieces:
        for position, mark in enumerate(text.chars[piece.start : piece.end], piece.start):
            if mark not in _MARKS:
                continue
            raw = text.paragraphs.at(piece.at + (position - piece.start) * piece.width)
            props = known.get(raw) or known.setdefault(raw, para_props(raw, streams.data))
            raw_line = "".join(text.chars[start:position])
            if "\x01" in raw_line and props.depth and "\x13" not in raw_line:  # in a field it is a check box
                text.met.add("picture")
            line = _printed(raw_line)
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
    open_tables: list[tuple[int, DocTable]] = []
    count, before = 0, ""
    for paragraph in paragraphs:
        while len(open_tables) > paragraph.props.depth:
            slot, table = open_tables.pop()
            if not (open_tables and _took_in(open_tables[-1][1], table)):
                blocks[slot] = grid(table.rows, table.number)
        while len(open_tables) < paragraph.props.depth:
            count += 1
            open_tables.append((len(blocks), DocTable(count)))
            blocks.append(None)
        if open_tables:
            _add(open_tables[-1][1], paragraph, top=len(open_tables) == 1)
            continue
        before += paragraph.text
        if before.strip() and not paragraph.joined:
            blocks.append(Para(before, _NOWHERE))
        before = before if paragraph.joined else ""
    for slot, table in open_tables:
        blocks[slot] = grid(table.rows, table.number)
    return [block for block in blocks if block is not None and not (isinstance(block, Grid) and not block.cells)]


def _took_in(around: DocTable, table: DocTable) -> bool:
    """Make a small table the text of the cell it is in, unless the table around it only places others on the page."""
    texts = [text.strip() for row, _ in table.rows for text in row]
    if len(texts) > _SMALL or sum(bool(text.strip()) for row, _ in around.rows for text in row) <= _TEXTS_AROUND:
        return False
    around.lines += ["\n".join(filter(None, texts)), "\n"]
    return True


def _add(table: DocTable, paragraph: Paragraph, *, top: bool) -> None:
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


def _problems(met: set[str], has_macros: bool) -> Iterator[Problem]:
    if has_macros:
        yield Problem(code="macros", message="文件带有宏；宏没有运行，只读了文字。")
    if "picture" in met:
        yield Problem(code="picture", message="表格里有图片或嵌入的文件，其中的内容没有读取。")
    if "hidden" in met:
        yield Problem(code="hidden_text", message="文档里有隐藏文字，没有读取。")
    if met & {"deleted", "inserted"}:
        yield Problem(code="tracked_changes", message="文档里有未接受的修订：按插入后的文字读取，删除的文字没有读取。")
