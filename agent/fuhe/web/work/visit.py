"""A form opened by a person: from which side, whether it may be changed, what stood in the version before."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from fuhe.findings import Decision, Finding
from fuhe.outputs.layout import nearest
from fuhe.readings.sheet import points
from fuhe.records import Problem
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.web.access.admission import form_row
from fuhe.web.access.form_holder import Claim, standing, take
from fuhe.web.desk import Desk
from fuhe.web.roles import Person, Verb, may
from fuhe.web.work.open_form import Review, Side, load_review

SEEN = "doubts"
"""The line of the trail that says somebody has gone through what could not be read for certain."""


@dataclass(frozen=True)
class Opened:
    """A review and who looks at it; `held_by` names another person who is working on the form."""

    review: Review
    person: Person
    claim: Claim | None = None

    @property
    def held_by(self) -> str | None:
        """Who else is at work on the form, None where nobody is."""
        return self.claim.by if self.claim and not self.claim.is_mine and self.review.side == "review" else None

    @property
    def may_change(self) -> bool:
        """Whether verbs are offered."""
        verb: Verb = "decide" if self.review.side == "review" else "fill"
        return self.held_by is None and may(self.person, verb) and self.review.stored.row.current

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides this person may work from."""
        return ("review", "fill") if may(self.person, "decide") and may(self.person, "fill") else (self.review.side,)


def opened(connection: Connection, desk: Desk, person: Person, form_id: int, side: str | None = None) -> Opened:
    """Open a form; raises 404 where there is none or the person may not see it."""
    form_row(connection, person, form_id)
    review = load_review(connection, form_id, side_of(person, side))
    assert review is not None
    return Opened(review, person, standing(connection, form_id, person, desk.clock()))


def claimed(connection: Connection, desk: Desk, seen: Opened) -> Opened:
    """Take the form for a reviewer who opens it, unless somebody else is at work on it; a writing connection is needed."""
    if seen.review.side != "review" or not may(seen.person, "claim"):
        return seen
    return replace(seen, claim=take(connection, seen.review.id, seen.person, desk))


def side_of(person: Person, wanted: str | None) -> Side:
    """Return the side a person works from: the one asked for where he may, else his own."""
    if wanted == "fill" and may(person, "fill"):
        return "fill"
    return "review" if may(person, "decide") or not may(person, "fill") else "fill"


def newer(connection: Connection, form_id: int) -> int | None:
    """Return the form that stands in the place of one that was set aside."""
    table = schema.form
    found: int | None = connection.execute(select(table.c.id).where(table.c.replaces == form_id)).scalar()
    return found


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided on the version before, and whether the corrected form still shows it."""

    finding: Finding
    decision: Decision
    changed: bool


def earlier(connection: Connection, review: Review) -> list[Earlier]:
    """Return the opinions on the version before, those that were followed first."""
    before = review.stored.row.replaces
    stored = next(iter(load_forms(connection, [before])), None) if before else None
    if stored is None:
        return []
    there = {entry.finding.fingerprint for entry in review.entries}
    told = [
        Earlier(finding, decision, finding.fingerprint not in there)
        for finding in stored.findings
        if (decision := stored.decisions.get(finding.fingerprint)) and decision.state != "dismissed"
    ]
    return sorted(told, key=lambda entry: not entry.changed)


def unread(connection: Connection, review: Review) -> bool:
    """Tell whether there are doubts about the reading that nobody has gone through yet."""
    if not review.problems:
        return False
    table = schema.audit
    seen = select(table.c.id).where(table.c.form_id == review.id, table.c.action == SEEN).limit(1)
    return connection.execute(seen).scalar() is None


def doubted(review: Review) -> dict[str, str]:
    """Return the cells to flag: settled but not printed there, or named by what the reader says."""
    slots = {
        review.marked.ids.get(field): "（缺）" for field in review.stored.form.inferred if _is_empty(review, field)
    }
    for problem in review.problems:
        for field in _fields_at(review, problem):
            slots[next((review.marked.ids[name] for name in nearest(field) if name in review.marked.ids), None)] = "？"
    return {slot: sign for slot, sign in slots.items() if slot}


def _is_empty(review: Review, field: str) -> bool:
    """Tell whether the form prints a cell of its own for a field and leaves it empty."""
    slot = review.marked.ids.get(field)
    printed = {
        review.marked.slot_id(number, row, cell): cell.text
        for number, table in enumerate(review.marked.tables)
        for row, cells in enumerate(table.rows)
        for cell in cells
    }
    return slot is not None and not printed.get(slot, "").strip()


def _fields_at(review: Review, problem: Problem) -> list[str]:
    place = problem.place
    return [] if place is None else [field for field, at in review.stored.form.places.items() if at == place]


def facts_of(review: Review) -> dict[str, Any]:
    """Return the three figures of the header: stated total, points added up, execution."""
    row = review.stored.row
    funding = review.stored.form.record.funding
    first = funding[0] if funding else None
    blank_score = bool(first and first.weight and not (first.score or "").strip(" —-－"))
    return {
        "total": row.total,
        "summed": row.summed,
        "differs": differs(row.total, row.summed),
        "blank_score": blank_score and row.summed is not None,
        "rate": row.rate,
        "funding": first,
        "fund_unit": review.stored.form.record.fund_unit or "万元",
    }


def differs(total: str | None, summed: float | None) -> bool:
    """Tell whether the stated total is another figure than the points added up."""
    stated = points(total)
    return stated is not None and summed is not None and abs(float(stated) - summed) > 0.01
