"""Which findings are one point: those about one row, one pair of copies, one sum, one narrative, one fault over several rows."""

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass

from fuhe.findings import Finding
from fuhe.point import HINTS, SHARED
from fuhe.pointing.phrasebook import Phrasing, kinds, phrasing
from fuhe.records import Record

_ROW = re.compile(r"indicators\[(\d+)\]")
_FUNDING, _NARRATIVE = "funding", "narrative"
_ALIKE = ("vague", "ratio", "unlike", "unproven")
_MOST = 6
"""Points up to which each of the kinds above is one of its own."""
_SINGLE = ("total",)
"""Kinds whose subjects stay apart: each sum is a point of its own."""


@dataclass(frozen=True)
class PointGroup:
    """The findings of one point, as positions, and its kind."""

    kind: str
    facts: tuple[int, ...]


def grouped(record: Record, findings: Sequence[Finding], shared: Container[str] = ()) -> list[PointGroup]:
    """Return the groups of a form's findings in the order of their first one; every finding is in exactly one.

    Hints of the `shared` codes are said for several forms at once and go into a group of their own.
    """
    members = _by_subject(record, findings)
    found: dict[str, list[int]] = defaultdict(list)
    for number, facts in enumerate(members):
        kind = _kind(findings, facts)
        if kind == HINTS and all(findings[fact].code in shared for fact in facts):
            kind = SHARED
        found[f"{kind}/{number}" if kind in _SINGLE else kind] += facts
    if len(found) > _MOST:
        _put_together(found)
    groups = [PointGroup(key.partition("/")[0], tuple(sorted(facts))) for key, facts in found.items()]
    return sorted(groups, key=lambda group: group.facts[0])


def _put_together(found: dict[str, list[int]]) -> None:
    """Say as one what several kinds say alike of rows: that they cannot be assessed; what weighs most names it."""
    alike = [kind for kind in _ALIKE if kind in found]
    if len(alike) > 1:
        found[alike[0]] = [fact for kind in alike for fact in found.pop(kind)]


def is_hint(finding: Finding) -> bool:
    """Tell whether a finding on its own is no more than what may be bettered."""
    return finding.severity == "info" or phrasing(finding.code).kind == "words" or finding.slug == "rule-crashed"


def _kind(findings: Sequence[Finding], facts: Sequence[int]) -> str:
    """Return the kind of the weightiest finding."""
    loud = [phrasing(findings[fact].code).kind for fact in facts if not is_hint(findings[fact])]
    return min(loud, key=lambda kind: (kinds()[kind].rank, list(kinds()).index(kind))) if loud else HINTS


def _by_subject(record: Record, findings: Sequence[Finding]) -> list[list[int]]:
    """Unite findings that share a subject; a hint joins only where something weightier is said of its subject."""
    sets: list[tuple[set[str], list[int]]] = []
    for position, finding in enumerate(findings):
        if not is_hint(finding):
            _unite(sets, _subjects(record, finding), position)
    for position, finding in enumerate(findings):
        if is_hint(finding):
            _take_in(sets, record, finding, position)
    return [facts for _, facts in sets]


def _unite(sets: list[tuple[set[str], list[int]]], subjects: set[str], position: int) -> None:
    touched = [entry for entry in sets if entry[0] & subjects]
    merged: tuple[set[str], list[int]] = (set(subjects), [position])
    for entry in touched:
        merged = (merged[0] | entry[0], [*entry[1], *merged[1]])
        sets.remove(entry)
    sets.append(merged)


def _take_in(sets: list[tuple[set[str], list[int]]], record: Record, finding: Finding, position: int) -> None:
    clause = phrasing(finding.code)
    alone = clause.apart or clause.kind == "words" or finding.source == "model"
    wanted = set() if alone else _subjects(record, finding)
    for subjects, facts in sets:
        if subjects & wanted:
            facts.append(position)
            return
    sets.append(({f"hint {position}"}, [position]))


def _subjects(record: Record, finding: Finding) -> set[str]:
    """Return what a finding is about: rows, the funding, a sum, a narrative, or a cell of the form."""
    clause, at = phrasing(finding.code), finding.cells[0].field
    rows = [f"row {found[1]}" for cell in finding.cells if (found := _ROW.match(cell.field))]
    if finding.code == "A002" and finding.guess:
        return {"total", *_guessed(record, finding.guess)}
    if clause.beside in (_FUNDING, _NARRATIVE):
        return {clause.beside}
    if clause.beside == "form":
        return {f"form {finding.code}"}
    if clause.kind == "total":
        return {"total" if finding.code == "A002" else f"sum {finding.code} {at}"}
    if finding.code == "D001" or (clause.beside == "row" and rows):
        return set(rows)
    return _plain_subject(at, finding, clause)


def _plain_subject(at: str, finding: Finding, clause: Phrasing) -> set[str]:
    if found := _ROW.match(at):
        return {f"row {found[1]}"}
    if at.startswith("funding"):
        return {_FUNDING}
    return {f"{clause.kind} {at}"}


def _guessed(record: Record, guess: str) -> set[str]:
    """Return the row whose score a guess takes to be mistyped: the one it names."""
    return {f"row {index}" for index, row in enumerate(record.indicators) if row.name and f"“{row.name}”" in guess}
