"""What rests on a point, in score points: the weight of its rows, the size of the error in a sum, the weight of the money."""

from collections.abc import Sequence
from decimal import Decimal

from fuhe.findings import Finding
from fuhe.pointing.wording import SaidFact
from fuhe.readings.sheet import printed_points
from fuhe.records import Record

_OF_MONEY = ("funds", "unspent")


def stake(record: Record, kind: str, facts: Sequence[SaidFact]) -> float | None:
    """Return the score points that rest on a point; None where none do."""
    rows = {row.key: row.weight for entry in facts if entry.finding.severity != "info" for row in entry.rows}
    found = sum(rows.values(), Decimal(0))
    if kind == "total":
        found = max([found, *(_gap(entry.finding) for entry in facts if isinstance(entry.finding, Finding))])
    if kind in _OF_MONEY:
        found += _money(record)
    return float(found) or None


def _gap(finding: Finding) -> Decimal:
    calc = finding.calc
    if calc is None or calc.printed is None:
        return Decimal(0)
    return abs(Decimal(str(calc.computed)) - Decimal(str(calc.printed)))


def _money(record: Record) -> Decimal:
    weights = (printed_points(row.weight) for row in record.funding)
    return next((weight for weight in weights if weight), Decimal(0))
