"""What is said beside a cell of a file handed back: points and drafts as notes, each with its place, author and lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fuhe.drafts import Draft
from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import drafts_in, goes_out, points_in
from fuhe.outputs.in_words import UNVERIFIED, foreign_in
from fuhe.outputs.layout import nearest
from fuhe.outputs.stamp import Stamp
from fuhe.point import Point
from fuhe.records import Place

_LONGEST, _REPEATED = 110, 5
"""Characters of a note, and how many further rows of a point say again what it is about."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment to set: where, by whom, and its paragraphs."""

    place: Place
    author: str
    lines: tuple[str, ...]


def notes_of(forms: Sequence[FormReport], stamp: Stamp, *, infos: bool = False) -> list[Note]:
    """Return the points of forms as notes, the weightiest first, after one a form that says how many and where from.

    Each stands at its main cell, with a short one at the next five rows it is about and its bare number at the rest;
    `infos` also what may be bettered. What a reviewer remarked himself stands in one note at the first cell.
    """
    return [note for form in forms for note in _notes(form, stamp, infos)]


def _notes(form: FormReport, stamp: Stamp, infos: bool) -> Iterable[Note]:
    taken = points_in(form)
    shown = [point for point in taken.points if point.says and (infos or goes_out(form, point))]
    first = next((cell.place for cell in form.cells if cell.text), next(iter(form.places.values()), Place()))
    yield Note(first, stamp.author, (_count(form, len(shown) + len(form.own_remarks)), stamp.line))
    for number, point in enumerate(shown, 1):
        decision = next(
            (form.decisions[f.fingerprint] for f in taken.facts_of(point) if f.fingerprint in form.decisions), None
        )
        author = decision.by if decision and decision.by else stamp.author
        own = decision is not None and decision.text is not None
        yield Note(
            _place(form, point.subject[0].field, first), author, (f"【复核{number}】{note_text(point, whole=own)}",)
        )
        yield from (
            Note(_place(form, field, first), author, (_again(number, point, place),))
            for place, field in enumerate(_others(point))
        )
    if form.own_remarks:
        said = (f"【复核{number}】{text}" for number, text in enumerate(form.own_remarks, len(shown) + 1))
        yield Note(first, stamp.author, tuple(line for text in said for line in text.split("\n")))


def _again(number: int, point: Point, place: int) -> str:
    """Say at a further row of a point what it is about, after the first five only which point it is."""
    return f"【复核{number}】同上：{point.headline}" if place < _REPEATED else f"【复核{number}】"


def note_text(point: Point, *, whole: bool = False) -> str:
    """Say a point in at most 110 characters, the whole of it where a person worded it: facts and request, else the headline with either."""
    ways = (point.text, f"{point.headline}。{point.ask}", point.says, f"{point.headline}。")
    return (
        point.text if whole else next((way for way in ways if len(way) <= _LONGEST), f"{point.headline[:_LONGEST]}。")
    )


def _others(point: Point) -> list[str]:
    """Return one field for every further row a point is about."""
    main = point.subject[0].field.rpartition(".")[0]
    rows = {
        cell.field.rpartition(".")[0]: cell.field
        for cell in reversed(point.subject)
        if cell.field.startswith("indicators")
    }
    return [field for row, field in reversed(rows.items()) if row != main]


def _count(form: FormReport, shown: int) -> str:
    """Say how many points follow, and how many findings a reviewer has yet to settle."""
    states = [decision.state for decision in form.decisions.values()]
    unsettled = len(form.findings or ()) - len(states) + states.count("doubtful")
    more = f"另有 {unsettled} 条尚未核定，没有列入。" if states and unsettled > 0 else ""
    return f"复核意见共 {shown} 条。{more}"


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
