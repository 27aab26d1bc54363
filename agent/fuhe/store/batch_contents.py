"""A batch out of the store piece by piece: its forms, its lines for 来源, its totals."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from fuhe.findings import BatchFinding
from fuhe.outputs.excel.workbook import Origin
from fuhe.store import schema
from fuhe.store.database import Store


@dataclass(frozen=True)
class Totals:
    """What the current files and forms of a batch add up to; `with_errors` and `only_milder` count forms."""

    statuses: dict[str, int]
    forms: int
    errors: int
    warnings: int
    infos: int
    with_errors: int
    only_milder: int

    @property
    def files(self) -> int:
        """How many files the batch has."""
        return sum(self.statuses.values())

    @property
    def clean(self) -> int:
        """How many forms have no finding."""
        return self.forms - self.with_errors - self.only_milder


def totals(connection: Connection, batch_id: int) -> Totals:
    """Add up what is current in a batch, with what shows over several forms."""
    file, form = schema.file, schema.form
    statuses = connection.execute(
        select(file.c.status, func.count()).where(file.c.batch_id == batch_id, file.c.current).group_by(file.c.status)
    )
    counted = _severities(connection, batch_id)
    has_errors, is_milder = form.c.errors > 0, (form.c.errors == 0) & (form.c.warnings + form.c.infos > 0)
    sums = [func.count(), *(func.coalesce(func.sum(form.c[name]), 0) for name in counted)]
    sums += [func.coalesce(func.sum(case((where, 1), else_=0)), 0) for where in (has_errors, is_milder)]
    forms, errors, warnings, infos, with_errors, milder = map(
        int, connection.execute(select(*sums).where(form.c.batch_id == batch_id, form.c.current)).one()
    )
    return Totals(
        {row[0]: row[1] for row in statuses}, forms, errors + counted["errors"],
        warnings + counted["warnings"], infos + counted["infos"], with_errors, milder,
    )  # fmt: skip


def _severities(connection: Connection, batch_id: int) -> dict[str, int]:
    table = schema.batch_finding
    rows = connection.execute(
        select(table.c.severity, func.count()).where(table.c.batch_id == batch_id).group_by(table.c.severity)
    )
    return {"errors": 0, "warnings": 0, "infos": 0} | {f"{severity}s": number for severity, number in rows}


def origins(store: Store, batch_id: int) -> Iterator[Origin]:
    """Return every current file of a batch in order of path, with what was wrong with it."""
    form, file = schema.form, schema.file
    counted = select(func.count()).where(form.c.file_id == file.c.id).scalar_subquery()
    with store.reading() as connection:
        rows = connection.execute(
            select(file.c.path, file.c.status, counted.label("forms"), file.c.sha256, file.c.problems)
            .where(file.c.batch_id == batch_id, file.c.current)
            .order_by(file.c.path)
            .execution_options(yield_per=500)
        )
        for row in rows:
            told = "\n".join(problem.message for problem in row.problems)
            yield Origin(row.path, row.status, row.forms, row.sha256, told)


Named = list[tuple[str | None, str | None]]


def batch_findings(store: Store, batch_id: int) -> Iterator[tuple[BatchFinding, Named]]:
    """Return what shows over several forms of a batch, with unit and project of each form it rests on."""
    table, link, form = schema.batch_finding, schema.batch_finding_form, schema.form
    with store.reading() as connection:
        ids = connection.execute(select(table.c.id).where(table.c.batch_id == batch_id).order_by(table.c.id)).scalars()
        for number in list(ids):
            found: BatchFinding = connection.execute(select(table.c.body).where(table.c.id == number)).scalar_one()
            named = connection.execute(
                select(form.c.unit, form.c.project)
                .join(link, link.c.form_id == form.c.id)
                .where(link.c.batch_finding_id == number)
                .order_by(form.c.id)
            )
            yield found, [(unit, project) for unit, project in named]
