"""A 算术: the amounts of the funding block against each other."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fuhe.readings.sheet import Execution, Sheet, agree, rounded
from fuhe.readings.value import Value, amount
from fuhe.records import LABELS
from fuhe.rules.rule import ARITHMETIC, Hit, hit, plain, rule, summed
from fuhe.text import is_blank, squeeze

_CENT = Decimal("0.01")
_TOTAL_AND_ONE = 2
_NEARLY = Decimal("0.95")
_COLUMNS = ("initial_budget", "full_year_budget", "executed")


@rule("A003", "rate-mismatch", "error", "执行率与金额算出来的不一致", ARITHMETIC)
def rate_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """填写的执行率，与全年执行数除以全年预算数的结果对不上。

    查什么：年度资金总额一行，全年执行数÷全年预算数与所填执行率是否一致，按所印的小数位比较。
    为什么：执行率直接决定执行率得分，也是判断预算是否执行到位的依据。
    反例：预算84.63万元，执行70.31万元，执行率填93%。
    正例：预算84.63万元，执行70.31万元，执行率填83%或83.08%。
    不算问题：四舍五入造成的差异；写成小数的（0.83）；预算和执行都是0；总额一行没填、只填了分项的（见A004）；执行超过预算而按100%填的（见A008）。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or execution.rate is None or execution.recomputed:
        return
    path = f"funding[{execution.index}]"
    printed = amount(sheet.form.text(f"{path}.rate"))
    if printed is None or printed.unit not in (None, "%") or _rate_agrees(sheet, execution, printed):
        return
    yield hit(
        sheet.cell(f"{path}.rate"),
        "全年预算数{budget}{unit}、全年执行数{spent}{unit}，执行率应为{computed}%，表中填{printed}。",
        budget=sheet.cell(f"{path}.full_year_budget"),
        spent=sheet.cell(f"{path}.executed"),
        unit=sheet.unit_after(f"{path}.executed"),
        computed=plain(rounded(execution.rate, 2)),
        printed=sheet.cell(f"{path}.rate"),
        fix=("请核对全年预算数、全年执行数，更正执行率", "执行率更正后，请一并核对执行率得分和总分"),
    )


def _rate_agrees(sheet: Sheet, execution: Execution, printed: Value) -> bool:
    """Compare at printed precision; amounts printed with decimals may themselves be rounded."""
    rate, number = execution.rate or Decimal(0), printed.number or Decimal(0)
    slack = _rounding_of_amounts(sheet, f"funding[{execution.index}]")
    readings = [(number, _decimals(number))]
    if printed.unit is None:
        readings.append((number * 100, _decimals(number * 100)))
    if rate > 100 and any(reading == 100 for reading, _ in readings):
        return True
    return any(abs(rate - reading) <= slack + _last_place(sheet, decimals) for reading, decimals in readings)


def _decimals(number: Decimal) -> int:
    """Count the decimals that say something: 31.00% is a rate rounded to 31%, printed with zeros."""
    return max(0, -int(number.normalize().as_tuple().exponent))


def _last_place(sheet: Sheet, decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals) if decimals > 0 else sheet.pack.thresholds.rate_tolerance_points


def _rounding_of_amounts(sheet: Sheet, path: str) -> Decimal:
    budget, spent = (amount(sheet.form.text(f"{path}.{name}")) for name in ("full_year_budget", "executed"))
    if not budget or not budget.number or not spent:
        return Decimal(0)
    return (_half_unit(budget) + _half_unit(spent)) / abs(budget.number) * 100


def _half_unit(value: Value) -> Decimal:
    """Return how far a figure printed with decimals may be off by rounding."""
    return Decimal(5).scaleb(-value.decimals - 1) if value.decimals else Decimal(0)


