"""Versions of a form: which of them stands, what is asked about a newcomer, what was taken away and can come back."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select

from fuhe.store import schema
from fuhe.store.database import inserted
from fuhe.store.own_remarks import put_behind, remarks_of
from fuhe.store.recording import recount
from fuhe.store.rows import FormRow, fetch, fetch_one, select_of
from fuhe.store.superseding import carried, hand_on_remarks, hand_on_rows, superseded
from fuhe.store.typing_kept import hand_on_typed

Kind = Literal["new", "copy", "old", "unnamed"]
"""Why it is asked which version counts: a newer one came, a copy in a poorer format, one that was here before, or one
that does not say whose it is."""
_ORIGINALS = frozenset((".docx", ".doc", ".docm", ".xlsx", ".xls", ".xlsm", ".wps", ".et"))
_FORM, _FILE = schema.form.c, schema.file.c


class FormVersion(NamedTuple):
    """A version of a form with its file; of the same bytes read again only the last."""

    id: int
    number: str
    current: bool
    project: str | None
    unit: str | None
    total: str | None
    errors: int
    warnings: int
    infos: int
    settled: int
    path: str
    sha256: str | None
    received_at: str
    received_by: str | None


def versions_of(connection: Connection, row: FormRow) -> list[FormVersion]:
    """Return the versions of a form, the one that stands first, then the newest."""
    query = select_of(FormVersion, schema.form, schema.file).join(schema.file, _FILE.id == _FORM.file_id)
    ordered = query.where(_same_form(connection, row)).order_by(_FORM.current.desc(), _FORM.id.desc())
    found: dict[str, FormVersion] = {}
    for version in fetch(connection, FormVersion, ordered):
        found.setdefault(version.sha256 or str(version.id), version)
    return list(found.values())


def _same_form(connection: Connection, row: FormRow) -> ColumnElement[bool]:
    """Return the condition on the versions of a form: those that do not say whose they are have nothing in common."""
    alike = and_(_FORM.batch_id == row.batch_id, _FORM.identity == row.identity)
    named = select(func.count()).where(alike, _FORM.unit.is_not(None), _FORM.project.is_not(None))
    return alike if connection.execute(named).scalar_one() else _FORM.id == row.id


def form_facts(connection: Connection, form_id: int) -> FormRow | None:
    """Return the facts of a form, current or not."""
    return fetch_one(connection, FormRow, select_of(FormRow, schema.form).where(_FORM.id == form_id))


def standing_version(connection: Connection, row: FormRow) -> int | None:
    """Return the version of a form that stands, None where all were taken away."""
    query = select(_FORM.id).where(_same_form(connection, row), _FORM.current).order_by(_FORM.id.desc()).limit(1)
    found: int | None = connection.execute(query).scalar()
    return found


def let_stand(connection: Connection, form_id: int) -> int | None:
    """Let a version stand; return the one whose place it takes. What was decided goes over where the figures are the same."""
    row = form_facts(connection, form_id)
    if row is None or row.current:
        return None
    old = standing_version(connection, row)
    if old is not None:
        _set_current(connection, [old], False)
    _make_room(connection, row.file_id)
    _set_current(connection, [form_id], True)
    if old is not None:
        connection.execute(schema.form.update().where(_FORM.id == form_id).values(replaces=old))
        _carry(connection, old, form_id)
    settle_question(connection, [form_id, *([old] if old else [])])
    return old


def _set_current(connection: Connection, ids: Sequence[int], current: bool) -> None:
    """Set forms current or not, and their files as long as any of their forms is."""
    connection.execute(schema.form.update().where(_FORM.id.in_(ids)).values(current=current))
    files = connection.execute(select(_FORM.file_id).where(_FORM.id.in_(ids)).distinct()).scalars().all()
    for file_id in files:
        left = connection.execute(select(func.count()).where(_FORM.file_id == file_id, _FORM.current)).scalar_one()
        connection.execute(schema.file.update().where(_FILE.id == file_id).values(current=bool(left)))


def _make_room(connection: Connection, file_id: int) -> None:
    """Give a file that comes back another name where a file of its name stands."""
    batch_id, path = connection.execute(select(_FILE.batch_id, _FILE.path).where(_FILE.id == file_id)).one()
    stem, number, free = PurePosixPath(path), 2, path
    taken = select(_FILE.id).where(_FILE.batch_id == batch_id, _FILE.current, _FILE.id != file_id)
    while connection.execute(taken.where(_FILE.path == free)).first():
        free = f"{stem.with_suffix('')}（{number}）{stem.suffix}"
        number += 1
    connection.execute(schema.file.update().where(_FILE.id == file_id).values(path=free))


def _carry(connection: Connection, old: int, form_id: int) -> None:
    """Let what people did on a version go over to the one that takes its place."""
    found, sha256 = connection.execute(
        select(_FORM.found, _FILE.sha256).join(schema.file, _FILE.id == _FORM.file_id).where(_FORM.id == form_id)
    ).one()
    stays = carried(superseded(connection, [old])[old], found, sha256)
    for table, rows in ((schema.decision, stays.decisions), (schema.filling, stays.fillings)):
        for row in rows:
            same = (table.c.form_id == form_id, table.c.fingerprint == row.fingerprint)
            connection.execute(table.delete().where(*same))
            connection.execute(table.insert().values({**row._asdict(), "form_id": form_id}))
    connection.execute(schema.form.update().where(_FORM.id == form_id).values(reviewer=stays.form["reviewer"]))
    hand_on_typed(connection, old, form_id)
    hand_on_rows(connection, old, form_id)
    hand_on_remarks(connection, old, form_id)
    recount(connection, form_id)


def merge(connection: Connection, form_id: int, into: int) -> None:
    """Make a form the newest version of another, which gives it its name; what was decided on that goes over."""
    row, other = form_facts(connection, form_id), form_facts(connection, into)
    assert row is not None
    assert other is not None
    _set_current(connection, [form_id], False)
    named = {"identity": other.identity, "unit": row.unit or other.unit, "project": row.project or other.project}
    connection.execute(schema.form.update().where(_FORM.id == form_id).values(named))
    own = remarks_of(connection, [form_id]).get(form_id, ())
    let_stand(connection, form_id)
    put_behind(connection, form_id, own)


def take_away(connection: Connection, ids: Sequence[int]) -> None:
    """Take forms out of their batch; all that belongs to them is kept and can come back."""
    _set_current(connection, ids, False)
    settle_question(connection, ids)


def taken_away(connection: Connection, batch_id: int, *visible: ColumnElement[bool]) -> list[FormVersion]:
    """Return the forms of a batch of which no version stands, the last taken away first."""
    other = schema.form.alias()
    stands = select(other.c.id).where(
        other.c.batch_id == _FORM.batch_id, other.c.identity == _FORM.identity, other.c.current
    )
    query = select_of(FormVersion, schema.form, schema.file).join(schema.file, _FILE.id == _FORM.file_id)
    gone = query.where(_FORM.batch_id == batch_id, ~_FORM.current, ~stands.exists(), *visible)
    found: dict[tuple[str | None, str | None, str | None], FormVersion] = {}
    for version in fetch(connection, FormVersion, gone.order_by(_FORM.id.desc()).limit(_MOST)):
        found.setdefault((version.unit, version.project, version.sha256 if not version.unit else None), version)
    return list(found.values())


_MOST = 500


def delete_version(connection: Connection, form_id: int) -> None:
    """Delete a version that does not stand for good, with its file where nothing else is in it."""
    row = form_facts(connection, form_id)
    if row is None or row.current:
        return
    connection.execute(schema.form.delete().where(_FORM.id == form_id))
    if connection.execute(select(_FORM.id).where(_FORM.file_id == row.file_id).limit(1)).first():
        return
    sha256 = connection.execute(select(_FILE.sha256).where(_FILE.id == row.file_id)).scalar()
    connection.execute(schema.file.delete().where(_FILE.id == row.file_id))
    if not connection.execute(select(_FILE.id).where(_FILE.sha256 == sha256).limit(1)).first():
        connection.execute(schema.original.delete().where(schema.original.c.sha256 == sha256))


# ---- a newcomer ----


class VersionQuestion(NamedTuple):
    """What is asked about a newcomer and the form it may take the place of, or has taken."""

    form_id: int
    other_id: int
    kind: Kind


def questions(connection: Connection, batch_id: int) -> list[VersionQuestion]:
    """Return what is asked about the forms of a batch, the oldest first."""
    table = schema.version_question
    query = select_of(VersionQuestion, table).join(schema.form, _FORM.id == table.c.form_id)
    return fetch(connection, VersionQuestion, query.where(_FORM.batch_id == batch_id).order_by(table.c.form_id))


def settle_question(connection: Connection, ids: Iterable[int]) -> None:
    """Ask no longer about newcomers."""
    table = schema.version_question
    connection.execute(table.delete().where(table.c.form_id.in_(list(ids))))


def question_newcomers(connection: Connection, file_id: int, at: str) -> list[Kind]:
    """Decide for now which version of each form of a file that just came stands, and ask; return why.

    The newest stands, but neither a copy in a poorer format nor a file that was here before.
    """
    rows = fetch(connection, FormRow, select_of(FormRow, schema.form).where(_FORM.file_id == file_id))
    return [kind for row in rows if (kind := _question(connection, row, at))]


def _question(connection: Connection, row: FormRow, at: str) -> Kind | None:
    other = row.replaces or _unnamed_twin(connection, row)
    kind = _kind(connection, row, other) if other is not None else None
    if kind is None or other is None:
        return None
    if kind in ("copy", "old"):
        let_stand(connection, other)
    settle_question(connection, [row.id, other])
    inserted(connection, schema.version_question, form_id=row.id, other_id=other, kind=kind, at=at)
    return kind


def _kind(connection: Connection, row: FormRow, other: int) -> Kind | None:
    if row.replaces is None:
        return "unnamed"
    mine, before = _named_file(connection, row.id), _named_file(connection, other)
    if mine[1] is not None and mine[1] == before[1]:
        return None  # the same bytes, checked again
    seen = select(_FORM.id).join(schema.file, _FILE.id == _FORM.file_id).where(
        _same_form(connection, row), _FILE.sha256 == mine[1], _FORM.file_id != row.file_id
    )  # fmt: skip
    if mine[1] is not None and connection.execute(seen.limit(1)).first():
        return "old"
    return "copy" if _is_original(before[0]) and not _is_original(mine[0]) else "new"


def _named_file(connection: Connection, form_id: int) -> tuple[str, str | None]:
    path, sha256 = connection.execute(
        select(_FILE.path, _FILE.sha256).join(schema.form, _FORM.file_id == _FILE.id).where(_FORM.id == form_id)
    ).one()
    return path, sha256


def _is_original(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _ORIGINALS


def _unnamed_twin(connection: Connection, row: FormRow) -> int | None:
    """Return the one form of the batch a newcomer without unit is likely to be the corrected version of."""
    if row.unit or not row.project:
        return None
    same = (_FORM.batch_id == row.batch_id, _FORM.current, _FORM.id != row.id, _FORM.project == row.project)
    found = connection.execute(select(_FORM.id).where(*same, _FORM.unit.is_not(None)).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None
