"""Word documents (.docx, .docm): paragraphs and tables with their true merges, as a person sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers import own_changes
from fuhe.readers.docx_numbers import Numbers, read_numbers
from fuhe.readers.docxtext import (
    ALT_CHUNK,
    BOX,
    SDT,
    SHADE,
    TBL,
    P,
    Styles,
    VisibleText,
    W,
    flat,
    is_placeholder,
    is_shaded,
    may_hide,
    read_styles,
    styles_may_hide,
)
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readers.package import Package, parse
from fuhe.records import Place, Problem

MAX_SPAN = 1000
MAX_CELLS = 400_000
_VAL, _TR, _TC, _TC_PR, _GRID_SPAN = W + "val", W + "tr", W + "tc", W + "tcPr", W + "gridSpan"
_V_MERGE, _H_MERGE, _CELL_DELETED = W + "vMerge", W + "hMerge", W + "cellDel"
_LOOK = (_GRID_SPAN, _V_MERGE, _H_MERGE, _CELL_DELETED, SHADE)
_CHANGES = tuple(W + name for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"))
_STRUCK = re.compile(rb":d?strike[\s/>]")
_TEXTS_AROUND = 4  # a table with no more cells of its own text only places what is in it on the page
_SMALL = 12  # cells: a table within a cell no larger than this is that cell's text
_IN_CELL = {
    "picture": "这一格里有图片，图片里的内容没有读取",
    "object": "这一格里嵌入了别的文件（如 Excel 表），其中的内容没有读取",
    "struck": "这一格里有划掉的文字，没有读入",
    "number": "这一格的自动编号没有认出来",
    "box": "这一格另有文本框，框里的文字已接在后面，请核对",
}
_NOTHING: frozenset[str] = frozenset()
_SENTENCE = re.compile(r"\s*[\u4e00-\u9fff]")
_NAMED = 12  # cells of one kind named one by one
_CHANGE = re.compile(rb"<\w+:(?:ins|del|moveFrom|moveTo|cellIns|cellDel)[\s/>]")
_STYLED = re.compile(rb"<\w+:[pr]Style\s")
_TODO = "请用 Word 或 WPS 打开后另存一份再试"

_MESSAGES = {
    "own_changes": "文件里有复核程序写入、还没有接受的修订，按修订前的文字读取。",
    "picture_page": "正文里有大幅图片，图片里的文字没有读取；如果是表格，请提供电子表。",
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
    met: set[str] | frozenset[str] = frozenset()
    inside: list[etree._Element] = field(default_factory=list)


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
    elements: dict[Place, etree._Element] = {}
    story = _Story(VisibleText(Styles(), watch=False), is_tracked=_CHANGE.search(part) is not None, elements=elements)
    for _ in story.blocks(body):
        pass
    return name, root, elements


def read(data: bytes) -> Document:
    """Read a .docx or .docm file; raises ReadError "broken", "encrypted", "unsafe", "too_large" or "unsupported"."""
    package = Package(data)
    name = package.main("word/document.xml")
    part = package.read(name)
    root = parse(part)
    body = root.find(W + "body")
    if body is None:
        raise ReadError("broken", "文件里没有 Word 正文", todo=_TODO)
    own = own_changes.may_hold(part) and own_changes.reject(root)
    watch = may_hide(part)
    styles = _styles(package, name, watch=watch) if watch or _STYLED.search(part) else Styles()
    text = VisibleText(styles, watch=watch or bool(styles.vanish or styles.white))
    text.strikes = _STRUCK.search(part) is not None
    is_tracked = next(root.iter(*_CHANGES), None) is not None if own else _CHANGE.search(part) is not None
    story = _Story(text, is_tracked=is_tracked, numbers=_numbers(package, name, part))
    blocks = tuple(story.blocks(body))
    problems = (*_problems(package, part, root, story, own=own), *story.problems())
    return Document("docx", blocks, problems, frozenset(story.unread))


def _numbers(package: Package, name: str, part: bytes) -> Numbers | None:
    """Return the lists of a document that has any."""
    parts = {link.kind: link.target for link in package.relations(name).values() if link.target in package}
    styles = package.read(parts["styles"]) if "styles" in parts and _STYLED.search(part) else b""
    if "numbering" not in parts or (b":numPr" not in part and b":numPr" not in styles):
        return None
    return read_numbers(package.xml(parts["numbering"]), parse(styles) if b":numPr" in styles else None)


def _styles(package: Package, name: str, *, watch: bool) -> Styles:
    found = (link.target for link in package.relations(name).values() if link.kind == "styles")
    part = next((target for target in found if target in package), "")
    data = package.read(part) if part else b""
    return read_styles(parse(data)) if data and (watch or styles_may_hide(data)) else Styles()


def _problems(package: Package, part: bytes, root: etree._Element, story: "_Story", *, own: bool) -> Iterator[Problem]:
    seen = {
        "own_changes": own,
        "macros": any(name.endswith("vbaproject.bin") for name in package.names),
        "tracked_changes": story.is_tracked,
        "hidden_text": story.text.hidden,
        "placeholder": b"showingPlcHdr" in part and any(map(is_placeholder, root.iter(SDT))),
        "embedded": story.chunks or any("/embeddings/" in name for name in package.names),
    }
    return (Problem(code=code, message=_MESSAGES[code]) for code, is_seen in seen.items() if is_seen)


class _Story:
    """Walks the body, numbering paragraphs and tables in document order; `elements` takes what is behind each place."""

    def __init__(
        self,
        text: VisibleText,
        *,
        is_tracked: bool,
        numbers: Numbers | None = None,
        elements: dict[Place, etree._Element] | None = None,
    ) -> None:
        self.text, self.is_tracked, self.numbers, self.elements = text, is_tracked, numbers, elements
        self.chunks = self.picture_page = False
        self.noted: list[tuple[str, Place]] = []
        self.unread: set[Place] = set()
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
        if self.elements is not None:
            self.elements[place] = node
        text = self._numbered(node, in_cell=False)
        self.picture_page |= "large" in self.text.met
        self.text.met.clear()
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
        table, cells = self._tables, list[_Open]()
        shaded, self.text.shaded = self.text.shaded, self.text.watch and self._is_styled(node)
        above: dict[int, _Open] = {}
        rows = (row for row in flat(node) if row.tag == _TR and not (self.is_tracked and _is_deleted(row)))
        for index, row in enumerate(rows):
            above = self._row(table, index, row, above, cells)
        self.text.shaded = shaded
        inner = self._taken_in(cells)
        yield Grid(tuple(self._cell(cell, table) for cell in cells), "spans", Place(table=table))
        for element in inner:
            yield from self._inner(element)

    def _taken_in(self, cells: list[_Open]) -> list[etree._Element]:
        """Give small tables and text boxes to the text of the cells they are in; return what stands for itself."""
        if not any(cell.inside for cell in cells):
            return []
        is_filled = sum(1 for cell in cells if cell.text.strip()) > _TEXTS_AROUND
        apart: list[etree._Element] = []
        for cell in cells:
            for element in cell.inside:
                if not is_filled or element.tag == ALT_CHUNK or _count_cells(element) > _SMALL:
                    apart.append(element)
                elif text := "\n".join(self._lines_in(element)):
                    if cell.text.strip():
                        cell.met |= {"box"}
                    cell.text = "\n".join(filter(None, (cell.text.strip("\n"), text)))
                if element.tag == ALT_CHUNK:
                    cell.met |= {"object"}
        return apart

    def _lines_in(self, element: etree._Element) -> Iterator[str]:
        """Yield the lines of a small table or text box; cells beside each other share a line."""
        for child in flat(element):
            if child.tag == P:
                text = self.text.read(child)
                yield from filter(str.strip, (text,))
                for box in self._boxes():
                    yield from self._lines_in(box)
            elif child.tag == _TR:
                cells = ("\n".join(self._lines_in(cell)) for cell in flat(child) if cell.tag == _TC)
                yield from filter(None, (" ".join(filter(None, cells)),))
            elif child.tag == TBL:
                yield from self._lines_in(child)

    def _cell(self, cell: _Open, table: int) -> GridCell:
        place = Place(table=table, row=cell.row + 1, col=cell.col + 1)
        if cell.met:
            self.noted += [(kind, place) for kind in sorted(cell.met)]
            if not cell.text.strip() and cell.met != {"box"}:
                self.unread.add(place)
        return GridCell(cell.row, cell.col, cell.text, place, cell.rowspan, cell.colspan)

    def problems(self) -> Iterator[Problem]:
        """Yield what was not read in the cells, each named up to a dozen of a kind."""
        if self.picture_page:
            yield Problem(code="picture_page", message=_MESSAGES["picture_page"])
        for kind, message in _IN_CELL.items():
            places = [place for other, place in self.noted if other == kind]
            for place in places[:_NAMED]:
                yield Problem(code=f"cell_{kind}", message=f"{message}。", place=place)
            if len(places) > _NAMED:
                yield Problem(code=f"cell_{kind}", message=f"另有 {len(places) - _NAMED} 格：{message}。")

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
    ) -> dict[int, _Open]:
        """Add a row's cells and return, by first column, the cells a next row may continue."""
        col, here = _number(row.find(f"{W}trPr/{W}gridBefore")), dict[int, _Open]()
        last: _Open | None = None
        for element in flat(row):
            look = _properties(element)
            if element.tag != _TC or _CELL_DELETED in look:
                continue
            span = max(_number(look.get(_GRID_SPAN)), 1)
            text, inside, met = self._text(element, look.get(SHADE))
            top = above.get(col) if _continues(look.get(_V_MERGE)) else None
            if last is not None and _continues(look.get(_H_MERGE)):
                last.colspan += span
                last.inside += inside
                self._cover(text)
            elif top is not None and top.colspan == span:
                top.rowspan += 1
                here[col], last = top, None
                top.inside += inside
                self._cover(text)
            else:
                last = _Open(index, col, text, colspan=span, met=met, inside=inside)
                cells.append(last)
                if self.elements is not None:
                    self.elements[Place(table=table, row=index + 1, col=col + 1)] = element
                if _V_MERGE in look:
                    here[col] = last
            col += span
        return here

    def _cover(self, text: str) -> None:
        self.text.hidden = self.text.hidden or bool(text.strip())

    def _text(
        self, node: etree._Element, shade: etree._Element | None
    ) -> tuple[str, list[etree._Element], set[str] | frozenset[str]]:
        """Return a cell's own paragraphs, what else it holds, and what was met that is no text."""
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise ReadError("too_large", f"表格超过 {MAX_CELLS} 格的上限", todo="请只保留自评表，再试一次")
        shaded, self.text.shaded = self.text.shaded, self.text.shaded or is_shaded(shade)
        parts, inside = list[str](), list[etree._Element]()
        for child in flat(node):
            if child.tag == P:
                parts += [self._numbered(child), "" if self.is_tracked and _is_joined(child) else "\n"]
                inside += self._boxes()
            elif child.tag in (TBL, ALT_CHUNK):
                inside.append(child)
        self.text.shaded = shaded
        met: set[str] | frozenset[str] = _NOTHING
        if self.text.met:
            met = {"picture" if kind == "large" else kind for kind in self.text.met}
            self.text.met.clear()
        return "".join(parts).removesuffix("\n"), inside, met

    def _numbered(self, paragraph: etree._Element, *, in_cell: bool = True) -> str:
        """Return a paragraph with the number Word prints before it, where that is the whole of a cell or begins a sentence."""
        text = self.text.read(paragraph)
        if self.numbers is None:
            return text
        number = self.numbers.next(paragraph)
        if number is None and in_cell and not text.strip():
            self.text.met.add("number")
        is_value = in_cell and not text.strip()
        return f"{number}{text}" if number and (is_value or _SENTENCE.match(text)) else text


def _count_cells(element: etree._Element) -> int:
    return sum(1 for _ in islice(element.iter(_TC), _SMALL + 1))


def _properties(cell: etree._Element) -> dict[str, etree._Element]:
    """Return those of a cell's properties that matter here, by tag; they are in its first child where there are any."""
    first = next(iter(cell), None)
    return {} if first is None or first.tag != _TC_PR else {child.tag: child for child in first.iterchildren(*_LOOK)}


def _continues(merge: etree._Element | None) -> bool:
    return merge is not None and merge.get(_VAL) != "restart"


def _number(mark: etree._Element | None) -> int:
    """Return a count such as a column span; raises ReadError when it is absurd."""
    if mark is None:
        return 0
    text = mark.get(_VAL, "0").strip()
    if len(text) > 9 or (text.isdecimal() and int(text) > MAX_SPAN):
        raise ReadError("unsafe", f"表格的合并列数 {text[:20]} 不合常理，已拒绝读取", todo=_TODO)
    return int(text) if text.isdecimal() else 0


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _is_joined(paragraph: etree._Element) -> bool:
    """Tell whether the paragraph's end is deleted by a tracked change, so that the next one continues its line."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None
