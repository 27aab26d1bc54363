"""意见汇总: the opinion as it would go out, made of what was taken in."""

from dataclasses import dataclass

from fuhe.outputs.decided import TakenPoints
from fuhe.outputs.opinion_text import points_with
from fuhe.outputs.word.papers import signature
from fuhe.store.rows import RemarkRow
from fuhe.web.work.form_exports import blanks_left
from fuhe.web.work.form_stops import stops_of
from fuhe.web.work.linked_text import TextPiece, cut, unique_links
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.opinion_so_far import open_in_words, opinion_so_far, with_all


@dataclass(frozen=True, slots=True)
class OpinionParagraph:
    """A paragraph of the opinion; `remark` is the reviewer's own point that begins with it."""

    pieces: tuple[TextPiece, ...]
    remark: RemarkRow | None = None


@dataclass(frozen=True)
class OpinionView:
    """The opinion in paragraphs: its title, to whom, the rest cut at its blanks, the lines it is signed by, what is open."""

    title: str
    addressee: str
    paragraphs: tuple[OpinionParagraph, ...]
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
        tuple(own.get(line) or OpinionParagraph(tuple(cut(line, []))) for line in lines),
        sum(stop.is_taken for stop in stops),
        sum(stop.state == "doubtful" for stop in stops),
        blanks_left(seen, heading),
        tuple(signature(heading)),
        open_in_words(seen),
    )


def _numbered(seen: OpenForm) -> dict[str, OpinionParagraph]:
    """Return the numbered opinions by the line they begin with: figures linked to the table, own remarks with what they are."""
    whole = with_all(seen)
    listed, doubtful = (points_with(whole, *states) for states in (("listed", "rewritten"), ("doubtful",)))
    lines = _linked(seen, listed, 1)
    for number, remark in enumerate(seen.current.remarks, len(listed.points) + 1):
        first = f"{number}．{remark.text}".partition("\n")[0]
        lines[first] = OpinionParagraph(tuple(cut(first, [])), remark)
    return lines | _linked(seen, doubtful, len(lines) + 1)


def _linked(seen: OpenForm, told: TakenPoints, start: int) -> dict[str, OpinionParagraph]:
    lines: dict[str, OpinionParagraph] = {}
    for number, point in enumerate(told.points, start):
        links = [
            link
            for finding in told.facts_of(point)
            for link in unique_links(finding, [seen.marked.slot(cell.field) for cell in finding.cells])
        ]
        lines[f"{number}．{point.text}"] = OpinionParagraph((TextPiece(f"{number}．"), *cut(point.text, links)))
    return lines
