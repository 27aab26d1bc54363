"""A document cut where its forms begin: the rows of each, and what was printed above it."""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fuhe.layouts import headings
from fuhe.layouts.funding_block import is_fund_header
from fuhe.layouts.goals import opens_goal
from fuhe.layouts.grid_rows import GridRow, Spot, rows_of
from fuhe.layouts.indicators import is_indicator_header
from fuhe.policy import simplify
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readings.levels import class_of
from fuhe.text import squeeze, tidy

TITLE = re.compile(r"绩效.*(表|报告)|(自评|评价|评分)表|(绩效|预算).{0,6}目标")
_MONITORING = re.compile(r"监控.{0,4}表")
_REMARK = re.compile(r"[(（]?(?:备注|.{0,10}(?:说明|来源|依据|调查|测评|样本))[:：].{6,}", re.DOTALL)
"""A line below a table that goes on about it: 备注：…, 满意度来源：问卷600份."""
LONGEST_TITLE = 60
NEXT_NOTE = re.compile(r"[(（]?(?:\d{1,2}|[一二三四五六七八九十])[)）]?[.．、]\D")
"""A line that counts on: 2.…, （3）、…"""
_LONGEST_ROW_NAME = 16
_MOST_GOALS = 12
_FIRST_ROWS = 3


