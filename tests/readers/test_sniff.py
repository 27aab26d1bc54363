"""Files are told apart by content, whatever they are called."""

import pytest

from fuhe.readers.sniff import sniff
from readers.tables import docx_of, xlsx_of, zipped

SECTOR = 512
TYPES = '<Types><Override ContentType="application/vnd.{}.main+xml"/></Types>'


def ole(**streams: bytes) -> bytes:
    """Build a compound file whose streams take eight sectors each, the least that stand on their own."""
    free, end, fat_mark, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    names = list(streams)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + (0x3E).to_bytes(2, "little") + (3).to_bytes(2, "little")
    header += b"\xfe\xff" + (9).to_bytes(2, "little") + (6).to_bytes(2, "little") + bytes(10)
    words = [1, 1, 0, 8 * SECTOR, end, 0, end, 0, 0, *[free] * 108]
    header += b"".join(word.to_bytes(4, "little") for word in words)
    fat = [fat_mark, end]
    for at in range(len(names)):
        fat += [*range(8 * at + 3, 8 * at + 10), end]
    fat += [free] * (SECTOR // 4 - len(fat))

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + len(raw).to_bytes(2, "little") + bytes([kind, 1])
        links = b"".join(at.to_bytes(4, "little") for at in (none, right, child))
        return head + links + bytes(36) + start.to_bytes(4, "little") + size.to_bytes(8, "little")

    directory = entry("Root Entry", 5, 1 if names else none, none, end, 0)
    for at, name in enumerate(names, 1):
        directory += entry(name, 2, none, at + 1 if at < len(names) else none, 8 * at - 6, 8 * SECTOR)
    body = b"".join(data.ljust(8 * SECTOR, b"\0") for data in streams.values())
    return header + b"".join(word.to_bytes(4, "little") for word in fat) + directory.ljust(SECTOR, b"\0") + body


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("docx", docx_of([[("甲", 1, 1)]])),
        ("xlsx", xlsx_of([[("甲", 1, 1)]])),
        ("docx", zipped({"WORD\\document.xml": ""})),
        ("docx", zipped({"[Content_Types].xml": TYPES.format("ms-word.document.macroEnabled"), "other.xml": ""})),
        ("xlsx", zipped({"[Content_Types].xml": TYPES.format("openxmlformats-officedocument.spreadsheetml.sheet")})),
        ("xlsb", zipped({"xl/workbook.bin": ""})),
        ("pptx", zipped({"ppt/presentation.xml": ""})),
        ("odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text"})),
        ("ods", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet-template"})),
        ("ofd", zipped({"OFD.xml": ""})),
        ("zip", zipped({"表.docx": "x"})),
        ("zip", zipped({})),
    ],
)
def test_zip_kinds_by_parts(kind: str, data: bytes) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("kind", "streams"),
    [
        ("doc", {"WordDocument": b"\xec\xa5\xc1\0"}),
        ("doc", {"WordDocument": b"\xdc\xa5\x68\0"}),
        ("unknown", {"WordDocument": b"something else"}),
        ("works", {"CONTENTS": b"CHNKWKS "}),
        ("unknown", {"CONTENTS": b"quill"}),
        ("xls", {"Workbook": b"\x09\x08"}),
        ("xls", {"Book": b"\x09\x08"}),
        ("ppt", {"PowerPoint Document": b""}),
        ("encrypted-ooxml", {"EncryptedPackage": b"", "EncryptionInfo": b""}),
        ("unknown", {}),
    ],
)
def test_ole_kinds_by_streams(kind: str, streams: dict[str, bytes]) -> None:
    assert sniff(ole(**streams)) == kind


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("empty", b""),
        ("empty", b"\xef\xbb\xbf \r\n\0"),
        ("pdf", b"%PDF-1.7\n"),
        ("pdf", b"junk before\n%PDF-1.4\n"),
        ("rtf", b"{\\rtf1\\ansi"),
        ("image", b"\x89PNG\r\n\x1a\n0000"),
        ("image", b"\xff\xd8\xff\xe0"),
        ("image", b"RIFF0000WEBPVP8 "),
        ("image", b"BM0000\0\0\0\0"),
        ("heic", b"\0\0\0\x18ftypheic"),
        ("archive", b"Rar!\x1a\x07\0"),
        ("xls", b"\x09\x04\x06\x00\0\0"),
        ("unknown", bytes(range(256)) * 20),
    ],
)
def test_other_kinds_by_signature(kind: str, data: bytes) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html", "<html><body>"),
        ("html", "\n<!DOCTYPE HTML PUBLIC>\n<html>"),
        ("html", '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'),
        ("html", '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>'),
        ("html", "<!-- 导出 --><table><tr><td>项目名称"),
        ("mht", "MIME-Version: 1.0\nContent-Type: multipart/related"),
        ("mht", "From: <Saved by WPS>\nSubject: x\nMIME-Version: 1.0\n"),
        ("spreadsheetml", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'),
        ("wordml", '<?xml version="1.0"?><w:d xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'),
        ("xml", '<?xml version="1.0"?><a/>'),
        ("txt", "项目名称\t甲"),
        ("txt", "<项目>名称"),
        ("txt", "备注: 无\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_markup_and_text_in_any_encoding(kind: str, text: str, encoding: str) -> None:
    assert sniff(text.encode(encoding)) == kind


def test_text_cut_inside_a_character() -> None:
    assert sniff("自评表".encode() * 30_000) == "txt"


def test_cut_files_keep_their_kind() -> None:
    assert sniff(xlsx_of([[("甲", 1, 1)]])[:-200]) == "xlsx"
    assert sniff(ole(WordDocument=b"\xec\xa5")[:1536]) == "doc"


def test_hostile_bytes_only_make_it_unknown() -> None:
    data = ole(WordDocument=b"\xec\xa5", Data=b"x")
    for at in range(0, 1600, 7):
        broken = data[:at] + b"\xff\xfe\x01" + data[at + 3 :]
        assert sniff(broken) in ("doc", "unknown", "txt")
