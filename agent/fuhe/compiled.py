"""The near-copy join compiled: a prefix-filter set-similarity join over character bigrams, numpy and numba."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Scope = tuple[float, float, int]
THREADS = min(4, os.cpu_count() or 1)
_LEAST_BUFFER = 1 << 16
_PLACES = 8


def _kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that leaves the interpreter lock alone; without a place to keep the result, for this run only."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


class Sets(NamedTuple):
    """Every phrase as the set of its bigrams, rarest first; phrases stand in order of size, `origin` is their index.

    The tokens of phrase i are `tokens[starts[i]:starts[i + 1]]`; `signs` holds 128 bits that stand for its tokens.
    """

    origin: Array
    tokens: Array
    starts: Array
    signs: Array
    count: int
    words: int


def tokenise(keys: Sequence[str], least: int, blocks: Sequence[int] | None = None) -> Sets:
    """Return the bigram sets of distinct phrases; those shorter than `least` characters stay out.

    Phrases of different `blocks` share no token, so that a join never pairs them.
    """
    ends = np.fromiter(map(len, keys), np.int64, len(keys)).cumsum()
    starts = np.concatenate((np.zeros(1, np.int64), ends))
    text = np.frombuffer("".join(keys).encode("utf-32-le", "surrogatepass"), np.uint32)
    block = np.zeros(len(keys), np.int64) if blocks is None else np.asarray(blocks, np.int64)
    ids, counts = _number(text, starts, block)
    del text
    rank = np.empty(len(counts), np.int32)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts), dtype=np.int32)
    sizes = _sort_each(ids, starts, rank, max(2, least))
    origin = np.argsort(sizes, kind="stable")
    origin = origin[np.searchsorted(sizes[origin], 1) :]
    return Sets(origin, *_pack(ids, starts, sizes, origin), len(origin), len(counts))


@_kernel
def _number(text: Array, starts: Array, block: Array) -> tuple[Array, Array]:
    """Number the bigrams as they first appear, by open addressing, and count them."""
    ids = np.empty(len(text), np.int32)
    counts = np.zeros(1 << 16, np.int32)
    seen = np.empty(1 << 16, np.uint64)
    slots = np.full(1 << 17, -1, np.int32)
    mask, words = np.uint64(len(slots) - 1), 0
    for phrase in range(len(starts) - 1):
        for at in range(starts[phrase], starts[phrase + 1] - 1):
            code = np.uint64(block[phrase]) << np.uint64(42) | np.uint64(text[at]) << np.uint64(21)
            code |= np.uint64(text[at + 1])
            slot = (code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & mask
            while slots[slot] >= 0 and seen[slots[slot]] != code:
                slot = (slot + np.uint64(1)) & mask
            if slots[slot] < 0:
                if words == len(seen):
                    seen = np.concatenate((seen, np.empty(words, np.uint64)))
                    counts = np.concatenate((counts, np.zeros(words, np.int32)))
                    slots = np.full(4 * words, -1, np.int32)
                    mask = np.uint64(len(slots) - 1)
                    for old in range(words):
                        slot = (seen[old] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & mask
                        while slots[slot] >= 0:
                            slot = (slot + np.uint64(1)) & mask
                        slots[slot] = old
                    slot = (code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & mask
                    while slots[slot] >= 0:
                        slot = (slot + np.uint64(1)) & mask
                slots[slot] = words
                seen[words] = code
                words += 1
            ids[at] = slots[slot]
            counts[slots[slot]] += 1
    return ids, counts[:words]


@_kernel
def _sort_each(ids: Array, starts: Array, rank: Array, least: int) -> Array:
    """Write each phrase's distinct tokens in order of rarity to the front of its place in `ids`; return the sizes."""
    sizes = np.zeros(len(starts) - 1, np.int32)
    for phrase in range(len(sizes)):
        first, last = starts[phrase], starts[phrase + 1] - 1
        if last - first + 1 < least:
            continue
        if last - first > 48:
            for at in range(first, last):
                ids[at] = rank[ids[at]]
            ids[first:last].sort()
        else:
            for at in range(first, last):
                token, to = rank[ids[at]], at
                while to > first and ids[to - 1] > token:
                    ids[to] = ids[to - 1]
                    to -= 1
                ids[to] = token
        size = 0
        for at in range(first, last):
            if at == first or ids[at] != ids[first + size - 1]:
                ids[first + size] = ids[at]
                size += 1
        sizes[phrase] = size
    return sizes


@_kernel
def _pack(ids: Array, starts: Array, sizes: Array, origin: Array) -> tuple[Array, Array, Array]:
    """Lay the token sets one after the other in the order of `origin`."""
    packed = np.zeros(len(origin) + 1, np.int64)
    for place in range(len(origin)):
        packed[place + 1] = packed[place] + sizes[origin[place]]
    tokens, signs = np.empty(packed[-1], np.int32), np.zeros((len(origin), 2), np.uint64)
    for place in range(len(origin)):
        first = starts[origin[place]]
        for k in range(sizes[origin[place]]):
            token = ids[first + k]
            tokens[packed[place] + k] = token
            spot = np.uint64(token) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(57)
            signs[place, spot >> np.uint64(6)] |= np.uint64(1) << (spot & np.uint64(63))
    return tokens, packed, signs


@_kernel
def _needed(small: int, large: int, jaccard: float, containment: float) -> int:
    """Return the fewest shared bigrams that make two sets of these sizes near-copies."""
    least = max(1, int(min(jaccard / (1 + jaccard) * (small + large), containment * small)) - 1)
    while least < jaccard * (small + large - least) and least < containment * small:
        least += 1
    return least


