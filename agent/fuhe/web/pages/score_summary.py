"""打分汇总: what the confirmed 复核底稿 of a batch come to, by project and by unit; and the standard it is scored by."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, func, select

from fuhe.errors import StandardError
from fuhe.outputs.worksheet_words import main_reasons, percent
from fuhe.readings.value import plain
from fuhe.rescoring.proposing import SCORED
from fuhe.rescoring.standard import standard, standard_in, standard_names
from fuhe.store import schema
from fuhe.store.rows import BatchRow
from fuhe.store.scored_rows import ChosenStandard, choose_standard, chosen_standard, scored_forms
from fuhe.web.access.admission import At, Person, allowed
from fuhe.web.pages.dashboard import Section
from fuhe.web.rendering import page
from fuhe.web.work.score_sheet import FormSheet, form_sheets, standard_of
from fuhe.worksheets import Worksheet, by_unit, cents, share_off

router = APIRouter(include_in_schema=False)
LARGEST = 256 << 10
"""Bytes of a county's own standard."""


@dataclass(frozen=True)
class ScoreLine:
    """A project, a unit or all of them: its figures in words."""

    name: str
    figures: tuple[str, ...]
    about: str = ""
    form_id: int | None = None


@dataclass(frozen=True)
class ScoreSummary:
    """The confirmed projects with their total, each unit, and the projects that are begun; `left` are not begun."""

    projects: tuple[ScoreLine, ...]
    units: tuple[ScoreLine, ...]
    total: ScoreLine | None
    begun: tuple[ScoreLine, ...]
    left: int


@router.get("/scores")
def summary(request: Request, desk: At, person: Section, batch: int | None = None) -> Response:
    """Show what the confirmed sheets of a batch come to, of the newest where none is named."""
    if person.role == "filler":
        raise HTTPException(403, "打分汇总供复核人员使用")
    with desk.store.reading() as connection:
        row = desk.batch(connection, batch)
        if row is None:
            raise HTTPException(404, "没有这一批" if batch is not None else "还没有放入自评表")
        chosen = chosen_standard(connection, row.id)
        told, title, made = "", "", list[FormSheet]()
        try:
            title = standard_of(chosen).title
            made = form_sheets(connection, scored_forms(connection, row.id), desk.pack)
        except StandardError as error:
            told = f"评分口径不能用：{error}"
        found = _summary(made, _scorable(connection, row))
    named = [(name, standard(name).title) for name in standard_names()]
    return page(
        request, "score_summary.html.j2", batch=row, found=found, chosen=chosen, title=title, told=told, named=named
    )


def _scorable(connection: Connection, batch: BatchRow) -> int:
    form = schema.form.c
    there = (form.batch_id == batch.id, form.current, form.form_type.in_(SCORED))
    count: int = connection.execute(select(func.count()).select_from(schema.form).where(*there)).scalar_one()
    return count


def _summary(made: Sequence[FormSheet], forms: int) -> ScoreSummary:
    settled = [one for one in made if one.made.is_settled]
    sheets = [one.written for one in settled]
    return ScoreSummary(
        projects=tuple(_project(one, main_reasons(one.written, 2)) for one in settled),
        units=tuple(ScoreLine(name, _together(mine)[:-1], f"{len(mine)} 个项目") for name, mine in by_unit(sheets)),
        total=ScoreLine("合计", _together(sheets), f"{len(sheets)} 个项目") if sheets else None,
        begun=tuple(
            _project(one, f"已核定 {one.made.settled}／{len(one.made.rows)} 行")
            for one in made
            if not one.made.is_settled
        ),
        left=max(forms - len(made), 0),
    )


def _project(one: FormSheet, about: str) -> ScoreLine:
    sheet = one.written
    name = f"{sheet.project or '（没有项目名称）'}　{sheet.unit or ''}".rstrip()
    return ScoreLine(name, (*_scores(sheet), percent(sheet.deviation_share) or "—", sheet.grade), about, one.form_id)


def _scores(sheet: Worksheet) -> tuple[str, ...]:
    return tuple(plain(cents(number)) for number in (sheet.self_score, sheet.score, sheet.deviation))


def _together(sheets: list[Worksheet]) -> tuple[str, ...]:
    zero = Decimal(0)
    sums = (
        sum((sheet.self_score for sheet in sheets), zero),
        sum((sheet.score for sheet in sheets), zero),
        sum((sheet.deviation for sheet in sheets), zero),
    )
    return (*(plain(cents(number)) for number in sums), percent(share_off(sheets)) or "—", "")


@router.post("/scores/standard")
def choose(
    desk: At,
    person: Annotated[Person, Depends(allowed("rules"))],
    batch: Annotated[int, Form()],
    name: Annotated[str, Form()] = "",
    own: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Let a batch be scored by a standard that is shipped, or by a county's own file; a bad file changes nothing."""
    data = own.file.read(LARGEST + 1) if own is not None and own.filename else b""
    chosen = _own(own.filename or "", data, person, desk.now()) if own is not None and data else None
    if chosen is None:
        title = standard(name if name in standard_names() else "").title
        chosen = ChosenStandard(name, title, None, person.name, desk.now())
    with desk.store.writing() as connection:
        if desk.batch(connection, batch) is None:
            raise HTTPException(404, "没有这一批")
        choose_standard(connection, batch, chosen)
    return RedirectResponse(f"/scores?batch={batch}", 303)


def _own(filename: str, data: bytes, person: Person, at: str) -> ChosenStandard:
    """Return a county's own standard, read through once; raises StandardError with the line and entry that is wrong."""
    name = PurePath(filename.replace("\\", "/")).name[:100]
    if len(data) > LARGEST:
        raise StandardError("entry", "文件太大", where=name, todo="评分口径是一份 .yaml 文本，一般不到 10 KB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StandardError("entry", "不是 UTF-8 编码的文本", where=name, todo="请另存为 UTF-8 编码的 .yaml") from error
    return ChosenStandard(name, standard_in(name, text).title, text, person.name, at)
