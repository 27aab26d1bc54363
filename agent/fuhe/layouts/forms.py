"""Grids to forms: find where each form starts, then read its blocks row by row on the wording of headings."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fuhe.layouts import headings
from fuhe.layouts.funding_block import FundBlock, is_fund_header
from fuhe.layouts.goals import GoalBlock
from fuhe.layouts.header_block import block_at
from fuhe.layouts.heading_words import said
from fuhe.layouts.indicators import IndicatorBlock, is_indicator_header
from fuhe.layouts.printed import printed
from fuhe.layouts.profiles import LayoutProfile
from fuhe.layouts.rows import Row, Spot, rows_of
from fuhe.layouts.settle import settle_levels
from fuhe.policy import simplify
from fuhe.readers.grid import Cell, Document, Grid, Para
from fuhe.readings.levels import label
from fuhe.records import Form, FormType, FundingRow, Indicator, Place, Problem, Record, Remark
from fuhe.text import is_blank, squeeze, tidy

_YEAR = re.compile(r"(20\d\d)年(?:度|$|\)|）)|[(（](20\d\d)年?[)）]")
_CAPTION_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)(?=.*(?:项目|资金|绩效|自评|补助|支出))")
_TITLE = re.compile(r"绩效.*(表|报告)|(自评|评价|评分)表|(绩效|预算).{0,6}目标")
_MONITORING = re.compile(r"监控.{0,4}表")
_REMARK = re.compile(r"[(（]?(?:备注|.{0,10}(?:说明|来源|依据|调查|测评|样本))[:：].{6,}", re.DOTALL)
"""A line below a table that goes on about it: 备注：…, 满意度来源：问卷600份."""
_LONGEST_TITLE = 60
MONITORING = "是绩效运行监控表，不是自评表"
_FIGURE = re.compile(r"\d+(\.\d+)?分?")
_MONEY_UNIT = re.compile(r"(万元|亿元|千元|(?<![万亿千])元)")


@dataclass
class _Segment:
    """The rows of one form, what was printed above it, and what has been met in it so far."""

    context: list[Spot]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_table: bool = False
    has_header: bool = False
    has_ended: bool = False

    def add(self, rows: Iterable[Row]) -> None:
        """Let the form go on with these rows."""
        for row in rows:
            self.rows.append(row)
            self.has_table = self.has_table or is_indicator_header(row)
            self.has_header = self.has_header or self.has_table or is_fund_header(row)
            self.has_ended = self.has_ended or bool(row.filled and headings.belongs(row.filled[0].text, "total"))


class Found(NamedTuple):
    """The forms of a document in printed order, and the tables left out since they are something else."""

    forms: tuple[Form, ...]
    left_out: tuple[Problem, ...]


def find_forms(document: Document, profile: LayoutProfile | None = None) -> Found:
    """Return every form of a document, and what only looks like one; a profile settles the columns it names."""
    own: list[_Segment] = []
    left_out: list[Problem] = []
    for segment in _segments(document):
        if _is_monitoring(segment):
            place = segment.rows[0].filled[0].cell.place
            left_out.append(Problem(code="monitoring", message=f"这里{MONITORING}，没有检查。", place=place))
        else:
            own.append(segment)
    return Found(tuple(_read_form(segment, number, profile) for number, segment in enumerate(own, 1)), tuple(left_out))


def _is_monitoring(segment: _Segment) -> bool:
    """Tell whether a table is filled in within the year: it has no actual values yet, only what is expected."""
    titles = [squeeze(simplify(spot.text)) for spot in segment.context]
    return any(
        _MONITORING.search(title) and "自评" not in title for title in titles if len(title) <= _LONGEST_TITLE
    ) or any(headings.belongs(spot.text, "monitoring") for row in segment.rows for spot in row.filled)


def _segments(document: Document) -> list[_Segment]:
    segments: list[_Segment] = []
    above: list[Spot] = []
    for block in document.blocks:
        if isinstance(block, Para):
            spot = _as_spot(block)
            if segments and (headings.is_note(spot.text) or (segments[-1].has_ended and _REMARK.match(spot.text))):
                segments[-1].notes.append(spot.text)
            elif spot.text:
                above.append(spot)
            continue
        above = _cut(block, above, segments)
    return [segment for segment in segments if segment.has_header]


def _as_spot(para: Para) -> Spot:
    return Spot(tidy(para.text), Cell(0, 0, para.text, para.place))


def _cut(grid: Grid, above: list[Spot], segments: list[_Segment]) -> list[Spot]:
    """Divide one grid at its anchors; return the paragraphs that still wait for a form."""
    pending: list[Row] = []
    started = False
    for row in rows_of(grid):
        if _is_anchor(row) and not (started and not segments[-1].has_header):
            pending = _leave_to_earlier_form(pending, above, segments)
            context = above + [spot for early in pending for spot in early.filled]
            segments.append(_Segment(context))
            above, pending, started = [], [], True
        elif _is_title(row) and (not started or segments[-1].has_ended):
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
    elif any(is_indicator_header(row) for row in pending):
        top = next(index for index, row in enumerate(pending) if not _is_title(row))
        segments.append(_segment(above + [spot for row in pending[:top] for spot in row.filled], pending[top:]))
        return []
    return above


def _leave_to_earlier_form(pending: list[Row], above: list[Spot], segments: list[_Segment]) -> list[Row]:
    """Give rows with an indicator table that stand before this form to the form they end, cut off at its top."""
    if not any(is_indicator_header(row) for row in pending):
        return pending
    titles = [index for index, row in enumerate(pending) if _is_title(row)]
    cut = titles[-1] if titles else len(pending)
    if segments and _continues(pending[:cut], segments[-1]):
        segments[-1].add(pending[:cut])
    else:
        segments.append(_segment(list(above), pending[:cut]))
        above.clear()
    return pending[cut:]


def _segment(context: list[Spot], rows: Iterable[Row]) -> _Segment:
    made = _Segment(context)
    made.add(rows)
    return made


def _is_anchor(row: Row) -> bool:
    """Tell whether a row opens a form: 项目名称, or 部门名称 in a form about a whole department."""
    return any(_head_field(spot.text) in ("project", "body") for spot in row.filled[:2])


def _head_field(text: str) -> str | None:
    pair = headings.pair_in(text)
    return pair[0] if pair else headings.field_of(text, "head")


def _is_title(row: Row) -> bool:
    filled = row.filled
    return (
        len(filled) == 1
        and len(filled[0].text) <= _LONGEST_TITLE
        and bool(_TITLE.search(squeeze(simplify(filled[0].text))))
    )


def _continues(rows: Sequence[Row], segment: _Segment) -> bool:
    """Tell whether a table without an anchor belongs to the form before it: it repeats the header, or rows go on."""
    if any(is_indicator_header(row) for row in rows):
        return not segment.has_ended
    return segment.has_table and not segment.has_ended


@dataclass
class _Builder:
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

    def put(self, name: str, spot: Spot | None) -> None:
        """Keep the first value printed for a field, and mark that the layout has it."""
        name, is_far = ("department", True) if name == "far_department" else (name, False)
        self.columns.add(name)
        if spot is None or not spot.text or (self.values.get(name) and (is_far or name not in self.far)):
            return
        self.values[name] = spot.text
        self.places[name] = spot.cell.place
        self.far = self.far | {name} if is_far else self.far - {name}


def _read_form(segment: _Segment, number: int, profile: LayoutProfile | None = None) -> Form:
    builder = _Builder(notes=list(segment.notes), table=IndicatorBlock(profile=profile))
    title = _read_context(builder, segment.context)
    _read_rows(builder, segment.rows)
    _put_goals(builder)
    funding, fund_places, fund_marks = builder.funds.finish()
    indicators, row_places, inferred, doubts = builder.table.finish()
    indicators, level_marks = settle_levels(indicators)
    builder.places |= fund_places | row_places
    builder.doubts.extend([*builder.funds.doubts, *doubts])
    truncated = _is_truncated(builder)
    if truncated:
        builder.doubts.insert(0, _truncation(builder))
    return Form(
        id=str(number),
        title=title,
        form_type=_type_of(title, segment, builder),
        truncated=truncated,
        record=_record(builder, funding, indicators),
        places=builder.places,
        inferred=tuple(dict.fromkeys([*fund_marks, *inferred, *level_marks])),
        columns=frozenset(builder.columns | builder.funds.columns | builder.table.fields),
        doubts=tuple(builder.doubts),
        cells=printed(segment.rows),
    )


def _put_goals(builder: _Builder) -> None:
    builder.columns |= builder.goals.fields
    for name, spots in builder.goals.finish().items():
        builder.values[name] = "\n".join(spot.text for spot in spots)
        builder.places[name] = spots[0].cell.place


def _record(builder: _Builder, funding: Iterable[FundingRow], indicators: Iterable[Indicator]) -> Record:
    builder.values.setdefault("unit", builder.values.get("body"))
    kept = {name: builder.values.get(name) for name in Record.model_fields if name in builder.values}
    return Record(
        **kept,
        funding=tuple(funding),
        indicators=tuple(indicators),
        remarks=tuple(builder.remarks),
        notes=tuple(builder.notes),
    )


def _read_context(builder: _Builder, context: Sequence[Spot]) -> str | None:
    """Read title, year and money unit printed above the table; return the title."""
    title = None
    for spot in context:
        plain = squeeze(simplify(spot.text))
        if pair := headings.pair_in(spot.text):
            builder.put(pair[0], Spot(pair[1], spot.cell))
        if len(plain) <= 80 and _TITLE.search(plain):
            title = spot.text
            builder.columns.add("title")
        _note_year(builder, spot)
        if "单位" in plain and (found := _MONEY_UNIT.search(plain)):
            builder.values.setdefault("fund_unit", found[1])
    _guess_year(builder, context)
    return title


def _note_year(builder: _Builder, spot: Spot) -> None:
    if found := _YEAR.search(squeeze(simplify(spot.text))):
        builder.values["year"], builder.places["year"] = found[1] or found[2], spot.cell.place
        builder.columns.add("year")


def _guess_year(builder: _Builder, context: Sequence[Spot]) -> None:
    """Take the year of a caption such as 2023年…资金使用情况 where no line says 年度; a date is no year of a form."""
    if "year" in builder.values:
        return
    for spot in context[:6]:
        plain = squeeze(simplify(spot.text))
        if len(plain) <= _LONGEST_TITLE and (found := _CAPTION_YEAR.search(plain)):
            builder.values["year"], builder.places["year"] = found[1], spot.cell.place
            builder.columns.add("year")
            return


def _read_rows(builder: _Builder, rows: Sequence[Row]) -> None:
    """Read the rows of a form in order; a header block is taken whole."""
    index = 0
    while index < len(rows):
        if rows[index].filled and (block := block_at(rows, index)):
            builder.goals.waiting = ()
            builder.funds.stop()
            builder.table.start(block, rows[:index])
            index += block.height
        else:
            _read_row(builder, rows[index])
            index += 1


def _read_row(builder: _Builder, row: Row) -> None:
    filled = row.filled
    if not filled:
        return
    if builder.table.started and not builder.totals_seen and not _ends_table(row):
        builder.table.add(row)
    elif builder.table.started and _is_total(row):
        _read_totals(builder, row)
    elif is_fund_header(row):
        builder.goals.waiting = ()
        _note_money_unit(builder, row)
        builder.funds.start(row)
    elif not _has_pairs(row) and builder.goals.takes_labels(row):
        builder.funds.stop()
    elif builder.funds.takes_pairs(row):
        pass
    elif _opens_texts(row):
        builder.in_texts = True
        builder.funds.stop()
    elif builder.funds.open and builder.funds.accepts(row):
        builder.funds.add(row)
    elif not _is_head(row) and not headings.belongs(filled[0].text, "remarks") and builder.goals.takes_texts(row):
        pass
    else:
        _read_pairs(builder, row)


def _is_total(row: Row) -> bool:
    return headings.belongs(row.filled[0].text, "total")


def _ends_table(row: Row) -> bool:
    first = row.filled[0].text
    if _is_total(row) or headings.is_note(first):
        return True
    return headings.belongs(first, "remarks") and row.filled[0].start <= 1


def _opens_texts(row: Row) -> bool:
    """Tell whether a row heads a table of texts: 资金管理情况 | 情况说明 | 存在问题和改进措施."""
    roles = [said(spot.text).head for spot in row.filled]
    return roles[-1] == "why" and roles.count("why") > 1


def _has_pairs(row: Row) -> bool:
    """Tell whether the row belongs to the head of the form, or to what follows the tables."""
    return any(_head_field(spot.text) in ("project", "body", "unit", "department") for spot in row.filled)


def _note_money_unit(builder: _Builder, row: Row) -> None:
    for spot in (*row.carried, *row.filled):
        if (found := _MONEY_UNIT.search(squeeze(simplify(spot.text)))) and "fund_unit" not in builder.values:
            builder.values["fund_unit"], builder.places["fund_unit"] = found[1], spot.cell.place


def _is_head(row: Row) -> bool:
    return any(_head_field(spot.text) for spot in row.filled)


def _read_pairs(builder: _Builder, row: Row) -> None:
    """Read label–value pairs such as 主管部门 | … | 实施单位 | …; what is neither becomes a doubt or a remark."""
    spots = [spot for spot in row.spots if spot.text or row.kind == "spans"]
    used: set[int] = set()
    for index, spot in enumerate(spots):
        if index in used:
            continue
        if pair := headings.pair_in(spot.text):
            builder.put(pair[0], Spot(pair[1], spot.cell))
            _note_year(builder, spot)
            used.add(index)
            continue
        name = headings.field_of(spot.text, "head")
        if not name:
            continue
        used.add(index)
        at = next((i for i in range(index + 1, len(spots)) if spots[i].text), None)
        value = spots[at] if at is not None else None
        if at is None or value is None or _head_field(value.text):
            builder.put(
                name,
                spots[index + 1]
                if row.kind == "spans" and index + 1 < len(spots) and not spots[index + 1].text
                else None,
            )
            builder.pending_score = spot if name == "total_score" and at is None else builder.pending_score
            continue
        used.add(at)
        builder.put(name, value)
    rest = [spot for index, spot in enumerate(spots) if index not in used and spot.text]
    rest = [spot for spot in rest if not _is_score_below(builder, spot)]
    if rest:
        _read_rest(builder, rest)


def _is_score_below(builder: _Builder, spot: Spot) -> bool:
    """Take the form's score where it stands under its heading at the edge of the head."""
    above = builder.pending_score
    if above is None or spot.start >= above.end or spot.end <= above.start or not _FIGURE.fullmatch(squeeze(spot.text)):
        return False
    builder.put("total_score", spot)
    builder.pending_score = None
    return True


