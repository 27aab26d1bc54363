"""What shows over several forms of a batch, found anew from what the store holds and kept beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from fuhe.batch.terms import Terms
from fuhe.checking import check_traces, chosen_for_batch
from fuhe.findings import BatchFinding
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.store.lease import Lease
from fuhe.store.rows import Query, select_of, stream
from fuhe.traces import FormTrace

_AT_ONCE = 500
_OVER_YEARS = ("B004", "D005")
"""Rules that set a project's form beside its others: last year's and its approved targets may stand in other batches."""


def compare(store: Store, lease: Lease, terms: Terms) -> int:
    """Run the batch rules over the current forms of a batch and keep what they find; return how many findings.

    Forms of other batches of the store are looked at where they are of the same project. Neither forms nor findings are
    all in memory at once.
    """
    findings, count, first = found(store, lease.batch_id, terms), 0, True
    while (part := list(islice(findings, _AT_ONCE))) or first:
        with store.writing() as connection:
            lease.renew(connection)
            if first:
                _clear(connection, lease.batch_id)
            _add(connection, lease.batch_id, part)
        count, first = count + len(part), False
    return count


def found(store: Store, batch_id: int, terms: Terms) -> Iterator[BatchFinding]:
    """Return what shows over the current forms of a batch, keeping nothing."""
    options, own = terms.options, schema.form.c.batch_id == batch_id
    apart = [rule.code for rule in chosen_for_batch(options) if rule.code in _OVER_YEARS]
    rest = replace(options, ignore=(*options.ignore, *_OVER_YEARS))
    if chosen_for_batch(rest):
        yield from check_traces(_traces(store, own), terms.pack, rest)
    if apart:
        theirs = _kin(store, batch_id)
        forms = _traces(store, own) if not theirs else (seen for part in (_traces(store, own), theirs) for seen in part)
        others = {seen.file for seen in theirs}
        for finding in check_traces(forms, terms.pack, replace(options, select=tuple(apart), ignore=())):
            if finding.cells[0].file not in others:
                yield finding


def _traces(store: Store, *where: ColumnElement[bool]) -> Iterator[FormTrace]:
    """Return the current forms as the batch rules see them, in order of path."""
    with store.reading() as connection:
        for row in stream(connection, _TraceRow, _seen(*where)):
            yield row.in_its_file


class _TraceRow(NamedTuple):
    """A form as the batch rules see it, its file's name, and its batch's."""

    glimpse: FormTrace
    path: str
    name: str

    @property
    def in_its_file(self) -> FormTrace:
        """The form under the name its file has now."""
        return self.glimpse.model_copy(update={"file": self.path})


def _seen(*where: ColumnElement[bool]) -> Query:
    form, file, batch = schema.form, schema.file, schema.batch
    return (
        select_of(_TraceRow, form, file, batch)
        .join(file, file.c.id == form.c.file_id)
        .join(batch, batch.c.id == form.c.batch_id)
        .where(form.c.current, *where)
        .order_by(file.c.path, form.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )


def kin_of(store: Store, batch_id: int) -> str:
    """Return a key that changes with the forms of other batches that a batch is compared with."""
    form = schema.form.c
    counted = select(func.count(), func.max(form.id)).where(form.current, *_is_kin(batch_id))
    with store.reading() as connection:
        number, last = connection.execute(counted).one()
    return f"{number}-{last or 0}"


def _is_kin(batch_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    form = schema.form.c
    ours = select(form.kin).where(form.batch_id == batch_id, form.current)
    return form.batch_id != batch_id, form.kin.in_(ours)


def _kin(store: Store, batch_id: int) -> list[FormTrace]:
    """Return the forms of other batches that are of a project of this one, named by their batch too."""
    with store.reading() as connection:
        rows = stream(connection, _TraceRow, _seen(*_is_kin(batch_id)))
        return [row.glimpse.model_copy(update={"file": f"{row.name}：{row.path}"}) for row in rows]


def keep(connection: Connection, batch_id: int, findings: Sequence[BatchFinding]) -> None:
    """Replace what shows over several forms of a batch, and link it to the forms it rests on."""
    _clear(connection, batch_id)
    _add(connection, batch_id, findings)


def _clear(connection: Connection, batch_id: int) -> None:
    connection.execute(schema.batch_finding.delete().where(schema.batch_finding.c.batch_id == batch_id))


def _add(connection: Connection, batch_id: int, findings: Sequence[BatchFinding]) -> None:
    members = [{(cell.file, cell.form) for cell in finding.cells} for finding in findings]
    ids = _form_ids(connection, batch_id, {path for own in members for path, _ in own})
    links = []
    for finding, own in zip(findings, members, strict=True):
        number = inserted(
            connection, schema.batch_finding, batch_id=batch_id, code=finding.code, severity=finding.severity,
            fingerprint=finding.fingerprint, body=finding,
        )  # fmt: skip
        links += [{"batch_finding_id": number, "form_id": ids[member]} for member in sorted(own & ids.keys())]
    if links:
        connection.execute(schema.batch_finding_form.insert(), links)


def _form_ids(connection: Connection, batch_id: int, paths: Iterable[str]) -> dict[tuple[str, str], int]:
    """Return the current forms of files by path and number."""
    form, file = schema.form.c, schema.file.c
    left, found = iter(paths), dict[tuple[str, str], int]()
    while part := list(islice(left, _AT_ONCE)):
        rows = connection.execute(
            select(file.path, form.number, form.id)
            .join(schema.form, form.file_id == file.id)
            .where(file.batch_id == batch_id, file.path.in_(part), file.current, form.current)
        )
        found.update({(row.path, row.number): row.id for row in rows})
    return found
