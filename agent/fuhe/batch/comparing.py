"""What shows over several forms of a batch, found anew from what the store holds and kept beside it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from fuhe.batch import schema
from fuhe.batch.lease import Lease
from fuhe.batch.store import Store, inserted
from fuhe.batch.terms import Terms
from fuhe.checking import check_batch
from fuhe.findings import BatchFinding
from fuhe.records import Form


def compare(store: Store, lease: Lease, terms: Terms) -> int:
    """Run the batch rules over the current forms of a batch and keep what they find; return how many findings."""
    with store.reading() as connection:
        members = [(path, Form.model_validate(body)) for path, body in _current(connection, lease.batch_id)]
    found = check_batch(members, terms.pack, terms.options)
    with store.writing() as connection:
        lease.renew(connection)
        keep(connection, lease.batch_id, found)
    return len(found)


def _current(connection: Connection, batch_id: int) -> Sequence[tuple[str, object]]:
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, form.c.body)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
        .order_by(file.c.path, form.c.id)
    )
    return [(row.path, row.body) for row in rows]


def keep(connection: Connection, batch_id: int, findings: Sequence[BatchFinding]) -> None:
    """Replace what shows over several forms of a batch, and link it to the forms it rests on."""
    table, link = schema.batch_finding, schema.batch_finding_form
    connection.execute(table.delete().where(table.c.batch_id == batch_id))
    ids = _form_ids(connection, batch_id)
    for finding in findings:
        number = inserted(
            connection, table, batch_id=batch_id, code=finding.code, severity=finding.severity,
            fingerprint=finding.fingerprint, body=finding.model_dump(mode="json", exclude_defaults=True),
        )  # fmt: skip
        forms = {ids[cell.file, cell.form] for cell in finding.cells if (cell.file, cell.form) in ids}
        rows = [{"batch_finding_id": number, "form_id": form_id} for form_id in sorted(forms)]
        if rows:
            connection.execute(link.insert(), rows)


def _form_ids(connection: Connection, batch_id: int) -> dict[tuple[str, str], int]:
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, form.c.number, form.c.id)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
    )
    return {(row.path, row.number): row.id for row in rows}
