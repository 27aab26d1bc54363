"""Word documents (.docx, .docm): paragraphs and tables with their true merges, as a person sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.docxtext import (
    ALT_CHUNK,
    BOX,
    SDT,
    SHADE,
    TBL,
    P,
    Styles,
    Text,
    W,
    flat,
    is_placeholder,
    is_shaded,
    may_hide,
    read_styles,
    styles_may_hide,
)
from fuhe.readers.grid import Cell, Document, Grid, Para
from fuhe.readers.package import Package, parse
from fuhe.records import Place, Problem

MAX_SPAN = 1000
MAX_CELLS = 400_000
_VAL, _TC, _TC_PR, _GRID_SPAN = W + "val", W + "tc", W + "tcPr", W + "gridSpan"
_V_MERGE, _H_MERGE, _CELL_DELETED = W + "vMerge", W + "hMerge", W + "cellDel"
_CHANGE = re.compile(rb"<\w+:(?:ins|del|moveFrom|moveTo|cellIns|cellDel)[\s/>]")
_STYLED = re.compile(rb"<\w+:[pr]Style\s")
_TODO = "请用 Word 或 WPS 打开后另存一份再试"

_MESSAGES = {
    "macros": "文件带有宏；宏没有运行，只读了文字。",
    "tracked_changes": "文件有未接受的修订：删除的文字没有读，插入的文字照常读取。",
    "hidden_text": "文件有隐藏的文字（隐藏格式、白色或被合并遮住），没有读取。",
    "placeholder": "文件有还没填写的内容控件，其提示文字按空白处理。",
    "embedded": "文件嵌入了别的文件（如 Excel 表），其中的内容没有读取。",
}


@dataclass(slots=True)
class _Open:
    """A cell that may still grow downwards or to the right."""

    row: int
    col: int
    text: str
    rowspan: int = 1
    colspan: int = 1


def anchors(data: bytes) -> tuple[str, etree._Element, dict[Place, etree._Element]]:
    """Return the body's part name, its tree, and the element behind every place that reading gives out.

    Raises ReadError as reading does, and "unsupported" for the strict variant, whose names reading rewrites.
    """
    package = Package(data)
    name = package.main("word/document.xml")
    part = package.read(name)
    if b"purl.oclc.org/ooxml" in part:
        raise ReadError("unsupported", "文件是严格格式的 Word 文档，不能原样批注", todo="请另存为普通 .docx 再试")
    root = parse(part)
    body = root.find(W + "body")
    if body is None:
        raise ReadError("broken", "文件里没有 Word 正文", todo=_TODO)
    story = _Story(Text(Styles(), watch=False), is_tracked=_CHANGE.search(part) is not None)
    for _ in story.blocks(body):
        pass
    return name, root, story.elements


def read(data: bytes) -> Document:
    """Read a .docx or .docm file; raises ReadError "broken", "encrypted", "unsafe", "too_large" or "unsupported"."""
    package = Package(data)
    name = package.main("word/document.xml")
    part = package.read(name)
    root = parse(part)
    body = root.find(W + "body")
    if body is None:
        raise ReadError("broken", "文件里没有 Word 正文", todo=_TODO)
    watch = may_hide(part)
    styles = _styles(package, name, watch=watch) if watch or _STYLED.search(part) else Styles()
    story = _Story(
        Text(styles, watch=watch or bool(styles.vanish or styles.white)), is_tracked=_CHANGE.search(part) is not None
    )
    blocks = tuple(story.blocks(body))
    return Document("docx", blocks, tuple(_problems(package, part, root, story)))


def _styles(package: Package, name: str, *, watch: bool) -> Styles:
    found = (link.target for link in package.relations(name).values() if link.kind == "styles")
    part = next((target for target in found if target in package), "")
    data = package.read(part) if part else b""
    return read_styles(parse(data)) if data and (watch or styles_may_hide(data)) else Styles()


def _problems(package: Package, part: bytes, root: etree._Element, story: "_Story") -> Iterator[Problem]:
    seen = {
        "macros": any(name.endswith("vbaproject.bin") for name in package.names),
        "tracked_changes": story.is_tracked,
        "hidden_text": story.text.hidden,
        "placeholder": b"showingPlcHdr" in part and any(map(is_placeholder, root.iter(SDT))),
        "embedded": story.chunks or any("/embeddings/" in name for name in package.names),
    }
    return (Problem(code=code, message=_MESSAGES[code]) for code, is_seen in seen.items() if is_seen)


class _Story:
    """Walks the body, numbering paragraphs and tables in document order."""

    def __init__(self, text: Text, *, is_tracked: bool) -> None:
        self.text, self.is_tracked = text, is_tracked
        self.chunks = False
        self.elements: dict[Place, etree._Element] = {}
        self._tables = self._lines = self._cells = 0

    def blocks(self, node: etree._Element) -> Iterator[Para | Grid]:
        """Yield the blocks under a body, text box or cell."""
        for child in flat(node):
            if child.tag == P:
                yield from self._paragraph(child)
            else:
                yield from self._inner(child)

    def _inner(self, node: etree._Element) -> Iterator[Para | Grid]:
        if node.tag == TBL:
            yield from self._table(node)
        elif node.tag == BOX:
            # A drawing has its own ground, on which white letters may well show.
            shaded, self.text.shaded = self.text.shaded, True
            yield from self.blocks(node)
            self.text.shaded = shaded
        self.chunks = self.chunks or node.tag == ALT_CHUNK

    def _paragraph(self, node: etree._Element) -> Iterator[Para | Grid]:
        self._lines += 1
        place = Place(line=self._lines)
        self.elements[place] = node
        text = self.text.read(node)
        if text.strip():
            yield Para(text, place)
        for box in self._boxes():
            yield from self._inner(box)

    def _boxes(self) -> list[etree._Element]:
        boxes, self.text.boxes = self.text.boxes, []
        return boxes

    def _table(self, node: etree._Element) -> Iterator[Para | Grid]:
        """Yield a table, then what its cells hold beside text: tables and text boxes."""
        self._tables += 1
        table, inner, cells = self._tables, list[etree._Element](), list[_Open]()
        shaded, self.text.shaded = self.text.shaded, self.text.watch and self._is_styled(node)
        above: dict[int, _Open] = {}
        rows = (row for row in flat(node) if row.tag == W + "tr" and not _is_deleted(row))
        for index, row in enumerate(rows):
            above = self._row(table, index, row, above, cells, inner)
        self.text.shaded = shaded
        yield Grid(tuple(_cell(cell, table) for cell in cells), "spans", Place(table=table))
        for element in inner:
            yield from self._inner(element)

    def _is_styled(self, table: etree._Element) -> bool:
        """Tell whether a table's style may colour the ground under white letters."""
        style = table.find(f"{W}tblPr/{W}tblStyle")
        ground = is_shaded(table.find(f"{W}tblPr/{SHADE}"))
        return ground or (style is not None and style.get(_VAL) in self.text.styles.shading)

    def _row(
        self,
        table: int,
        index: int,
        row: etree._Element,
        above: dict[int, _Open],
        cells: list[_Open],
        inner: list[etree._Element],
    ) -> dict[int, _Open]:
        """Add a row's cells and return, by first column, the cells a next row may continue."""
        col, here = _number(row.find(f"{W}trPr/{W}gridBefore")), dict[int, _Open]()
        last: _Open | None = None
        for element in flat(row):
            look = _properties(element)
            if element.tag != _TC or _CELL_DELETED in look:
                continue
            span = max(_number(look.get(_GRID_SPAN)), 1)
            text = self._text(element, look.get(SHADE), inner)
            top = above.get(col) if _continues(look.get(_V_MERGE)) else None
            if last is not None and _continues(look.get(_H_MERGE)):
                last.colspan += span
                self._cover(text)
            elif top is not None and top.colspan == span:
                top.rowspan += 1
                here[col], last = top, None
                self._cover(text)
            else:
                last = _Open(index, col, text, colspan=span)
                cells.append(last)
                self.elements[Place(table=table, row=index + 1, col=col + 1)] = element
                if _V_MERGE in look:
                    here[col] = last
            col += span
        return here

    def _cover(self, text: str) -> None:
        self.text.hidden = self.text.hidden or bool(text.strip())

    def _text(self, node: etree._Element, shade: etree._Element | None, inner: list[etree._Element]) -> str:
        """Return a cell's own paragraphs; what else it holds is added to `inner`."""
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise ReadError("too_large", f"表格超过 {MAX_CELLS} 格的上限", todo="请只保留自评表，再试一次")
        shaded, self.text.shaded = self.text.shaded, self.text.shaded or is_shaded(shade)
        parts: list[str] = []
        for child in flat(node):
            if child.tag == P:
                parts += [self.text.read(child), "" if self.is_tracked and _is_joined(child) else "\n"]
                inner += self._boxes()
            elif child.tag in (TBL, ALT_CHUNK):
                inner.append(child)
        self.text.shaded = shaded
        return "".join(parts).removesuffix("\n")


def _cell(cell: _Open, table: int) -> Cell:
    place = Place(table=table, row=cell.row + 1, col=cell.col + 1)
    return Cell(cell.row, cell.col, cell.text, place, cell.rowspan, cell.colspan)


def _properties(cell: etree._Element) -> dict[str, etree._Element]:
    """Return a cell's properties by tag; they are its first child where there are any."""
    first = next(iter(cell), None)
    return {} if first is None or first.tag != _TC_PR else {child.tag: child for child in first}


def _continues(merge: etree._Element | None) -> bool:
    return merge is not None and merge.get(_VAL) != "restart"


def _number(mark: etree._Element | None) -> int:
    """Return a count such as a column span; raises ReadError when it is absurd."""
    text = "0" if mark is None else mark.get(_VAL, "0").strip()
    if len(text) > 9 or (text.isdecimal() and int(text) > MAX_SPAN):
        raise ReadError("unsafe", f"表格的合并列数 {text[:20]} 不合常理，已拒绝读取", todo=_TODO)
    return int(text) if text.isdecimal() else 0


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _is_joined(paragraph: etree._Element) -> bool:
    """Tell whether the paragraph's end is deleted by a tracked change, so that the next one continues its line."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None
