"""The rows of the store's tables by name and type, and the one place where what a query brings becomes them."""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeVar

from sqlalchemy import Connection, Executable, FromClause, Select, select
from sqlalchemy.sql.elements import KeyedColumnElement

from fuhe.findings import Severity, State
from fuhe.records import FileStatus, FormType, Problem

R = TypeVar("R")
Query = Select[*tuple[object, ...]]
"""A query of columns that `fetch` gives their types."""


class BatchRow(NamedTuple):
    """A batch."""

    id: int
    name: str
    due: str | None
    source: str | None
    policy: str
    created_at: str


class RunRow(NamedTuple):
    """A run over a batch: whose it is, and its last sign of life."""

    id: int
    owner: str
    state: str
    started_at: str
    beat: float
    ruleset: str


class FileRow(NamedTuple):
    """A file of a batch, read or not."""

    id: int
    path: str
    sha256: str | None
    size: int | None
    status: FileStatus
    problems: tuple[Problem, ...]
    ruleset: str


class FormRow(NamedTuple):
    """The facts of a form; its contents, findings and drafts are packed beside them."""

    id: int
    batch_id: int
    file_id: int
    number: str
    identity: str
    current: bool
    replaces: int | None
    project: str | None
    unit: str | None
    year: str | None
    form_type: FormType
    total: str | None
    score: float | None
    summed: float | None
    rate: float | None
    quality: float | None
    grade: str | None
    errors: int
    warnings: int
    infos: int
    settled: int
    stage: str
    reviewer: str | None
    changed_at: str


class FindingRow(NamedTuple):
    """What is counted of a finding; all of it is packed with its form."""

    form_id: int
    number: int
    code: str
    severity: Severity
    source: str
    fingerprint: str
    title: str


class FormPointRow(NamedTuple):
    """What is counted of a point of a form."""

    form_id: int
    number: int
    kind: str
    stake: float
    shape: str


class DecisionRow(NamedTuple):
    """What was decided on a finding."""

    form_id: int
    fingerprint: str
    state: State
    reason: str | None
    text: str | None
    by: str
    at: str


class RemarkRow(NamedTuple):
    """What a reviewer says of a form beside what was found on it."""

    id: int
    form_id: int
    text: str
    by: str
    at: str


class FillingRow(NamedTuple):
    """What a unit did about a finding, and the cell its text goes into."""

    form_id: int
    fingerprint: str
    state: State
    reason: str | None
    field: str | None
    text: str | None
    by: str
    at: str


class AccountRow(NamedTuple):
    """An account; `secret` is its sealed password or its invitation."""

    id: int
    name: str
    role: Literal["filler", "reviewer", "chief", "admin"]
    unit: str | None
    secret: str
    active: bool
    failures: int
    locked_until: float | None


class TokenRow(NamedTuple):
    """A program's way in, known by the hash of its token."""

    token: str
    purpose: str


class JobRow(NamedTuple):
    """What somebody handed in, to be checked."""

    id: int
    batch_id: int
    by: str
    unit: str | None
    at: str
    state: str
    step: int
    owner: str | None
    beat: float


class ArrivalRow(NamedTuple):
    """A file of a job."""

    id: int
    path: str
    sha256: str
    size: int


def columns(kind: type[object], *tables: FromClause) -> list[KeyedColumnElement[object]]:
    """Return the columns a kind of row names, each from the first of the tables that has it."""
    return [next(table.c[name] for table in tables if name in table.c) for name in kind.__annotations__]


def select_of(kind: type[object], *tables: FromClause) -> Query:
    """Select a kind of row from a table; of several, how they hang together is left to say."""
    return select(*columns(kind, *tables))


def stream(connection: Connection, kind: Callable[..., R], query: Executable) -> Iterator[R]:
    """Return what a query brings as rows of a kind, as it comes."""
    return (kind(*row) for row in connection.execute(query))


def fetch(connection: Connection, kind: Callable[..., R], query: Executable) -> list[R]:
    """Return all that a query brings as rows of a kind; its columns are the kind's, in order."""
    return list(stream(connection, kind, query))


def fetch_one(connection: Connection, kind: Callable[..., R], query: Executable) -> R | None:
    """Return the first row that a query brings, None where it brings none."""
    row = connection.execute(query).first()
    return None if row is None else kind(*row)
