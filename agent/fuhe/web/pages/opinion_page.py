"""意见汇总: the opinion as it would go out, made of what was taken in; and handing the form back or closing it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from fuhe.outputs.opinion_text import blanks_of, decided_opinion, proposed
from fuhe.outputs.word.papers import signature
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.web.access.admission import At, Who, allowed
from fuhe.web.access.form_holder import require
from fuhe.web.work.linked_text import TextPiece, cut, proposal_pieces
from fuhe.web.work.open_form import OpenForm, opened

router = APIRouter()


@dataclass(frozen=True)
class OpinionView:
    """The opinion in paragraphs: its title, to whom, the rest cut at its blanks, and the lines it is signed by."""

    title: str
    addressee: str
    paragraphs: tuple[tuple[TextPiece, ...], ...]
    listed: int
    doubtful: int
    blanks: int
    signed: tuple[str, ...]


def opinion_view(seen: OpenForm, heading: str) -> OpinionView:
    """Return the opinion made of what was taken in so far; `heading` is the office that gives it."""
    form = seen.marked.form
    draft = decided_opinion(form, [entry.finding for entry in seen.findings])
    title, *lines = draft.text.split("\n")
    addressee = f"{form.record.unit or form.record.department or '【待补充：单位】'}："
    own = _numbered(seen)
    states = [entry.state for entry in seen.findings]
    return OpinionView(
        title,
        addressee,
        tuple(own.get(line) or tuple(cut(line, [])) for line in lines),
        states.count("listed") + states.count("rewritten"),
        states.count("doubtful"),
        len(blanks_of(draft.text)),
        tuple(signature(heading)),
    )


def _numbered(seen: OpenForm) -> dict[str, tuple[TextPiece, ...]]:
    """Return the numbered opinions with their figures linked to the table, by the line they make."""
    states = (("listed", "rewritten"), ("doubtful",))
    told = [entry for group in states for entry in seen.findings if entry.state in group]
    lines = {}
    for number, entry in enumerate(told, 1):
        text = (entry.decision.text if entry.decision else None) or proposed(entry.finding)
        pieces = proposal_pieces(text, entry.finding, entry.draft, seen.marked)
        lines[f"{number}．{text}"] = (TextPiece(f"{number}．"), *pieces)
    return lines


@router.post("/forms/{form_id}/stage", dependencies=[Depends(allowed("close"))])
def set_stage(
    request: Request,
    desk: At,
    person: Who,
    form_id: int,
    stage: Annotated[Literal["reviewing", "returned", "closed"], Form()],
) -> Response:
    """Hand the form back to the unit, close it, or take it up again."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id)
        require(connection, form_id, person, desk)
        table = schema.form
        connection.execute(table.update().where(table.c.id == form_id).values(stage=stage, changed_at=desk.now()))
        before = seen.current.row.stage
        note(connection, "stage", by=person.name, at=desk.now(), form_id=form_id, before=before, after=stage)
    return RedirectResponse(f"/forms/{form_id}?tab=opinion", 303)