def _read_rest(builder: _Builder, rest: Sequence[Spot]) -> None:
    first, text = rest[0], "\n".join(spot.text for spot in rest[1:])
    if headings.is_note(first.text):
        builder.notes.append("\n".join(spot.text for spot in rest))
    elif headings.belongs(first.text, "remarks"):
        builder.places[f"remarks[{len(builder.remarks)}].text"] = rest[-1].cell.place
        builder.remarks.append(Remark(label=first.text, text=text or None))
    elif builder.table.started and _is_total(Row("ragged", tuple(rest))):
        _read_totals(builder, Row("ragged", tuple(rest)))
    elif _is_text_row(builder, rest):
        builder.places[f"remarks[{len(builder.remarks)}].text"] = rest[-1].cell.place
        builder.remarks.append(Remark(label=first.text, text=text or None))
    elif builder.totals_seen:
        builder.notes.append("\n".join(spot.text for spot in rest))
    elif builder.funds.open and len(rest) == 1 and _is_sentence(first.text):
        builder.notes.append(first.text)
    elif _is_aside(builder, rest):
        builder.notes.append("：".join(spot.text for spot in rest))
    elif not headings.belongs(first.text, "frame") and not _only_marks(rest):
        builder.doubts.append(
            Problem(code="unplaced", message=f"这一行没有认出属于哪一栏：{_quoted(rest)}", place=first.cell.place)
        )


