"""The one gate all requests pass: so many at a time, and all of them wait when the server asks for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

LONGEST = 60.0  # seconds, one wait
PATIENCE = 180.0  # seconds, all waits of one question


class ImpatientError(Exception):
    """The waits of one question have used up its patience."""


class Gate:
    """Shared by all threads that ask one endpoint; `clock` and `sleep` are replaced in tests."""

    def __init__(
        self,
        slots: int = 2,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._lock = threading.Lock()
        self._clock, self._sleep = clock, sleep
        self._opens, self._strikes = 0.0, 0

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[float]:
        """Wait for the gate and a slot, yield the seconds spent waiting; raises ImpatientError rather than wait too long."""
        with self._slots:
            yield self._wait(patience)

    def _wait(self, patience: float) -> float:
        waited = 0.0
        while (left := self._opens - self._clock()) > 0:
            if waited + left > patience:
                raise ImpatientError
            self._sleep(left)
            waited += left
        return waited

    def back_off(self, retry_after: float | None = None) -> None:
        """Close the gate for everybody: as long as the server asks, else 1, 2, 4 … seconds, never above 60."""
        with self._lock:
            if self._clock() >= self._opens:  # several refusals of one moment count once
                self._strikes += 1
            wait = 2.0 ** (self._strikes - 1) if retry_after is None else retry_after
            self._opens = max(self._opens, self._clock() + min(wait, LONGEST))

    def passed(self) -> None:
        """Forget earlier refusals: the server has answered."""
        with self._lock:
            self._strikes = 0


def retry_after(value: str | None, now: Callable[[], float] = time.time) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now; None when there is none to read."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now()
        except ValueError:
            return None
    return max(seconds, 0.0) if seconds == seconds else None
