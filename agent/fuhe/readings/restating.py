"""What of a clause says more than that something was not done: the words for deviation, target and work are few, causes are not."""

import functools
import re

from fuhe.policy import lexicon
from fuhe.readings.content_words import is_in_noun
from fuhe.readings.wordlists import WordList, begins, ends, finds, holds, known, listed, strike
from fuhe.text import HAN, bare

_GAP = "　"
_ENOUGH = 2
_NOT_HAN = re.compile(f"[^{HAN}]")
_MORE_UNITS = "亩口支盏孔眼枚尊颗份宗例批包桶艘架列根扇樘朵枝趟遍版部集期课时栋座"


@functools.cache
def _restating() -> WordList:
    """Words that add nothing to a deviation."""
    own = ("falls_short", "denials", "finishing", "goals", "works", "function", "nothing")
    bridging = ("markers", "results", "not_markers", "joins", "through", "before_acts", "punctual", "leads", "intents")
    return listed("causes", *own, *bridging)


@functools.cache
def _short() -> WordList:
    return listed("causes", "falls_short", "denials")


@functools.cache
def measure_words() -> frozenset[str]:
    """Return the measure words of one character that stand behind a figure: 名, 台, 亩."""
    every = {name for group in lexicon("units")["same"] for name in group} | set(lexicon("units")["loose"])
    return frozenset(name for name in every if len(name) == 1) | frozenset(_MORE_UNITS)


def content(text: str, name: str = "") -> str:
    """Return what a clause says beyond the deviation, the target, the work and the row's own name."""
    plain = text.replace(name, _GAP) if len(name) > 1 else text
    if holds(plain, listed("causes", "satisfied")) or holds(name, listed("causes", "satisfied")):
        plain = strike(plain, listed("causes", "judges", "satisfied"), _GAP)
    if holds(plain, listed("causes", "wanting")):
        plain = strike(plain, listed("causes", "mending", "loose"), _GAP)
    elif ends(plain, listed("causes", "wanting", "deficient")):
        plain = strike(plain, listed("causes", "mending"), _GAP)
    plain = strike(_without_units(plain), _restating(), _GAP)
    kept = _NOT_HAN.sub(_GAP, plain)
    return "".join(part for part in kept.split(_GAP) if part and part not in name)


def tells_amount(text: str, name: str = "") -> bool:
    """Recognise 全年举办5场, 只办了两期, 7人没去体检: how much was done of what the row counts, and nothing else."""
    counted = says_short(text) or any(char.isdigit() for char in text)
    told = strike(_without_pairs(behind_marker(text), name), listed("causes", "doing", "organizing"), _GAP)
    return counted and len(content(told, name)) < _ENOUGH


def _without_units(text: str) -> str:
    """Drop figures and the measure word behind each: 20名学生 keeps 学生."""
    kept, figure = [], False
    for char in text:
        if figure and char in "万余多.几亿千百公平方立":
            continue
        kept.append(_GAP if char.isdigit() or (figure and char in measure_words()) else char)
        figure = char.isdigit()
    return "".join(kept)


@functools.lru_cache(maxsize=1 << 12)
def has_marker(text: str) -> bool:
    """Tell whether a clause says because: 因, 由于, 受…影响, 导致; 原因 and 因地制宜 do not."""
    plain = strike(text, listed("causes", "not_markers"), _GAP)
    return holds(plain, listed("causes", "markers", "results"))


@functools.lru_cache(maxsize=1 << 12)
def behind_marker(text: str) -> str:
    """Return what a clause says behind 由于, 因 or 主要是; the whole where it has none."""
    plain = strike(text, listed("causes", "not_markers"), _GAP)
    found = next(((at, word) for at, word in finds(plain, listed("causes", "markers"))), None)
    return plain[found[0] + len(found[1]) :] if found else text


@functools.lru_cache(maxsize=1 << 12)
def says_short(text: str) -> bool:
    """Tell whether a clause holds a word for falling short; 青少年, 差额 and 37只 hold none."""
    return any(len(word) > 1 or not _is_part(text, at) for at, word in finds(text, _short()))


