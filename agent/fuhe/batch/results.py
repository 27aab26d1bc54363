"""What a batch ends with: 问题清单, 批次总览, the forms as lines where they came as lines, the record of the run."""

import contextlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import IO
from urllib.parse import quote

from pydantic import JsonValue
from sqlalchemy import func, select

from fuhe import __version__
from fuhe.batch.inputs import RECORD
from fuhe.outputs.contract import FileReport, now, to_json_line
from fuhe.outputs.listing import ListedRow, PointRow, of_batch, of_files, point_of_batch, points_of_files
from fuhe.outputs.placing import placed
from fuhe.outputs.stamp import Stamp
from fuhe.store import schema
from fuhe.store.batch_contents import batch_findings, origins, totals
from fuhe.store.batch_figures import overview
from fuhe.store.database import Store

LIST, LINES, OVERVIEW = "问题清单.xlsx", "检查结果.jsonl", "批次总览.html"
_LISTED = 20
_UNREAD = ("failed", "skipped")


@dataclass(slots=True)
class ListedForms:
    """Some forms as they are listed, each part numbered from 1, and as lines."""

    points: list[PointRow] = field(default_factory=list)
    entries: list[ListedRow] = field(default_factory=list)
    lines: bytes = b""

    def add(self, other: "ListedForms") -> None:
        """Take in what is listed of further forms."""
        self.points += other.points
        self.entries += other.entries
        self.lines += other.lines


def listed_forms(files: Sequence[FileReport], *, lines: bool) -> ListedForms:
    """List the forms of some files; as lines too where these are wanted."""
    text = [to_json_line(file, form).encode() for file in files for form in file.forms] if lines else []
    return ListedForms(list(points_of_files(files, count(1))), list(of_files(files, count(1))), b"".join(text))


def write_list(
    parts: Iterable[ListedForms], store: Store, batch_id: int, out: Path, stamp: Stamp, *, lines: bool
) -> list[str]:
    """Write 问题清单 and, for forms that came as lines, 检查结果 beside it, as the parts come; return their names."""
    from fuhe.outputs.excel.workbook import write_workbook  # the working processes take only the lines from here

    with contextlib.ExitStack() as files:
        book = files.enter_context(placed(out / LIST))
        text = files.enter_context(placed(out / LINES)) if lines else io.BytesIO()
        write_workbook(book, _entries(store, batch_id, parts, text), origins(store, batch_id), stamp.line)
    return [LIST, LINES] if lines else [LIST]


def _entries(
    store: Store, batch_id: int, parts: Iterable[ListedForms], text: IO[bytes]
) -> Iterator[PointRow | ListedRow]:
    """Return all lines of 问题清单; the forms of each part are written out as its lines go by."""
    points, numbers = count(1), count(1)
    for part in parts:
        text.write(part.lines)
        yield from (replace(point, number=next(points)) for point in part.points)
        yield from (replace(entry, number=next(numbers)) for entry in part.entries)
    for finding, named in batch_findings(store, batch_id):
        yield point_of_batch(finding, named, points)
        yield of_batch(finding, named, numbers)


def write_overview(store: Store, batch_id: int, out: Path, files: Mapping[str, str]) -> list[str]:
    """Write 批次总览 as one file whose figures lead to lists of forms inside it; return its name.

    `files` are what a form is opened with, by its input's path: where they lie below the folder.
    """
    from fuhe.outputs.html.overview_page import to_overview_page

    with store.reading() as connection:
        figures = overview(connection, batch_id, now(), lists=_LISTED)
    if figures is None or not figures.forms:
        return []
    with placed(out / OVERVIEW) as page:
        page.write(to_overview_page(figures, lambda line: _address(files.get(line.path))).encode())
    return [OVERVIEW]


def _address(file: str | None) -> str | None:
    return quote(file) if file else None


def standing(store: Store, batch_id: int, ruleset: str) -> str:
    """Return a key that changes with whatever the lists say: rules, files, forms, drafts, decisions, findings over forms."""
    file, form, audit, across = schema.file.c, schema.form.c, schema.audit.c, schema.batch_finding.c
    parts = (
        select(func.count(), func.max(file.id)).where(file.batch_id == batch_id, file.current),
        select(func.count(), func.max(form.id), func.sum(func.length(form.drafts)))
        .where(form.batch_id == batch_id, form.current),
        select(func.max(audit.id)).join(schema.form, form.id == audit.form_id).where(form.batch_id == batch_id),
        select(func.count(), func.max(across.id)).where(across.batch_id == batch_id),
    )  # fmt: skip
    with store.reading() as connection:
        values = [value for part in parts for value in connection.execute(part).one()]
    return "-".join(str(value or 0) for value in (ruleset, *values))


@dataclass(frozen=True, slots=True)
class WrittenLists:
    """The lists in a folder: the key they were written under, and their SHA-256 by name."""

    standing: str
    sha256: dict[str, str]

    @property
    def told(self) -> schema.Json:
        """What the record of a run says of them."""
        return {"lists": asdict(self)}


def stands(out: Path) -> WrittenLists | None:
    """Return what the record in a folder says of the lists there; None where one is gone."""
    try:
        lists = json.loads((out / RECORD).read_text("utf-8"))["lists"]
        known = WrittenLists(str(lists["standing"]), dict(lists["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return known if all((out / name).is_file() for name in known.sha256) else None


def write_record(out: Path, record: schema.Json) -> None:
    """Write the record of a run, at its beginning and again at its end; it marks the folder as one of results."""
    with placed(out / RECORD) as file:
        file.write(json.dumps({"fuhe": __version__, **record}, ensure_ascii=False, indent=1).encode() + b"\n")


def record_of(store: Store, batch_id: int) -> schema.Json:
    """Return what the record says of the batch as it stands: totals, and every input that was not read, with the reason."""
    with store.reading() as connection:
        summed = totals(connection, batch_id)
    unread: list[JsonValue] = [
        {"path": origin.path, "status": origin.status, "message": origin.told}
        for origin in origins(store, batch_id)
        if origin.status in _UNREAD
    ]
    return {"ended": now(), "totals": asdict(summed), "unread": unread}


_UNSAFE = re.compile(r'[\\:*?"<>|\x00-\x1f]')


def safe_name(path: str) -> str:
    """Return a path below a folder under which any system can keep a file: an archive may name its members as it likes."""
    return "/".join(part for part in _UNSAFE.sub("_", path).split("/") if part not in ("", ".", ".."))
