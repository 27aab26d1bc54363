"""What a person says the cells of a scanned page show, put in the place of what was made out there."""

from collections.abc import Sequence
from dataclasses import replace

from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.records import Frozen, Place

_TOLD = ("unsure", "repaired")


class CorrectedCell(Frozen):
    """A cell of a file and what a person has read in it; empty where it shows nothing."""

    place: Place
    text: str


def corrected(document: Document, cells: Sequence[CorrectedCell]) -> Document:
    """Return the document with these texts in their cells, sure from now on; what is not there any more is passed over."""
    if not cells:
        return document
    said = {cell.place: cell.text for cell in cells}
    return replace(
        document,
        blocks=tuple(_block(block, said) for block in document.blocks),
        problems=tuple(p for p in document.problems if p.code not in _TOLD or p.place not in said),
        unread=document.unread - said.keys(),
    )


def _block(block: Para | Grid, said: dict[Place, str]) -> Para | Grid:
    if isinstance(block, Para):
        return block
    return replace(block, cells=tuple(_cell(cell, said) for cell in block.cells))


def _cell(cell: GridCell, said: dict[Place, str]) -> GridCell:
    text = said.get(cell.place)
    return cell if text is None else replace(cell, text=text, sure=1.0, raw=None)
