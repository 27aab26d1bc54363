"""A fresh address of single-user mode, asked for at the computer itself: whoever can open the store is its owner."""

import secrets

from sqlalchemy import Connection, select

from fuhe.store import schema
from fuhe.store.schema import Json
from fuhe.web.access.sessions import hashed

_SERVED, _FRESH = "served", "fresh-address"
_GOOD_FOR = 600.0  # seconds


def say_served(connection: Connection, base: str) -> None:
    """Note under which address the workbench is served now."""
    _put(connection, _SERVED, {"base": base})


def served(connection: Connection) -> str | None:
    """Return the address noted last."""
    base = _get(connection, _SERVED).get("base")
    return base if isinstance(base, str) else None


def issue(connection: Connection, now: float) -> str:
    """Return a token that opens one session within ten minutes; an earlier one is void."""
    token = secrets.token_urlsafe(24)
    _put(connection, _FRESH, {"token": hashed(token), "until": now + _GOOD_FOR})
    return token


def fits(connection: Connection, given: str, now: float) -> bool:
    """Tell whether a token was issued and is unspent."""
    kept = _get(connection, _FRESH)
    until = kept.get("until")
    is_right = secrets.compare_digest(str(kept.get("token", "")), hashed(given))
    return is_right and isinstance(until, int | float) and now < until


def spend(connection: Connection) -> None:
    """Let nobody use the issued token again."""
    connection.execute(schema.setting.delete().where(schema.setting.c.name == _FRESH))


def _get(connection: Connection, name: str) -> Json:
    found: Json | None = connection.execute(
        select(schema.setting.c.value).where(schema.setting.c.name == name)
    ).scalar()
    return found or {}


def _put(connection: Connection, name: str, value: Json) -> None:
    table = schema.setting
    connection.execute(table.delete().where(table.c.name == name))
    connection.execute(table.insert().values(name=name, value=value))
