"""What a text says of money: unpaid, paid later, less needed, returned, arrived late, adjusted; and whether that says why."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fuhe.readings.clauses import Piece, pieces
from fuhe.readings.reason import reason
from fuhe.readings.restating import behind_marker, content, denies, has_marker, says_short
from fuhe.readings.value import Value, parse
from fuhe.readings.who_and_when import dates
from fuhe.readings.wordlists import WordList, begins, ends, finds, holds, known, listed, strike

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
    "carried over",
]
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?[万亿千百]?元")
_PART_PAID = re.compile(r"付(?:至|到|了)?[^\d,%]{0,6}(?!100%)\d{1,2}(?:\.\d{1,2})?%")
_IN_PARTS = re.compile(r"分(?:[二两三四五六2-9]|多)(?:年|期|批|次)")
_LATER_YEAR = re.compile(r"20\d\d(?=年)")
_LATER_ON = ("", "今", "以", "最", "随", "此", "其", "往")
_GAP = "　"
_ENOUGH = 2
_NEAR = 12
_EVENT = 5


@dataclass(frozen=True, slots=True)
class MoneyItem:
    """One thing said of money: which money, what became of it, how much, where it stands, and whether that says why."""

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

    @property
    def explains(self) -> bool | None:
        """Whether it is said why money was not spent; that it was not spent says nothing."""
        return any(item.tells_why for item in self.items)

    @property
    def changes_budget(self) -> bool:
        """Whether it says that the budget itself was changed during the year."""
        return self.has("adjusted", "returned", "carried over", "enlarged", "arrived late")

    @property
    def parts_cost_from_spending(self) -> bool:
        """Whether what the work cost and what was paid this year may differ: unpaid, kept back, paid from elsewhere."""
        return self.has("unpaid", "paid later", "less needed", "returned", "carried over", "adjusted", "paid elsewhere")

    def has(self, *states: State) -> bool:
        """Tell whether any money is said to be in one of these states."""
        return any(item.state in states for item in self.items)


class _Said(NamedTuple):
    """A clause about to be judged: without what is no money; the money it speaks of; whether its sentence gave a cause."""

    text: str
    subject: str
    caused: bool
    year: int | None

    def has(self, *kinds: str) -> bool:
        """Tell whether words of one of these kinds stand in the clause."""
        return holds(self.text, listed("money", *kinds))


def money_said(text: str | None, year: int | None = None) -> MoneySaid:
    """Read what a text says of money; `year` is the form's own, so that a later one is known."""
    return _money_said(text or "", year)


def says_why_unspent(text: str | None, year: int | None = None) -> bool:
    """Tell whether a text beside the amounts says why some were left: of money, or by a cause that is none of money's."""
    causes = reason(text, year=year).of("cause")
    return bool(money_said(text, year).explains) or any(_tells_departure(clause.text) for clause in causes)


def _tells_departure(text: str) -> bool:
    """Tell whether a clause says what came otherwise than planned: later, fewer, not, stopped; rules kept and meetings held did not."""
    if _is_about_money(text):
        return False
    plain = strike(text, listed("money", "harmless", "not_departures"), _GAP)
    return has_marker(text) or holds(plain, listed("money", "departures")) or _is_event(plain)


def _is_event(text: str) -> bool:
    """Recognise 总包单位与分包单位打官司: something that happened, no word of how the money was kept, no figure."""
    kept = holds(text, listed("money", "housekeeping", "funds", "left", "rest"))
    return not kept and len(content(text)) > _EVENT and not any(char.isdigit() for char in text)


def _is_about_money(text: str) -> bool:
    kinds = ("funds", "spending", "rest", "total", "pay", "spend", "rates")
    return _says_no_harm(text) or holds(text, listed("money", *kinds)) or bool(_AMOUNT.search(text))


def _says_no_harm(text: str) -> bool:
    """Recognise 不存在违规, 审计未发现问题, 没有超支: nothing went wrong, which says nothing of money left."""
    return any(char in "不无未没" for char in text) and holds(text, listed("money", "harmless"))


@functools.lru_cache(maxsize=1 << 12)
def _money_said(text: str, year: int | None) -> MoneySaid:
    found: list[MoneyItem] = []
    subject, caused = "", False
    for piece in pieces(text):
        if _asks_others(piece.text):
            continue
        subject, caused = ("", False) if piece.opens else (subject, caused)
        plain = strike(piece.text, listed("money", "not_money"), _GAP)
        subject, caused = _subject(plain) or subject, caused or _gives_cause(plain)
        found += _items(piece, _Said(plain, subject, caused, year))
    return MoneySaid(tuple(found))


def _items(piece: Piece, said: _Said) -> list[MoneyItem]:
    amount = _AMOUNT.search(piece.text)
    value = parse(amount[0]) if amount else None
    return [
        MoneyItem(said.subject, state, value, piece.start, piece.end, tells(said))
        for state, holds_of, tells in _STATES
        if holds_of(said)
    ]


def _asks_others(text: str) -> bool:
    """Recognise 请予核减: what others are asked to do has not become of the money; 请第三方审减4万元 has."""
    return bool(begins(text, listed("causes", "wishes"))) and not _AMOUNT.search(text)


def _subject(text: str) -> str:
    """Return the money a clause speaks of, the most particular first."""
    kinds = ("part", "spending", "funds", "rest")
    found = [word for _, word in finds(text, listed("money", *kinds))]
    ranked = (word for kind in kinds for word in found if word in listed("money", kind).words)
    return next(ranked, "")


def _denied(text: str, given: WordList) -> bool:
    """Tell whether 未, 尚未 or the like stands before a word of the list, words such as 按期 between them."""
    for at, word in finds(text, _denials()):
        rest = text[at + len(word) : at + len(word) + 10]
        while skipped := begins(rest, listed("causes", "punctual")):
            rest = rest[len(skipped) :]
        if begins(rest, given) or begins(rest[1:], given):
            return True
    return False


@functools.cache
def _denials() -> WordList:
    return known(*listed("causes", "denials").words, "不", "来不及", "未及", "难以")


def _unpaid(said: _Said) -> bool:
    return said.has("unpaid") or _denied(said.text, listed("money", "pay", "spend"))


def _unpaid_for_a_reason(said: _Said) -> bool:
    """尾款未付 says which money is left, 因…挂账 says why; 资金未支付 says neither."""
    return said.subject in listed("money", "part").words or said.caused


def _gives_cause(text: str) -> bool:
    """Tell whether a clause gives a cause that is more than the money itself."""
    told = strike(behind_marker(text), listed("money", "funds", "pay", "spend", "not_money", "rest", "pace"), _GAP)
    return has_marker(text) and len(content(told)) >= _ENOUGH


def _paid_later(said: _Said) -> bool:
    """Recognise 待验收后支付, 次年支付, 首期付60%, 保留5%质保金: what is left goes out another day."""
    if _PART_PAID.search(said.text):
        return said.has("part", "only", "terms") or "已" not in said.text
    if said.has("paid"):
        return False
    if not said.has("pay"):
        return said.has("part") and not _points_elsewhere(said.text)
    return said.has("later", "only") or _in_later_year(said) or _after_something(said.text)


def _points_elsewhere(text: str) -> bool:
    """Recognise 余款见附表: where to look is not why."""
    return any(mark in text for mark in ("见附", "详见", "见表"))


def _later_by_terms(said: _Said) -> bool:
    """Tell 尾款次年支付 from 拟下年支付: an intention to pay says as little as that it was not paid."""
    intends = begins(said.text, listed("causes", "intents", "leads")) or _awaits_payment(said.text)
    return not intends or said.has("part") or said.caused or _after_something(said.text)


def _awaits_payment(text: str) -> bool:
    """Recognise 部分资金待支付: what is waited for is the payment itself."""
    _, waits, rest = text.partition("待")
    return bool(waits) and bool(begins(rest, listed("money", "pay")))


def _in_later_year(said: _Said) -> bool:
    return said.year is not None and any(int(found) > said.year for found in _LATER_YEAR.findall(said.text))


def _after_something(text: str) -> bool:
    """Recognise 验收后支付, 到货后付: paid once something else is done."""
    last = max((place for place, _ in finds(text, listed("money", "pay"))), default=0)
    return any(char == "后" and text[at - 1 : at] not in _LATER_ON for at, char in enumerate(text[:last]))


def _less(said: _Said) -> bool:
    """Recognise 招标节约; 参训人数减少, 中标价低于控制价, 比预算少: less than planned, not less than last year."""
    if any(not said.text.startswith(_GAP, at + len(word)) for at, word in finds(said.text, listed("money", "saved"))):
        return True
    if said.has("other_base") or _holds_total_to_budget(said):
        return False
    if said.has("needless") and said.has("pay", "arise", "spending"):
        return True
    if _subject(said.text) and _denied(said.text, listed("money", "arise")):
        return True
    if said.has("pay") and (said.has("actual") or "按" in said.text.partition("实际")[0]):
        return "实际" in said.text or said.has("actual")
    measured = said.has("quantity", "spending")
    if measured and said.has("lessens"):
        return True
    if (said.subject and said.has("follows")) or (said.has("estimate") and _is_off(said.text)):
        return True
    if said.has("quantity") and ends(said.text, listed("money", "less")):
        return True
    compared = begins(said.text.partition("较")[2], listed("money", "less")) == "" and said.has("against")
    against = said.has("below") or (compared and said.has("less"))
    return against and (measured or said.has("base", "estimate", "funds"))


def _holds_total_to_budget(said: _Said) -> bool:
    """Recognise 全年执行数低于预算数, 实际支出有所减少: the total against the budget is the rate once more, no price or number."""
    if said.has("quantity", "follows", "needless", "saved"):
        return False
    total = said.has("total") or holds(said.text, listed("money", "funds"))
    named = strike(said.text, listed("money", "funds", "total", "base", "below", "less", "lessens", "against"), _GAP)
    compared = said.has("below", "against") and said.has("funds", "base")
    return total and (compared or len(content(named)) < _ENOUGH)


def _is_off(text: str) -> bool:
    """Recognise 预算编制不够精准, 年初测算偏高."""
    return says_short(text) or bool(ends(text, listed("causes", "hardships")))


def _returned(said: _Said) -> bool:
    return bool(said.subject or _AMOUNT.search(said.text)) and said.has("returned")


def _late(said: _Said) -> bool:
    """Recognise 资金12月才下达, 财政尚未下达, 库款不足."""
    if said.has("no_cash"):
        return True
    speaks = bool(said.subject) or "财政" in said.text
    return speaks and said.has("arrive") and (said.has("late") or _denied(said.text, listed("money", "arrive")))


def _put_off(said: _Said) -> bool:
    """Tell whether the work was not done or is done later: then the money for it was not spent."""
    if (
        said.has("put_off")
        or _comes_late(said.text)
        or (_IN_PARTS.search(said.text) and not said.has("paid") and "拨付到" not in said.text)
    ):
        return True
    if _is_undone(said):
        return True
    late = (
        said.has("late")
        and said.has("step", "works")
        and not said.has("funds", "spend")
        and not (said.subject and said.has("arrive"))
        and _GAP not in said.text
        and "完成" not in said.text  # 于10月完成验收: done, whenever it was
    )
    return late or (said.caused and (denies(said.text) or says_short(said.text) or said.has("lessens")))


def _comes_late(text: str) -> bool:
    """Recognise 账单次年1月才出, 12月才下来: whatever came, the date says that it came late."""
    before, when, _ = text.partition("才")
    return (
        bool(when)
        and text[len(before) : len(before) + 2] not in listed("causes", "not_negations").words
        and bool(dates(before))
    )


def _is_undone(said: _Said) -> bool:
    """Recognise 尚未验收, 图纸未批, 无法施工: a step of the work is denied, not the spending, and no harm (未发生事故)."""
    about_money = said.has("spend") or _GAP in said.text or (said.subject and "完成" in said.text)
    if about_money or _misses_total(said.text) or _denied(said.text, listed("money", "harmless", "arise")):
        return False
    if _denied(said.text, _steps()):
        return True
    if _is_unspent(said.text):
        return False
    told = strike(
        said.text, listed("money", "funds", "pay", "spend", "rest", "arrive", "paid", "part", "spending"), _GAP
    )
    return holds(told, listed("causes", "denials")) and len(content(told)) >= _ENOUGH


def _is_unspent(text: str) -> bool:
    """Recognise 未全部支出, 尚未形成支出: what is denied is the spending itself."""
    behind = (rest.removeprefix(begins(rest, listed("money", "reaching"))) for rest in _behind_denials(text))
    return any(begins(rest, _paying()) for rest in behind)


def _misses_total(text: str) -> bool:
    """Recognise 未达到预算数, 没有达到100%: the rate once more."""
    reached = ((rest, begins(rest, listed("money", "reaching"))) for rest in _behind_denials(text))
    missed = [rest[len(word) :] for rest, word in reached if word]
    return any(rest[:1].isdigit() or begins(rest, listed("money", "funds", "base", "pace")) for rest in missed)


def _behind_denials(text: str) -> Iterator[str]:
    """Yield what stands behind each 未, 没有 or 不, less words such as 按期."""
    for at, word in finds(text, _denials()):
        rest = text[at + len(word) : at + len(word) + _NEAR]
        while skipped := begins(rest, listed("causes", "punctual", "goals", "through")):
            rest = rest[len(skipped) :]
        yield rest


@functools.cache
def _steps() -> WordList:
    return known(*(listed("money", "step").words - listed("money", "reaching").words))


@functools.cache
def _paying() -> WordList:
    return known(*(listed("money", "pay", "spend").words - listed("money", "step").words))


def _elsewhere(said: _Said) -> bool:
    """Recognise 差旅费由主办方承担, 检验费由企业缴纳, 自筹: somebody else pays."""
    if not (said.subject or _AMOUNT.search(said.text)):
        return False
    by_others = "由" in said.text.replace("由于", "") and said.has("pay") and not said.has("paid")
    return said.has("elsewhere") or by_others


def _is_no_rest(said: _Said) -> bool:
    """Tell 资金被收回 from 结余由财政收回: what became of a rest does not say why there was one."""
    return said.caused or not said.has("rest", "left")


def _always(said: _Said) -> bool:
    return True


def _never(said: _Said) -> bool:
    return False


_Test = Callable[[_Said], bool]
_STATES: tuple[tuple[State, _Test, _Test], ...] = (
    ("unpaid", _unpaid, _unpaid_for_a_reason),
    ("paid later", _paid_later, _later_by_terms),
    ("less needed", _less, _always),
    ("returned", _returned, _is_no_rest),
    ("carried over", lambda said: said.has("carried"), lambda said: said.caused),
    ("arrived late", _late, _always),
    ("adjusted", lambda said: said.has("adjusted"), _always),
    ("enlarged", lambda said: said.has("enlarged"), _never),
    ("paid elsewhere", _elsewhere, _always),
    ("work put off", _put_off, _always),
)
