"""What a file prints that no field of its forms took: kept with the form it stands by, so that nothing read is lost."""

from collections.abc import Iterator, Sequence

from fuhe.layouts.headings import is_heading
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.records import Form, Place
from fuhe.text import squeeze, tidy

_MOST_CELLS = 20_000
_MOST_CHARACTERS = 20_000


def with_around(forms: Sequence[Form], document: Document) -> tuple[Form, ...]:
    """Return the forms, the first with the texts of the document that stand in none of them."""
    if not forms or sum(len(block.cells) for block in document.blocks if isinstance(block, Grid)) > _MOST_CELLS:
        return tuple(forms)
    said = "\x1f".join(squeeze(text) for form in forms for text in taken_in(form))
    left = [(text, place) for text, place in _printed(document) if squeeze(text) not in said]
    shown = {cell.place for form in forms for cell in form.cells} if left else set[Place]()
    kept, room = [], _MOST_CHARACTERS
    # headings of a table that is kept as printed are not lost with it
    for text in dict.fromkeys(text for text, place in left if not (place in shown and is_heading(text))):
        room -= len(text)
        if room >= 0:
            kept.append(text)
    first, *others = forms
    return (first.model_copy(update={"around": tuple(kept)}) if kept else first, *others)


def _printed(document: Document) -> Iterator[tuple[str, Place]]:
    """Yield what is printed, with its place."""
    for block in document.blocks:
        parts: Sequence[Para | GridCell] = (block,) if isinstance(block, Para) else block.cells
        for part in parts:
            if text := tidy(part.text):
                yield text, part.place


def taken_in(form: Form) -> Iterator[str]:
    """Yield every text that a form has taken into its record, its notes and its doubts."""
    yield form.title or ""
    yield from (doubt.message for doubt in form.doubts)
    yield from form.record.notes
    record = form.record
    lone = (value for _, value in record if isinstance(value, str))
    rows = (value for row in (*record.funding, *record.indicators, *record.remarks) for _, value in row if value)
    yield from (*lone, *rows)
