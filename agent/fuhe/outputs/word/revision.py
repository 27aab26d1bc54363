"""The unit's own Word file with drafts as tracked changes: what is there struck out, what is proposed put in, blanks yellow."""

import copy
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from fuhe.drafts import Draft
from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import by_cell, drafts_in
from fuhe.outputs.in_words import BLANK
from fuhe.outputs.parts import free_numbers, serialized, with_parts
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.typos import Typo, typos_of
from fuhe.outputs.word.annotation import paragraphs_of
from fuhe.readers.docx import anchors
from fuhe.readers.docxtext import SDT, P, W, is_placeholder
from fuhe.readings.misspelt import cut_at
from fuhe.records import Place

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AFTER_HIGHLIGHT = tuple(
    f"{W}{name}"
    for name in (
        "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout",
        "specVanish", "oMath", "rPrChange",
    )
)  # fmt: skip
_NUMBERED = tuple(
    f"{W}{name}"
    for name in (
        "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tcPrChange", "trPrChange", "tblPrChange",
        "sectPrChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "bookmarkStart", "bookmarkEnd",
    )
)  # fmt: skip


def revise(
    data: bytes, forms: Sequence[FormReport], stamp: Stamp
) -> tuple[bytes, list[tuple[FormReport, list[Draft]]]]:
    """Return the Word file with the drafts of its forms as tracked changes in their cells, and the drafts that found no cell.

    A listed typo is changed where its letters stand in one run; a cell that gets a draft is not also corrected.
    Raises ReadError as reading does.
    """
    name, root, elements = anchors(data)
    marks = _Marks(root, stamp)
    left = [(form, _revise_form(form, elements, marks)) for form in forms]
    return with_parts(data, {name: serialized(root)}), left


def _revise_form(form: FormReport, elements: Mapping[Place, etree._Element], marks: "_Marks") -> list[Draft]:
    """Put a form's drafts and corrections in; return the drafts that found no cell."""
    drafts = drafts_in(form)
    cells, left = by_cell(form, drafts, elements)
    for place, text in cells.items():
        _replace(elements[place], text, marks)
    for typo in typos_of(form, drafts):
        cell = elements.get(form.places.get(typo.field, Place()))
        if cell is not None:
            _correct(cell, typo, marks)
    return left


def _correct(cell: etree._Element, typo: Typo, marks: "_Marks") -> None:
    """Strike the wrong word out and put the right one in, everywhere it stands within one run of the cell."""
    for paragraph in (child for child in cell.iter(P)):
        for run in list(_runs(paragraph)):
            texts = run.findall(f"{W}t")
            text = texts[0].text or "" if len(texts) == 1 and len(run) <= 2 else ""
            parts = cut_at(text, typo.wrong)
            parent = run.getparent()
            if len(parts) < 2 or parent is None or parent.tag == f"{W}ins":
                continue
            at = parent.index(run)
            parent.remove(run)
            for number, part in enumerate(parts):
                pieces = [_with_text(run, part)] if part else []
                if number:
                    gone, put = _with_text(run, typo.wrong), marks.new("ins")
                    put.append(_with_text(run, typo.right))
                    pieces = [gone, put, *pieces]
                for piece in pieces:
                    parent.insert(at, piece)
                    at += 1
                if number:
                    _strike(gone, marks)


def _with_text(run: etree._Element, text: str) -> etree._Element:
    made = copy.deepcopy(run)
    made.tail = None
    shown = made.find(f"{W}t")
    assert shown is not None
    shown.text = text
    shown.set(_SPACE, "preserve")
    return made


class _Marks:
    """Numbers tracked changes as no change or bookmark of the file is numbered."""

    def __init__(self, root: etree._Element, stamp: Stamp) -> None:
        self._numbers = free_numbers(entry.get(f"{W}id") for entry in root.iter(*_NUMBERED))
        self._who = {f"{W}author": stamp.author, f"{W}date": stamp.at[:19] + "Z"}

    def new(self, tag: str) -> etree._Element:
        """Return a new change mark."""
        return etree.Element(f"{W}{tag}", {f"{W}id": str(next(self._numbers)), **self._who})


def _replace(cell: etree._Element, text: str, marks: _Marks) -> None:
    """Strike a cell's text out, prompts nobody filled in too, and put the draft in at its end in the old text's style."""
    paragraphs = paragraphs_of(cell)
    style = _style(paragraphs)
    prompts = [control for control in cell.iter(SDT) if is_placeholder(control)]
    for paragraph in (*paragraphs, *prompts):
        for run in list(_runs(paragraph)):
            _strike(run, marks)
    for paragraph in paragraphs[:-1]:
        _strike_end(paragraph, marks)
    put = marks.new("ins")
    for run in _written(text, style):
        put.append(run)
    paragraphs[-1].append(put)


def _runs(under: etree._Element) -> Iterator[etree._Element]:
    """Yield the runs that print text and are not struck out already."""
    for run in under.iter(f"{W}r"):
        prints = any(child.tag in (f"{W}t", f"{W}tab", f"{W}br") for child in run)
        if prints and not any(above.tag in (f"{W}del", f"{W}moveFrom") for above in run.iterancestors()):
            yield run


def _strike(run: etree._Element, marks: _Marks) -> None:
    gone = marks.new("del")
    parent = run.getparent()
    assert parent is not None
    parent.replace(run, gone)
    gone.append(run)
    for text in run.findall(f"{W}t"):
        text.tag = f"{W}delText"
        text.set(_SPACE, "preserve")


def _strike_end(paragraph: etree._Element, marks: _Marks) -> None:
    """Strike the end of a paragraph out, so that accepting leaves one paragraph in the cell."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    look = properties.find(f"{W}rPr")
    if look is None:
        look = etree.Element(f"{W}rPr")
        behind = [child for child in properties if child.tag in (f"{W}sectPr", f"{W}pPrChange")]
        properties.insert(properties.index(behind[0]) if behind else len(properties), look)
    look.insert(0, marks.new("del"))


def _style(paragraphs: Sequence[etree._Element]) -> etree._Element | None:
    """Return the look of a cell's letters: of its first run, else of its paragraph mark."""
    for path in (f".//{W}r/{W}rPr", f"{W}pPr/{W}rPr"):
        for paragraph in paragraphs:
            found = paragraph.find(path)
            if found is not None:
                look = copy.deepcopy(found)
                for name in ("ins", "del", "rPrChange", "vanish", "highlight"):
                    for child in look.findall(f"{W}{name}"):
                        look.remove(child)
                return look
    return None


def _written(text: str, style: etree._Element | None) -> Iterator[etree._Element]:
    for number, line in enumerate(text.split("\n")):
        for index, part in enumerate(BLANK.split(line)):
            if not part and (index or not number):
                continue
            run = etree.Element(f"{W}r")
            look = copy.deepcopy(style) if style is not None else etree.Element(f"{W}rPr")
            if BLANK.fullmatch(part):
                _highlight(look)
            if len(look):
                run.append(look)
            if number and not index:
                etree.SubElement(run, f"{W}br")
            etree.SubElement(run, f"{W}t", {_SPACE: "preserve"}).text = part
            yield run


def _highlight(look: etree._Element) -> None:
    behind = [child for child in look if child.tag in _AFTER_HIGHLIGHT]
    mark = etree.Element(f"{W}highlight", {f"{W}val": "yellow"})
    look.insert(look.index(behind[0]) if behind else len(look), mark)
