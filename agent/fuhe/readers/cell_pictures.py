"""Cells of scanned pages cut out as pictures, for a person to hold against what was read in them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fuhe.readers.scans import ocr_extra
from fuhe.readers.sniff import sniff
from fuhe.records import Place

if TYPE_CHECKING:
    from fuhe.readers.scans.recogniser import Pixels

MOST_CELLS = 400
_AROUND = 2.0  # points: the cell's own rulings are shown
_MOST_SIDE = 1400  # pixels


def cell_pictures(data: bytes, places: Sequence[Place]) -> dict[Place, bytes]:
    """Return the cells at these places of a file as PNG pictures; one that lies on no scanned page is left out.

    Raises ReadError where the file cannot be opened.
    """
    if not ocr_extra.is_installed():
        return {}
    from fuhe.readers.scans import scanned
    from fuhe.readers.scans.page_picture import held_upright

    on_page: dict[int, list[Place]] = defaultdict(list)
    for place in places[:MOST_CELLS]:
        if place.page is not None and place.box is not None:
            on_page[place.page].append(place)
    out: dict[Place, bytes] = {}
    for number, picture in _pictures(data, sorted(on_page)):
        turn = scanned.drawn_picture(picture, number, number).turn
        upright, scale = held_upright(picture, turn)
        out |= {place: cut for place in on_page[number] if (cut := _cut(upright, scale, place))}
    return out


def _pictures(data: bytes, numbers: Sequence[int]) -> "Iterator[tuple[int, Pixels]]":
    from fuhe.readers import ofd, pdf
    from fuhe.readers.scans import pictures, scanned

    kind = sniff(data)
    if kind == "pdf":
        yield from pdf.page_pictures(data, numbers)
    elif kind == "ofd":
        yield from ofd.page_pictures(data, numbers)
    elif kind == "image":
        count = min(pictures.count_pages(data), scanned.MOST_PAGES)
        yield from ((number, pictures.picture_at(data, number - 1)) for number in numbers if 1 <= number <= count)


def _cut(upright: "Pixels", scale: float, place: Place) -> bytes:
    """Return a cell with a little around it; nothing where it lies off the page."""
    import cv2

    assert place.box is not None
    x0, y0, x1, y1 = place.box
    left, top = (max(0, round((value - _AROUND) / scale)) for value in (x0, y0))
    right, bottom = (round((value + _AROUND) / scale) for value in (x1, y1))
    part = upright[top:bottom, left:right]
    if not part.size:
        return b""
    factor = min(1.0, _MOST_SIDE / max(part.shape[:2]))
    small = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else part
    return bytes(cv2.imencode(".png", small)[1])
