"""The binary side of a Word 97-2003 document: pieces of text, runs of properties, table rows."""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

PAGE = 512
MAX_DEPTH = 32
_FIXED = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # operand bytes by the top three bits of a sprm
_CHANGED_TABS, _TABLE, _TABLE_OLD = 0xC615, 0xD608, 0xD606
_SHADES_16 = {0xD609, 0x442D, 0x4866}  # two bytes each: colour numbers and pattern
_SHADES_80 = {0xD60C, 0xD612, 0xD616, 0xC64D, 0xCA71}  # ten bytes each: two colours and pattern
_UNSHADED_16 = (b"\0\0", b"\xff\xff", b"\0\x01")
_UNSHADED_80 = (b"\0\0\0\xff\0\0", b"\xff\xff\xff\0\0\0")  # automatic, white
_ELSEWHERE = {0x6645, 0x6646, 0x646B}  # operand: where in the Data stream the real properties stand
_GB_ONLY = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
_GB_HAN = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")
SYMBOLS = {  # Wingdings, as Word numbers it
    0xF0FC: "√",
    0xF0FB: "×",
    0xF0FE: "☑",
    0xF052: "☑",
    0xF0A8: "□",
    0xF06F: "□",
    0xF0A3: "□",
}


class TextRun(NamedTuple):
    """A stretch of text: character positions `start` to `end`, stored from byte `at`, `width` bytes a character."""

    start: int
    end: int
    at: int
    width: int


class Runs(NamedTuple):
    """Property lists in byte order: list i holds for the bytes from starts[i] up to ends[i]."""

    starts: list[int]
    ends: list[int]
    props: list[bytes]

    def at(self, byte: int) -> bytes:
        """Return the properties that hold at a byte, or none."""
        index = bisect_right(self.starts, byte) - 1
        return self.props[index] if index >= 0 and byte < self.ends[index] else b""


class DocRow(NamedTuple):
    """A table row's definition: cell edges in twips, and for each cell its horizontal and vertical merge flag."""

    edges: tuple[int, ...]
    joins: tuple[tuple[int, int], ...]


class ParaProps(NamedTuple):
    """Where a paragraph stands: table depth, whether its mark ends a cell or a row, and that row."""

    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    row: DocRow | None = None


class CharProps(NamedTuple):
    """What matters of a run: deleted, inserted, hidden, white, and the symbol that stands for its character."""

    deleted: bool = False
    inserted: bool = False
    hidden: bool = False
    white: bool = False
    symbol: str = ""


def pieces(clx: bytes, limit: int) -> list[TextRun]:
    """Read the piece table up to a character position; raises struct.error or ValueError when it is damaged."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    mark, size = struct.unpack_from("<BI", clx, at)
    count = (size - 4) // 12
    if mark != 2 or count < 1:
        raise ValueError("no piece table")
    bounds = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    packed = [struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * index + 2)[0] for index in range(count)]
    spans = zip(bounds, bounds[1:], packed, strict=False)
    return [_piece(start, min(end, limit), where) for start, end, where in spans if start < min(end, limit)]


def _piece(start: int, end: int, where: int) -> TextRun:
    if where & 0x40000000:
        return TextRun(start, end, (where & 0x3FFFFFFF) // 2, 1)
    return TextRun(start, end, where & 0x3FFFFFFF, 2)


def characters(word: bytes, piece: TextRun) -> list[str]:
    """Return one string for each character position of a piece."""
    raw = word[piece.at : piece.at + (piece.end - piece.start) * piece.width]
    if piece.width == 2:
        found = list(raw[: len(raw) & ~1].decode("utf-16-le", "surrogatepass"))
        return found if len(found) == len(raw) // 2 else _halves(raw)
    if _GB_ONLY.fullmatch(raw) and _GB_HAN.search(raw):
        return [part for char in raw.decode("gb18030", "replace") for part in ([char] if char < "\x80" else [char, ""])]
    return list(raw.decode("latin-1").translate(_CP1252))


def _halves(raw: bytes) -> list[str]:
    """Rare characters take two positions: the whole character stands on the first."""
    chars = raw[: len(raw) & ~1].decode("utf-16-le", "replace")
    return [part for char in chars for part in ([char] if char < "\U00010000" else [char, ""])]


_CP1252 = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}


def runs(word: bytes, plc: bytes, *, paragraphs: bool) -> Runs:
    """Read all pages of paragraph or character properties that a bin table names."""
    count = max((len(plc) - 4) // 8, 0)
    numbers = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ()
    pages = sorted({number & 0x3FFFFF for number in numbers})
    found = [run for page in pages for run in _page_runs(word[page * PAGE : page * PAGE + PAGE], paragraphs)]
    found.sort(key=lambda run: run[:2])
    return Runs([run[0] for run in found], [run[1] for run in found], [run[2] for run in found])


def _page_runs(page: bytes, paragraphs: bool) -> Iterator[tuple[int, int, bytes]]:
    if len(page) < PAGE:
        return
    step = 13 if paragraphs else 1
    count = min(page[-1], (PAGE - 5) // (4 + step))
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for index in range(count):
        at = 2 * page[4 * (count + 1) + step * index]
        if bounds[index] < bounds[index + 1]:
            yield bounds[index], bounds[index + 1], _packed(page, at, paragraphs) if at else b""


def _packed(page: bytes, at: int, paragraphs: bool) -> bytes:
    size = page[at]
    if not paragraphs:
        return page[at + 1 : at + 1 + size]
    if size:
        return page[at + 3 : at + 2 * size]  # the first two bytes are the style
    return page[at + 4 : at + 2 + 2 * page[at + 1]] if at + 1 < PAGE else b""


def _sprms(props: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each property's code and operand; a cut-off list ends early."""
    at = 0
    while at + 3 <= len(props):
        code = int.from_bytes(props[at : at + 2], "little")
        at += 2
        size = _FIXED.get(code >> 13, 0)
        if not size:
            skip, size = _variable(code, props, at)
            at += skip
        yield code, props[at : at + size]
        at += size


