"""What people decide on findings, and the trail of who did what when; a step can be taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.database import inserted
from fuhe.store.recording import recount
from fuhe.store.rows import DecisionRow, fetch, fetch_one, select_of

REASONS = ("表内已有说明", "本级口径允许", "规则误报", "另有佐证材料", "与别条重复", "其他")
"""The fixed reasons for not taking a finding; only 规则误报 counts toward a rule's rate of false alarms."""
POINT = "point"
"""The line of the trail that tells of several findings decided in one step."""
BULK_POINT = "bulk-point"
"""The same on one of many forms at once."""


def decide(
    connection: Connection,
    form_id: int,
    fingerprint: str,
    decision: Decision | None,
    *,
    by: str,
    at: str,
    action: str = "decide",
) -> Decision | None:
    """Set what is decided on a finding, None to open it again; return what stood before. The trail gets a line."""
    before = _put(connection, form_id, fingerprint, decision, by=by, at=at)
    recount(connection, form_id)
    told = [None if entry is None else entry.model_dump(exclude_none=True) for entry in (before, decision)]
    note(connection, action, by=by, at=at, form_id=form_id, fingerprint=fingerprint, before=told[0], after=told[1])
    return before


def decide_together(
    connection: Connection,
    form_id: int,
    fingerprint: str,
    decisions: Mapping[str, Decision | None],
    *,
    by: str,
    at: str,
    action: str = POINT,
) -> None:
    """Set what is decided on several findings in one step with one line in the trail, named by the first of them."""
    before = {name: _put(connection, form_id, name, kept, by=by, at=at) for name, kept in decisions.items()}
    recount(connection, form_id)
    told = [
        {name: None if entry is None else entry.model_dump(exclude_none=True) for name, entry in side.items()}
        for side in (before, decisions)
    ]
    note(connection, action, by=by, at=at, form_id=form_id, fingerprint=fingerprint, before=told[0], after=told[1])


def _put(
    connection: Connection, form_id: int, fingerprint: str, decision: Decision | None, *, by: str, at: str
) -> Decision | None:
    """Replace what stands on a finding; return what stood before."""
    before = _standing(connection, form_id, fingerprint)
    table = schema.decision
    connection.execute(table.delete().where(table.c.form_id == form_id, table.c.fingerprint == fingerprint))
    if decision is not None:
        connection.execute(
            table.insert().values(
                form_id=form_id, fingerprint=fingerprint, state=decision.state,
                reason=decision.reason, text=decision.text, by=by, at=at,
            )
        )  # fmt: skip
    return before


def _standing(connection: Connection, form_id: int, fingerprint: str) -> Decision | None:
    table = schema.decision
    query = select_of(DecisionRow, table).where(table.c.form_id == form_id, table.c.fingerprint == fingerprint)
    row = fetch_one(connection, DecisionRow, query)
    return None if row is None else _decision(row)


def _decision(row: DecisionRow) -> Decision:
    return Decision(state=row.state, reason=row.reason, text=row.text, by=row.by, at=row.at)


def decisions_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Decision]]:
    """Return what was decided on forms, by form and fingerprint."""
    found: dict[int, dict[str, Decision]] = {}
    query = select_of(DecisionRow, schema.decision).where(schema.decision.c.form_id.in_(ids))
    for row in fetch(connection, DecisionRow, query):
        found.setdefault(row.form_id, {})[row.fingerprint] = _decision(row)
    return found


def note(
    connection: Connection,
    action: str,
    *,
    by: str,
    at: str,
    batch_id: int | None = None,
    form_id: int | None = None,
    fingerprint: str | None = None,
    before: object = None,
    after: object = None,
) -> int:
    """Add a line to the trail and return its number; `before` and `after` are kept as JSON."""
    values = {
        "action": action,
        "by": by,
        "at": at,
        "batch_id": batch_id,
        "form_id": form_id,
        "fingerprint": fingerprint,
    }
    texts = {
        name: None if value is None else json.dumps(value, ensure_ascii=False)
        for name, value in (("before", before), ("after", after))
    }
    return inserted(connection, schema.audit, **values, **texts)


def last_line(connection: Connection) -> int:
    """Return the number of the trail's last line, 0 where it has none."""
    return connection.execute(select(func.max(schema.audit.c.id))).scalar() or 0


@dataclass(frozen=True)
class LastStep:
    """The last step of a person on a form: the finding it changed and what stood before it, as JSON."""

    fingerprint: str
    before: object
    action: str


def last_step(connection: Connection, form_id: int, *, by: str, steps: Sequence[str], undo: str) -> LastStep | None:
    """Return the last step of a person on a form that is not taken back yet, None where there is none.

    `steps` are the actions that count as a step, `undo` is the one that takes a step back.
    """
    table = schema.audit
    rows = connection.execute(
        select(table.c.action, table.c.fingerprint, table.c.before)
        .where(table.c.form_id == form_id, table.c.by == by, table.c.action.in_((*steps, undo)))
        .order_by(table.c.id.desc())
    )
    taken_back = 0
    for row in rows:
        if row.action == undo:
            taken_back += 1
        elif taken_back:
            taken_back -= 1
        else:
            return LastStep(row.fingerprint, None if row.before is None else json.loads(row.before), row.action)
    return None
