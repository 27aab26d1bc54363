"""A folder through `fuhe batch`: files by number of processes beside the sum of the stages, lines of records by number of forms."""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.bench import made_forms
from evals.bench.figure import Figure
from evals.bench.stages import stages

FILES = int(os.environ.get("BENCH_FILES", "1000"))
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
FORMS = int(os.environ.get("BENCH_FORMS", "100000"))


@dataclass(frozen=True)
class Run:
    """One run of the command: seconds by the clock, CPU seconds of all its processes, peak of the largest one in MB."""

    seconds: float
    cpu: float
    peak: float
    steps: dict[str, float]


def batch(start: Path, out: Path, *more: str) -> Run:
    """Run `fuhe batch` in a process of its own and measure it."""
    command = [sys.executable, "-m", "fuhe", "batch", str(start), "--out", str(out), "--fail-on", "never", *more]
    began = time.monotonic()
    read, write = os.pipe()
    child = os.fork()
    if not child:  # so that its children's use is told apart from that of other runs
        os.close(read)
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        with contextlib.suppress(ChildProcessError):
            while os.wait():  # what a process left behind counts when it has been waited for
                pass
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(write, json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]).encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as told:
        status, cpu, peak = json.loads(told.read())
    if status:
        raise RuntimeError(f"fuhe batch ended with {status}")
    steps = json.loads((out / "运行记录.json").read_text("utf-8")).get("steps", {})
    return Run(time.monotonic() - began, cpu, peak, steps)


def measures() -> Iterator[Figure]:
    """Yield files a second by processes, what a rerun costs, and forms a second and memory of two sizes."""
    with tempfile.TemporaryDirectory() as home:
        yield from _files(Path(home))
        yield from _lines(Path(home))


def _files(home: Path) -> Iterator[Figure]:
    folder = home / "files"
    made_forms.write_files(folder, FILES)
    floor = f"{FILES} files: the stages, each once (floor)"
    taken = stages(folder, home)
    least = sum(taken.values())
    yield Figure(floor, "CPU s", (least,))
    for stage, seconds in taken.items():
        yield Figure(f"stage: {stage}", "CPU s", (seconds,), floor)
    one, two = batch(folder, home / "one", "--jobs", "1"), batch(folder, home / "two", "--jobs", "2")
    yield Figure("the whole command, --jobs 1", "CPU s", (one.cpu,), floor)
    yield Figure("the same, --jobs 2", "CPU s", (two.cpu,), floor)
    yield Figure("--jobs 2: stages ÷ (cores × seconds)", "", (least / 2 / two.seconds,))
    yield Figure("files a second, --jobs 1", "files/s", (FILES / one.steps["检查"],))
    yield Figure("files a second, --jobs 2", "files/s", (FILES / two.steps["检查"],), "files a second, --jobs 1")
    yield Figure("everything, annotated files too, --jobs 1", "s", (one.seconds,))
    yield Figure("everything, --jobs 2", "s", (two.seconds,), "everything, annotated files too, --jobs 1")
    again = batch(folder, home / "two", "--jobs", "2")
    yield Figure("again, nothing changed", "s", (again.seconds,), "everything, --jobs 2")


def _lines(home: Path) -> Iterator[Figure]:
    name = ""
    for forms in (FORMS // 10, FORMS):
        path, out = home / f"{forms}.jsonl", home / f"out{forms}"
        made_forms.write_lines(path, forms)
        run = batch(path, out, "--jobs", "2")
        path.unlink()
        shutil.rmtree(out)
        yield Figure(f"{forms} forms as lines", "s", (run.seconds,))
        for step, seconds in run.steps.items():
            yield Figure(f"{forms} forms: {step}", "s", (seconds,))
        yield Figure(f"{forms} forms a second, checked and stored", "forms/s", (forms / run.steps["检查"],))
        yield Figure(f"{forms} forms a second, everything", "forms/s", (forms / run.seconds,))
        peak = f"{forms} forms: peak of the largest process"
        yield Figure(peak, "MB", (run.peak,), name or None)
        name = peak
