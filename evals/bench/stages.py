"""What a batch does with files, each stage alone in this process: the least that the whole command can cost."""

import gc
import io
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TypeVar

from fuhe.checking import Options
from fuhe.intake.reading import read_file
from fuhe.outputs.contract import FileReport, form_report, now
from fuhe.outputs.excel.workbook import write_workbook
from fuhe.outputs.listing import ListedRow, PointRow, of_files, points_of_files
from fuhe.outputs.returned import annotated
from fuhe.outputs.stamp import Stamp
from fuhe.pipeline import Checked, check_file
from fuhe.policy import pack
from fuhe.records import File
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.store.recording import FileRows, file_head, record_rows, rows_of

_AT_ONCE = 50
_RULES = "national-2020"
T = TypeVar("T")


class Stages:
    """Files through the stages of a batch, the CPU seconds of each added up in `taken`."""

    def __init__(self, store: Store) -> None:
        """Begin a batch in a store."""
        self.taken: dict[str, float] = {}
        self._store, self._stamp, self._rules = store, Stamp(_RULES, now()), pack(_RULES)
        with store.writing() as connection:
            self._batch = inserted(connection, schema.batch, name="各步", policy=_RULES, created_at=now())

    def timed(self, stage: str, work: Callable[[], T]) -> T:
        """Do a stage and add up what it took."""
        began = time.process_time()
        made = work()
        self.taken[stage] = self.taken.get(stage, 0.0) + time.process_time() - began
        return made

    def lines(self, files: Sequence[tuple[str, bytes]]) -> Iterator[PointRow | ListedRow]:
        """Do all stages for some files; yields the lines of the list."""
        rules, options = self._rules, Options()
        read = self.timed("read", lambda: [read_file(data, path) for path, data in files])
        checked = self.timed("check", lambda: [check_file(file, rules, options) for file in read])
        pairs = list(zip(read, checked, strict=True))
        packed = self.timed("pack", lambda: [self._packed(*pair) for pair in pairs])
        self.timed("store", lambda: self._record(packed))
        reports = self.timed("points", lambda: [_report(*pair) for pair in pairs])
        self.timed(
            "annotate", lambda: [annotated(*pair, self._stamp) for pair in zip(reports, _bytes(files), strict=True)]
        )
        yield from self.timed("lines", lambda: _lines(reports))

    def _packed(self, file: File, checked: Sequence[Checked]) -> FileRows:
        return FileRows(file_head(file), tuple(rows_of(file.path, entry, self._rules) for entry in checked))

    def _record(self, files: Sequence[FileRows]) -> None:
        with self._store.writing() as connection:
            record_rows(connection, self._batch, files, ruleset="bench", at=now())


def _lines(reports: Sequence[FileReport]) -> list[PointRow | ListedRow]:
    return [*points_of_files(reports, count(1)), *of_files(reports, count(1))]


def _bytes(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    return [data for _, data in files]


def _report(file: File, checked: Sequence[Checked]) -> FileReport:
    forms = [form_report(entry.form, entry.findings) for entry in checked]
    return FileReport(path=file.path, status=file.status, sha256=file.sha256, problems=file.problems, forms=forms)


def stages(folder: Path, home: Path) -> dict[str, float]:
    """Return the CPU seconds of each stage over the files of a folder; a new store is made in `home`."""
    paths = sorted(folder.rglob("*.*"))
    gc.collect()
    gc.freeze()  # as the working processes do
    with Store(str(home / "stages.db")) as store:
        done = Stages(store)
        listed = list[PointRow | ListedRow]()
        for at in range(0, len(paths), _AT_ONCE):
            files = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths[at : at + _AT_ONCE]]
            listed += done.lines(files)
        done.timed("list as a workbook", lambda: write_workbook(io.BytesIO(), listed, [], ""))
    gc.unfreeze()
    return done.taken
