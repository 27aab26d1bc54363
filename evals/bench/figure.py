"""What a benchmark gives back, and the ways to take it: CPU seconds in turn with the floor, or the peak of a command."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

RUNS = 7


class AbsentError(Exception):
    """What a benchmark needs and this machine has not; its module is skipped with the reason."""


@dataclass(frozen=True)
class Figure:
    """One measured thing: its name, unit, the values of all runs, and the figure it is to be read beside."""

    name: str
    unit: str
    values: tuple[float, ...]
    beside: str | None = None

    def row(self) -> dict[str, object]:
        """Return the figure as the JSON has it: unit, min, median, max, runs, beside."""
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        found = {"unit": self.unit, "min": low, "median": middle, "max": high, "runs": len(self.values)}
        return found | ({"beside": self.beside} if self.beside else {})


def alternated(actions: Mapping[str, Callable[[], object]], runs: int = RUNS) -> Iterator[Figure]:
    """Time every action here once a round, after one unmeasured round; the first is the floor of the others."""
    return _alternated({name: lambda act=act: _timed(act) for name, act in actions.items()}, runs)  # type: ignore[misc]


def children(commands: Mapping[str, tuple[str, ...]], runs: int = RUNS) -> Iterator[Figure]:
    """Time every command (arguments of this Python) once a round; the first is the floor of the others."""
    return _alternated({name: lambda args=args: cpu_of(*args) for name, args in commands.items()}, runs)  # type: ignore[misc]


def _alternated(measures: Mapping[str, Callable[[], float]], runs: int) -> Iterator[Figure]:
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for round_ in range(runs + 1):
        for name, measure in measures.items():
            value = measure()
            if round_:
                taken[name].append(value)
    floor = next(iter(measures))
    for name, values in taken.items():
        yield Figure(name, "CPU s", tuple(values), None if name == floor else floor)


def _timed(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def cpu_of(*args: str) -> float:
    """Return the CPU seconds, user and system, of one Python command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def peak_of(*args: str) -> float:
    """Return the peak memory of one Python command, its own largest process, in MB."""
    watched = "import resource,subprocess,sys;subprocess.run([sys.executable,*sys.argv[1:]],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL,check=False);print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    told = subprocess.run([sys.executable, "-c", watched, *args], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024
