"""The process in which files are read, checked and drafted, so that pages are served beside it and survive it."""

import functools
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from fuhe import pipeline
from fuhe.batch import comparing
from fuhe.batch.terms import Terms
from fuhe.checking import Options
from fuhe.errors import ReadError
from fuhe.findings import BatchFinding
from fuhe.intake.bounded import SLOW_SECONDS, Apart, Worker
from fuhe.intake.corrected_cells import CorrectedCell
from fuhe.layouts.profiles import LayoutProfile
from fuhe.pipeline import Checked
from fuhe.policy import Pack
from fuhe.readers.page_progress import Listener, begin_page
from fuhe.records import File
from fuhe.store.database import Store
from fuhe.web.work.columns_printed import printed_headings

Made = TypeVar("Made")
_SECONDS = 60.0
_BATCH_SECONDS = 600.0
_READ_SECONDS = SLOW_SECONDS + 15
_STOPPED = ("检查这个文件用时过长或使程序出错，已停止", "请另存为 .docx 或 .xlsx 后再试")
_UNCOMPARED = (
    "跨表比对用时过长或使程序出错，已停止；各表的检查结果不受影响",
    "请选任意一张表重新检查，程序会再比对一次",
)


class Workshop:
    """One process for all work of a server, one piece at a time; it begins with the first piece."""

    def __init__(self, on_page: Listener | None = None) -> None:
        """`on_page` is called with each scanned page that is begun, and with how many there are."""
        # Not a daemon: it starts a reading process of its own.
        self._apart, self._lock = Apart(daemon=False, on_page=on_page), threading.Lock()

    def read(
        self, data: bytes, path: str, profile: LayoutProfile | None = None, cells: Sequence[CorrectedCell] = ()
    ) -> File:
        """Read one file's bytes, with what was taught of its columns and corrected in its cells; what cannot be read is a `failed` file."""
        return self._call(_READ_SECONDS, _read, data, path, profile, tuple(cells))

    def headings(self, data: bytes) -> list[str]:
        """Return the headings a file prints over its indicators; raises ReadError."""
        return self._call(_READ_SECONDS, printed_headings, data)

    def check(self, file: File, pack: Pack, options: Options) -> list[Checked]:
        """Check every form of a file; raises ReadError where that took the process down."""
        return self._call(_SECONDS, pipeline.check_file, file, pack, options)

    def draft(self, entries: Sequence[Checked], pack: Pack) -> list[Checked]:
        """Draft for checked forms by the rules; raises ReadError where that took the process down."""
        return self._call(_SECONDS, pipeline.with_drafts, entries, pack)

    def compare(self, store: Store, batch_id: int, terms: Terms) -> tuple[BatchFinding, ...]:
        """Run the batch rules over what the store holds of a batch; raises ReadError where that took the process down."""
        return self._call(_BATCH_SECONDS, _compare, store.address, batch_id, terms, error=_UNCOMPARED)

    def _call(
        self, seconds: float, work: Callable[..., Made], *args: object, error: tuple[str, str] = _STOPPED
    ) -> Made:
        with self._lock:
            try:
                made: Made = self._apart.call(seconds, work, *args)
            except (EOFError, OSError) as cause:
                raise ReadError("unsafe", error[0], todo=error[1]) from cause
        return made

    def close(self) -> None:
        """End the process; a piece under way is given up."""
        self._apart.close()


@functools.cache
def _worker() -> Worker:
    return Worker(on_page=begin_page)


def _read(data: bytes, path: str, profile: LayoutProfile | None, cells: Sequence[CorrectedCell]) -> File:
    return _worker().read(data, path, profile, cells)


def _compare(url: str, batch_id: int, terms: Terms) -> tuple[BatchFinding, ...]:
    with Store(url) as store:
        return tuple(comparing.found(store, batch_id, terms))
