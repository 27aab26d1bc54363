"""Near-copies: fold a phrase to its key, compare character bigrams, keep apart what names other things."""

import difflib
import functools
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from fuhe.policy import lexicon, simplify, words
from fuhe.text import ASIDE, bare

_MARKER = re.compile(
    r"^\s*(?:[(（]?[0-9一二三四五六七八九十]{1,3}[)）.、．:：]|[①-⑳]|指标\d+[:：]?|目标\d+[:：]?|[-•·★☆*]+)\s*"
)
_CLAUSE = re.compile(r"[,，;；。]")
_YEAR = re.compile(r"20\d\d年度?")


class Scope(NamedTuple):
    """How alike two keys must be: bigram Jaccard, or bigram containment, of at least so many characters."""

    jaccard: float
    containment: float
    least: int


WITHIN_FORM = Scope(0.5, 0.75, 6)
"""Measured on labelled pairs, see the data card; the larger the corpus, the stricter, or chance makes the pairs."""
WITHIN_UNIT = WITHIN_FORM
WITHIN_CITY = Scope(0.6, 0.75, 5)
WITHIN_PROVINCE = Scope(0.7, math.inf, 5)


@functools.lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    """Return what a phrase says once numbering, width, punctuation, years and degree words are taken away."""
    folded = bare(simplify(_YEAR.sub("", ASIDE.sub("", _MARKER.sub("", text)))))
    folded = _pattern("degree").sub("", folded)
    return _pattern("drop").sub("", _folds().sub(_fold_word, folded))


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words("copies", name))))


@functools.cache
def _fold_table() -> dict[str, str]:
    return {word: head for head, group in lexicon("copies")["fold"].items() for word in group}


@functools.cache
def _folds() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_fold_table(), key=len, reverse=True)))


def _fold_word(found: re.Match[str]) -> str:
    return _fold_table()[found[0]]


@functools.lru_cache(maxsize=1 << 14)
def bigrams(text: str) -> frozenset[str]:
    """Return the set of neighbouring character pairs."""
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


def is_near(left: str, right: str, scope: Scope = WITHIN_FORM) -> bool:
    """Tell whether two keys are near-copies: enough shared bigrams, or one holds nearly all of the other."""
    jaccard, containment, least = scope
    a, b = bigrams(left), bigrams(right)
    if min(len(left), len(right)) < least or not a or not b:
        return False
    shared = len(a & b)
    return shared >= jaccard * len(a | b) or shared >= containment * min(len(a), len(b))


def differs_in_kind(left: str, right: str) -> bool:
    """Tell whether two names are about different things: another object, another metric at the end, other figures."""
    return kind(left) != kind(right)


Kind = tuple[str | None, frozenset[str], tuple[str, ...]]


@functools.lru_cache(maxsize=1 << 14)
def kind(text: str) -> Kind:
    """Return what a name is about: its metric, its objects, its figures; near-copies of other kinds are no copies."""
    plain = re.sub(r"满意(程度|率|度情况)?$", "满意度", bare(simplify(text)))
    metric = next((word for word in words("copies", "metrics") if plain.endswith(word)), None)
    return metric, frozenset(word for word in lexicon("copies")["objects"] if word in plain), _numbers(text)


@functools.lru_cache(maxsize=1 << 14)
def _numbers(text: str) -> tuple[str, ...]:
    """Return the figures of a name and its ordinals: 一级, 二期, 甲类 tell names apart as 1 and 2 do."""
    return tuple(
        re.findall(
            r"\d+|(?<=第)[一二三四五六七八九十]|[一二三四五六七八九十甲乙丙丁](?=[级期类批等档段标型])",
            _MARKER.sub("", text),
        )
    )


def same_name(left: str, right: str) -> bool:
    """Tell whether two names of one form say the same: equal keys, equal figures, no differing asides."""
    if not key(left) == key(right) != "" or _numbers(left) != _numbers(right):
        return False
    asides = _asides(left), _asides(right)
    return not all(asides) or asides[0] == asides[1]


