"""Several processes at work on a stream of tasks, each replaced when a task overruns its time or takes it down."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Generic, TypeVar

from fuhe.readers.worker import Apart

Task = TypeVar("Task")
Made = TypeVar("Made")
_AHEAD = 2


class Crew(Generic[Task, Made]):
    """Processes that do `work` on tasks; a task that ends its process, or takes longer than `seconds` says, gets `give_up`.

    `give_up` is told the task and a sentence of what happened. Use as a context: leaving it ends the processes.
    """

    def __init__(
        self,
        size: int,
        work: Callable[[Task], Made],
        *,
        seconds: Callable[[Task], float],
        give_up: Callable[[Task, str], Made],
    ) -> None:
        self._size, self._work, self._seconds, self._give_up = size, work, seconds, give_up
        self._own = threading.local()
        self._all: list[Apart] = []
        self._threads = ThreadPoolExecutor(size)

    def results(self, take: Callable[[], Task | None]) -> Iterator[Made]:
        """Return what is made of tasks, in the order in which they are done; `take` gives the next, None when there is none yet."""
        under_way: set[Future[Made]] = set()
        while True:
            while len(under_way) < _AHEAD * self._size and (task := take()) is not None:
                under_way.add(self._threads.submit(self._do, task))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def _do(self, task: Task) -> Made:
        try:
            made: Made = self._apart().call(self._seconds(task), self._work, task)
        except TimeoutError:
            return self._give_up(task, "读这个文件用时过长，已停止")
        except (EOFError, OSError):
            return self._give_up(task, "读这个文件用的内存过多或使程序出错，已停止")
        return made

    def _apart(self) -> Apart:
        """Return the calling thread's own process."""
        if not hasattr(self._own, "apart"):
            self._own.apart = Apart()
            self._all.append(self._own.apart)
        apart: Apart = self._own.apart
        return apart

    def __enter__(self) -> "Crew[Task, Made]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for apart in self._all:
            apart.kill()
        self._threads.shutdown(wait=True)
        for apart in self._all:
            apart.stop()
