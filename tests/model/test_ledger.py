"""The ledger: kept replies come back, two processes and kill -9 do no harm, a broken file is set aside."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fuhe.model.ledger import Ledger, LedgerEntry, chosen_path, default_path, key

WRITER = """
import sys
from pathlib import Path
from fuhe.model.ledger import Ledger, LedgerEntry
ledger = Ledger(Path(sys.argv[1]))
assert not ledger.notes, ledger.notes
count = 0
while count != int(sys.argv[3]):
    count += 1
    ledger.put(LedgerEntry(key=f"{sys.argv[2]}{count}", made=1, endpoint="e", model="m", prompt="p", rung="plain", tries=1,
                     tokens_in=None, tokens_out=None, ms=1, answer="{}"))
    print(count, flush=True)
assert not ledger.notes, ledger.notes
"""


def entry(name: str = "k", **values: object) -> LedgerEntry:
    plain = {
        "key": name, "made": 1.5, "endpoint": "http://gpu/v1", "model": "m", "prompt": "probe@1#abc", "rung": "plain",
        "tries": 2, "tokens_in": None, "tokens_out": 7, "ms": 12, "answer": '{"text": "维修"}',
    }  # fmt: skip
    return LedgerEntry.model_validate(plain | values)


def writer(path: Path, name: str, count: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(count)], stdout=subprocess.PIPE)


def test_reply_comes_back_with_unknown_tokens(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "深" / "台账.sqlite")
    ledger.put(entry())
    assert (ledger.get("k"), ledger.get("other"), ledger.notes) == (entry(), None, [])
    ledger.put(entry(ms=13))
    assert ledger.get("k") == entry(ms=13)
    ledger.close()
    assert ledger.get("k") is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_file_is_the_users_own(tmp_path: Path) -> None:
    Ledger(tmp_path / "a" / "l.sqlite").close()
    assert (tmp_path / "a").stat().st_mode & 0o77 == 0
    assert (tmp_path / "a" / "l.sqlite").stat().st_mode & 0o77 == 0


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    both = [writer(path, name, 200) for name in "ab"]
    assert [process.communicate() and process.returncode for process in both] == [0, 0]
    ledger = Ledger(path)
    assert all(ledger.get(f"{name}{number}") for name in "ab" for number in range(1, 201))
    ledger.close()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_killed_writer_loses_nothing_it_was_told(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    process = writer(path, "a", -1)
    assert process.stdout
    seen = [int(process.stdout.readline()) for _ in range(50)][-1]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ledger = Ledger(path)
    assert all(ledger.get(f"a{number}") for number in range(1, seen + 1))
    assert ledger.notes == []
    ledger.close()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 8000])
def test_broken_file_is_set_aside_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "l.sqlite"
    path.write_bytes(content)
    ledger = Ledger(path)
    ledger.put(entry())
    assert (len(ledger.notes), ledger.get("k")) == (1, entry())
    assert "已损坏，改名为 l.sqlite.broken-" in ledger.notes[0]
    ledger.close()
    assert [part.read_bytes() for part in tmp_path.glob("*.broken-*")] == [content]


def test_ledger_of_another_shape_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE reply (key TEXT)")
    other.close()
    ledger = Ledger(path)
    ledger.put(entry())
    assert ledger.get("k") == entry()
    ledger.close()


def test_place_that_cannot_be_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ledger = Ledger(tmp_path / "file" / "l.sqlite")
    ledger.put(entry())
    assert (ledger.get("k"), len(ledger.notes)) == (None, 1)
    assert "本次不记入" in ledger.notes[0]


def test_damage_midway_is_a_note(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    ledger = Ledger(path)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE reply")
    other.close()
    ledger.put(entry())
    ledger.put(entry())
    assert (len(ledger.notes), "本次不再记入" in ledger.notes[0]) == (1, True)


def test_threads_share_one_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite")
    threads = [threading.Thread(target=ledger.put, args=(entry(str(number)),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ledger.get(str(number)) for number in range(20))
    ledger.close()


def test_place_is_the_users_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path() == chosen_path(None) == tmp_path / "fuhe" / "ledger.sqlite"
    assert (chosen_path(""), chosen_path(str(tmp_path / "x"))) == (None, tmp_path / "x")


def test_key_depends_on_every_part_and_its_borders() -> None:
    assert len({key("a", "b"), key("ab", ""), key("a", "b", ""), key("b", "a")}) == 4
