"""Web pages, and what Word, Excel and portals save or paste as HTML, become paragraphs and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readers.hidden import Hiding, hiding_rules, inner_text
from fuhe.readers.webpage import parsed
from fuhe.records import Place, Problem

MOST_BYTES = 20 * 1024 * 1024
MOST_AREA = 400_000  # grid places one file's cells may cover
_MOST_SPAN = 65_534
_LAYOUT_TEXTS = 4  # a table around tables with no more cells of its own text only places them on the page
_SPACE = re.compile(r"[ \t\r\n\f]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL, _NAMED, _UNSEEN = 12, 12, 3
_BLOCKS = _words(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"
    " header hr html li main nav ol p pre section table tbody tfoot thead tr ul caption"
)
_SILENT = _words("script style head title noscript template svg math iframe object embed audio video canvas button xml")
_CONTROLS = _words("input select textarea")
_PLAIN = _words("a b big em font i label o:p small span strong sub sup u")
_STRUCK = _words("s strike del")
_BUTTONS = _words("hidden password submit button reset image file")


@dataclass(slots=True)
class _Place:
    """A cell while it is read: its lines of text and the tables inside it, in order."""

    row: int
    col: int
    rowspan: int
    colspan: int
    parts: "list[str | _HtmlTable]" = field(default_factory=list)
    pictured: bool = False


@dataclass(slots=True)
class _HtmlTable:
    """A table while it is read; `busy` tells for each column the first row that is free again."""

    number: int
    row: int = -1
    col: int = 0
    cells: list[_Place] = field(default_factory=list)
    busy: dict[int, int] = field(default_factory=dict)
    open: bool = False  # a cell is being read


@dataclass(slots=True)
class _Reader:
    """The state of one walk through the page."""

    out: "list[str | _HtmlTable]" = field(default_factory=list)
    tables: list[_HtmlTable] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    count: int = 0
    area: int = 0
    hidden: bool = False
    struck: list[Place] = field(default_factory=list)
    every: list[_HtmlTable] = field(default_factory=list)


def read(data: bytes) -> Document:
    """Read the visible text of a web page; an oversized or empty one raises ReadError."""
    if len(data) > MOST_BYTES:
        raise ReadError("too_large", f"网页文件超过 {MOST_BYTES // 1024 // 1024} MB", todo="请只保存自评表所在的部分")
    root = parsed(data)
    reader = _Reader()
    _walk(root, reader)
    blocks = tuple(_flat(reader.out))
    if not blocks:
        raise ReadError("no_text", "网页里没有可读的文字", todo="请确认保存的是自评表页面本身")
    found = [Problem(code="hidden_text", message="网页里有看不见的文字，没有读入。")] if reader.hidden else []
    found += [
        Problem(code="cell_struck", message="这里有划掉的文字，没有读入。", place=place)
        for place in dict.fromkeys(reader.struck[:_NAMED])
    ]
    unread = [*dict.fromkeys(reader.struck), *_pictured(reader.every, blocks)]
    found += [
        Problem(code="cell_picture", message="这一格里是图片，图片里的内容没有读取。", place=place)
        for place in unread[len(dict.fromkeys(reader.struck)) :][:_NAMED]
    ]
    return Document("html", blocks, tuple(found), frozenset(unread))


def _pictured(tables: Sequence[_HtmlTable], blocks: Sequence[Para | Grid]) -> Iterator[Place]:
    """Yield the cells of the page's tables that show nothing but a picture."""
    shown = {cell.place for block in blocks if isinstance(block, Grid) for cell in block.cells if not cell.text}
    for table in tables:
        for cell in table.cells:
            place = Place(table=table.number, row=cell.row + 1, col=cell.col + 1)
            if cell.pictured and place in shown:
                yield place


