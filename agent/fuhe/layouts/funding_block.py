"""The block 项目资金: rows of amounts under their headings, also where a pasted block has slipped sideways."""

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fuhe.layouts import headings
from fuhe.layouts.align import Column
from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.readings.levels import points_of
from fuhe.records import FundingRow, Place, Problem
from fuhe.text import is_blank, squeeze

_FIGURE = re.compile(r"[-+]?[\d,.]+(%|％|万元|元)?|[-—–―/]+")
_AMOUNTS = ("initial_budget", "full_year_budget", "executed", "other")
_SHIFTS = (0, 1, -1, 2, -2)


def is_fund_header(row: GridRow) -> bool:
    """Tell whether a row prints at least two of 年初预算数 全年预算数 全年执行数 执行率."""
    named = {headings.field_of(spot.text, "funding") for spot in row.filled}
    if len(named & {"initial_budget", "full_year_budget", "executed", "rate"}) < 2:
        return False
    return not any(_is_money_figure(spot.text) for spot in row.filled)


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(squeeze(text)))


@dataclass
class FundBlock:
    """The funding rows read so far."""

    header: tuple[Column, ...] = ()
    lines: list[GridRow] = field(default_factory=list)
    open: bool = False
    side_weight: Spot | None = None
    names: tuple[tuple[int, int, str], ...] = ()
    pairs: list[dict[str, Spot]] = field(default_factory=list)

    @property
    def columns(self) -> set[str]:
        """Fields whose heading the block prints, as `funding.<field>`."""
        paired = {f"funding.{name}" for found in self.pairs for name in found if name != "other"}
        return paired | {f"funding.{column.field}" for column in self.header if column.field != "other"}

    def start(self, row: GridRow) -> None:
        """Take the header row; a second header of the same form is not read twice."""
        columns = _columns(row)
        if not self.header:
            self.header, self.open = tuple(columns), True
            self.names = tuple((spot.start, spot.end, " ".join(spot.text.split())) for spot in row.filled)
            if "weight" not in {column.field for column in columns}:
                self.side_weight = next((spot for spot in (*row.carried, *row.filled) if _has_points(spot)), None)

    def stop(self) -> None:
        """End the block at the next heading of the form."""
        self.open = False

    def accepts(self, row: GridRow) -> bool:
        """Tell whether a row is one of the block: it names a kind of money, or only holds figures."""
        filled = row.filled
        named = any(headings.is_fund_row(spot.text) or headings.belongs(spot.text, "fund_total") for spot in filled[:2])
        figures = [_is_figure(spot.text) for spot in filled]
        return named or all(figures) or (len(figures) > 2 and len(filled[0].text) <= 16 and all(figures[1:]))

    def takes_pairs(self, row: GridRow) -> bool:
        """Take amounts beside their headings (预算数 2.38 | 执行数 2.38), and a kind of money named before each."""
        if self.header:
            return False
        found = _pairs(row)
        if not found and self.pairs and (named := _named_pairs(row, self.pairs[0])):
            found = named
        if found and self.pairs and not found.keys() & self.pairs[-1].keys():
            self.pairs[-1] |= found
        elif found:
            self.pairs.append(found)
        return bool(found)

    def add(self, row: GridRow) -> None:
        """Keep a row until the whole block is known."""
        self.lines.append(_named_once(row, self.header))

    @property
    def doubts(self) -> list[Problem]:
        """Doubt rows of text that lost blanks: a dash in a row shorter than its heading may stand under another column."""
        width = max((column.end for column in self.header), default=0)
        amounts = sum(column.field in _AMOUNTS for column in self.header)
        short = [
            line
            for line in self.lines
            if line.kind == "ragged" and line.spots[-1].end < width - 1 and _may_have_slipped(line, amounts)
        ]
        message = "资金表里这一行的格数比表头少，有的数可能不在原来的栏目下，请核对"
        return [Problem(code="short", message=message, place=line.filled[0].cell.place) for line in short[:1]]

    @property
    def notes(self) -> list[str]:
        """Return what stands in the columns that have no place in the record: 得分计算方法：…"""
        asides: dict[str, list[str]] = {}
        shift = self._shift
        for line in self.lines:
            found = {id(spot.cell) for spot in _fields(line, self.header, shift).values()}
            for spot in line.filled:
                if id(spot.cell) in found or is_blank(spot.text) or headings.belongs(spot.text, "frame"):
                    continue
                name = next(
                    (n for start, end, n in self.names if start < spot.end - shift and end > spot.start - shift), "资金"
                )
                asides.setdefault(name, []).append(spot.text)
        return [f"{name}：{'、'.join(texts)}" for name, texts in asides.items()]

    @functools.cached_property
    def _shift(self) -> int:
        return _block_shift(self.lines, self.header) if any(line.kind == "ragged" for line in self.lines) else 0

    def finish(self) -> tuple[list[FundingRow], dict[str, Place], list[str]]:
        """Return the rows in printed order, the place of each value, and what was taken from the block's heading."""
        shift = self._shift
        rows: list[FundingRow] = []
        places: dict[str, Place] = {}
        for found in self.pairs:
            found = {name: spot for name, spot in found.items() if name != "other"}
            places |= {f"funding[{len(rows)}].{name}": spot.cell.place for name, spot in found.items()}
            rows.append(FundingRow(**{name: spot.text for name, spot in found.items()}))
        for index, line in enumerate(self.lines, len(rows)):
            found = _fields(line, self.header, shift)
            rows.append(FundingRow(**{name: spot.text for name, spot in found.items()}))
            blanks = {
                column.field: line.blank(column.start + shift, column.end + shift)
                for column in self.header
                if column.field != "other"
            }
            placed = {name: spot for name, spot in blanks.items() if spot} | found
            places |= {f"funding[{index}].{name}": spot.cell.place for name, spot in placed.items()}
        if not rows or self.side_weight is None:
            return rows, places, []
        places["funding[0].weight"] = self.side_weight.cell.place
        rows[0] = rows[0].model_copy(update={"weight": points_of(self.side_weight.text)})
        return rows, places, ["funding[0].weight"]


