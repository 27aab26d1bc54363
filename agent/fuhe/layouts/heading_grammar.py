"""A printed heading read from its words: the last head word says which column it is, the words before it limit that."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from fuhe.policy import lexicon, simplify
from fuhe.readings.levels import label
from fuhe.text import squeeze

LONGEST = 24
_LEAST_COVERED = 0.8
_GLUED = re.compile(
    r"(?:19|20)\d\d年?(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|\d+(?:\.\d+)?(?:分|%)?|[a-z]+|[一二三四五六七八九十]、"
)
_MARKS = re.compile(r"[^\w]|_|×|√")
_INNER = re.compile(r"[(\[【〔（]([^()\[\]【】〔〕（）]+)[)\]】〕）]")

_LEVELS = {"first_level": "level1", "second_level": "level2", "third_level": "name", "fourth_level": "name"}
_HEADS = frozenset(
    ("value", "weight", "score", "points", "ratio", "why", "sign", "unit", "name", "rule", "proof", "describe", "aside")
)
_LIMITS = frozenset(("plan", "done", "self", "earlier", "changed", "review", "converted", "gap"))
_VALUE_ROLES = frozenset(("target", "actual", "adjusted_target", "last_actual"))
_MONEY = frozenset(("budget", "spent", "arrived", "money"))


class HeadingWords(NamedTuple):
    """The kinds of a heading's words in printed order, and the words themselves."""

    kinds: tuple[str, ...]
    words: tuple[str, ...]

    def has(self, *kinds: str) -> bool:
        """Tell whether a word of one of these kinds is among them."""
        return any(kind in self.kinds for kind in kinds)

    @property
    def head(self) -> str | None:
        """The kind of the last word that can carry a heading."""
        return next((kind for kind in reversed(self.kinds) if kind in _HEADS), None)


NOTHING = HeadingWords((), ())


@functools.cache
def _kinds(group: str) -> tuple[dict[str, str], int]:
    kinds = {word: kind for kind, words in lexicon("headings")[group].items() for word in words}
    return kinds, max(map(len, kinds))


@functools.lru_cache(maxsize=1 << 13)
def said(text: str, group: str = "words") -> HeadingWords:
    """Cut a heading into known words, longest first; nothing where too little of it is known or it is too long."""
    wording = _bare(text)
    if not wording or len(wording) > LONGEST:
        return NOTHING
    kinds, longest = _kinds(group)
    found: list[tuple[str, str]] = []
    at = covered = 0
    while at < len(wording):
        word = next((w for n in range(longest, 0, -1) if (w := wording[at : at + n]) in kinds and len(w) == n), None)
        found += [(kinds[word], word)] if word else []
        covered += len(word or "")
        at += len(word or "-")
    if covered < _LEAST_COVERED * len(wording):
        return NOTHING
    return HeadingWords(tuple(kind for kind, _ in found), tuple(word for _, word in found))


@functools.lru_cache(maxsize=1 << 13)
def _bare(text: str) -> str:
    """Return a heading without points, dates, numbers and marks that are glued to it; what is all in brackets counts."""
    if len(text) > 80 or text.rstrip().endswith("。"):
        return ""
    wording = label(text) or simplify(squeeze(text))
    return _MARKS.sub("", _GLUED.sub("", wording))


@functools.lru_cache(maxsize=1 << 12)
def _limited(text: str) -> frozenset[str]:
    """Return what the words in brackets limit: 全年（调整）预算数."""
    inner = "".join(_INNER.findall(squeeze(text)))
    return frozenset(said(inner).kinds) & _LIMITS if inner and label(text) else frozenset()


@functools.lru_cache(maxsize=1 << 13)
def indicator_role(path: tuple[str, ...]) -> str | None:
    """Return the column of an indicator table that headings over one another name, outermost first, else None.

    `thing` is 指标 alone, `other` a known heading that is not kept, `rate` 完成率 and coefficients.
    """
    path = tuple(text for text in path if text)
    inner = said(path[-1]) if path else NOTHING
    if not inner.kinds:
        return None
    level = next((_LEVELS[kind] for kind in inner.kinds if kind in _LEVELS), None)
    if level and inner.head in (None, "name", "value"):
        return level
    above = _nearest_value(path[:-1])
    outer = HeadingWords(*(tuple(part for text in above for part in said(text)[index]) for index in (0, 1)))
    return _role(inner, outer, _limited(path[-1]))


