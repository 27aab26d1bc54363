"""Pictures that would take too much: refused before they are decoded, or made smaller as they are opened."""

from io import BytesIO

import pytest

from fuhe.errors import ReadError
from fuhe.readers import image
from readers.scan_files import extra, png


@extra
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png(40_000, 40_000), "too_large"),
        (png(9900, 10_000, 2), "too_large"),
        (png(9900, 10_000, 6), "too_large"),
        (png(0, 900), "broken"),
        (png(9, 9), "no_text"),
        (png(2000, 2000), "broken"),
        (b"\x89PNG\r\n\x1a\n0000", "broken"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "broken"),
        (b"GIF89a" + b"\xff" * 40, "broken"),
        (b"II*\0" + b"\xff" * 60, "broken"),
        (b"RIFF0000WEBPVP8 " + bytes(40), "broken"),
    ],
    ids=["huge", "colours", "cover", "no width", "tiny", "cut", "head only", "jpeg", "gif", "tiff", "webp"],
)
def test_hostile_picture_is_one_clear_answer(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        image.read(data)
    assert caught.value.code == code


@extra
@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("TIFF", "1"), ("PNG", "L"), ("PNG", "P")])
def test_finer_picture_than_letters_need_is_made_smaller_as_it_is_opened(kind: str, mode: str) -> None:
    from PIL import Image

    from fuhe.readers.scans import pictures

    out, fine = BytesIO(), Image.new(mode, (7400, 300))
    exif = fine.getexif()
    exif[0x0112] = 6
    fine.save(out, kind, exif=exif)
    assert pictures.picture_at(out.getvalue(), 0).shape[:2] == (3700, 150)
