"""对照原件: the doubted cells of a scan beside their pictures; what a person reads in them is kept and the form checked again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from fuhe.intake.corrected_cells import CorrectedCell
from fuhe.store.cells_kept import keep_cells
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Person, Who, allowed
from fuhe.web.access.form_holder import require
from fuhe.web.pages.bulk_page import read_again
from fuhe.web.pages.columns_page import read_anew
from fuhe.web.work.cell_cuts import CellCuts, cells_to_check
from fuhe.web.work.deciding import LONGEST
from fuhe.web.work.jobs import jobs_of
from fuhe.web.work.open_form import opened
from fuhe.web.work.uploads import originals

router = APIRouter(include_in_schema=False)
_KEPT = "private, max-age=86400"


@router.get("/forms/{form_id}/cells/{number}.png")
def picture(request: Request, desk: At, person: Who, form_id: int, number: int) -> Response:
    """Show a doubted cell of a form as it stands on the page, by its number in the list."""
    with desk.store.reading() as connection:
        seen = opened(connection, desk, person, form_id)
    places = [cell.place for cell in cells_to_check(seen).cells]
    if not 1 <= number <= len(places):
        raise HTTPException(404, "没有这一格")
    digest = seen.file.sha256 or ""

    def load() -> bytes | None:
        with desk.store.reading() as connection:
            return originals(connection, [digest]).get(digest)

    cuts: CellCuts = request.app.state.cuts
    cut = cuts.picture(digest, places[number - 1], places, load)
    if cut is None:
        raise HTTPException(404, "这一格的原件图像取不出，请看原件")
    return Response(cut, media_type="image/png", headers={"Cache-Control": _KEPT})


@router.post("/forms/{form_id}/cells")
def correct(
    request: Request,
    desk: At,
    person: Annotated[Person, Depends(allowed("decide"))],
    form_id: int,
    text: Annotated[list[str], Form(default_factory=list)],
) -> Response:
    """Keep what a person reads in the doubted cells, those left as they are among them, and check the form again."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id)
        require(connection, form_id, person, desk)
        cells = cells_to_check(seen).cells
        digest = seen.file.sha256 or ""
        if len(text) != len(cells) or not seen.current.row.current:
            raise HTTPException(409, "这张表刚刚重新读过，请刷新后再核对")
        if not originals(connection, [digest]):
            raise HTTPException(409, "原文件不在存储中，不能重新读；请重新放入这个文件")
        read = [said.replace("\r\n", "\n").strip()[:LONGEST] for said in text]
        told = [CorrectedCell(place=cell.place, text=said) for cell, said in zip(cells, read, strict=True)]
        keep_cells(connection, digest, told, by=person.name, at=desk.now())
        changed = {cell.named: (cell.text, said) for cell, said in zip(cells, read, strict=True) if cell.text != said}
        note(
            connection, "cells", by=person.name, at=desk.now(), form_id=form_id,
            before={name: before for name, (before, _) in changed.items()},
            after={name: after for name, (_, after) in changed.items()},
        )  # fmt: skip
        read_again(connection, desk, person, seen.current.row.batch_id, [seen.file])
    jobs_of(request).wake()
    return RedirectResponse(f"/forms/{read_anew(desk, form_id)}", 303)
