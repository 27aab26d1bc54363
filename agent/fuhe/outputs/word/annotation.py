"""The unit's own Word file with notes as native comments: each at its cell, nothing else changed."""

from collections.abc import Iterable, Sequence

from lxml import etree

from fuhe.outputs.notes import Note
from fuhe.outputs.parts import free_numbers, part_of, related, serialized, with_parts
from fuhe.outputs.stamp import Stamp
from fuhe.readers.docx import anchors
from fuhe.readers.docxtext import P, W, flat
from fuhe.readers.own_changes import may_hold, own_comments, reject
from fuhe.readers.package import Package, parse

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_EMPTY = b'<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
_INITIALS = "复核"


def annotate(data: bytes, notes: Sequence[Note], stamp: Stamp) -> bytes:
    """Return the Word file with the notes as comments; only the body, the comments and the links to them change.

    Raises ReadError as reading does. A note whose place the file lacks stands at the first paragraph.
    """
    name, root, elements = anchors(data)
    comments_name, _, changed = related(data, name, "comments", "word/comments.xml", _TYPE)
    comments = parse(part_of(data, comments_name) or _EMPTY)
    numbers = free_numbers(entry.get(f"{W}id") for entry in comments)
    fallback = list(root.iter(P))[:1]
    for note in notes:
        paragraphs = paragraphs_of(elements.get(note.place)) or fallback
        if paragraphs:
            number = str(next(numbers))
            _anchor(paragraphs, number)
            comments.append(_comment(note, number, stamp))
    return with_parts(data, {**changed, name: serialized(root), comments_name: serialized(comments)})


def without_own(data: bytes) -> bytes:
    """Take out what an earlier run wrote, comments and changes nobody has accepted: this run says it anew."""
    package = Package(data)
    name = package.main("word/document.xml")
    links = package.relations(name).values()
    held = next((link.target for link in links if link.kind == "comments" and link.target in package), "")
    comments = package.xml(held) if held else None
    own = [] if comments is None else own_comments(comments)
    if not own and not may_hold(package.read(name)):
        return data
    root = package.xml(name)
    reject(root)
    without_comments(root, [entry.get(f"{W}id", "") for entry in own])
    changed = {name: serialized(root)}
    for entry in own:
        comments.remove(entry)  # type: ignore[union-attr]
    if comments is not None:
        changed[held] = serialized(comments)
    return with_parts(data, changed)


def paragraphs_of(element: etree._Element | None) -> list[etree._Element]:
    """Return the paragraphs of a cell, or a paragraph itself; where a content control shows only its prompt, the prompt's."""
    if element is None:
        return []
    if element.tag == P:
        return [element]
    found = [child for child in flat(element) if child.tag == P] or list(element.iter(P))[:1]
    return found or [etree.SubElement(element, P)]  # a program may leave out the paragraph every cell must have


def _anchor(paragraphs: Sequence[etree._Element], number: str) -> None:
    """Set the range marks around a cell's paragraphs, after the properties, and the reference at their end."""
    first, last = paragraphs[0], paragraphs[-1]
    start = etree.Element(f"{W}commentRangeStart", {f"{W}id": number})
    first.insert(1 if len(first) and first[0].tag == f"{W}pPr" else 0, start)
    etree.SubElement(last, f"{W}commentRangeEnd", {f"{W}id": number})
    run = etree.SubElement(last, f"{W}r")
    etree.SubElement(run, f"{W}commentReference", {f"{W}id": number})


def _comment(note: Note, number: str, stamp: Stamp) -> etree._Element:
    about = {"id": number, "author": note.author, "date": stamp.at[:19] + "Z", "initials": _INITIALS}
    comment = etree.Element(f"{W}comment", {f"{W}{name}": value for name, value in about.items()})
    for line in note.lines:
        run = etree.SubElement(etree.SubElement(comment, P), f"{W}r")
        text = etree.SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        text.text = line
    return comment


def without_comments(root: etree._Element, numbers: Iterable[str]) -> None:
    """Take comment marks out of a body again; what is left is the body as it was before they were set."""
    taken = set(numbers)
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for mark in list(root.iter(f"{W}{tag}")):
            if mark.get(f"{W}id") in taken:
                gone = mark if tag != "commentReference" else mark.getparent()
                above = None if gone is None else gone.getparent()
                if gone is not None and above is not None:
                    above.remove(gone)
