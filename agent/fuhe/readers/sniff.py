"""Tells what a file is by its content; suffixes lie."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

_ZIP_BY_PART = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "ppt/presentation.xml": "pptx",
    "ofd.xml": "ofd",
}
_ZIP_BY_TYPE = {
    b"word": "docx",
    b"wordprocessingml": "docx",
    b"spreadsheetml": "xlsx",
    b"excel": "xlsx",
    b"presentationml": "pptx",
}
_ODF = {b"text": "odt", b"spreadsheet": "ods"}
_OLE_BY_STREAM = {
    "EncryptedPackage": "encrypted-ooxml",
    "\tDRMContent": "encrypted-ooxml",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "ppt",
    "CONTENTS": "works",
    "__properties_version1.0": "msg",
}
# Other programs use these stream names too.
_OLE_FIRST_BYTES = {
    "doc": ("WordDocument", re.compile(rb"[\xec\xdc]\xa5")),
    "works": ("CONTENTS", re.compile(rb"CHNKWKS")),
}
_XML_BY_WORD = {
    b"urn:schemas-microsoft-com:office:spreadsheet": "spreadsheetml",
    b"schemas.microsoft.com/office/word/2003/wordml": "wordml",
    b"schemas.microsoft.com/office/2006/xmlPackage": "flat-opc",
    b"urn:oasis:names:tc:opendocument:xmlns:office": "flat-odf",
}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rt", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x09\x00\x04\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
    (b"\x01\xfe\x32\0", "works"),
    (b"\xff\0\x02\0\x04\x04", "works"),
)
_CONTENT_TYPE = re.compile(rb"application/vnd\.(?:openxmlformats-officedocument\.|ms-)(\w+)[.\w-]*\.main\+xml")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|title|style|div|p|tr|td|span)[\s>/]", re.IGNORECASE)
_MHT = re.compile(rb"^(?:MIME-Version:|Content-Type:\s*multipart/related)", re.IGNORECASE | re.MULTILINE)
_MAIL = re.compile(rb"^(?:Received|To|Cc|Message-ID|Delivered-To|Return-Path|X-Mailer):", re.IGNORECASE | re.MULTILINE)
_MAIL_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]*:[ \t]")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128  # bytes of a directory entry, which begins with its name
_FIRST_SECTOR = {b"\xec\xa5": "doc", b"\x09\x08\x10\0": "xls"}
_HEAD = 4096
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, OSError, RuntimeError)
_BAD_OLE = (
    OSError,
    struct.error,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def sniff(data: bytes) -> str:
    """Return the kind of a file: docx, xlsx, xls, doc, pdf, html, txt, image … `empty` or `unknown`.

    Kinds that no reader takes have names too (xlsb, pptx, ppt, works, archive, heic …), so that a message can say
    what the file is. A kind is no promise that the file can be read.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    tries: tuple[Callable[[bytes], str], ...] = (_by_signature, _by_markup, _by_text)
    return next((kind for kind in (look(data) for look in tries) if kind), "unknown")


def _by_signature(data: bytes) -> str:
    if data.startswith(_OLE_MAGIC):
        return _ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")):
        return _zip(data)
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "image"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"avif"):
        return "heic"
    return next((kind for mark, kind in _SIGNATURES if data.startswith(mark)), "")


def _by_markup(data: bytes) -> str:
    head = _narrow(data[:_HEAD]).lstrip()
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if _MAIL_HEADER.match(head) and _MAIL.search(head.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]):
        return "eml"
    if _MAIL_HEADER.match(head) and _MHT.search(head):
        return "mht"
    if not head.startswith(b"<"):
        return ""
    for word, kind in _XML_BY_WORD.items():
        # Excel's web pages also name the spreadsheet namespace, under another ending.
        if head.startswith(b"<?") and word + b'"' in head and not re.search(rb"<html[\s>]", head, re.IGNORECASE):
            return kind
    if _HTML.search(head):
        return "html"
    return "xml" if head.startswith(b"<?xml") else ""


def _by_text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "txt"
    sample = data[: 16 * _HEAD]
    controls = len(sample) - len(sample.translate(None, b"\0\1\2\3\4\5\6\7\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"))
    if controls * 100 > len(sample):
        return ""
    return "txt" if any(_decodes(sample, encoding) for encoding in ("utf-8", "gb18030", "big5")) else ""


def _decodes(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, errors="replace")
    # The sample may end inside a character, and a stray byte does not make a text binary.
    return text.count("\ufffd") * 200 <= len(text)


def _narrow(head: bytes) -> bytes:
    """Return the beginning of a file as ASCII-like bytes, whatever Unicode form it is written in."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def _zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _zip_kind(archive)
    except _BAD_ZIP:
        # A cut file still carries the names of its parts; the reader will say that it is broken.
        return next((kind for part, kind in _ZIP_BY_PART.items() if part.encode() in data), "zip")


def _zip_kind(archive: zipfile.ZipFile) -> str:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    kind = next((kind for part, kind in _ZIP_BY_PART.items() if part in names), "")
    if kind:
        return kind
    if "mimetype" in names:
        word = _peek(archive, names["mimetype"]).partition(b"opendocument.")[2].partition(b"-")[0].strip()
        return _ODF.get(word, "zip")
    types = _CONTENT_TYPE.search(_peek(archive, names.get("[content_types].xml", "")))
    return _ZIP_BY_TYPE.get(types[1], "zip") if types else "zip"


def _peek(archive: zipfile.ZipFile, name: str) -> bytes:
    if not name:
        return b""
    try:
        with archive.open(name) as stream:
            return stream.read(16 * _HEAD)
    except _BAD_ZIP:
        return b""


def _ole(data: bytes) -> str:
    import olefile  # type: ignore[import-untyped]  # slow to load, and most files do not need it

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            kind = next((kind for name, kind in _OLE_BY_STREAM.items() if ole.exists(name)), "unknown")
            if kind not in _OLE_FIRST_BYTES:
                return kind
            stream, expected = _OLE_FIRST_BYTES[kind]
            first = ole.openstream(stream).read(8)
            return kind if not first or expected.match(first) else "unknown"
    except _BAD_OLE:
        return _cut_ole(data)


def _cut_ole(data: bytes) -> str:
    """Tell what a cut or damaged file was: by the names in what is left of its directory, else by how its text begins."""
    for name, kind in _OLE_BY_STREAM.items():
        entry, at = name.encode("utf-16-le") + b"\0\0", -1
        while (at := data.find(entry, at + 1)) >= 0:
            if at % _ENTRY == 0:
                return kind
    return next((kind for mark, kind in _FIRST_SECTOR.items() if data[512:].startswith(mark)), "cut-ole")
