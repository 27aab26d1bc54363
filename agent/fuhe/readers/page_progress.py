"""How far a slow reader is in its file, told to whoever listens in this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class BegunPage(NamedTuple):
    """The page about to be read, and how many there are."""

    page: int
    pages: int


Listener = Callable[[int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("page_listener", default=None)


@contextmanager
def listening(tell: Listener) -> Iterator[None]:
    """Have `tell` called with the page about to be read and the number of pages."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)


def begin_page(page: int, pages: int) -> None:
    """Say that a page that takes seconds is about to be read."""
    if (tell := _listener.get()) is not None:
        tell(page, pages)
