"""Wrong passwords slow the computer down that they come from; no account is ever locked by them."""

from math import ceil
from typing import NamedTuple

from fastapi import Request
from sqlalchemy import Connection

from fuhe.store import schema
from fuhe.store.rows import fetch_one, select_of
from fuhe.web.desk import Desk

TRIES = 5
FIRST, LONGEST = 30.0, 300.0  # seconds after five wrong tries, doubled with each further one
_FORGOTTEN = 1800.0  # seconds without a wrong try


class WrongTries(NamedTuple):
    """How many passwords from one address were wrong in a row, and until when none of its tries counts."""

    failures: int
    until: float


def address_of(request: Request, desk: Desk) -> str:
    """Return the address of the computer that asks; a proxy of our own says whom it speaks for, nobody else does."""
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return (told if told and peer in desk.base.web.known_proxies else peer)[:100]


def seconds_left(connection: Connection, address: str, now: float) -> int:
    """Return for how many seconds no try from an address counts."""
    return max(0, ceil(_standing(connection, address, now).until - now))


def count_wrong(connection: Connection, address: str, now: float) -> None:
    """Count a wrong password of an address."""
    failures = _standing(connection, address, now).failures + 1
    pause = min(FIRST * 2.0 ** min(failures - TRIES, 10), LONGEST) if failures >= TRIES else 0.0
    table = schema.wrong_try
    connection.execute(table.delete().where(table.c.address == address))
    connection.execute(table.insert().values(address=address, failures=failures, until=now + pause))


def _standing(connection: Connection, address: str, now: float) -> WrongTries:
    table = schema.wrong_try
    query = select_of(WrongTries, table).where(table.c.address == address).with_for_update()
    found = fetch_one(connection, WrongTries, query)
    return found if found is not None and now - found.until < _FORGOTTEN else WrongTries(0, now)
