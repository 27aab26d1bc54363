"""What the word check does with texts somebody wrote: into a file, apart, or withheld; the door for people who attack it.

python -m evals.guard FORM --kind reason|indicator|opinion [--row N] < TEXTS   one JSON line a text
python -m evals.guard --set FILE [--wrong]                                     by class, of a YAML list of entries
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evals.labelled import DATA
from fuhe.drafting.known_words import of_form
from fuhe.drafting.sentence import Kind
from fuhe.drafting.word_check import CheckedSentence, check, known_start
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.prompts import load
from fuhe.records import Form

PROMPTS = {"reason": "reason", "indicator": "indicator", "opinion": "opinion"}
PLACES = ("inserted", "part", "apart", "withheld")


def form_at(path: Path) -> Form:
    """Return the first form of a file."""
    return read_file(path.read_bytes(), path.name).forms[0]


@dataclass(frozen=True)
class Judged:
    """A text as it was checked, and what of it goes into a file: all, its first clauses where it is shown apart, or nothing."""

    checked: CheckedSentence
    inserted: str

    @property
    def place(self) -> str:
        """Where the whole text goes; `part` is apart with its first clauses in the file."""
        return "part" if self.checked.verdict == "apart" and self.inserted else self.checked.verdict


def judged(form: Form, kind: Kind, text: str, row: object = None) -> Judged:
    """Check a text as if a model had answered it for a row; only that of the funding (`funding`) may speak of payments."""
    said, money, prompt = of_form(form, pack("national-2020")), row == "funding", prompt_text(kind)
    checked = check(text, said, kind, money=money, prompt=prompt)
    if checked.verdict == "inserted":
        return Judged(checked, text)
    in_part = checked.verdict == "apart" and kind == "reason"
    return Judged(checked, known_start(text, said, kind, money=money, prompt=prompt) if in_part else "")


def prompt_text(kind: Kind) -> str:
    """Return what a model is shown besides the form."""
    return "".join(text for _, text in load(PROMPTS[kind]).parts)


def told(text: str, said: Judged) -> dict[str, Any]:
    """Return what is printed of a text."""
    return {
        "text": text,
        "inserted": said.inserted or None,
        "apart": text if said.checked.verdict == "apart" else None,
        "why": list(said.checked.why),
    }


def of_set(entries: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Judged]]:
    """Check every entry {form, kind, row, text, class?, fact?} of a set."""
    forms: dict[str, Form] = {}
    for entry in entries:
        name = entry["form"]
        forms[name] = forms.get(name) or form_at(DATA / "fresh" / f"{name}.tsv")
        yield entry, judged(forms[name], entry["kind"], str(entry["text"]), entry.get("row"))


def holds_fact(entry: dict[str, Any], said: Judged) -> bool:
    """Tell whether what goes into a file holds the invented fact, all of it or its first two characters."""
    return bool(fact := str(entry.get("fact") or "")) and fact[:2] in said.inserted


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
    for entry, said in of_set(entries):
        for group in (str(entry.get("class") or "—"), "合计"):
            counts[group][said.place] += 1
            counts[group]["fact"] += holds_fact(entry, said)
        if every:
            print(said.place, entry.get("class"), entry["text"], "｜", said.inserted, "｜", "；".join(said.checked.why))
    for group, count in sorted(counts.items(), key=lambda item: item[0] == "合计"):
        total = sum(count[place] for place in PLACES)
        shares = "  ".join(f"{place} {count[place]}（{count[place] / total:.0%}）" for place in PLACES)
        print(f"{group}：{total}  {shares}  inserted with a fact {count['fact']}")


if __name__ == "__main__":
    main()
