"""Labels and their texts outside the tables: the head of the form, its total, remarks and notes."""

import re
from collections.abc import Sequence

from fuhe.layouts import headings
from fuhe.layouts.form_so_far import MONEY_UNIT, Builder, note_year
from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.layouts.segments import head_field
from fuhe.records import Problem, Remark
from fuhe.text import is_blank, squeeze

FIGURE = re.compile(r"\d+(\.\d+)?[分%％]?")


def read_pairs(builder: Builder, row: GridRow) -> None:
    """Read label–value pairs such as 主管部门 | … | 实施单位 | …; what is neither becomes a doubt or a remark."""
    spots = [spot for spot in row.spots if spot.text or row.kind == "spans"]
    used: set[int] = set()
    for index, spot in enumerate(spots):
        if index in used:
            continue
        if pair := headings.pair_in(spot.text):
            builder.put(pair[0], Spot(pair[1], spot.cell))
            note_year(builder, spot)
            if pair[0] == "other":
                builder.notes.append(spot.text)
            used.add(index)
            continue
        name = headings.field_of(spot.text, "head")
        if not name:
            continue
        used.add(index)
        at = next((i for i in range(index + 1, len(spots)) if spots[i].text), None)
        value = spots[at] if at is not None else None
        if at is None or value is None or head_field(value.text):
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
        if name == "other":
            builder.notes.append(f"{spot.text}：{value.text}")
    rest = [spot for index, spot in enumerate(spots) if index not in used and spot.text]
    rest = [spot for spot in rest if not _is_score_below(builder, spot)]
    if rest:
        _read_rest(builder, rest)


def _is_score_below(builder: Builder, spot: Spot) -> bool:
    """Take the form's score where it stands under its heading at the edge of the head."""
    above = builder.pending_score
    if above is None or spot.start >= above.end or spot.end <= above.start or not FIGURE.fullmatch(squeeze(spot.text)):
        return False
    builder.put("total_score", spot)
    builder.pending_score = None
    return True


def _read_rest(builder: Builder, rest: Sequence[Spot]) -> None:
    first, text = rest[0], "\n".join(spot.text for spot in rest[1:])
    if headings.is_note(first.text):
        builder.in_notes = True
        builder.notes.append("\n".join(spot.text for spot in rest))
    elif headings.is_remark(first.text):
        builder.places[f"remarks[{len(builder.remarks)}].text"] = rest[-1].cell.place
        builder.remarks.append(Remark(label=first.text, text=text or None))
    elif builder.table.started and is_total(GridRow("ragged", tuple(rest))):
        read_totals(builder, GridRow("ragged", tuple(rest)))
    elif _is_text_row(builder, rest):
        builder.places[f"remarks[{len(builder.remarks)}].text"] = rest[-1].cell.place
        builder.remarks.append(Remark(label=first.text, text=text or None))
    elif builder.totals_seen or builder.beside_funds or builder.goes_on_noting(rest):
        builder.notes.append("\n".join(spot.text for spot in rest))
    elif builder.funds.open and len(rest) == 1 and _is_sentence(first.text):
        builder.notes.append(first.text)
    elif _is_aside(builder, rest):
        builder.notes.append("：".join(spot.text for spot in rest))
    elif not headings.belongs(first.text, "frame") and not _only_marks(rest):
        builder.doubts.append(
            Problem(code="unplaced", message=f"这一行没有认出属于哪一栏：{_quoted(rest)}", place=first.cell.place)
        )


def _is_aside(builder: Builder, rest: Sequence[Spot]) -> bool:
    """Tell whether a row of the head is a label that nobody asks for and its text: 资金用途 | 苗木购置."""
    names, is_head = rest[0].text, not builder.table.started and not builder.funds.open
    return is_head and len(rest) == 2 and len(names) <= 8 and not FIGURE.search(names) and not _is_money(rest[1].text)


def _is_money(text: str) -> bool:
    return bool(FIGURE.fullmatch(squeeze(text))) or bool(MONEY_UNIT.search(text))


def _is_text_row(builder: Builder, rest: Sequence[Spot]) -> bool:
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
    text = "、".join(dict.fromkeys(spot.text.replace("\n", " ") for spot in rest))
    return f"“{text[:40]}{'…' if len(text) > 40 else ''}”"


def is_total(row: GridRow) -> bool:
    return headings.belongs(row.filled[0].text, "total")


def read_totals(builder: Builder, row: GridRow) -> None:
    """Read the 总分 row: two figures are weight and score; a single one goes to the nearer heading."""
    builder.totals_seen = True
    if builder.table.lines:
        builder.table.stop()
    builder.columns.update(name for name in ("weight", "score") if name in builder.table.fields)
    figures = [spot for spot in row.filled[1:] if FIGURE.fullmatch(squeeze(spot.text))]
    under = {builder.table.under(spot): spot for spot in figures}
    if "score" in under and (len(figures) > 2 or "weight" in under):
        for name in ("weight", "score"):
            builder.put(f"total_{name}", under.get(name))
    elif len(figures) >= 2:
        for name, spot in zip(_points_in_order(builder), figures, strict=False):
            builder.put(f"total_{name}", spot)
    elif figures:
        says_score = "得分" in row.filled[0].text or "自评" in row.filled[0].text
        builder.put("total_score" if says_score else f"total_{builder.table.nearer_points(figures[0])}", figures[0])
    for name in ("weight", "score"):
        if name in builder.table.fields:
            builder.columns.add(f"total_{name}")


def _points_in_order(builder: Builder) -> tuple[str, str]:
    """Return weight and score in the order of the table's columns."""
    fields = [column.field for column in builder.table.header if column.field in ("weight", "score")]
    return ("score", "weight") if fields == ["score", "weight"] else ("weight", "score")
