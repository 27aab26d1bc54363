"""The near-copy join, compiled: a prefix-filter set-similarity join, on as many threads as there are cores."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from fuhe.join.tokens import Array, Sets, kernel
from fuhe.similarity import Scope

THREADS = min(4, os.cpu_count() or 1)
_LEAST_BUFFER = 1 << 16
_MOST_LISTS = 1 << 20


class Index(NamedTuple):
    """For a token, the phrases in whose prefix it stands, smallest first, with their signs.

    A token has `places` lists, one for each place in the prefix; the last takes all places further on.
    List l holds entries `heads[l]:heads[l + 1]` of `phrases` and `signs`; `by_size[s]` is the first phrase of size ≥ s.
    """

    heads: Array
    phrases: Array
    signs: Array
    by_size: Array
    places: int


class Stars(NamedTuple):
    """What each phrase belongs to while stars are made: its centre, and the centre it is doubtfully near, or -1.

    Empty arrays mean that no stars are made.
    """

    kinds: Array
    centres: Array
    doubts: Array


@kernel
def _needed(small: int, large: int, scope: Scope) -> int:
    """Return the fewest shared bigrams that make two sets of these sizes near-copies."""
    least = max(1, int(min(scope[0] / (1 + scope[0]) * (small + large), scope[1] * small)) - 1)
    while least < scope[0] * (small + large - least) and least < scope[1] * small:
        least += 1
    return least


@kernel
def _bits(word: Any) -> Any:
    """Count the bits that are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _list(sets: Sets, scope: Scope, by_size: Array, places: int) -> Index:
    heads = np.zeros(sets.words * places + 1, np.int64)
    for phrase in range(sets.phrases):
        size = sets.starts[phrase + 1] - sets.starts[phrase]
        for k in range(size - _needed(size, size, scope) + 1):
            heads[sets.tokens[sets.starts[phrase] + k] * places + min(k, places - 1) + 1] += 1
    for entry in range(len(heads) - 1):
        heads[entry + 1] += heads[entry]
    free, phrases = heads[:-1].copy(), np.empty(heads[-1], np.int32)
    signs = np.empty((heads[-1], 2), np.uint64)
    for phrase in range(sets.phrases):
        size = sets.starts[phrase + 1] - sets.starts[phrase]
        for k in range(size - _needed(size, size, scope) + 1):
            entry = sets.tokens[sets.starts[phrase] + k] * places + min(k, places - 1)
            phrases[free[entry]], signs[free[entry]] = phrase, sets.signs[phrase]
            free[entry] += 1
    return Index(heads, phrases, signs, by_size, places)


@kernel
def _limits(size: int, scope: Scope, needed: Array, least: Array) -> int:
    """Note, against a probe of this size, what each smaller size must share and the least size for each place.

    Returns how many places are worth looking at.
    """
    places = 0
    for small in range(1, size + 1):
        needed[small] = _needed(small, size, scope)
        while places < len(least) and small - needed[small] >= places:
            least[places] = small
            places += 1
    return places


@kernel
def _shares(tokens: Array, at: int, end: int, to: int, last: int, needed: int) -> bool:
    """Tell whether two sorted runs of tokens share as many as needed."""
    shared = 0
    while shared < needed:
        if shared + min(end - at, last - to) < needed:
            return False
        if tokens[at] == tokens[to]:
            shared += 1
            at += 1
            to += 1
        elif tokens[at] < tokens[to]:
            at += 1
        else:
            to += 1
    return True


@kernel
def _settle(probe: int, near: Array, stars: Stars) -> None:
    """Give a phrase to the first centre of its kind it is near to; else it is a centre, maybe doubtfully near another."""
    centre, doubt = probe, -1
    for found in range(len(near)):
        other = near[found, 0]
        if stars.kinds[other] == stars.kinds[probe]:
            centre = min(centre, other)
        elif doubt < 0 or other < doubt:
            doubt = other
    stars.centres[probe] = centre
    stars.doubts[probe] = doubt if centre == probe else -1