def _may_have_slipped(line: GridRow, amounts: int) -> bool:
    """Tell whether a short row holds dashes, or more figures than there are amounts: then it is no row cut at its end."""
    figures = [spot for spot in line.filled if _is_figure(spot.text)]
    return any(is_blank(spot.text) for spot in figures) or len(figures) > amounts


def _has_points(spot: Spot) -> bool:
    """Tell whether a side heading such as 预算执行情况(20分) gives the block's points."""
    return headings.belongs(spot.text, "frame") and points_of(spot.text) is not None


def _fields(line: GridRow, header: Sequence[Column], shift: int, moves_rates: bool = True) -> dict[str, Spot]:
    label = next((spot for spot in line.filled if _is_label(spot)), None) or _own_label(line)
    found = {"label": label} if label else {}
    spots = [spot for spot in line.filled if spot is not label and not headings.belongs(spot.text, "frame")]
    for spot in spots:
        column = _nearest(header, spot, shift)
        is_share = squeeze(spot.text).endswith(("%", "％"))
        if moves_rates and line.kind == "ragged" and is_share and "rate" not in found:
            column = next((other for other in header if other.field == "rate"), column)
        if column and column.field not in found:
            found[column.field] = spot
    return {name: spot for name, spot in found.items() if name != "other"}


def _named_once(row: GridRow, header: Sequence[Column]) -> GridRow:
    """Leave out a name that stands before every amount again: 其他 | 0 | 其他 | 0.

    In text the amount takes the place of the name that stands under its heading, or all that follows moves up.
    """
    label = row.filled[0]
    if not _is_repeated(label, row):
        return row
    has_room = any(after.start > before.end for before, after in itertools.pairwise(header))
    kept: list[Spot] = []
    gone = 0
    for before, spot in zip((None, *row.spots), row.spots, strict=False):
        back = gone if not has_room else int(before is not None and before.text == label.text)
        if spot is label or spot.text != label.text:
            kept.append(_moved(spot, back) if row.kind == "ragged" else spot)
        else:
            gone += 1
    return GridRow(row.kind, tuple(kept), row.carried)


def _moved(spot: Spot, back: int) -> Spot:
    return Spot(spot.text, replace(spot.cell, col=spot.start - back)) if back else spot


def _own_label(line: GridRow) -> Spot | None:
    """Return the name of a kind of money in words of its own: it stands before nothing but figures."""
    first = line.filled[0]
    figures = all(_is_figure(spot.text) for spot in line.filled[1:])
    return first if figures and not _is_figure(first.text) and not headings.belongs(first.text, "frame") else None