def _is_aside(builder: _Builder, rest: Sequence[Spot]) -> bool:
    """Tell whether a row of the head is a label that nobody asks for and its text: 资金用途 | 苗木购置."""
    names, is_head = rest[0].text, not builder.table.started and not builder.funds.open
    return is_head and len(rest) == 2 and len(names) <= 8 and not _FIGURE.search(names) and not _is_money(rest[1].text)


def _is_money(text: str) -> bool:
    return bool(_FIGURE.fullmatch(squeeze(text))) or bool(_MONEY_UNIT.search(text))


def _is_text_row(builder: _Builder, rest: Sequence[Spot]) -> bool:
    """Tell whether a row is a label and its text: below the total, or in a table of texts where some stay empty."""
    if len(rest[0].text) > 20:
        return False
    return builder.in_texts or (builder.totals_seen and len(rest) > 1)


def _is_sentence(text: str) -> bool:
    """Tell whether a line among the amounts is a remark on them: （结余9万元，已交回财政。）."""
    return len(text) >= 12 and bool(re.search(r"[，。；：,;:]", text)) and bool(re.search(r"\d", text))


def _only_marks(rest: Sequence[Spot]) -> bool:
    return all(is_blank(spot.text) or headings.field_of(spot.text, "funding") for spot in rest)


