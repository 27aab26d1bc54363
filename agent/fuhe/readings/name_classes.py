"""What class of thing a name speaks of: the budget's own course, a rate of quality, cost, input, routine, a formula."""

import functools
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from fuhe.policy import simplify
from fuhe.policy import words as lexicon_words
from fuhe.readings.measure import Measure
from fuhe.readings.numbers import figures
from fuhe.readings.value import class_of_unit, is_money, is_money_rate
from fuhe.readings.vocabulary import Word, words_of
from fuhe.text import fold

_TIMES = ("*", "×", "x", "＊")
_SHORT = 9


def is_budget_course(made: Measure) -> bool:
    """Tell whether a name speaks of nothing but money coming in and going out: 资金到位率, 预算执行率, 支付进度."""
    words = words_of(made.name)
    if not words:
        return False
    said = _any(words, _is_money) or _any(words, lambda word: word.text == made.act and _moves_money(word))
    moved = _any(words, lambda word: _moves_money(word) or (word.has("spends")))
    on_time = len(words) > 1 and words[-2].has("rated") and not _any(words, lambda word: word.has("arrives"))
    ends = made.kind == "share" or words[-1].part in ("pad", "act")
    return said and moved and ends and not on_time and _only(words, _is_money, _moves_money, _spends, _frames, _rates)


def is_quality_rate(made: Measure) -> bool:
    """Tell whether a share says how well or how timely: 合格率, 投诉率, 知晓率; 完成率 and 覆盖率 may say how much."""
    if made.kind != "share":
        return False
    words = words_of(made.name)
    before = words[-2] if len(words) > 1 else words[-1]
    told = before.has("slip") or (before.has("rated") and not before.has("full"))
    return told or "survey" in made.about or bool(made.change)


def is_cost_name(made: Measure) -> bool:
    """Tell whether a name speaks of keeping cost down: 成本控制, 节约办公经费, 费用压减率."""
    words = words_of(made.name)
    spent = _any(words, lambda word: word.attributes.get("kind") in ("total", "price") and _costs(word))
    kept = _any(words, lambda word: word.attributes.get("turn") in ("holds", "lessens") and not word.has("grants"))
    return spent and kept and made.kind in ("total", "price", "event", "share", "wish", "none")


def is_input(made: Measure) -> bool:
    """Tell whether what is counted are those who do the work, their seats, or the money put in."""
    words = [word for word in words_of(made.name) if word.part != "pad"]
    core = words[:-1] if words and words[-1].part == "head" and len(words) > 1 else words
    if not core or made.asks in ("time", "visit") or made.kind not in ("count", "event", "total"):
        return False
    if core[-1].attributes.get("role") in ("staff", "seat"):
        return not _any(core, lambda word: word.part == "act" and word.has("delivers") and not word.has("buys"))
    if made.asks == "person" and _are_doers(core):
        return True
    acts = [word for word in words if word.part == "act"]
    return made.kind == "total" and _any(words, _is_money) and _only(acts, _moves_money, _spends, _frames)


def _are_doers(core: Sequence[Word]) -> bool:
    """Tell whether persons are those who do the work (防疫人员, 管护人员, 参演人员), not those it is done for (参训人员)."""
    last, before = core[-1], core[-2] if len(core) > 1 else None
    served = _any(core, lambda word: word.has("serves") or word.has("grants") or word.has("valence", "bad"))
    if served or not last.text.endswith(lexicon_words("objects", "doer_ends")):
        return False
    acts = before is not None and before.part == "act" and not before.has("unlisted")
    does = before is not None and acts and (before.has("delivers") or before.has("turn", "mends"))
    return does or len(last.text) > _PERSONS


_PERSONS = 2


def is_routine(made: Measure) -> bool:
    """Tell whether a name asks for what every project must do: 制度健全, 资料归档, 资金使用合规."""
    words = words_of(made.name)
    if _any(words, lambda word: word.has("routine")):
        return _only(words, lambda word: word.has("routine"), _is_money, _spends, _frames, _rates)
    kept = _any(words, lambda word: word.has("role", "plan")) or _any(words, _is_money)
    stated = _any(words, lambda word: word.has("valence", "good") or word.has("keeps") or word.text in _kept_states())
    plans: tuple[Callable[[Word], bool], ...] = (
        lambda word: word.has("role", "plan"),
        lambda word: word.has("keeps") or word.has("turn", "raises"),
    )
    return kept and stated and _only(words[-_SHORT:], *plans, _is_money, _spends, _frames, _rates)


