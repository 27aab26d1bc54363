"""Pictures of pages made for tests, and the mark of tests that need what recognises them."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from fuhe.readers.scans import ocr_extra

PRINT = Path(__file__).parents[1] / "fixtures" / "cut_rows_landscape.pdf"
extra = pytest.mark.skipif(not ocr_extra.is_installed(), reason="没有安装 fuhe[ocr]，图像识别的测试跳过")


def rendered(page: int = 0) -> Any:
    """Render a page of an office program's PDF as blue, green and red."""
    import numpy as np
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    with pdfium.PdfDocument(PRINT) as document:
        return np.ascontiguousarray(document[page].render(scale=200 / 72).to_numpy()[:, :, :3])


def packed(pixels: Any, ending: str = ".png") -> bytes:
    """Return pixels as an image file."""
    import cv2

    return bytes(cv2.imencode(ending, pixels)[1])


def png(width: int, height: int, colours: int = 0) -> bytes:
    """Return a PNG that says it is so large, with next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
