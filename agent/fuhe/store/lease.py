"""Who holds a batch: one run at a time, with a sign of life in the store; a run that died is taken over."""

import contextlib
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from fuhe.errors import StoreError
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.store.rows import RunRow, fetch, select_of

BEAT = 10.0  # seconds between two signs of life
STALE = 60.0  # seconds without one after which a run counts as dead
_TOKEN = secrets.token_hex(4)
_OURS = set[tuple[str, int]]()  # what this process holds: one that failed to say that it ends must not wait for itself


@dataclass(frozen=True)
class Lease:
    """A batch held by this run; `after` names the run that died over it, "" for none."""

    store: Store
    batch_id: int
    run_id: int
    after: str = ""

    def renew(self, connection: Connection) -> None:
        """Give a sign of life within a transaction; raises StoreError where another run has taken over."""
        table = schema.run
        held = connection.execute(
            table.update().where(table.c.id == self.run_id, table.c.state == "running").values(beat=time.time())
        )
        if not held.rowcount:
            raise StoreError(
                "这个批次已由另一次运行接手", where=self.store.shown, todo="本次运行到此为止，已完成的部分都已存下"
            )

    def end(self, state: str, counts: schema.Json, at: str) -> None:
        """Let the batch go; raises StoreError where that cannot be told, but lets it go all the same."""
        _OURS.discard((self.store.shown, self.run_id))
        with self.store.writing() as connection:
            self.renew(connection)
            table = schema.run
            values = {"state": state, "counts": counts, "ended_at": at}
            connection.execute(table.update().where(table.c.id == self.run_id).values(values))


def take(store: Store, batch_id: int, ruleset: str, at: str) -> Lease:
    """Hold a batch; raises StoreError while another run holds it. A dead run is put down as interrupted."""
    table = schema.run
    with store.writing() as connection:
        # The batch's row is locked first: two runs that begin at once must not both see it free.
        connection.execute(select(schema.batch.c.id).where(schema.batch.c.id == batch_id).with_for_update())
        held, after = select_of(RunRow, table).where(table.c.batch_id == batch_id, table.c.state == "running"), ""
        for row in fetch(connection, RunRow, held):
            if _lives(row, store):
                raise StoreError(
                    f"这个批次正由另一次运行处理（{_who(row)}）",
                    where=store.shown,
                    todo="请等它结束，或用 --name 另起一个批次",
                )
            after = _who(row)
            connection.execute(table.update().where(table.c.id == row.id).values(state="interrupted"))
        number = inserted(
            connection, table, batch_id=batch_id, owner=_owner(), state="running", started_at=at,
            beat=time.time(), ruleset=ruleset,
        )  # fmt: skip
    _OURS.add((store.shown, number))
    return Lease(store, batch_id, number, after)


def _who(row: RunRow) -> str:
    return f"{row.owner.partition('|')[0]}，{row.started_at[:16].replace('T', ' ')}开始"


def _owner() -> str:
    """Name this process: what a person reads, then the machine and process to look for, and when that process began."""
    began = _began(os.getpid()) or ""
    return f"{socket.gethostname()} 进程 {os.getpid()}|{_machine()}|{os.getpid()}|{_TOKEN}.{began}"


def _began(process: int) -> str | None:
    """Return when a process began, by a clock nobody sets; "" for one that is dead and not yet cleared away, None where it cannot be told."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "" if Path("/proc/self/stat").exists() else None
    except OSError:
        return None
    return "" if told[0] in "ZX" else told[19]


def _machine() -> str:
    """Name the machine, and the container on it: process numbers mean nothing elsewhere."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return socket.gethostname() + space


def _lives(row: RunRow, store: Store) -> bool:
    """Tell whether a run is alive: on this machine by its process, else by its last sign of life.

    A sign of life from the future is none: the clock was set back since.
    """
    _, machine, process, token = row.owner.split("|")
    if sys.platform != "win32" and machine == _machine() and process.isdigit():
        if int(process) == os.getpid():
            return token.partition(".")[0] == _TOKEN and (store.shown, row.id) in _OURS
        began, known = _began(int(process)), token.partition(".")[2]
        if began == "" or not _exists(int(process)):
            return False
        if began and known:
            return began == known
    return abs(time.time() - row.beat) < STALE


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextlib.contextmanager
def beating(lease: Lease) -> Iterator[None]:
    """Give signs of life from a thread of its own, for as long as the context lasts; a store that is away is waited for."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with contextlib.suppress(StoreError), lease.store.writing() as connection:
                lease.renew(connection)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
