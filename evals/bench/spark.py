"""The batch job on local Spark beside the local runner on the same forms: what a cluster's machinery costs on one machine."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from evals.bench import made_forms
from evals.bench.batch import FORMS, batch
from evals.bench.figure import AbsentError, Figure

_JOB = """
import sys
from fuhe.batch import spark
spark.run(spark.local_session(2), *sys.argv[1:], "national-2020")
"""


def measures() -> Iterator[Figure]:
    """Yield seconds by the clock for reading, checking and comparing a tenth of the forms of the batch benchmark, each way."""
    if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        raise AbsentError("java or pyspark is not installed")
    forms = FORMS // 10
    with tempfile.TemporaryDirectory() as home:
        lines = Path(home) / "forms.jsonl"
        made_forms.write_lines(lines, forms)
        steps = batch(lines, Path(home) / "local", "--policy", "national-2020", "--jobs", "2").steps
        local = f"{forms} forms: one machine, --jobs 2, checked and compared"
        yield Figure(local, "s", (steps["检查"] + steps["比对"],))
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-c", _JOB, str(lines), str(Path(home) / "spark")], check=True, stderr=subprocess.DEVNULL
        )
        yield Figure("the same on Spark local[2], its start included", "s", (time.monotonic() - began,), local)
