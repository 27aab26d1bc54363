"""Several processes at work on streams of tasks, each replaced when a task overruns its time or takes it down."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Generic, TypeVar

from fuhe.intake.bounded import Apart

Task = TypeVar("Task")
Made = TypeVar("Made")
_AHEAD = 2
_LOADED = ("fuhe.cli", "fuhe.batch.one_input", "fuhe.batch.written_parts", "fuhe.outputs.returned")
"""What the work of a batch needs, by name: loading it here would bind this module to the work it is given."""


@dataclass(frozen=True)
class Work(Generic[Task, Made]):
    """What is done with a task, how many seconds it may take, and what stands for it where its process was ended.

    `do` and the task go to another process; `give_up` is told the task and a sentence of what happened.
    """

    do: Callable[[Task], Made]
    seconds: Callable[[Task], float]
    give_up: Callable[[Task, str], Made]


class Crew:
    """Processes for one kind of work after another; use as a context: leaving it ends them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._own = threading.local()
        self._all: list[Apart] = []
        self._threads = ThreadPoolExecutor(size)

    def results(self, work: Work[Task, Made], take: Callable[[], Task | None]) -> Iterator[Made]:
        """Return what is made of tasks, in the order in which they are done; `take` gives the next, None when there is none yet."""
        under_way: set[Future[Made]] = set()
        while True:
            while len(under_way) < _AHEAD * self.size and (task := take()) is not None:
                under_way.add(self._threads.submit(self.done, work, task))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def in_order(self, work: Work[Task, Made], tasks: Iterable[Task]) -> Iterator[Made]:
        """Return what is made of tasks, in the order of the tasks; only a few are under way or waiting at a time."""
        left, under_way = iter(tasks), deque[Future[Made]]()
        while True:
            under_way += (
                self._threads.submit(self.done, work, task)
                for task in islice(left, _AHEAD * self.size - len(under_way))
            )
            if not under_way:
                return
            yield under_way.popleft().result()

    def done(self, work: Work[Task, Made], task: Task) -> Made:
        """Do a task in the calling thread's own process; what gives one up may so do its pieces one by one."""
        try:
            made: Made = self._apart().call(work.seconds(task), work.do, task)
        except TimeoutError:
            return work.give_up(task, "处理这个文件用时过长，已停止")
        except (EOFError, OSError):
            return work.give_up(task, "处理这个文件用的内存过多或使程序出错，已停止")
        return made

    def _apart(self) -> Apart:
        """Return the calling thread's own process."""
        if not hasattr(self._own, "apart"):
            self._own.apart = Apart(loaded=_LOADED)
            self._all.append(self._own.apart)
        apart: Apart = self._own.apart
        return apart

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for apart in self._all:
            apart.close()
        self._threads.shutdown(wait=True)
        for apart in self._all:
            apart.stop()
