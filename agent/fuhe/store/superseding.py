"""What people did on a form goes over to the form that supersedes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, insert, literal, select

from fuhe.findings import Finding
from fuhe.store import schema
from fuhe.store.rows import DecisionRow, FillingRow, fetch, select_of


class _OldForm(NamedTuple):
    """Who has a form that is superseded, how far along it is, what was found on it, and the bytes it was read from."""

    id: int
    reviewer: str | None
    stage: str
    found: tuple[Finding, ...]
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


def carried(before: Superseded | None, findings: Sequence[Finding], sha256: str | None) -> Carried:
    """Carry over who has the form and what still applies to its findings, or to those over several forms.

    What was decided on figures that are no longer the same is open again: the words it was put in quote the old ones.
    The very same bytes stay as far along as they were.
    """
    if before is None:
        return Carried({"replaces": None, "reviewer": None, "settled": 0})
    is_same_file = sha256 is not None and before.row.sha256 == sha256
    own = {finding.fingerprint for finding in findings}
    standing = own if is_same_file else unchanged(before.row.found, findings)
    there = standing | (before.across - own)
    decisions = [row for row in before.decisions if row.fingerprint in there]
    fillings = [row for row in before.fillings if row.fingerprint in there]
    settled = sum(row.fingerprint in own for row in decisions)
    facts: dict[str, object] = {"replaces": before.row.id, "reviewer": before.row.reviewer, "settled": settled}
    if is_same_file:
        facts["stage"] = before.row.stage
    return Carried(facts, decisions, fillings)


def unchanged(before: Iterable[Finding], now: Iterable[Finding]) -> set[str]:
    """Return the fingerprints of the findings that rest on the very same texts and sums as before."""
    quoted = {finding.fingerprint: _quoted(finding) for finding in before}
    return {finding.fingerprint for finding in now if quoted.get(finding.fingerprint) == _quoted(finding)}


def _quoted(finding: Finding) -> tuple[object, ...]:
    """Return what a finding quotes: the texts of its cells, the terms of its sum, the printed figure."""
    calc = finding.calc
    summed = (calc.computed, calc.printed, *(term.text for term in calc.terms)) if calc else ()
    return (*(cell.text for cell in finding.cells), *summed)


def hand_on_rows(connection: Connection, before: int, form_id: int) -> None:
    """Let what was decided on a form's rows stand at the one that supersedes it too; whether a row is the same is seen there."""
    table = schema.scored_row
    connection.execute(table.delete().where(table.c.form_id == form_id))
    kept = select(literal(form_id), table.c.row, table.c.decision).where(table.c.form_id == before)
    connection.execute(insert(table).from_select(["form_id", "row", "decision"], kept))


def hand_on_remarks(connection: Connection, before: int, form_id: int) -> None:
    """Let what was remarked on a form stand at the one that supersedes it, as it is: nobody can tell whether it still applies."""
    table = schema.own_remark
    connection.execute(table.delete().where(table.c.form_id == form_id))
    kept = select(literal(form_id), table.c.text, table.c.by, table.c.at).where(table.c.form_id == before)
    connection.execute(insert(table).from_select(["form_id", "text", "by", "at"], kept.order_by(table.c.id)))
