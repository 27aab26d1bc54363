"""Files made of many forms: lists and reports of a batch, and an archive with a folder for each unit."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import Connection, select

from fuhe.errors import UsageError
from fuhe.findings import BatchFinding
from fuhe.outputs.contract import FileReport
from fuhe.outputs.excel.department_book import to_department_book
from fuhe.outputs.excel.working_book import to_working_book
from fuhe.outputs.in_words import free_name
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.batch_paper import to_batch_paper
from fuhe.policy import pack
from fuhe.rescoring.proposing import with_own_keys
from fuhe.store import schema
from fuhe.store.current_forms import file_reports
from fuhe.text import one_line
from fuhe.web.work.form_exports import (
    Export,
    ExportTerms,
    accepted,
    clean,
    framed,
    is_one_units,
    lacks,
    opinions,
    rendered,
    report_of,
    returned,
)
from fuhe.web.work.open_form import OpenForm, open_form
from fuhe.web.work.opinion_so_far import DRAFT, draft_mark
from fuhe.web.work.score_sheet import confirmed_sheets
from fuhe.web.work.unread_files import unread

ParcelKind = Literal["zip", "report", "issues", "html", "json", "sarif", "csv", "worksheets", "departments"]


def _uncounted(done: int) -> None:
    pass


def batch_export(
    connection: Connection,
    ids: Sequence[int],
    kind: ParcelKind,
    terms: ExportTerms,
    title: str,
    batch_id: int | None,
    count: Callable[[int], None] = _uncounted,
) -> Export:
    """Return one file of several forms; with a batch's id its files without forms and what shows over its forms are added.

    `count` is told how many forms are in it so far.
    """
    if kind == "zip":
        return Export(f"{clean(title)}_退回件.zip", _zipped(connection, ids, terms, count), ())
    if kind in ("worksheets", "departments"):
        return _scored(connection, ids, kind, terms, clean(title), count)
    files = list(_counted_reports(connection, ids, terms, count))
    files.sort(key=lambda file: file.path)
    if batch_id is not None:
        read = {file.path for file in files}
        others = (file for file in unread(connection, batch_id, ("failed", "skipped")) if file.path not in read)
        files = sorted((*files, *others), key=lambda file: file.path)
    report = report_of(files, terms)
    if batch_id is not None:
        report.add_batch(_batch_findings(connection, batch_id))
    if kind == "report":
        sheets = [one.written for one in confirmed_sheets(connection, ids, pack(terms.policy))]
        return Export(f"{clean(title)}_批次复核情况报告.docx", to_batch_paper(report, sheets), ())
    return rendered(kind, report, clean(title), ())


def _scored(
    connection: Connection,
    ids: Sequence[int],
    kind: str,
    terms: ExportTerms,
    stem: str,
    count: Callable[[int], None],
) -> Export:
    """Write the 复核底稿 with their 汇总, or the 部门自评汇总表, of the forms that are confirmed throughout."""
    made = confirmed_sheets(connection, ids, pack(terms.policy))
    if not made:
        raise UsageError("还没有各行都核定的项目，没有导出", todo="请先在各表的“打分”里核定")
    count(len(ids))
    sheets, by = with_own_keys(one.written for one in made), dict.fromkeys(name for one in made for name in one.made.by)
    files = file_reports(connection, [one.form_id for one in made])
    line = stamp_of(report_of(files, terms), files, "、".join(by)).line
    if kind == "departments":
        return Export(f"{stem}_部门自评汇总表.xlsx", to_department_book(sheets, line), ())
    return Export(f"{stem}_复核底稿.xlsx", to_working_book(sheets, line), ())


def _counted_reports(
    connection: Connection, ids: Sequence[int], terms: ExportTerms, count: Callable[[int], None]
) -> Iterator[FileReport]:
    """Yield forms framed by their files, some files at a time; a unit's hold what it sees on its pages."""
    form = schema.form.c
    by_file: dict[int, list[int]] = {}
    for number, file_id in connection.execute(select(form.id, form.file_id).where(form.id.in_(ids)).order_by(form.id)):
        by_file.setdefault(file_id, []).append(number)
    groups, done = list(by_file.values()), 0
    for start in range(0, len(groups), _AT_ONCE):
        part = [number for group in groups[start : start + _AT_ONCE] for number in group]
        if terms.side == "fill":
            opened = (open_form(connection, form_id, "fill") for form_id in part)
            yield from framed(connection, [seen for seen in opened if seen is not None], terms)
        else:
            yield from file_reports(connection, part)
        done += len(part)
        count(done)


_AT_ONCE = 20


def _batch_findings(connection: Connection, batch_id: int) -> tuple[BatchFinding, ...]:
    table = schema.batch_finding
    bodies = connection.execute(
        select(table.c.body).where(table.c.batch_id == batch_id).order_by(table.c.code, table.c.id)
    )
    return tuple(bodies.scalars())


def _zipped(connection: Connection, ids: Sequence[int], terms: ExportTerms, count: Callable[[int], None]) -> bytes:
    """Return an archive with a folder a unit: annotated files, opinions, list of issues, and what is not in them."""
    out, names, done = io.BytesIO(), set[str](), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit, members in _by_unit(connection, ids):
            for made in _of_unit(connection, members, terms):
                name = free_name(f"{clean(unit)}/{clean(made.name)}", names, "（{}）")
                archive.writestr(name, made.data)
            done += len(members)
            count(done)
    return out.getvalue()


def _by_unit(connection: Connection, ids: Sequence[int]) -> Iterable[tuple[str, list[int]]]:
    table = schema.form
    rows = connection.execute(
        select(table.c.id, table.c.unit).where(table.c.id.in_(ids)).order_by(table.c.unit, table.c.id)
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(one_line(row.unit or "") or "（没有单位名称）", []).append(row.id)
    return found.items()


def _of_unit(connection: Connection, ids: Sequence[int], terms: ExportTerms) -> Iterable[Export]:
    forms = [seen for form_id in ids if (seen := open_form(connection, form_id)) is not None]
    files = framed(connection, forms, terms)
    report = report_of(files, terms)
    for file in files:
        its = [seen for seen in forms if seen.file.path == file.path]
        whole = is_one_units(connection, its[0].file.id)
        made = returned("annotated", connection, file, terms, whole, accepted(terms, its))
        name = PurePosixPath(made.name)
        yield Export(f"{name.stem}{f'（{DRAFT}）' if any(map(draft_mark, its)) else ''}{name.suffix}", made.data, ())
    mark = f"（{DRAFT}）" if any(map(draft_mark, forms)) else ""
    yield Export(f"复核意见{mark}.docx", opinions(forms, report, terms), ())
    yield rendered("issues", report, "", ())
    yield Export("说明.txt", _explained(forms).encode("utf-8-sig"), ())


def _explained(forms: Sequence[OpenForm]) -> str:
    lines = []
    for seen in forms:
        lines.append(f"{one_line(seen.current.form.record.project or '（没有项目名称）')}　{seen.file.path}")
        told = lacks(seen, "opinion")
        lines += [f"  复核意见：{text}" for text in told] or ["  全部问题都已处理，没有待补充"]
    return "\r\n".join(lines) + "\r\n"
