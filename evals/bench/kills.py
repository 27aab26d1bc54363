"""kill -9 again and again during one batch: python -m evals.bench.kills [files] [kills]; ends 1 where anything is lost."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from evals.bench import made_forms
from fuhe.store import schema
from fuhe.store.database import Store

SEED = 20250301


def command(start: Path, out: Path) -> list[str]:
    """Return the command that is killed."""
    return [sys.executable, "-m", "fuhe", "batch", str(start), "--out", str(out), "--fail-on", "never", "--jobs", "2"]


def results(out: Path) -> list[tuple[object, ...]]:
    """Return every current file, form and finding, without numbers and times."""
    file, form, finding = schema.file.c, schema.form.c, schema.finding.c
    with Store(str(out / "fuhe.db")) as store, store.reading() as connection:
        rows = connection.execute(
            select(file.path, file.status, file.sha256, form.project, form.total, finding.code, finding.fingerprint)
            .select_from(schema.file)
            .outerjoin(schema.form, form.file_id == file.id)
            .outerjoin(schema.finding, finding.form_id == form.id)
            .where(file.current)
            .order_by(file.path, form.number, finding.number)
        )
        return [tuple(row) for row in rows]


def recorded(out: Path) -> tuple[int, int]:
    """Return how many rows of files there are, and of how many paths: one more than the other was recorded twice."""
    with Store(str(out / "fuhe.db")) as store, store.reading() as connection:
        path = schema.file.c.path
        rows, paths = connection.execute(select(func.count(path), func.count(func.distinct(path)))).one()
        return rows, paths


def files_done(out: Path) -> int:
    """Return how many files are in the store, 0 before there is one."""
    return recorded(out)[0] if (out / "fuhe.db").is_file() else 0


def kill_at(start: Path, out: Path, more: int) -> int:
    """Run until so many further files are stored, kill the whole group, and return how many files are stored then."""
    before = files_done(out)
    run = subprocess.Popen(
        command(start, out), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    while run.poll() is None and files_done(out) < before + more:
        time.sleep(0.2)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return files_done(out)


def main(files: int = 2000, kills: int = 20) -> int:
    """Kill, resume, compare with a run that was left alone."""
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as home:
        folder, out, whole = Path(home) / "in", Path(home) / "killed", Path(home) / "whole"
        made_forms.write_files(folder, files)
        (folder / "空的.docx").write_bytes(b"")
        done = [kill_at(folder, out, dice.randint(1, 2 * files // (kills + 1))) for _ in range(kills)]
        subprocess.run(command(folder, out), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        subprocess.run(command(folder, whole), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        same, (rows, paths) = results(out) == results(whole), recorded(out)
        print(f"stored after each kill: {done}")
        print(f"same final result: {same}; files {paths} of {files + 1}; recorded twice {rows - paths}")
        return 0 if same and rows == paths == files + 1 else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
