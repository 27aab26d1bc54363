"""Parts of an Office file changed one by one: every other part keeps its bytes, its order and its date."""

import io
import zipfile
from collections.abc import Mapping
from posixpath import basename, dirname, join, normpath, relpath

from lxml import etree

from fuhe.readers.package import parse

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CONTENT_TYPES = "[Content_Types].xml"


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the file with these parts in place of its own; parts it lacks come last."""
    out = io.BytesIO()
    left = dict(changed)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = left.pop(info.filename, None)
            new.writestr(info, old.read(info) if part is None else part, info.compress_type)
        for name, part in left.items():
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def part_of(data: bytes, name: str) -> bytes | None:
    """Return a part's bytes, None where the file lacks it."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name) if name in file.namelist() else None


def relations_name(part: str) -> str:
    """Return the name of the part that lists what a part links to."""
    return join(dirname(part), "_rels", basename(part) + ".rels")


def related(data: bytes, part: str, kind: str, name: str, content_type: str) -> tuple[str, str, dict[str, bytes]]:
    """Return the name and link id of a part linked by its kind, and what changes to link it where it was not linked yet."""
    links_name = relations_name(part)
    links = parse(part_of(data, links_name) or _EMPTY_RELS)
    for link in links:
        if link.get("Type", "").rpartition("/")[2] == kind:
            target = link.get("Target", "")
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
