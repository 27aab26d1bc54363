"""One file on its way: its forms checked and drafted, and what a batch is compared from."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, LargeBinary, select, type_coerce

from fuhe.batch import schema
from fuhe.batch.recording import Checked
from fuhe.checking import Options, check
from fuhe.drafting import opinion, reason
from fuhe.drafting.model import Model
from fuhe.drafting.writing import Outcome, write
from fuhe.drafts import Draft
from fuhe.findings import Finding
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
