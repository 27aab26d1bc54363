"""打印件: the form on A4 with numbered marks, the opinions taken in, and lines for name and date."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from fuhe.outputs.decided import proposed
from fuhe.outputs.wording import cell_name
from fuhe.web.access import At, Who
from fuhe.web.linked import Piece, cut
from fuhe.web.opened import facts_of, opened
from fuhe.web.rendering import page
from fuhe.web.review import Entry, Review
from fuhe.web.showing import WORDS

router = APIRouter()


@dataclass(frozen=True)
class Printed:
    """A finding as it is printed: its wording with blanks cut out, and the cells it is about."""

    entry: Entry
    pieces: tuple[Piece, ...]
    about: str


@router.get("/forms/{form_id}/print")
def print_page(request: Request, desk: At, person: Who, form_id: int) -> Response:
    """Show the page to print: what was taken in, or everything found where nothing was decided yet."""
    with desk.store.reading() as connection:
        seen = opened(connection, desk, person, form_id, "review")
    review = seen.review
    taken = [entry for entry in review.entries if entry.state in ("listed", "rewritten", "doubtful")]
    shown = taken or [entry for entry in review.entries if entry.state != "dismissed"]
    return page(
        request,
        "print.html.j2",
        **WORDS,
        review=review,
        row=review.stored.row,
        file=review.file,
        facts=facts_of(review),
        printed=[_printed(review, entry) for entry in shown],
        is_decided=bool(taken),
        made=desk.now().replace("T", " ")[:16],
        pack=desk.pack,
    )


def _printed(review: Review, entry: Entry) -> Printed:
    text = (entry.decision.text if entry.decision else None) or proposed(entry.finding, entry.draft)
    names = dict.fromkeys(cell_name(review.marked.form.record, cell.field) for cell in entry.finding.cells[:3])
    return Printed(entry, tuple(cut(text, [])), "、".join(names))
