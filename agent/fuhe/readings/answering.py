"""Whether an actual answers the question that the indicator's name and target ask: same kind of measure, same unit."""

import functools
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from fuhe.policy import lexicon
from fuhe.readings.measure import measure
from fuhe.readings.numbers import figures
from fuhe.readings.other_matters import speaks_of_other
from fuhe.readings.phrase import Phrase, is_rank, phrase
from fuhe.readings.phrase_parts import cut, folded
from fuhe.readings.value import Value, class_of_unit, parse
from fuhe.text import bare

Scale = Literal["share", "count", "bare", "money", "duration", "date", "words"]

_HUNDRED = Decimal(100)
_FIGURE = re.compile(r"(?P<number>(?<!\d)\d{1,12}(?:\.\d{1,6})?)(?:余|多|万|亿)?(?P<unit>[%‰]|[^\W\d]{1,4})?")
_DATES = re.compile(
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号]|[上中下]旬|底|末|初)?|20\d\d年(?:底|初|末)?|(?<!\d)\d{1,2}[日号](?=之?前|以前|起)"
)
_DATE_IN_NAME = re.compile(r"\d{1,2}月(?:\d{1,2}[日号]|[底末初]|[上中下]旬)?(?:之?前|底前|内)?(?:[^率比度]{0,12})$")
_COUNT_IN_NAME = re.compile(r"(?<!\d)(?P<number>\d{1,9})(?P<unit>[^\W\d]{1,3})$")


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an actual answers its question; `how` says in what way not, in words for a message.

    It is weak where a reviewer would only ask back: done without the date that was asked, a figure of something else.
    """

    same: bool | None
    how: str = ""
    kind: Literal["", "words", "share", "unit", "date", "meaning", "apart", "object"] = ""
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class _CellSaid:
    """What a cell says: its figures by kind of measure with their classes of unit, and its words."""

    value: Value
    kinds: frozenset[Scale]
    classes: frozenset[str]
    words: Phrase


def answers(name: str | None, target: str | None, actual: str | None) -> bool | None:
    """Tell whether the actual answers the question that name and target ask; None where that cannot be told."""
    return answer(name, target, actual).same


@functools.lru_cache(maxsize=1 << 13)
def answer(name: str | None, target: str | None, actual: str | None) -> Answer:
    """Hold name, target and actual together: the kind of measure, the unit, then the meaning of the words."""
    asked, given = _said(target, name, "target"), _said(actual, name, "actual")
    if "blank" in (asked.value.kind, given.value.kind):
        return Answer(None)
    if how := name_off_target(name, target):
        return Answer(_answers_the_name(name, given), how, "object")
    if asked.kinds == {"words"}:
        return _words_asked(asked, given)
    if given.kinds == {"words"}:
        found = _words_for_figure(name, asked, given)
        return Answer(True) if found.same is False and _says_undone(given) else found
    found = _figures(name, asked, given)
    if found.same is False and _denies(given):
        return Answer(True)
    plain = given.value.kind == "number" or found.same is False
    if not plain and speaks_of_other(name or "", asked.value.unit, folded(actual)):
        return Answer(False, "说的是另一件事", "meaning", is_weak=True)
    return found


def _asks_share(name: str | None, asked: _CellSaid) -> bool:
    return "share" in asked.kinds or (asked.kinds == {"bare"} and measure(name).kind == "share")


def _says_part(given: _CellSaid) -> bool:
    """Tell whether two counts of one unit give the share: 发放问卷200份，满意187份."""
    units = [found["unit"] for found in _FIGURE.finditer(folded(given.value.raw)) if found["unit"]]
    return len({unit[0] for unit in units}) < len(units)


def _said(text: str | None, name: str | None, side: Literal["target", "actual"]) -> _CellSaid:
    value = parse(text)
    words = phrase(text, name, side)
    if value.kind == "date":
        return _CellSaid(value, frozenset({"date"}), frozenset(), words)
    if value.kind in ("number", "range"):
        kind = _class_at((_first(value.unit) or "").lstrip("万亿"))
        return _CellSaid(value, frozenset({_measure(kind)}), frozenset({kind} if kind else ()), words)
    return _from_words(value, words)


def _from_words(value: Value, words: Phrase) -> _CellSaid:
    """Take the figures and dates out of a cell of words; a cell without any is words alone."""
    plain = folded(value.raw)
    kinds: set[Scale] = {"date"} if _DATES.search(plain) else set()
    classes = set()
    for found in _FIGURE.finditer(_DATES.sub(" ", plain)):
        kind = _class_at(found["unit"] or "")
        kinds.add(_measure(kind) if kind or (found["unit"] or "分")[0] == "分" else "count")
        classes |= {kind} if kind else set()
    for number in figures(_DATES.sub(" ", plain)):
        if number.unit and number.value > 1 and not plain[number.start : number.start + 1].isascii():
            kind = _class_at(number.unit)
            kinds.add(_measure(kind) if kind else "count")
            classes |= {kind} if kind else set()
    return _CellSaid(value, frozenset(kinds or {"words"}), frozenset(classes), words)


def _class_at(text: str) -> str | None:
    """Return the class of the longest unit a text begins with."""
    return next((kind for end in range(len(text), 0, -1) if (kind := class_of_unit(text[:end]))), None)


def _first(unit: str | None) -> str | None:
    return re.split(r"[/·*.每]", unit)[0] if unit else None


def _measure(kind: str | None) -> Scale:
    named: dict[str | None, Scale] = {"比例": "share", "钱": "money", "时间": "duration", None: "bare"}
    return named.get(kind, "count")


def name_off_target(name: str | None, target: str | None) -> str:
    """Say how a target answers another question than the name asks: a date or a count in the name, a share as target."""
    value, plain = parse(target), folded(name).strip("。.;；,，、")
    if value.kind != "number" or value.unit != "%":
        return ""
    if _DATE_IN_NAME.search(plain):
        return "名称问的是时间，指标值是比例"
    found = _COUNT_IN_NAME.search(plain)
    if found and class_of_unit(found["unit"]) not in (None, "时间", "比例"):
        return f"名称写的是数量{found[0]}，指标值是比例"
    return ""


def _answers_the_name(name: str | None, given: _CellSaid) -> bool:
    """Tell whether the actual answers the name, where the target does not: a date for a date, a count for a count."""
    dated = bool(_DATE_IN_NAME.search(folded(name)))
    if given.kinds == {"words"}:
        return given.words.kind in ("done", "grade", "deadline") and given.words.checkable is True
    return ("date" in given.kinds) if dated else bool(given.kinds & {"count", "bare"})


def _words_for_figure(name: str | None, asked: _CellSaid, given: _CellSaid) -> Answer:
    """Judge words that stand where a figure or a date was asked."""
    words, is_date = given.words, asked.kinds == {"date"}
    what = "时间" if is_date else "数"
    none = Answer(False, f"一个是{what}，一个是没有数的说法", "words")
    if words.by == "完成等次" or (is_date and words.kind == "deadline"):
        return Answer(True)
    if words.checkable is False or words.kind == "ranks" or (is_rank(given.value.raw) and words.kind != "grade"):
        return none
    if words.by == "频次" and asked.words.by == "数" and "每" in asked.value.raw:
        return Answer(True)
    if is_date or ("duration" in asked.kinds and asked.value.operator not in ("≥", ">")):
        if is_date and words.kind in ("done", "standard") and words.grade != "unmet" and not _denies(given):
            return Answer(False, "问的是时间，没有写日期", "date", is_weak=True)
        return Answer(True if words.kind in ("deadline", "done") or words.grade else None)
    if words.kind == "holds" or words.by == "是否":
        if asked.value.number and asked.value.operator in (None, "≥", ">") and asked.kinds == {"count"}:
            return none
        return Answer(True if not asked.value.number or asked.value.operator in ("≤", "<") else None)
    if words.kind == "deadline":
        plain = _is_all(asked.value) and not measure(name).is_measured
        return Answer(_asks_time(name) or plain, f"一个是{what}，一个是时间", "words")
    if words.kind in ("done", "grade") and words.by != "起点等次":
        every = "share" in asked.kinds and _says_every(given)
        return Answer(True) if every or _is_all(asked.value) or _is_one(asked.value) else none
    if words.kind in ("standard", "degree", "change") and "share" in asked.kinds and measure(name).kind == "share":
        return replace(none, is_weak=True)
    return Answer(None)


def _denies(given: _CellSaid) -> bool:
    return any(word.role in "nb" for word in cut(folded(given.value.raw)))


def _says_undone(given: _CellSaid) -> bool:
    """Tell whether words say that it is not done yet: 至年底尚未执勤 answers any question."""
    found = cut(folded(given.value.raw))
    undone = any(word.text in ("尚未", "未", "没") for word in found)
    return undone and not any(word.role == "h" for word in found)


def _says_every(given: _CellSaid) -> bool:
    """Tell whether words say that all of them were done (全部结案, 均已处置): that is a share."""
    return any(word.role == "a" and word.text[0] in "全均都皆" for word in cut(folded(given.value.raw)))


def _asks_time(name: str | None) -> bool:
    return any(word.role in "tw" for word in cut(folded(name)))


def _is_all(value: Value) -> bool:
    """Tell whether a target asks for all there is: 100 %, so that 全部完成 answers it."""
    return value.unit in ("%", None) and value.number == _HUNDRED


def _is_one(value: Value) -> bool:
    return value.kind == "number" and value.unit != "%" and value.number == 1


def _figures(name: str | None, asked: _CellSaid, given: _CellSaid) -> Answer:
    """Judge figures and dates against figures and dates."""
    if _asks_share(name, asked) and given.kinds <= {"count"} and (_says_every(given) or _says_part(given)):
        return Answer(True)
    if given.value.number == 0 or asked.kinds & given.kinds & {"date", "bare"} or "bare" in (asked.kinds | given.kinds):
        return Answer(None if "bare" in asked.kinds ^ given.kinds and "date" in asked.kinds | given.kinds else True)
    if "date" in asked.kinds:
        return _for_date(given)
    if given.kinds == {"date"}:
        return Answer(None if "duration" in asked.kinds else False, "一个是数，一个是时间", "date")
    if asked.kinds & given.kinds - {"count"} or asked.classes & given.classes:
        return Answer(True)
    if "share" in (asked.kinds | given.kinds):
        return Answer(False, "一个是比例，一个是数量", "share")
    if _alike(asked.classes, given.classes) and given.value.kind != "mixed":
        return Answer(True)
    return Answer(False, "计量单位不一致", "unit")


def _tells_state(given: _CellSaid) -> bool:
    """Tell whether words beside a figure say how far it is: 完成2座，1座未完成; 发放320户 does not."""
    found = cut(folded(given.value.raw))
    return given.value.kind == "mixed" and any(word.role in "kMUt" for word in found)


def _for_date(given: _CellSaid) -> Answer:
    """Judge a figure where a date was asked: 完成2座，1座未完成 tells what was done by then, 95 % does not."""
    if given.kinds & {"date", "duration"} or _tells_state(given):
        return Answer(True)
    return Answer(False, "一个是时间，一个是比例" if "share" in given.kinds else "一个是时间，一个是数量", "date")


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Tell whether units of these classes count the same things loosely: 户 and 个, 次 and 项."""
    pairs = [frozenset(pair) for pair in lexicon("units")["alike"]]
    return any(frozenset((a, b)) in pairs for a in left for b in right)


