"""Whole forms beside a careful reader's gold: what must be said, what may be, and what would be a false alarm."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fuhe import checking
from fuhe.findings import Finding
from fuhe.intake.reading import read_file
from fuhe.policy import pack

Codes = Mapping[str, tuple[str, ...]]
"""A reader's code sheet where it differs from the catalogue: his code → the codes that say it."""
_ROW = re.compile(r"indicators\[(\d+)\]")


@dataclass
class Tally:
    """What was due and said on a set of forms; `missed` and `wrong` name each case."""

    forms: int = 0
    due: int = 0
    caught: int = 0
    said: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Caught over due; 1 where nothing was due."""
        return self.caught / self.due if self.due else 1.0

    @property
    def precision(self) -> float:
        """Right errors and warnings over all of them; 1 where nothing was said."""
        return self.right / self.said if self.said else 1.0


def place_of(path: str) -> str:
    """Reduce a field of the record to where a reader places a finding: a row, goal, outcome, funding, total, form."""
    if row := _ROW.match(path):
        return row[0]
    if path.startswith("funding"):
        return "funding"
    if path.startswith("total"):
        return "total"
    return path if path in ("goal", "outcome") else "form"


def judge(folder: Path, suffix: str = "tsv") -> Tally:
    """Check every form of a folder that has gold; `forms_codes.yaml` beside the forms is the reader's code sheet."""
    sheet = folder / "codes.yaml"
    codes: Codes = yaml.safe_load(sheet.read_text("utf-8")) if sheet.is_file() else {}
    tally = Tally()
    for path in sorted(folder.glob("*.gold.yaml")):
        source = path.with_name(path.name.replace("gold.yaml", suffix))
        if source.is_file():
            _add(tally, source, yaml.safe_load(path.read_text("utf-8")), codes)
    return tally


def _add(tally: Tally, source: Path, gold: dict[str, Any], codes: Codes) -> None:
    forms = read_file(source.read_bytes(), source.name).forms
    found = [finding for form in forms[:1] for finding in checking.check(form, pack("national-2020")).findings]
    tally.forms += 1
    for entry in gold["findings"]:
        if entry["must"]:
            tally.due += 1
            caught = any(says_it(finding, entry, codes) for finding in found)
            tally.caught += caught
            if not caught:
                tally.missed.append(f"{source.stem} {entry['code']} {entry['at']} {entry['why']}")
    expected = [*gold["findings"], *({**entry, "must": False} for entry in gold.get("ignore") or ())]
    for finding in found:
        if finding.severity != "info":
            tally.said += 1
            right = any(says_it(finding, entry, codes) for entry in expected)
            tally.right += right
            if not right:
                tally.wrong.append(f"{source.stem} {finding.code} {finding.cells[0].field} {finding.message}")


def says_it(finding: Finding, entry: dict[str, Any], codes: Codes) -> bool:
    """Tell whether a finding says what a reader says: one of his codes, at his place or with it among its cells."""
    meant = {code for own in (entry["code"], *(entry.get("or") or ())) for code in codes.get(own, (own,))}
    return finding.code in meant and any(_is_at(place, entry["at"]) for place in _places(finding))


def _places(finding: Finding) -> Iterator[str]:
    yield from (place_of(cell.field) for cell in finding.cells)


def _is_at(place: str, at: str) -> bool:
    where = at.replace("[*]", "")
    return where == "form" or place == place_of(at) or (where == "indicators" and place.startswith(where))
