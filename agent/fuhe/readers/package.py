"""Opens zip-based files (docx, xlsx, ods, ofd …) from bytes, with limits that hold whatever the file claims."""

import re
import struct
import zipfile
import zlib
from collections.abc import Container
from io import BytesIO
from itertools import count
from posixpath import dirname, join, normpath
from typing import NamedTuple

from lxml import etree

from fuhe.errors import ReadError

MB = 1024 * 1024
MAX_MEMBERS = 5000
MAX_PART = 64 * MB
MAX_TOTAL = 200 * MB
MAX_RATIO, RATIO_FROM = 200, 1 * MB
MAX_MARKS = 3_000_000  # tags and attributes: what makes a tree large, not the bytes

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, OSError, RuntimeError)
_IS_UTF8 = 0x800
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OOXML = b"http://schemas.openxmlformats.org/"
_STRICT = {
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": _OOXML + b"officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _OOXML + b"wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": _OOXML + b"spreadsheetml/2006/main",
}


class Relation(NamedTuple):
    """A link from one part to another: the last word of its type and the part it names."""

    kind: str
    target: str


class Package:
    """The parts of a zip file by name; names are compared without case, as Office does."""

    def __init__(self, data: bytes, spent: list[int] | None = None) -> None:
        """Open a zip; several that share `spent` share one allowance of unpacked bytes."""
        self._zip = _open(data)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            self._infos[_free(_key(info.filename), self._infos)] = info
        self._spent = [0] if spent is None else spent

    @property
    def names(self) -> tuple[str, ...]:
        """The part names, in lower case with forward slashes."""
        return tuple(self._infos)

    def title(self, name: str) -> str:
        """Return a member's name as it is to be shown: Chinese Windows writes it in GBK and does not say so."""
        info = self._infos[_key(name)]
        if info.flag_bits & _IS_UTF8:
            return info.filename
        for encoding in ("utf-8", "gb18030"):  # a Mac writes the one, Chinese Windows the other, and neither says so
            try:
                return info.filename.encode("cp437").decode(encoding)
            except UnicodeError:
                continue
        return info.filename

    def is_folder(self, name: str) -> bool:
        """Tell whether a member only stands for a folder."""
        return self._infos[_key(name)].is_dir()

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._infos

    def read(self, name: str) -> bytes:
        """Return a part's bytes, checked for size, ratio and CRC; raise ReadError."""
        info = self._infos.get(_key(name))
        if info is None:
            raise ReadError("broken", f"文件缺少内部部件 {name}", todo="请用 Word、Excel 或 WPS 打开后另存一份再试")
        if info.flag_bits & 0x1:
            raise ReadError("encrypted", "文件设了密码，无法读取", todo="请去掉密码后再试")
        part = self._unpack(info)
        self._spent[0] += len(part)
        if len(part) > MAX_PART or self._spent[0] > MAX_TOTAL:
            raise ReadError("too_large", "文件解开后过大，已停止读取", todo="请删去无关内容后再试")
        if len(part) > RATIO_FROM and len(part) > MAX_RATIO * info.compress_size:
            raise ReadError("unsafe", "文件的压缩比异常，可能是恶意文件，已拒绝读取", todo="请向提供者核实来源")
        return part

    def xml(self, name: str) -> etree._Element:
        """Return the root of a part parsed by `parse`."""
        return parse(self.read(name))

    def relations(self, part: str = "") -> dict[str, Relation]:
        """Return what a part (or, unnamed, the package) links to, by relation id; outside links are left out."""
        name = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
        if name not in self:
            return {}
        links = (link for link in self.xml(name) if link.get("TargetMode") != "External")
        return {
            link.get("Id", ""): Relation(
                link.get("Type", "").rpartition("/")[2], resolved(dirname(part), link.get("Target", ""))
            )
            for link in links
        }

    def main(self, usual: str) -> str:
        """Return the name of the main document part, by default the usual one."""
        found = (link.target for link in self.relations().values() if link.kind == "officeDocument")
        return next((target for target in found if target in self), usual)

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        # Declared sizes may lie, so one byte more than allowed is asked for.
        room = min(MAX_PART, MAX_TOTAL - self._spent[0]) + 1
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadError("unsupported", "文件用了少见的压缩方式", todo="请用 Word、Excel 或 WPS 打开后另存一份再试")
        try:
            with self._zip.open(info) as stream:
                return stream.read(room)
        except _BAD_ZIP as error:
            raise _broken() from error


def parse(data: bytes) -> etree._Element:
    """Parse XML without entities, DTDs or network; strict OOXML names become the usual ones; raise ReadError."""
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise ReadError("too_large", "文件内容过多，已停止读取", todo="请删去无关内容后再试")
    _refuse_declarations(data)
    if b"purl.oclc.org/ooxml" in data:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _broken() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe()
    return root


def _refuse_declarations(data: bytes) -> None:
    # UTF-16 and UTF-32 put a zero byte beside each letter of the declaration.
    plain = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    if _DECLARATION.search(plain):
        raise _unsafe()


def _open(data: bytes) -> zipfile.ZipFile:
    # Counted before the directory is parsed: a million entries would already cost seconds.
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise ReadError("unsafe", "压缩包内文件过多，已拒绝读取", todo="请向提供者核实来源")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except _BAD_ZIP as error:
        raise _broken() from error


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _free(key: str, taken: Container[str]) -> str:
    """Return a key of its own for a member whose name another one has already."""
    numbered = (f"{key}#{number}" for number in count(2))
    return key if key not in taken else next(name for name in numbered if name not in taken)


def resolved(folder: str, target: str) -> str:
    """Return the name of the part a link in a folder leads to."""
    target = target.replace("\\", "/")  # some programs write names of parts as Windows writes paths
    return normpath(target if target.startswith("/") else join(folder, target)).lstrip("/")


def _broken() -> ReadError:
    return ReadError("broken", "文件已损坏或不完整", todo="请用 Word、Excel 或 WPS 打开后另存一份再试")


def _unsafe() -> ReadError:
    return ReadError("unsafe", "文件含有不应出现的实体声明，可能是恶意文件，已拒绝读取", todo="请向提供者核实来源")
