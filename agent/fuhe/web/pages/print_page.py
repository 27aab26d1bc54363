"""打印件: the form on A4 with numbered marks, the opinions taken in, and lines for name and date."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from fuhe.outputs.opinion_text import proposed
from fuhe.text import one_line
from fuhe.web.access.admission import At, Who
from fuhe.web.rendering import page
from fuhe.web.work.form_facts import facts_of
from fuhe.web.work.linked_text import TextPiece, cut
from fuhe.web.work.open_form import MarkedFinding, OpenForm, opened
from fuhe.web.work.opinion_so_far import open_in_words
from fuhe.web.work.state_words import WORDS

router = APIRouter()


@dataclass(frozen=True)
class Printed:
    """The findings of one code: each with its own words, then what to do and the basis, said once."""

    entries: tuple[tuple[MarkedFinding, tuple[TextPiece, ...]], ...]
    fix: str

    @property
    def first(self) -> MarkedFinding:
        """The finding whose title, level and basis stand for all."""
        return self.entries[0][0]


@router.get("/forms/{form_id}/print")
def print_page(request: Request, desk: At, person: Who, form_id: int) -> Response:
    """Show the page to print: what was taken in, or everything found where nothing was decided yet."""
    with desk.store.reading() as connection:
        seen = opened(connection, desk, person, form_id, "review")
    decided = [entry.decision for entry in seen.findings if entry.decision]
    taken = [entry for entry in seen.findings if entry.state in ("listed", "rewritten", "doubtful")]
    shown = taken if decided else list(seen.findings)
    return page(
        request,
        "print.html.j2",
        known=WORDS,
        seen=seen,
        row=seen.current.row,
        file=seen.file,
        facts=facts_of(seen),
        printed=_printed(seen, shown),
        count=len(shown),
        at=_at(shown),
        begun=bool(decided),
        open=open_in_words(seen),
        decided_by=list(dict.fromkeys(decision.by for decision in decided if decision.by)),
        made=desk.now().replace("T", " ")[:16],
        pack=desk.pack,
    )


def _at(entries: Sequence[MarkedFinding]) -> dict[str, list[MarkedFinding]]:
    """Return the printed entries by the cell their mark stands in."""
    found: dict[str, list[MarkedFinding]] = {}
    for entry in entries:
        if entry.mark.slots and entry.mark.slots[0]:
            found.setdefault(entry.mark.slots[0], []).append(entry)
    return found


def _printed(seen: OpenForm, entries: Sequence[MarkedFinding]) -> list[Printed]:
    """Group what is printed by code and state, in the order of the numbers."""
    groups: dict[tuple[str, bool], list[MarkedFinding]] = {}
    for entry in entries:
        groups.setdefault((entry.finding.code, entry.state == "doubtful"), []).append(entry)
    return [_group(seen, group) for group in groups.values()]


def _group(seen: OpenForm, group: Sequence[MarkedFinding]) -> Printed:
    told = [_words(entry) for entry in group]
    fix = group[0].finding.fix if any(is_whole for _, is_whole in told) else ()
    return Printed(
        tuple((entry, tuple(cut(text, []))) for entry, (text, _) in zip(group, told, strict=True)),
        f"{'；'.join(fix)}。" if fix else "",
    )


def _words(entry: MarkedFinding) -> tuple[str, bool]:
    """Return what is printed of a finding, and whether its steps are left to be said once for the group."""
    finding, kept = entry.finding, entry.decision.text if entry.decision else None
    if kept and kept != proposed(finding, entry.draft) and kept != proposed(finding):
        return kept, False
    return one_line(finding.message) + (finding.guess or ""), True
