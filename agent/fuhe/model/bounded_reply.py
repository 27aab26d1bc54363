"""A reply is bounded: 256 KB, and one deadline for all of it that a server cannot stretch by sending it drop by drop."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from httpx2 import Request, Response

LARGEST = 256 * 1024  # bytes
Result = TypeVar("Result")


class TooLargeError(Exception):
    """The reply is longer than any draft needs."""


class TooSlowError(Exception):
    """The reply was not complete when its time was over."""


def hooks(seconds: float) -> dict[str, list[Callable[..., None]]]:
    """Return the event hooks that bound every reply of an HTTP client."""
    from httpx2 import SyncByteStream

    class Bounded(SyncByteStream):
        """A reply's bytes, counted and timed."""

        def __init__(self, stream: Any, ends: float) -> None:
            self.stream, self.ends = stream, ends

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for chunk in self.stream:
                size += len(chunk)
                if size > LARGEST:
                    raise TooLargeError
                if time.monotonic() > self.ends:
                    raise TooSlowError
                yield chunk

        def close(self) -> None:
            self.stream.close()

    def begin(request: "Request") -> None:
        request.headers["accept-encoding"] = "identity"  # packed bytes could unfold to any size
        request.extensions["ends"] = time.monotonic() + seconds

    def bound(response: "Response") -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise TooLargeError
        response.stream = Bounded(response.stream, response.request.extensions["ends"])

    return {"request": [begin], "response": [bound]}


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what a call returns; raises TooSlowError when its time is over, and leaves it to end by itself.

    A server that drips its headers is met by no timeout of the client, which counts from byte to byte.
    """
    box: list[Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            box.append(call())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not box:
        raise TooSlowError
    return box[0]
