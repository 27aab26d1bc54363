"""Run every benchmark: python -m evals.bench [--json]; CPU seconds, so that a busy machine disturbs less."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evals import labelled
from evals.bench import families, formats
from fuhe import checking
from fuhe.policy import pack
from fuhe.readers import read_file

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data/samples/zhongwei_2024.txt"
RUNS = 7


def cpu_of(*args: str) -> float:
    """Return the CPU seconds, user and system, of one child process."""
    before = os.times()
    subprocess.run([sys.executable, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def timed(action: Callable[[], object]) -> float:
    """Return the CPU seconds of one call in this process."""
    start = time.process_time()
    action()
    return time.process_time() - start


def spread(measure: Callable[[], float]) -> dict[str, float]:
    """Return minimum, median and maximum over the runs."""
    values = [measure() for _ in range(RUNS)]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def one_form() -> str:
    """Return the first of the six samples as a text of its own."""
    text = SAMPLES.read_text("utf-8")
    return text[: text.index("附件 2")]


def figures() -> dict[str, dict[str, float]]:
    """Measure everything; seconds of CPU, or as the name says."""
    data = SAMPLES.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        single = Path(folder) / "form.txt"
        single.write_text(one_form(), "utf-8")
        found = {
            "bare interpreter (floor)": spread(lambda: cpu_of("-c", "pass")),
            "import click (floor of --help)": spread(lambda: cpu_of("-c", "import click")),
            "fuhe --help": spread(lambda: cpu_of("-m", "fuhe", "--help")),
            "import pydantic, yaml (floor of check)": spread(lambda: cpu_of("-c", "import click, pydantic, yaml")),
            "fuhe check, one form": spread(lambda: cpu_of("-m", "fuhe", "check", str(single))),
        }
    chosen = pack("national-2020")
    forms = read_file(data, "").forms
    found["split lines and cells, 6 forms (floor)"] = spread(
        lambda: timed(lambda: [line.split("\t") for line in data.decode().splitlines()])
    )
    found["read, 6 forms"] = spread(lambda: timed(lambda: read_file(data, "")))
    found["check, 6 forms"] = spread(lambda: timed(lambda: [checking.check(form, chosen) for form in forms]))
    for name, action in formats.measures().items():
        action()
        found[name] = spread(lambda action=action: timed(action))  # type: ignore[misc]
    cases = [case.form for case in (*labelled.well_filled(), *labelled.faulty())]
    rules = families.measure([*forms, *cases])
    found |= {f"{name}, ms": spread for name, spread in rules.items()}
    per_run = found["read, 6 forms"]["median"] + found["check, 6 forms"]["median"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["forms per CPU second, one process"] = dict.fromkeys(("min", "median", "max"), 6 / per_run)
    found["peak memory, MB"] = dict.fromkeys(("min", "median", "max"), peak)
    return found


def main() -> None:
    """Print the table, or JSON with --json."""
    found = figures()
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    print(f"{'':42}{'min':>10}{'median':>10}{'max':>10}")
    for name, row in found.items():
        print(f"{name:42}{row['min']:10.4f}{row['median']:10.4f}{row['max']:10.4f}")
    help_ratio = found["fuhe --help"]["median"] / found["import click (floor of --help)"]["median"]
    check_ratio = found["fuhe check, one form"]["median"] / found["import pydantic, yaml (floor of check)"]["median"]
    print(f"fuhe --help is {help_ratio:.2f} × its floor; fuhe check of one form {check_ratio:.2f} × its floor")


if __name__ == "__main__":
    main()
