"""What has been read of one form so far: the first value of every field, its place, and what was doubted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fuhe.layouts import headings
from fuhe.layouts.funding_block import FundBlock
from fuhe.layouts.goals import GoalBlock
from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.layouts.indicators import IndicatorBlock
from fuhe.layouts.segments import LONGEST_TITLE, NEXT_NOTE, TITLE
from fuhe.policy import simplify
from fuhe.records import LABELS, Place, Problem, Remark
from fuhe.text import is_blank, squeeze

_YEAR = re.compile(r"(20\d\d)年(?:度|$|\)|）)|[(（](20\d\d)年?[)）]")
_CAPTION_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)(?=.*(?:项目|资金|绩效|自评|补助|支出))")
MONEY_UNIT = re.compile(r"(万元|亿元|千元|(?<![万亿千])元)")


@dataclass
class Builder:
    """What has been read of one form so far."""

    values: dict[str, str | None] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    doubts: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    funds: FundBlock = field(default_factory=FundBlock)
    table: IndicatorBlock = field(default_factory=IndicatorBlock)
    goals: GoalBlock = field(default_factory=GoalBlock)
    pending_score: Spot | None = None
    totals_seen: bool = False
    far: frozenset[str] = frozenset()
    in_texts: bool = False
    in_notes: bool = False
    beside_funds: bool = False

    def put(self, name: str, spot: Spot | None) -> None:
        """Keep the first value printed for a field, and mark that the layout has it."""
        name, is_far = ("department", True) if name == "far_department" else (name, False)
        self.columns.add(name)
        if spot is None or not spot.text:
            return
        if (before := self.values.get(name)) and (is_far or name not in self.far):
            self.note(name, spot.text)
            return
        self.values[name] = _bare_year(spot.text) if name == "year" else spot.text
        if before:
            self.note(name, before)
        self.places[name] = spot.cell.place
        self.far = self.far | {name} if is_far else self.far - {name}

    def goes_on_noting(self, spots: Sequence[Spot]) -> bool:
        """Tell whether a line goes on with the notes below the table: 注：1.… is followed by 2.…"""
        return self.in_notes and len(spots) == 1 and bool(NEXT_NOTE.match(spots[0].text))

    def note(self, name: str, text: str) -> None:
        """Keep among the notes what is printed a second time for a field and says something else."""
        if name in LABELS and squeeze(text) not in squeeze(self.values.get(name)) and not is_blank(text):
            self.notes.append(f"{LABELS[name]}：{text}")


def _bare_year(text: str) -> str:
    """Return 2024 for 2024年 and 2024年度; anything else as printed."""
    found = re.fullmatch(r"(20\d\d)年度?", squeeze(simplify(text)))
    return found[1] if found else text


def read_context(builder: Builder, context: Sequence[Spot]) -> str | None:
    """Read title, year and money unit printed above the table; return the title."""
    title = None
    for spot in context:
        plain = squeeze(simplify(spot.text))
        if pair := headings.pair_in(spot.text):
            builder.put(pair[0], Spot(pair[1], spot.cell))
        if len(plain) <= 80 and TITLE.search(plain):
            title = spot.text
            builder.columns.add("title")
        note_year(builder, spot)
        if "单位" in plain and (found := MONEY_UNIT.search(plain)):
            builder.values.setdefault("fund_unit", found[1])
    _guess_year(builder, context)
    return title


def note_year(builder: Builder, spot: Spot) -> None:
    if found := _YEAR.search(squeeze(simplify(spot.text))):
        builder.values["year"], builder.places["year"] = found[1] or found[2], spot.cell.place
        builder.columns.add("year")


def _guess_year(builder: Builder, context: Sequence[Spot]) -> None:
    """Take the year of a caption such as 2023年…资金使用情况 where no line says 年度; a date is no year of a form."""
    if "year" in builder.values:
        return
    for spot in context[:6]:
        plain = squeeze(simplify(spot.text))
        if len(plain) <= LONGEST_TITLE and (found := _CAPTION_YEAR.search(plain)):
            builder.values["year"], builder.places["year"] = found[1], spot.cell.place
            builder.columns.add("year")
            return


def note_money_unit(builder: Builder, row: GridRow) -> None:
    for spot in (*row.carried, *row.filled):
        if (found := MONEY_UNIT.search(squeeze(simplify(spot.text)))) and "fund_unit" not in builder.values:
            builder.values["fund_unit"], builder.places["fund_unit"] = found[1], spot.cell.place
