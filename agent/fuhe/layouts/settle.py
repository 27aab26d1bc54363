"""Settle first and second levels that a row does not print, in the form's own wording."""

from collections.abc import Sequence

from fuhe.readings.levels import PARENT, class_of, subclass_of
from fuhe.records import Indicator


def settle_levels(indicators: Sequence[Indicator]) -> tuple[list[Indicator], list[str]]:
    """Return the rows with missing first levels inferred from the second, and the field paths so inferred."""
    own_wording = _wordings(indicators)
    has_cost_level = any(class_of(row.level1) == "成本" for row in indicators)
    settled, marks = [], []
    for index, row in enumerate(indicators):
        level1 = row.level1
        if not level1:
            parent = _parent(row, has_cost_level)
            level1 = own_wording.get(parent, f"{parent}指标") if parent else None
            marks += [f"indicators[{index}].level1"] if level1 else []
        settled.append(row.model_copy(update={"level1": level1}))
    return settled, marks


def _wordings(indicators: Sequence[Indicator]) -> dict[str, str]:
    wordings: dict[str, str] = {}
    for row in indicators:
        if row.level1 and (known := class_of(row.level1)):
            wordings.setdefault(known, row.level1)
    return wordings


def _parent(row: Indicator, has_cost_level: bool) -> str | None:
    subclass = subclass_of(row.level2)
    if subclass == "成本" and has_cost_level:
        return "成本"
    return PARENT.get(subclass or "")