def _variable(code: int, props: bytes, at: int) -> tuple[int, int]:
    """Return how many bytes the length takes and how long the operand is."""
    if code in (_TABLE, _TABLE_OLD):
        return 2, max(int.from_bytes(props[at : at + 2], "little") - 1, 0)
    if code == _CHANGED_TABS and props[at] == 255:
        deleted = props[at + 1] if at + 1 < len(props) else 0
        added = props[at + 2 + 4 * deleted] if at + 2 + 4 * deleted < len(props) else 0
        return 1, 2 + 4 * deleted + 3 * added
    return 1, props[at]


@lru_cache(maxsize=4096)
def char_props(props: bytes) -> CharProps:
    """Read a run's properties."""
    flags = {0x0800: False, 0x0801: False, 0x083C: False, 0x0818: False}
    symbol, white = "", False
    for code, operand in _sprms(props):
        if code in flags:
            flags[code] = operand[:1] in (b"\x01", b"\x81")
        elif code in (0x2A42, 0x6870):
            white = operand in (b"\x08", b"\xff\xff\xff\0")
        elif code == 0x6A09 and len(operand) == 4:
            number = int.from_bytes(operand[2:], "little")
            symbol = SYMBOLS.get(number, chr(number)) if not 0xD800 <= number < 0xE000 else ""
    white = white and not is_shaded(props, b"")
    return CharProps(flags[0x0800], flags[0x0801], flags[0x083C] or flags[0x0818], white, symbol)


def is_shaded(props: bytes, data: bytes) -> bool:
    """Tell whether a run, a paragraph or a cell of a row has a background."""
    for code, operand in _resolved(props, data):
        if code in _SHADES_16 and any(operand[at : at + 2] not in _UNSHADED_16 for at in range(0, len(operand), 2)):
            return True
        if code in _SHADES_80 and any(
            operand[at + 4 : at + 10] not in _UNSHADED_80 for at in range(0, len(operand), 10)
        ):
            return True
    return False


def para_props(props: bytes, data: bytes) -> ParaProps:
    """Read a paragraph's properties; long ones stand in the Data stream."""
    state = {0x2416: 0, 0x2417: 0, 0x244B: 0, 0x244C: 0, 0x6649: 0}
    row: DocRow | None = None
    for code, operand in _resolved(props, data):
        if code in state:
            state[code] = int.from_bytes(operand, "little")
        elif code == 0x664A:
            state[0x6649] += int.from_bytes(operand, "little", signed=True)
        else:
            row = _row(code, operand, row)
    in_table, row_mark, inner_cell, inner_row, depth = state.values()
    depth = min(max(depth, in_table and 1), MAX_DEPTH)
    return ParaProps(depth, bool(inner_cell), bool(row_mark or inner_row), row)


def _resolved(props: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    for code, operand in _sprms(props):
        if code in _ELSEWHERE:
            at = int.from_bytes(operand, "little")
            yield from _sprms(data[at + 2 : at + 2 + int.from_bytes(data[at : at + 2], "little")])
        else:
            yield code, operand


def _row(code: int, operand: bytes, row: DocRow | None) -> DocRow | None:
    if code == _TABLE and operand:
        return _table_row(operand)
    if row and code == 0xD62B and len(operand) >= 2:
        return _with_joins(row, operand[0], operand[0] + 1, vertical=operand[1])
    if row and code == 0x5624 and len(operand) == 2:
        first = _with_joins(row, operand[0], operand[0] + 1, horizontal=1)
        return _with_joins(first, operand[0] + 1, operand[1], horizontal=2)
    return row


def _table_row(operand: bytes) -> DocRow | None:
    count = operand[0]
    if not count or len(operand) < 1 + 2 * (count + 1):
        return None
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    first = 1 + 2 * (count + 1)
    flags = (int.from_bytes(operand[at : at + 2], "little") for at in range(first, first + 20 * count, 20))
    return DocRow(edges, tuple((flag & 3, flag >> 5 & 3) for flag in flags))


def _with_joins(
    row: DocRow, first: int, end: int, *, horizontal: int | None = None, vertical: int | None = None
) -> DocRow:
    joins = list(row.joins)
    for index in range(first, min(end, len(joins))):
        across, down = joins[index]
        joins[index] = (across if horizontal is None else horizontal, down if vertical is None else vertical)
    return DocRow(row.edges, tuple(joins))
