"""What an indicator's name measures: its head, of what, by which act, on what scale, and which way is better."""

import functools
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from fuhe.policy import words as lexicon_words
from fuhe.readings.content_words import word_class
from fuhe.readings.direction import Better, which_way
from fuhe.readings.name_words import (
    NameWords,
    change_in,
    figure_as_printed,
    figure_is_total,
    name_words,
    without_changes,
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
MEASURED = frozenset(("count", "share", "degree", "duration", "date", "price", "total", "frequency"))

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
    better, derived, why = which_way(read, made, level2)
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
    words = without_changes(read.words)
    last, changed = words[-1], change_in(read.words)
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
