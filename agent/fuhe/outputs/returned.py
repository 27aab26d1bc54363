"""What goes back to a unit file by file: its own file annotated or revised, or a Word copy of what cannot be."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fuhe.drafts import Draft
from fuhe.errors import ReadError
from fuhe.outputs.annotation import Note, annotate, notes_of
from fuhe.outputs.copies import to_copy
from fuhe.outputs.layout import nearest
from fuhe.outputs.report import FileReport, FormReport
from fuhe.outputs.revision import revise, typos_of
from fuhe.outputs.sheet_notes import annotate_sheets, revise_sheets
from fuhe.outputs.stamp import Stamp
from fuhe.records import Place


@dataclass(frozen=True, slots=True)
class Returned:
    """A file to hand back: its name and bytes."""

    name: str
    data: bytes


def annotated(file: FileReport, data: bytes | None, stamp: Stamp) -> Returned:
    """Return a file with its findings as comments; `data` is the original, None where there is none to annotate."""
    if data is not None and _kind(data) == "xlsx":
        try:
            done = annotate_sheets(data, [note for form in file.forms for note in notes_of(form, stamp)])
            return Returned(_name(file, "批注", ".xlsx"), done)
        except ReadError:
            data = None
    return _in_word(file, data, stamp, "批注", _annotated)


def _annotated(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    return annotate(data, [note for form in forms for note in notes_of(form, stamp)], stamp)


def revised(file: FileReport, data: bytes | None, stamp: Stamp) -> Returned:
    """Return a file with its drafts put in: as tracked changes in Word, as text with a comment in a workbook."""
    if data is not None and _kind(data) == "xlsx":
        try:
            for form in file.forms:
                data, left = revise_sheets(data, form.drafts or (), form.places, stamp)
                data = annotate_sheets(data, _as_notes(form, left, stamp))
            return Returned(_name(file, "修改稿", ".xlsx"), data)
        except ReadError:
            data = None
    return _in_word(file, data, stamp, "修改稿", _revised)


def _revised(data: bytes, forms: Sequence[FormReport], stamp: Stamp) -> bytes:
    notes: list[Note] = []
    for form in forms:
        data, left = revise(data, form.drafts or (), form.places, stamp, typos_of(form))
        notes += _as_notes(form, left, stamp)
    head = Note(_first(forms), stamp.accepted_by or "复核（建议稿）", ("修订为建议稿，请逐处核定。", stamp.line))
    return annotate(data, [head, *notes], stamp)


def _first(forms: Sequence[FormReport]) -> Place:
    return next((place for form in forms for place in form.places.values()), Place())


def _as_notes(form: FormReport, drafts: Iterable[Draft], stamp: Stamp) -> list[Note]:
    """Return drafts whose column the form does not print as comments on their row."""
    return [
        Note(
            next((form.places[name] for name in nearest(draft.field) if name in form.places), Place()),
            stamp.accepted_by or "复核（建议稿）",
            (f"【建议】本表没有这一栏，可在说明中写：{draft.text}",),
        )
        for draft in drafts
    ]


def _in_word(
    file: FileReport,
    data: bytes | None,
    stamp: Stamp,
    word: str,
    work: Callable[[bytes, Sequence[FormReport], Stamp], bytes],
) -> Returned:
    if data is not None and _kind(data) == "docx":
        try:
            return Returned(_name(file, word, ".docx"), work(data, file.forms, stamp))
        except ReadError:
            pass
    copied, placed = to_copy(PurePosixPath(file.path.replace("\\", "/")).name, file.forms, stamp)
    return Returned(_name(file, f"{word}（重排）", ".docx"), work(copied, placed, stamp))


def _kind(data: bytes) -> str | None:
    """Tell a Word file from a workbook by its parts; None for anything else."""
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = set(file.namelist())
    except zipfile.BadZipFile:
        return None
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else None


def _name(file: FileReport, word: str, ending: str) -> str:
    return f"{PurePosixPath(file.path.replace(chr(92), '/')).stem}_{word}{ending}"
