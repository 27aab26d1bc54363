"""The block 项目资金: rows of amounts under their headings, also where a pasted block has slipped sideways."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fuhe.layouts import headings
from fuhe.layouts.align import Column
from fuhe.layouts.rows import Row, Spot
from fuhe.readings.levels import points_of
from fuhe.records import FundingRow, Place
from fuhe.text import is_blank, squeeze

_FIGURE = re.compile(r"[-+]?[\d,.]+(%|％|万元|元)?|[-—–―/]+")
_SHIFTS = (0, 1, -1, 2, -2)


def is_fund_header(row: Row) -> bool:
    """Tell whether a row prints at least two of 年初预算数 全年预算数 全年执行数 执行率."""
    named = {headings.field_of(spot.text, "funding") for spot in row.filled}
    return len(named & {"initial_budget", "full_year_budget", "executed", "rate"}) >= 2


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(squeeze(text)))


@dataclass
class FundBlock:
    """The funding rows read so far."""

    header: tuple[Column, ...] = ()
    lines: list[Row] = field(default_factory=list)
    open: bool = False
    side_weight: Spot | None = None

    @property
    def columns(self) -> set[str]:
        """Fields whose heading the block prints, as `funding.<field>`."""
        return {f"funding.{column.field}" for column in self.header}

    def start(self, row: Row) -> None:
        """Take the header row; a second header of the same form is not read twice."""
        named = [(headings.field_of(spot.text, "funding"), spot) for spot in row.filled]
        columns = [Column(name, spot.start, spot.end) for name, spot in named if name and name != "label"]
        if not self.header:
            self.header, self.open = tuple(columns), True
            if "weight" not in {column.field for column in columns}:
                self.side_weight = next((spot for spot in (*row.carried, *row.filled) if _has_points(spot)), None)

    def stop(self) -> None:
        """End the block at the next heading of the form."""
        self.open = False

    def accepts(self, row: Row) -> bool:
        """Tell whether a row is one of the block: it names a kind of money, or only holds figures."""
        filled = row.filled
        named = any(headings.is_fund_row(spot.text) or headings.belongs(spot.text, "fund_total") for spot in filled[:2])
        return named or all(_is_figure(spot.text) for spot in filled)

    def add(self, row: Row) -> None:
        """Keep a row until the whole block is known."""
        self.lines.append(row)

    def finish(self) -> tuple[list[FundingRow], dict[str, Place], list[str]]:
        """Return the rows in printed order, the place of each value, and what was taken from the block's heading."""
        shift = _block_shift(self.lines, self.header) if any(line.kind == "ragged" for line in self.lines) else 0
        rows: list[FundingRow] = []
        places: dict[str, Place] = {}
        for index, line in enumerate(self.lines):
            found = _fields(line, self.header, shift)
            rows.append(FundingRow(**{name: spot.text for name, spot in found.items()}))
            blanks = {column.field: line.blank(column.start + shift, column.end + shift) for column in self.header}
            placed = {name: spot for name, spot in blanks.items() if spot} | found
            places |= {f"funding[{index}].{name}": spot.cell.place for name, spot in placed.items()}
        if not rows or self.side_weight is None:
            return rows, places, []
        places["funding[0].weight"] = self.side_weight.cell.place
        rows[0] = rows[0].model_copy(update={"weight": points_of(self.side_weight.text)})
        return rows, places, ["funding[0].weight"]


def _has_points(spot: Spot) -> bool:
    """Tell whether a side heading such as 预算执行情况(20分) gives the block's points."""
    return headings.belongs(spot.text, "frame") and points_of(spot.text) is not None


def _fields(line: Row, header: Sequence[Column], shift: int) -> dict[str, Spot]:
    label = next((spot for spot in line.filled if _is_label(spot)), None)
    found = {"label": label} if label else {}
    for spot in line.filled:
        if spot is label or headings.belongs(spot.text, "frame"):
            continue
        column = _nearest(header, spot, shift)
        if column and column.field not in found:
            found[column.field] = spot
    return found


def _is_label(spot: Spot) -> bool:
    named = headings.is_fund_row(spot.text) or headings.belongs(spot.text, "fund_total")
    return named and not _is_figure(spot.text) and not headings.belongs(spot.text, "frame")


def _nearest(header: Sequence[Column], spot: Spot, shift: int) -> Column | None:
    start, end = spot.start - shift, spot.end - shift
    overlaps = [(min(column.end, end) - max(column.start, start), column) for column in header]
    best = max(overlaps, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _block_shift(lines: Sequence[Row], header: Sequence[Column]) -> int:
    """Choose how far a ragged block has slipped: the shift under which most cells suit their headings."""
    return max(_SHIFTS, key=lambda shift: (sum(_suits(line, header, shift) for line in lines), -abs(shift)))


def _suits(line: Row, header: Sequence[Column], shift: int) -> float:
    found = _fields(line, header, shift)
    score = -2.0 * sum(1 for spot in line.filled if spot not in found.values())
    for name, spot in found.items():
        text = squeeze(spot.text)
        if name == "rate":
            score += 2.0 if text.endswith(("%", "％")) else (0.0 if is_blank(text) else -1.0)
        elif text.endswith(("%", "％")):
            score -= 2.0
        elif name in ("weight", "score"):
            score += 1.0 if is_blank(text) or re.fullmatch(r"\d{1,2}(\.\d+)?", text) else -1.0
    return score
