"""The unit's own workbook with findings as cell comments, or with drafts in their cells; styles and other parts stay."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from fuhe.drafts import Draft
from fuhe.outputs.annotation import Note
from fuhe.outputs.parts import part_of, related, serialized, with_parts
from fuhe.outputs.stamp import Stamp
from fuhe.readers.package import Package, parse
from fuhe.readers.xlsxbook import S, open_book, rich_text
from fuhe.records import Place

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EMPTY_COMMENTS = (
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors/><commentList/></comments>'
)
_EMPTY_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_V, _O, _X = (
    "{urn:schemas-microsoft-com:vml}",
    "{urn:schemas-microsoft-com:office:office}",
    "{urn:schemas-microsoft-com:office:excel}",
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BLANK = re.compile(r"(【[^】]{1,60}】)")
_BEHIND_DRAWING = tuple(
    S + name
    for name in ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
)  # fmt: skip


def annotate_sheets(data: bytes, notes: Sequence[Note]) -> bytes:
    """Return the workbook with the notes as cell comments, several at one cell as one; raises ReadError as reading does."""
    for sheet in open_book(Package(data)).sheets:
        here: dict[str, list[Note]] = {}
        for note in notes:
            if note.place.sheet == sheet.name and note.place.address:
                here.setdefault(note.place.address, []).append(note)
        if here:
            data = _annotate_sheet(data, sheet.part, here)
    return data


def _annotate_sheet(data: bytes, part: str, notes: Mapping[str, Sequence[Note]]) -> bytes:
    number = re.sub(r"\D", "", part) or "1"
    comments_name, _, changed = related(data, part, "comments", f"xl/commentsFuhe{number}.xml", _COMMENTS)
    data = with_parts(data, changed)
    vml_name, link, changed = related(data, part, "vmlDrawing", f"xl/drawings/vmlDrawingFuhe{number}.vml", _VML)
    data = with_parts(data, changed)
    sheet = parse(part_of(data, part) or b"")
    comments = parse(part_of(data, comments_name) or _EMPTY_COMMENTS)
    shapes = parse(part_of(data, vml_name) or _EMPTY_VML)
    for address, found in notes.items():
        _comment(comments, shapes, address, found)
    parts = {comments_name: serialized(comments), vml_name: serialized(shapes)}
    if sheet.find(f"{S}legacyDrawing") is None:
        behind = [child for child in sheet if child.tag in _BEHIND_DRAWING]
        mark = etree.Element(f"{S}legacyDrawing", {_RELATION: link})
        sheet.insert(sheet.index(behind[0]) if behind else len(sheet), mark)
        parts[part] = serialized(sheet)
    return with_parts(data, parts)


def _comment(comments: etree._Element, shapes: etree._Element, address: str, notes: Sequence[Note]) -> None:
    """Add the notes to a cell's comment; what a person wrote there before stays and comes first."""
    text = "\n\n".join("\n".join(note.lines) for note in notes)
    kept = comments.find(f"{S}commentList")
    assert kept is not None
    own = next((entry for entry in kept if entry.get("ref") == address), None)
    if own is not None:
        held = own.find(f"{S}text")
        if held is not None:
            run = etree.SubElement(held, f"{S}r")
            etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = f"\n\n{text}"
        return
    comment = etree.SubElement(kept, f"{S}comment", ref=address, authorId=str(_author(comments, notes[0].author)))
    run = etree.SubElement(etree.SubElement(comment, f"{S}text"), f"{S}r")
    etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = text
    kept[:] = sorted(kept, key=lambda entry: _corner(entry.get("ref", "A1")))
    _shape(shapes, *_corner(address), lines=text.count("\n") + len(text) // 24 + 1)


def _author(comments: etree._Element, name: str) -> int:
    authors = comments.find(f"{S}authors")
    assert authors is not None
    names = [entry.text for entry in authors]
    if name not in names:
        etree.SubElement(authors, f"{S}author").text = name
        names.append(name)
    return names.index(name)


def _corner(address: str) -> tuple[int, int]:
    """Return row and column from 0 of an address such as C5."""
    found = re.match(r"([A-Z]+)(\d+)", address)
    if found is None:
        return 0, 0
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - 64
    return int(found[2]) - 1, col - 1


def _shape(shapes: etree._Element, row: int, col: int, lines: int) -> None:
    """Add the hidden box Excel shows when the mouse is on the cell, tall enough for its text."""
    used = re.findall(r"_x0000_s(\d+)", etree.tostring(shapes, encoding="unicode"))
    number = max([1024, *map(int, used)]) + 1
    shape = etree.SubElement(
        shapes,
        f"{_V}shape",
        {
            "id": f"_x0000_s{number}",
            "type": "#_x0000_t202",
            "style": "position:absolute;visibility:hidden",
            "fillcolor": "#ffffe1",
            f"{_O}insetmode": "auto",
        },
    )
    etree.SubElement(shape, f"{_V}fill", color2="#ffffe1")
    etree.SubElement(etree.SubElement(shape, f"{_V}textbox"), "div", style="text-align:left")
    client = etree.SubElement(shape, f"{_X}ClientData", ObjectType="Note")
    for name, text in (
        ("MoveWithCells", None),
        ("SizeWithCells", None),
        ("Anchor", f"{col + 1}, 15, {row}, 4, {col + 5}, 15, {row + min(max(lines, 4), 24)}, 4"),
        ("AutoFill", "False"),
        ("Row", str(row)),
        ("Column", str(col)),
    ):
        etree.SubElement(client, f"{_X}{name}").text = text


def revise_sheets(
    data: bytes, drafts: Sequence[Draft], places: Mapping[str, Place], stamp: Stamp
) -> tuple[bytes, list[Draft]]:
    """Return the workbook with each draft in its cell, a comment beside it that keeps what stood there; and what is left."""
    package = Package(data)
    book = open_book(package)
    left, notes, parts = [], [], dict[str, etree._Element]()
    sheets = {sheet.name: sheet.part for sheet in book.sheets}
    for draft in drafts:
        place = places.get(draft.field)
        if place is None or place.address is None or place.sheet not in sheets:
            left.append(draft)
            continue
        part = sheets[place.sheet]
        root = parts.setdefault(part, parse(part_of(data, part) or b""))
        before = _put(root, book.strings, place.address, draft.text)
        said = f"原填：{before}" if before else "原来没有填。"
        lines = ("【建议】本格为建议稿，未经人工核定。", said, stamp.line)
        notes.append(Note(place, stamp.accepted_by or "复核（建议稿）", lines))
    data = with_parts(data, {part: serialized(root) for part, root in parts.items()})
    return annotate_sheets(data, notes), left


def _put(root: etree._Element, strings: Sequence[str], address: str, text: str) -> str:
    """Write a text into a cell, keeping its style; return what stood there."""
    cell = _cell(root, address)
    before = ""
    value, inline = cell.find(f"{S}v"), cell.find(f"{S}is")
    if inline is not None:
        before = rich_text(inline)
    elif value is not None and value.text:
        before = strings[int(value.text)] if cell.get("t") == "s" else value.text
    row = cell.getparent()
    if row is not None:
        # A height set by hand would hide a longer text; without it the row grows when the file is opened.
        row.attrib.pop("ht", "")
        row.attrib.pop("customHeight", "")
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    held = etree.SubElement(cell, f"{S}is")
    for part in filter(None, _BLANK.split(text)):
        run = etree.SubElement(held, f"{S}r")
        if _BLANK.fullmatch(part):
            look = etree.SubElement(run, f"{S}rPr")
            etree.SubElement(look, f"{S}color", rgb="FFC00000")
        etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = part
    return before


def _cell(root: etree._Element, address: str) -> etree._Element:
    """Return a cell's element, made in its order where the sheet does not hold it yet."""
    row_number = int(re.sub(r"\D", "", address))
    rows = root.find(f"{S}sheetData")
    assert rows is not None
    row = next((entry for entry in rows if entry.get("r") == str(row_number)), None)
    if row is None:
        row = etree.Element(f"{S}row", r=str(row_number))
        later = next((entry for entry in rows if int(entry.get("r", "0")) > row_number), None)
        rows.insert(len(rows) if later is None else rows.index(later), row)
    cell = next((entry for entry in row if entry.get("r") == address), None)
    if cell is None:
        cell = etree.Element(f"{S}c", r=address)
        later = next((entry for entry in row if _corner(entry.get("r", "A1")) > _corner(address)), None)
        row.insert(len(row) if later is None else row.index(later), cell)
    return cell
