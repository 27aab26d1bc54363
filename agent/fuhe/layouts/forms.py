"""Grids to forms: every form of a document, its blocks read row by row on the wording of headings."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fuhe.layouts import headings
from fuhe.layouts.form_so_far import Builder, note_money_unit, read_context
from fuhe.layouts.funding_block import is_fund_header
from fuhe.layouts.goals import opens_goal
from fuhe.layouts.grid_rows import GridRow
from fuhe.layouts.header_block import block_at
from fuhe.layouts.heading_grammar import said
from fuhe.layouts.indicators import IndicatorBlock
from fuhe.layouts.label_pairs import is_total, read_pairs, read_totals
from fuhe.layouts.printed import printed
from fuhe.layouts.profiles import LayoutProfile
from fuhe.layouts.segments import Segment, head_field, is_monitoring, segments_of
from fuhe.layouts.settle import settle_levels
from fuhe.layouts.summary_table import SUMMARY, without_summaries
from fuhe.policy import simplify
from fuhe.readers.grid import Document
from fuhe.readings.levels import class_of, label, subclass_of
from fuhe.records import Form, FormType, FundingRow, Indicator, Problem, Record
from fuhe.text import squeeze

MONITORING = "是绩效运行监控表，不是自评表"


class Found(NamedTuple):
    """The forms of a document in printed order, and the tables left out since they are something else."""

    forms: tuple[Form, ...]
    left_out: tuple[Problem, ...]


def find_forms(document: Document, profile: LayoutProfile | None = None) -> Found:
    """Return every form of a document, and what only looks like one; a profile settles the columns it names."""
    own: list[Segment] = []
    document, summaries = without_summaries(document)
    left_out = [Problem(code="summary", message=f"这里{SUMMARY}，没有检查。", place=place) for place in summaries]
    for segment in segments_of(document):
        if is_monitoring(segment):
            place = segment.rows[0].filled[0].cell.place
            left_out.append(Problem(code="monitoring", message=f"这里{MONITORING}，没有检查。", place=place))
        else:
            own.append(segment)
    return Found(tuple(_read_form(segment, number, profile) for number, segment in enumerate(own, 1)), tuple(left_out))


def _read_form(segment: Segment, number: int, profile: LayoutProfile | None = None) -> Form:
    builder = Builder(notes=list(segment.notes), table=IndicatorBlock(profile=profile))
    title = read_context(builder, segment.context)
    _read_rows(builder, segment.rows)
    _put_goals(builder)
    funding, fund_places, fund_marks = builder.funds.finish()
    indicators, row_places, inferred, doubts = builder.table.finish()
    builder.notes += [*builder.funds.notes, *builder.table.notes]
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


def _put_goals(builder: Builder) -> None:
    builder.columns |= builder.goals.fields
    for name, spots in builder.goals.finish().items():
        builder.values[name] = "\n".join(spot.text for spot in spots)
        builder.places[name] = spots[0].cell.place
    builder.notes += builder.goals.left_over


def _record(builder: Builder, funding: Iterable[FundingRow], indicators: Iterable[Indicator]) -> Record:
    builder.values.setdefault("unit", builder.values.get("body"))
    kept = {name: builder.values.get(name) for name in Record.model_fields if name in builder.values}
    return Record(
        **kept,
        funding=tuple(funding),
        indicators=tuple(indicators),
        remarks=tuple(builder.remarks),
        notes=tuple(builder.notes),
    )


def _read_rows(builder: Builder, rows: Sequence[GridRow]) -> None:
    """Read the rows of a form in order; a header block is taken whole."""
    index = 0
    while index < len(rows):
        if rows[index].filled and (block := block_at(rows, index)):
            builder.goals.waiting = ()
            builder.funds.stop()
            builder.beside_funds = False
            builder.table.start(block, rows[:index])
            index += block.height
        else:
            if builder.table.open and _opens_section(rows[index : index + 2]):
                builder.table.stop()
            _read_row(builder, rows[index])
            index += 1


def _read_row(builder: Builder, row: GridRow) -> None:
    filled = row.filled
    if not filled:
        return
    if builder.table.open and not (_ends_table(row) or builder.goes_on_noting(filled)):
        builder.table.add(row)
    elif builder.table.started and is_total(row):
        read_totals(builder, row)
    elif is_fund_header(row):
        builder.goals.waiting = ()
        note_money_unit(builder, row)
        builder.beside_funds = bool(builder.funds.header)
        builder.funds.start(row)
    elif not _has_pairs(row) and builder.goals.takes_labels(row):
        builder.beside_funds = False
        builder.funds.stop()
    elif builder.funds.takes_pairs(row):
        pass
    elif _opens_texts(row):
        builder.in_texts = True
        builder.funds.stop()
    elif builder.funds.open and builder.funds.accepts(row):
        builder.funds.add(row)
    elif not _is_head(row) and not headings.is_remark(filled[0].text) and builder.goals.takes_texts(row):
        pass
    else:
        read_pairs(builder, row)


def _ends_table(row: GridRow) -> bool:
    first = row.filled[0].text
    if is_total(row) or headings.is_note(first) or all(headings.labels_itself(spot.text) for spot in row.filled):
        return True
    return headings.is_remark(first) and row.filled[0].start <= 1


def _opens_section(rows: Sequence[GridRow]) -> bool:
    """Tell whether funds or a further goal begin here, under a heading of their own or not: 年度目标2 | …, 预算执行情况."""
    first = rows[0].filled
    if not first or class_of(first[0].text) or subclass_of(first[0].text):
        return False
    if is_fund_header(rows[0]) or opens_goal(rows[0]):
        return True
    is_band = len(first) == 1 and bool(said(first[0].text).kinds) and len(rows) > 1 and bool(rows[1].filled)
    return is_band and (is_fund_header(rows[1]) or opens_goal(rows[1]))


def _opens_texts(row: GridRow) -> bool:
    """Tell whether a row heads a table of texts: 资金管理情况 | 情况说明 | 存在问题和改进措施."""
    roles = [said(spot.text).head for spot in row.filled]
    return roles[-1] == "why" and roles.count("why") > 1


def _has_pairs(row: GridRow) -> bool:
    """Tell whether the row belongs to the head of the form, or to what follows the tables."""
    return any(head_field(spot.text) in ("project", "body", "unit", "department") for spot in row.filled)


def _is_head(row: GridRow) -> bool:
    return any(head_field(spot.text) for spot in row.filled)


def _is_truncated(builder: Builder) -> bool:
    points = "weight" in builder.table.fields and bool(builder.table.lines)
    return points and not builder.totals_seen and not builder.values.get("total_score")


def _truncation(builder: Builder) -> Problem:
    place = builder.table.lines[-1].spots[0].cell.place
    return Problem(code="truncated", message="表格到此为止，没有读到总分行，可能不完整；合计类检查不做", place=place)


def _type_of(title: str | None, segment: Segment, builder: Builder) -> FormType:
    plain = squeeze(simplify(title or ""))
    labels = {label(spot.text) for row in segment.rows[:6] for spot in row.filled}
    if builder.table.fields and not builder.table.fields & {"actual", "score"}:
        return "target"
    if "部门整体" in plain or "整体支出" in plain or ("body" in builder.columns and not builder.values.get("project")):
        return "department"
    if "转移支付" in plain or labels & {"转移支付名称", "转移支付项目名称"}:
        return "transfer"
    return "project"
