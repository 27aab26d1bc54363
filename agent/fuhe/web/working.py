"""One file on its way: bytes read, forms checked and drafted, everything recorded."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Connection, select

from fuhe import __version__
from fuhe.batch import schema
from fuhe.batch.recording import Checked
from fuhe.checking import Options, check, check_batch
from fuhe.drafting import opinion, reason
from fuhe.drafting.model import Model
from fuhe.drafting.writing import write
from fuhe.drafts import Draft
from fuhe.findings import BatchFinding, Finding
from fuhe.policy import Pack
from fuhe.records import File, Form
from fuhe.rules.sheet import Sheet

Told = Callable[[str], None]


def checked(file: File, pack: Pack, options: Options) -> list[Checked]:
    """Check every form of a file and draft for it by the rules alone."""
    done = []
    for form in file.forms:
        findings = check(form, pack, options).findings
        done.append(Checked(form, findings, drafted(form, findings, pack)))
    return done


def drafted(form: Form, findings: tuple[Finding, ...], pack: Pack, model: Model | None = None) -> tuple[Draft, ...]:
    """Draft reasons and the opinion on one form; without a model, or where it fails, by the rules."""
    sheet = Sheet(form, pack)
    tasks = (reason.task(sheet, findings), opinion.task(sheet, findings))
    return tuple(draft for task in tasks for draft in write(task, model).drafts)


def ruleset(pack: Pack, options: Options) -> str:
    """Hash what a result rests on: program, pack, and which rules run how loud."""
    told = f"{__version__}\x1f{pack.model_dump_json()}\x1f{asdict(options)!r}"
    return hashlib.sha256(told.encode()).hexdigest()


def compared(connection: Connection, batch_id: int, pack: Pack, options: Options) -> tuple[BatchFinding, ...]:
    """Run the batch rules over the current forms of a batch."""
    return check_batch(current_forms(connection, batch_id), pack, options)


def current_forms(connection: Connection, batch_id: int) -> list[tuple[str, Form]]:
    """Return the current forms of a batch with the path of their file, in order of path."""
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, form.c.body)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
        .order_by(file.c.path, form.c.id)
    )
    return [(row.path, Form.model_validate(row.body)) for row in rows]