def _columns(row: GridRow) -> list[Column]:
    """Return the columns of a header; of two budgets the first is the one set first, unless that has a heading of its own."""
    named = [(headings.field_of(spot.text, "funding"), spot) for spot in row.filled]
    columns = [Column(name, spot.start, spot.end) for name, spot in named if name and name != "label"]
    if not any(column.field.endswith("budget") for column in columns):
        totals = [
            Column("full_year_budget", spot.start, spot.end) for name, spot in named[1:] if not name and _is_sum(spot)
        ]
        columns = sorted([*totals[:1], *columns], key=lambda column: column.start)
    budgets = [index for index, column in enumerate(columns) if column.field == "full_year_budget"]
    if len(budgets) > 1:
        first = columns[budgets[0]]
        has_initial = any(column.field == "initial_budget" for column in columns)
        columns[budgets[0]] = Column("other" if has_initial else "initial_budget", first.start, first.end)
    return columns


def _is_sum(spot: Spot) -> bool:
    """Tell whether a heading is 资金总额: beside what was spent it heads what there was to spend."""
    return "总额" in spot.text or "总金额" in spot.text


def _pairs(row: GridRow) -> dict[str, Spot]:
    """Return the amounts that stand beside headings in a row, where there are two or more; a share at its end is the rate."""
    filled = row.filled
    found: dict[str, Spot] = {}
    for spot, after in itertools.pairwise(filled):
        name = headings.field_of(spot.text, "funding")
        if name in ("initial_budget", "full_year_budget", "executed", "rate", "other") and _is_money_figure(after.text):
            found.setdefault(name, after)
    found |= _rate_at_end(filled, found)
    if len(found.keys() - {"other"}) < 2:
        return {}
    label = next((spot for spot in filled if _is_label(spot)), None)
    return {"label": label, **found} if label else found


def _rate_at_end(filled: Sequence[Spot], found: dict[str, Spot]) -> dict[str, Spot]:
    last = filled[-1] if filled else None
    is_rate = last and squeeze(last.text).endswith(("%", "％")) and _is_money_figure(last.text)
    return {"rate": last} if last and is_rate and "executed" in found and "rate" not in found else {}


def _named_pairs(row: GridRow, above: dict[str, Spot]) -> dict[str, Spot]:
    """Return the amounts of a kind of money that is named before each of them, in the order of the row above."""
    label = row.filled[0]
    amounts = [spot for spot in row.filled if _is_amount(spot.text)]
    names = [name for name in above if name not in ("label", "rate")]
    if len(amounts) != len(names) or not (_is_label(label) or _is_repeated(label, row)):
        return {}
    found = {"label": label, **dict(zip(names, amounts, strict=True))}
    return found | _rate_at_end(row.filled, found)


def _is_repeated(label: Spot, row: GridRow) -> bool:
    """Tell whether the name of a kind of money stands before every amount: 其他 | 0 | 其他 | 0."""
    return sum(spot.text == label.text for spot in row.filled) > 1 and not _is_money_figure(label.text)


def _is_amount(text: str) -> bool:
    return _is_money_figure(text) and not squeeze(text).endswith(("%", "％"))


def _is_money_figure(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d,.]+(?:%|％|万元|元|万|亿元)?", squeeze(text)))


def _is_label(spot: Spot) -> bool:
    named = headings.is_fund_row(spot.text) or headings.belongs(spot.text, "fund_total")
    return named and not _is_figure(spot.text) and not headings.belongs(spot.text, "frame")


def _nearest(header: Sequence[Column], spot: Spot, shift: int) -> Column | None:
    start, end = spot.start - shift, spot.end - shift
    over = [column for column in header if column.start < end and column.end > start]
    if len(over) < 2:
        return over[0] if over else None
    return max(over, key=lambda column: min(column.end, end) - max(column.start, start))


def _block_shift(lines: Sequence[GridRow], header: Sequence[Column]) -> int:
    """Choose how far a ragged block has slipped: the shift under which most cells suit their headings."""
    return max(_SHIFTS, key=lambda shift: (sum(_suits(line, header, shift) for line in lines), -abs(shift)))


def _suits(line: GridRow, header: Sequence[Column], shift: int) -> float:
    found = _fields(line, header, shift, moves_rates=False)
    score = -2.0 * sum(1 for spot in line.filled if spot not in found.values())
    for name, spot in found.items():
        text = squeeze(spot.text)
        if name == "rate":
            score += 2.0 if text.endswith(("%", "％")) else (0.0 if is_blank(text) else -1.0)
        elif text.endswith(("%", "％")):
            score -= 0.5 if name in ("weight", "score") and "rate" not in found else 2.0
        elif name in ("weight", "score"):
            score += 1.0 if is_blank(text) or re.fullmatch(r"\d{1,2}(\.\d+)?", text) else -2.0
    return score
