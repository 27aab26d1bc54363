"""表单详情: one form, one finding at a time; and what a reviewer or a unit does about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from fuhe.store.decisions import REASONS, note
from fuhe.store.typing_kept import typed_by
from fuhe.store.versions import versions_of
from fuhe.web.access.admission import At, Person, Who
from fuhe.web.access.form_holder import require
from fuhe.web.desk import Desk
from fuhe.web.pages.closing_page import question
from fuhe.web.pages.opinion_page import opinion_view
from fuhe.web.rendering import fragment, page
from fuhe.web.work.alike_points import alike_elsewhere
from fuhe.web.work.autosave import REMARK
from fuhe.web.work.card import OWN_WORDS, PointCard, point_card
from fuhe.web.work.cell_cuts import cells_to_check
from fuhe.web.work.deciding import VERBS, Step, act, take_back
from fuhe.web.work.form_exports import blanks_left
from fuhe.web.work.form_facts import SEEN, doubted, earlier, facts_of, newer, slots_of, unread
from fuhe.web.work.form_stops import FormStops, Stop, stops_of
from fuhe.web.work.open_form import OpenForm, claimed, opened, others_of
from fuhe.web.work.point_deciding import act_on_point, strike
from fuhe.web.work.queue import QueueQuery, form_address, just_done, place_of, set_apart
from fuhe.web.work.score_tab import score_tab
from fuhe.web.work.state_words import WORDS
from fuhe.web.work.unit_changes import cells_of, changes
from fuhe.web.work.uploads import kept

router = APIRouter()
Tab = Literal["card", "list", "opinion", "changes", "scores"]
VerbName = Literal["list", "rewrite", "dismiss", "doubt", "undo", "strike"]
PointVerb = Literal["list", "rewrite", "dismiss", "doubt"]


@dataclass(frozen=True)
class View:
    """Where a person is in a form: the number of the finding, 0 for the doubts, and the tab.

    `ask` is a closing to be confirmed, `queue` the queue the form was opened from, `done` the form just closed; with `old`
    a version that does not stand is shown as it is. `row` is the row of the 复核底稿, none for the next
    open one `after` a row. `fact` is the one of the point's findings a unit asks for.
    """

    n: int | None = None
    row: int | None = None
    after: int = 0
    tab: Tab = "card"
    side: str | None = None
    edit: bool = False
    why: bool = False
    ask: str = ""
    queue: str = ""
    done: int | None = None
    old: bool = False
    fact: str = ""


Looking = Annotated[View, Depends()]


@router.get("/forms/{form_id}")
def show(request: Request, desk: At, person: Who, form_id: int, view: Looking) -> Response:
    """Show the form at a finding; htmx gets the pane alone."""
    is_piece = bool(request.headers.get("hx-request"))
    with desk.store.reading() if is_piece else desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, view.side)
        if not seen.current.row.current and not view.old and (follower := newer(connection, form_id)):
            return RedirectResponse(form_address(follower, queue=view.queue), 303)
        context = pane_context(connection, desk, person, seen if is_piece else claimed(connection, desk, seen), view)
        if not is_piece:
            context |= _around(connection, desk, person, seen, view)
    if is_piece:
        return fragment(request, "pane.html.j2", known=context)
    return page(request, "detail.html.j2", known=context)


def _around(connection: Connection, desk: Desk, person: Person, seen: OpenForm, view: View) -> dict[str, object]:
    """Return what only the whole page shows: the form's place in the queue, and the form that was just closed."""
    asked, row = QueueQuery.remembered(view.queue), seen.current.row
    batch = desk.batch(connection, row.batch_id)
    return {
        "near": place_of(connection, asked, person, seen.current.row, desk.clock()),
        "done": just_done(connection, person, view.done),
        "versions": len(versions_of(connection, seen.current.row)),
        "set_apart": set_apart(row.year, row.form_type, batch.name) if batch else (),
        "is_kept": bool(kept(connection, [seen.file.sha256])),
    }