@dataclass
class Segment:
    """The rows of one form, what was printed above it, and what has been met in it so far."""

    context: list[Spot]
    rows: list[GridRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_table: bool = False
    has_header: bool = False
    has_ended: bool = False

    def add(self, rows: Iterable[GridRow]) -> None:
        """Let the form go on with these rows."""
        for row in rows:
            self.rows.append(row)
            self.has_table = self.has_table or is_indicator_header(row)
            self.has_header = self.has_header or self.has_table or is_fund_header(row)
            self.has_ended = self.has_ended or bool(row.filled and headings.belongs(row.filled[0].text, "total"))


def is_monitoring(segment: Segment) -> bool:
    """Tell whether a table is filled in within the year: it has no actual values yet, only what is expected."""
    titles = [squeeze(simplify(spot.text)) for spot in segment.context]
    return any(
        _MONITORING.search(title) and "自评" not in title for title in titles if len(title) <= LONGEST_TITLE
    ) or any(headings.belongs(spot.text, "monitoring") for row in segment.rows for spot in row.filled)


def segments_of(document: Document) -> list[Segment]:
    segments: list[Segment] = []
    above: list[Spot] = []
    for block in document.blocks:
        if isinstance(block, Para):
            spot = _as_spot(block)
            if segments and _is_lone_row(spot, segments[-1]):
                segments[-1].add([GridRow("ragged", (spot,))])
            elif segments and _is_note(spot, segments[-1], above):
                segments[-1].notes.append(spot.text)
            elif spot.text:
                above.append(spot)
            continue
        above = _cut(block, above, segments)
    return [segment for segment in segments if segment.has_header]


def _is_note(spot: Spot, segment: Segment, above: Sequence[Spot]) -> bool:
    """Tell whether a line below a table is a note, a remark, or goes on with the note above it."""
    goes_on = segment.has_table and segment.notes and not above and NEXT_NOTE.match(spot.text)
    return headings.is_note(spot.text) or bool(goes_on) or bool(segment.has_ended and _REMARK.match(spot.text))


def _is_lone_row(spot: Spot, segment: Segment) -> bool:
    """Tell whether a line without cells is a row of the table around it: a kind of money without amounts, a class."""
    if segment.has_ended or len(spot.text) > _LONGEST_ROW_NAME:
        return False
    in_funds = segment.has_header and not segment.has_table and headings.is_fund_row(spot.text)
    return in_funds or bool(segment.has_table and class_of(spot.text))


def _as_spot(para: Para) -> Spot:
    return Spot(tidy(para.text), GridCell(0, 0, para.text, para.place))


def _cut(grid: Grid, above: list[Spot], segments: list[Segment]) -> list[Spot]:
    """Divide one grid at its anchors; return the paragraphs that still wait for a form."""
    pending: list[GridRow] = []
    started = False
    for row in rows_of(grid):
        if _is_anchor(row) and not (started and not segments[-1].has_header):
            pending = _leave_to_earlier_form(pending, above, segments)
            head = next((index for index, early in enumerate(pending) if _is_head(early)), len(pending))
            segments.append(
                _segment(above + [spot for early in pending[:head] for spot in early.filled], pending[head:])
            )
            above, pending, started = [], [], True
        elif is_title(row) and (not started or segments[-1].has_ended):
            pending.append(row)
            continue
        if started:
            segments[-1].add([*pending, row])
            pending = []
        else:
            pending.append(row)
    if started or not pending:
        return above
    if segments and _continues(pending, segments[-1]):
        segments[-1].add(pending)
        return []
    if any(is_indicator_header(row) for row in pending):
        top = next(index for index, row in enumerate(pending) if not is_title(row))
        segments.append(_segment(above + [spot for row in pending[:top] for spot in row.filled], pending[top:]))
        return []
    return above


def _leave_to_earlier_form(pending: list[GridRow], above: list[Spot], segments: list[Segment]) -> list[GridRow]:
    """Give rows with an indicator table that stand before this form to the form they end, cut off at its top."""
    if not any(is_indicator_header(row) for row in pending):
        return pending
    titles = [index for index, row in enumerate(pending) if is_title(row)]
    cut = titles[-1] if titles else len(pending)
    if segments and _continues(pending[:cut], segments[-1]):
        segments[-1].add(pending[:cut])
    else:
        segments.append(_segment(list(above), pending[:cut]))
        above.clear()
    return pending[cut:]


def _segment(context: list[Spot], rows: Iterable[GridRow]) -> Segment:
    made = Segment(context)
    made.add(rows)
    return made


def _is_anchor(row: GridRow) -> bool:
    """Tell whether a row opens a form: 项目名称, or 部门名称 in a form about a whole department; a row of headings does not."""
    opens = any(head_field(spot.text) in ("project", "body") for spot in row.filled[:2])
    return opens and sum(bool(headings.field_of(spot.text, "funding")) for spot in row.filled) < 2


def _is_head(row: GridRow) -> bool:
    """Tell whether a row of the head stands above the one that opens the form: 单位名称 | … | 主管部门 | …"""
    return len(row.filled) > 1 and any(head_field(spot.text) in ("unit", "department") for spot in row.filled)


@functools.lru_cache(maxsize=1 << 12)
def head_field(text: str) -> str | None:
    pair = headings.pair_in(text)
    return pair[0] if pair else headings.field_of(text, "head")


def is_title(row: GridRow) -> bool:
    filled = row.filled
    return (
        len(filled) == 1
        and len(filled[0].text) <= LONGEST_TITLE
        and bool(TITLE.search(squeeze(simplify(filled[0].text))))
    )


def _continues(rows: Sequence[GridRow], segment: Segment) -> bool:
    """Tell whether a table without an anchor belongs to the form before it: it repeats the header, or rows go on."""
    if any(is_indicator_header(row) for row in rows):
        return not segment.has_ended
    if not segment.has_table:
        return not segment.has_ended and any(_is_section(row) for row in rows[:_FIRST_ROWS])
    return not segment.has_ended or _are_goals(rows)


def _is_section(row: GridRow) -> bool:
    """Tell whether a row prints headings of funds or goals: a table of its own between the head and the indicators."""
    funds = sum(bool(headings.field_of(spot.text, "funding")) for spot in row.filled)
    return bool(row.filled) and (funds > 1 or opens_goal(row))


def _are_goals(rows: Sequence[GridRow]) -> bool:
    """Tell whether a table holds nothing but goal and outcome: these may stand below the total."""
    return len(rows) <= _MOST_GOALS and bool(rows[0].filled) and opens_goal(rows[0])
