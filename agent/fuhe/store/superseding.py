"""What people did on a form goes over to the form that supersedes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from fuhe.store import schema


@dataclass(frozen=True, slots=True)
class Superseded:
    """A form that is superseded: its row, what people decided and filled in, and the findings over forms it is part of."""

    row: Any
    decisions: list[dict[str, Any]] = field(default_factory=list)
    fillings: list[dict[str, Any]] = field(default_factory=list)
    across: set[str] = field(default_factory=set)


def superseded(connection: Connection, olds: Sequence[int]) -> dict[int | None, Superseded]:
    """Return forms that are superseded, by id."""
    if not olds:
        return {}
    form, file = schema.form.c, schema.file.c
    rows = connection.execute(
        select(form.id, form.reviewer, form.stage, file.sha256)
        .join(schema.file, file.id == form.file_id)
        .where(form.id.in_(olds))
    )
    found: dict[int | None, Superseded] = {row.id: Superseded(row) for row in rows}
    for row in connection.execute(select(schema.decision).where(schema.decision.c.form_id.in_(olds))).mappings():
        found[row["form_id"]].decisions.append(dict(row))
    for row in connection.execute(select(schema.filling).where(schema.filling.c.form_id.in_(olds))).mappings():
        found[row["form_id"]].fillings.append(dict(row))
    table, link = schema.batch_finding, schema.batch_finding_form
    linked = select(link.c.form_id, table.c.fingerprint).join(table, table.c.id == link.c.batch_finding_id)
    for form_id, fingerprint in connection.execute(linked.where(link.c.form_id.in_(olds))):
        found[form_id].across.add(fingerprint)
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes over from a form to the one that supersedes it."""

    form: dict[str, Any]
    decisions: list[dict[str, Any]] = field(default_factory=list)
    fillings: list[dict[str, Any]] = field(default_factory=list)


def carried(before: Superseded | None, own: set[str], sha256: str | None) -> Carried:
    """Carry over who has the form and what still applies to its `own` findings, by fingerprint, or to those over forms.

    The very same bytes stay as far along as they were.
    """
    if before is None:
        return Carried({"replaces": None, "reviewer": None, "settled": 0})
    there = own | before.across
    decisions = [row for row in before.decisions if row["fingerprint"] in there]
    fillings = [row for row in before.fillings if row["fingerprint"] in there]
    settled = sum(row["fingerprint"] in own for row in decisions)
    facts = {"replaces": before.row.id, "reviewer": before.row.reviewer, "settled": settled}
    if sha256 is not None and before.row.sha256 == sha256:
        facts["stage"] = before.row.stage
    return Carried(facts, decisions, fillings)
