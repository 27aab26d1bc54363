"""Reading in a process of its own, with bounds on time and memory, so that no file can take the rest down."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fuhe import county
from fuhe.errors import ReadError, UsageError
from fuhe.intake.corrected_cells import CorrectedCell
from fuhe.intake.reading import read_file
from fuhe.layouts.profiles import LayoutProfile
from fuhe.readers import MAX_BYTES
from fuhe.readers.cell_pictures import cell_pictures
from fuhe.readers.file_kinds import is_refused
from fuhe.readers.page_progress import BegunPage, Listener, listening
from fuhe.readers.sniff import sniff
from fuhe.records import File, Place, Problem

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

SECONDS = 30
"""For a whole file; for each page that is recognised, where pages are."""
MEMORY, SCAN_MEMORY = 1536 * 1024 * 1024, 3 * 1024 * 1024 * 1024
_MOST_TOLD = 1000  # pages a file may tell of
# LibreOffice is a process of its own, stopped after 60 s by its caller.
SLOW_SECONDS = 75
_SLOW = ("rtf", "odt", "ods", "spreadsheetml", "flat-odf")
_TEXT = ("txt", "empty", "unknown")
_SHORT_BYTES = 256 * 1024  # the most repetitive text of this length is read in a fraction of a second


class Apart:
    """A process of its own for work that may run wild; it is replaced after it has overrun its bounds or died."""

    def __init__(self, *, daemon: bool = True, on_page: Listener | None = None, loaded: Sequence[str] = ()) -> None:
        """`on_page` is called here with each page that takes seconds, and with how many there are.

        `loaded` names modules to have ready: many such processes then load them once, not each for itself.
        """
        self._daemon, self._lock, self._closed, self._loaded = daemon, threading.Lock(), False, loaded
        self._on_page = on_page
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process at present."""
        return self._process is not None

    def call(self, seconds: float, work: Callable[..., Any], *args: Any) -> Any:
        """Return what `work` returns there, or raise the UsageError it raises there.

        Raises TimeoutError, EOFError where the process died, OSError where it cannot begin.
        """
        pipe = self._started()
        try:
            pipe.send((work, args))
            made = self._answer(pipe, seconds)
        except (EOFError, OSError):
            self.stop()
            raise
        if isinstance(made, TimeoutError):
            self.stop()
        if isinstance(made, TimeoutError | UsageError):
            raise made
        return made

    def _answer(self, pipe: Connection, seconds: float) -> Any:
        """Wait for what comes back; a page that is told of has the whole time again."""
        for _ in range(_MOST_TOLD):
            if not pipe.poll(seconds):
                break
            if not isinstance(made := pipe.recv(), BegunPage):
                return made
            if self._on_page is not None:
                self._on_page(*made)
        return TimeoutError()

    def _started(self) -> Connection:
        with self._lock:
            if self._closed:
                raise OSError("closed")
            if self._process is None or self._pipe is None or not self._process.is_alive():
                context = _fresh(self._loaded)
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, county.added()), daemon=self._daemon)
                process.start()
                theirs.close()
                self._pipe, self._process = ours, process
            return self._pipe

    def kill(self) -> None:
        """End the process from another thread; a call under way there raises EOFError."""
        if (process := self._process) is not None:
            process.kill()

    def stop(self) -> None:
        """End the process, whatever it is doing; the next call begins another."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join()
            if self._pipe is not None:
                self._pipe.close()
            self._process = self._pipe = None

    def close(self) -> None:
        """End the process for good; another thread may be waiting for it."""
        self._closed = True
        self.stop()


class Worker:
    """A reading process that is replaced when a file overruns its bounds; short plain text is read without it."""

    def __init__(
        self, seconds: float = SECONDS, read: Callable[..., File] = read_file, on_page: Listener | None = None
    ) -> None:
        self._seconds, self._read_file, self.apart = seconds, read, Apart(on_page=on_page)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.apart.stop()

    def read(
        self, data: bytes, path: str, profile: LayoutProfile | None = None, cells: Sequence[CorrectedCell] = ()
    ) -> File:
        """Read one file, with the layout profile and the corrected cells where there are any.

        A file that takes too long, too much memory or the process with it becomes `failed`.
        """
        settled = (profile, tuple(cells)) if cells else (profile,) if profile else ()
        kind = sniff(data)
        is_short = kind in _TEXT and len(data) <= _SHORT_BYTES
        if is_short or len(data) > MAX_BYTES or is_refused(kind):
            return self._read_file(data, path, *settled)
        try:
            file: File = self.apart.call(
                SLOW_SECONDS if kind in _SLOW else self._seconds, self._read_file, data, path, *settled
            )
        except TimeoutError:
            return _unsafe(path, "读这个文件用时过长，已停止")
        except (EOFError, OSError):
            return _unsafe(path, "读这个文件用的内存过多或使程序出错，已停止")
        return file

    def cell_pictures(self, data: bytes, places: Sequence[Place]) -> dict[Place, bytes]:
        """Return cells of a scan as PNG pictures by their place; none where the file does not let them be cut out."""
        try:
            cut: dict[Place, bytes] = self.apart.call(self._seconds, cell_pictures, data, tuple(places))
        except (TimeoutError, EOFError, OSError, ReadError):
            return {}
        return cut


def _unsafe(path: str, what: str) -> File:
    todo = "请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
    return File(path=path, status="failed", problems=(Problem(code="unsafe", message=f"{what}。{todo}。"),))


def _fresh(loaded: Sequence[str]) -> "SpawnContext | ForkServerContext":
    """Return how a process begins: as a fresh interpreter, not a fork, for it must not hold the parent's locks and memory.

    Where modules are to be ready it is the fork of a fresh interpreter that has loaded them and does nothing else.
    """
    if not loaded or sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*loaded])
    return context


def _serve(pipe: Connection, additions: county.Additions) -> None:
    # Ctrl-C in a terminal reaches every process of the group; whoever started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _bound_memory()
    county.take_over(additions)
    at_first = True
    while True:
        try:
            work, args = pipe.recv()
        except EOFError:
            return
        try:
            with listening(lambda page, pages: pipe.send(BegunPage(page, pages))):
                made = work(*args)
            pipe.send(made)
            if at_first:  # what is loaded by now stays: the collector need not go through it with every file
                gc.collect()
                gc.freeze()
                at_first = False
        except UsageError as error:
            pipe.send(error)
        except MemoryError:
            return


def _end_with_parent() -> None:
    """Leave when the process that asks is gone, in the middle of a file if need be: nobody would take the answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, SCAN_MEMORY))  # recognising takes up to the second
