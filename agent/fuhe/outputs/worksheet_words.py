"""A worksheet in words: why a row got its score, what that rests on, and what weighed most in a form."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fuhe.findings import Cell
from fuhe.outputs.in_words import where
from fuhe.readings.value import plain
from fuhe.records import LABELS
from fuhe.worksheets import WorkRow, Worksheet, cents

STATED = re.compile(r"扣\s*(\d+(?:\.\d+)?)\s*[%％]")
"""The percent a reason says is taken off."""
BY_HAND = "复核人核定【待补充：扣分原因】"
_CELLS = 3


def amount_taken(row: WorkRow) -> str:
    """Say what is taken off in percent of the weight and in points, from the score itself."""
    if not row.weight:
        return "不计分："
    if row.lost <= 0:
        return "不扣分："
    return f"扣{plain(cents(row.lost / row.weight * 100))}%（{plain(cents(row.lost))}分）："


def reason_of(row: WorkRow) -> str:
    """Return 扣分原因 of a row: a person's words, else the amount and what the standard or the tick says."""
    if row.hand.reason is not None:
        return row.hand.reason
    return amount_taken(row) + (words_of_row(row) if row.score == row.proposed else BY_HAND)


def words_of_row(row: WorkRow) -> str:
    """Return the words for the proposed score: those of the tick that is set, else those of the rule."""
    return ticked_words(row) if row.ticked else base_words(row)


def ticked_words(row: WorkRow, number: int | None = None) -> str:
    """Return the words of one tick, else of the one that decides, with the rule it stands for."""
    tick = row.ticked if number is None else row.ticks[number]
    return f"{tick.words}（{tick.rule}）" if tick else ""


def base_words(row: WorkRow) -> str:
    """Return the words for the score before any tick, with the rule, the cells and the findings behind it."""
    return f"{row.words}（{grounds_of_row(row)}）"


def grounds_of_row(row: WorkRow) -> str:
    """Name the rule, the cells and the codes a score rests on."""
    parts = [row.rule or "", cells_in_words(row.cells), "、".join(row.codes) and f"问题{'、'.join(row.codes)}"]
    return "；".join(part for part in parts if part)


def cells_in_words(cells: Sequence[Cell]) -> str:
    """Name cells by column and place: 年度指标值 第 24 行第 5 格."""
    told = (f"{LABELS.get(cell.field.rpartition('.')[2], '')} {where(cell.place)}".strip() for cell in cells)
    named = list(dict.fromkeys(one for one in told if one))
    return "、".join(named[:_CELLS]) + (f"等{len(named)}格" if len(named) > _CELLS else "")


def how_settled(sheets: Sequence[Worksheet]) -> str:
    """Say whether the scores of some worksheets are proposals, confirmed, or how many rows are still open."""
    if not sheets or any(sheet.unconfirmed is None for sheet in sheets):
        return "建议稿，由复核人核定。"
    left = sum(sheet.unconfirmed or 0 for sheet in sheets)
    return f"草稿：还有{left}行没有核定，按建议列出。" if left else "已由复核人核定。"


def main_reasons(sheet: Worksheet, most: int = 3) -> str:
    """Return the reasons of the rows that lost most, the heaviest first."""
    lost = sorted((row for row in sheet.rows if row.lost > 0), key=lambda row: -row.lost)
    return "；".join(f"{row.name}：{reason_of(row)}" for row in lost[:most]) or "没有扣分"


def percent(share: Decimal | None) -> str:
    """Write a share as a percentage; nothing for none."""
    return "" if share is None else f"{plain(cents(share * 100))}%"


def sheet_in_json(sheet: Worksheet) -> dict[str, Any]:
    """Return a worksheet with what is computed from it beside what it holds."""
    data = sheet.model_dump(mode="json")
    for row, made in zip(sheet.rows, data["rows"], strict=True):
        made |= {
            "score": float(row.score),
            "deviation": None if row.deviation is None else float(row.deviation),
            "reason": reason_of(row),
        }
    share = sheet.deviation_share
    totals = {
        "weight": sheet.weight,
        "self_score": sheet.self_score,
        "score": sheet.score,
        "deviation": sheet.deviation,
    }
    data |= {name: float(value) for name, value in totals.items()}
    return data | {"deviation_share": None if share is None else float(round(share, 6)), "grade": sheet.grade}
