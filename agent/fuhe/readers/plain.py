"""Text as pasted or saved: tab-separated, Markdown or CSV tables between lines of prose."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from fuhe.errors import ReadError
from fuhe.readers.broken_lines import rejoined
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.records import Place

_MARKDOWN_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")
_QUOTED = re.compile(r'(?<![^\t\r\n])"([^"\t]*+(?:""[^"\t]*+)*+)"(?=[\t\r\n]|\Z)')
_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAK = "\ue00a"
_SAMPLE = 1 << 16
MAX_CELLS = 400_000


def read(data: bytes) -> Document:
    """Read text in UTF-8, UTF-16 or GB18030; raises ReadError for bytes that are no text."""
    text = decode(data)
    if not text.strip():
        raise ReadError("empty", "文件是空的", todo="请确认表格内容已保存后重新导出")
    lines = text.splitlines()
    if _is_csv(lines):
        return Document("csv", tuple(_from_csv(text)))
    if '"' in text and "\t" in text:
        lines = _LINE_END.split(_unquoted(text))
    return Document("text", tuple(_blocks(rejoined(lines, _BREAK))))


def decode(data: bytes) -> str:
    """Decode bytes by their mark, else as UTF-8, else as GB18030; raises ReadError when neither fits."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    if unmarked := _unmarked_utf16(data):
        return _strict(data, unmarked)
    try:
        # A file cut in the middle of a character loses that character only.
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            "not_text", "不是能认出的文件", todo="请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
        ) from error
    if text.count("\x00") > len(text) // 100:
        raise ReadError(
            "not_text", "不是能认出的文件", todo="请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
        )
    return text


def _unmarked_utf16(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark by its line breaks and tabs, which GB18030 and UTF-8 never write so."""
    sample = data[:_SAMPLE]
    little = sum(sample.count(pair) for pair in (b"\n\x00", b"\t\x00", b"\r\x00"))
    big = sum(sample.count(pair) for pair in (b"\x00\n", b"\x00\t", b"\x00\r"))
    if max(little, big) < 2:
        return None
    return "utf-16-le" if little >= big else "utf-16-be"


def _is_csv(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    if any("\t" in line for line in filled[:50]):
        return False
    wide = sum(1 for line in filled if line.count(",") >= 3)
    return wide >= 3 and wide >= 0.4 * len(filled)


def _from_csv(text: str) -> Iterator[Para | Grid]:
    cells = []
    reader = csv.reader(io.StringIO(text, newline=""))
    for row, values in enumerate(reader):
        for col, value in enumerate(values):
            cells.append(GridCell(row, col, value, Place(table=1, row=row + 1, col=col + 1, line=reader.line_num)))
    yield Grid(tuple(cells), "padded", Place(table=1))


def _unquoted(text: str) -> str:
    """Undo the quotes Excel sets around a cell with a line break or a quote in it, where it has set any.

    A line break within a cell becomes a mark of its own until the lines are cut.
    """
    cells = [found[1] for found in _QUOTED.finditer(text)]
    if not any('""' in cell or _LINE_END.search(cell) for cell in cells):
        return text
    return _QUOTED.sub(lambda found: _LINE_END.sub(_BREAK, found[1].replace('""', '"')), text)


def _blocks(lines: list[str]) -> Iterator[Para | Grid]:
    """Gather neighbouring table lines into grids; a line without a separator is a paragraph."""
    rows: list[tuple[int, list[str]]] = []
    tables = cells = 0
    least_bars = 1 if sum(1 for line in lines if _bars(line) >= 2) >= 3 else 2
    number = 0
    for line in lines:
        number += 1
        split = _split(line, least_bars)
        if _BREAK in line:
            here, line = number, line.replace(_BREAK, "\n")
            number += line.count("\n")
            split = None if split is None else [cell.replace(_BREAK, "\n") for cell in split]
            if split:
                rows.append((here, split))
                cells += len(split)
                continue
        if split is None:
            if not line.strip() and rows:
                continue
            if rows:
                tables += 1
                yield _grid(rows, tables)
                rows = []
            if line.strip():
                yield Para(line, Place(line=number))
        elif split:
            rows.append((number, split))
            cells += len(split)
            if cells > MAX_CELLS:
                raise ReadError("too_large", f"表格超过 {MAX_CELLS // 10000} 万格", todo="请只保留自评表后再试")
    if rows:
        yield _grid(rows, tables + 1)


def _bars(line: str) -> int:
    return line.count("|") + line.count("｜")


def _split(line: str, least_bars: int) -> list[str] | None:
    """Return a table line's cells; None for prose, an empty list for a Markdown rule."""
    if "\t" in line:
        return line.split("\t")
    if _bars(line) >= least_bars:
        if _MARKDOWN_RULE.fullmatch(line.strip()):
            return []
        bar = "|" if "|" in line else "｜"
        inner = line.strip().removeprefix(bar).removesuffix(bar)
        return [cell.strip() for cell in inner.split(bar)]
    return None


def _grid(rows: list[tuple[int, list[str]]], table: int) -> Grid:
    cells = [
        GridCell(row, col, text, Place(table=table, row=row + 1, col=col + 1, line=number, cell=col + 1))
        for row, (number, texts) in enumerate(rows)
        for col, text in enumerate(texts)
    ]
    return Grid(tuple(cells), "ragged", Place(table=table))
