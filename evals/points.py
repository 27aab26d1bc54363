"""Whether the weightiest comes first: what a reader says must be said within six points, his first three things within four.

python -m evals.points     also names what stands further down
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from evals.fresh import FOLDER
from evals.gold import place_of, says_it
from fuhe import checking
from fuhe.findings import Finding
from fuhe.intake.reading import read_file
from fuhe.outputs.console import findings_text, points_text
from fuhe.outputs.contract import Report, form_report
from fuhe.point import Point
from fuhe.pointing.form_points import form_points
from fuhe.policy import pack
from fuhe.records import File

MUST_WITHIN, TOP_WITHIN = 6, 4
PACK = pack("national-2020")


@dataclass
class Weighing:
    """How the points of a set of forms come out against its gold; `late` names what stands too far down."""

    forms: int = 0
    points: int = 0
    must: int = 0
    must_early: int = 0
    top: int = 0
    top_early: int = 0
    folded: int = 0
    listed: int = 0
    late: list[str] = field(default_factory=list)

    @property
    def shown(self) -> float:
        """The characters shown before anything is opened, as a share of the long list."""
        return self.folded / self.listed if self.listed else 0.0


def mapped() -> dict[str, dict[str, list[list[str]]]]:
    """Return which findings each of a reader's first three sentences means, by set and form; not every set has it."""
    named: dict[str, dict[str, list[list[str]]]] = yaml.safe_load((FOLDER / "top3.yaml").read_text("utf-8"))
    return named


def weighed(folder: Path) -> Weighing:
    """Weigh every form of a folder that has gold; of a reader's statements those count that a finding makes."""
    found, named = Weighing(), mapped().get(folder.name, {})
    sheet = folder / "codes.yaml"
    codes = yaml.safe_load(sheet.read_text("utf-8")) if sheet.is_file() else {}
    for path in sorted(folder.glob("*.gold.yaml")):
        source = path.with_name(path.name.replace("gold.yaml", "tsv"))
        file = read_file(source.read_bytes(), source.name)
        gold = yaml.safe_load(path.read_text("utf-8"))
        _weigh(found, file, gold, codes, named.get(source.stem, [[]] * len(gold["top3"])), source.stem)
    return found


def _weigh(found: Weighing, file: File, gold: dict[str, Any], codes: Any, named: list[list[str]], name: str) -> None:
    form = file.forms[0]
    findings = checking.check(form, PACK).findings
    points = form_points(form.record, findings)
    found.forms, found.points = found.forms + 1, found.points + len(points)
    for entry in (entry for entry in gold["findings"] if entry["must"]):
        ranks = _ranks(points, (n for n, finding in enumerate(findings) if says_it(finding, entry, codes)))
        if ranks:
            found.must, found.must_early = found.must + 1, found.must_early + (ranks[0] <= MUST_WITHIN)
            found.late += [f"{name} {entry['code']} {entry['at']}: {ranks[0]}"] if ranks[0] > MUST_WITHIN else []
    for sentence, told in zip(gold["top3"], named, strict=True):
        ranks = _ranks(points, (n for n, finding in enumerate(findings) if _is_named(finding, told)))
        if ranks:
            found.top, found.top_early = found.top + 1, found.top_early + (ranks[0] <= TOP_WITHIN)
            found.late += [f"{name} {sentence}: {ranks[0]}"] if ranks[0] > TOP_WITHIN else []
    report = Report(policy=PACK.name)
    report.add(file, [form_report(form, findings)])
    found.folded += len(points_text(report))
    found.listed += len(findings_text(report))


def _ranks(points: Sequence[Point], facts: Iterator[int]) -> list[int]:
    chosen = set(facts)
    return sorted(point.rank for point in points if chosen & set(point.facts))


def _is_named(finding: Finding, told: list[str]) -> bool:
    places = {place_of(cell.field) for cell in finding.cells} | {"form"}
    return any(finding.code == code and at in places for code, _, at in (entry.partition(" ") for entry in told))


def main(arguments: list[str]) -> None:
    """Print each set."""
    for folder in sorted(FOLDER.glob("forms_*")):
        found = weighed(folder)
        print(
            f"{folder.name}  表 {found.forms}  每表要点 {found.points / found.forms:.1f}"
            f"  必须说的在前{MUST_WITHIN}条 {found.must_early}/{found.must}"
            f"  最要紧的在前{TOP_WITHIN}条 {found.top_early}/{found.top}  展开前字数 {found.shown:.2f}"
        )
        print("\n".join(f"    {entry}" for entry in found.late))


if __name__ == "__main__":
    main(sys.argv[1:])
