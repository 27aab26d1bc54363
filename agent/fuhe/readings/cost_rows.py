"""A form's own money beside its cost indicators: the amounts in 元, which rows state a total, which the whole cost."""

from dataclasses import dataclass, replace
from decimal import Decimal

from fuhe.findings import Cell
from fuhe.readings.money import money_said
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value, factor_of, is_money, is_money_rate, parse, unit
from fuhe.text import is_blank

_NEAR = Decimal("0.1")
_TEN_THOUSAND = Decimal(10000)
_SHARES = ("share", "price", "duration", "frequency", "degree", "date")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 元, and half of the last place it is printed to."""

    cell: Cell
    yuan: Decimal
    slack: Decimal
    decimals: int

    def agrees(self, other: "Money | None") -> bool:
        """Compare at the coarser printed precision of the two."""
        return other is not None and abs(self.yuan - other.yuan) <= max(self.slack, other.slack)


@dataclass(frozen=True, slots=True)
class Funds:
    """The form's own amounts: 年初预算数, 全年预算数, 全年执行数."""

    initial: Money | None
    budget: Money | None
    spent: Money | None

    def restated_by(self, amount: Money) -> Money | None:
        """Return the budget figure that an amount repeats, the nearer of the two."""
        alike = [each for each in (self.budget, self.initial) if each and amount.agrees(each)]
        return min(alike, key=lambda each: abs(each.yuan - amount.yuan), default=None)

    def is_near(self, amount: Money) -> bool:
        """Tell whether an amount is about the size of this year's budget: no multi-year total, no part of it."""
        budget = self.budget or self.initial
        return budget is not None and abs(amount.yuan - budget.yuan) <= _NEAR * budget.yuan


def funds_of(sheet: Sheet) -> Funds | None:
    """Return the amounts of the funding row that states the whole; None where there is none."""
    row = _money_row(sheet)
    if row is None:
        return None
    columns = ("initial_budget", "full_year_budget", "executed")
    return Funds(*(_amount(sheet, sheet.cell(f"funding[{row}].{column}")) for column in columns))


def _money_row(sheet: Sheet) -> int | None:
    """Return the funding row that states the whole: the total row, or the only filled part where the total is blank."""
    execution = sheet.execution
    if execution is None or not execution.recomputed:
        return execution.index if execution else None
    parts = [index for index, row in enumerate(sheet.form.record.funding) if not is_blank(row.executed)]
    parts = [index for index in parts if index != execution.index]
    return parts[0] if len(parts) == 1 else None


def _amount(sheet: Sheet, cell: Cell) -> Money | None:
    value = parse(cell.text)
    return _money(sheet, cell, value) if value.operator in (None, "=") else None


def _money(sheet: Sheet, cell: Cell, value: Value) -> Money | None:
    """Return an amount in 元; a figure without unit is read in the form's own."""
    measure = value.unit or unit(sheet.form.record.fund_unit) or "万元"
    scale = factor_of(measure)
    if value.kind != "number" or scale is None or scale[0] != "钱":
        return None
    yuan = value.number * scale[1] if value.number else None
    if yuan is None or yuan < 0:
        return None
    return Money(cell, yuan, Decimal(5).scaleb(-value.decimals - 1) * scale[1], value.decimals)


def cost_target(sheet: Sheet, row: Row) -> Money | None:
    """Return the total amount a cost row sets as its target; None for rates per head, percentages and counts."""
    if not row.is_cost or row.target.kind != "number" or is_fixed_rate(row):
        return None
    return _money(sheet, row.cell("target"), row.target)


def is_fixed_rate(row: Row) -> bool:
    """Tell whether a row states a rate (per head, per mu, a subsidy standard, what is saved) and no total."""
    read = row.measure
    fixed = read.kind in _SHARES or "fixed" in read.about or "per" in read.about or "grants" in read.about
    return (fixed or "lessens" in read.about or is_money_rate(row.target.unit)) and not says_whole_cost(row)


def says_whole_cost(row: Row) -> bool:
    """Tell whether the name itself says that it is the project's whole cost."""
    return "whole" in row.measure.about


def prints_money(row: Row) -> bool:
    """Tell whether a row's target is money, by its own unit or by the one its name prints."""
    return is_money(row.target.unit) or (row.target.unit is None and is_money(row.measure.unit))


def is_only_cost(sheet: Sheet, row: Row) -> bool:
    """Tell whether a form has no other cost indicator."""
    return not any(other.is_cost and other is not row for other in sheet.rows)


def cost_reached(sheet: Sheet, row: Row) -> Money | None:
    """Return the amount a cost row says was spent; a figure without unit is read in the target's."""
    if not row.is_cost or row.actual.kind != "number" or row.actual.operator not in (None, "="):
        return None
    measured = row.actual if row.actual.unit else replace(row.actual, unit=row.target.unit)
    return _money(sheet, row.cell("actual"), measured)


def is_slip(left: Money, right: Money) -> bool:
    """Tell amounts that are a unit apart (元 under 万元): V005 speaks of them."""
    return max(left.yuan, right.yuan) / min(left.yuan, right.yuan) >= _TEN_THOUSAND / 2


def is_whole(sheet: Sheet, row: Row, funds: Funds) -> bool:
    """Tell whether a row is about the project's whole cost of this year: by its target, or by name and size."""
    amount = cost_target(sheet, row)
    if amount is None or not funds.is_near(amount):
        return False
    return says_whole_cost(row) or funds.restated_by(amount) is not None


def is_explained(sheet: Sheet, row: Row) -> bool:
    """Tell whether the form says where the money between cost and spending went."""
    record = sheet.form.record
    texts = [other.printed.reason for other in sheet.rows] + [other.reason for other in record.funding]
    texts += [box.text for box in record.remarks] + [record.outcome, row.name]
    told = any(money_said(text, sheet.year).parts_cost_from_spending for text in texts if text)
    return told or not says_nothing(row.printed.reason)
