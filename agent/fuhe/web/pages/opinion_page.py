"""意见汇总: the opinion as it would go out, made of what was taken in."""

from dataclasses import dataclass

from fuhe.outputs.opinion_text import blanks_of, proposed
from fuhe.outputs.word.papers import signature
from fuhe.web.work.linked_text import TextPiece, cut, proposal_pieces
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.opinion_so_far import open_in_words, opinion_so_far


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
    states = [entry.state for entry in seen.findings]
    return OpinionView(
        title,
        addressee,
        tuple(own.get(line) or tuple(cut(line, [])) for line in lines),
        states.count("listed") + states.count("rewritten"),
        states.count("doubtful"),
        len(blanks_of(draft.text)),
        tuple(signature(heading)),
        open_in_words(seen),
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
