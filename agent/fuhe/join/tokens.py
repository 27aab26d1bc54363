"""Phrases as sets of character bigrams, compiled: numbered by rarity, sorted, packed one after the other."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_WORDS = 1 << 16


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that leaves the interpreter lock alone; with no place to keep the result, for this run only."""
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
    phrases: int
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
    tokens, packed, signs = _pack(ids, starts, sizes, origin)
    return Sets(origin, tokens, packed, signs, len(origin), len(counts))


@kernel
def _slot(code: Any, slots: Array, seen: Array) -> Any:
    """Find the slot of a bigram by open addressing: the one that holds it, or the free one where it belongs."""
    mask = np.uint64(len(slots) - 1)
    mixed = (code ^ (code >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    slot = mixed >> np.uint64(32) & mask
    while slots[slot] >= 0 and seen[slots[slot]] != code:
        slot = (slot + np.uint64(1)) & mask
    return slot


@kernel
def _number(text: Array, starts: Array, block: Array) -> tuple[Array, Array]:
    """Number the bigrams as they first appear and count them."""
    ids, words = np.empty(len(text), np.int32), 0
    counts, seen = np.zeros(_WORDS, np.int32), np.empty(_WORDS, np.uint64)
    slots = np.full(2 * _WORDS, -1, np.int32)
    for phrase in range(len(starts) - 1):
        for at in range(starts[phrase], starts[phrase + 1] - 1):
            code = np.uint64(block[phrase]) << np.uint64(42) | np.uint64(text[at]) << np.uint64(21)
            code |= np.uint64(text[at + 1])
            slot = _slot(code, slots, seen)
            if slots[slot] < 0:
                if words == len(seen):
                    counts = np.concatenate((counts, np.zeros(words, np.int32)))
                    seen = np.concatenate((seen, np.empty(words, np.uint64)))
                    slots = np.full(4 * words, -1, np.int32)
                    for old in range(words):
                        slots[_slot(seen[old], slots, seen)] = old
                    slot = _slot(code, slots, seen)
                slots[slot], seen[words] = words, code
                words += 1
            ids[at] = slots[slot]
            counts[slots[slot]] += 1
    return ids, counts[:words]


@kernel
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


@kernel
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
