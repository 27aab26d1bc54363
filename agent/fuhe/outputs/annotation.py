"""The unit's own Word file with findings as native comments: each at its cell, nothing else changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from fuhe.findings import SEVERITY_LABELS, Finding, worst_first
from fuhe.outputs.layout import nearest
from fuhe.outputs.parts import part_of, related, serialized, with_parts
from fuhe.outputs.report import FormReport
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.wording import cell_name, grounds, sum_line, where
from fuhe.readers.docx import anchors
from fuhe.readers.docxtext import P, W, flat
from fuhe.readers.package import parse
from fuhe.records import Place

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_EMPTY = b'<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
_INITIALS = "复核"


@dataclass(frozen=True, slots=True)
class Note:
    """A comment to set: where, by whom, and its paragraphs."""

    place: Place
    author: str
    lines: tuple[str, ...]


def notes_of(form: FormReport, stamp: Stamp) -> list[Note]:
    """Return a form's findings as comments, worst first, after one that says how many there are and where from."""
    findings = worst_first(form.findings or ())
    first = next((cell.place for cell in form.cells if cell.text), next(iter(form.places.values()), Place()))
    head = Note(first, _author(stamp), (f"复核意见共 {len(findings)} 条。", stamp.line))
    open_findings = [finding for finding in findings if not _is_dismissed(form, finding)]
    return [head, *(_note(form, finding, first, stamp) for finding in open_findings)]


def _is_dismissed(form: FormReport, finding: Finding) -> bool:
    decision = form.decisions.get(finding.fingerprint)
    return decision is not None and decision.state == "dismissed"


def _author(stamp: Stamp) -> str:
    return stamp.accepted_by or "复核（建议稿）"


def _note(form: FormReport, finding: Finding, first: Place, stamp: Stamp) -> Note:
    decision = form.decisions.get(finding.fingerprint)
    own = decision.text if decision else None  # a person's wording says what to do as well
    place = next((form.places[name] for name in nearest(finding.cells[0].field) if name in form.places), first)
    others = list(dict.fromkeys(_named(form, cell.field, cell.place) for cell in finding.cells[1:]))
    lines = [
        f"【{SEVERITY_LABELS[finding.severity]} {finding.code}】{finding.title}",
        own or finding.message + (finding.guess or ""),
        f"算式：{sum_line(finding)}" if finding.calc else "",
        f"涉及：{'；'.join(others)}" if others else "",
        f"建议：{'；'.join(finding.fix)}。" if finding.fix and not own else "",
        f"依据：{grounds(finding)}",
    ]
    author = decision.by if decision and decision.by else _author(stamp)
    return Note(place, author, tuple(line for line in lines if line))


def _named(form: FormReport, field: str, place: Place | None) -> str:
    named = cell_name(form.record, field)
    return f"{named}（{told}）" if (told := where(place)) else named


def annotate(data: bytes, notes: Sequence[Note], stamp: Stamp) -> bytes:
    """Return the Word file with the notes as comments; only the body, the comments and the links to them change.

    Raises ReadError as reading does. A note whose place the file lacks stands at the first paragraph.
    """
    name, root, elements = anchors(data)
    comments_name, _, changed = related(data, name, "comments", "word/comments.xml", _TYPE)
    comments = parse(part_of(data, comments_name) or _EMPTY)
    number = max((int(entry.get(f"{W}id", "0")) for entry in comments), default=-1)
    fallback = next(root.iter(P), None)
    for note in notes:
        paragraphs = _paragraphs(elements.get(note.place))
        if not paragraphs and fallback is not None:
            paragraphs = [fallback]
        if not paragraphs:
            continue
        number += 1
        _anchor(paragraphs, str(number))
        comments.append(_comment(note, str(number), stamp))
    return with_parts(data, {**changed, name: serialized(root), comments_name: serialized(comments)})


def _paragraphs(element: etree._Element | None) -> list[etree._Element]:
    if element is None:
        return []
    return [element] if element.tag == P else [child for child in flat(element) if child.tag == P]


def _anchor(paragraphs: Sequence[etree._Element], number: str) -> None:
    """Set the range marks around a cell's paragraphs, after the properties, and the reference at their end."""
    first, last = paragraphs[0], paragraphs[-1]
    start = etree.Element(f"{W}commentRangeStart", {f"{W}id": number})
    first.insert(1 if len(first) and first[0].tag == f"{W}pPr" else 0, start)
    etree.SubElement(last, f"{W}commentRangeEnd", {f"{W}id": number})
    run = etree.SubElement(last, f"{W}r")
    etree.SubElement(run, f"{W}commentReference", {f"{W}id": number})


def _comment(note: Note, number: str, stamp: Stamp) -> etree._Element:
    comment = etree.Element(
        f"{W}comment",
        {
            f"{W}id": number,
            f"{W}author": note.author,
            f"{W}date": stamp.at[:19] + "Z",
            f"{W}initials": _INITIALS,
        },
    )
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
