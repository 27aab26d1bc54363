"""Parts of an Office file changed one by one: every other part keeps its bytes, its order and its date."""

import copy
import io
import itertools
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname, join, normpath, relpath

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.package import MAX_TOTAL, parse

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CONTENT_TYPES = "[Content_Types].xml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_LOCAL, _SIZES_BEHIND = 30, 0x08  # bytes of a local header; the flag of sizes that follow the part
_ENDINGS = {
    b"wordprocessingml.document.main": ".docx",
    b"wordprocessingml.template.main": ".dotx",
    b"ms-word.document.macroEnabled.main": ".docm",
    b"ms-word.template.macroEnabledTemplate.main": ".dotm",
    b"spreadsheetml.sheet.main": ".xlsx",
    b"spreadsheetml.template.main": ".xltx",
    b"ms-excel.sheet.macroEnabled.main": ".xlsm",
    b"ms-excel.template.macroEnabled.main": ".xltm",
}


def kind_of(data: bytes) -> str | None:
    """Return the ending an Office file has to be saved under, such as ".docx" or ".docm"; None for anything else."""
    if not data.startswith(b"PK"):
        return None
    try:
        types = part_of(data, CONTENT_TYPES) or b""
    except zipfile.BadZipFile:
        return None
    return next((ending for word, ending in _ENDINGS.items() if word in types), None)


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the file with these parts in place of its own; parts it lacks come last. Raises ReadError "too_large".

    A part that does not change is copied as it is packed.
    """
    out, left = io.BytesIO(), dict(changed)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        _refuse_larger(old)
        odd = any("\\" in info.filename for info in old.infolist())
        for info in old.infolist():
            part = left.pop(_slashed(info.filename), None)
            if odd and part is None and _slashed(info.filename).endswith((".rels", CONTENT_TYPES)):
                part = old.read(info)
            named = copy.copy(info)
            named.filename = _slashed(info.filename)
            if part is None:
                _copy_packed(data, info, named, new)
            else:
                new.writestr(named, _with_slashes(part) if odd else part, info.compress_type)
        for name, part in left.items():
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def undated(data: bytes) -> bytes:
    """Return a zip whose parts bear the earliest date there is in place of the clock's: the same content, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            named = copy.copy(info)
            named.date_time = _EARLIEST
            _copy_packed(data, info, named, new)
    return out.getvalue()


def _refuse_larger(file: zipfile.ZipFile) -> None:
    """A directory may tell any sizes, and tell of the same bytes again and again."""
    if sum(max(info.file_size, info.compress_size) for info in file.infolist()) > MAX_TOTAL:
        raise ReadError("too_large", "文件解开后过大，不能写回", todo="请删去图片等无关内容后再试")


def _copy_packed(data: bytes, info: zipfile.ZipInfo, named: zipfile.ZipInfo, new: zipfile.ZipFile) -> None:
    """Put a part into the new file without unpacking it; its sizes go in front, where zipfile wants them."""
    lengths = data[info.header_offset + 26 : info.header_offset + _LOCAL]
    begins = info.header_offset + _LOCAL + sum(struct.unpack("<HH", lengths))
    named.flag_bits &= ~_SIZES_BEHIND
    named.header_offset = new.start_dir
    out = new.fp
    assert out is not None
    out.seek(new.start_dir)
    out.write(named.FileHeader(zip64=False))
    out.write(data[begins : begins + info.compress_size])
    new.filelist.append(named)
    new.NameToInfo[named.filename] = named
    new.start_dir = out.tell()


def _with_slashes(part: bytes) -> bytes:
    """Return a list of links or of content types whose names of parts are written as the standard wants them."""
    if b"\\" not in part:
        return part
    root = parse(part)
    for entry in root:
        for name in ("Target", "PartName"):
            value = entry.get(name)
            if value and entry.get("TargetMode") != "External":
                entry.set(name, value.replace("\\", "/"))
    return serialized(root)


def part_of(data: bytes, name: str) -> bytes | None:
    """Return a part's bytes, None where the file lacks it."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        found = next((info for info in file.infolist() if _slashed(info.filename) == name), None)
        return None if found is None else file.read(found)


def _slashed(name: str) -> str:
    """Return a part's name as the standard wants it; some programs write it with backslashes, which nothing opens."""
    return name.replace("\\", "/").lstrip("/")


def free_numbers(used: Iterable[str | None]) -> Iterator[int]:
    """Yield small numbers no element has; counting on from the largest may pass what Word allows."""
    taken = set(used)
    return (number for number in itertools.count(1) if str(number) not in taken)


def relations_name(part: str) -> str:
    """Return the name of the part that lists what a part links to."""
    return join(dirname(part), "_rels", basename(part) + ".rels")


def related(data: bytes, part: str, kind: str, name: str, content_type: str) -> tuple[str, str, dict[str, bytes]]:
    """Return the name and link id of a part linked by its kind, and what changes to link it where it was not linked yet."""
    links_name = relations_name(part)
    links = parse(part_of(data, links_name) or _EMPTY_RELS)
    for link in links:
        if link.get("Type", "").rpartition("/")[2] == kind:
            target = link.get("Target", "").replace("\\", "/")
            found = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
            return found, link.get("Id", ""), {}
    used = {link.get("Id") for link in links}
    free = next(f"rIdFuhe{number}" for number in range(1, len(used) + 2) if f"rIdFuhe{number}" not in used)
    etree.SubElement(
        links, f"{_RELS}Relationship", Id=free, Type=_OFFICE + kind, Target=relpath(name, dirname(part) or ".")
    )
    types = parse(part_of(data, CONTENT_TYPES) or b"")
    etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{name}", ContentType=content_type)
    return name, free, {links_name: serialized(links), CONTENT_TYPES: serialized(types)}


def serialized(root: etree._Element) -> bytes:
    """Write a part as Office does: UTF-8, standalone."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


_EMPTY_RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