def _is_part(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() or is_in_noun(text, at)


@functools.lru_cache(maxsize=1 << 12)
def denies(text: str) -> bool:
    """Tell whether a clause says that something was not done, stopped or failed."""
    plain = strike(text, listed("causes", "not_negations"), _GAP)
    return holds(plain, listed("causes", "negations", "denials"))


def went_well(text: str) -> bool:
    """Tell whether a clause says that something was done, and nothing against it."""
    return holds(text, listed("causes", "done", "finishing")) and not says_short(text) and not denies(text)


def is_own_work(text: str, name: str = "") -> bool:
    """Recognise 3处路段未完成修复: what is not finished is the work itself, no other party's part and no step before it."""
    if holds(text.replace(name, _GAP) if name else text, listed("causes", "outside")):
        return False
    if denies_finishing(text) or _denies_order(text) or (name and _denies_act_of(text, name)):
        return True
    if not name or not (says_short(text) or denies(text)):
        return False
    parted = text[:1].isdigit() or bool(begins(text, listed("causes", "parting")))
    return (parted and name in text) or text.startswith((name, name[-3:])) or _is_held_to_target(text, name)


def _is_held_to_target(text: str, name: str) -> bool:
    """Recognise 实灌面积比指标值少1.2万亩: what the row counts, held against its target."""
    shares = any(name[at : at + 2] in text for at in range(len(name) - 1))
    return shares and holds(text, listed("causes", "goals")) and len(content(_without_pairs(text, name))) <= _ENOUGH


def _without_pairs(text: str, name: str) -> str:
    """Strike every two characters that stand so in the row's name."""
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    return strike(text, known(*pairs), _GAP)


def denies_finishing(text: str) -> bool:
    """Tell whether 未, 没有 or the like stands right before a word of finishing, words such as 按期 between them."""
    return any(begins(rest, listed("causes", "finishing")) for rest in _denied(text))


def leaves_undone(text: str) -> bool:
    """Tell whether a clause says that the work, or a step of it, is not done: 未完成, 尚未验收, 尚未支付."""
    steps = listed("causes", "finishing", "works", "checks", "loose")
    return any(begins(rest, steps) for rest in _denied(text))


def _denies_order(text: str) -> bool:
    """Recognise 未按计划…, 没有按时…: said of whatever was to be done."""
    return any(
        begins(text[at + len(word) :], listed("causes", "punctual")) or word == "未按"
        for at, word in finds(text, listed("causes", "denials"))
    )


def _denies_act_of(text: str, name: str) -> bool:
    """Recognise 2公里未铺设 in a row named for 铺设, and 部分老人未参加体检 in one named for 体检."""
    reach = 12 if begins(text, listed("causes", "parting")) else 1
    return any(rest[at : at + 2] in name for rest in _denied(text) for at in range(min(reach, len(rest) - 1)))


def _denied(text: str) -> list[str]:
    """Return what stands behind each 未 or 没有, less words such as 按期."""
    found = []
    for at, word in finds(text, listed("causes", "denials")):
        rest = text[at + len(word) : at + len(word) + 12]
        while skipped := begins(rest, listed("causes", "punctual")):
            rest = rest[len(skipped) :]
        found.append(rest)
    return found


def is_stock(text: str) -> bool:
    """Tell whether a clause holds nothing but words for done and none, without a word for falling short."""
    if text in listed("causes", "nothing").words or not any(char.isalpha() for char in text):
        return True
    deviation = ends(text, listed("causes", "deviations"))
    if deviation and text.removesuffix(deviation).endswith(
        ("无", "没有", "不存在", "未发现", "未出现", "未发生", "无明显", "无较大")
    ):
        return True
    plain = strike(text, listed("causes", "nothing", "done"), _GAP)
    if says_short(plain) or has_marker(plain) or holds(plain, listed("causes", "leads", "intents")):
        return False
    return not bare(strike(plain, _restating()))
