"""What was read of scans as one page without any request: every doubted cell's picture beside its text, then the whole table."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fuhe.outputs.doubted_cells import doubted_cells
from fuhe.outputs.html.report_page import TEMPLATES, environment
from fuhe.outputs.layout import layout
from fuhe.records import File, Form, Place


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read and the pictures of its doubted cells, PNG."""

    file: File
    pictures: Mapping[Place, bytes]


def doubted_places(file: File) -> tuple[Place, ...]:
    """Return the places of all cells of a file that should be held against its pages."""
    return tuple(dict.fromkeys(cell.place for form in file.forms for cell in doubted_cells(form, file.problems)))


def to_reading(files: Iterable[ReadFile]) -> str:
    """Return the page."""
    shown = [
        {
            "file": entry.file,
            "forms": [_shown(form, entry) for form in entry.file.forms],
            "said": [p.message for p in entry.file.problems if p.place is None or p.place.box is None],
        }
        for entry in files
    ]
    style = (TEMPLATES / "report.css").read_text("utf-8") + (TEMPLATES / "reading.css").read_text("utf-8")
    return environment().get_template("reading.html.j2").render(files=shown, style=style)


def _shown(form: Form, entry: ReadFile) -> dict[str, object]:
    cells = doubted_cells(form, entry.file.problems)
    numbers = {field: number for number, cell in enumerate(cells, 1) for field in _fields(form, cell.place)}
    return {
        "form": form,
        "cells": [(cell, _address(entry.pictures.get(cell.place))) for cell in cells],
        "tables": layout(form.record, form.places, form.cells),
        "number": lambda slot: next((numbers[name] for name in slot.fields if name in numbers), None),
    }


def _fields(form: Form, place: Place) -> list[str]:
    return [field for field, at in form.places.items() if at == place]


def _address(picture: bytes | None) -> str:
    """Return a picture as an address that holds it; nothing where there is none."""
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii") if picture else ""
