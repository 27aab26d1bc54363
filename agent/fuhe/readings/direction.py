"""Which way is better for what a name measures: good and bad folded from its words, from the first to the head."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from fuhe.readings.levels import subclass_of
from fuhe.readings.name_words import NameWords, change_in, without_changes
from fuhe.readings.vocabulary import Word

if TYPE_CHECKING:
    from fuhe.readings.measure import Measure

Better = Literal["more", "less", "as-set", "unknown"]
_COSTS = ("成本", "经济成本", "社会成本", "生态环境成本")


class _Sign(NamedTuple):
    """Good, bad or neither so far, whether words said so, and which."""

    value: int = 0
    derived: bool = False
    why: tuple[str, ...] = ()

    def then(self, value: int, word: Word, said: str, *, derived: bool = True) -> "_Sign":
        return _Sign(value, derived, (*self.why, f"{word.text}（{said}）"))


def which_way(read: NameWords, made: "Measure", level2: str | None) -> tuple[Better, bool, tuple[str, ...]]:
    """Fold head, object and acts into one direction; tell also whether words said so, and which."""
    if made.kind == "date":
        return "less", True, ("日期：早比晚好",)
    if made.kind in ("none", "wish", "means", "unread") and not made.change:
        return "unknown", False, ()
    words = read.words
    core = without_changes(words)
    folded, negated = _folded(core)
    sign = _with_head(folded, core[-1], core, made, level2)
    if negated and core[-1].has("better", "more"):
        sign = sign.then(-1, core[-1], "前有否定")
    change = change_in(words)
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


def _with_head(sign: _Sign, head: Word, words: Sequence[Word], made: "Measure", level2: str | None) -> _Sign:
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


def _is_work_done(words: Sequence[Word], made: "Measure") -> bool:
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
