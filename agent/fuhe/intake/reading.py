"""One file's bytes to its forms, whatever the format; a file that cannot be read says why."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from fuhe.errors import ReadError
from fuhe.intake.around import with_around
from fuhe.intake.corrected_cells import CorrectedCell, corrected
from fuhe.intake.unread import marked
from fuhe.layouts import run_together
from fuhe.layouts.forms import MONITORING, Found, find_forms
from fuhe.layouts.profiles import LayoutProfile
from fuhe.layouts.summary_table import SUMMARY
from fuhe.readers import MAX_BYTES
from fuhe.readers.file_kinds import open_document, refusal
from fuhe.readers.grid import Document, Grid, Para
from fuhe.readers.own_marks import is_own_worksheet, is_stamped
from fuhe.records import File, FileStatus, Problem

_INSIDE = {
    "embedded": "表可能在嵌入的文件里，请在 Word 里双击打开它，另存为 Excel 或 Word 文件后再试",
    "picture_page": "表可能是图片，请提供 Word、Excel 或带文字的 PDF",
}
_OTHER_TABLES = {"monitoring": MONITORING, "summary": SUMMARY}
_REPORT = re.compile(r"绩效(自评|评价|自我评价)[^表]{0,6}报告")


def read_file(
    data: bytes, path: str, profile: LayoutProfile | None = None, cells: Sequence[CorrectedCell] = ()
) -> File:
    """Read one file's bytes; an input that cannot be read becomes a `failed` file with its problem.

    `profile` settles columns a person has named, `cells` what a person has read in cells of a scan.
    """
    digest = hashlib.sha256(data).hexdigest()
    document = Document("", ())
    try:
        document = corrected(_document(data), cells)
        document, found = _found(document, profile)
    except ReadError as error:
        problem = Problem(code=error.code, message=str(error))
        status: FileStatus = "skipped" if error.code == "own_output" else "failed"
        return File(path=path, status=status, sha256=digest, problems=(problem, *_behind(error, document)))
    forms = with_around([marked(form, document.unread) for form in found.forms], document)
    problems = (*document.problems, *found.left_out, *(doubt for form in forms for doubt in form.doubts))
    return File(path=path, status="partial" if problems else "ok", sha256=digest, problems=problems, forms=forms)


def _behind(error: ReadError, document: Document) -> tuple[Problem, ...]:
    """Return what was not read in a file without a form: there the form may be."""
    return document.problems if error.code == "no_form" else ()


def _document(data: bytes) -> Document:
    if not data:
        raise ReadError("empty", "文件是空的（0 字节）", todo="请重新保存或重新导出后再试")
    if len(data) > MAX_BYTES:
        if told := refusal(data):
            raise told
        raise ReadError("too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", todo="请把自评表单独另存后再试")
    return open_document(data)


def _found(document: Document, profile: LayoutProfile | None) -> tuple[Document, Found]:
    """Find the forms; a text that lost its table lines is rebuilt where every rebuilt row makes sense."""
    if is_own_worksheet(_texts(document)):
        raise _own_output()
    found = find_forms(document, profile)
    if found.forms:
        return document, found
    if not found.left_out:
        for rebuilt in run_together.rebuild(document):
            again = find_forms(rebuilt, profile)
            if again.forms and all(map(run_together.is_sure, again.forms)):
                return rebuilt, again
    raise _no_form(document, found)


def _no_form(document: Document, found: Found) -> ReadError:
    if any(is_stamped(text) for text in _texts(document)):
        return _own_output()
    if found.left_out:
        code = found.left_out[0].code
        return ReadError(code, f"这{_OTHER_TABLES[code]}", todo="请提供年度终了后填报的项目支出绩效自评表")
    met = {problem.code for problem in document.problems}
    if met & {"embedded", "picture_page"}:
        return ReadError("no_form", "没有找到项目支出绩效自评表", todo=_INSIDE[min(met & set(_INSIDE))])
    tables = sum(1 for block in document.blocks if isinstance(block, Grid))
    said = f"有 {tables} 张表，但都不是" if tables else "没有找到"
    if any(_REPORT.search(block.text) for block in document.blocks[:12] if isinstance(block, Para)):
        return ReadError("report", "这是文字的绩效自评报告，不是自评表", todo="请提供随报告填报的项目支出绩效自评表")
    if run_together.mentions_table(document):
        what = "文字里有自评表的栏目，但各格连在一起，分不清列"
        return ReadError("run_together", what, todo="请从原文件整表复制，或直接提供 Word、Excel 文件")
    return ReadError("no_form", f"{said}项目支出绩效自评表", todo="请确认表内有“项目名称”和“三级指标”等栏目")


def _own_output() -> ReadError:
    return ReadError("own_output", "这是复核程序写出的文件，不是自评表", todo="要检查的请给出单位的原件")


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Para):
            yield block.text
        else:
            yield from (cell.text for cell in block.cells)