def _words_asked(asked: _CellSaid, given: _CellSaid) -> Answer:
    """Judge any actual against a target of words."""
    want, got = asked.words, given.words
    if want.kind in ("unread", "prompt", "nothing"):
        return Answer(True if bare(asked.value.raw) == bare(given.value.raw) else None)
    if want.kind in ("degree", "change", "ranks"):
        return _degree_asked(asked, given)
    if given.kinds != {"words"}:
        return _figure_for_words(want, given)
    if got.by == "完成等次" or got.grade == "unmet" or (want.by == "可比的基数" and got.kind == "change"):
        return Answer(True)
    if got.checkable is False or (want.kind == "grade" and want.by in ("等次", "起点等次") and got.kind == "done"):
        return Answer(
            False, f"一个是{_LABELS.get(want.kind, '具体要求')}，一个是{_LABELS.get(got.kind, '笼统的说法')}", "meaning"
        )
    dated = want.kind == "deadline" and any(char.isdigit() for char in want.text)
    if dated and got.kind == "done" and not _denies(given):
        return Answer(False, "问的是时间，没有写日期", "date", is_weak=True)
    return Answer(True if got.checkable else None)


_LABELS = {
    "grade": "等次", "done": "事项", "holds": "有没有发生", "deadline": "时限", "standard": "标准", "degree": "程度", "change": "变化"
}  # fmt: skip