def _walk(root: etree._Element, reader: _Reader) -> None:
    """Go through the page without recursion: pages may nest as deep as they like."""
    hiding = hiding_rules(root)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            _end(element, reader)
            _say(element.tail, reader)
        elif _start(element, reader, hiding):
            walker.skip_subtree()
        else:
            _say(element.text, reader)
    _break(reader)


def _start(element: etree._Element, reader: _Reader, hiding: Hiding) -> bool:
    """Open an element; tell whether what is inside must be passed over."""
    tag = element.tag
    if tag in _SILENT:
        return True
    if (tag in _STRUCK or hiding.strikes(element)) and inner_text(element).strip():
        if tag in ("td", "th"):
            _open_cell(element, reader)
        reader.struck.append(_here(reader))
        return True
    if tag == "img":
        _note_picture(element, reader)
    hidden = hiding.hides(element)
    if hidden:
        reader.hidden |= bool(inner_text(element).strip())
        if tag in ("td", "th") and hiding.keeps_place(element):
            _open_cell(element, reader)
        return True
    if tag in _PLAIN:
        return False
    if tag in _BLOCKS:
        _break(reader)
    if tag == "br":
        _line(reader)
    elif tag == "table":
        _open_table(reader)
    elif tag == "tr":
        _open_row(reader)
    elif tag in ("td", "th"):
        _open_cell(element, reader)
    return tag in _CONTROLS and _control(element, reader)


def _note_picture(element: etree._Element, reader: _Reader) -> None:
    """Mark the open cell as holding a picture; one that is too small to be seen only keeps room."""
    sizes = [re.match(r"\s*(\d{1,5})", element.get(name) or "") for name in ("width", "height")]
    if reader.tables and reader.tables[-1].open and not any(size and int(size[1]) <= _UNSEEN for size in sizes):
        reader.tables[-1].cells[-1].pictured = True


def _here(reader: _Reader) -> Place:
    if not reader.tables or not reader.tables[-1].cells:
        return Place()
    table = reader.tables[-1]
    return Place(table=table.number, row=table.cells[-1].row + 1, col=table.cells[-1].col + 1)


def _end(element: etree._Element, reader: _Reader) -> None:
    tag = element.tag
    if tag in _PLAIN:
        return
    if tag in _BLOCKS:
        _break(reader)
    if tag in ("td", "th", "tr"):
        _close_cell(reader)
    elif tag == "table" and reader.tables:
        _close_cell(reader)
        _clip(reader.tables.pop())


def _control(element: etree._Element, reader: _Reader) -> bool:
    """Say what a form control shows; its inside is then passed over."""
    tag, kind = element.tag, (element.get("type") or "text").lower()
    if tag == "input" and kind in ("checkbox", "radio"):
        _say("☑" if "checked" in element.attrib else "☐", reader)
    elif tag == "input" and kind not in _BUTTONS:
        _say(element.get("value"), reader)
    elif tag == "select":
        options = element.findall(".//option")
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        _say("、".join(inner_text(option).strip() for option in chosen), reader)
    elif tag == "textarea":
        for number, line in enumerate(inner_text(element).splitlines()):
            if number:
                _line(reader)
            _say(line, reader)
    return True


def _say(text: str | None, reader: _Reader) -> None:
    if text:
        reader.text.append(_SPACE.sub(" ", text))


def _sink(reader: _Reader) -> "list[str | _HtmlTable] | None":
    """Return where text goes now: the page, the open cell, or nowhere between the cells of a table."""
    if not reader.tables:
        return reader.out
    table = reader.tables[-1]
    return table.cells[-1].parts if table.open else None


def _line(reader: _Reader) -> None:
    """End the line, even an empty one."""
    sink, line = _sink(reader), _SPACE.sub(" ", "".join(reader.text)).strip(" ")
    reader.text.clear()
    if sink is not None:
        sink.append(line)
    elif line:  # text between cells is shown before the table
        (reader.out if len(reader.tables) == 1 else reader.tables[-2].cells[-1].parts).append(line)


