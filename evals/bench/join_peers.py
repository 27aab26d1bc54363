"""Ways to find all pairs of phrases with bigram Jaccard ≥ 0.6, each as one child process: python -m evals.bench.join_peers NAME COUNT."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.bench.phrases import phrases
from fuhe.similarity import Scope, bigrams, near_pairs

SCOPE = Scope(0.6, 2, 5)
Keys = Sequence[str]


def _sets(keys: Keys) -> list[frozenset[str]]:
    return [bigrams.__wrapped__(text) if len(text) >= SCOPE.least else frozenset() for text in keys]


def _compiled(keys: Keys) -> int:
    from fuhe.join import compiled_pairs, tokens

    return sum(len(chunk) for chunk in compiled_pairs.near_pairs(tokens.tokenise(keys, SCOPE.least), SCOPE))


def _groups(keys: Keys) -> int:
    from fuhe.join import chained

    return len(chained(keys, [0] * len(keys), SCOPE, engine="compiled").sure)


def _plain(keys: Keys) -> int:
    return len(near_pairs(keys, SCOPE))


def _set_similarity_search(keys: Keys) -> int:
    from SetSimilaritySearch import all_pairs  # type: ignore[import-not-found]

    sets = [found for found in _sets(keys) if found]
    return sum(1 for _ in all_pairs(sets, similarity_func_name="jaccard", similarity_threshold=SCOPE.jaccard))


def _sparse(keys: Keys) -> int:
    """Count by X·Xᵀ, a block of rows at a time so that the product fits."""
    import numpy as np
    from scipy import sparse  # type: ignore[import-untyped]

    sets, words = _sets(keys), dict[str, int]()
    columns = [words.setdefault(pair, len(words)) for found in sets for pair in found]
    sizes = np.array([len(found) for found in sets])
    starts = np.concatenate(([0], sizes.cumsum()))
    table = sparse.csr_matrix((np.ones(len(columns), np.int32), columns, starts), shape=(len(sets), len(words)))
    turned, near = table.T.tocsr(), 0
    for first in range(0, len(sets), 2000):
        shared = (table[first : first + 2000] @ turned).tocoo()
        rows = shared.row + first
        union = sizes[rows] + sizes[shared.col] - shared.data
        near += int(((shared.data >= SCOPE.jaccard * union) & (rows < shared.col)).sum())
    return near


def _minhash(keys: Keys) -> int:
    """Count what MinHash with LSH proposes and a check confirms: pairs can be missed."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    sets = _sets(keys)
    lsh, near = MinHashLSH(threshold=SCOPE.jaccard, num_perm=128), 0
    for index, found in enumerate(sets):
        if found:
            sketch = MinHash(num_perm=128)
            sketch.update_batch([pair.encode() for pair in found])
            near += sum(len(found & sets[o]) >= SCOPE.jaccard * len(found | sets[o]) for o in lsh.query(sketch))
            lsh.insert(index, sketch)
    return near


def _rapidfuzz(keys: Keys) -> int:
    """Count by indel similarity ≥ 0.6, another measure, for the cost of comparing everything with everything."""
    import numpy as np
    from rapidfuzz import fuzz, process  # type: ignore[import-not-found]

    near = 0
    for first in range(0, len(keys), 1000):
        found = process.cdist(keys[first : first + 1000], keys, scorer=fuzz.ratio, score_cutoff=60, workers=2)
        near += int(np.count_nonzero(found))
    return near


_JOIN = """
WITH shared AS (
  SELECT a.id AS left, b.id AS right, any_value(a.size) AS n, any_value(b.size) AS m, count(*) AS s
  FROM (SELECT DISTINCT a.id AS x, b.id AS y FROM sets a JOIN sets b ON a.word = b.word
        WHERE a.id < b.id AND a.place <= a.prefix AND b.place <= b.prefix
        AND a.size >= 0.6 * b.size AND b.size >= 0.6 * a.size) c
  JOIN sets a ON a.id = c.x JOIN sets b ON b.id = c.y AND b.word = a.word GROUP BY a.id, b.id
) SELECT count(*) FROM shared WHERE s >= 0.6 * (n + m - s)
"""


def _duckdb(keys: Keys) -> int:
    """Count by the prefix join written in SQL: each set's rarest words, enough of them that near sets must share one."""
    import duckdb  # type: ignore[import-not-found]
    import pyarrow as pa

    sets = _sets(keys)
    often, rows = Counter(pair for found in sets for pair in found), []
    for index, found in enumerate(sets):
        prefix = len(found) - int(-(-SCOPE.jaccard * len(found) // 1)) + 1
        ordered = sorted(found, key=lambda pair: (often[pair], pair))
        rows += [(index, pair, place, len(found), prefix) for place, pair in enumerate(ordered, 1)]
    names = ("id", "word", "place", "size", "prefix")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    base = duckdb.connect(config={"threads": 2})
    base.register("listed", table)
    base.execute("CREATE TABLE sets AS SELECT * FROM listed")
    return int(base.execute(_JOIN).fetchone()[0])


PEERS: dict[str, Callable[[Keys], int]] = {
    "compiled join": _compiled,
    "compiled join, groups": _groups,
    "plain Python join": _plain,
    "SetSimilaritySearch": _set_similarity_search,
    "scipy sparse X·Xᵀ": _sparse,
    "datasketch MinHashLSH": _minhash,
    "rapidfuzz cdist (another measure)": _rapidfuzz,
    "DuckDB SQL prefix join": _duckdb,
}


def _peak() -> float:
    """Return this process's peak memory in MB; getrusage would tell its parent's, where that was larger."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(name: str, count: int) -> dict[str, Any]:
    """Return seconds, CPU seconds, peak MB and pairs of one way; what it loads or compiles first is `warm` seconds."""
    run, keys = PEERS[name], phrases(count)
    before = time.perf_counter()
    run(keys[:200])
    start, cpu = time.perf_counter(), time.process_time()
    pairs = run(keys)
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "peak": _peak(),
        "pairs": pairs,
        "warm": start - before,
    }


if __name__ == "__main__":
    try:
        print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
    except ImportError as absent:
        print(json.dumps({"absent": absent.name}))