@_kernel
def _bits(word: int) -> int:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_kernel
def _index(
    tokens: Array, starts: Array, signs: Array, words: int, jaccard: float, containment: float
) -> tuple[Array, Array, Array]:
    """List the phrases in whose prefix a token stands, smallest first, with the signs of each.

    There are `_PLACES` lists a token: for where in the prefix it stands, the last one for all places further on.
    """
    heads = np.zeros(words * _PLACES + 1, np.int64)
    for phrase in range(len(starts) - 1):
        size = starts[phrase + 1] - starts[phrase]
        for k in range(size - _needed(size, size, jaccard, containment) + 1):
            heads[tokens[starts[phrase] + k] * _PLACES + min(k, _PLACES - 1) + 1] += 1
    for entry in range(len(heads) - 1):
        heads[entry + 1] += heads[entry]
    free, phrases = heads[:-1].copy(), np.empty(heads[-1], np.int32)
    listed = np.empty((heads[-1], 2), np.uint64)
    for phrase in range(len(starts) - 1):
        size = starts[phrase + 1] - starts[phrase]
        for k in range(size - _needed(size, size, jaccard, containment) + 1):
            entry = tokens[starts[phrase] + k] * _PLACES + min(k, _PLACES - 1)
            phrases[free[entry]], listed[free[entry]] = phrase, signs[phrase]
            free[entry] += 1
    return heads, phrases, listed


@_kernel
def _shares(tokens: Array, at: int, end: int, to: int, last: int, needed: int) -> bool:
    """Tell whether two sorted token runs bring the shared tokens to the number needed."""
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


@_kernel
def _probe(
    shard: Array,
    tokens: Array,
    starts: Array,
    signs: Array,
    by_size: Array,
    index: tuple[Array, Array, Array],
    jaccard: float,
    containment: float,
    from_: Array,
    stamps: Array,
    out: Array,
) -> int:
    """Write near-copies of the shard's phrases among smaller ones until `out` could overflow; `shard` is (next, step).

    `from_` keeps, for every list, its first phrase that is not yet too small: probes only grow.
    """
    heads, phrases, listed = index
    needed = np.zeros(len(by_size) + 1, np.int64)
    least = np.zeros(_PLACES, np.int64)
    found, probe, step, count = 0, shard[0], shard[1], len(starts) - 1
    while probe < count and found + probe <= len(out):
        first, last = starts[probe], starts[probe + 1]
        size, place, sign0, sign1 = last - first, 0, signs[probe, 0], signs[probe, 1]
        for small in range(1, size + 1):
            needed[small] = _needed(small, size, jaccard, containment)
            while place < _PLACES and small - needed[small] >= place:
                least[place] = small
                place += 1
        places, high = place, size
        for k in range(size):
            while high > 0 and needed[high] > size - k:
                high -= 1
            if high < least[0]:
                break
            ceiling = min(probe, by_size[high + 1])
            for place in range(places):
                entry = tokens[first + k] * _PLACES + place
                at, end, floor = from_[entry], heads[entry + 1], by_size[least[place]]
                while at < end and phrases[at] < floor:
                    at += 1
                from_[entry] = at
                small, edge, most = 0, 0, 0
                while at < end and phrases[at] < ceiling:
                    other = phrases[at]
                    if other >= edge:
                        small = starts[other + 1] - starts[other]
                        edge, most = by_size[small + 1], small + size - 2 * needed[small]
                    if (
                        _bits(listed[at, 0] ^ sign0) + _bits(listed[at, 1] ^ sign1) <= most
                        and stamps[other] != probe
                        and _shares(tokens, starts[other] + place, starts[other + 1], first + k, last, needed[small])
                    ):
                        stamps[other] = probe
                        out[found, 0], out[found, 1] = other, probe
                        found += 1
                    at += 1
        probe += step
    shard[0] = probe
    return found


def _first_of_size(starts: Array) -> Array:
    """Return, for every size, the first phrase that is at least so large."""
    sizes = np.diff(starts)
    return np.searchsorted(sizes, np.arange(sizes[-1] + 2 if len(sizes) else 1))


def near_pairs(sets: Sets, scope: Scope) -> Iterator[Array]:
    """Yield every pair of near-copies as arrays of index pairs, a bounded number at a time, in no order."""
    if sets.count < 2:
        return
    index = _index(sets.tokens, sets.starts, sets.signs, sets.words, scope[0], scope[1])
    by_size = _first_of_size(sets.starts)
    room = max(_LEAST_BUFFER, sets.count + sets.count // 4)
    shards = [np.array([first, THREADS]) for first in range(THREADS)]
    outs = [np.empty((room, 2), np.int32) for _ in shards]
    from_ = [index[0][:-1].copy() for _ in shards]
    stamps = [np.full(sets.count, -1, np.int32) for _ in shards]

    def run(worker: int) -> int:
        fixed = (sets.tokens, sets.starts, sets.signs, by_size, index, scope[0], scope[1])
        return int(_probe(shards[worker], *fixed, from_[worker], stamps[worker], outs[worker]))

    with ThreadPoolExecutor(THREADS) as threads:
        while any(shard[0] < sets.count for shard in shards):
            for worker, found in enumerate(threads.map(run, range(THREADS))):
                if found:
                    yield sets.origin[outs[worker][:found]]