def _nearest_value(outer: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what stands above the nearest heading that says whose value it is: 指标完成情况 › 年度指标值 › 数值."""
    top = next((i for i in reversed(range(1, len(outer))) if indicator_role((outer[i],)) in _VALUE_ROLES), 0)
    return outer[top:]


def _role(inner: HeadingWords, outer: HeadingWords, asides: frozenset[str]) -> str | None:
    head = inner.head or (outer.head if set(inner.kinds) & _LIMITS else None)
    kinds = set(inner.kinds) | asides
    if not kinds & _LIMITS or not inner.head:
        kinds |= set(outer.kinds) & _LIMITS
    kinds |= set(outer.kinds) & {"earlier", "review"}
    if kinds & _MONEY and head not in ("value", "why", "score", "weight", None):
        return "other"
    whole = HeadingWords((*outer.kinds, *inner.kinds), (*outer.words, *inner.words))
    if head == "value":
        return _value_role(kinds, whole, inner)
    if head in ("weight", "score", "points"):
        return _points_role(head, kinds)
    if head in ("why", "rule"):
        return _text_role(head, kinds, inner)
    if head is None:
        return _bare_role(kinds)
    if head == "name" and kinds & {"scoring"} and "内容" in inner.words:
        return "thing"
    if head == "unit":
        return "actual_measure" if "done" in kinds else ("other" if "thing" in kinds and _is_body(inner) else "measure")
    if head == "name" and inner.kinds == ("name",) and (outer.head == "value" or outer.has("plan", "done")):
        return _value_role(kinds, whole, inner)
    if head == "name":
        return "name" if "指标" in inner.words and not kinds & {"plan", "done"} else "other"
    return {"ratio": "other" if "gap" in kinds else "rate", "sign": "nature", "proof": "evidence"}.get(head, "other")


def _is_body(inner: HeadingWords) -> bool:
    return "项目" in inner.words or "部门" in inner.words


def _value_role(kinds: set[str], whole: HeadingWords, inner: HeadingWords) -> str | None:
    if "earlier" in kinds:
        return "last_actual"
    if "gap" in kinds:
        return "reason" if inner.words[-1] == "情况" or "why" in kinds else "other"
    if "done" in kinds:
        return "target" if _is_still_planned(whole) else "actual"
    if "converted" in kinds:
        return "other"
    if "changed" in kinds:
        return "adjusted_target"
    if "self" in kinds:
        return "actual"
    if kinds & _MONEY and not kinds & {"thing", "plan"}:
        return None
    return "target"


def _is_still_planned(whole: HeadingWords) -> bool:
    """Tell whether 完成 is only expected: 计划完成值, but 预期目标实际完成情况 is not."""
    if "实际" in whole.words or "完成" not in whole.words:
        return False
    before = whole.words[: whole.words.index("完成")]
    return bool(before) and before[-1] in ("计划", "预计", "应", "预期", "拟")


def _points_role(head: str, kinds: set[str]) -> str:
    if "review" in kinds:
        return "review_score"
    if "converted" in kinds or "earlier" in kinds:
        return "other"
    if head == "points":
        return "score" if kinds & {"done", "self", "score"} else "weight"
    return head


def _text_role(head: str, kinds: set[str], inner: HeadingWords) -> str:
    if head == "rule":
        return "scoring_rule" if kinds & {"scoring", "score", "weight", "points"} else "other"
    if kinds & {"score", "scoring", "weight"} and "gap" not in kinds and "原因" not in "".join(inner.words):
        return "scoring_rule"
    describes = inner.words[-1] == "说明" and kinds & {"thing", "value", "name"} and not kinds & {"gap", "done"}
    return "other" if describes else "reason"


def _bare_role(kinds: set[str]) -> str | None:
    if "gap" in kinds:
        return "reason"
    if kinds & {"long_term", "converted", *_MONEY}:
        return "other"
    for kind, role in (("earlier", "last_actual"), ("done", "actual"), ("changed", "adjusted_target")):
        if kind in kinds:
            return role
    if "review" in kinds:
        return "review_score"
    if "self" in kinds:
        return "score"
    if "plan" in kinds:
        return "target"
    return "thing" if "thing" in kinds else None


@functools.lru_cache(maxsize=1 << 12)
def funding_role(text: str) -> str | None:
    """Return the column of the funding block that a heading names; `label` is 资金来源, `other` a column not kept."""
    words = said(text)
    if not words.kinds:
        return None
    kinds = set(words.kinds) | _limited(text)
    if words.head in ("weight", "score", "points"):
        role = _points_role(words.head, kinds)
        return role if role in ("weight", "score") else "other"
    if words.head == "ratio":
        arrived = kinds & {"arrived"}
        return (
            "other" if arrived else ("rate" if kinds & {"spent", "budget", "done"} or "率" in words.words[-1] else None)
        )
    if words.head == "why":
        return "reason"
    return _amount_role(words, kinds)


def _amount_role(words: HeadingWords, kinds: set[str]) -> str | None:
    last = words.kinds[-1]
    if words.head in ("proof", "sign", "aside") and "money" in kinds:
        return "label"
    if words.head not in (None, "value") or words.words[-1] in ("情况", "综述", "概况", "状况"):
        return None
    if "arrived" in kinds and not kinds & {"spent"}:
        return "other" if words.words[-1] != "结转" and (last != "money" or "done" in kinds) else None
    if "spent" in kinds:
        return None if "plan" in kinds and "budget" not in kinds else "executed"
    if "done" in kinds and kinds & {"money", "budget", "value"}:
        return "executed" if "money" in kinds or "budget" in kinds else None
    if "budget" in kinds and (last in ("budget", "value") or words.words[-1] in ("金额", "额", "数额")):
        return "initial_budget" if kinds & {"plan"} and "changed" not in kinds else "full_year_budget"
    return "initial_budget" if "批复" in words.words and last == "value" and "thing" not in kinds else None


@functools.lru_cache(maxsize=1 << 12)
def narrative_role(text: str) -> str | None:
    """Return goal, outcome, adjusted_goal, long_goal or degree where a heading stands over a text about the whole year."""
    words = said(text)
    kinds = set(words.kinds) | _limited(text)
    if not words.kinds or kinds & {"weight", "score", "points", "gap", "why", "rule", *_MONEY} or words.has(*_LEVELS):
        return None
    about_goal = "目标" in words.words or "绩效目标" in words.words
    if words.head == "ratio":
        return "degree" if kinds & {"done", "plan"} else None
    if "指标" in words.words or words.head not in (None, "value") or words.words[-1] in ("值", "数"):
        return None
    if "done" in kinds and (about_goal or words.head == "value"):
        return "outcome" if not _is_still_planned(words) else None
    if not about_goal or (words.head == "value" and words.words[-1] not in ("综述", "概述")):
        return None
    if "long_term" in kinds:
        return "long_goal"
    return "adjusted_goal" if "changed" in kinds else "goal"


@functools.lru_cache(maxsize=1 << 12)
def head_role(text: str) -> str | None:
    """Return project, department, far_department, body or unit where a heading of the form's head names one."""
    wording = _bare(text.partition("/")[0])
    if not wording or len(wording) > 16:
        return None
    if "总" in (words := said(wording)).words and words.head == "weight":
        return "total_weight"
    if wording.endswith(_unkept()) and len(wording) <= 10:
        return "other"
    if not wording.endswith(("名称", "部门", "单位", "代码", "机构", "编码")):
        return None
    kinds = set(said(wording, "head_words").kinds)
    if "leads" in kinds and "body" in kinds:
        return "far_department" if "far" in kinds else "department"
    if "named" in kinds and "subject" in kinds and "body" not in kinds:
        return "project"
    if "body" not in kinds:
        return None
    return _body_role(wording, kinds)


@functools.cache
def _unkept() -> tuple[str, ...]:
    return tuple(lexicon("headings")["head_words"]["unkept"])


def _body_role(wording: str, kinds: set[str]) -> str | None:
    if wording.startswith("单位名称") or kinds & {"does", "subject"}:
        return "unit" if "单位" in wording or "机构" in wording else None
    if "named" in kinds or wording in ("部门单位", "单位部门"):
        return "body"
    if "near" in kinds and wording.endswith("部门"):
        return "department"
    return "unit" if "near" in kinds and wording.endswith("单位") else None


def covers(texts: Sequence[str]) -> bool:
    """Tell whether every one of these cells reads as a heading."""
    return all(said(text).kinds for text in texts)
