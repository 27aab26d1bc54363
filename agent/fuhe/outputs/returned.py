"""What goes back to a unit file by file: its own file annotated or revised, or a Word copy of what cannot be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from fuhe.errors import ReadError
from fuhe.intake.reading import read_file
from fuhe.outputs.contract import FileReport, FormReport
from fuhe.outputs.excel.sheet_notes import annotate_sheets
from fuhe.outputs.excel.sheet_revision import revise_sheets
from fuhe.outputs.notes import Note, advice_of, notes_of, suggestions_of
from fuhe.outputs.parts import kind_of
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.word.annotation import annotate, without_own
from fuhe.outputs.word.revision import revise
from fuhe.outputs.word.word_copy import to_copy
from fuhe.readers.file_kinds import CONVERTED
from fuhe.readers.office import convert, find
from fuhe.readers.own_marks import ANNOTATED, RESET, REVISED
from fuhe.readers.sniff import sniff
from fuhe.records import Form, Place

_FAMILY = {"xls": (".xls", "xlsx"), "doc": (".doc", "docx")}
_Work = Callable[[bytes, Sequence[FormReport], Stamp], bytes]


@dataclass(frozen=True, slots=True)
class Returned:
    """A file to hand back: its name and bytes."""

    name: str
    data: bytes


def annotated(file: FileReport, data: bytes | None, stamp: Stamp, *, infos: bool = False) -> Returned:
    """Return a file with its points as comments; `data` is the original, None where there is none to annotate.

    With `infos` what may be bettered is said as well.
    """
    in_word, in_sheets = partial(_annotated_word, infos=infos), partial(_annotated_sheets, infos=infos)
    return _returned(file, data, stamp, ANNOTATED, in_word, in_sheets)


def revised(file: FileReport, data: bytes | None, stamp: Stamp) -> Returned:
    """Return a file with its drafts put in: as tracked changes in Word, as text with a comment in a workbook."""
    return _returned(file, data, stamp, REVISED, _revised_word, _revised_sheets)


def _returned(
    file: FileReport, data: bytes | None, stamp: Stamp, word: str, in_word: _Work, in_sheets: _Work
) -> Returned:
    path = PurePosixPath(file.path.replace("\\", "/").replace("!", "/"))
    for whole, forms in _changeable(file, data):
        ending = kind_of(whole)
        work = in_word if ending and ending.startswith(".d") else in_sheets
        try:
            return Returned(f"{path.stem}_{word}{ending}", work(whole, forms, stamp))
        except ReadError:
            pass  # What cannot be changed as it stands is laid out anew below.
    copied, placed = to_copy(path.name, file.forms, stamp)
    return Returned(f"{path.stem}_{word}{RESET}.docx", in_word(copied, placed, stamp))


def _changeable(file: FileReport, data: bytes | None) -> Iterator[tuple[bytes, Sequence[FormReport]]]:
    """Yield the file as it can be written into: itself, or where LibreOffice is there turned into its family's own."""
    if data is None:
        return
    if kind_of(data) is not None:
        yield data, file.forms
        return
    kind = sniff(data)
    suffix, target = CONVERTED.get(kind) or _FAMILY.get(kind) or ("", "")
    if not target or find() is None:
        return
    try:
        turned = convert(data, suffix, target)
    except ReadError:
        return
    again = read_file(turned, file.path).forms
    if len(again) == len(file.forms) and all(map(_is_same, file.forms, again)):
        yield turned, [_placed(form, other) for form, other in zip(file.forms, again, strict=True)]


def _is_same(form: FormReport, other: Form) -> bool:
    """Tell whether a form says after the conversion what it said before, so that each note finds its cell."""
    mine, theirs = form.record, other.record
    rows = [[(row.name, row.score) for row in record.indicators] for record in (mine, theirs)]
    return mine.project == theirs.project and rows[0] == rows[1] and len(mine.funding) == len(theirs.funding)


def _placed(form: FormReport, other: Form) -> FormReport:
    return form.model_copy(update={"places": other.places, "cells": other.cells})


def _annotated_word(data: bytes, forms: Sequence[FormReport], stamp: Stamp, *, infos: bool) -> bytes:
    return annotate(without_own(data), notes_of(forms, stamp, infos=infos), stamp)


def _annotated_sheets(data: bytes, forms: Sequence[FormReport], stamp: Stamp, *, infos: bool) -> bytes:
    return annotate_sheets(data, notes_of(forms, stamp, infos=infos))


def _revised_word(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    data, left = revise(without_own(data), forms, stamp)
    first = next((place for form in forms for place in form.places.values()), Place())
    said = "偏差原因和易错字的改动为修订，黄底处请补充；请逐处核定后接受。"
    notes = [note for form, drafts in left for note in (*advice_of(form, drafts, stamp), *suggestions_of(form, stamp))]
    return annotate(data, [Note(first, stamp.author, (said, stamp.line)), *notes], stamp)


def _revised_sheets(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    return annotate_sheets(*revise_sheets(data, forms, stamp))
