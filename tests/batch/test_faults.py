"""What can fail outside of the program: disks, databases, kills; it is said once, and the next run goes on from there."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch.conftest import Disk, Server, empty, rows_of, run_on, write_forms
from fuhe.batch import running
from fuhe.errors import OutputError, StoreError, UsageError
from fuhe.store import schema
from fuhe.store.database import Store


def command(start: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "fuhe", "batch", str(start), "--out", str(out), "--fail-on", "never", *more]


def finished(start: Path, out: Path) -> list[tuple[object, ...]]:
    """Run to the end in a store of its own and return what it comes to."""
    with Store(str(out / "fuhe.db")) as store:
        run_on(store, start, out)
        return rows_of(store)


def test_database_that_goes_away_and_comes_back(
    new_server: Callable[[], Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_KEPT_EVERY", 0)
    server, folder = new_server(), write_forms(tmp_path / "in", 12, total="99")

    def stop(name: str, done: int, total: int, last: str) -> None:
        if done == 5:
            server.stop()

    with Store(empty(server)) as store:
        with pytest.raises(StoreError, match="已完成的部分都已存下"):
            run_on(store, folder, tmp_path / "out", stop)
        server.start()
        counts = run_on(store, folder, tmp_path / "out").tally.counts
        assert (counts["new"], counts["kept"]) == (7, 5)
        assert rows_of(store) == finished(folder, tmp_path / "other")


def test_disk_that_fills_half_way(disk: Disk, tmp_path: Path) -> None:
    folder = write_forms(tmp_path / "in", 60, total="99")
    disk.remount("size=1m")
    with Store(str(disk.place / "fuhe.db")) as store:
        with pytest.raises(UsageError, match="磁盘") as told:
            run_on(store, folder, disk.place / "out", jobs=2)
        assert isinstance(told.value, StoreError | OutputError)
        disk.remount("size=64m")
        assert run_on(store, folder, disk.place / "out", jobs=2).tally.done == 60
        assert rows_of(store) == finished(folder, tmp_path / "other")


def test_output_that_cannot_be_written_stops_before_any_work(disk: Disk, tmp_path: Path) -> None:
    folder = write_forms(tmp_path / "in", 1)
    disk.remount("ro")
    with Store(str(tmp_path / "fuhe.db")) as store:
        with pytest.raises(OutputError, match="写不了"):
            run_on(store, folder, disk.place / "out")
        with store.reading() as connection:
            assert connection.execute(select(func.count()).select_from(schema.file)).scalar() == 0


def test_killed_again_and_again_ends_the_same(tmp_path: Path) -> None:
    folder, out = write_forms(tmp_path / "in", 60, total="99"), tmp_path / "out"
    dice = random.Random(7)
    for _ in range(5):
        run = subprocess.Popen(command(folder, out, "--jobs", "2"), stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(dice.uniform(1.0, 4.0))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    subprocess.run(command(folder, out), check=True, capture_output=True)
    with Store(str(out / "fuhe.db")) as store:
        assert rows_of(store) == finished(folder, tmp_path / "other")
        with store.reading() as connection:
            paths = select(func.count(schema.file.c.path), func.count(func.distinct(schema.file.c.path)))
            assert connection.execute(paths).one() == (60, 60)


def test_killed_run_nobody_cleared_away_is_taken_over_at_once_and_said(tmp_path: Path) -> None:
    folder, out = write_forms(tmp_path / "in", 60), tmp_path / "out"
    with subprocess.Popen(command(folder, out, "--jobs", "2"), stderr=subprocess.DEVNULL) as run:
        while run.poll() is None and done(out) < 1:
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)  # its workers are left, and nobody waits for it
        again = subprocess.run(command(folder, out), capture_output=True, check=False)
    assert (again.returncode, "没有做完，从断开的地方接着做" in again.stderr.decode()) == (0, True)


def test_two_runs_at_once_are_one_and_a_refusal(tmp_path: Path) -> None:
    folder, out = write_forms(tmp_path / "in", 40), tmp_path / "out"
    runs = [subprocess.Popen(command(folder, out), stderr=subprocess.PIPE) for _ in range(2)]
    told = [run.communicate()[1].decode() for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 2]
    assert any("正由另一次运行处理" in text for text in told)
    assert json.loads((out / "运行记录.json").read_text("utf-8"))["totals"]["forms"] == 40


def test_interrupt_ends_with_130_and_keeps_what_is_done(tmp_path: Path) -> None:
    folder, out = write_forms(tmp_path / "in", 300), tmp_path / "out"
    run = subprocess.Popen(command(folder, out), stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and done(out) < 5:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    told = run.communicate()[1].decode()
    assert (run.returncode, "Traceback" in told) == (130, False), told
    assert 5 <= done(out) < 300


def done(out: Path) -> int:
    """Count the files in a store that another process writes."""
    if not (out / "fuhe.db").exists():
        return 0
    try:
        with Store(str(out / "fuhe.db")) as store, store.reading() as connection:
            return connection.execute(select(func.count()).select_from(schema.file)).scalar() or 0
    except StoreError:  # just being made
        return 0
