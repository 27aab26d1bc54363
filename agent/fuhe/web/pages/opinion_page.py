"""意见汇总: the opinion as it would go out, made of what was taken in."""

from dataclasses import dataclass

from fuhe.outputs.opinion_text import points_with
from fuhe.outputs.word.papers import signature
from fuhe.web.work.form_exports import blanks_left
from fuhe.web.work.form_stops import stops_of
from fuhe.web.work.linked_text import TextPiece, cut, unique_links
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.opinion_so_far import open_in_words, opinion_so_far, with_all


@dataclass(frozen=True)
class OpinionView:
    """The opinion in paragraphs: its title, to whom, the rest cut at its blanks, the lines it is signed by, what is open."""

    title: str
    addressee: str
    paragraphs: tuple[tuple[TextPiece, ...], ...]
    listed: int
    doubtful: int
    blanks: int
    signed: tuple[str, ...]
    open: str


def opinion_view(seen: OpenForm, heading: str) -> OpinionView:
    """Return the opinion made of what was taken in so far; `heading` is the office that gives it."""
    form = seen.marked.form
    draft = opinion_so_far(seen)
    title, *lines = draft.text.split("\n")
    addressee = f"{form.record.unit or form.record.department or '【待补充：单位】'}："
    own = _numbered(seen)
    stops = stops_of(seen).cards
    return OpinionView(
        title,
        addressee,
        tuple(own.get(line) or tuple(cut(line, [])) for line in lines),
        sum(stop.is_taken for stop in stops),
        sum(stop.state == "doubtful" for stop in stops),
        blanks_left(seen, heading),
        tuple(signature(heading)),
        open_in_words(seen),
    )


def _numbered(seen: OpenForm) -> dict[str, tuple[TextPiece, ...]]:
    """Return the numbered opinions with their figures linked to the table, by the line they make."""
    whole = with_all(seen)
    lines: dict[str, tuple[TextPiece, ...]] = {}
    for states in (("listed", "rewritten"), ("doubtful",)):
        told = points_with(whole, *states)
        for point in told.points:
            number = len(lines) + 1
            links = [
                link
                for finding in told.facts_of(point)
                for link in unique_links(finding, [seen.marked.slot(cell.field) for cell in finding.cells])
            ]
            lines[f"{number}．{point.text}"] = (TextPiece(f"{number}．"), *cut(point.text, links))
    return lines
