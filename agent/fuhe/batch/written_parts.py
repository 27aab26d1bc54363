"""A batch written out a few files at a time: its forms loaded once for the lists, the overview and the files handed back."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from sqlalchemy import or_, select

from fuhe.batch.processes import Crew, Work
from fuhe.batch.results import ListedForms, listed_forms
from fuhe.batch.returned_files import How, ReturnedFile, ReturnFolder, ReturnJob, make
from fuhe.outputs.stamp import Stamp
from fuhe.store import schema
from fuhe.store.current_forms import framed, load_forms
from fuhe.store.database import Store, shared

_FORMS, _FILES = 50, 4
_SECONDS = 120.0
Told = Callable[[str, int, int, str], None]


@dataclass(frozen=True, slots=True)
class _FileForms:
    """A file of a part: its forms in the store, and what is to be handed back of it."""

    forms: tuple[int, ...]
    jobs: tuple[tuple[How, ReturnJob], ...]


_Part = tuple[_FileForms, ...]


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """What came of a few files: their lines for the lists, the files that were handed back."""

    listed: ListedForms = field(default_factory=ListedForms)
    returned: list[tuple[How, ReturnedFile]] = field(default_factory=list)

    def add(self, other: "WrittenPart") -> None:
        """Take in what came of further files."""
        self.listed.add(other.listed)
        self.returned.extend(other.returned)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is written of every part, and where: goes to the working processes."""

    address: str
    stamp: Stamp
    homes: dict[How, Path]
    listing: bool
    lines: bool


def written_parts(
    crew: Crew,
    store: Store,
    batch_id: int,
    folders: Sequence[ReturnFolder],
    stamp: Stamp,
    told: Told,
    *,
    listing: bool,
    lines: bool,
) -> Iterator[WrittenPart]:
    """Write a batch in the order of its paths; every file handed back is noted in its folder as it comes.

    `listing` asks for the lines of the lists too, `lines` for the forms as JSON.
    """
    writing = _Writing(store.address, stamp, {one.how: one.home for one in folders}, listing, lines)
    by_how = {one.how: one for one in folders}

    def given_up(part: _Part, what: str) -> WrittenPart:
        if len(part) == 1:
            return _written(writing, part, fault=what)
        whole = WrittenPart()
        for member in part:
            whole.add(crew.done(work, (member,)))
        return whole

    work = Work(functools.partial(_written, writing), lambda _: _SECONDS, given_up)
    for part in crew.in_order(work, _parts(_members(store, batch_id, folders))):
        for how, returned in part.returned:
            folder = by_how[how]
            folder.take(returned, functools.partial(told, folder.home.name))
        yield part


def _members(store: Store, batch_id: int, folders: Sequence[ReturnFolder]) -> Iterator[_FileForms]:
    """Yield the files of a batch in order of path."""
    form, file = schema.form.c, schema.file.c
    with store.reading() as connection:
        rows = connection.execute(
            select(form.id, form.file_id)
            .join(schema.form, form.file_id == file.id)
            .where(file.batch_id == batch_id, or_(form.current, file.current))
            .order_by(file.path, form.file_id, form.id)
        ).all()
    for number, group in groupby(rows, key=lambda row: row.file_id):
        jobs = [(folder.how, folder.todo[number]) for folder in folders if number in folder.todo]
        yield _FileForms(tuple(row.id for row in group), tuple(jobs))


def _parts(members: Iterable[_FileForms]) -> Iterator[_Part]:
    """Yield files in parts that are short, so that what a kill undoes is little."""
    part, forms, files = list[_FileForms](), 0, 0
    for member in members:
        part.append(member)
        forms, files = forms + len(member.forms), files + bool(member.jobs)
        if forms >= _FORMS or files >= _FILES:
            yield tuple(part)
            part, forms, files = [], 0, 0
    if part:
        yield tuple(part)


def _written(writing: _Writing, part: _Part, fault: str = "") -> WrittenPart:
    """Write some files, in a working process; those that have a fault are listed and no more."""
    with shared(writing.address).reading() as connection:
        forms = load_forms(connection, [number for member in part for number in member.forms])
        current = [form for form in forms if form.row.current]
        listed = framed(connection, current)
        whole = listed if len(current) == len(forms) else framed(connection, forms)
    lines = listed_forms(list(listed.values()), lines=writing.lines) if writing.listing else ListedForms()
    jobs = (entry for member in part for entry in member.jobs)
    if fault:
        return WrittenPart(lines, [(how, ReturnedFile(job, fault=fault)) for how, job in jobs])
    made = [(how, make(job, how, writing.homes[how], whole[job.file_id], writing.stamp)) for how, job in jobs]
    return WrittenPart(lines, made)
