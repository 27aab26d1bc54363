"""The unit's own Word file with drafts as tracked changes: what is there struck out, what is proposed put in, blanks yellow."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from fuhe.drafts import Draft
from fuhe.outputs.parts import serialized, with_parts
from fuhe.outputs.report import FormReport
from fuhe.outputs.stamp import Stamp
from fuhe.policy import lexicon
from fuhe.readers.docx import anchors
from fuhe.readers.docxtext import P, W, flat
from fuhe.records import Place

_BLANK = re.compile(r"(【[^】]{1,60}】)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AFTER_HIGHLIGHT = tuple(
    f"{W}{name}"
    for name in (
        "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout",
        "specVanish", "oMath", "rPrChange",
    )
)  # fmt: skip
AUTHOR = "复核（建议稿）"


class Typo(NamedTuple):
    """A word to change: the field it stands in, as it is, as it should be."""

    field: str
    wrong: str
    right: str


def typos_of(form: FormReport) -> list[Typo]:
    """Return the listed typos among a form's findings, each with the word the list puts in its place."""
    listed = lexicon("typos")["wrong"]
    found = (finding for finding in form.findings or () if finding.code == "N006")
    return [
        Typo(finding.cells[0].field, str(wrong), str(right))
        for finding in found
        for wrong, right in listed.items()
        if f"“{wrong}”疑为“{right}”" in finding.message
    ]


def revise(
    data: bytes,
    drafts: Sequence[Draft],
    places: Mapping[str, Place],
    stamp: Stamp,
    typos: Sequence[Typo] = (),
) -> tuple[bytes, list[Draft]]:
    """Return the Word file with the drafts as tracked changes in their cells, and the drafts that found no cell.

    A typo is changed where its letters stand in one run; a cell that gets a draft is not also corrected.
    Raises ReadError as reading does.
    """
    name, root, elements = anchors(data)
    marks = _Marks(root, stamp)
    left = []
    for draft in drafts:
        place = places.get(draft.field)
        cell = elements.get(place) if place else None
        paragraphs = [child for child in flat(cell) if child.tag == P] if cell is not None else []
        if not paragraphs:
            left.append(draft)
            continue
        _replace(paragraphs, draft.text, marks)
    drafted = {draft.field for draft in drafts}
    for typo in typos:
        cell = elements.get(places[typo.field]) if typo.field in places and typo.field not in drafted else None
        if cell is not None:
            _correct(cell, typo, marks)
    return with_parts(data, {name: serialized(root)}), left


def _correct(cell: etree._Element, typo: Typo, marks: "_Marks") -> None:
    """Strike the wrong word out and put the right one in, everywhere it stands within one run of the cell."""
    for paragraph in (child for child in cell.iter(P)):
        for run in list(_runs(paragraph)):
            texts = run.findall(f"{W}t")
            text = texts[0].text or "" if len(texts) == 1 and len(run) <= 2 else ""
            parts = text.split(typo.wrong)
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
    """Numbers tracked changes after those the file has."""

    def __init__(self, root: etree._Element, stamp: Stamp) -> None:
        ids = (entry.get(f"{W}id", "") for tag in ("ins", "del") for entry in root.iter(f"{W}{tag}"))
        self._last = max((int(number) for number in ids if number.isdecimal()), default=9000)
        self._who = {f"{W}author": stamp.accepted_by or AUTHOR, f"{W}date": stamp.at[:19] + "Z"}

    def new(self, tag: str) -> etree._Element:
        """Return a new change mark."""
        self._last += 1
        return etree.Element(f"{W}{tag}", {f"{W}id": str(self._last), **self._who})


def _replace(paragraphs: Sequence[etree._Element], text: str, marks: _Marks) -> None:
    """Strike a cell's text out and put the draft in at its end, in the style of the struck-out text."""
    style = _style(paragraphs)
    for paragraph in paragraphs:
        for run in list(_runs(paragraph)):
            _strike(run, marks)
    for paragraph in paragraphs[:-1]:
        _strike_end(paragraph, marks)
    put = marks.new("ins")
    for run in _written(text, style):
        put.append(run)
    paragraphs[-1].append(put)


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the runs that print text and are not struck out already."""
    for run in paragraph.iter(f"{W}r"):
        prints = any(child.tag in (f"{W}t", f"{W}tab", f"{W}br") for child in run)
        if prints and not any(above.tag in (f"{W}del", f"{W}moveFrom") for above in run.iterancestors()):
            yield run


def _strike(run: etree._Element, marks: _Marks) -> None:
    gone = marks.new("del")
    parent = run.getparent()
    assert parent is not None
    parent.replace(run, gone)
    gone.append(run)
    for text in run.iter(f"{W}t"):
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
        for part in filter(None, _BLANK.split(line)):
            run = etree.Element(f"{W}r")
            look = copy.deepcopy(style) if style is not None else etree.Element(f"{W}rPr")
            if _BLANK.fullmatch(part):
                _highlight(look)
            if len(look):
                run.append(look)
            if number and part == line[: len(part)]:
                etree.SubElement(run, f"{W}br")
            etree.SubElement(run, f"{W}t", {_SPACE: "preserve"}).text = part
            yield run


def _highlight(look: etree._Element) -> None:
    behind = [child for child in look if child.tag in _AFTER_HIGHLIGHT]
    mark = etree.Element(f"{W}highlight", {f"{W}val": "yellow"})
    look.insert(look.index(behind[0]) if behind else len(look), mark)
