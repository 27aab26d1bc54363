"""One file on its way: its forms checked and drafted, everything recorded, and the batch compared anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import Connection, LargeBinary, select, type_coerce

from fuhe import __version__
from fuhe.batch import schema
from fuhe.batch.recording import Checked
from fuhe.batch.store import inserted
from fuhe.checking import Options, check
from fuhe.drafting import opinion, reason
from fuhe.drafting.model import Model
from fuhe.drafting.writing import Outcome, write
from fuhe.drafts import Draft
from fuhe.findings import BatchFinding, Finding
from fuhe.policy import Pack
from fuhe.records import File, Form
from fuhe.rules.sheet import Sheet


def checked(file: File, pack: Pack, options: Options) -> list[Checked]:
    """Check every form of a file."""
    return [Checked(form, check(form, pack, options).findings) for form in file.forms]


def with_drafts(entries: Sequence[Checked], pack: Pack) -> list[Checked]:
    """Draft for checked forms by the rules alone."""
    return [replace(entry, drafts=drafted(entry.form, entry.findings, pack)[0]) for entry in entries]


def drafted(
    form: Form, findings: tuple[Finding, ...], pack: Pack, model: Model | None = None
) -> tuple[tuple[Draft, ...], list[Outcome]]:
    """Draft reasons and the opinion on one form; without a model, or where it fails, by the rules."""
    sheet = Sheet(form, pack)
    outcomes = [write(task, model) for task in (reason.task(sheet, findings), opinion.task(sheet, findings))]
    return tuple(draft for outcome in outcomes for draft in outcome.drafts), outcomes


def ruleset(pack: Pack, options: Options) -> str:
    """Hash what a result rests on: program, pack, and which rules run how loud."""
    told = f"{__version__}\x1f{pack.model_dump_json()}\x1f{asdict(options)!r}"
    return hashlib.sha256(told.encode()).hexdigest()


def packed_forms(connection: Connection, batch_id: int) -> list[tuple[str, bytes]]:
    """Return the current forms of a batch as stored, each with the path of its file, in order of path."""
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, type_coerce(form.c.body, LargeBinary).label("body"))
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
        .order_by(file.c.path, form.c.id)
    )
    return [(row.path, row.body) for row in rows]


def keep_compared(connection: Connection, batch_id: int, findings: Sequence[BatchFinding]) -> None:
    """Replace what shows over several forms of a batch, and link it to the forms it rests on."""
    table = schema.batch_finding
    connection.execute(table.delete().where(table.c.batch_id == batch_id))
    ids = _ids(connection, batch_id)
    for finding in findings:
        number = inserted(
            connection, table, batch_id=batch_id, code=finding.code, severity=finding.severity,
            fingerprint=finding.fingerprint, body=finding.model_dump(mode="json", exclude_defaults=True),
        )  # fmt: skip
        forms = {ids[cell.file, cell.form] for cell in finding.cells if (cell.file, cell.form) in ids}
        if forms:
            rows = [{"batch_finding_id": number, "form_id": form_id} for form_id in sorted(forms)]
            connection.execute(schema.batch_finding_form.insert(), rows)


def _ids(connection: Connection, batch_id: int) -> dict[tuple[str, str], int]:
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, form.c.number, form.c.id)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
    )
    return {(row.path, row.number): row.id for row in rows}
