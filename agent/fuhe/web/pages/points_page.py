"""要点: one kind of point over the batch, what is said alike together; taken in or set aside for all of them at once."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from fuhe.findings import Decision
from fuhe.point import HINTS, SHARED
from fuhe.pointing.phrasebook import kinds
from fuhe.store.decisions import REASONS
from fuhe.web.access.admission import At, Person, allowed
from fuhe.web.pages.dashboard import Section
from fuhe.web.rendering import page
from fuhe.web.work.alike_points import PointsAsked, decide_alike, forms_with, groups, points_on
from fuhe.web.work.state_words import WORDS

router = APIRouter(include_in_schema=False)
_PAGE = 25
_STATES = {"list": "listed", "dismiss": "dismissed", "doubt": "doubtful"}


@router.get("/points/{kind}")
def show(
    request: Request, desk: At, person: Section, kind: str, batch: int | None = None, shape: str = "", part: int = 1
) -> Response:
    """Show what points of a kind say; of one that is said alike, or where there is only one, the forms."""
    with desk.store.reading() as connection:
        asked = _asked(desk.batch(connection, batch), kind, shape)
        alike = [] if shape or kind in (HINTS, SHARED) else groups(connection, person, asked)
        if len(alike) == 1:
            asked = PointsAsked(asked.batch, kind, alike[0].shape)
        ids = forms_with(connection, desk, person, asked)
        first = _PAGE * (max(1, part) - 1)
        shown = [] if len(alike) > 1 else list(points_on(connection, desk, person, ids[first : first + _PAGE], asked))
    return page(
        request, "points_over_forms.html.j2", known=WORDS,
        asked=asked, groups=alike if len(alike) > 1 else [], shown=shown, forms=len(ids),
        part=max(1, part), pages=-(-len(ids) // _PAGE), reasons=REASONS, address=address,
    )  # fmt: skip


def address(asked: PointsAsked, **more: object) -> str:
    """Return the page of some points."""
    told = {"batch": asked.batch} | ({"shape": asked.shape} if asked.shape else {}) | more
    return f"/points/{asked.kind}?{urlencode(told)}"


def _asked(batch: object, kind: str, shape: str) -> PointsAsked:
    number = getattr(batch, "id", None)
    if number is None or kind not in kinds():
        raise HTTPException(404, "没有这一批，或没有这一种要点，请从批次总览里选")
    return PointsAsked(number, kind, shape)


@dataclass(frozen=True)
class GivenStep:
    """What is sent with a bulk step: the forms ticked, or all with such a point; a reason where it is set aside."""

    batch: Annotated[int, Form()]
    verb: Annotated[Literal["list", "dismiss", "doubt"], Form()]
    form: Annotated[list[int], Form(default_factory=list)]
    shape: Annotated[str, Form()] = ""
    whole: Annotated[str, Form()] = ""
    reason: Annotated[str, Form()] = ""


@router.post("/points/{kind}")
def decide(
    desk: At, _: Section, person: Annotated[Person, Depends(allowed("decide"))], kind: str,
    given: Annotated[GivenStep, Depends()],
) -> Response:  # fmt: skip
    """Decide the open points of the chosen forms; what was decided before stays."""
    if given.verb == "dismiss" and given.reason not in REASONS:
        raise HTTPException(422, "请选一个不采纳的理由")
    with desk.store.reading() as connection:
        asked = _asked(desk.batch(connection, given.batch), kind, given.shape)
        there = forms_with(connection, desk, person, asked)
    ids = there if given.whole else [form_id for form_id in there if form_id in set(given.form)]
    if not ids:
        raise HTTPException(422, "请先选要处理的表")
    state = _STATES[given.verb]
    decision = Decision.model_validate({"state": state, "reason": given.reason if state == "dismissed" else None})
    lot = decide_alike(desk, person, ids, asked, decision)
    return RedirectResponse(f"/?lot={lot}", 303)