@functools.lru_cache(maxsize=1 << 14)
def _asides(text: str) -> tuple[str, ...]:
    return tuple(bare(aside) for aside in ASIDE.findall(text))


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Group the indexes of equal or near-equal names of one form; groups of one are left out."""
    standing: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        standing[text].append(index)
    distinct = list(standing)
    alike = [
        (standing[distinct[i]][0], standing[distinct[j]][0])
        for i, j in sorted(_candidates(distinct))
        if _alike(distinct[i], distinct[j])
    ]
    repeated = (pair for text, same in standing.items() if key(text) for pair in itertools.pairwise(same))
    return components(len(texts), [*alike, *repeated])


def _candidates(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Return the pairs of distinct names that may be alike: equal keys, near keys, or one's key a clause of the other."""
    having: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        having[key(text)].append(index)
    keys = list(having)
    pairs = {pair for same in having.values() for pair in itertools.combinations(same, 2)}
    for i, j in near_pairs(keys, WITHIN_FORM):
        pairs |= set(itertools.product(having[keys[i]], having[keys[j]]))
    for index, text in enumerate(texts):
        pairs |= {(index, other) for clause in _clauses(text) for other in having.get(clause, ()) if other != index}
    return {(min(pair), max(pair)) for pair in pairs}


def _alike(left: str, right: str) -> bool:
    if same_name(left, right) or _is_clause_of(left, right) or _is_clause_of(right, left):
        return True
    a, b = key(left), key(right)
    return is_near(a, b) and not differs_in_kind(left, right) and not _counts_another(a, b)


def _counts_another(left: str, right: str) -> bool:
    """Tell whether two keys measure the same way (里程, 合格率) and one has another thing in the other's place: 省道, 县道."""
    if not left.endswith(words("copies", "counts")):
        return False
    a, b = (_pattern("same_act").sub("", text) for text in (left, right))
    return any(step[0] == "replace" for step in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes())


def _is_clause_of(short: str, long: str) -> bool:
    """Tell whether one name stands word for word as a clause of the other."""
    clauses = _clauses(long)
    return len(clauses) > 1 and len(key(short)) >= 6 and key(short) in clauses and _numbers(short) == _numbers(long)


@functools.lru_cache(maxsize=1 << 14)
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(key(part) for part in _CLAUSE.split(text))


def near_pairs(keys: Sequence[str], scope: Scope) -> list[tuple[int, int]]:
    """Return every pair of near-copies among distinct keys, as index pairs in order; exact, none missed.

    The smaller of two near-copies must share one of its rarest bigrams with the larger, so only those are looked up.
    """
    sets = {index: bigrams(text) for index, text in enumerate(keys) if len(text) >= scope[2]}
    frequency = Counter(pair for found in sets.values() for pair in found)
    least = min(scope[1], 2 * scope[0] / (1 + scope[0]))
    index_of: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for index in sorted(sets, key=lambda entry: len(sets[entry])):
        candidates = {earlier for pair in sets[index] for earlier in index_of[pair]}
        pairs += [(min(index, c), max(index, c)) for c in candidates if is_near(keys[index], keys[c], scope)]
        rarest = sorted(sets[index], key=lambda pair: (frequency[pair], pair))
        for pair in rarest[: len(rarest) - math.ceil(least * len(rarest)) + 1]:
            index_of[pair].append(index)
    return sorted(pairs)


def components(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the groups that chains of pairs make of `count` things; things in no pair are left out."""
    root = list(range(count))

    def top(entry: int) -> int:
        while root[entry] != entry:
            root[entry] = root[root[entry]]
            entry = root[entry]
        return entry

    for left, right in pairs:
        a, b = sorted((top(left), top(right)))
        root[b] = a
    members: dict[int, list[int]] = defaultdict(list)
    for entry in range(count):
        members[top(entry)].append(entry)
    return [group for group in members.values() if len(group) > 1]


_LONGEST_COMPARED = 1000  # the comparison takes the square of the length, or worse
Spans = tuple[tuple[int, int], ...]


def differences(left: str, right: str) -> tuple[Spans, Spans]:
    """Return the parts of both texts that the other does not have, as [start, end) spans; none where a text is too long."""
    if left == right or max(len(left), len(right)) > _LONGEST_COMPARED:
        return (), ()
    steps = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return tuple((a, b) for _, a, b, _, _ in changed if b > a), tuple((c, d) for _, _, _, c, d in changed if d > c)
