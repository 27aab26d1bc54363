"""The unit's own workbook with drafts in their cells: each cell keeps its style, and a note beside it what stood there."""

import copy
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import by_cell, drafts_in
from fuhe.outputs.excel.row_heights import corner, grow, letters
from fuhe.outputs.in_words import BLANK
from fuhe.outputs.notes import Note, advice_of, suggestions_of
from fuhe.outputs.parts import part_of, serialized, with_parts
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.typos import typos_of
from fuhe.readers.package import Package, parse
from fuhe.readers.xlsxbook import Book, S, number, open_book, rich_text
from fuhe.readings.misspelt import put_right
from fuhe.records import Place

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_RED = "FFC00000"


@dataclass
class _Cells:
    """The sheets being changed, by part, and the cells they hold."""

    data: bytes
    book: Book
    fonts: list[etree._Element]
    roots: dict[str, etree._Element] = dataclasses.field(default_factory=dict)

    def at(self, place: Place | None) -> etree._Element | None:
        """Return the cell at a place, made where the sheet does not hold it yet; None where it is a formula or no cell."""
        part = next((sheet.part for sheet in self.book.sheets if place and sheet.name == place.sheet), None)
        if part is None or place is None or place.address is None:
            return None
        if part not in self.roots:
            self.roots[part] = _addressed(parse(part_of(self.data, part) or b""))
        cell = _cell(self.roots[part], place.address)
        return None if cell.find(f"{S}f") is not None else cell

    def root(self, place: Place) -> etree._Element:
        """Return the sheet a place is on."""
        return self.roots[next(sheet.part for sheet in self.book.sheets if sheet.name == place.sheet)]

    def text(self, cell: etree._Element) -> str:
        """Return what a cell holds."""
        value, inline = cell.find(f"{S}v"), cell.find(f"{S}is")
        if inline is not None:
            return rich_text(inline)
        held = value.text or "" if value is not None else ""
        return self.book.strings[int(held)] if held and cell.get("t") == "s" else held

    def font(self, cell: etree._Element) -> etree._Element | None:
        """Return the font of a cell's style."""
        at = number(cell.get("s"))
        return self.fonts[at] if at < len(self.fonts) else None


def revise_sheets(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> tuple[bytes, list[Note]]:
    """Return the workbook with drafts and corrected typos in their cells, and the notes to set beside them.

    A cell that holds a formula is not touched: its draft is a note only. Raises ReadError as reading does.
    """
    package = Package(data)
    cells = _Cells(data, open_book(package), _fonts(package))
    notes = [note for form in forms for note in _revise_form(form, cells, stamp)]
    return with_parts(data, {part: serialized(root) for part, root in cells.roots.items()}), notes


def _revise_form(form: FormReport, cells: _Cells, stamp: Stamp) -> list[Note]:
    drafts = drafts_in(form)
    typos = typos_of(form, drafts)
    fields = [*(draft.field for draft in drafts), *(typo.field for typo in typos)]
    wanted = {form.places[field] for field in fields if field in form.places}
    known = {place: cell for place in wanted if (cell := cells.at(place)) is not None}
    texts, left = by_cell(form, drafts, known)
    for typo in typos:
        place = form.places.get(typo.field)
        if place is not None and (cell := known.get(place)) is not None:
            texts[place] = put_right(texts.get(place, cells.text(cell)), typo.wrong)
    notes = [_put(cells, place, text, stamp) for place, text in texts.items()]
    return [*notes, *advice_of(form, left, stamp), *suggestions_of(form, stamp)]


def _put(cells: _Cells, place: Place, text: str, stamp: Stamp) -> Note:
    """Write a text into a cell, keeping its style; return the note that keeps what stood there."""
    cell = cells.at(place)
    assert cell is not None
    before, font = cells.text(cell), cells.font(cell)
    size = font.find(f"{S}sz") if font is not None else None
    points = float(size.get("val", "11")) if size is not None else 11
    grow(cells.root(place), cell, text, points, cells.text)
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    held = etree.SubElement(cell, f"{S}is")
    for part in filter(None, BLANK.split(text)):
        run = etree.SubElement(held, f"{S}r")
        if BLANK.fullmatch(part):
            run.append(_red(font))
        etree.SubElement(run, f"{S}t", {_SPACE: "preserve"}).text = part
    said = f"原填：{before}" if before else "原来没有填。"
    return Note(place, stamp.author, ("【建议】本格为建议稿，未经人工核定。", said, stamp.line))


def _red(font: etree._Element | None) -> etree._Element:
    """Return the look of a blank: the cell's font, in red, since a part of a cell takes no ground colour."""
    look = etree.Element(f"{S}rPr")
    own = {child.tag.removeprefix(S): child for child in font if isinstance(child.tag, str)} if font is not None else {}
    for name in (
        "b",
        "i",
        "strike",
        "condense",
        "extend",
        "outline",
        "shadow",
        "u",
        "vertAlign",
        "sz",
        "color",
        "name",
    ):
        if name == "color":
            etree.SubElement(look, f"{S}color", rgb=_RED)
        elif name in own:
            made = copy.deepcopy(own[name])
            made.tag = f"{S}rFont" if name == "name" else made.tag
            made.tail = None
            look.append(made)
    return look


def _fonts(package: Package) -> list[etree._Element]:
    """Return the font of every cell style."""
    links = package.relations(package.main("xl/workbook.xml"))
    part = next((link.target for link in links.values() if link.kind == "styles"), "")
    if part not in package:
        return []
    root = package.xml(part)
    fonts = root.findall(f"{S}fonts/{S}font")
    styles = (number(look.get("fontId")) for look in root.iterfind(f"{S}cellXfs/{S}xf"))
    return [fonts[at] for at in styles if at < len(fonts)]


def _addressed(root: etree._Element) -> etree._Element:
    """Write out the row numbers and addresses a sheet may leave to counting."""
    row_number = 0
    for row in root.iterfind(f"{S}sheetData/{S}row"):
        row_number = number(row.get("r")) or row_number + 1
        row.set("r", str(row_number))
        col = -1
        for cell in row.iterfind(f"{S}c"):
            col = corner(cell.get("r", ""))[1] if cell.get("r") else col + 1
            cell.set("r", f"{letters(col)}{row_number}")
    return root


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
        later = next((entry for entry in row if corner(entry.get("r", "A1")) > corner(address)), None)
        row.insert(len(row) if later is None else row.index(later), cell)
    return cell