def _quoted(rest: Sequence[Spot]) -> str:
    text = "｜".join(spot.text.replace("\n", " ") for spot in rest)
    return f"“{text[:40]}{'…' if len(text) > 40 else ''}”"


def _read_totals(builder: _Builder, row: Row) -> None:
    """Read the 总分 row: two figures are weight and score; a single one goes to the nearer heading."""
    builder.totals_seen = True
    builder.columns.update(name for name in ("weight", "score") if name in builder.table.fields)
    figures = [spot for spot in row.filled[1:] if _FIGURE.fullmatch(squeeze(spot.text))]
    under = {builder.table.under(spot): spot for spot in figures}
    if len(figures) > 2 and "score" in under:
        for name in ("weight", "score"):
            builder.put(f"total_{name}", under.get(name))
    elif len(figures) >= 2:
        builder.put("total_weight", figures[0])
        builder.put("total_score", figures[1])
    elif figures:
        says_score = "得分" in row.filled[0].text or "自评" in row.filled[0].text
        builder.put("total_score" if says_score else f"total_{builder.table.nearer_points(figures[0])}", figures[0])
    for name in ("weight", "score"):
        if name in builder.table.fields:
            builder.columns.add(f"total_{name}")


def _is_truncated(builder: _Builder) -> bool:
    points = "weight" in builder.table.fields and bool(builder.table.lines)
    return points and not builder.totals_seen and not builder.values.get("total_score")


def _truncation(builder: _Builder) -> Problem:
    place = builder.table.lines[-1].spots[0].cell.place
    return Problem(code="truncated", message="表格到此为止，没有读到总分行，可能不完整；合计类检查不做", place=place)


def _type_of(title: str | None, segment: _Segment, builder: _Builder) -> FormType:
    plain = squeeze(simplify(title or ""))
    labels = {label(spot.text) for row in segment.rows[:6] for spot in row.filled}
    if builder.table.fields and not builder.table.fields & {"actual", "score"}:
        return "target"
    if "部门整体" in plain or "整体支出" in plain or ("body" in builder.columns and not builder.values.get("project")):
        return "department"
    if "转移支付" in plain or labels & {"转移支付名称", "转移支付项目名称"}:
        return "transfer"
    return "project"
