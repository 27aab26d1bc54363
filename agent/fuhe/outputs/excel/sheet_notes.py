"""The unit's own workbook with notes as cell comments; its sheets, styles and other parts stay."""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence

from lxml import etree

from fuhe.errors import ReadError
from fuhe.outputs.excel.row_heights import corner, letters
from fuhe.outputs.notes import Note
from fuhe.outputs.parts import free_numbers, part_of, related, serialized, with_parts
from fuhe.readers.own_marks import PROPOSER, before_own_note, is_own_note
from fuhe.readers.package import Package, parse
from fuhe.readers.xlsxbook import S, open_book

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EMPTY_COMMENTS = (
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors/><commentList/></comments>'
)
_EMPTY_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
_VML_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_BOX = "_x0000_t202"
_BOX_TYPE = (
    f'<v:shapetype {_VML_NAMES} id="{_BOX}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_KEPT_WORD = "依据：".encode()
_FIRST_SHAPE = 1024
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BEHIND_DRAWING = tuple(
    S + name
    for name in ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
)  # fmt: skip


def annotate_sheets(data: bytes, notes: Sequence[Note]) -> bytes:
    """Return the workbook with the notes as cell comments, several at one cell as one; raises ReadError as reading does."""
    for sheet in open_book(Package(data)).sheets:
        data = _without_own(data, sheet.part)
        here: dict[str, list[Note]] = {}
        for note in notes:
            if note.place.sheet == sheet.name and note.place.address:
                here.setdefault(note.place.address, []).append(note)
        if here:
            data = _annotate_sheet(data, sheet.part, here)
    return data


def _without_own(data: bytes, part: str) -> bytes:
    """Take out the comments an earlier run wrote, and what it added to a person's: this run says it anew."""
    links = Package(data).relations(part)
    name = next((link.target for link in links.values() if link.kind == "comments"), "")
    held = part_of(data, name) if name else None
    if held is None or (PROPOSER.encode() not in held and _KEPT_WORD not in held):
        return data
    comments = parse(held)
    gone = [entry for entry in comments.iter(f"{S}comment") if _is_bare(entry, comments)]
    for entry in gone:
        above = entry.getparent()
        if above is not None:
            above.remove(entry)
    changed = {name: serialized(comments)}
    boxes = next((link.target for link in links.values() if link.kind == "vmlDrawing"), "")
    shapes = part_of(data, boxes) if boxes else None
    if shapes is not None:
        for entry in gone:
            shapes = _without_box(shapes, *corner(entry.get("ref", "A1")))
        changed[boxes] = shapes
    return with_parts(data, changed)


def _is_bare(comment: etree._Element, comments: etree._Element) -> bool:
    """Take fuhe's runs out of a comment; tell whether nothing is left of it."""
    authors = [entry.text or "" for entry in comments.iterfind(f"{S}authors/{S}author")]
    index = int(comment.get("authorId", "0"))
    held = comment.find(f"{S}text")
    runs = [] if held is None else list(held)
    texts = ["".join(piece.text or "" for piece in run.iter(f"{S}t")) for run in runs]
    if is_own_note(authors[index] if index < len(authors) else "", "".join(texts)):
        return True
    for run, text in zip(runs, texts, strict=True):
        if before_own_note(text) != text and held is not None:
            held.remove(run)
    return False


def _without_box(shapes: bytes, row: int, col: int) -> bytes:
    """Take out the hidden box of a comment that is gone; a drawing may be no well-formed XML, so as bytes."""
    at = re.compile(rb"<x:Row>\s*%d\s*</x:Row>\s*<x:Column>\s*%d\s*</x:Column>" % (row, col)).search(shapes)
    start = shapes.rfind(b"<v:shape ", 0, at.start()) if at else -1
    end = shapes.find(b"</v:shape>", at.end()) if at else -1
    return shapes if start < 0 or end < 0 else shapes[:start] + shapes[end + len(b"</v:shape>") :]


def _annotate_sheet(data: bytes, part: str, notes: Mapping[str, Sequence[Note]]) -> bytes:
    number = re.sub(r"\D", "", part) or "1"
    comments_name, _, changed = related(data, part, "comments", f"xl/commentsFuhe{number}.xml", _COMMENTS)
    data = with_parts(data, changed)
    vml_name, link, changed = related(data, part, "vmlDrawing", f"xl/drawings/vmlDrawingFuhe{number}.vml", _VML)
    data = with_parts(data, changed)
    sheet = parse(part_of(data, part) or b"")
    comments = parse(part_of(data, comments_name) or _EMPTY_COMMENTS)
    threads = _threaded(data, part)
    boxes = [box for address, found in notes.items() if (box := _comment(comments, address, found, threads))]
    parts = {
        comments_name: serialized(comments),
        vml_name: _with_boxes(part_of(data, vml_name) or _EMPTY_VML, boxes),
    }
    if sheet.find(f"{S}legacyDrawing") is None:
        behind = [child for child in sheet if child.tag in _BEHIND_DRAWING]
        mark = etree.Element(f"{S}legacyDrawing", {_RELATION: link})
        sheet.insert(sheet.index(behind[0]) if behind else len(sheet), mark)
        parts[part] = serialized(sheet)
    return with_parts(data, parts)


def _threaded(data: bytes, part: str) -> set[str]:
    """Return the cells with a threaded comment, whose older form Excel no longer shows."""
    package = Package(data)
    threads = (link.target for link in package.relations(part).values() if link.kind == "threadedComment")
    return {entry.get("ref", "") for name in threads if name in package for entry in package.xml(name)}


def _comment(
    comments: etree._Element, address: str, notes: Sequence[Note], threads: Collection[str]
) -> tuple[int, int, int] | None:
    """Add the notes to a cell's comment; what a person wrote there before stays and comes first.

    Returns row, column and lines of the box a new comment needs. Beside a thread the next free cell takes the notes.
    """
    text = "\n\n".join("\n".join(note.lines) for note in notes)
    if address in threads:
        text = f"（针对 {address}）\n{text}"
        address = _beside(address, threads)
    kept = comments.find(f"{S}commentList")
    assert kept is not None
    own = next((entry for entry in kept if entry.get("ref") == address), None)
    held = own.find(f"{S}text") if own is not None else None
    if held is not None:
        run = etree.SubElement(held, f"{S}r")
        etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = f"\n\n{text}"
        return None
    comment = etree.SubElement(kept, f"{S}comment", ref=address, authorId=str(_author(comments, notes[0].author)))
    run = etree.SubElement(etree.SubElement(comment, f"{S}text"), f"{S}r")
    etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = text
    kept[:] = sorted(kept, key=lambda entry: corner(entry.get("ref", "A1")))
    return *corner(address), text.count("\n") + len(text) // 24 + 1


def _beside(address: str, threads: Collection[str]) -> str:
    row = re.sub(r"\D", "", address)
    col = corner(address)[1] + 1
    while (found := f"{letters(col)}{row}") in threads:
        col += 1
    return found


def _author(comments: etree._Element, name: str) -> int:
    authors = comments.find(f"{S}authors")
    assert authors is not None
    names = [entry.text for entry in authors]
    if name not in names:
        etree.SubElement(authors, f"{S}author").text = name
        names.append(name)
    return names.index(name)


def _with_boxes(shapes: bytes, boxes: Sequence[tuple[int, int, int]]) -> bytes:
    """Add hidden boxes to a drawing as bytes: Excel writes drawings that are no well-formed XML."""
    end = shapes.rfind(b"</xml>")
    if end < 0:
        raise ReadError("broken", "批注的图形部件读不了", todo="请用 Excel 或 WPS 打开后另存一份再试")
    numbers = free_numbers(found.decode() for found in re.findall(rb"_x0000_s(\d+)", shapes))
    numbers = itertools.dropwhile(lambda number: number <= _FIRST_SHAPE, numbers)
    added = "" if _BOX.encode() in shapes else _BOX_TYPE
    added += "".join(_box(next(numbers), *box) for box in boxes)
    return shapes[:end] + added.encode() + shapes[end:]


def _box(number: int, row: int, col: int, lines: int) -> str:
    """Return the hidden box Excel shows when the mouse is on the cell, tall enough for its text."""
    anchor = f"{col + 1}, 15, {row}, 4, {col + 5}, 15, {row + min(max(lines, 4), 24)}, 4"
    return (
        f'<v:shape {_VML_NAMES} id="_x0000_s{number}" type="#{_BOX}" style="position:absolute;visibility:hidden"'
        ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:textbox><div style="text-align:left"/></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{col}</x:Column></x:ClientData></v:shape>"
    )
