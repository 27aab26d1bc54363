"""Results that look worked out from another figure of the form: 36128 people from 9032 households at 4 each."""

from decimal import Decimal
from typing import NamedTuple

from fuhe.readings.sheet import Row, Sheet

_FACTORS = frozenset(map(Decimal, ("2", "3", "4", "5", "6", "8", "10", "20", "50", "100", "200", "500", "1000")))
_LEAST_DIGITS = 3


class Multiple(NamedTuple):
    """A benefit hit to the last digit, the row it is a round multiple of, and the factor."""

    row: Row
    of: Row
    factor: Decimal


def multiples(sheet: Sheet) -> tuple[Multiple, ...]:
    """Return the benefits whose target and actual are one uneven figure, a round multiple of another row's actual."""
    plain = {row.index: row for row in sheet.rows if row.actual.exact is not None and _is_uneven(row.actual.exact)}
    by_figure = {row.actual.exact: row for row in plain.values() if row.level == "产出"}
    found = []
    for row in plain.values():
        if row.level == "效益" and row.actual.exact == row.target.exact and row.target.operator in (None, "="):
            found += [
                Multiple(row, by_figure[base], factor)
                for factor in _FACTORS
                if (base := _base(row, factor)) in by_figure
            ]
    return tuple(sorted(found, key=lambda entry: (entry.row.index, entry.factor)))


def _base(row: Row, factor: Decimal) -> Decimal:
    return (row.actual.exact or Decimal(0)) / factor


def _is_uneven(number: Decimal) -> bool:
    """Tell whether a figure has three digits or more before its trailing zeros: chance makes no such pair."""
    return len(number.normalize().as_tuple().digits) >= _LEAST_DIGITS
