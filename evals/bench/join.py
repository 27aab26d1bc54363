"""The near-copy join at 10 k, 100 k and 1 M phrases: found against brute force, seconds and memory beside every peer installed.

Peers stay out of the project: install them beside it, `pip install --target DIR SetSimilaritySearch datasketch scipy
rapidfuzz duckdb`, and run with PYTHONPATH=DIR; one that is absent or takes more than ten minutes is named on stderr.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.bench.figure import Figure
from evals.bench.join_peers import PEERS, SCOPE
from evals.bench.phrases import phrases
from fuhe import join

LIMIT = 600
SAMPLED = 1000
RUNS = {10_000: 5, 100_000: 5, 1_000_000: 3}
PEER_SIZES = (10_000, 100_000)
OWN = "compiled join"
ROOT = Path(__file__).parents[2]
Pair = tuple[int, int]


def measures() -> Iterator[Figure]:
    """Measure recall, then our join at every size, then the peers at the sizes they end at."""
    for count in RUNS:
        found, wanted = recall(count, None if count == 10_000 else SAMPLED)
        yield Figure(f"pairs missed or wrong, {count:,}", f"of {wanted}", (found,))
    for count, runs in RUNS.items():
        yield from _figures(OWN, count, runs)
    yield from _figures("compiled join, groups", 1_000_000, 1)
    for name in PEERS:
        for count in PEER_SIZES if not name.startswith(OWN) else ():
            if not (yield from _figures(name, count, 1)):
                break


def _figures(name: str, count: int, runs: int) -> Generator[Figure, None, bool]:
    taken = [told for _ in range(runs) if (told := child(name, count))]
    own = f"{OWN}, {count:,}"
    for key, unit in (("seconds", "s"), ("cpu", "CPU s"), ("peak", "MB"), ("pairs", ""), ("warm", "s warm")):
        if taken:
            beside = None if name == OWN else f"{own} {unit}"
            yield Figure(f"{name}, {count:,} {unit or 'pairs'}", unit, tuple(told[key] for told in taken), beside)
    return bool(taken)


def child(name: str, count: int) -> dict[str, Any] | None:
    """Run one way in a process of its own; None where it is absent or too slow, said on stderr."""
    command = [sys.executable, "-m", "evals.bench.join_peers", name, str(count)]
    told: dict[str, Any]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, cwd=ROOT, env={**os.environ})
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        told = {"absent": f"more than {LIMIT} s"}
    except ValueError:
        told = {"absent": done.stderr.strip().splitlines()[-1] if done.stderr else "killed"}
    if "absent" in told:
        print(f"join: {name} at {count:,} skipped, {told['absent']}", file=sys.stderr)
        return None
    return told


def recall(count: int, sampled: int | None) -> tuple[int, int]:
    """Compare our pairs with brute force over all phrases, or over those of a sample; return differences and pairs."""
    keys = phrases(count)
    probes = range(count) if sampled is None else sorted(random.Random(1).sample(range(count), sampled))
    wanted = brute(keys, probes)
    asked = set(probes)
    found = {pair for pair in join.pairs(keys, SCOPE, "compiled") if asked & set(pair)}
    return len(found ^ wanted), len(wanted)


def brute(keys: Sequence[str], probes: Sequence[int]) -> set[Pair]:
    """Count what every probe shares with every phrase, with no filter and none of the join's code."""
    words: dict[str, int] = {}
    sets = [
        sorted({text[i : i + 2] for i in range(len(text) - 1)}) if len(text) >= SCOPE.least else [] for text in keys
    ]
    rows = [np.array([words.setdefault(pair, len(words)) for pair in found], np.int32) for found in sets]
    del sets
    sizes = np.array([len(row) for row in rows])
    flat, owner = np.concatenate(rows), np.repeat(np.arange(len(rows), dtype=np.int32), sizes)
    order = np.argsort(flat, kind="stable")
    heads, listed = np.searchsorted(flat[order], np.arange(len(words) + 1)), owner[order]
    pairs: set[Pair] = set()
    for probe in probes:
        pairs |= {_pair(probe, int(other)) for other in _near(rows[probe], heads, listed, sizes, probe)}
    return pairs


def _near(
    row: NDArray[Any], heads: NDArray[Any], listed: NDArray[Any], sizes: NDArray[Any], probe: int
) -> NDArray[Any]:
    if not len(row):
        return np.empty(0, np.int64)
    shared = np.bincount(np.concatenate([listed[heads[w] : heads[w + 1]] for w in row]), minlength=len(sizes))
    near = (shared >= SCOPE.jaccard * (len(row) + sizes - shared)) & (shared > 0)
    near[probe] = False
    return np.flatnonzero(near)


def _pair(left: int, right: int) -> Pair:
    return (left, right) if left < right else (right, left)
