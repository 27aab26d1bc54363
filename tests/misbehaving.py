"""A reader that overruns its bounds on request; a module of its own, so that a fresh process can import it."""

import os
import sys
import time

from fuhe.errors import StoreError
from fuhe.records import File


def misbehave(data: bytes, path: str) -> File:
    """Overrun a bound, by the name of the file."""
    if path == "slow":
        time.sleep(60)
    if path == "dead":
        os._exit(9)
    if path == "greedy":
        hoard = [bytearray(1 << 28) for _ in range(64)]
        assert hoard
    return File(path=path, status="ok")


def refuse() -> None:
    """Say in words that something outside cannot be used."""
    raise StoreError("数据库连不上", where="postgresql://h/d", todo="请稍后再试")


def is_loaded(module: str) -> bool:
    """Tell whether a module is loaded already."""
    return module in sys.modules