@router.post("/forms/{form_id}/doubts")
def doubts_seen(
    request: Request,
    desk: At,
    person: Who,
    form_id: int,
    side: Annotated[str, Form()] = "",
    queue: Annotated[str, Form()] = "",
) -> Response:
    """Keep that somebody has gone through what could not be read for certain, and go on to the findings."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, side)
        hold(connection, desk, person, seen)
        note(connection, SEEN, by=person.name, at=desk.now(), form_id=form_id)
        return _answer(request, connection, desk, person, seen, View(side=side, queue=queue), None)


@dataclass(frozen=True)
class GivenWords:
    """What is sent with a verb: a text, a reason, the side it is pressed on, the queue the form was opened from."""

    text: Annotated[str, Form()] = ""
    reason: Annotated[str, Form()] = ""
    side: Annotated[str, Form()] = ""
    queue: Annotated[str, Form()] = ""


Given = Annotated[GivenWords, Depends()]


@router.post("/forms/{form_id}/findings/{fingerprint}/{verb}")
def decide_on(
    request: Request, desk: At, person: Who, form_id: int, fingerprint: str, verb: VerbName, given: Given
) -> Response:
    """Do what the verb says about one finding, then open the next card nothing was done about."""

    def done(connection: Connection, seen: OpenForm) -> Step:
        if verb == "undo":
            return take_back(connection, desk, seen, person)
        if verb == "strike":
            if seen.side == "fill":
                raise HTTPException(422, "划去只用于复核")
            return strike(connection, desk, seen, person, fingerprint)
        return act(connection, desk, seen, person, fingerprint, verb, text=given.text, reason=given.reason)

    return _changed(request, desk, person, form_id, given, done, stays=verb in ("undo", "strike"))


@router.post("/forms/{form_id}/points/{fingerprint}/{verb}")
def decide_on_point(
    request: Request, desk: At, person: Who, form_id: int, fingerprint: str, verb: PointVerb, given: Given
) -> Response:
    """Do what the verb says about the point a finding is in, then open the next one nothing was done about."""

    def done(connection: Connection, seen: OpenForm) -> Step:
        if seen.side == "fill":
            raise HTTPException(403, "您的角色不能处理这张表")
        return act_on_point(connection, desk, seen, person, fingerprint, verb, text=given.text, reason=given.reason)

    return _changed(request, desk, person, form_id, given, done)


def _changed(
    request: Request,
    desk: Desk,
    person: Person,
    form_id: int,
    given: GivenWords,
    done: Callable[[Connection, OpenForm], Step],
    *,
    stays: bool = False,
) -> Response:
    """Take a step on a form and answer with the card to go on with: the same one where the step `stays` there."""
    with desk.store.writing() as connection:
        seen = opened(connection, desk, person, form_id, given.side)
        refuse_old(connection, seen)
        if not seen.may_change and seen.held_by is None:
            raise HTTPException(403, "您的角色不能处理这张表")
        hold(connection, desk, person, seen)
        step = done(connection, seen)
        again = opened(connection, desk, person, form_id, given.side)
        # A unit answers a point fact by fact: it stays there as long as one is open.
        after = step.number - 1 if again.side == "fill" else step.number
        number = step.number if stays else stops_of(again).next_open(after) or step.number
        view = View(n=number, side=given.side, queue=given.queue)
        return _answer(request, connection, desk, person, again, view, step)


def refuse_old(connection: Connection, seen: OpenForm) -> None:
    """Tell an old tab that another version stands; what was typed there is kept on that one."""
    if not seen.current.row.current and newer(connection, seen.id):
        raise HTTPException(409, "单位已重新报送，这一页是旧的一版，没有改动；请刷新，在新的一版上处理")


def hold(connection: Connection, desk: Desk, person: Person, seen: OpenForm) -> None:
    """A reviewer keeps the form to himself while he works on it; a unit works on its own forms only."""
    if seen.side == "review":
        require(connection, seen.id, person, desk)


def _answer(
    request: Request, connection: Connection, desk: Desk, person: Person, seen: OpenForm, view: View, step: Step | None
) -> Response:
    """Answer a change: with the pane and a toast for htmx, else by sending the browser to the page that shows it."""
    if request.headers.get("hx-request"):
        context = pane_context(connection, desk, person, seen, view) | {"step": step}
        now = cells_of(seen, step.fingerprint) if step else []
        return fragment(request, "pane.html.j2", "toast.html.j2", "changed.html.j2", known=context, cells_now=now)
    return RedirectResponse(form_address(seen.id, n=view.n, side=seen.side, queue=view.queue), 303)


def pane_context(connection: Connection, desk: Desk, person: Person, seen: OpenForm, view: View) -> dict[str, object]:
    """Return what the pane of a form shows."""
    doubts_first, stops = unread(connection, seen), stops_of(seen)
    number = _number(stops, view, doubts_first)
    tab = "card" if view.tab == "scores" and seen.side != "review" else view.tab
    stop = stops.numbered(number)
    typed = typed_by(connection, seen.id, by=person.name, side=seen.side) if seen.may_change else {}
    on_card = stop if tab != "scores" else None
    left = [name for name in on_card.fingerprints if name in typed] if on_card else []
    shown = _card(connection, person, seen, on_card, view.fact or next(iter(left), None)) if on_card else None
    named = shown.fact.finding.fingerprint if shown and shown.fact else next(iter(left), "")
    mine = typed.get(named)
    return WORDS | {
        "seen": seen,
        "row": seen.current.row,
        "file": seen.file,
        "side": seen.side,
        "tab": tab,
        "scores": score_tab(connection, desk, seen, stops, view.row, view.after) if tab == "scores" else None,
        "number": number,
        "stops": stops,
        "card": shown,
        "alike": alike_elsewhere(connection, person, seen, stop.kind)
        if stop and seen.may_change and seen.side == "review"
        else ("", 0),
        "facts": facts_of(seen),
        "queue": QueueQuery.remembered(view.queue).told,
        "ask": view.ask if view.ask and question(seen, view.ask) else "",
        "asked": question(seen, view.ask),
        "blanks": blanks_left(seen, desk.preferences().heading) if seen.side == "review" and seen.may_change else 0,
        "chosen": sum(stop.is_taken or stop.state == "doubtful" for stop in stops.cards) + len(seen.current.remarks),
        "doubted": doubted(seen),
        "doubts_first": doubts_first,
        "slots_of": slots_of,
        "to_check": cells_to_check(seen),
        "earlier": earlier(connection, seen),
        "changes": changes(seen),
        "opinion": opinion_view(seen, desk.preferences().heading) if view.tab == "opinion" else None,
        "reasons": REASONS,
        "verbs": VERBS[seen.side],
        "own_words": OWN_WORDS,
        "edit": view.edit or mine is not None,
        "typed": mine,
        "typed_remark": typed.get(REMARK),
        "unsaved": {stop.number for stop in stops.cards if typed.keys() & set(stop.fingerprints)},
        "why": view.why,
        "step": None,
        "clock": desk.now(),
    }


def _card(connection: Connection, person: Person, seen: OpenForm, stop: Stop, fact: str | None) -> PointCard:
    others = {entry.finding.fingerprint: others_of(connection, person, seen, entry) for entry in stop.entries}
    return point_card(seen, stop, others, fact)


def _number(stops: FormStops, view: View, doubts_first: bool) -> int:
    if view.n is not None and (view.n == 0 or stops.numbered(view.n)):
        return view.n
    if doubts_first:
        return 0
    return stops.next_open(0) or (1 if stops.cards else 0)
