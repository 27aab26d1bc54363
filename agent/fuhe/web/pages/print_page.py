"""打印件: the form on A4 with numbered marks, the opinions taken in, and lines for name and date."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from fuhe.web.access.admission import At, Who
from fuhe.web.rendering import page
from fuhe.web.work.form_facts import facts_of
from fuhe.web.work.form_stops import FormStops, stops_of
from fuhe.web.work.open_form import opened
from fuhe.web.work.opinion_so_far import open_in_words
from fuhe.web.work.state_words import WORDS

router = APIRouter()


@router.get("/forms/{form_id}/print")
def print_page(request: Request, desk: At, person: Who, form_id: int) -> Response:
    """Show the page to print: what was taken in, or everything found where nothing was decided yet."""
    with desk.store.reading() as connection:
        seen = opened(connection, desk, person, form_id, "review")
    decided = [entry.decision for entry in seen.findings if entry.decision]
    remarks = seen.current.remarks
    stops = stops_of(seen).cards
    taken = tuple(stop for stop in stops if stop.is_taken or stop.state == "doubtful")
    signed = [*(decision.by for decision in decided), *(remark.by for remark in remarks)]
    begun = bool(decided or remarks)
    shown = FormStops(taken if begun else stops)
    return page(
        request,
        "print.html.j2",
        known=WORDS,
        seen=seen,
        row=seen.current.row,
        file=seen.file,
        facts=facts_of(seen),
        printed=shown.cards,
        count=len(shown.cards) + len(remarks),
        remarks=remarks,
        at=shown.at,
        begun=begun,
        open=open_in_words(seen),
        decided_by=list(dict.fromkeys(by for by in signed if by)),
        made=desk.now().replace("T", " ")[:16],
        pack=desk.pack,
    )
