"""Word documents in a single XML file, Word 2003 XML and Flat OPC, become the package a .docx would be."""

import base64
import binascii
import io
import zipfile

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.docxtext import W
from fuhe.readers.package import parse

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AUX = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TODO = "请用 Word 或 WPS 打开，另存为 .docx 后再试"
_RENAMED = {"vmerge": "vMerge", "hmerge": "hMerge"}
_RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/'
    b'2006/relationships/officeDocument"/></Relationships>'
)


def package(data: bytes, kind: str) -> bytes:
    """Return the parts of a "flat-opc" or "wordml" file as a zip; raises ReadError "broken", "unsafe" or "too_large"."""
    parts = _flat_parts(data) if kind == "flat-opc" else _from_2003(data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


def _flat_parts(data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for part in parse(data).iterfind(f"{_PKG}part"):
        name = part.get(f"{_PKG}name", "").lstrip("/")
        inner, binary = part.find(f"{_PKG}xmlData"), part.findtext(f"{_PKG}binaryData")
        if inner is not None and len(inner):
            parts[name] = etree.tostring(inner[0])
        elif binary is not None:
            parts[name] = _decoded(binary)
    if not parts:
        raise _broken()
    return parts


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _from_2003(data: bytes) -> dict[str, bytes]:
    """Rename what Word 2003 called otherwise; its sections are looked through."""
    body = parse(data).find(f"{_OLD}body")
    if body is None:
        raise _broken()
    root = etree.Element(f"{W}document")
    root.append(body)
    for element in root.iter(etree.Element):
        if element.tag.startswith(_OLD):
            own = element.tag.removeprefix(_OLD)
            element.tag = W + _RENAMED.get(own, own)
        elif element.tag.startswith(_AUX):
            element.tag = f"{W}customXml"
        for name, value in [(str(name), str(value)) for name, value in element.items()]:
            if name.startswith(_OLD):
                del element.attrib[name]
                element.set(W + name.removeprefix(_OLD), value)
    if any(len({_width(row) for row in table.iterfind(f"{W}tr")}) > 1 for table in root.iter(f"{W}tbl")):
        raise ReadError("unsupported", "这是 Word 2003 XML 文档，表格里的合并没有写全，读不准", todo=_TODO)
    return {"_rels/.rels": _RELS, "word/document.xml": etree.tostring(root)}


def _width(row: etree._Element) -> int:
    """Count the grid columns of a row; some programs leave out the cells that a merge from above covers."""
    beside = sum(_count(row.find(f"{W}trPr/{W}{name}")) for name in ("gridBefore", "gridAfter"))
    return beside + sum(max(_count(cell.find(f"{W}tcPr/{W}gridSpan")), 1) for cell in row.iterfind(f"{W}tc"))


def _count(mark: etree._Element | None) -> int:
    text = "0" if mark is None else mark.get(f"{W}val", "0")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _broken() -> ReadError:
    return ReadError("broken", "文件里没有 Word 正文", todo=_TODO)
