"""Compound files: with an entry more that is only there, or made of streams by their paths."""

import itertools
import struct
from collections.abc import Mapping

_NAME_BYTES = 64
_DISPOSABLE = "\x01CompObj"


def with_storage(data: bytes, name: str) -> bytes:
    """Return the file with one entry of its directory, which no reader needs, under another name."""
    at = data.index(f"{_DISPOSABLE}\0".encode("utf-16-le"))
    spelled = f"{name}\0".encode("utf-16-le")
    entry = spelled.ljust(_NAME_BYTES, b"\0") + len(spelled).to_bytes(2, "little")
    return data[:at] + entry + data[at + len(entry) :]


_SECTOR, _LEAST = 512, 4096
_FREE, _END, _IS_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_of(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of streams (`folder/name`), each filled up with zeros to the size of a stream of its own."""
    entries = [("Root Entry", 5, b"")]
    children: dict[str, list[int]] = {"": []}
    for path, data in sorted(streams.items()):
        folder, _, name = path.rpartition("/")
        if folder not in children:
            children[""].append(len(entries))
            children[folder] = []
            entries.append((folder, 1, b""))
        children[folder].append(len(entries))
        entries.append((name, 2, data.ljust(_LEAST, b"\0")))
    directory, body, fat = b"", b"", list[int]()
    following = {at: after for kids in children.values() for at, after in itertools.pairwise(kids)}
    for number, (name, kind, data) in enumerate(entries):
        start = len(fat) if data else _END
        count = -(-len(data) // _SECTOR)
        fat += [*range(len(fat) + 1, len(fat) + count), _END][:count]
        body += data.ljust(count * _SECTOR, b"\0")
        kids = children.get("" if number == 0 else name, []) if kind != 2 else []
        spelled = f"{name}\0".encode("utf-16-le")
        directory += spelled.ljust(_NAME_BYTES, b"\0") + struct.pack(
            "<HBBIII36xIQ", len(spelled), kind, 1, _FREE, following.get(number, _FREE), kids[0] if kids else _FREE,
            start, len(data),
        )  # fmt: skip
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    first, count = len(fat), len(directory) // _SECTOR
    fat += [*range(first + 1, first + count), _END]
    fat_at = len(fat)
    fat += [_IS_FAT] + [_FREE] * (_SECTOR // 4 - fat_at - 1)
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6, 0, 1, first, 0, _LEAST,
        _END, 0, _END, 0, fat_at,
    )  # fmt: skip
    return head.ljust(_SECTOR, b"\xff") + body + directory + struct.pack(f"<{len(fat)}I", *fat)