def _break(reader: _Reader) -> None:
    """End the line if one has begun."""
    if reader.text and "".join(reader.text).strip(" "):
        _line(reader)
    reader.text.clear()


def _open_table(reader: _Reader) -> None:
    reader.count += 1
    table = _HtmlTable(reader.count)
    sink = _sink(reader)
    (reader.out if sink is None else sink).append(table)
    reader.tables.append(table)
    reader.every.append(table)


def _open_row(reader: _Reader) -> None:
    if reader.tables:
        _close_cell(reader)
        table = reader.tables[-1]
        table.row, table.col = table.row + 1, 0


def _open_cell(element: etree._Element, reader: _Reader) -> None:
    if not reader.tables:
        return
    _close_cell(reader)
    table = reader.tables[-1]
    table.row = max(table.row, 0)
    rowspan, colspan = _span(element, "rowspan"), _span(element, "colspan")
    reader.area += rowspan * colspan
    if reader.area > MOST_AREA:
        raise ReadError("unsafe", "网页表格的合并范围大得不合常理", todo="请用 Word 或 Excel 原件提交")
    while table.busy.get(table.col, 0) > table.row:
        table.col += 1
    for col in range(table.col, table.col + colspan):
        table.busy[col] = table.row + rowspan
    table.cells.append(_Place(table.row, table.col, rowspan, colspan))
    table.col += colspan
    table.open = True


def _close_cell(reader: _Reader) -> None:
    _break(reader)
    if reader.tables:
        reader.tables[-1].open = False


def _span(element: etree._Element, name: str) -> int:
    """Read a span as browsers do: digits at the start, at least 1; rowspan 0 reaches to the table's end."""
    found = re.match(r"\s*\+?([0-9]{1,9})", element.get(name) or "1")
    value = int(found.group(1)) if found else 1
    if value == 0 and name == "rowspan":
        return 1000
    return min(max(value, 1), _MOST_SPAN)


def _clip(table: _HtmlTable) -> None:
    """Cut spans that reach below the last row."""
    for cell in table.cells:
        cell.rowspan = min(cell.rowspan, table.row + 1 - cell.row)


def _flat(parts: "list[str | _HtmlTable]") -> Iterator[Para | Grid]:
    """Yield blocks in document order: a layout table gives its content, a real one itself and then those inside."""
    todo: list[str | _HtmlTable] = list(reversed(parts))
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            if part:
                yield Para(part, Place())
            continue
        inner = [piece for cell in part.cells for piece in cell.parts]
        if not _is_layout(part):
            yield _grid(part)
            inner = [piece for piece in inner if isinstance(piece, _HtmlTable) and not _is_small(piece)]
        todo += reversed(inner)


def _is_layout(table: _HtmlTable) -> bool:
    """Tell whether a table only places other content on the page."""
    texts = sum(any(isinstance(part, str) and part for part in cell.parts) for cell in table.cells)
    nests = any(isinstance(part, _HtmlTable) for cell in table.cells for part in cell.parts)
    return len(table.cells) < 2 or (nests and texts <= _LAYOUT_TEXTS)


def _is_small(table: _HtmlTable) -> bool:
    """Tell whether a table within a cell is no more than that cell's text."""
    nests = any(isinstance(part, _HtmlTable) for cell in table.cells for part in cell.parts)
    return len(table.cells) <= _SMALL and not nests


def _lines(cell: _Place) -> Iterator[str]:
    for part in cell.parts:
        if isinstance(part, str):
            yield part
        elif _is_small(part):
            yield from (line for inner in part.cells for line in inner.parts if isinstance(line, str))


def _grid(table: _HtmlTable) -> Grid:
    cells = tuple(
        GridCell(
            cell.row,
            cell.col,
            "\n".join(_lines(cell)).strip(" \n"),
            Place(table=table.number, row=cell.row + 1, col=cell.col + 1),
            cell.rowspan,
            cell.colspan,
        )
        for cell in table.cells
    )
    return Grid(cells, "spans", Place(table=table.number))
