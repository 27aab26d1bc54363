"""What a batch ends with: 问题清单, 批次总览, the forms as lines where they came as lines, the record of the run."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import IO, Any

from fuhe import __version__
from fuhe.batch.inputs import RECORD
from fuhe.batch.overview import overview
from fuhe.batch.reading import batch_findings, origins, reports, totals
from fuhe.batch.store import Store
from fuhe.outputs.listing import Entry, of_batch, of_files
from fuhe.outputs.overview import to_overview_page
from fuhe.outputs.placing import placed
from fuhe.outputs.report import FileReport, now, to_json_line
from fuhe.outputs.stamp import Stamp
from fuhe.outputs.workbook import write_workbook

LIST, LINES, OVERVIEW = "问题清单.xlsx", "检查结果.jsonl", "批次总览.html"
_LISTED = 20
_UNREAD = ("failed", "skipped")


def write_list(store: Store, batch_id: int, out: Path, stamp: Stamp, *, lines: bool) -> list[str]:
    """Write 问题清单 and, for forms that came as lines, 检查结果 beside it, in one pass; return their names."""
    with placed(out / LIST) as book:
        if not lines:
            write_workbook(
                book, _entries(store, batch_id, reports(store, batch_id)), origins(store, batch_id), stamp.line
            )
            return [LIST]
        with placed(out / LINES) as text:
            passing = _written(reports(store, batch_id), text)
            write_workbook(book, _entries(store, batch_id, passing), origins(store, batch_id), stamp.line)
    return [LIST, LINES]


def write_overview(store: Store, batch_id: int, out: Path) -> list[str]:
    """Write 批次总览 as one file whose figures lead to lists of forms inside it; return its name."""
    with store.reading() as connection:
        figures = overview(connection, batch_id, now(), lists=_LISTED)
    if figures is None or not figures.forms:
        return []
    with placed(out / OVERVIEW) as page:
        page.write(to_overview_page(figures).encode())
    return [OVERVIEW]


def _entries(store: Store, batch_id: int, files: Iterable[FileReport]) -> Iterator[Entry]:
    numbers = count(1)
    yield from of_files(files, numbers)
    for finding, named in batch_findings(store, batch_id):
        yield of_batch(finding, named, numbers)


def _written(files: Iterable[FileReport], out: IO[bytes]) -> Iterator[FileReport]:
    """Write every form as a line while its file goes by."""
    for file in files:
        for form in file.forms:
            out.write(to_json_line(file, form).encode())
        yield file


def write_record(out: Path, record: dict[str, Any]) -> None:
    """Write the record of a run, at its beginning and again at its end; it marks the folder as one of results."""
    with placed(out / RECORD) as file:
        file.write(json.dumps({"fuhe": __version__, **record}, ensure_ascii=False, indent=1).encode() + b"\n")


def record_of(store: Store, batch_id: int) -> dict[str, Any]:
    """Return what the record says of the batch as it stands: totals, and every input that was not read, with the reason."""
    with store.reading() as connection:
        summed = totals(connection, batch_id)
    unread = [
        {"path": origin.path, "status": origin.status, "message": origin.told}
        for origin in origins(store, batch_id)
        if origin.status in _UNREAD
    ]
    return {"ended": now(), "totals": asdict(summed), "unread": unread}


_UNSAFE = re.compile(r'[\\:*?"<>|\x00-\x1f]')


def safe_name(path: str) -> str:
    """Return a path under which any system can keep a file."""
    return _UNSAFE.sub("_", path)