def _figure_for_words(want: Phrase, given: _CellSaid) -> Answer:
    if want.kind == "deadline":
        fits = (
            bool(given.kinds & {"date", "duration", "bare"})
            or given.value.number in (_HUNDRED,)
            or given.words.kind == "deadline"
        )
        return Answer(fits or _tells_state(given), "一个是时限，一个是数量", "date")
    if want.kind == "holds" and given.kinds == {"share"}:
        return Answer(None)
    if want.kind == "holds" and given.kinds == {"count"} and _only_counts(given):
        return Answer(False, "一个是有没有发生，一个是数量", "meaning")
    if want.kind == "grade" and want.by in ("等次", "起点等次") and given.kinds == {"share"}:
        return Answer(False, "一个是等次，一个是比例", "meaning")
    if (
        want.kind in ("grade", "standard")
        and want.by != "是否"
        and given.kinds == {"count"}
        and not _tells_result(given)
    ):
        return Answer(False, f"一个是{_LABELS[want.kind]}，一个是数量", "meaning")
    return Answer(True)


def _only_counts(given: _CellSaid) -> bool:
    """Tell whether words beside a figure say neither what came out nor that something did not happen, nor of how many."""
    denied = any(word.role == "n" for word in cut(folded(given.value.raw)))
    return (
        given.words.kind == "fact"
        and given.value.number != 0
        and not (denied or _tells_result(given) or _says_part(given))
    )


