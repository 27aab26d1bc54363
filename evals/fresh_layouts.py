"""Layouts made by somebody who had seen neither code nor lists: fields read right, by format; wrong ones without a doubt.

python -m evals.fresh_layouts [SET]   prints each format, before and first run beside now; with --wrong also each field
that differs.
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from evals.labelled import DATA
from evals.shared import against_record, bare
from fuhe.intake.reading import read_file

FORMATS = ("tsv", "docx", "xlsx", "pdf")


@dataclass
class Fields:
    """Fields of one format: how many, how many right, how many wrong in a form that names no doubt at all."""

    all: int = 0
    right: int = 0
    unsaid: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share read right."""
        return self.right / self.all if self.all else 1.0


def compare(folder: Path) -> dict[str, Fields]:
    """Read every form of a folder in every format and hold it against its record."""
    counts: dict[str, Fields] = defaultdict(Fields)
    for path in sorted(folder.glob("*.record.json")):
        gold = json.loads(path.read_text("utf-8"))
        for suffix in FORMATS:
            source = path.with_name(path.name.replace("record.json", suffix))
            if source.is_file():
                _one(counts[suffix], source, gold)
    return counts


def _one(count: Fields, source: Path, gold: dict[str, object]) -> None:
    file = read_file(source.read_bytes(), source.name)
    pairs = [pair for form in file.forms[:1] for pair in against_record(form, gold)]
    if not pairs:
        count.all += 1
        count.wrong.append(f"{source.name}: {[problem.message for problem in file.problems]}")
        return
    for name, read, true in pairs:
        is_right = bare(read) == bare(true)
        count.all, count.right = count.all + 1, count.right + is_right
        if not is_right:
            count.unsaid += file.status == "ok"
            count.wrong.append(
                f"{source.name}: {name}: read {read!r}, true {true!r}{'' if file.problems else ' (no doubt)'}"
            )


def _earlier(folder: Path) -> dict[str, dict[str, float]]:
    """Return the shares of the code before the set was made and of the first run, by format."""
    kept: dict[str, dict[str, dict[str, float]]] = yaml.safe_load(
        (DATA / "fresh" / "layouts_first.yaml").read_text("utf-8")
    )
    return kept.get(folder.name, {})


def main(arguments: list[str]) -> None:
    """Print each set."""
    chosen = [name for name in arguments if not name.startswith("--")]
    for folder in sorted((DATA / "fresh").glob("layouts_*")):
        if chosen and folder.name not in chosen:
            continue
        earlier = _earlier(folder)
        for suffix, count in compare(folder).items():
            then = "".join(f"{name} {share:.3f}  " for name, share in earlier.get(suffix, {}).items())
            now = f"now {count.right}/{count.all} = {count.share:.3f}  错而无提示 {count.unsaid}"
            print(f"{folder.name} {suffix:5} {then}{now}")
            print("\n".join(count.wrong) if "--wrong" in arguments else "", end="\n" if "--wrong" in arguments else "")


if __name__ == "__main__":
    main(sys.argv[1:])
