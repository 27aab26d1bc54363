"""The share of indicator names that no reading can be given, over a folder of forms or records: `python -m evals.unread FOLDER…`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fuhe.intake.reading import read_file
from fuhe.readings.measure import measure
from fuhe.readings.value import parse


def names(folder: Path) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield name, second level and target of every row below a folder, each name once a folder."""
    seen = set()
    for name, level2, target in _rows(folder):
        if name and name not in seen:
            seen.add(name)
            yield name, level2, target


def _rows(folder: Path) -> Iterator[tuple[str, str | None, str | None]]:
    for path in sorted(folder.rglob("*.record.json")):
        record = json.loads(path.read_text("utf-8"))
        rows = record.get("record", record).get("indicators", [])
        yield from ((row.get("name") or "", row.get("level2"), row.get("target")) for row in rows)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".txt", ".tsv", ".docx", ".xlsx", ".xls", ".doc", ".html", ".pdf"):
            for form in read_file(path.read_bytes(), path.name).forms:
                yield from ((row.name or "", row.level2, row.target) for row in form.record.indicators)


def unread(folder: Path) -> tuple[list[str], int]:
    """Return the names of a folder that could not be read, and how many there are in all."""
    every = list(names(folder))
    lost = [name for name, level2, target in every if measure(name, level2, target=parse(target)).kind == "unread"]
    return lost, len(every)


def main(folders: list[str]) -> None:
    """Print each folder's share and the names behind it."""
    for folder in folders:
        lost, total = unread(Path(folder))
        print(f"{folder}: {len(lost)} of {total} names unread ({100 * len(lost) / max(1, total):.1f} %)")
        for name in lost:
            print(f"  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
