"""What is said beside a cell of a file handed back: findings and drafts as notes, each with its place, author and lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fuhe.drafts import Draft
from fuhe.findings import SEVERITY_LABELS, Finding
from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import drafts_in, taken_in
from fuhe.outputs.in_words import UNVERIFIED, advice, cell_name, foreign_in, grounds, sum_line, where
from fuhe.outputs.layout import nearest
from fuhe.outputs.stamp import Stamp
from fuhe.records import Place


@dataclass(frozen=True, slots=True)
class Note:
    """A comment to set: where, by whom, and its paragraphs."""

    place: Place
    author: str
    lines: tuple[str, ...]


def notes_of(forms: Sequence[FormReport], stamp: Stamp) -> list[Note]:
    """Return the findings of forms as notes, worst first in each, after one a form that says how many and where from."""
    return [note for form in forms for note in _notes(form, stamp)]


def _notes(form: FormReport, stamp: Stamp) -> Iterable[Note]:
    findings = taken_in(form)
    first = next((cell.place for cell in form.cells if cell.text), next(iter(form.places.values()), Place()))
    yield Note(first, stamp.author, (_count(form, len(findings)), stamp.line))
    yield from (_note(form, finding, first, stamp) for finding in findings)


def _count(form: FormReport, shown: int) -> str:
    """Say how many notes follow, and how many findings a reviewer has yet to settle."""
    states = [decision.state for decision in form.decisions.values()]
    unsettled = len(form.findings or ()) - len(states) + states.count("doubtful")
    more = f"另有 {unsettled} 条尚未核定，没有列入。" if states and unsettled > 0 else ""
    return f"复核意见共 {shown} 条。{more}"


def _note(form: FormReport, finding: Finding, first: Place, stamp: Stamp) -> Note:
    decision = form.decisions.get(finding.fingerprint)
    own = decision is not None and decision.text is not None  # a person's wording says what to do as well
    others = list(dict.fromkeys(_named(form, cell.field, cell.place) for cell in finding.cells[1:]))
    lines = [
        f"【{SEVERITY_LABELS[finding.severity]} {finding.code}】{finding.title}",
        finding.message + (finding.guess or ""),
        f"算式：{sum_line(finding)}" if finding.calc else "",
        f"涉及：{'；'.join(others)}" if others else "",
        "" if own else advice(finding),
        f"依据：{grounds(finding)}",
    ]
    author = decision.by if decision and decision.by else stamp.author
    return Note(_place(form, finding.cells[0].field, first), author, tuple(line for line in lines if line))


def _named(form: FormReport, field: str, place: Place | None) -> str:
    named = cell_name(form.record, field)
    return f"{named}（{told}）" if (told := where(place)) else named


def _place(form: FormReport, field: str, otherwise: Place) -> Place:
    """Return where a field stands, else the cell that names its row."""
    return next((form.places[name] for name in nearest(field) if name in form.places), otherwise)


def suggestions_of(form: FormReport, stamp: Stamp) -> list[Note]:
    """Return what a model proposes beyond known words as notes at the cells it is for: nobody has vouched for it."""
    return [
        Note(
            _place(form, draft.suggestion.field, Place()),
            stamp.author,
            (UNVERIFIED + draft.suggestion.text, f"请先核实：{'、'.join(foreign_in(draft.suggestion))}", stamp.line),
        )
        for draft in drafts_in(form)
        if draft.suggestion
    ]


def advice_of(form: FormReport, drafts: Iterable[Draft], stamp: Stamp) -> list[Note]:
    """Return drafts that have no cell to be put into as notes on their row."""
    return [
        Note(
            _place(form, draft.field, Place()),
            stamp.author,
            (f"【建议】{_why(form, draft)}{draft.text}", stamp.line),
        )
        for draft in drafts
    ]


def _why(form: FormReport, draft: Draft) -> str:
    return "本格可写：" if draft.field in form.places else "本表没有这一栏，可在说明中写："
