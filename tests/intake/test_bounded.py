"""Reading under bounds: a file that overruns or kills its process is one message, and the next file goes on."""

from pathlib import Path

import pytest

from fuhe.errors import StoreError
from fuhe.intake.bounded import Apart, Worker
from misbehaving import is_loaded, misbehave, refuse

HTML = b"<html><body><table><tr><td>x</td></tr></table></body></html>"


@pytest.mark.parametrize("path", ["slow", "dead", "greedy"])
def test_overrun_is_one_message_and_the_next_file_goes_on(path: str) -> None:
    with Worker(seconds=3, read=misbehave) as worker:
        first, second = worker.read(HTML, path), worker.read(HTML, "good")
    assert (first.status, first.problems[0].code) == ("failed", "unsafe")
    assert second.status == "ok"


def test_short_text_needs_no_process() -> None:
    with Worker() as worker:
        assert worker.read("没有表格".encode(), "x.txt").problems[0].code == "no_form"
        assert not worker.apart.is_running


@pytest.mark.parametrize("line", [b"line\n", b"\x01\x02\x03\x04\n"])
def test_long_text_is_read_under_bounds(line: bytes) -> None:
    with Worker(seconds=3, read=misbehave) as worker:
        first, second = worker.read(line * 60_000, "slow"), worker.read(line, "good")
    assert (first.status, first.problems[0].code) == ("failed", "unsafe")
    assert second.status == "ok"


def test_real_reader_works_behind_the_pipe() -> None:
    with Worker() as worker:
        assert worker.read(HTML, "x.html").problems[0].code == "no_form"


def test_zip_members_are_read_one_by_one(tmp_path: Path) -> None:
    import zipfile

    from fuhe.intake.paths import read_paths

    with zipfile.ZipFile(tmp_path / "表.zip", "w") as archive:
        archive.writestr("a.html", HTML)
        archive.writestr("~$a.docx", b"x")
        archive.writestr("b.txt", "没有表格")
    files = list(read_paths([str(tmp_path)]))
    assert [(Path(file.path).name, file.problems[0].code) for file in files] == [
        ("表.zip!a.html", "no_form"),
        ("表.zip!b.txt", "no_form"),
    ]


def test_modules_asked_for_are_ready_in_each_process() -> None:
    first, second = (Apart(loaded=("misbehaving", "fuhe.outputs.returned")) for _ in range(2))
    try:
        assert [one.call(30, is_loaded, "fuhe.outputs.returned") for one in (first, second)] == [True, True]
    finally:
        first.close()
        second.close()


def test_refusal_in_words_comes_back_as_it_is_and_the_process_goes_on() -> None:
    with Worker() as worker:
        with pytest.raises(StoreError, match="postgresql://h/d：数据库连不上。请稍后再试。"):
            worker.apart.call(30, refuse)
        assert worker.apart.is_running


def test_process_that_cannot_begin_fails_its_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: object) -> None:
        raise OSError("no memory for a process")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refused)
    with Worker() as worker:
        assert worker.read(HTML, "x.html").problems[0].code == "unsafe"
