"""A file that cannot be annotated (PDF, text, scan) set anew as a Word table that says it is a copy."""

import re
from collections.abc import Sequence

from docx.shared import Cm
from docx.table import _Cell, _Row

from fuhe.outputs.contract import FormReport
from fuhe.outputs.layout import Slot, Table, layout
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.word.official import Paper, keep_whole
from fuhe.records import Place
from fuhe.text import display_width

_MARGINS_CM, _WIDTH_CM, _POINTS = (2.0, 1.8, 2.0, 2.0), 17.0, 9
_MOST, _HALF_CM, _EDGES_CM = 32, 0.17, 0.4
_WORD = re.compile(r"[!-~]+")


def to_copy(name: str, forms: Sequence[FormReport], stamp: Stamp) -> tuple[bytes, list[FormReport]]:
    """Return the Word copy of a file's forms, and the forms with the places their values have in the copy."""
    paper = Paper(_MARGINS_CM)
    paper.note(f"本件由复核程序根据《{name}》重新排出，仅供批注，不是原件。")
    placed, number = [], 0
    for index, form in enumerate(forms):
        paper.note(form.title or form.record.project or "", centred=True, new_page=index > 0)
        places: dict[str, Place] = {}
        for table in layout(form.record, form.places, form.cells):
            number += 1
            _table(paper, table)
            places |= {
                field: Place(table=number, row=row, col=slot.col)
                for row, slots in enumerate(table.rows, 1)
                for slot in slots
                for field in slot.fields
            }
        for note in form.record.notes:
            paper.note(note)
        placed.append(form.model_copy(update={"places": places, "cells": ()}))
    paper.note(stamp.line)
    return paper.save(title=name, comments=stamp.line), placed


def _table(paper: Paper, table: Table) -> None:
    """Write the rows cell by cell with their spans; merging cells afterwards takes python-docx thirty times as long."""
    widths = _widths(table)
    grid = paper.grid(widths)
    inside: dict[tuple[int, int], Slot] = {}
    for row, slots in enumerate(table.rows):
        line = _Row(grid._tbl.add_tr(), grid)
        keep_whole(line)
        begins = {slot.col: slot for slot in slots}
        inside |= {(row + below, slot.col): slot for slot in slots for below in range(1, slot.rowspan)}
        col = 1
        while col <= table.width:
            slot = begins.get(col) or inside.get((row, col)) or Slot("", col)
            cell = _Cell(line._tr.add_tc(), grid)
            cell.width = Cm(sum(widths[col - 1 : col - 1 + slot.colspan]))
            cell._tc.grid_span = slot.colspan
            if slot.rowspan > 1:
                cell._tc.vMerge = "restart" if col in begins else "continue"
            paper.write(cell, slot.text if col in begins else "", centred=slot.head, points=_POINTS)
            col += slot.colspan


def _widths(table: Table) -> list[float]:
    """Share the page among the columns by the text that stands in one column alone, in centimetres; figures stay whole."""
    longest, figures = [4] * table.width, [4] * table.width
    for slot in table.slots():
        if slot.colspan == 1:
            at = slot.col - 1
            longest[at] = max(longest[at], *(min(display_width(line), _MOST) for line in slot.text.split("\n")))
            figures[at] = max(
                [figures[at], *(len(word) for word in _WORD.findall(slot.text) if len(word) <= _MOST // 2)]
            )
    least = [_HALF_CM * length + _EDGES_CM for length in figures]
    room = max(_WIDTH_CM - sum(least), 0) / sum(longest)
    widths = [own + room * length for own, length in zip(least, longest, strict=True)]
    return [width * _WIDTH_CM / sum(widths) for width in widths]
