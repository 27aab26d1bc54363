"""A web archive gives the pages inside it."""

import base64

import pytest

from fuhe.errors import ReadError
from fuhe.readers.grid import Grid, Para
from fuhe.readers.html import read
from fuhe.readers.mht import page

TABLE = "<html><head><meta charset='{0}'></head><body><table><tr><td>{1}</td><td>乙</td></tr></table></body></html>"


def archive(*pages: bytes) -> bytes:
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    part = b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n"
    return head + b"".join(part % base64.b64encode(source) for source in pages) + b"--b--\r\n"


def texts(data: bytes) -> list[str]:
    return [
        block.text if isinstance(block, Para) else "|".join(cell.text for cell in block.cells)
        for block in read(page(data)).blocks
    ]


def test_table_is_read_in_any_charset() -> None:
    assert texts(archive(TABLE.format("gb2312", "甲").encode("gb18030"))) == ["甲|乙"]


def test_sheets_of_a_workbook_are_all_read() -> None:
    frames = b"<html><frameset><frame src='sheet001.htm'></frameset></html>"
    sheets = [TABLE.format("utf-8", name).encode() for name in ("一", "二")]
    assert texts(archive(frames, *sheets)) == ["一|乙", "二|乙"]
    assert all(isinstance(block, Grid) for block in read(page(archive(frames, *sheets))).blocks)


@pytest.mark.parametrize("data", [b"", b"MIME-Version: 1.0\r\n\r\nplain", b"Content-Type: multipart/x\r\n\r\n" * 9])
def test_archive_without_a_page_is_broken(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        page(data)
    assert caught.value.code == "broken"
