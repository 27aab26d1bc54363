"""The benchmarks: one shape for all, the floor first, and modules found without being registered."""

import importlib
import json

import pytest

from evals.bench import __main__ as bench
from evals.bench.figure import AbsentError, Figure, alternated


def test_modules_are_found_by_what_they_offer() -> None:
    assert {"start", "formats", "families"} <= set(bench.modules())
    assert "figure" not in bench.modules()


def test_actions_stand_beside_the_first() -> None:
    floor, other = alternated({"floor": lambda: sum(range(10)), "all": lambda: sum(range(1000))}, runs=3)
    assert (floor.beside, other.beside) == (None, "floor")
    assert len(other.values) == 3


def test_table_divides_by_the_figure_beside() -> None:
    table = {"x": [Figure("floor", "MB", (2.0,)), Figure("all", "MB", (5.0, 7.0, 6.0), "floor")]}
    assert bench.as_table(table).splitlines()[-1].split() == ["all", "MB", "5.0000", "6.0000", "7.0000", "3.00"]
    assert json.loads(bench.as_json(table))["figures"]["x"]["all"]["median"] == 6


def test_missing_peer_skips_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking() -> list[Figure]:
        raise AbsentError("no such peer")

    monkeypatch.setattr(importlib.import_module("evals.bench.start"), "measures", lacking)
    assert list(bench.collect(["start"])) == []
    assert "no such peer" in capsys.readouterr().err
