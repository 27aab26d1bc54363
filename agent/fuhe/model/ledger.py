"""Every validated reply of the model in one SQLite file: cache, resume and audit in one."""

import hashlib
import json
import os
import sqlite3
import sys
import threading
import time
from pathlib import Path

from fuhe.errors import reason
from fuhe.records import Frozen

_BUSY = 10.0  # seconds to wait for another process
_TABLE = """CREATE TABLE IF NOT EXISTS reply (
  key TEXT PRIMARY KEY, made REAL NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
  rung TEXT NOT NULL, tries INTEGER NOT NULL, tokens_in INTEGER, tokens_out INTEGER, ms INTEGER NOT NULL,
  answer TEXT NOT NULL, asked TEXT)"""


class LedgerEntry(Frozen):
    """One reply; tokens are None where the server gave none, `asked` None unless the settings keep form text."""

    key: str
    made: float
    endpoint: str
    model: str
    prompt: str
    rung: str
    tries: int
    tokens_in: int | None
    tokens_out: int | None
    ms: int
    answer: str
    asked: str | None = None


_COLUMNS = tuple(LedgerEntry.model_fields)
_PUT = f"INSERT OR REPLACE INTO reply ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_GET = f"SELECT {', '.join(_COLUMNS)} FROM reply WHERE key = ?"  # noqa: S608


def key(*parts: str) -> str:
    """Hash what a reply depends on: record, findings, prompt, model, endpoint."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def default_path() -> Path:
    """Return the ledger's place in the user's own state folder."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return folder / "fuhe" / "ledger.sqlite"


def chosen_path(setting: str | None) -> Path | None:
    """Return the file the setting names, the default for None, or None where no ledger is to be kept."""
    if setting is None:
        return default_path()
    return Path(setting).expanduser() if setting else None


class Ledger:
    """An open ledger, for all threads; a file that cannot be used is a message in `notes`, never an error."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.notes: list[str] = []
        self._lock = threading.Lock()
        self._file = self._opened(path) if path else None

    def get(self, key: str) -> LedgerEntry | None:
        """Return the reply kept under the key."""
        row = self._run(_GET, (key,))
        return LedgerEntry(**dict(zip(_COLUMNS, row, strict=True))) if row else None

    def put(self, entry: LedgerEntry) -> None:
        """Keep a validated reply; one of the same key is replaced."""
        self._run(_PUT, tuple(entry.model_dump().values()))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file = None

    def _run(self, statement: str, values: tuple[object, ...]) -> tuple[object, ...] | None:
        with self._lock:
            if self._file is None:
                return None
            try:
                row: tuple[object, ...] | None = self._file.execute(statement, values).fetchone()
            except sqlite3.Error as error:
                self.notes.append(f"大模型台账 {self.path} 用不了（{error}），本次不再记入。")
                self._file.close()
                self._file = None
                return None
            return row

    def _opened(self, path: Path) -> sqlite3.Connection | None:
        try:
            return _connect(path)
        except sqlite3.OperationalError as error:  # no right to write, disk full, locked: the file itself is sound
            self.notes.append(f"大模型台账 {path} 打不开（{error}），本次不记入。请检查权限或另设 [model] ledger。")
        except sqlite3.DatabaseError:
            return self._renewed(path)
        except OSError as error:
            self.notes.append(f"大模型台账 {path} 建不了（{reason(error)}），本次不记入。请另设 [model] ledger。")
        return None

    def _renewed(self, path: Path) -> sqlite3.Connection | None:
        try:
            aside = _moved_aside(path)
            self.notes.append(f"大模型台账 {path} 已损坏，改名为 {aside.name} 留存，另建新的。")
            return _connect(path)
        except (sqlite3.Error, OSError) as error:
            self.notes.append(f"大模型台账 {path} 已损坏且换不了新的（{error}），本次不记入。")
        return None


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    file = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute(_TABLE)
        if file.execute("PRAGMA quick_check(1)").fetchone() != ("ok",) or not _fits(file):
            raise sqlite3.DatabaseError("not a ledger")
    except sqlite3.Error:
        file.close()
        raise
    return file


def _fits(file: sqlite3.Connection) -> bool:
    names = tuple(row[1] for row in file.execute("PRAGMA table_info(reply)"))
    return names == _COLUMNS


def _moved_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside
