"""What an indicator's name measures: its head, of what, by which act, on what scale, and which way is better."""

import functools
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from fuhe.policy import words as lexicon_words
from fuhe.readings.content_words import word_class
from fuhe.readings.levels import subclass_of
from fuhe.readings.name_words import (
    NameWords,
    figure_as_printed,
    figure_is_total,
    name_words,
    without_figure,
    without_pads,
)
from fuhe.readings.numbers import Numeral, numbers
from fuhe.readings.value import Value, class_of_unit
from fuhe.readings.vocabulary import Word, words_of

Kind = Literal[
    "count", "share", "degree", "duration", "date", "price", "total", "frequency",
    "event", "state", "means", "wish", "none", "unread",
]  # fmt: skip
Better = Literal["more", "less", "as-set", "unknown"]
MEASURED = frozenset(("count", "share", "degree", "duration", "date", "price", "total", "frequency"))

_COSTS = ("成本", "经济成本", "社会成本", "生态环境成本")
_CLAUSE_ENDS = ",，;；"
_CLAUSE = 4
_MOST_PARTS = 8
_JOINS = "、和与及,，;；/"


class NameSpan(NamedTuple):
    """A slot of the reading and where its words stand in the name as printed."""

    slot: str
    start: int
    end: int


class Measure(NamedTuple):
    """How a name is read; `better` rests on words read only where `derived`, else it is the default."""

    name: str
    kind: Kind
    head: str | None = None
    object: str | None = None
    act: str | None = None
    base: str | None = None
    better: Better = "unknown"
    derived: bool = False
    things: tuple[str, ...] = ()
    spans: tuple[NameSpan, ...] = ()
    figure: Numeral | None = None
    figure_is_total: bool = False
    change: str | None = None
    asks: str | None = None
    unit: str | None = None
    about: frozenset[str] = frozenset()
    why: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether the name has a head with a scale."""
        return self.kind in MEASURED


class _Sign(NamedTuple):
    """Good, bad or neither so far, whether words said so, and which."""

    value: int = 0
    derived: bool = False
    why: tuple[str, ...] = ()

    def then(self, value: int, word: Word, said: str, *, derived: bool = True) -> "_Sign":
        return _Sign(value, derived, (*self.why, f"{word.text}（{said}）"))


@functools.lru_cache(maxsize=1 << 14)
def measure(
    name: str | None, level2: str | None = None, unit: str | None = None, target: Value | None = None
) -> Measure:
    """Read an indicator's name with its second-level class, its target's unit and its target at hand; never fails."""
    read = name_words(name or "")
    unit = unit or (target.unit if target else None) or read.unit
    if not read.words:
        return Measure(name or "", "unread", why="没有可读的名称")
    made = _measured(read, unit, target)
    better, derived, why = _better(read, made, level2, target)
    return made._replace(
        better=better,
        derived=derived,
        things=_things(read.plain) or ((made.name,) if made.name else ()),
        unit=read.unit,
        figure=figure_as_printed(read),
        figure_is_total=figure_is_total(read),
        why="；".join(part for part in (made.why, *why) if part),
    )


@functools.lru_cache(maxsize=1 << 12)
def asks_when(name: str) -> bool:
    """Tell whether a name by itself states a deadline (任务完成时限) and no rate of meeting it."""
    read = name_words(name)
    if not read.words:
        return False
    made = _measured(read, read.unit, None)
    return made.kind == "date" or "limit" in made.about


def says_none(made: Measure) -> bool:
    """Tell whether the name itself says that something bad does not happen (无群体性事件)."""
    return made.kind == "state" and {"holds", "bad"} <= made.about


def has_scale(made: Measure) -> bool | None:
    """Tell whether the name says something that can be counted or measured; None where it could not be read."""
    if made.kind == "unread" or (made.kind == "state" and "holds" in made.about):
        return None
    return made.is_measured or made.kind == "event"


def fits(made: Measure, target: Value) -> bool | None:
    """Tell whether a target that is a figure answers what the name measures; None where it cannot be decided."""
    if target.kind not in ("number", "range"):
        return None
    if target.unit in ("%", "‰"):
        return _share_fits(made, target)
    if made.kind == "date":
        return False if target.unit is None else None
    return None if has_scale(made) is None else has_scale(made)


def measurable(made: Measure, target: Value) -> bool | None:
    """Tell whether name and target together can be measured: the name has a scale and the target stands on it."""
    if target.kind not in ("number", "range"):
        return None
    scale, fit = has_scale(made), fits(made, target)
    if scale is False and target.unit not in (None, "%", "‰", "分"):
        return None
    if scale is False or fit is False:
        return False
    return None if scale is None or fit is None else True


def _share_fits(made: Measure, target: Value) -> bool | None:
    """A percent answers a share, a degree or a change; all of a piece of work may be said as 100%."""
    if made.change or made.kind in ("share", "degree", "price"):
        return True
    whole = target.number == 100
    if made.figure and made.figure.unit not in ("%", "‰"):
        return False
    if made.kind in ("state", "event"):
        return None if whole and ("holds" in made.about or made.kind == "event") else False
    if made.kind in ("count", "frequency"):
        if "named" in made.about:
            return None if whole else False
        return False if made.derived and made.act and whole else None
    if made.kind in ("total", "duration", "unread"):
        return None
    return False


# ---- kind ----------------------------------------------------------------------------------------------------------


def _measured(read: NameWords, unit: str | None, target: Value | None) -> Measure:
    words = _without_changes(read.words)
    last, changed = words[-1], _change_in(read.words)
    kind = _kind(words, unit, target)
    if kind == "event" and _is_dated_act(read.plain, words):
        kind = "date"
    if changed is not None and kind not in MEASURED:
        kind = _changed_kind(changed, kind)
    kind = "state" if _asks_whether(words) else _led(words, kind)
    if read.unit in ("%", "‰") and kind not in MEASURED:
        kind = "share"
    head = last if last.part == "head" or kind not in ("event", "unread") else None
    act = next((word for word in reversed(words) if word.part == "act" and word is not head), None)
    thing = _object(words, head, act)
    slots = (("head", head), ("object", thing), ("act", act))
    return Measure(
        read.plain,
        kind,
        head=head.text if head else None,
        object=thing.text if thing else None,
        act=act.text if act else None,
        asks=_asks(words, head),
        base=(thing or act).text if kind == "share" and (thing or act) else None,  # type: ignore[union-attr]
        spans=tuple(_span(read, slot, word) for slot, word in slots if word),
        change=changed.text if changed else None,
        about=frozenset(_about(read.words, kind)),
        why=f"落脚“{head.text}”" if head else "没有落脚词",
    )


def _asks(words: Sequence[Word], head: Word | None) -> str | None:
    """Return what the head counts by the lists, or persons where those counted are: 话务员|数, 窗口|人员|数量."""
    if head is None or head.attributes.get("asks"):
        return head.attributes.get("asks") if head else None
    before = words[-2].text if len(words) > 1 and head is words[-1] else ""
    persons = head.text in ("数", "数量", "总数") and before.endswith(lexicon_words("objects", "person_ends"))
    return "person" if persons else None


def _span(read: NameWords, slot: str, word: Word) -> NameSpan:
    return NameSpan(slot, read.at[word.start], read.at[word.end - 1] + 1)


def _object(words: Sequence[Word], head: Word | None, act: Word | None) -> Word | None:
    """Return what is measured or acted on: the last thing named before the head that is no act, else the one behind it."""
    things = [word for word in words if word.part in ("object", "other") and word is not head and len(word.text) > 1]
    named = [word for word in things if not word.has("role", "change") and not word.has("valence", "good")]
    return next(reversed(named or things), None)


_ASKED = frozenset(("limited", "work", "survey", "rated", "buys", "either", "limit", "whole", "fixed", "grants"))


def _about(words: Sequence[Word], kind: Kind) -> Iterator[str]:
    """Name what else rules ask: staff, seats, money as the thing counted; a bad thing said not to happen."""
    for word in words:
        if role := word.attributes.get("role"):
            yield str(role)
        yield from (name for name in _ASKED & word.attributes.keys() if word.has(name))
    yield from _said_of_the_bad(words, kind)


def _said_of_the_bad(words: Sequence[Word], kind: Kind) -> Iterator[str]:
    bad = any(word.has("valence", "bad") for word in words)
    if bad:
        yield "bad"
    if words[-1].has("role", "change"):
        yield "compared"
    if any(word.has("turn", "lessens") or word.has("better", "flip") for word in words):
        yield "lessens"
    if _asks_whether(words) or (kind == "state" and bad and any(word.part == "not" for word in words)):
        yield "holds"
    if kind == "count" and words[-1].part == "object" and not words[-1].has("valence", "bad"):
        yield "named"


def _without_changes(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop a change said behind what is measured: 信访件数|同比|下降, 旅游总收入|同比|增长."""
    kept = words
    while len(kept) > 1 and (
        kept[-1].has("role", "change") or kept[-1].attributes.get("turn") in ("raises", "lessens")
    ):
        kept = kept[:-1]
    return kept if any(word.part != "means" for word in kept) else words


def _change_in(words: Sequence[Word]) -> Word | None:
    """Return the act of change behind what is measured, or right before a share of it (事故|下降|率)."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].has("role", "change"):
        kept.pop()
    before = kept[-2] if len(kept) > 2 and kept[-1].attributes.get("kind") == "share" else kept[-1]
    return before if before.attributes.get("turn") in ("raises", "lessens") and len(kept) > 1 else None


def _changed_kind(change: Word, kind: Kind) -> Kind:
    """A thing that grows or shrinks can be measured by how much; one that improves cannot."""
    return "share" if change.has("by", "figure") and kind not in ("none", "state", "wish", "means") else "wish"


def _kind(words: Sequence[Word], unit: str | None, target: Value | None) -> Kind:
    last = words[-1]
    if last.part == "head":
        return _kind_of_head(words, last, target)
    if last.has("rated") and unit in ("%", "‰", None):
        return "share"
    if last.has("role", "money") and any(word.has("saves") for word in words):
        return "total"
    if last.has("valence", "bad"):
        return "state" if any(word.part == "not" for word in words[:-1]) else "count"
    if _is_quotient(words):
        return "share"
    if last.part == "act" and len(words) > 1 and words[-2].has("valence", "good"):
        return ("share" if unit in ("%", "‰") else "event") if words[-2].has("rated") else "state"
    if last.part == "other" and any(word.has("kind", "none") for word in words):
        return "none"
    if any(word.part == "act" and not word.has("guessed") for word in (last, words[0])):
        return "event"
    if last.has("valence", "good"):
        return "state"
    if last.has("role", "plan"):
        return "none"
    if last.part == "object" and last.attributes.get("role"):
        return "count"
    return "count" if class_of_unit(unit) not in (None, "比例") else _unlisted(words)


def _unlisted(words: Sequence[Word]) -> Kind:
    """Read a last word that no list has by its class: an act, a thing, a state."""
    if not any(char.isalpha() for word in words for char in word.text):
        return "none"
    kinds: dict[str, Kind] = {"v": "event", "n": "count", "a": "state"}
    found = kinds.get(word_class(words[-1].text)[:1])
    return found or ("event" if any(word.part == "act" for word in words) else "unread")


def _kind_of_head(words: Sequence[Word], head: Word, target: Value | None) -> Kind:
    kind: Kind = head.attributes["kind"]
    if kind not in ("duration", "date"):
        return kind
    in_time = target is not None and target.kind in ("number", "range") and class_of_unit(target.unit) == "时间"
    if target is not None and target.kind == "date":
        return "date"
    dated = kind == "date" or (head.text in ("时间", "时限", "期限") and _dated(words))
    return "duration" if in_time or not dated else "date"


def _is_dated_act(plain: str, words: Sequence[Word]) -> bool:
    """Recognise 2023年12月完成: the date is what the name is about."""
    dated = any(number.role == "date" and plain[number.after - 1 : number.after] in "月日" for number in numbers(plain))
    return dated and words[-1].has("time", "date")


def _dated(words: Sequence[Word]) -> bool:
    before = [word for word in words[:-1] if word.part == "act"]
    return bool(before) and before[-1].has("time", "date")


def _is_quotient(words: Sequence[Word]) -> bool:
    return any(word.text in "/÷" for word in words[1:-1])


def _asks_whether(words: Sequence[Word]) -> bool:
    return any(word.text == "是否" for word in words) and words[-1].part != "head"


def _led(words: Sequence[Word], kind: Kind) -> Kind:
    """A name that opens with an intention or a means measures nothing unless its head does."""
    first = words[0]
    if kind in ("count", "share", "total", "duration", "price", "frequency", "date"):
        return kind
    if first.has("intends") and len(words) > 1:
        return "wish"
    if first.part == "means" and len(words) > 1 and kind in ("none", "state", "unread"):
        return "means"
    return kind


# ---- which way is better -------------------------------------------------------------------------------------------


def _better(
    read: NameWords, made: Measure, level2: str | None, target: Value | None
) -> tuple[Better, bool, tuple[str, ...]]:
    """Fold head, object and acts into one direction."""
    if made.kind == "date":
        return "less", True, ("日期：早比晚好",)
    if made.kind in ("none", "wish", "means", "unread") and not made.change:
        return "unknown", False, ()
    words = read.words
    core = _without_changes(words)
    folded, negated = _folded(core)
    sign = _with_head(folded, core[-1], core, made, level2)
    if negated and core[-1].has("better", "more"):
        sign = sign.then(-1, core[-1], "前有否定")
    change = _change_in(words)
    if change is not None and change not in core[:-1]:
        sign = _changed(sign, change)
    sign = _with_lead(sign, words)
    if subclass_of(level2) in _COSTS and made.kind in ("event", "count") and "lessens" not in made.about:
        return "less", False, sign.why
    if _holds_down(core):
        return "more", True, (*sign.why, "管住的是病痛、坏事")
    if core[-1].has("better", "as-set") and not change:
        return "as-set", True, sign.why
    if sign.value:
        return ("more" if sign.value > 0 else "less"), sign.derived, sign.why
    return ("less" if subclass_of(level2) in _COSTS else "more"), False, (*sign.why, "按类别推定")


def _holds_down(core: Sequence[Word]) -> bool:
    """Tell whether what is kept in hand is an ill of people: 患者血糖|控制率, 疫情|控制率."""
    ills = any(word.has("valence", "bad") for word in core[:-1])
    return core[-1].has("held_down") and ills and not any(word.has("limited") for word in core)


def _folded(words: Sequence[Word]) -> tuple[_Sign, bool]:
    """Fold objects and acts from left to right; tell also whether a negation is still open at the end."""
    state = _Fold()
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        state = _step(state, word, following, words)
    return state.sign, state.negated


class _Fold(NamedTuple):
    """Where the fold stands: the sign, and what the words just read do to the next: 无, 查处, 避免, 逾期."""

    sign: _Sign = _Sign()
    negated: bool = False
    fresh: bool = False
    mending: bool = False
    averting: bool = False
    spoiled: bool = False
    acted: bool = False
    rated: bool = False


def _step(state: _Fold, word: Word, following: Word | None, words: Sequence[Word]) -> _Fold:
    turn = word.attributes.get("turn")
    if word.part == "not":
        return state._replace(negated=not state.negated, fresh=True)
    if word.has("valence", "bad"):
        return _bad(state, word, following, words)
    if following is not None and word.part == "head":
        return state._replace(sign=_valued(state.sign, word, words), fresh=False)
    if word.has("valence", "good"):
        if (
            state.fresh
            and not word.has("rated")
            and any(other.has("valence", "bad") for other in words[words.index(word) :])
        ):
            return state._replace(fresh=False)
        sign = state.sign.then(-1 if state.fresh else 1, word, "好的状态")
        return state._replace(
            sign=sign, negated=state.negated and not state.fresh, fresh=False, rated=word.has("rated")
        )
    if turn == "lessens":
        return state._replace(sign=_lessened(state.sign, word), averting=True, fresh=False)
    if word.part == "act" and turn != "causes":
        return _act(state, word)
    if word.has("befalls") and state.acted and not state.sign.derived:
        return state._replace(sign=state.sign.then(-1, word, "遇上的事"), fresh=False)
    if word.has("again"):
        return state._replace(fresh=False, mending=False, spoiled=False, rated=False)
    if word.has("finds"):  # 不合格发现率: the more is found the better, or the worse
        state = state._replace(sign=state.sign._replace(derived=False))
    return state._replace(fresh=False, spoiled=False, rated=False)


def _valued(sign: _Sign, word: Word, words: Sequence[Word]) -> _Sign:
    """A head inside the name brings its own sign: 成本|节约|率, 审批|时限|压缩|率."""
    polarity = word.attributes.get("better")
    if word.has("kind", "duration"):
        return (
            sign
            if not _telling(words[: words.index(word)])
            else _time_sign(sign, word, words[: words.index(word) + 1], polarity)
        )
    if polarity not in ("more", "less"):
        return sign
    return sign.then(1 if polarity == "more" else -1, word, "越多越好" if polarity == "more" else "越少越好")


def _bad(state: _Fold, word: Word, following: Word | None, words: Sequence[Word]) -> _Fold:
    spoils = word.has("spoils") and following is not None and _takes_a_manner(following)
    people = following is not None and following.has("role", "people")
    # 预警|延迟, 办理|逾期|件数: what is measured, not what is mended
    itself = word.has("spoils") and (following is None or following.part == "head")
    mended = state.averting or (state.mending and not word.has("slip") and not itself) or (people and state.acted)
    good = state.negated or (mended and not spoils) or (state.rated and word.has("limited"))
    doubtful = (people and not word.has("spoils")) or _is_doubtful(word, words)
    sure = (state.sign.derived and state.sign.value < 0) or good or not doubtful
    said = "坏事，不让它有" if good else "要限的事" if word.has("limited") else "坏事"
    joined = following is not None and following.has("valence", "bad") and not following.has("slip")
    mending = state.mending and joined  # 调解|矛盾|纠纷: both are what is settled
    return _Fold(state.sign.then(1 if good else -1, word, said, derived=sure), mending=mending, spoiled=spoils)


def _act(state: _Fold, word: Word) -> _Fold:
    mends, limited = word.has("turn", "mends"), word.has("consumes") and state.sign.value < 0
    sign = state.sign
    if state.fresh:
        sign = sign.then(-1, word, "没有做")
    elif not state.spoiled and not limited:
        sure = not word.has("unlisted") or (sign.derived and sign.value > 0)
        sure = sure and not (word.has("spreads") and sign.value < 0)
        sign = sign.then(1, word, "治坏事" if sign.value < 0 else "做了的事", derived=sure)
    averting = state.averting or word.has("averts")
    return state._replace(
        sign=sign, mending=state.mending or (mends and not state.spoiled), averting=averting, spoiled=False, fresh=False, acted=True, rated=False,
        negated=state.negated and not state.fresh,
    )  # fmt: skip


def _lessened(sign: _Sign, word: Word) -> _Sign:
    """What is bad and shrinks is good; a piece of work that shrinks may be either; what is saved is good."""
    if word.has("saves"):
        return sign.then(1, word, "省下来")
    if not sign.value:
        return sign.then(0, word, "使之变少", derived=False)
    worked = "做了的事" in "".join(sign.why[-1:])
    return sign.then(-sign.value, word, "使之变少", derived=sign.derived and not worked)


def _takes_a_manner(word: Word) -> bool:
    return word.part == "act" or word.has("valence", "good")


def _is_doubtful(word: Word, words: Sequence[Word]) -> bool:
    """Cases, questions and orders are as often the work itself as a nuisance, unless they come up or are left."""
    return word.has("work") and not any(other.has("turn", "causes") or other.has("remains") for other in words)


def _with_head(sign: _Sign, head: Word, words: Sequence[Word], made: Measure, level2: str | None) -> _Sign:
    polarity = head.attributes.get("better") if head.part == "head" else None
    if polarity == "flip":
        return sign.then(
            -sign.value if sign.value else 1, head, "落脚词说减少", derived=bool(sign.derived and sign.value)
        )
    if made.kind == "duration":
        return _time_sign(sign, head, words, polarity)
    lessened = any(word.has("turn", "lessens") for word in words[:-1])
    costs = made.kind in ("price", "total") and subclass_of(level2) in _COSTS
    if costs and not lessened and polarity != "as-set":
        return sign.then(-1, head, "成本")
    if polarity in ("more", "less"):
        value = 1 if polarity == "more" else -1
        return sign.then(-value if lessened else value, head, "越多越好" if polarity == "more" else "越少越好")
    if made.kind == "degree":
        return sign._replace(derived=sign.derived and (sign.value < 0 or lessened))
    if made.kind == "count" and _counts_the_bad(words):
        return sign.then(-1, head, "数的是坏事")
    if lessened and not sign.value:
        return sign.then(1, head, "使之变少是目的", derived=False)
    if sign.value >= 0 and not sign.derived and head.has("held"):
        return sign.then(1, head, "办了多少、来了多少")
    if sign.value >= 0 and not sign.derived and made.kind == "share" and len(words) > 1 and _becomes(words[-2]):
        return sign.then(1, head, "化到什么程度")
    if sign.value > 0 and not sign.derived and _is_work_done(words, made):
        return sign.then(1, head, "做了多少")
    return sign


def _is_work_done(words: Sequence[Word], made: Measure) -> bool:
    """Tell whether a share or an amount is of an act no list knows, right before the head: 佩戴率, 扫描页数, 查螺面积.

    How often something is done may be a nuisance (往返次数); what is moved, used up or said again may be as well.
    """
    acted = [word for word in words[:-1] if word.part == "act"]
    if not acted or acted[-1] is not words[-2] or words[-1].part != "head":
        return False
    plain = not any(word.has("valence", "bad") or word.has("again") or word.part == "not" for word in words)
    return plain and (made.kind == "share" or (made.kind == "count" and words[-1].attributes.get("asks") != "time"))


def _becomes(word: Word) -> bool:
    """Tell whether a word says that things are turned into what is wanted: 机械化, 电子化."""
    return word.text.endswith("化") and len(word.text) > 1 and not word.has("valence", "bad")


def _counts_the_bad(words: Sequence[Word]) -> bool:
    """无责任事故|发生|次数 still counts the accidents; 无事故企业数 counts the firms."""
    before = [word for word in words[:-1] if word.attributes.get("turn") != "causes"]
    return words[-1].part == "head" and bool(before) and before[-1].has("valence", "bad") and words[0].part == "not"


def _telling(words: Sequence[Word]) -> list[Word]:
    """Return the words that say whether a time is better short or long."""
    each = any(word.has("averages") for word in words)
    return [
        word
        for word in words
        if word.has("valence", "bad")
        or word.attributes.get("time") in ("less", "more")
        or (each and word.has("time", "date"))
    ]


def _time_sign(sign: _Sign, head: Word, words: Sequence[Word], polarity: object) -> _Sign:
    """A wait is better short, opening hours are better long: the last act before the head says which."""
    telling = _telling(words[:-1])
    lessened = any(word.has("turn", "lessens") for word in words[:-1])
    spared = bool(telling) and telling[-1].has("valence", "bad") and any(word.part == "not" for word in words)
    if polarity in ("more", "less") and not spared:
        value = 1 if polarity == "more" else -1
    elif not telling:
        return sign.then(0, head, "时间", derived=False)
    elif telling[-1].has("valence", "bad"):
        value = 1 if spared else -1
    else:
        value = 1 if telling[-1].has("time", "more") else -1
    return sign.then(-value if lessened else value, head, "时间长好" if value > 0 else "时间短好")


def _changed(sign: _Sign, change: Word) -> _Sign:
    if change.has("turn", "raises"):
        return sign.then(sign.value or 1, change, "使之变多")
    return sign.then(-sign.value if sign.value and sign.derived else 1, change, "使之变少", derived=sign.derived)


def _with_lead(sign: _Sign, words: Sequence[Word]) -> _Sign:
    """A name that opens with 减少, 降低, 压缩 aims at less of something bad."""
    first = words[0]
    if not first.has("turn", "lessens") or len(words) < 2:
        return sign
    bad = any(word.has("valence", "bad") or word.has("better", "less") for word in words[1:])
    return sign.then(1, first, "以减少为目的", derived=bad or first.has("saves"))


# ---- how many things -----------------------------------------------------------------------------------------------


def _things(plain: str) -> tuple[str, ...]:
    """Return the things a name measures where it holds more than one: parts that each have a scale or a figure of their own."""
    clauses = [part for part in _parts(plain, [at for at, char in enumerate(plain) if char in _CLAUSE_ENDS]) if part]
    if len(clauses) == 2 and min(map(len, clauses)) >= _CLAUSE and _stands_alone(clauses[1]):
        return tuple(clauses)
    cuts = [index for index, char in enumerate(plain) if char in _JOINS]
    if not cuts or len(cuts) > _MOST_PARTS:
        return ()
    parts = [part for part in _parts(plain, cuts) if len(part) > 1]
    counted = [part for part in parts if _stands_alone(part)]
    return tuple(counted) if len(counted) > 1 and _stands_alone(parts[-1]) else ()


def _parts(plain: str, cuts: Sequence[int]) -> Iterator[str]:
    at = 0
    for cut in (*cuts, len(plain)):
        yield plain[at:cut]
        at = cut + 1


def _stands_alone(part: str) -> bool:
    front, figure = without_figure(part)
    words = without_pads(words_of(front))
    return bool(figure) or (bool(words) and words[-1].attributes.get("kind") in MEASURED and len(words) > 1)
