"""One run at a time holds a batch; a dead one is taken over, a living one is left alone."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fuhe.errors import StoreError
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.lease import STALE, beating, take
from store.test_store import AT, new_batch


def change(store: Store, **values: Any) -> None:
    with store.writing() as connection:
        connection.execute(schema.run.update().values(values))


def owner(process: int, machine: str | None = None) -> str:
    space = str(Path("/proc/self/ns/pid").readlink()) if sys.platform == "linux" else ""
    return f"某机 进程 {process}|{machine or socket.gethostname() + space}|{process}|abcd"


def test_second_run_is_refused_with_who_holds_it(store: Store) -> None:
    batch = new_batch(store)
    take(store, batch, "r", AT)
    with pytest.raises(StoreError, match=rf"进程 {os.getpid()}，2025-03-01 09:00开始"):
        take(store, batch, "r", AT)


def test_other_batches_are_free(store: Store) -> None:
    take(store, new_batch(store, "甲"), "r", AT)
    take(store, new_batch(store, "乙"), "r", AT)


def test_dead_process_is_taken_over_at_once(store: Store) -> None:
    batch = new_batch(store)
    first = take(store, batch, "r", AT)
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    change(store, owner=owner(child.pid))
    take(store, batch, "r", AT)
    with pytest.raises(StoreError, match="接手"), store.writing() as connection:
        first.renew(connection)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_dead_process_nobody_cleared_away_is_taken_over_at_once(store: Store) -> None:
    batch = new_batch(store)
    take(store, batch, "r", AT)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        change(store, owner=owner(child.pid), beat=time.time() + 3600)
        child.kill()
        while (Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0]) != "Z":
            time.sleep(0.01)
        assert f"进程 {child.pid}" in take(store, batch, "r", AT).after


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("beat", [-7200, 0, 7200])
def test_process_of_the_same_number_begun_later_holds_nothing(store: Store, beat: int) -> None:
    batch = new_batch(store)
    take(store, batch, "r", AT)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        began = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
        change(store, owner=owner(child.pid) + f".{began}", beat=time.time() + beat)
        with pytest.raises(StoreError, match="正由另一次运行处理"):  # it lives, whatever the clock says
            take(store, batch, "r", AT)
        change(store, owner=owner(child.pid) + f".{int(began) - 1}")
        take(store, batch, "r", AT)
        child.kill()


def test_sign_of_life_from_the_future_is_none(store: Store) -> None:
    batch = new_batch(store)
    take(store, batch, "r", AT)
    change(store, owner=owner(1, "别的机器"), beat=time.time() + STALE + 5)
    take(store, batch, "r", AT)


def test_silent_run_elsewhere_is_taken_over_after_a_while(store: Store) -> None:
    batch = new_batch(store)
    take(store, batch, "r", AT)
    change(store, owner=owner(1, "别的机器"))
    with pytest.raises(StoreError):
        take(store, batch, "r", AT)
    change(store, beat=time.time() - STALE - 1)
    take(store, batch, "r", AT)
    with store.reading() as connection:
        states = connection.execute(select(schema.run.c.state).order_by(schema.run.c.id)).scalars().all()
    assert states == ["interrupted", "running"]


def test_held_batch_gives_signs_of_life(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuhe.store.lease.BEAT", 0.05)
    held = take(store, new_batch(store), "r", AT)
    change(store, beat=0.0)
    with beating(held):
        time.sleep(0.5)
    with store.reading() as connection:
        assert connection.execute(select(schema.run.c.beat)).scalar_one() > 0
