"""Accounts: secrets kept as scrypt, invitations by a link that works once."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import NewType

from sqlalchemy import Connection, func, select, update

from fuhe.errors import UsageError
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.store.decisions import note
from fuhe.store.rows import AccountRow, fetch, fetch_one, select_of
from fuhe.web.access import sessions
from fuhe.web.roles import GIVEN, ROLE_LABELS, Role

# OWASP Password Storage Cheat Sheet: N=2^15, r=8, p=3 needs 32 MB a try.
_COST, _BLOCK, _PARALLEL = 15, 8, 3
_MEMORY = 64 << 20
_AT_ONCE = threading.BoundedSemaphore(2)
LEAST, MOST = 10, 200
INVITED = 72 * 3600.0
_COMMON = (
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "password",
    "admin12345",
    "abcd123456",
    "a123456789",
    "1qaz2wsx3edc",
)


Sealed = NewType("Sealed", str)
"""What is kept of a password."""


@dataclass(frozen=True)
class Account:
    """An account as the settings page lists it."""

    id: int
    name: str
    role: Role
    unit: str | None
    active: bool
    invited: bool

    @property
    def state(self) -> str:
        """Say in words how it stands."""
        if not self.active:
            return "已停用"
        return "等待本人设置密码" if self.invited else "正常"


def sealed(password: str) -> Sealed:
    """Return what is kept of a password: salted scrypt with its parameters. Slow: never call it in a transaction."""
    salt = secrets.token_bytes(16)
    made = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return Sealed(f"scrypt${_COST}${_BLOCK}${_PARALLEL}${salt.hex()}${made.hex()}")


def is_right(password: str, kept: str) -> bool:
    """Tell whether a password is the one kept; as slow for an account that has none."""
    kind, *rest = kept.split("$")
    if kind != "scrypt":
        kind, *rest = _NOBODY.split("$")
        password = "\0" + password
    cost, block, parallel, salt, digest = rest
    made = _scrypt(password, bytes.fromhex(salt), int(cost), int(block), int(parallel))
    return secrets.compare_digest(made, bytes.fromhex(digest))


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(password.encode(), salt=salt, n=1 << cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


_NOBODY = f"scrypt${_COST}${_BLOCK}${_PARALLEL}${'00' * 16}${'00' * 32}"


def refusal(password: str, name: str) -> str | None:
    """Say why a password will not do, None where it will: length counts, not a mixture of signs."""
    if len(password) < LEAST:
        return f"密码至少 {LEAST} 位，可以是一句话"
    if len(password) > MOST:
        return f"密码不能超过 {MOST} 位"
    plain = password.lower()
    if plain in _COMMON or len(set(plain)) < 4 or (len(name) > 1 and name.lower() in plain):
        return "这个密码太容易猜到，请换一个"
    return None


@dataclass(frozen=True)
class Tried:
    """A password tried: the account as it stood, None where there is none of that name, and whether the password fits."""

    row: AccountRow | None
    is_right: bool


def tried(store: Store, name: str, password: str) -> Tried:
    """Try a password, outside any transaction; it takes as long for a wrong name as for a wrong password."""
    table = schema.account
    with store.reading() as connection:
        named = select_of(AccountRow, table).where(table.c.name == name.strip(), table.c.active)
        row = fetch_one(connection, AccountRow, named)
    return Tried(row, is_right(password, row.secret if row is not None else ""))


def let_in(connection: Connection, given: Tried) -> AccountRow | None:
    """Return the account a password opens; None where it was wrong or the account has changed since."""
    if given.row is None or not given.is_right:
        return None
    table = schema.account
    row = fetch_one(
        connection, AccountRow, select_of(AccountRow, table).where(table.c.id == given.row.id, table.c.active)
    )
    return row if row is not None and row.secret == given.row.secret else None


def invite(
    connection: Connection, name: str, role: str, unit: str | None, *, by: str, at: str, now: float
) -> tuple[int, str]:
    """Make an account and return its id and the token of the link by which its owner sets the password."""
    name, unit = name.strip(), (unit or "").strip() or None
    if role not in GIVEN:
        raise UsageError("没有这个角色", todo=f"可用的有：{'、'.join(ROLE_LABELS[given] for given in GIVEN)}")
    if not 1 <= len(name) <= 40:
        raise UsageError("姓名不能为空，也不能超过 40 字", todo="请重新填写")
    if role == "filler" and unit is None:
        raise UsageError("填报账号要写明单位", todo="请照自评表上的实施单位填写")
    table = schema.account
    if connection.execute(select(table.c.id).where(table.c.name == name)).first():
        raise UsageError(f"已有名为“{name}”的账号", todo="请换一个，如加上科室")
    token = secrets.token_urlsafe(24)
    account = inserted(
        connection, table, name=name, role=role, unit=unit, secret=_invitation(token, now), active=True, failures=0,
        created_at=at,
    )  # fmt: skip
    note(connection, "account-add", by=by, at=at, after={"name": name, "role": role, "unit": unit})
    return account, token


def _invitation(token: str, now: float) -> str:
    return f"invited${sessions.hashed(token)}${now + INVITED:.0f}"


def invite_again(connection: Connection, account: int, *, by: str, at: str, now: float) -> str:
    """Take an account's password away, end its sessions, and return the token of a new link."""
    token = secrets.token_urlsafe(24)
    row = get(connection, account)
    table = schema.account
    values = {"secret": _invitation(token, now), "failures": 0, "locked_until": None}
    connection.execute(update(table).where(table.c.id == account).values(values))
    sessions.end_all(connection, account)
    note(connection, "account-reset", by=by, at=at, after={"name": row.name})
    return token


