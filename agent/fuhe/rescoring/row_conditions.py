"""What a standard can ask of a row by a name a clerk can write; each answers with the cells it rests on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fuhe.findings import Cell, Finding
from fuhe.readings.deadlines import deadlines
from fuhe.readings.deductions import due_by_ratio
from fuhe.readings.name_classes import names_direction
from fuhe.readings.overshoot import times_over
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import is_money
from fuhe.text import is_blank

_FAR_OVER = Decimal("1.3")
_EFFECTS = ("效益", "满意度")


@dataclass(frozen=True)
class RowCase:
    """A row before the standard: its sheet and the findings of the whole form."""

    sheet: Sheet
    row: Row
    findings: Sequence[Finding]

    @cached_property
    def here(self) -> tuple[Finding, ...]:
        """The findings at this row."""
        at = f"indicators[{self.row.index}]."
        return tuple(finding for finding in self.findings if finding.cells[0].field.startswith(at))


Holds = Callable[[RowCase], tuple[Cell, ...]]


@dataclass(frozen=True)
class RowCondition:
    """A named condition: what it asks, on which classes it can hold at all, and the cells that bear it out (none: no)."""

    name: str
    told: str
    holds: Holds
    of: tuple[str, ...] = ()


def _cells(row: Row, *names: str) -> tuple[Cell, ...]:
    return tuple(row.cell(name) for name in names)


def is_soft_target(row: Row) -> bool:
    """Tell whether a target is words by which nothing can be checked."""
    return row.target.kind in ("phrase", "mixed") and row.wanted.checkable is False


def _has_direction(row: Row) -> bool:
    return row.wanted.kind == "change" or names_direction(row.measure)


def _has_formula(row: Row) -> bool:
    return not is_blank(row.printed.scoring_rule)


def _soft(case: RowCase) -> tuple[Cell, ...]:
    return _cells(case.row, "target") if is_soft_target(case.row) else ()


def _empty_words(case: RowCase) -> tuple[Cell, ...]:
    row = case.row
    return _soft(case) if not _has_direction(row) and not _has_formula(row) else ()


def _direction_only(case: RowCase) -> tuple[Cell, ...]:
    row = case.row
    return _cells(row, "name", "target") if _soft(case) and _has_direction(row) and not _has_formula(row) else ()


def _formula_without_source(case: RowCase) -> tuple[Cell, ...]:
    row = case.row
    bare = _soft(case) and _has_formula(row) and is_blank(row.printed.evidence)
    return _cells(row, "target", "scoring_rule") if bare else ()


def _far_over(case: RowCase) -> tuple[Cell, ...]:
    times = times_over(case.row, _FAR_OVER)
    return _cells(case.row, "target", "actual") if times is not None and times > _FAR_OVER else ()


def _some_late(case: RowCase) -> tuple[Cell, ...]:
    found = deadlines(case.row)
    few = found is not None and 0 < found.missed <= found.several // 2
    return _cells(case.row, "target", "actual") if few else ()


def _set_twice(case: RowCase) -> tuple[Cell, ...]:
    """Hold for the later of two rows that one finding calls the same, one an output and one an effect."""
    own = f"indicators[{case.row.index}].name"
    for finding in (finding for finding in case.findings if finding.code == "D001"):
        named = [cell for cell in finding.cells if cell.field.endswith("].name")]
        first = next((cell for cell in named if _level(case, cell) == "产出"), None)
        if first and case.row.level in _EFFECTS and own in [cell.field for cell in named]:
            return (first, case.row.cell("name"))
    return ()


def _level(case: RowCase, cell: Cell) -> str | None:
    return case.sheet.rows[int(cell.field.partition("[")[2].partition("]")[0])].level


def _payment_as_quantity(case: RowCase) -> tuple[Cell, ...]:
    row = case.row
    return _cells(row, "level2", "target") if row.subclass == "数量" and is_money(row.target.unit) else ()


def _unmet_beyond_ratio(case: RowCase) -> tuple[Cell, ...]:
    unmet = case.row.met == "unmet" and due_by_ratio(case.row) is None
    return _cells(case.row, "target", "actual") if unmet else ()


_EVERY = (
    RowCondition("定性指标", "指标值是无从核对的说法（下面三种都算）", _soft),
    RowCondition("定性空泛", "指标值无从核对，也看不出要往哪个方向变", _empty_words),
    RowCondition("定性只有方向", "只说提高、降低、改善，没有写怎样计算", _direction_only),
    RowCondition("定性缺来源", "定性说法写了评分办法，没有写数据来源或佐证", _formula_without_source),
    RowCondition("完成值超过130%", "越多越好的指标，完成值超过指标值的130%", _far_over),
    RowCondition("几个时限个别未完成", "一行列了几个时限，未按时的不超过一半", _some_late),
    RowCondition("产出效益重复", "同一件事在产出和效益里各设一行，本行是效益那一行", _set_twice, _EFFECTS),
    RowCondition("付款作数量", "数量指标的指标值是金额", _payment_as_quantity, ("数量",)),
    RowCondition(
        "未达到算不出比例", "按本行自己的数没有达到指标值，又算不出完成比例（日期、区间等）", _unmet_beyond_ratio
    ),
)
CONDITIONS: dict[str, RowCondition] = {entry.name: entry for entry in _EVERY}


def met_by(case: RowCase, names: Sequence[str]) -> tuple[tuple[Cell, ...], tuple[str, ...]] | None:
    """Return the cells and codes of the first of some conditions and codes that holds; () for none asked, None for no."""
    if not names:
        return (), ()
    for name in names:
        if name in CONDITIONS:
            if cells := CONDITIONS[name].holds(case):
                return cells, ()
        elif found := [finding for finding in case.here if finding.code == name]:
            return found[0].cells, (name,)
    return None