@kernel
def _probe(
    shard: Array, sets: Sets, index: Index, scope: Scope, reached: Array, stamps: Array, stars: Stars, out: Array
) -> int:
    """Write near-copies of the shard's phrases among smaller ones until `out` could overflow; `shard` is (next, step).

    `reached` keeps, for every list, its first phrase that is not yet too small: probes only grow. One long function, its
    arrays unpacked: calls inside the loop count references, and two threads that count the same ones wait on each other.
    """
    tokens, starts, signs, centres = sets.tokens, sets.starts, sets.signs, stars.centres
    heads, listed, listed_signs, by_size = index.heads, index.phrases, index.signs, index.by_size
    needed, least = np.zeros(len(by_size) + 1, np.int64), np.zeros(index.places, np.int64)
    found, probe = 0, shard[0]
    while probe < sets.phrases and found + probe <= len(out):
        first, last, sign, more, before = starts[probe], starts[probe + 1], signs[probe, 0], signs[probe, 1], found
        places, high = _limits(last - first, scope, needed, least), last - first
        for k in range(last - first):
            while high > 0 and needed[high] > last - first - k:
                high -= 1
            if high < least[0]:
                break
            ceiling = min(probe, by_size[high + 1])
            for place in range(places):
                entry = tokens[first + k] * index.places + place
                at, end, floor = reached[entry], heads[entry + 1], by_size[least[place]]
                while at < end and listed[at] < floor:
                    at += 1
                reached[entry] = at
                edge, most, shared = 0, 0, 0
                while at < end and listed[at] < ceiling:
                    other = listed[at]
                    if other >= edge:
                        small = starts[other + 1] - starts[other]
                        shared = needed[small]
                        edge, most = by_size[small + 1], small + last - first - 2 * shared
                    if (
                        _bits(listed_signs[at, 0] ^ sign) + _bits(listed_signs[at, 1] ^ more) <= most
                        and stamps[other] != probe
                        and (len(centres) == 0 or centres[other] == other)
                        and _shares(tokens, starts[other] + place, starts[other + 1], first + k, last, shared)
                    ):
                        stamps[other], out[found, 0], out[found, 1] = probe, other, probe
                        found += 1
                    at += 1
        if len(centres):
            _settle(probe, out[before:found], stars)
            found = before
        probe += shard[1]
    shard[0] = probe
    return found


def _indexed(sets: Sets, scope: Scope) -> Index:
    sizes = np.diff(sets.starts)
    by_size = np.searchsorted(sizes, np.arange(sizes[-1] + 2))
    index: Index = _list(sets, scope, by_size, max(1, min(8, _MOST_LISTS // sets.words)))
    return index


def near_pairs(sets: Sets, scope: Scope) -> Iterator[Array]:
    """Yield every pair of near-copies as arrays of index pairs, a bounded number at a time, in no order."""
    if sets.phrases < 2:
        return
    index = _indexed(sets, scope)
    none = np.empty(0, np.int32)
    shards = [np.array([first, THREADS]) for first in range(THREADS)]
    reached = [index.heads[:-1].copy() for _ in shards]
    stamps = [np.full(sets.phrases, -1, np.int32) for _ in shards]
    outs = [np.empty((max(_LEAST_BUFFER, sets.phrases + sets.phrases // 4), 2), np.int32) for _ in shards]

    def run(one: int) -> int:
        stars = Stars(none, none, none)
        return int(_probe(shards[one], sets, index, scope, reached[one], stamps[one], stars, outs[one]))

    with ThreadPoolExecutor(THREADS) as threads:
        while any(shard[0] < sets.phrases for shard in shards):
            for one, found in enumerate(threads.map(run, range(THREADS))):
                if found:
                    yield sets.origin[outs[one][:found]]


def stars(sets: Sets, scope: Scope, kinds: Array) -> tuple[Array, Array]:
    """Return the centre of every phrase, itself where it is one, and the centre it is doubtfully near, else -1.

    Phrases are taken smallest first; each joins the first centre of its kind that it is near to, or becomes one.
    """
    centres = np.arange(len(kinds))
    doubts = np.full(len(kinds), -1)
    if sets.phrases > 1:
        made = Stars(kinds[sets.origin], np.full(sets.phrases, -1, np.int32), np.full(sets.phrases, -1, np.int32))
        index, shard = _indexed(sets, scope), np.array([0, 1])
        stamps, out = np.full(sets.phrases, -1, np.int32), np.empty((sets.phrases + 1, 2), np.int32)
        _probe(shard, sets, index, scope, index.heads[:-1].copy(), stamps, made, out)
        centres[sets.origin] = sets.origin[made.centres]
        doubts[sets.origin] = np.where(made.doubts < 0, -1, sets.origin[made.doubts])
    return centres, doubts


@kernel
def unite(roots: Array, pairs: Array, kinds: Array, alike: bool) -> None:
    """Join the trees of every pair whose kinds are alike, or of every pair whose kinds are not; roots are smallest."""
    for pair in range(len(pairs)):
        left, right = pairs[pair, 0], pairs[pair, 1]
        if (kinds[left] == kinds[right]) == alike:
            while roots[left] != left:
                roots[left] = roots[roots[left]]
                left = roots[left]
            while roots[right] != right:
                roots[right] = roots[roots[right]]
                right = roots[right]
            roots[max(left, right)] = min(left, right)
