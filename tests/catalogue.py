"""Compile the command line's message catalogue: python tests/catalogue.py writes messages.mo beside messages.po."""

import ast
import re
import struct
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "agent/fuhe/cli/locale/zh_CN/LC_MESSAGES"
_ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[0\]) (".*")$', re.MULTILINE)


def entries(text: str) -> dict[bytes, bytes]:
    """Return message id (with its plural, as gettext joins them) → translation."""
    found: dict[bytes, bytes] = {}
    for block in text.split("\n\n"):
        parts = {kind: ast.literal_eval(value) for kind, value in _ENTRY.findall(block)}
        if parts:
            plural = f"\0{parts['msgid_plural']}" if "msgid_plural" in parts else ""
            found[(parts["msgid"] + plural).encode()] = (parts.get("msgstr") or parts["msgstr[0]"]).encode()
    return found


def compiled(text: str) -> bytes:
    """Return the binary catalogue of the .po text."""
    pairs = sorted(entries(text).items())
    table = 28 + 16 * len(pairs)
    ids = b"".join(key + b"\0" for key, _ in pairs)
    keys, values, at_key, at_value = [], [], table, table + len(ids)
    for key, value in pairs:
        keys.append((len(key), at_key))
        values.append((len(value), at_value))
        at_key += len(key) + 1
        at_value += len(value) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, table)
    index = b"".join(struct.pack("<2I", *pair) for pair in (*keys, *values))
    return head + index + ids + b"".join(value + b"\0" for _, value in pairs)


if __name__ == "__main__":
    source = (FOLDER / "messages.po").read_text("utf-8")
    sys.exit(0 if (FOLDER / "messages.mo").write_bytes(compiled(source)) else 1)
