"""What a text says of money: unpaid, paid later, less needed, returned, arrived late, adjusted; and whether that says why."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fuhe.readings.clauses import Piece, pieces
from fuhe.readings.value import Value, parse
from fuhe.readings.wordlists import finds, holds, listed, strike

State = Literal[
    "unpaid",
    "paid later",
    "less needed",
    "returned",
    "arrived late",
    "adjusted",
    "enlarged",
    "paid elsewhere",
    "work put off",
]
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?[万亿千百]?元")
_LATER_YEAR = re.compile(r"20\d\d(?=年)")
_GAP = "　"


@dataclass(frozen=True, slots=True)
class MoneyItem:
    """One thing said of money: which money, what became of it, how much, where it stands, and whether it says why."""

    subject: str
    state: State
    amount: Value | None
    start: int
    end: int
    tells_why: bool


@dataclass(frozen=True, slots=True)
class MoneySaid:
    """What a text says of money."""

    items: tuple[MoneyItem, ...]
    explains: bool | None

    @property
    def changes_budget(self) -> bool:
        """Whether it says that the budget itself was changed during the year."""
        return self.has("adjusted", "returned", "enlarged", "arrived late")

    @property
    def parts_cost_from_spending(self) -> bool:
        """Whether it says that what the work cost and what was paid this year differ: unpaid, kept back, from elsewhere."""
        return self.has("unpaid", "paid later", "less needed", "returned", "adjusted", "paid elsewhere")

    def has(self, *states: State) -> bool:
        """Tell whether any money is said to be in one of these states."""
        return any(item.state in states for item in self.items)


def money_said(text: str | None, year: int | None = None) -> MoneySaid:
    """Read what a text says of money; `year` is the form's own, so that a later one is known."""
    return _money_said(text or "", year)


@functools.lru_cache(maxsize=1 << 12)
def _money_said(text: str, year: int | None) -> MoneySaid:
    found: list[MoneyItem] = []
    sentence = ""
    for piece in pieces(text):
        sentence = piece.text if piece.opens else sentence + piece.text
        found += _items(piece, sentence, year)
    return MoneySaid(tuple(found), any(item.tells_why for item in found))


def _has(text: str, *keys: str) -> bool:
    return holds(text, listed("money", *keys))


def _items(piece: Piece, sentence: str, year: int | None) -> list[MoneyItem]:
    """Return what a clause says; the sentence up to here tells which money it speaks of."""
    text = strike(piece.text, listed("money", "not_spendings"), _GAP)
    subject = _subject(text) or _subject(strike(sentence, listed("money", "not_spendings"), _GAP))
    amount = _AMOUNT.search(text)
    value = parse(amount[0]) if amount else None
    return [
        MoneyItem(subject, state, value, piece.start, piece.end, tells(text, subject, year))
        for state, is_so, tells in _STATES
        if is_so(text, subject, year)
    ]


def _subject(text: str) -> str:
    """Return the money a clause speaks of, the most particular first."""
    for key in ("parts", "spendings", "funds", "rests"):
        if found := next((word for _, word in finds(text, listed("money", key))), ""):
            return found
    return ""


def _unpaid(text: str, subject: str, year: int | None) -> bool:
    return _has(text, "unpaid")


def _names_part(text: str, subject: str, year: int | None) -> bool:
    """Say that money of one kind is unpaid (尾款未付) or why (因…, 未开票); that the money is unspent says nothing."""
    return (
        subject in listed("money", "parts").words
        or _has(text, "put_off")
        or any(word in text for word in ("未开", "未申报", "未到", "未达到", "挂账"))
    )


def _paid_later(text: str, subject: str, year: int | None) -> bool:
    if _has_paid(text) or not _has(text, "pays"):
        return False
    return _has(text, "waits") or _in_later_year(text, year) or _after_something(text)


def _has_paid(text: str) -> bool:
    """Tell whether the money has gone out already: 验收后已支付, 全部发放到户."""
    pays = list(finds(text, listed("money", "pays")))
    first = pays[0][0] if pays else 0
    before = text[max(0, first - 3) : first]
    return any(word in before for word in ("已", "均", "全部", "全额", "足额")) or any(
        word in text for word in ("支付了", "付了", "支付完毕", "到户", "到位", "到手")
    )


def _in_later_year(text: str, year: int | None) -> bool:
    return year is not None and any(int(found) > year for found in _LATER_YEAR.findall(text))


def _after_something(text: str) -> bool:
    """Recognise 验收后支付, 到货后付: paid once something else is done."""
    at = text.find("后")
    return at > 0 and any(place > at for place, _ in finds(text, listed("money", "pays")))


def _less(text: str, subject: str, year: int | None) -> bool:
    if _has(text, "saved") and "水" not in text:
        return True
    if not _has(text, "lessens") or _has(text, "other_bases"):
        return False
    return _has(text, "quantities", "spendings", "bases") or "按实" in text


def _returned(text: str, subject: str, year: int | None) -> bool:
    return bool(subject) and _has(text, "returned")


def _adjusted(text: str, subject: str, year: int | None) -> bool:
    return _has(text, "adjusted")


def _enlarged(text: str, subject: str, year: int | None) -> bool:
    return _has(text, "enlarged")


def _elsewhere(text: str, subject: str, year: int | None) -> bool:
    return bool(subject or _AMOUNT.search(text)) and _has(text, "elsewhere")


def _late(text: str, subject: str, year: int | None) -> bool:
    if _has(text, "short_of_funds"):
        return True
    return (bool(subject) or "财政" in text) and _has(text, "arrives") and _has(text, "late")


def _put_off(text: str, subject: str, year: int | None) -> bool:
    return _has(text, "put_off")


def _always(text: str, subject: str, year: int | None) -> bool:
    return True


def _never(text: str, subject: str, year: int | None) -> bool:
    return False


_Test = Callable[[str, str, int | None], bool]
_STATES: tuple[tuple[State, _Test, _Test], ...] = (
    ("unpaid", _unpaid, _names_part),
    ("paid later", _paid_later, _always),
    ("less needed", _less, _always),
    ("returned", _returned, _always),
    ("arrived late", _late, _always),
    ("adjusted", _adjusted, _always),
    ("enlarged", _enlarged, _never),
    ("paid elsewhere", _elsewhere, _always),
    ("work put off", _put_off, _always),
)
