"""The queue page of the workbench with 1 000 and with 10 000 forms in its store."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from evals.bench.crowded import fill
from evals.bench.figure import Figure
from evals.bench.serve import served

FORMS = int(os.environ.get("BENCH_QUEUE", "10000"))
REQUESTS = 60


def measures() -> Iterator[Figure]:
    """Yield the times of the page, in turn; those of many forms beside those of a tenth of them."""
    with tempfile.TemporaryDirectory() as home:
        few, many = Path(home) / "few.db", Path(home) / "many.db"
        fill(few, FORMS // 10)
        fill(many, FORMS)
        with served(few) as (_, small, _), served(many) as (_, large, _):
            taken = [(_seconds(small), _seconds(large)) for _ in range(REQUESTS)][2:]
    of_few, of_many = (sorted(1000 * one for one in column) for column in zip(*taken, strict=True))
    for name, ranked, beside in ((FORMS // 10, of_few, None), (FORMS, of_many, FORMS // 10)):
        for told, value in (("p50", statistics.median(ranked)), ("p95", ranked[int(len(ranked) * 0.95)])):
            yield Figure(f"{name} forms, {told}", "ms", (value,), f"{beside} forms, {told}" if beside else None)


def _seconds(client: httpx.Client) -> float:
    began = time.perf_counter()
    client.get("/").raise_for_status()
    return time.perf_counter() - began