@rule("A004", "funds-not-adding", "error", "资金总额与各项来源之和不一致", ARITHMETIC)
def funds_not_adding(sheet: Sheet) -> Iterator[Hit]:
    """年度资金总额一行，与“其中”各行相加的结果不一致。

    查什么：年初预算数、全年预算数、全年执行数各列，总额是否等于下面各项之和；总额没填或填0而各项有数的也列出；“其中”只列了一项来源的作提示。
    为什么：资金数是执行率的基础，对不上则执行率、执行率得分都不可靠。
    反例：总额100万元，其中财政拨款80万元、其他资金15万元。
    正例：总额100万元，其中财政拨款80万元、其他资金20万元。
    不算问题：分项都没有填的；分项下面又列明细的；按来源和按用途各列一遍、各自相加都对的；四舍五入的差异。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or not sheet.has_fund_total:
        return
    for column in _COLUMNS:
        parts = _parts(sheet, execution.index, column)
        values = [value for _, value in parts]
        total = amount(sheet.form.text(f"funding[{execution.index}].{column}"))
        unread = total is None and not is_blank(sheet.form.text(f"funding[{execution.index}].{column}"))
        if parts and not unread and _one_unit([*values, total]) and not _adds_up(total, sheet, parts):
            yield _not_adding(sheet, execution.index, column, parts, _names_one_of_several(sheet, total, parts))


def _parts(sheet: Sheet, total: int, column: str) -> list[tuple[int, Value]]:
    """Return the filled parts of a column; a part that is 0 adds nothing."""
    paths = ((index, f"funding[{index}].{column}") for index in range(len(sheet.form.record.funding)) if index != total)
    read = ((index, amount(sheet.form.text(path))) for index, path in paths)
    return [(index, value) for index, value in read if value is not None and value.number]


def _names_one_of_several(sheet: Sheet, total: Value | None, parts: list[tuple[int, Value]]) -> bool:
    """Tell whether 其中 prints one source only and it is well below the whole: the rest may simply not be listed."""
    alone = len(sheet.form.record.funding) == _TOTAL_AND_ONE
    return alone and total is not None and (parts[0][1].number or 0) < _NEARLY * (total.number or Decimal(0))


def _one_unit(values: Sequence[Value | None]) -> bool:
    return len({value.unit for value in values if value and value.unit}) <= 1


def _adds_up(total: Value | None, sheet: Sheet, parts: list[tuple[int, Value]]) -> bool:
    """Tell whether some reading of the parts gives the total: all on one level, or some of them details of others."""
    if total is None or not total.number:
        return False
    values = [value for _, value in parts]
    outer = [value for place, (index, value) in enumerate(parts) if not place or not _is_nested(sheet, index)]
    return any(_splits(total, reading) for reading in (values, _without_details(values), outer))


def _is_nested(sheet: Sheet, index: int) -> bool:
    """Recognise a second 其中：… row: it details the row above it."""
    return squeeze(sheet.form.record.funding[index].label).startswith("其中")


def _splits(total: Value, parts: list[Value]) -> bool:
    """Tell whether the parts make up the total, or several splits of it stand one after the other."""
    whole = (cut for cut in range(1, len(parts) + 1) if _sums_to(total, parts[:cut]))
    return any(cut == len(parts) or _splits(total, parts[cut:]) for cut in whole)


def _without_details(parts: list[Value]) -> list[Value]:
    """Drop every run of parts that only details the part before it."""
    kept: list[Value] = []
    place = 0
    while place < len(parts):
        part, start = parts[place], place + 1
        kept.append(part)
        place = next((end for end in range(start + 2, len(parts) + 1) if _sums_to(part, parts[start:end])), start)
    return kept


def _sums_to(total: Value, parts: list[Value]) -> bool:
    number = sum((part.number or Decimal(0) for part in parts), Decimal(0))
    added = Value("", "number", number=number, decimals=max(part.decimals for part in parts))
    slack = sum((_half_unit(value) for value in (total, *parts)), Decimal(0))
    return agree(added, total) or abs(number - (total.number or Decimal(0))) <= min(slack, _CENT)


def _not_adding(sheet: Sheet, total: int, column: str, parts: list[tuple[int, Value]], listed: bool) -> Hit:
    at = sheet.cell(f"funding[{total}].{column}")
    cells = tuple((sheet.cell(f"funding[{index}].{column}"), value.number or Decimal(0)) for index, value in parts)
    printed = amount(at.text)
    return hit(
        at,
        "{column}一列，年度资金总额为{total}，下列各项合计{computed}{unit}，两者不一致。",
        column=LABELS[column],
        total="空" if is_blank(at.text) else at,
        computed=plain(sum((number for _, number in cells), Decimal(0))),
        unit=sheet.unit_after(f"funding[{parts[0][0]}].{column}") or (parts[0][1].unit or ""),
        also=tuple(cell for cell, _ in cells),
        calc=summed(cells, printed.number if printed else None),
        severity="info" if listed else None,
        fix=("请核对总额和各项资金来源，更正后重新计算执行率",),
    )


@rule("A008", "overspent", "error", "全年执行数大于全年预算数", ARITHMETIC)
def overspent(sheet: Sheet) -> Iterator[Hit]:
    """资金的全年执行数大于全年预算数。

    查什么：年度资金总额一行，以及下面各项资金，执行数是否超过预算数。
    为什么：没有预算不能支出；多半是预算调整后没有更新全年预算数，或金额单位填错。
    反例：全年预算数50万元，全年执行数62万元。
    正例：预算追加后全年预算数填62万元，全年执行数62万元。
    不算问题：四舍五入的差异；没有填预算数或执行数的行。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    over = [index for index in range(len(sheet.form.record.funding)) if _is_over(sheet, index)]
    if execution is not None and execution.index in over:
        over = [execution.index]
    for index in over:
        path = f"funding[{index}]"
        yield hit(
            sheet.cell(f"{path}.executed"),
            "{label}全年预算数{budget}{unit}，全年执行数{spent}{unit}，执行数大于预算数。",
            label=(sheet.form.record.funding[index].label or "").strip("：: "),
            budget=sheet.cell(f"{path}.full_year_budget"),
            spent=sheet.cell(f"{path}.executed"),
            unit=sheet.unit_after(f"{path}.executed"),
            fix=("请核对金额和单位", "年中追加或调剂预算的，请按调整后的数填写全年预算数，并说明依据"),
        )


def _is_over(sheet: Sheet, index: int) -> bool:
    row = sheet.form.record.funding[index]
    budget, spent = amount(row.full_year_budget), amount(row.executed)
    if budget is None or spent is None or not budget.number or spent.number is None or not _one_unit([budget, spent]):
        return False
    return spent.number > budget.number and not agree(budget, spent)
