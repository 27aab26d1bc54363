"""Sessions in the store: a cookie's value is known by its hash alone, and ends when idle, when old, or when told to."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.rows import TokenRow, fetch, fetch_one, select_of
from fuhe.web.roles import Person, Role

Mode = Literal["single", "shared"]
# Idle and absolute seconds: a section shares rooms and computers; the single user's computer has its own lock screen,
# and his session lasts as long as the server, or as a server started again within half a day of its last use.
_ENDLESS = 100 * 365 * 86400.0
LIMITS: dict[Mode, tuple[float, float]] = {"single": (_ENDLESS, _ENDLESS), "shared": (45 * 60, 12 * 3600)}
_OUTLASTS = 12 * 3600.0  # seconds
_TOUCH = 30.0  # seconds between two notes of a sign of life
_TOKEN = 365 * 86400.0  # seconds a program's token is good for


@dataclass(frozen=True)
class Session:
    """A session under way: whose, and the token every change must carry."""

    person: Person
    csrf: str
    token: str
    is_program: bool = False


def begin(connection: Connection, account: int | None, now: float) -> str:
    """Begin a session and return the cookie's value."""
    value = secrets.token_urlsafe(32)
    connection.execute(
        schema.session.insert().values(
            token=hashed(value), account_id=account, csrf=secrets.token_urlsafe(32), created=now, seen=now
        )
    )
    return value


def of_name(connection: Connection, name: str, value: str, now: float) -> tuple[str, bool]:
    """Return the cookie's value where it is of the account of that name, else that of a new session and True.

    Nothing for a name that has no active account.
    """
    account, table = schema.account, schema.session
    number = connection.execute(select(account.c.id).where(account.c.name == name, account.c.active)).scalar()
    if number is None:
        return "", False
    own = select(table.c.token).where(table.c.token == hashed(value), table.c.account_id == number)
    if value and connection.execute(own).first():
        return value, False
    return begin(connection, number, now), True


def hashed(value: str) -> str:
    """Return what a cookie's value is known by."""
    return hashlib.sha256(value.encode()).hexdigest()


def begin_token(connection: Connection, account: int | None, purpose: str, now: float) -> str:
    """Give a program a token of its own and return it; it is shown once."""
    value = begin(connection, account, now)
    table = schema.session
    connection.execute(table.update().where(table.c.token == hashed(value)).values(purpose=purpose))
    return value


def tokens(connection: Connection, account: int | None) -> Sequence[TokenRow]:
    """Return the programs' tokens of an account."""
    table = schema.session
    own = table.c.account_id.is_not_distinct_from(account)
    query = select_of(TokenRow, table).where(table.c.purpose.is_not(None), own).order_by(table.c.created)
    return fetch(connection, TokenRow, query)


class _Kept(NamedTuple):
    """A session as it is kept, and the account it is of; all of that None in single-user mode."""

    token: str
    account_id: int | None
    csrf: str
    purpose: str | None
    created: float
    seen: float
    name: str | None
    role: Role | None
    unit: str | None
    active: bool | None


def find(
    connection: Connection, value: str, mode: Mode, now: float, owner: str, *, is_program: bool = False
) -> Session | None:
    """Return the session of a cookie or, with `is_program`, of a program's token.

    None where there is none, it has ended, or its account is no longer active.
    """
    table, account = schema.session, schema.account
    known = select_of(_Kept, table, account).select_from(table.outerjoin(account))
    row = fetch_one(connection, _Kept, known.where(table.c.token == hashed(value)))
    if row is None or (row.purpose is not None) != is_program or _is_over(row, mode, now):
        return None
    if row.account_id is None:
        return Session(Person(owner, "owner"), row.csrf, row.token, is_program) if mode == "single" else None
    if not row.active or row.name is None or row.role is None:
        return None
    return Session(Person(row.name, row.role, row.unit, row.account_id), row.csrf, row.token, is_program)


def _is_over(row: _Kept, mode: Mode, now: float) -> bool:
    idle, absolute = LIMITS[mode] if row.purpose is None else (_TOKEN, _TOKEN)
    return now - row.seen > idle or now - row.created > absolute


def is_due(connection: Connection, session: Session, now: float) -> bool:
    """Tell whether a session's sign of life is to be noted again."""
    seen = connection.execute(select(schema.session.c.seen).where(schema.session.c.token == session.token)).scalar()
    return seen is not None and now - seen > _TOUCH


def touch(connection: Connection, session: Session, now: float) -> None:
    """Note a sign of life."""
    table = schema.session
    connection.execute(table.update().where(table.c.token == session.token).values(seen=now))


def end(connection: Connection, token: str) -> None:
    """End one session by the hash it is known by."""
    connection.execute(schema.session.delete().where(schema.session.c.token == token))


def end_all(connection: Connection, account: int, but: str = "") -> None:
    """End the sessions of an account, but one."""
    table = schema.session
    connection.execute(table.delete().where(table.c.account_id == account, table.c.token != but))


def end_earlier(connection: Connection, now: float) -> None:
    """End the browsers' sessions of single-user mode that a server before this one has left, but those used lately."""
    table = schema.session
    is_old = table.c.seen < now - _OUTLASTS
    connection.execute(table.delete().where(table.c.account_id.is_(None), table.c.purpose.is_(None), is_old))


def sweep(connection: Connection, mode: Mode, now: float) -> None:
    """Delete the sessions that are over."""
    idle, absolute = LIMITS[mode]
    table = schema.session
    old = (table.c.seen < now - idle) | (table.c.created < now - absolute)
    connection.execute(table.delete().where(table.c.purpose.is_(None), old))
