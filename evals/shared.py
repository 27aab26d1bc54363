"""Field accuracy of the readers against real files in a folder beside the checkout: python -m evals.shared [FOLDER]."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.gold import judge
from evals.unread import unread
from fuhe.intake.reading import read_file
from fuhe.records import Form

NOT_READ = ("png",)
HEAD = {"project": "project", "department": "dept", "unit": "unit", "year": "year", "goal": "goal_expected", "outcome": "goal_actual"}  # fmt: skip
FUNDS = {"label": "item", "initial_budget": "initial", "full_year_budget": "budget", "executed": "executed", "weight": "weight", "rate": "rate", "score": "score"}  # fmt: skip
ROWS = {"level1": "l1", "level2": "l2", "name": "l3", "target": "target", "actual": "actual", "weight": "weight", "score": "score", "reason": "note"}  # fmt: skip


def bare(text: object) -> str:
    """Return a text without white space; None is empty."""
    return re.sub(r"\s", "", str(text or ""))


def against_manifest(form: Form, gold: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Yield field, value read, true value for one form of the manifest."""
    record = dict(form.record)
    yield from ((name, record[name], gold[key]) for name, key in HEAD.items())
    yield from (("total_" + name, record["total_" + name], gold["total"][name]) for name in ("weight", "score"))
    yield "funding rows", len(form.record.funding), len(gold["funds"])
    yield "indicator rows", len(form.record.indicators), len(gold["indicators"])
    for row, true in zip(form.record.funding, gold["funds"], strict=False):
        yield from ((f"funding.{name}", dict(row)[name], true[key]) for name, key in FUNDS.items())
    for indicator, true in zip(form.record.indicators, gold["indicators"], strict=False):
        values = dict(indicator)
        yield from (
            (name, values[name], _joined(true) if name == "target" else true[key]) for name, key in ROWS.items()
        )


def _joined(true: dict[str, str]) -> str:
    nature = true.get("nature", "")
    return ("" if nature == "定性" else nature) + true["target"] + true.get("measure", "")


def against_record(form: Form, gold: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Yield field, value read, true value for a form given as a record; keys it leaves out are not compared."""
    record = dict(form.record)
    for name in ("project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score"):
        if name in gold:
            yield name, record[name], gold[name]
    for kind in ("funding", "indicators"):
        yield f"{kind} rows", len(record[kind]), len(gold[kind])
        for row, true in zip(record[kind], gold[kind], strict=False):
            yield from ((f"{kind}.{name}", dict(row)[name], value) for name, value in true.items() if name in dict(row))


def compare(folder: Path) -> dict[str, list[int]]:
    """Compare every file; print what differs; return format → [fields, right, files]."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    manifest = json.loads((folder / "fixtures/manifest.json").read_text("utf-8"))
    for name, entry in sorted(manifest.items()):
        suffix = name.rpartition(".")[2]
        if suffix not in NOT_READ and "scan" not in name:
            forms = read_file((folder / "fixtures" / name).read_bytes(), name).forms
            pairs = [("forms", len(forms), len(entry["forms"]))]
            pairs += [p for f, g in zip(forms, entry["forms"], strict=False) for p in against_manifest(f, g)]  # type: ignore[misc]
            _count(counts[suffix], name, pairs)
    for path in sorted((folder / "forms").glob("*.record.json")):
        gold = json.loads(path.read_text("utf-8"))
        for suffix in ("docx", "tsv"):
            source = path.with_name(path.name.replace("record.json", suffix))
            forms = read_file(source.read_bytes(), source.name).forms
            _count(counts[f"forms/{suffix}"], source.name, [p for form in forms for p in against_record(form, gold)])
    return counts


def _count(count: list[int], name: str, pairs: list[Any]) -> None:
    wrong = [(field, read, true) for field, read, true in pairs if bare(read) != bare(true)]
    for field, read, true in wrong:
        print(f"{name}: {field}: read {read!r}, true {true!r}")
    count[0] += len(pairs)
    count[1] += len(pairs) - len(wrong)
    count[2] += 1


def _forms_with_gold(folder: Path) -> None:
    """Print what a careful reader must say and does hear, false alarms, and the names no reading can be given."""
    told = judge(folder)
    print(
        f"{folder.name}: must {told.caught} / {told.due} = {told.recall:.3f}, false {told.said - told.right} of {told.said}"
    )
    print("\n".join((*told.missed, *told.wrong)))
    lost, names = unread(folder)
    print(f"{folder.name}: {len(lost)} of {names} names unread")


def main() -> int:
    """Print right / all fields per format; status 1 on any difference, 0 where the folder is absent."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    if not (folder / "fixtures/manifest.json").is_file():
        print(f"skipped: {folder} is not there")
        return 0
    counts = compare(folder)
    for name, (fields, right, files) in sorted(counts.items()):
        print(f"{name:12}{files:4} files{right:7} / {fields} fields")
    _forms_with_gold(folder / "forms2")
    return 0 if all(fields == right for fields, right, _ in counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