def names_direction(made: Measure) -> bool:
    """Tell whether a name says which way things are to go: 不断提升, 节约成本, 改善环境, 带动增收."""
    turned = _any(words_of(made.name), lambda word: word.attributes.get("turn") in ("raises", "lessens"))
    return bool(made.change) or turned or _any(words_of(made.name), lambda word: bool(word.has("intends")))


def routine_subject(made: Measure) -> str:
    """Return the word a routine is about: a project whose work it is may well be measured by it."""
    return next((word.text for word in words_of(made.name) if word.has("role", "plan")), "")


@functools.lru_cache(maxsize=1 << 10)
def pays_people(project: str | None) -> bool:
    """Tell whether a project's money goes to the people who work: wages, posts, bought services."""
    words = words_of(simplify(fold(project or "").text))
    hired = _any(words, lambda word: word.attributes.get("role") in ("staff", "seat", "labour"))
    return hired or _any(words, lambda word: word.has("pays", "people") or word.has("hires"))


@functools.lru_cache(maxsize=1 << 12)
def holds_formula(name: str) -> bool:
    """Tell whether a name carries money or a sum: 聘用人员工资15人*5万元, 误餐补助20元/人."""
    found = figures(name)
    if any(is_money(number.unit) or is_money_rate(number.unit) for number in found):
        return True
    return any(name[one.after : other.start].strip().casefold() in _TIMES for one, other in pairwise(found))


def _any(words: Sequence[Word], test: Callable[[Word], bool]) -> bool:
    return any(test(word) for word in words)


def _only(words: Sequence[Word], *tests: Callable[[Word], bool]) -> bool:
    return all(any(test(word) for test in tests) for word in words)


def _is_money(word: Word) -> bool:
    return word.has("role", "money")


def _moves_money(word: Word) -> bool:
    return word.has("pays") and not word.has("grants")


def _spends(word: Word) -> bool:
    return word.has("spends") or (word.has("done") and not word.has("keeps"))


def _frames(word: Word) -> bool:
    return word.has("frame") or word.attributes.get("role") in ("change", "frame") or word.part == "pad"


def _rates(word: Word) -> bool:
    good = word.has("rated") or word.has("valence", "good")
    return good or (word.part == "head" and word.attributes.get("kind") in ("share", "degree", "none"))


def _costs(word: Word) -> bool:
    return word.has("better", "less") or word.has("role", "money")


def _kept_states() -> tuple[str, ...]:
    return ("健全性", "完善性", "规范性", "合规性", "完整性")


def names_amount(made: Measure) -> bool:
    """Tell whether a name ends in the amount itself (营造防护林2000亩), so that the target has nothing left to say."""
    kind = class_of_unit(made.figure.unit) if made.figure and made.figure.unit else None
    return kind not in (None, "时间", "比例", "分值")


_SHORTEST_LIST, _MOST_LISTED = 2, 6


@functools.lru_cache(maxsize=1 << 12)
def listed_things(name: str, target: str | None) -> tuple[str, ...]:
    """Return the things a name lists where its target gives each a figure of its own: 谷坊、蓄水池 | 3座、2座; or several acts."""
    parts = [part for part in _LIST_MARKS.split(simplify(name)) if part]
    if not _SHORTEST_LIST <= len(parts) <= _MOST_LISTED:
        return ()
    figured = len(figures(target or "")) >= len(parts)
    acts = [part for part in parts if len(words_of(part)) > 1 and words_of(part)[-1].part == "act"]
    return tuple(parts) if figured or (len(acts) == len(parts) and _differ(acts)) else ()


def _differ(parts: Sequence[str]) -> bool:
    """Tell whether things and acts all differ: 器材维修、绿化补植 are two pieces of work, 农村改造、城市改造 one."""
    return len({words_of(part)[-1].text for part in parts}) == len(parts)


_LIST_MARKS = re.compile("[、和及与]")