def invited(connection: Connection, token: str, now: float) -> AccountRow | None:
    """Return the account a link belongs to, None where it is spent or too old."""
    table = schema.account
    start = f"invited${sessions.hashed(token)}$"
    named = select_of(AccountRow, table).where(table.c.secret.startswith(start, autoescape=True))
    row = fetch_one(connection, AccountRow, named)
    return row if row is not None and row.active and float(row.secret.rpartition("$")[2]) > now else None


def set_password(connection: Connection, account: int, secret: Sealed, *, by: str, at: str, but: str = "") -> None:
    """Set a password and end the account's other sessions."""
    row = get(connection, account)
    table = schema.account
    values = {"secret": secret, "failures": 0, "locked_until": None}
    connection.execute(update(table).where(table.c.id == account).values(values))
    sessions.end_all(connection, account, but)
    note(connection, "password", by=by, at=at, after={"name": row.name})


def change(
    connection: Connection, account: int, *, role: str, unit: str | None, active: bool, by: str, at: str
) -> None:
    """Change an account's role and unit, or stop it; raises UsageError where nobody could manage accounts then."""
    before = get(connection, account)
    if role not in GIVEN or (role == "filler" and not (unit or "").strip()):
        raise UsageError("角色或单位不能用", todo="填报账号要写明单位")
    table = schema.account
    loses = before.role == "admin" and (role != "admin" or not active)
    if loses and _admins(connection) == [account]:
        raise UsageError("这是唯一的管理员账号，不能停用或改为其他角色", todo="请先增加一个管理员")
    values = {"role": role, "unit": (unit or "").strip() or None, "active": active}
    connection.execute(update(table).where(table.c.id == account).values(values))
    if not active or role != before.role:
        sessions.end_all(connection, account)
    told = {"name": before.name, "role": before.role, "unit": before.unit, "active": before.active}
    note(connection, "account-change", by=by, at=at, before=told, after={"name": before.name} | values)


def _admins(connection: Connection) -> list[int]:
    table = schema.account
    rows = connection.execute(select(table.c.id).where(table.c.role == "admin", table.c.active)).scalars()
    return list(rows)


def get(connection: Connection, account: int) -> AccountRow:
    """Return an account's row; raises UsageError where there is none."""
    row = fetch_one(connection, AccountRow, select_of(AccountRow, schema.account).where(schema.account.c.id == account))
    if row is None:
        raise UsageError("没有这个账号", todo="请刷新后再试")
    return row


def listed(connection: Connection) -> list[Account]:
    """Return every account, by role and name."""
    table = schema.account
    rows = fetch(connection, AccountRow, select_of(AccountRow, table).order_by(table.c.role, table.c.name))
    return [
        Account(row.id, row.name, row.role, row.unit, row.active, row.secret.startswith("invited$")) for row in rows
    ]


def is_managed(connection: Connection) -> bool:
    """Tell whether there is an account that can manage the others."""
    table = schema.account
    count = connection.execute(
        select(func.count()).where(table.c.role == "admin", table.c.active, table.c.secret.startswith("scrypt"))
    ).scalar_one()
    return bool(count)
