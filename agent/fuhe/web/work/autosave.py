"""What is typed is kept while it is typed: nothing is lost by leaving, signing out, or a server that stops."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import Response

from fuhe.store.typing_kept import drop_typed, keep_typed
from fuhe.web.access.admission import At, Who
from fuhe.web.work.deciding import LONGEST
from fuhe.web.work.form_facts import newer
from fuhe.web.work.open_form import opened

router = APIRouter(include_in_schema=False)
REMARK = "remark"
"""What a point of a reviewer's own is kept under while it is typed, in the place of a finding."""


@router.post("/forms/{form_id}/typed/{fingerprint}")
def keep(
    desk: At,
    person: Who,
    form_id: int,
    fingerprint: str,
    text: Annotated[str, Form()] = "",
    side: Annotated[str, Form()] = "",
) -> Response:
    """Keep what a person has typed on a finding, or of a remark, so far; an empty text is thrown away."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, side)
        if not seen.current.row.current and (stands := newer(connection, form_id)):
            seen = opened(connection, desk, person, stands, side)  # typed in an old tab
        is_remark = fingerprint == REMARK and seen.side == "review"
        if not is_remark and seen.named(fingerprint) is None:
            raise HTTPException(404, "这一条在本表已不存在，可能单位已重新报送")
        kept = text.replace("\r\n", "\n")[:LONGEST]
        if kept.strip():
            keep_typed(connection, seen.id, fingerprint, kept, by=person.name, side=seen.side, at=desk.now())
        else:
            drop_typed(connection, seen.id, fingerprint, by=person.name, side=seen.side)
    return Response(status_code=204)
