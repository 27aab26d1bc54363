"""Texts cut where a cell's value, a sum or a blank stands, so that a page can link, underline or tint each part."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fuhe.drafts import Draft
from fuhe.findings import Finding
from fuhe.outputs.in_words import segments
from fuhe.outputs.marks import MarkedForm
from fuhe.text import one_line

_BLANK = re.compile(r"(【[^】]{1,60}】)")
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"[\d.%]")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A part of a text: plain words, the text of the cell `slot`, a re-added sum, or a blank to fill in."""

    text: str
    kind: Literal["plain", "cell", "sum", "blank"] = "plain"
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A value to look for in a text and what it is the text of."""

    value: str
    kind: Literal["cell", "sum"]
    slot: str | None = None


def cut(text: str, links: Sequence[Link]) -> list[TextPiece]:
    """Cut a text at its blanks and at the values of `links`, each of which links one place, the first that is free."""
    pieces: list[TextPiece] = []
    left = list(links)
    for part in filter(None, _BLANK.split(text)):
        if _BLANK.fullmatch(part):
            pieces.append(TextPiece(part, "blank"))
        else:
            pieces += _cut_words(part, left)
    return pieces


def _cut_words(text: str, left: list[Link]) -> Iterator[TextPiece]:
    """Link what is found in a text without blanks; links that were used are taken out of `left`."""
    found: list[tuple[int, int, Link]] = []
    for link in sorted(left, key=lambda link: -len(link.value)):
        start = _free(text, link.value, found)
        if start is not None:
            found.append((start, start + len(link.value), link))
            left.remove(link)
    end = 0
    for start, stop, link in sorted(found, key=lambda entry: entry[0]):
        if start > end:
            yield TextPiece(text[end:start])
        yield TextPiece(text[start:stop], link.kind, link.slot)
        end = stop
    if end < len(text):
        yield TextPiece(text[end:])


def _free(text: str, value: str, found: Iterable[tuple[int, int, Link]]) -> int | None:
    """Return where a value stands on its own, not inside a longer number and not inside what is linked already."""
    taken = [(start, stop) for start, stop, _ in found]
    start = text.find(value) if value else -1
    while start >= 0:
        stop = start + len(value)
        alone = not (_joined(text, start - 1, start) or _joined(text, stop - 1, stop))
        if alone and not any(start < other_stop and other_start < stop for other_start, other_stop in taken):
            return start
        start = text.find(value, start + 1)
    return None


def _joined(text: str, before: int, after: int) -> bool:
    """Tell whether a number goes on from one character to the next."""
    return (
        before >= 0 and after < len(text) and bool(_NUMERIC.match(text[before])) and bool(_NUMERIC.match(text[after]))
    )


def message_pieces(finding: Finding, slots: Sequence[str | None]) -> list[TextPiece]:
    """Cut a finding's message: its spans link their cells, the sum that was added up stands out."""
    sums = [Link(f"{finding.calc.computed:g}", "sum")] if finding.calc else []
    pieces: list[TextPiece] = []
    for text, cell in segments(finding):
        if cell is not None:
            pieces.append(TextPiece(text, "cell", slots[cell]))
        else:
            pieces += cut(text, sums)
    return pieces


def proposal_pieces(text: str, finding: Finding, draft: Draft | None, marked: MarkedForm) -> list[TextPiece]:
    """Cut a proposed wording: it begins with the message, the rest links what one cell alone says."""
    message = one_line(finding.message)
    slots = [marked.slot(cell.field) for cell in finding.cells]
    if not text.startswith(message):
        return cut(text, unique_links(finding, slots))
    head = message_pieces(finding.model_copy(update={"message": message}), slots)
    tail = text[len(message) :]
    at = tail.find(draft.text) if draft else -1
    if draft is None or at < 0:
        return [*head, *cut(tail, unique_links(finding, slots))]
    return [*head, *cut(tail[:at], unique_links(finding, slots)), *cut(tail[at:], fact_links(draft, marked))]


def unique_links(finding: Finding, slots: Sequence[str | None]) -> list[Link]:
    """Return the figures only one of a finding's cells has: of several, the wrong one would be linked.

    A word such as 完成 means something else in most sentences and is left alone.
    """
    by_value: dict[str, set[str | None]] = {}
    for cell, slot in zip(finding.cells, slots, strict=True):
        if cell.text and _DIGIT.search(cell.text):
            by_value.setdefault(one_line(cell.text), set()).add(slot)
    return [Link(value, "cell", slot) for value, held in by_value.items() if len(held) == 1 for slot in held if slot]


def fact_links(draft: Draft, marked: MarkedForm) -> list[Link]:
    """Return a draft's facts as links to the first cell each is taken from."""
    return [
        Link(fact.value, "cell", marked.slot(fact.cells[0]))
        for fact in draft.facts.values()
        if fact.cells and fact.value
    ]
