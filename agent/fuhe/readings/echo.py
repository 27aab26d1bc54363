"""A goal held against its outcome: whether the one merely repeats the other, and which things only one of them names."""

import functools
from typing import NamedTuple

from fuhe.policy import simplify, words
from fuhe.readings.content_words import tagged
from fuhe.readings.narrative import Item, Narrative, narrative
from fuhe.readings.parts_of_clause import clauses, tail_is, without
from fuhe.readings.vocabulary import known_words
from fuhe.similarity import bigrams, key
from fuhe.text import bare, squeeze

_INFLECTED = ("tense", "turns", "manner", "generic", "bounds", "done", "wishes")
_LEAST = 5
_REPEATED = 0.75
_RESTATED = 0.6
_SAME_CLAUSE = 0.8
_UNRELATED = 0.12
_ENOUGH = 8
_LONGEST_NAME = 200


@functools.lru_cache(maxsize=1 << 10)
def echoes(goal: str, outcome: str) -> bool:
    """Tell whether an outcome repeats its goal with words of tense and degree changed, and adds no fact."""
    if bare(goal) == bare(outcome):
        return len(bare(outcome)) > _LEAST
    promised, told = narrative(goal, "goal"), narrative(outcome, "outcome")
    if _adds(promised, told):
        return False
    wanted, done = _cores(goal), _cores(outcome)
    if sum(map(len, done)) < _LEAST:
        return False
    repeated, restated = _found_in(done, wanted), _found_in(wanted, done)
    return repeated >= _REPEATED or (restated >= _RESTATED and not told.items)


def _adds(promised: Narrative, told: Narrative) -> bool:
    """Tell whether an outcome holds a figure of its own, or a thing now done of which the goal gave no figure either."""
    new = told.numbers - promised.numbers
    return bool(new) or (not told.numbers and any(_is_done(item) for item in told.items))


def _is_done(item: Item) -> bool:
    return not item.bound and tail_is(item.object) != "abstract"


def _cores(text: str) -> tuple[str, ...]:
    """Return the clauses of a text without inflection; what is left of each is its subject."""
    return tuple(core for clause in clauses(text) if len(core := bare(without(clause.text, *_INFLECTED))) > 1)


def _found_in(cores: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Return how much of some clauses, by length, stands in others."""
    pairs = frozenset().union(*(bigrams(other) for other in others))
    back = [core for core in cores if len(bigrams(core) & pairs) >= _SAME_CLAUSE * len(bigrams(core))]
    return sum(map(len, back)) / max(1, sum(map(len, cores)))


def restated(outcome: str, name: str) -> bool:
    """Tell whether a clause of an outcome without a result says no more than an indicator's name."""
    wanted = _core_of(name[:_LONGEST_NAME])
    return len(wanted) >= _LEAST and wanted in _empty_cores(outcome)


@functools.lru_cache(maxsize=1 << 10)
def _empty_cores(outcome: str) -> frozenset[str]:
    read = narrative(outcome, "outcome")
    return frozenset(_core_of(outcome[start:end]) for start, end in (*read.slogans, *read.unread))


@functools.lru_cache(maxsize=1 << 13)
def _core_of(text: str) -> str:
    return bare(without(simplify(squeeze(text)), *_INFLECTED))


class ToldApart(NamedTuple):
    """The things a goal names and the outcome does not tell of, and the things told that the goal never named."""

    promised: tuple[str, ...]
    told: tuple[str, ...]


def differ(goal: str, outcome: str) -> ToldApart | None:
    """Return what a goal and an outcome speak of where they share nothing; None where they meet or one says too little."""
    promised, told = narrative(goal, "goal"), narrative(outcome, "outcome")
    if not promised.things or not any(item.kind in ("figure", "deliverable") for item in told.items):
        return None
    if not told.things or promised.numbers & told.numbers:
        return None
    if not _apart(bigrams(key(goal)), bigrams(key(outcome))):
        return None
    if _meet(promised.things, outcome) or _meet(told.things, goal):
        return None
    return ToldApart(_longest(_named(promised.things)), _longest(_named(told.things)))


def _named(things: tuple[str, ...]) -> tuple[str, ...]:
    """Return things as one calls them: no measure word that has lost its number before, no act or manner after."""
    return tuple(dict.fromkeys(name for thing in things if (name := _noun(thing))))


def _noun(thing: str) -> str:
    cut = list(tagged(thing.strip("、，,:：.;；")))
    while cut and cut[0][1][0] in "qmdxwuc":
        cut.pop(0)
    while cut and cut[-1][1][0] in "vdaxwucp" and cut[-1][1] not in ("vn", "an"):
        cut.pop()
    return "".join(word for word, _ in cut)


def _longest(things: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out things that stand within another: 记录仪 beside 执法记录仪."""
    return tuple(thing for thing in things if not any(thing in other and thing != other for other in things))


def _apart(left: frozenset[str], right: frozenset[str]) -> bool:
    return min(len(left), len(right)) >= _ENOUGH and len(left & right) <= _UNRELATED * min(len(left), len(right))


def _meet(things: tuple[str, ...], text: str) -> bool:
    """Tell whether one of the things is named in a text, by a pair of characters that is no act and no word for people."""
    pairs = bigrams(bare(text))
    return any(bigrams(bare(thing)) & pairs - _no_things() for thing in things)


@functools.cache
def _no_things() -> frozenset[str]:
    acts = (word for word, (part, _) in known_words().items() if part == "act")
    return frozenset((*words("narrative", "people"), *acts))
