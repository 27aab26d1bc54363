"""Whether a clause about what will be done says what: an act on a thing, not only more effort at the same work."""

import functools
from itertools import pairwise

from fuhe.policy import words
from fuhe.readings.content_words import tagged
from fuhe.readings.restating import content, measure_words
from fuhe.readings.vocabulary import known_words
from fuhe.readings.who_and_when import agent_at_head, agent_in, dates
from fuhe.readings.wordlists import WordList, begins, ends, holds, known, listed, strike

_GAP = "　"
_ENOUGH = 2
_BY_HALF = ("phrases", ("abstract", "filler", "state", "degree", "aim", "rise", "fall"))
_CARRIES = ("n", "v", "j", "x", "m", "q", "b")


def names_a_deed(text: str, name: str = "") -> bool:
    """Tell whether a clause names an act and what it is done to, who acts and when and words of effort taken away."""
    plain = _without_terms(text)
    if _only_assigns(plain):
        return False
    if plain != text and (_makes_up(plain) or _counts_what(plain)):
        return True
    left = content(strike(plain.replace(name, _GAP) if name else plain, _effort(), _GAP), name)
    more = holds(plain, _intensity())
    return len(_carried(left)) >= _ENOUGH + more


def tells_only_effort(left: str) -> bool:
    """Tell whether what a clause says beyond the deviation is only how hard or how well one worked: 工作没有做细做实."""
    rest = strike(left, _attitude(), _GAP)
    return rest != left and len(_carried(rest)) < _ENOUGH


@functools.cache
def _attitude() -> WordList:
    general = (word for word, (part, has) in known_words().items() if _is_general(part, has) and part != "object")
    return known(*general, *listed("causes", "mending", "attitudes").words)


def _without_terms(text: str) -> str:
    for at, word in reversed(dates(text)):
        text = text[:at] + _GAP + text[at + len(word) :]
    text = text.strip(_GAP)
    return text.removeprefix(agent_at_head(text))


def _only_assigns(plain: str) -> bool:
    """Recognise 由活动部刘敏负责, 责任人为…: somebody is named, and nothing for him to do."""
    duty = ends(plain, listed("causes", "duties"))
    named = strike(
        plain.removesuffix(duty).replace(agent_in(plain) or _GAP, ""),
        listed("causes", "who_labels", "assigns", "mending", "offices"),
        "",
    )
    return bool(duty) and len(named) <= _NAME


_NAME = 3


def _counts_what(plain: str) -> bool:
    """Recognise 招募分馆管理员2名, 后续清8.5公里: so many of something, and not that the target will be reached."""
    counted = any(char.isdigit() and after in measure_words() for char, after in pairwise(plain))
    return counted and not holds(plain, listed("causes", "goals", "finishing"))


def _makes_up(plain: str) -> bool:
    """Recognise 5月前补办: what was missed is made up for, with somebody or a time beside it."""
    act = next((word for word in listed("causes", "mending").words if word[0] == "补" and word in plain), "")
    return bool(act) and not begins(plain.partition(act)[2], _effort())


def _carried(left: str) -> str:
    """Return the characters of words that say something: no adverbs, pronouns, set phrases."""
    return "".join(word for word, tag in tagged(left.replace(_GAP, "")) if tag[:1] in _CARRIES)


@functools.cache
def _intensity() -> WordList:
    """Words that only ask for more of the same: 加强, 加大, 提高."""
    acts = (word for word, (part, has) in known_words().items() if part == "act" and has.get("intends"))
    return known(*acts, *(word for word in listed("causes", "mending").words if word[:1] in "加强严抓压"))


@functools.cache
def _effort() -> WordList:
    """Words that say how hard, at what in general, and how well: without them an act on a thing is left."""
    own = listed("causes", "mending", "loose", "punctual", "who_labels", "checks", "judges", "duties").words
    name, lists = _BY_HALF
    general = (word for word, (part, has) in known_words().items() if _is_general(part, has))
    return known(*own, *general, *(word for key in lists for word in words(name, key)))


def _is_general(part: str, has: object) -> bool:
    attributes = dict(has)  # type: ignore[call-overload]
    if part == "object":
        bad = attributes.get("valence") == "bad" and not attributes.get("work")
        return bad or attributes.get("role") == "plan"
    none = part == "head" and attributes.get("kind") == "none"
    return none or part == "means" or (part == "act" and bool(attributes.get("intends")))
