"""Reading in a process of its own, with bounds on time and memory, so that no file can take the rest down."""

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType

from fuhe.readers import MAX_BYTES, read_file
from fuhe.readers.sniff import sniff
from fuhe.records import File, Problem

SECONDS = 30
MEMORY = 1536 * 1024 * 1024
# LibreOffice is a process of its own, stopped after 60 s by its caller.
SLOW_SECONDS = 75
_SLOW = ("rtf", "odt", "ods", "spreadsheetml", "flat-odf")
_HARMLESS = ("txt", "empty", "unknown")


class Worker:
    """A reading process that is replaced when a file overruns its bounds; plain text is read without it."""

    def __init__(self, seconds: float = SECONDS, read: Callable[[bytes, str], File] = read_file) -> None:
        self._seconds, self._read_file = seconds, read
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def read(self, data: bytes, path: str) -> File:
        """Read one file; a file that takes too long, too much memory or the process with it becomes `failed`."""
        kind = sniff(data)
        if kind in _HARMLESS or len(data) > MAX_BYTES:
            return self._read_file(data, path)
        pipe = self._started()
        try:
            pipe.send((data, path))
            if pipe.poll(SLOW_SECONDS if kind in _SLOW else self._seconds):
                file: File = pipe.recv()
                return file
            what = "读这个文件用时过长，已停止"
        except (EOFError, OSError):
            what = "读这个文件用的内存过多或使程序出错，已停止"
        self._stop()
        todo = "请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
        return File(path=path, status="failed", problems=(Problem(code="unsafe", message=f"{what}。{todo}。"),))

    def _started(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            # A fresh interpreter, not a fork: the child must not hold the parent's locks and memory.
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self._read_file), daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, read: Callable[[bytes, str], File]) -> None:
    _bound_memory()
    while True:
        try:
            data, path = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            pipe.send(read(data, path))
        except MemoryError:
            return


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
