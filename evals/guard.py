"""What the word check does with texts somebody wrote: into a file, apart, or withheld; the door for people who attack it.

python -m evals.guard FORM --kind reason|indicator|opinion [--row N] < TEXTS   one JSON line a text
python -m evals.guard --set FILE [--wrong]                                     by class, of a YAML list of entries
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from evals.labelled import DATA
from fuhe.drafting.known_words import of_form
from fuhe.drafting.sentence import Kind
from fuhe.drafting.word_check import CheckedSentence, check
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.prompts import load
from fuhe.records import Form

PROMPTS = {"reason": "reason", "indicator": "indicator", "opinion": "opinion"}
PLACES = ("inserted", "apart", "withheld")


def form_at(path: Path) -> Form:
    """Return the first form of a file."""
    return read_file(path.read_bytes(), path.name).forms[0]


def judged(form: Form, kind: Kind, text: str, row: object = None) -> CheckedSentence:
    """Check a text as if a model had answered it for a row; only that of the funding (`funding`) may speak of payments."""
    said = of_form(form, pack("national-2020"))
    return check(text, said, kind, money=row == "funding", prompt=prompt_text(kind))


def prompt_text(kind: Kind) -> str:
    """Return what a model is shown besides the form."""
    return "".join(text for _, text in load(PROMPTS[kind]).parts)


def told(text: str, checked: CheckedSentence) -> dict[str, Any]:
    """Return what is printed of a text."""
    return {
        "text": text,
        "inserted": text if checked.verdict == "inserted" else None,
        "apart": text if checked.verdict == "apart" else None,
        "why": list(checked.why),
    }


def of_set(entries: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], CheckedSentence]]:
    """Check every entry {form, kind, row, text, class?, fact?} of a set."""
    forms: dict[str, Form] = {}
    for entry in entries:
        name = entry["form"]
        forms[name] = forms.get(name) or form_at(DATA / "fresh" / f"{name}.tsv")
        yield entry, judged(forms[name], entry["kind"], str(entry["text"]), entry.get("row"))


def main() -> None:
    """Run from the command line."""
    asked = argparse.ArgumentParser(prog="python -m evals.guard")
    asked.add_argument("form", nargs="?", type=Path)
    asked.add_argument("--kind", choices=("reason", "indicator", "opinion"), default="reason")
    asked.add_argument("--row", help="0-based, or funding")
    asked.add_argument("--set", type=Path)
    asked.add_argument("--wrong", action="store_true", help="print each text too, with what became of it")
    given = asked.parse_args()
    if given.set:
        _print_set(yaml.safe_load(given.set.read_text("utf-8")), given.wrong)
        return
    form = form_at(given.form)
    for text in filter(None, (line.strip() for line in sys.stdin)):
        print(json.dumps(told(text, judged(form, given.kind, text, given.row)), ensure_ascii=False))


def _print_set(entries: list[dict[str, Any]], every: bool) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry, checked in of_set(entries):
        for group in (str(entry.get("class") or "—"), "合计"):
            counts[group][checked.verdict] += 1
            counts[group]["fact"] += checked.verdict == "inserted" and bool(entry.get("fact"))
        if every:
            print(checked.verdict, entry.get("class"), entry["text"], "｜", "；".join(checked.why))
    for group, count in sorted(counts.items(), key=lambda item: item[0] == "合计"):
        total = sum(count[place] for place in PLACES)
        shares = "  ".join(f"{place} {count[place]}（{count[place] / total:.0%}）" for place in PLACES)
        print(f"{group}：{total}  {shares}  inserted with a fact {count['fact']}")


if __name__ == "__main__":
    main()
