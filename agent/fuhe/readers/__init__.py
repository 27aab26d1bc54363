"""Verb 1: bytes to forms, whatever the format."""

import hashlib

from fuhe.errors import ReadError
from fuhe.readers.formats import open_document
from fuhe.readers.forms import find_forms
from fuhe.readers.grid import Document, Grid
from fuhe.records import File, Problem

MAX_BYTES = 50 * 1024 * 1024


def read_file(data: bytes, path: str) -> File:
    """Read one file's bytes; an input that cannot be read becomes a `failed` file with its problem."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        document = _document(data)
        forms = tuple(find_forms(document))
        if not forms:
            raise _no_form(document)
    except ReadError as error:
        problem = Problem(code=error.code, message=str(error))
        return File(path=path, status="failed", sha256=digest, problems=(problem,))
    problems = (*document.problems, *(doubt for form in forms for doubt in form.doubts))
    return File(path=path, status="partial" if problems else "ok", sha256=digest, problems=problems, forms=forms)


def _document(data: bytes) -> Document:
    if not data:
        raise ReadError("empty", "文件是空的（0 字节）", todo="请重新保存或重新导出后再试")
    if len(data) > MAX_BYTES:
        raise ReadError("too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", todo="请把自评表单独另存后再试")
    return open_document(data)


def _no_form(document: Document) -> ReadError:
    tables = sum(1 for block in document.blocks if isinstance(block, Grid))
    found = f"有 {tables} 张表，但都不是" if tables else "没有找到"
    return ReadError("no_form", f"{found}项目支出绩效自评表", todo="请确认表内有“项目名称”和“三级指标”等栏目")
