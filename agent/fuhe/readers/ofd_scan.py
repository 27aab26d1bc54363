"""An OFD page that is only pictures: laid together as one page picture, as a person sees it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fuhe.errors import ReadError
from fuhe.readers.drawn_page import Matrix, times

if TYPE_CHECKING:
    from fuhe.readers.scans.recogniser import Pixels

_MOST_PICTURES = 60  # of one page


def page_picture(parts: Iterable[tuple[bytes, Matrix]], size: tuple[float, float]) -> "Pixels | None":
    """Lay picture files on a white page of a size in points; a matrix leads from a picture's unit square to the page.

    One that cannot be opened is left out; None where none is left.
    """
    import cv2
    import numpy as np

    from fuhe.readers.scans.pictures import NEEDED

    seen = [
        (picture, matrix)
        for (data, matrix), _ in zip(parts, range(_MOST_PICTURES), strict=False)
        if (picture := _opened(data)) is not None
    ]
    fine = [max(picture.shape[:2]) / max(_span(matrix), 1e-6) for picture, matrix in seen]
    if not seen:
        return None
    scale = min(max(fine), NEEDED / max(size))
    page = np.full((max(1, round(size[1] * scale)), max(1, round(size[0] * scale)), 3), 255, np.uint8)
    for (picture, matrix), dots in zip(seen, fine, strict=True):
        if dots > scale:  # fine strokes thin out unless a picture is made smaller before it is laid down
            picture = np.asarray(
                cv2.resize(picture, None, fx=scale / dots, fy=scale / dots, interpolation=cv2.INTER_AREA), np.uint8
            )
        height, width = picture.shape[:2]
        a, b, c, d, e, f = times(times((1 / width, 0, 0, 1 / height, 0, 0), matrix), (scale, 0, 0, scale, 0, 0))
        moved = np.array([[a, c, e], [b, d, f]], np.float64)
        cv2.warpAffine(picture, moved, page.shape[1::-1], page, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return page


def _opened(data: bytes) -> "Pixels | None":
    from fuhe.readers.scans import pictures

    try:
        return pictures.picture_at(data, 0)
    except ReadError:
        return None


def _span(matrix: Matrix) -> float:
    """Return the longer side a unit square has on the page, in points."""
    a, b, c, d, _, _ = matrix
    return float(max((a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5))
