"""Near-copies among distinct keys, as pairs or as groups: compiled where that pays, else plain; the same result."""

import functools
import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from fuhe.similarity import Scope, bigrams, components, is_near, near_pairs

Engine = Literal["compiled", "plain"]
LEAST_COMPILED = 100_000
"""Characters of all keys from which on loading the compiled join (0.5–1 s) costs less than doing without it: what plain
Python takes goes by the text, and more than in proportion where long texts share their phrases."""


class Families(NamedTuple):
    """Groups of key indexes: near-copies of one kind, and near-copies of different kinds (another object or metric).

    Keys in no group are left out; groups and their members stand in order.
    """

    sure: list[list[int]]
    doubtful: list[list[int]]


def engine_for(keys: Sequence[str]) -> Engine:
    """Return how to join these keys: compiled from LEAST_COMPILED characters on, where numba is installed."""
    return "compiled" if sum(map(len, keys)) >= LEAST_COMPILED and _has_numba() else "plain"


@functools.cache
def _has_numba() -> bool:
    return importlib.util.find_spec("numba") is not None


def pairs(keys: Sequence[str], scope: Scope, engine: Engine | None = None) -> list[tuple[int, int]]:
    """Return every pair of near-copies among distinct keys, as index pairs in order; exact, none missed."""
    if (engine or engine_for(keys)) == "plain":
        return near_pairs(keys, scope)
    from fuhe.join import compiled_pairs, tokens

    found = compiled_pairs.near_pairs(tokens.tokenise(keys, scope.least), scope)
    return sorted((min(pair), max(pair)) for chunk in found for pair in chunk.tolist())


def chained(
    keys: Sequence[str],
    kinds: Sequence[int],
    scope: Scope,
    blocks: Sequence[int] | None = None,
    engine: Engine | None = None,
) -> Families:
    """Group keys by chains of near-copies; only keys of the same block are compared, where blocks are given.

    A pair of different kinds makes a doubtful group only. Memory grows with the keys, not with the pairs.
    """
    if (engine or engine_for(keys)) == "plain":
        return _chained_plainly(keys, kinds, scope, blocks)
    import numpy as np

    from fuhe.join import compiled_pairs, tokens

    labels, roots = np.asarray(kinds), [np.arange(len(keys)) for _ in range(2)]
    for chunk in compiled_pairs.near_pairs(tokens.tokenise(keys, scope.least, blocks), scope):
        for alike in (True, False):
            compiled_pairs.unite(roots[not alike], chunk, labels, alike)
    return Families(*(_trees(found.tolist()) for found in roots))


def _trees(roots: list[int]) -> list[list[int]]:
    """Gather what hangs together; every root is the smallest of its tree, so it comes first."""
    for entry, root in enumerate(roots):
        roots[entry] = roots[root]
    return _gathered(enumerate(roots))


def _gathered(members: Iterable[tuple[int, int]]) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for member, centre in members:
        found[centre].append(member)
    return sorted(group for group in found.values() if len(group) > 1)


def _chained_plainly(keys: Sequence[str], kinds: Sequence[int], scope: Scope, blocks: Sequence[int] | None) -> Families:
    by_block: dict[int, list[int]] = defaultdict(list)
    for index in range(len(keys)):
        by_block[blocks[index] if blocks else 0].append(index)
    sure: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []
    for members in by_block.values():
        for a, b in near_pairs([keys[index] for index in members], scope):
            left, right = members[a], members[b]
            (sure if kinds[left] == kinds[right] else doubtful).append((left, right))
    return Families(components(len(keys), sure), components(len(keys), doubtful))


def starred(keys: Sequence[str], kinds: Sequence[int], scope: Scope, engine: Engine | None = None) -> Families:
    """Group keys around centres, every member near its centre, so that a common frame does not chain everything.

    Keys are taken fewest bigrams first, then in their own order: each joins the first centre of its kind that it is near
    to, or becomes one; a centre near one of another kind stands in a doubtful group with it.
    """
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ordered, labels = [keys[index] for index in order], [kinds[index] for index in order]
    if (engine or engine_for(keys)) == "plain":
        centres, doubts = _stars_plainly(ordered, labels, scope)
    else:
        import numpy as np

        from fuhe.join import compiled_pairs, tokens

        found = compiled_pairs.stars(tokens.tokenise(ordered, scope.least), scope, np.asarray(labels))
        centres, doubts = (array.tolist() for array in found)
    near = [(doubt, doubt) for doubt in set(doubts) if doubt >= 0]
    near += [(index, doubt) for index, doubt in enumerate(doubts) if doubt >= 0]
    both = (enumerate(centres), near)
    return Families(*(_gathered((order[member], order[centre]) for member, centre in group) for group in both))


def _stars_plainly(keys: Sequence[str], kinds: Sequence[int], scope: Scope) -> tuple[list[int], list[int]]:
    centres, doubts = list(range(len(keys))), [-1] * len(keys)
    holding: dict[str, list[int]] = defaultdict(list)
    long_enough = [index for index, text in enumerate(keys) if len(text) >= max(2, scope.least)]
    for rank, index in enumerate(ranked := sorted(long_enough, key=lambda entry: len(bigrams(keys[entry])))):
        candidates = sorted({other for pair in bigrams(keys[index]) for other in holding[pair]})
        near = [ranked[other] for other in candidates if is_near(keys[index], keys[ranked[other]], scope)]
        alike = [other for other in near if kinds[other] == kinds[index]]
        if alike:
            centres[index] = alike[0]
            continue
        doubts[index] = near[0] if near else -1
        for pair in bigrams(keys[index]):
            holding[pair].append(rank)
    return centres, doubts