def _tells_result(given: _CellSaid) -> bool:
    """Tell whether words beside a figure say what came out: 合格23座, 均达二类; 评审专家5人 does not."""
    return any(word.role in "kMURSa" for word in cut(folded(given.value.raw)))


def _degree_asked(asked: _CellSaid, given: _CellSaid) -> Answer:
    """Judge an actual against a target of degree: a fact answers it, so does a degree, unless they run apart."""
    want, got = asked.words, given.words
    if want.kind == "ranks":
        return Answer(False, "一个是等次，一个没有选定等次", "meaning") if got.kind == "ranks" else Answer(True)
    if got.checkable is not False:
        return Answer(True if got.checkable else None)
    if _runs_apart(asked.value.raw, given.value.raw):
        return Answer(False, "两个说法不是一个意思", "apart")
    return Answer(True)


def _runs_apart(target: str, actual: str) -> bool:
    """Tell whether one says only how long and the other only how well, or one a rise and the other a fall."""
    left, right = (frozenset(word.role for word in cut(folded(text))) for text in (target, actual))
    if {"o", "B", "D"} & (left | right):
        return False
    if ("l" in left) != ("l" in right):
        lasting, other = (left, right) if "l" in left else (right, left)
        return not lasting & frozenset("cfmsdv") and not other & frozenset("cfm")
    up_left, up_right = bool(left & {"c"}), bool(right & {"c"})
    down_left, down_right = bool(left & {"f"}), bool(right & {"f"})
    return (up_left and down_right and not down_left and not up_right) or (
        down_left and up_right and not up_left and not down_right
    )
