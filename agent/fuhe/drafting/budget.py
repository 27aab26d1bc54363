"""What may be spent: requests on one form and kind, tokens on one run."""

import threading

from fuhe.errors import ModelSpentError

REQUESTS = 6


class Requests:
    """The HTTP requests one form and kind may cost, retries and the repair round included; pass it to both rounds."""

    def __init__(self, limit: int = REQUESTS) -> None:
        self.limit, self.used = limit, 0

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return self.limit - self.used

    def take(self) -> None:
        """Count one request; raises ModelSpentError when there is none left."""
        if self.left <= 0:
            raise ModelSpentError(f"这一张表已请求 {self.limit} 次，仍没有可用的回复", todo="本稿改按规则起草")
        self.used += 1


class Tokens:
    """The tokens of one run, shared by all threads; questions under way when it runs out are still finished.

    Where a server gives no usage, one character counts as one token and `estimated` tells so.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit, self.used, self.estimated = limit, 0, False
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise ModelSpentError when nothing is left."""
        if self.limit is not None and self.used >= self.limit:
            raise ModelSpentError(
                f"本次运行的大模型用量已达上限（{self.limit} tokens）",
                where="[model] token_budget",
                todo="其余各稿改按规则起草；需要时请调高上限再运行",
            )

    def add(self, tokens: int | None, characters: int) -> None:
        """Count one reply."""
        with self._lock:
            self.used += characters if tokens is None else tokens
            self.estimated |= tokens is None

    def __str__(self) -> str:
        about = "约 " if self.estimated else ""
        limit = "" if self.limit is None else f"，上限 {self.limit}"
        return f"大模型用量 {about}{self.used} tokens{limit}"
