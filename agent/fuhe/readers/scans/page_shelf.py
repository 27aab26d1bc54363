"""Pages already recognised, kept on this machine by the content of their picture, within a bound."""

import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from fuhe.readers.drawn_page import Drawn
from fuhe.readers.lattice import Glyph, Ruling
from fuhe.readers.scans.recogniser import MODEL

_VERSION = 9  # raised whenever the way pages are seen changes
MOST_BYTES = 64 * 1024 * 1024
_OFF = "off"
PLACE = "FUHE_SCAN_CACHE"
"""The environment variable that names another folder, or `off`."""


def key(pixels: bytes, shape: tuple[int, ...]) -> str:
    """Return the name of a page: what was seen, by which model, in which way."""
    return hashlib.sha256(f"{_VERSION} {MODEL} {shape} ".encode() + pixels).hexdigest()


def taken(name: str) -> Drawn | None:
    """Return a page seen before; None where there is none, or none that can be used."""
    folder = _folder()
    if folder is None:
        return None
    try:
        path = folder / f"{name}.json"
        kept = json.loads(path.read_text("utf-8"))
        os.utime(path)
        return Drawn(
            rules=[Ruling(*rule) for rule in kept["rules"]],
            glyphs=[Glyph(*glyph) for glyph in kept["glyphs"]],
            images=1,
            turn=int(kept["turn"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def put(name: str, page: Drawn) -> None:
    """Keep a page; a disk that is full or closed is no fault."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"rules": page.rules, "glyphs": page.glyphs, "turn": page.turn}, stream, ensure_ascii=False)
        Path(made).replace(folder / f"{name}.json")
        _shrink(folder)


def _shrink(folder: Path) -> None:
    """Take away the pages used longest ago until the rest fits."""
    kept = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in folder.iterdir()), reverse=True)
    total = 0
    for _, size, path in kept:
        total += size
        if total > MOST_BYTES:
            path.unlink(missing_ok=True)


def _folder() -> Path | None:
    named = os.environ.get(PLACE)
    if named == _OFF:
        return None
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "fuhe" / "scans"
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - an unset HOME is no error here
    return Path(base) / "fuhe" / "scans" if os.access(Path(base).parent, os.W_OK) else None
