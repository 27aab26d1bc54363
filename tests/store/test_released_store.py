"""A store that an earlier release has written opens, and everything in it is found."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from fuhe.pointing.form_points import form_points
from fuhe.store import schema
from fuhe.store.batch_figures import overview
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.fillings import fillings_of
from fuhe.store.recording import standing

FIXTURES = Path(__file__).parents[1] / "fixtures"
HELD: dict[str, Any] = yaml.safe_load((FIXTURES / "released_store.yml").read_text("utf-8"))


@pytest.fixture
def released(tmp_path: Path) -> Iterator[Store]:
    """A store of four forms, one of them superseded, as version 0.1.0 left it."""
    path = tmp_path / "fuhe.db"
    path.write_bytes(gzip.decompress((FIXTURES / "released_store.db.gz").read_bytes()))
    with Store(str(path)) as store:
        yield store


def test_every_row_is_there_and_can_be_read(released: Store) -> None:
    with released.reading() as connection:
        for table in (one for one in schema.metadata.sorted_tables if one is not schema.form_point):
            assert len(connection.execute(select(table)).all()) == HELD["tables"].get(table.name, 0), table.name


@pytest.mark.parametrize("number", HELD["forms"])
def test_form_is_as_it_was_left(released: Store, number: int) -> None:
    held = HELD["forms"][number]
    with released.reading() as connection:
        (current,) = load_forms(connection, [number])
        fillings = fillings_of(connection, number)
    assert [indicator.name for indicator in current.form.record.indicators] == held["names"]
    assert [finding.code for finding in current.findings] == held["findings"]
    assert [draft.field for draft in current.drafts or ()] == held["drafts"]
    assert {name: decision.state for name, decision in current.decisions.items()} == held["decisions"]
    assert {name: [filling.field, filling.text] for name, filling in fillings.items()} == held["fillings"]
    told = [name for name in current.row._fields if name in held]
    assert {name: getattr(current.row, name) for name in told} == {name: held[name] for name in told}


def test_findings_over_several_forms_are_linked(released: Store) -> None:
    table, link = schema.batch_finding, schema.batch_finding_form
    query = select(link.c.form_id, table.c.body).join(table, table.c.id == link.c.batch_finding_id)
    found: dict[int, list[str]] = {number: [] for number in HELD["forms"]}
    with released.reading() as connection:
        for number, over in connection.execute(query.order_by(table.c.code)):
            found[number].append(over.code)
    assert found == {number: held["across"] for number, held in HELD["forms"].items()}


def test_files_and_runs_say_what_they_said(released: Store) -> None:
    with released.reading() as connection:
        files = standing(connection, 1, list(HELD["files"]))
        runs = connection.execute(select(schema.run.c.state, schema.run.c.counts).order_by(schema.run.c.id)).all()
    told = {path: [row.status, [problem.code for problem in row.problems]] for path, row in files.items()}
    assert told == HELD["files"]
    assert [[state, sorted(counts)] for state, counts in runs] == HELD["runs"]


def test_figures_are_the_same(released: Store) -> None:
    with released.reading() as connection:
        figures = overview(connection, 1, "2025-04-13T17:00:00+08:00", lists=3)
        forms = connection.execute(select(func.count()).where(schema.form.c.current)).scalar()
    assert figures is not None
    assert figures.model_dump(include=set(HELD["overview"])) == HELD["overview"]
    assert figures.forms == forms


def test_points_are_worked_out_for_forms_that_had_none(released: Store) -> None:
    point = schema.form_point.c
    with released.reading() as connection:
        rows = connection.execute(select(point.form_id, func.count()).group_by(point.form_id)).all()
        forms = {number: load_forms(connection, [number])[0] for number in HELD["forms"]}
    told = {number: len(form_points(form.form.record, form.findings)) for number, form in forms.items()}
    assert {row[0]: row[1] for row in rows if row[0] in told} == {n: count for n, count in told.items() if count}
