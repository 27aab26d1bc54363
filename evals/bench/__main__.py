"""Run every benchmark: python -m evals.bench [--only NAME …] [--json]."""

import argparse
import importlib
import json
import platform
import statistics
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from evals.bench.figure import AbsentError, Figure

Table = dict[str, list[Figure]]


def modules() -> list[str]:
    """Return the names of the modules here that offer `measures`."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    return [file.stem for file in files if "\ndef measures(" in file.read_text("utf-8")]


def collect(names: Iterable[str]) -> Iterator[tuple[str, list[Figure]]]:
    """Run the modules one after the other; one that lacks something says so on stderr and has no figures."""
    for name in names:
        try:
            yield name, list(importlib.import_module(f"evals.bench.{name}").measures())
        except AbsentError as missing:
            print(f"{name}: skipped, {missing}", file=sys.stderr)


def as_json(table: Table) -> str:
    """Write machine, versions and all figures as JSON."""
    made_on = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.platform()}
    figures = {name: {figure.name: figure.row() for figure in found} for name, found in table.items()}
    return json.dumps({"made_on": made_on, "figures": figures}, indent=1, ensure_ascii=False)


def as_table(table: Table) -> str:
    """Write a table per module; the last column is the median divided by that of the figure it stands beside."""
    lines = []
    for name, found in table.items():
        medians = {figure.name: statistics.median(figure.values) for figure in found}
        lines.append(f"\n{name:44}{'unit':>10}{'min':>11}{'median':>11}{'max':>11}{'× beside':>10}")
        for figure in found:
            row = figure.row()
            beside = medians.get(figure.beside or "", 0)
            times = f"{medians[figure.name] / beside:10.2f}" if beside else f"{'':10}"
            lines.append(
                f"{figure.name:44}{figure.unit:>10}{row['min']:11.4f}{row['median']:11.4f}{row['max']:11.4f}{times}"
            )
    return "\n".join(lines)


def main() -> None:
    """Collect the modules asked for and print them."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=modules(), metavar="NAME", help="、".join(modules()))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    table = dict(collect(asked.only or modules()))
    print(as_json(table) if asked.json else as_table(table))


if __name__ == "__main__":
    main()
