"""One form as JSON: as `fuhe read -f json` writes it, or its bare record."""

import json
import re
from typing import Any

from pydantic import ValidationError

from fuhe.errors import ReadError
from fuhe.records import LABELS, Form, FundingRow, Indicator, Record
from fuhe.text import without_invisible

_INDEX = re.compile(r"\[\d+\]")
_NOT_TEXT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_MADE = ("file", "sha256", "quality", "findings", "points", "drafts")  # what other verbs add to a form
_NATIONAL = frozenset(
    (*("project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score"),
     *("level1", "level2", "name", "target", "actual", "weight", "score", "reason"),
     *(f"funding.{name}" for name in ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score")))
)  # fmt: skip


def form_of(line: bytes) -> Form:
    """Read one form; raises ReadError with the field that is wrong.

    Which columns the layout prints is told by `columns`, else by the places; of a bare record a column counts as printed
    where it has a value, or where it is national and its key stands there, blank or not.
    """
    try:
        data = _loaded(line)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ReadError("broken", "这一行不是完整的 JSON", todo="请重新导出后再试") from error
    if not isinstance(data, dict):
        raise ReadError("no_form", "这一行不是一张表", todo="每行应是一张表或其 record")
    try:
        return _form(data) if "record" in data else _bare(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReadError("no_form", f"这一行的“{where}”不合格式", todo="请照 fuhe read -f json 的格式填写") from error


def _loaded(line: bytes) -> Any:
    """Parse a line, without the characters that no database and no file takes: NUL, and half of a pair."""
    text = line.decode("utf-8-sig")
    data = json.loads(text)
    if _NOT_TEXT.search(line):
        whole = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode()
        data = json.loads(whole.replace("\\u0000", ""))
    if isinstance(data, dict) and (b"\\" in line or without_invisible(text) != text):
        data = {name: _seen(value) if name not in _MADE else value for name, value in data.items()}
    return data


def _seen(value: Any) -> Any:
    """Return texts as a reader of files would have them: what prints nothing would keep 无 from being read as 无."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, list):
        return [_seen(item) for item in value]
    return {name: _seen(item) for name, item in value.items()} if isinstance(value, dict) else value


def _form(data: dict[str, Any]) -> Form:
    form = Form.model_validate({"id": "1", **{name: value for name, value in data.items() if name not in _MADE}})
    if "columns" in data:
        return form
    told = {_column(place) for place in form.places} if form.places else _columns(data["record"])
    return form.model_copy(update={"columns": frozenset(told)})


def _bare(data: dict[str, Any]) -> Form:
    if not data.get("indicators"):
        raise ReadError("no_form", "这一行没有指标（indicators）", todo="每行应是一张表或其 record")
    return Form(id="1", record=Record.model_validate(data), columns=_columns(data))


def _column(field: str) -> str:
    """Name the heading of a field: of an indicator its own name, of the funds with `funding.` before it."""
    return _INDEX.sub("", field).removeprefix("indicators.")


def _columns(record: dict[str, Any]) -> frozenset[str]:
    rows = {"": [record, *(record.get("indicators") or ())], "funding.": record.get("funding") or ()}
    known = {*LABELS, *Record.model_fields, *Indicator.model_fields, *FundingRow.model_fields}
    return frozenset(
        f"{prefix}{name}"
        for prefix, lines in rows.items()
        for line in lines
        for name, value in line.items()
        if name in known and isinstance(value, str | None) and (value or f"{prefix}{name}" in _NATIONAL)
    )
