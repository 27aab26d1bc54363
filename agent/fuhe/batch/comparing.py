"""What shows over several forms of a batch, found anew from what the store holds and kept beside it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sqlalchemy import Connection, select

from fuhe.batch import schema
from fuhe.batch.lease import Lease
from fuhe.batch.store import Store, inserted
from fuhe.batch.terms import Terms
from fuhe.checking import check_glimpses
from fuhe.findings import BatchFinding
from fuhe.glimpses import Glimpse
from fuhe.records import Form
from fuhe.rules import glimpse

_AT_ONCE = 200


def compare(store: Store, lease: Lease, terms: Terms) -> int:
    """Run the batch rules over the current forms of a batch and keep what they find; return how many findings.

    Forms are read one after the other and findings written as they come, so that memory does not grow with the batch.
    """
    found = check_glimpses(_glimpses(store, lease.batch_id), terms.pack, terms.options)
    first = list(islice(found, 1))  # all forms are read before the first finding
    with store.writing() as connection:
        lease.renew(connection)
        return keep(connection, lease.batch_id, chain(first, found))


def _glimpses(store: Store, batch_id: int) -> Iterator[Glimpse]:
    form, file = schema.form, schema.file
    wanted = (
        select(file.c.path, form.c.body)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
        .order_by(file.c.path, form.c.id)
    )
    with store.reading() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=_AT_ONCE)):
            yield glimpse(row.path, Form.model_validate(row.body))


def keep(connection: Connection, batch_id: int, findings: Iterable[BatchFinding]) -> int:
    """Replace what shows over several forms of a batch, and link it to the forms it rests on; return how many findings."""
    table, link = schema.batch_finding, schema.batch_finding_form
    connection.execute(table.delete().where(table.c.batch_id == batch_id))
    ids, count = _form_ids(connection, batch_id), 0
    for count, finding in enumerate(findings, 1):  # noqa: B007
        number = inserted(
            connection, table, batch_id=batch_id, code=finding.code, severity=finding.severity,
            fingerprint=finding.fingerprint, body=finding.model_dump(mode="json", exclude_defaults=True),
        )  # fmt: skip
        forms = {ids[cell.file, cell.form] for cell in finding.cells if (cell.file, cell.form) in ids}
        rows = [{"batch_finding_id": number, "form_id": form_id} for form_id in sorted(forms)]
        if rows:
            connection.execute(link.insert(), rows)
    return count


def _form_ids(connection: Connection, batch_id: int) -> dict[tuple[str, str], int]:
    form, file = schema.form, schema.file
    rows = connection.execute(
        select(file.c.path, form.c.number, form.c.id)
        .join(file, file.c.id == form.c.file_id)
        .where(form.c.batch_id == batch_id, form.c.current)
    )
    return {(row.path, row.number): row.id for row in rows}
