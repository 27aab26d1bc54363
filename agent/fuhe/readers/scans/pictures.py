"""Image files to page pictures, within bounds that hold before anything is decoded."""

import warnings
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fuhe.errors import ReadError
from fuhe.readers.scans.recogniser import Pixels

MOST_PIXELS = 100_000_000
MOST_BYTES = 110_000_000  # decoded
MOST_SIDE = 30_000
NEEDED = 3600  # pixels of the long side: letters need no more
_HELD = 0x0112  # the tag that says how a camera was held
_FRAMES = 300  # pages of a TIFF that are counted
_LEAST_SIDE = 200
_KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_DAMAGE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
)


def count_pages(data: bytes) -> int:
    """Return how many pictures a file holds; raises ReadError where it is damaged or too large to decode."""
    with _opened(data) as image:
        try:
            return _frames(image) if image.format == "TIFF" else 1
        except _DAMAGE as error:
            raise _broken() from error


def pictures(data: bytes, most: int) -> Iterator[Pixels]:
    """Yield the pictures, held as the camera says and laid on white, as blue, green and red."""
    for index in range(min(most, count_pages(data))):
        yield picture_at(data, index)


def picture_at(data: bytes, index: int) -> Pixels:
    """Return one picture, counted from 0; raises ReadError."""
    with _opened(data) as image:
        try:
            image.seek(index)
            _check(image)
            return _pixels(_decoded(image))
        except _DAMAGE as error:
            raise _broken() from error


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes this module checks itself
            image = Image.open(BytesIO(data), formats=_KINDS)
    except Image.DecompressionBombError as error:
        raise _too_large("图片的点数过多") from error
    except _DAMAGE as error:
        raise _broken() from error
    _check(image)
    return image


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise _too_large(f"图片有 {width}×{height} 点，过大")
    if min(width, height) < _LEAST_SIDE:
        raise ReadError("no_text", f"图片只有 {width}×{height} 点，看不清字", todo="请以 200 至 300 dpi 重新扫描")


def _frames(image: Image.Image) -> int:
    """Count the pages of a TIFF; one with more than are ever told apart is not gone through to its end."""
    count = 1
    try:
        while count <= _FRAMES:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    return count


def _decoded(image: Image.Image) -> Image.Image:
    """Decode a picture no larger than its letters need; raises ReadError where that would take too much memory."""
    if image.format == "JPEG" and not image.info.get("progressive"):
        image.draft(None, (NEEDED, NEEDED))
    width, height = image.size
    deep = 4 if image.mode[0] in "IF" else 3 if image.mode == "P" else len(image.getbands())
    if width * height * deep > MOST_BYTES:
        raise _too_large(f"图片有 {width}×{height} 点的彩色或深灰阶，过大")
    times = max(width, height) // NEEDED
    if times < 2 or "transparency" in image.info:
        return image
    small = image.convert({"1": "L", "P": "RGB"}.get(image.mode, image.mode)).reduce(times)
    small.getexif()[_HELD] = image.getexif().get(_HELD, 1)
    return small


def _pixels(image: Image.Image) -> Pixels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = ImageOps.exif_transpose(image)
        if held.mode in ("RGBA", "LA", "PA") or "transparency" in held.info:
            held = Image.alpha_composite(Image.new("RGBA", held.size, "white"), held.convert("RGBA"))
        if held.mode.startswith("I") or held.mode == "F":
            return _from_deep(np.asarray(held, np.float32))
        return np.asarray(cv2.cvtColor(np.asarray(held.convert("RGB"), np.uint8), cv2.COLOR_RGB2BGR), np.uint8)


def _from_deep(values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> Pixels:
    """Bring more than eight bits of grey to eight."""
    low, high = float(values.min()), float(values.max())
    grey = ((values - low) * (255 / max(high - low, 1.0))).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _too_large(what: str) -> ReadError:
    return ReadError("too_large", what, todo="请以 200 至 300 dpi 重新扫描")


def _broken() -> ReadError:
    return ReadError("broken", "图片已损坏，打不开", todo="请重新扫描、拍照或下载后再试")
