"""表单详情: one form, one finding at a time; and what a reviewer or a unit does about it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.store.decisions import REASONS, note
from fuhe.web.access.admission import At, Who, is_visible
from fuhe.web.access.form_holder import require
from fuhe.web.desk import Desk
from fuhe.web.pages.opinion_page import opinion_view
from fuhe.web.rendering import fragment, page
from fuhe.web.work.card import OWN_WORDS, card
from fuhe.web.work.deciding import VERBS, Said, act, take_back
from fuhe.web.work.open_form import neighbours, others_of
from fuhe.web.work.state_words import WORDS
from fuhe.web.work.unit_changes import cells_of, changes
from fuhe.web.work.visit import SEEN, Opened, claimed, doubted, earlier, facts_of, newer, opened, unread

router = APIRouter()
Tab = Literal["card", "list", "opinion", "changes"]
VerbName = Literal["list", "rewrite", "dismiss", "doubt", "undo"]


@dataclass(frozen=True)
class View:
    """Where a person is in a form: the number of the finding, 0 for the doubts, and the tab."""

    n: int | None = None
    tab: Tab = "card"
    side: str | None = None
    edit: bool = False
    why: bool = False


Looking = Annotated[View, Depends()]


@router.get("/forms/{form_id}")
def show(request: Request, desk: At, person: Who, form_id: int, view: Looking) -> Response:
    """Show the form at a finding; htmx gets the pane alone."""
    is_piece = bool(request.headers.get("hx-request"))
    with desk.store.reading() if is_piece else desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, view.side)
        if not seen.review.stored.row.current and (follower := newer(connection, form_id)):
            return RedirectResponse(f"/forms/{follower}", 303)
        context = _context(connection, desk, seen if is_piece else claimed(connection, desk, seen), view)
    if is_piece:
        return fragment(request, "pane.html.j2", known=context)
    return page(request, "detail.html.j2", known=context)


@router.post("/forms/{form_id}/doubts")
def doubts_seen(request: Request, desk: At, person: Who, form_id: int, side: Annotated[str, Form()] = "") -> Response:
    """Keep that somebody has gone through what could not be read for certain, and go on to the findings."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, side)
        _hold(connection, desk, seen)
        note(connection, SEEN, by=person.name, at=desk.now(), form_id=form_id)
        return _answer(request, connection, desk, seen, View(side=side), None)


@router.post("/forms/{form_id}/findings/{fingerprint}/{verb}")
def decide_on(
    request: Request,
    desk: At,
    person: Who,
    form_id: int,
    fingerprint: str,
    verb: VerbName,
    text: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    side: Annotated[str, Form()] = "",
) -> Response:
    """Do what the verb says about one finding, then open the next one nothing was done about."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, side)
        if not seen.may_change and seen.held_by is None:
            raise HTTPException(403, "您的角色不能处理这张表")
        _hold(connection, desk, seen)
        said = (
            take_back(connection, desk, seen.review, person)
            if verb == "undo"
            else act(connection, desk, seen.review, person, fingerprint, verb, text=text, reason=reason)
        )
        again = opened(connection, desk, person, form_id, side)
        view = View(n=_next(again, said, verb), side=side)
        return _answer(request, connection, desk, again, view, said)


def _hold(connection: Connection, desk: Desk, seen: Opened) -> None:
    """A reviewer keeps the form to himself while he works on it; a unit works on its own forms only."""
    if seen.review.side == "review":
        require(connection, seen.review.id, seen.person, desk)


def _next(seen: Opened, said: Said, verb: str) -> int | None:
    """Return the finding to open after a step: the one taken back, else the next open one, else the same."""
    return said.number if verb == "undo" else seen.review.next_open(said.number) or said.number


def _answer(
    request: Request, connection: Connection, desk: Desk, seen: Opened, view: View, said: Said | None
) -> Response:
    """Answer a change: with the pane and a toast for htmx, else by sending the browser to the page that shows it."""
    if request.headers.get("hx-request"):
        context = _context(connection, desk, seen, view) | {"said": said}
        now = cells_of(seen.review, said.number) if said else []
        return fragment(request, "pane.html.j2", "toast.html.j2", "changed.html.j2", known=context, cells_now=now)
    tail = f"?n={view.n}&side={seen.review.side}" if view.n else f"?side={seen.review.side}"
    return RedirectResponse(f"/forms/{seen.review.id}{tail}", 303)


def _context(connection: Connection, desk: Desk, seen: Opened, view: View) -> dict[str, object]:
    review = seen.review
    doubts_first = unread(connection, review)
    number = _number(seen, view, doubts_first)
    entry = review.entry(number)
    return WORDS | {
        "seen": seen,
        "review": review,
        "row": review.stored.row,
        "file": review.file,
        "side": review.side,
        "tab": view.tab,
        "number": number,
        "card": card(review, entry, others_of(connection, seen.person, review, entry)) if entry else None,
        "facts": facts_of(review),
        "near": neighbours(connection, review.stored.row, is_visible(seen.person)),
        "doubted": doubted(review),
        "doubts_first": doubts_first,
        "earlier": earlier(connection, review),
        "changes": changes(review),
        "opinion": opinion_view(review, desk.preferences().heading) if view.tab == "opinion" else None,
        "reasons": REASONS,
        "verbs": VERBS[review.side],
        "own_words": OWN_WORDS,
        "edit": view.edit,
        "why": view.why,
        "said": None,
        "clock": desk.now(),
    }


def _number(seen: Opened, view: View, doubts_first: bool) -> int:
    review = seen.review
    if view.n is not None and (view.n == 0 or review.entry(view.n)):
        return view.n
    if doubts_first:
        return 0
    return review.next_open(0) or (1 if review.entries else 0)
