"""What people did on a form goes over to the form that supersedes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.rows import DecisionRow, FillingRow, fetch, select_of


class _OldForm(NamedTuple):
    """Who has a form that is superseded, how far along it is, and the bytes it was read from."""

    id: int
    reviewer: str | None
    stage: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """A form that is superseded: its row, what people decided and filled in, and the findings over forms it is part of."""

    row: _OldForm
    decisions: list[DecisionRow] = field(default_factory=list)
    fillings: list[FillingRow] = field(default_factory=list)
    across: set[str] = field(default_factory=set)


def superseded(connection: Connection, olds: Sequence[int]) -> dict[int | None, Superseded]:
    """Return forms that are superseded, by id."""
    if not olds:
        return {}
    form, file = schema.form, schema.file
    query = select_of(_OldForm, form, file).join(file, file.c.id == form.c.file_id).where(form.c.id.in_(olds))
    found: dict[int | None, Superseded] = {row.id: Superseded(row) for row in fetch(connection, _OldForm, query)}
    decided = select_of(DecisionRow, schema.decision).where(schema.decision.c.form_id.in_(olds))
    for decision in fetch(connection, DecisionRow, decided):
        found[decision.form_id].decisions.append(decision)
    filled = select_of(FillingRow, schema.filling).where(schema.filling.c.form_id.in_(olds))
    for filling in fetch(connection, FillingRow, filled):
        found[filling.form_id].fillings.append(filling)
    table, link = schema.batch_finding, schema.batch_finding_form
    linked = select(link.c.form_id, table.c.fingerprint).join(table, table.c.id == link.c.batch_finding_id)
    for form_id, fingerprint in connection.execute(linked.where(link.c.form_id.in_(olds))):
        found[form_id].across.add(fingerprint)
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes over from a form to the one that supersedes it."""

    form: dict[str, object]
    decisions: list[DecisionRow] = field(default_factory=list)
    fillings: list[FillingRow] = field(default_factory=list)


def carried(before: Superseded | None, own: set[str], sha256: str | None) -> Carried:
    """Carry over who has the form and what still applies to its `own` findings, by fingerprint, or to those over forms.

    The very same bytes stay as far along as they were.
    """
    if before is None:
        return Carried({"replaces": None, "reviewer": None, "settled": 0})
    there = own | before.across
    decisions = [row for row in before.decisions if row.fingerprint in there]
    fillings = [row for row in before.fillings if row.fingerprint in there]
    settled = sum(row.fingerprint in own for row in decisions)
    facts: dict[str, object] = {"replaces": before.row.id, "reviewer": before.row.reviewer, "settled": settled}
    if sha256 is not None and before.row.sha256 == sha256:
        facts["stage"] = before.row.stage
    return Carried(facts, decisions, fillings)
