"""A bulk step just done: what it was, and how all of it is taken back where nobody has changed it since."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from fuhe.findings import STATE_LABELS, Decision, State
from fuhe.store import schema
from fuhe.store.decisions import BULK_POINT, decide, decide_together, decisions_of, note
from fuhe.store.rows import fetch, select_of
from fuhe.web.access.admission import Person

_LOTS = ("bulk-list", "bulk-points")
"""The lines of the trail that end a bulk step; those of its forms stand before them."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A bulk step: its number in the trail, on how many forms it decided how many findings or points, and what.

    The lines of its forms stand in the trail between `since` and its own.
    """

    id: int
    forms: int
    findings: int = 0
    points: int = 0
    state: State = "listed"
    reason: str | None = None
    since: int = 0

    @property
    def told(self) -> str:
        """Say it in a sentence."""
        if not self.points:
            return f"已列入 {self.findings} 条意见，涉及所选 {self.forms} 张表。"
        done = "列入" if self.state == "listed" else f"标为{STATE_LABELS[self.state]}"
        return f"{self.forms} 张表的 {self.points} 条要点已{done}{f'（{self.reason}）' if self.reason else ''}。"


def lot_of(connection: Connection, person: Person, given: str) -> Lot | None:
    """Return the bulk step a person has just done, None where the number is no step of his or is taken back."""
    audit = schema.audit.c
    if not given.isdecimal() or len(given) > 15:
        return None
    named = select(audit.after).where(audit.id == int(given), audit.action.in_(_LOTS), audit.by == person.name)
    told = connection.execute(named).scalar()
    undone = select(audit.id).where(audit.action == "bulk-undo", audit.before == given)
    if told is None or connection.execute(undone).first():
        return None
    return Lot(int(given), **json.loads(told))


def undo_lot(connection: Connection, person: Person, lot: int, at: str) -> bool:
    """Open again what a bulk step decided and nobody has changed since; tell whether there was such a step."""
    done = lot_of(connection, person, str(lot))
    if done is None:
        return False
    steps = list(_steps_of(connection, person, done))
    standing_now = decisions_of(connection, [step.form_id for step in steps])
    for step in steps:
        there = standing_now.get(step.form_id, {})
        kept = {
            name: there[name]
            for name, after in step.decided.items()
            if name in there and _as_kept(there[name]) == after
        }
        if step.action == BULK_POINT and kept:
            opened = dict.fromkeys(kept, None)
            decide_together(connection, step.form_id, step.fingerprint, opened, by=person.name, at=at, action="undo")
        elif kept:
            decide(connection, step.form_id, step.fingerprint, None, by=person.name, at=at, action="undo")
    note(connection, "bulk-undo", by=person.name, at=at, before=lot)
    return True


class _TrailStep(NamedTuple):
    """A line of the trail as it is kept."""

    form_id: int
    fingerprint: str
    action: str
    after: str


@dataclass(frozen=True, slots=True)
class _BulkStep:
    """What a bulk step did on one form: the findings it decided, and how each stood after it."""

    form_id: int
    fingerprint: str
    action: str
    decided: dict[str, object]


def _steps_of(connection: Connection, person: Person, lot: Lot) -> Iterator[_BulkStep]:
    """Yield the single steps of a bulk step: this person's since it began, and since the bulk step before."""
    audit = schema.audit.c
    before = select(func.max(audit.id)).where(audit.action.in_(_LOTS), audit.by == person.name, audit.id < lot.id)
    since = max(connection.execute(before).scalar() or 0, lot.since)
    within = (audit.action.in_(("bulk", BULK_POINT)), audit.by == person.name, audit.id > since, audit.id < lot.id)
    for row in fetch(connection, _TrailStep, select_of(_TrailStep, schema.audit).where(*within).order_by(audit.id)):
        after = json.loads(row.after)
        decided = after if row.action == BULK_POINT else {row.fingerprint: after}
        yield _BulkStep(row.form_id, row.fingerprint, row.action, decided)


def _as_kept(decision: Decision) -> dict[str, object]:
    """Return a decision as the trail tells it."""
    return decision.model_dump(exclude={"by", "at"}, exclude_none=True)
