"""What goes back to a unit file by file: its own file annotated or revised, or a Word copy of what cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fuhe.errors import ReadError
from fuhe.outputs.contract import FileReport, FormReport
from fuhe.outputs.excel.sheet_notes import annotate_sheets
from fuhe.outputs.excel.sheet_revision import revise_sheets
from fuhe.outputs.notes import Note, advice_of, notes_of
from fuhe.outputs.parts import kind_of
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.word.annotation import annotate, without_own
from fuhe.outputs.word.revision import revise
from fuhe.outputs.word.word_copy import to_copy
from fuhe.records import Place

_Work = Callable[[bytes, Sequence[FormReport], Stamp], bytes]


@dataclass(frozen=True, slots=True)
class Returned:
    """A file to hand back: its name and bytes."""

    name: str
    data: bytes


def annotated(file: FileReport, data: bytes | None, stamp: Stamp) -> Returned:
    """Return a file with its findings as comments; `data` is the original, None where there is none to annotate."""
    return _returned(file, data, stamp, "批注", _annotated_word, _annotated_sheets)


def revised(file: FileReport, data: bytes | None, stamp: Stamp) -> Returned:
    """Return a file with its drafts put in: as tracked changes in Word, as text with a comment in a workbook."""
    return _returned(file, data, stamp, "修改稿", _revised_word, _revised_sheets)


def _returned(
    file: FileReport, data: bytes | None, stamp: Stamp, word: str, in_word: _Work, in_sheets: _Work
) -> Returned:
    path = PurePosixPath(file.path.replace("\\", "/"))
    ending = kind_of(data) if data is not None else None
    if data is not None and ending is not None:
        work = in_word if ending.startswith(".d") else in_sheets
        try:
            return Returned(f"{path.stem}_{word}{ending}", work(data, file.forms, stamp))
        except ReadError:
            pass  # What cannot be changed as it stands is laid out anew below.
    copied, placed = to_copy(path.name, file.forms, stamp)
    return Returned(f"{path.stem}_{word}（重排）.docx", in_word(copied, placed, stamp))


def _annotated_word(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    return annotate(without_own(data), notes_of(forms, stamp), stamp)


def _annotated_sheets(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    return annotate_sheets(data, notes_of(forms, stamp))


def _revised_word(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    data, left = revise(without_own(data), forms, stamp)
    first = next((place for form in forms for place in form.places.values()), Place())
    said = "偏差原因和易错字的改动为修订，黄底处请补充；请逐处核定后接受。"
    notes = [note for form, drafts in left for note in advice_of(form, drafts, stamp)]
    return annotate(data, [Note(first, stamp.author, (said, stamp.line)), *notes], stamp)


def _revised_sheets(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    return annotate_sheets(*revise_sheets(data, forms, stamp))
