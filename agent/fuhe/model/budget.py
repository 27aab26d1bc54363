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
    """The tokens of one run and what they cost, shared by all threads; questions under way when a limit is met are still finished.

    `price` is 元 for a million tokens read and written, `yuan` the limit on what they cost. Where a server gives no usage,
    one character counts as one token read and `estimated` tells so.
    """

    def __init__(
        self, limit: int | None = None, *, price: tuple[float, float] = (0.0, 0.0), yuan: float | None = None
    ) -> None:
        self.limit, self.price, self.yuan = limit, price, yuan
        self.used, self.spent, self.estimated = 0, 0.0, False
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise ModelSpentError when nothing is left."""
        if self.limit is not None and self.used >= self.limit:
            raise _spent(f"本次运行的大模型用量已达上限（{self.limit} tokens）", "token_budget")
        if self.yuan is not None and self.spent >= self.yuan:
            raise _spent(f"本次运行的大模型费用已达上限（{self.yuan:g} 元）", "yuan_budget")

    def add(self, read: int | None, written: int | None, characters: int) -> None:
        """Count one reply."""
        with self._lock:
            known = read is not None and written is not None
            taken = (read or 0, written or 0) if known else (characters, 0)
            self.used += sum(taken)
            self.spent += sum(tokens * price for tokens, price in zip(taken, self.price, strict=True)) / 1_000_000
            self.estimated |= not known

    def __str__(self) -> str:
        about = "约 " if self.estimated else ""
        limit = "" if self.limit is None else f"，上限 {self.limit}"
        money = f"，{about}{self.spent:.2f} 元" if any(self.price) else ""
        return f"大模型用量 {about}{self.used} tokens{limit}{money}" + (
            "" if self.yuan is None else f"，上限 {self.yuan:g} 元"
        )


def _spent(what: str, setting: str) -> ModelSpentError:
    return ModelSpentError(what, where=f"[model] {setting}", todo="其余各稿改按规则起草；需要时请调高上限再运行")
