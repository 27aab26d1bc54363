"""The indicator table: its header, its scored rows, and what could not be placed in them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fuhe.layouts import headings
from fuhe.layouts.align import Column, Fit, RowPiece, align, under_headings
from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.layouts.header_block import HeaderBlock, Heading, prints_levels
from fuhe.layouts.heading_grammar import indicator_role
from fuhe.layouts.profiles import Applied, LayoutProfile, apply
from fuhe.layouts.solving import solve
from fuhe.policy import simplify
from fuhe.readings.levels import PARENT, class_of, label, points_of, subclass_of
from fuhe.records import LABELS, Indicator, Place, Problem
from fuhe.text import is_blank, squeeze

_BARE_NUMBER = re.compile(r"指标\d*[::]?")
_SUBTOTAL = re.compile(r"(.*?)(?:得分|分值)?(?:小计|分计|(?<=指标)合计)(?:得分|分值)?")
_POINTS_ALONE = re.compile(r"\d+(?:\.\d+)?分?")
_TEXT_FIELDS = ("level1", "level2", "name", "target", "actual", "reason", "last_actual", "scoring_rule", "evidence")
_NOT_KEPT = ("nature", "measure", "actual_measure", "adjusted_target", "rate", "other", "side", "gap")
_LEVELS_AND_NAME = ("level1", "level2", "name")
_SCORED = ("name", "target", "actual", "weight", "score")
_EXPECTED = {name: LABELS[name] for name in _SCORED} | {
    "nature": "指标性质",
    "measure": "度量单位",
    "adjusted_target": "调整后指标值",
    "rate": "完成率或系数",
}
_BESIDE_VALUES = ("nature", "measure", "actual_measure", "adjusted_target")
_UNNAMED = {"other", "side", "gap"}
_OPERATOR = re.compile(r"[≥≤><=≧≦⩾⩽═]+|大于等于|小于等于|大于|小于|等于|不低于|不高于|不少于|不超过")


def is_indicator_header(row: GridRow) -> bool:
    """Tell whether a row prints the levels of indicators."""
    return prints_levels(row)


@dataclass
class IndicatorBlock:
    """The indicator rows read so far; a repeated header on a later page replaces the columns."""

    block: HeaderBlock | None = None
    open: bool = False
    lines: list[GridRow] = field(default_factory=list)
    blocks: list[HeaderBlock] = field(default_factory=list)
    above: tuple[GridRow, ...] = ()
    profile: LayoutProfile | None = None
    asides: dict[str, list[str]] = field(default_factory=dict)
    _solved: dict[int, tuple[tuple[Column, ...], list[Problem]]] = field(default_factory=dict)

    @property
    def started(self) -> bool:
        """Whether the header has been met."""
        return self.block is not None

    @property
    def fields(self) -> set[str]:
        """The fields whose heading the table prints."""
        blocks = {id(block): block for block in (*self.blocks, *([self.block] if self.block else []))}
        return {column.field for block in blocks.values() for column in self.columns(block)} - _UNNAMED

    @property
    def header(self) -> tuple[Column, ...]:
        """The columns of the header that holds now."""
        return self.columns(self.block) if self.block else ()

    def start(self, block: HeaderBlock, above: Sequence[GridRow] = ()) -> None:
        """Take a header block and the rows of the form above it."""
        self.block, self.above, self.open = block, tuple(above), True

    def stop(self) -> None:
        """End the rows: the total is printed below them, or another section begins; a further header opens them again."""
        self.open = False

    def add(self, row: GridRow) -> None:
        """Keep a row together with the header it stands under."""
        if self.block:
            self.lines.append(row)
            self.blocks.append(self.block)
            self._solved.pop(id(self.block), None)

    def columns(self, block: HeaderBlock) -> tuple[Column, ...]:
        """Solve the columns of a header with the rows that stand under it."""
        if id(block) not in self._solved:
            lines = [line for line, own in zip(self.lines, self.blocks, strict=True) if own is block]
            self._solved[id(block)] = _solved_columns(block, lines, self.above, self.profile)
        return self._solved[id(block)][0]

    def nearer_points(self, spot: Spot) -> str:
        """Tell whether a lone figure of the total row stands nearer to 分值 or to 得分."""
        points = [column for column in self.header if column.field in ("weight", "score")]
        nearest = min(points, key=lambda column: column.distance(spot.start, spot.end), default=None)
        return nearest.field if nearest else "score"

    def under(self, spot: Spot) -> str | None:
        """Return the field of the column a cell below the table stands under."""
        return next((c.field for c in self.header if c.start < spot.end and c.end > spot.start), None)

    @property
    def notes(self) -> list[str]:
        """Return what the columns hold that have no place in the record, a line for each: 完成率：98%、100%."""
        return [f"{name}：{'、'.join(texts)}" for name, texts in self.asides.items()]

    def _set_aside(self, name: str, texts: Iterable[str]) -> None:
        """Keep for the notes what the record has no place for, under its heading."""
        if filled := [text for text in texts if not is_blank(text)]:
            self.asides.setdefault(" ".join(name.split()), []).extend(filled)

    def _set_aside_row(self, texts: Sequence[str]) -> None:
        if texts:
            self._set_aside(texts[0], texts[1:] or ["（无）"])

    def finish(self) -> tuple[list[Indicator], dict[str, Place], list[str], list[Problem]]:
        """Return the rows in use, the place of each value, inherited levels, and a doubt for each cell left over."""
        indicators: list[Indicator] = []
        places: dict[str, Place] = {}
        inferred: list[str] = []
        doubts: list[Problem] = []
        levels: dict[str, Spot] = {}
        placed: list[tuple[GridRow, frozenset[str], bool]] = []
        classes = _printed_classes(self.lines)
        in_place = _keeps_blanks(self.lines, self.header)
        for line, block in zip(self.lines, self.blocks, strict=True):
            if _is_subtotal(line):
                self._set_aside_row([spot.text for spot in line.filled])
                continue
            header = self.columns(block)
            if _heads_class(line, header):
                levels = {"level1": line.filled[0]}
                continue
            row = _place(line, header, in_place)
            found = row.found
            own = [spot.text for name, spot in found.items() if name != "level1"]
            levels, inherited = _inherit(found, levels, classes)
            doubts.extend(_doubt(spot) for spot in row.left)
            if not _in_use(found):
                self._set_aside("没有填写的指标", own)
                continue
            path = f"indicators[{len(indicators)}]"
            placed.append((line, frozenset(found) | {column.field for column, _ in row.aside}, row.is_sure))
            kept = {name: spot for name, spot in found.items() if name not in _NOT_KEPT}
            indicators.append(Indicator(**_texts(found, kept)))
            if "name" not in found:
                doubts.extend(_doubt(spot) for _, spot in row.aside if _may_be_name(spot.text))
            for column, spot in [*row.aside, *_not_joined(found, indicators[-1], header)]:
                self._set_aside(_heading_over(column, block), [spot.text])
            places |= {f"{path}.{name}": spot.cell.place for name, spot in (_blanks(line, header) | kept).items()}
            inferred.extend(f"{path}.{name}" for name in inherited)
        heads = [doubt for _, found_doubts in self._solved.values() for doubt in found_doubts]
        printed = self.fields
        empty = [name for name in _SCORED if name in printed and not any(getattr(row, name) for row in indicators)]
        moved = next((line for line, _, sure in placed if not sure), None)
        if empty and moved:
            message = (
                f"有{'、'.join(LABELS[name] for name in empty)}一栏，但一格也没有读到；各行的格子按内容对栏，请核对"
            )
            heads.append(Problem(code="lacking", message=message, place=moved.filled[0].cell.place))
        heads += _points_in_words(indicators, places)
        return indicators, places, inferred, [*heads, *_lacking(placed), *doubts]


def _points_in_words(rows: Sequence[Indicator], places: dict[str, Place]) -> list[Problem]:
    """Doubt the first weight or score that is no number: its cell may belong under another heading."""
    for index, row in enumerate(rows):
        for name, printed in (("weight", row.weight), ("score", row.score)):
            text = squeeze(printed)
            if not _POINTS_ALONE.fullmatch(text) and not is_blank(text) and text[0] not in "#=":
                message = f"“{(row.name or '')[:20]}”一行的{LABELS[name]}是“{text[:12]}”，不像分数，请核对对栏"
                return [Problem(code="points", message=message, place=places.get(f"indicators[{index}].{name}"))]
    return []


def _may_be_name(text: str) -> bool:
    """Tell whether a cell of a column that is not kept reads as what its row is about."""
    return len(text) >= 3 and not any(char.isdigit() for char in text)


def _solved_columns(
    block: HeaderBlock, lines: Sequence[GridRow], above: Sequence[GridRow], profile: LayoutProfile | None
) -> tuple[tuple[Column, ...], list[Problem]]:
    headings = tuple(_upright(heading, above) for heading in block.headings)
    texts = [[_under(line, heading) for line in lines] for heading in headings]
    applied = apply(profile, headings, texts) if profile else Applied({}, ())
    solved = solve(headings, texts, applied.roles)
    loose = _own_levels(lines)
    columns = [Column(role, h.start, h.end, role in loose) for role, h in zip(solved.roles, headings, strict=True)]
    problems = [
        Problem(code="column", message=f"{message}，请核对", place=headings[index].spot.cell.place)
        for index, message in solved.doubts
    ]
    place = headings[0].spot.cell.place
    problems += [
        Problem(code="profile", message=f"{fault}，请核对{_named(profile)}", place=place) for fault in applied.faults
    ]
    kind = lines[0].kind if lines else "ragged"
    return tuple(_with_gaps(columns) if kind == "spans" else columns), problems


def _named(profile: LayoutProfile | None) -> str:
    return f"栏目对照（{profile.name}）" if profile else "栏目对照"


def _own_levels(lines: Sequence[GridRow]) -> frozenset[str]:
    """Return the levels that this table prints in words of its own, such as 履职效能: none of its cells is a known class."""
    rows = [{spot.text for spot in (*line.filled, *line.carried) if spot.text} for line in lines]
    own_first = not any(class_of(text) for row in rows for text in row)
    known = sum(any(map(subclass_of, row)) for row in rows)
    own_second = not known or (own_first and known * 2 < len(rows))
    return frozenset(level for level, own in (("level1", own_first), ("level2", own_second)) if own)


def _upright(heading: Heading, above: Sequence[GridRow]) -> Heading:
    """Let a column whose header prints only points stand under the heading at its edge further up: 自评得分, 100, 20, 50."""
    if not _POINTS_ALONE.fullmatch(squeeze(heading.path[-1])):
        return heading
    for row in reversed(above):
        for spot in row.filled:
            if (
                spot.start < heading.end
                and spot.end > heading.start
                and not _POINTS_ALONE.fullmatch(squeeze(spot.text))
            ):
                known = indicator_role((spot.text,)) in ("score", "weight")
                return Heading((spot.text,), heading.start, heading.end, heading.spot) if known else heading
    return heading


def _with_gaps(columns: Sequence[Column]) -> list[Column]:
    """Let the grid columns between headings be columns without a name, so that what stands there shifts nobody."""
    filled: list[Column] = []
    for column in columns:
        at = filled[-1].end if filled else column.start
        if column.start > at:
            filled.append(Column("gap", at, column.start))
        filled.append(column)
    return filled


def _lacking(placed: Sequence[tuple[GridRow, frozenset[str], bool]]) -> list[Problem]:
    """Doubt rows placed by content alone that lack what nearly all others have: a cell of theirs may stand elsewhere."""
    counts = Counter(name for _, found, _ in placed for name in found)
    usual = [name for name in _EXPECTED if counts[name] * 5 >= (len(placed) - 1) * 4 and counts[name]]
    doubts = []
    widest = max((_width(line, found) for line, found, _ in placed), default=0)
    for line, found, sure in placed:
        lost = [] if sure or _width(line, found) == widest else [_EXPECTED[name] for name in usual if name not in found]
        if lost:
            shown = next(
                (spot.text for spot in line.filled if not class_of(spot.text) and not subclass_of(spot.text)), ""
            )
            message = f"“{shown[:20]}”一行缺{'、'.join(lost)}，其他行都有；这一行的格子按内容对栏，请核对"
            doubts.append(Problem(code="lacking", message=message, place=line.filled[0].cell.place))
    return doubts


def _width(line: GridRow, found: frozenset[str]) -> int:
    """Count a row's cells, empty ones too, without its levels: these stand once for several rows."""
    return len(line.spots) - len(found & {"level1", "level2"})


def _is_subtotal(line: GridRow) -> bool:
    """Recognise 小计, 产出指标小计: a line that adds up the points above it and sets no target of its own."""
    texts = [label(spot.text) for spot in line.filled]
    sums = [found[1] for text in texts if (found := _SUBTOTAL.fullmatch(text))]
    if not any(not kind or class_of(kind) or subclass_of(kind) for kind in sums):
        return False
    others = [text for text in texts if not _SUBTOTAL.fullmatch(text) and not is_blank(text)]
    figures = [text for text in others if _POINTS_ALONE.fullmatch(text)]
    return len(figures) <= 2 and all(text in figures or class_of(text) or subclass_of(text) for text in others)


def _heads_class(line: GridRow, header: Sequence[Column]) -> bool:
    """Recognise 产出指标（50分） alone in a row, where the table has no column for first levels."""
    text = line.filled[0].text
    alone = len(line.filled) == 1 and not any(column.field == "level1" for column in header)
    return bool(alone and class_of(text))


def _keeps_blanks(lines: Sequence[GridRow], header: Sequence[Column]) -> bool:
    """Tell whether a text page kept its blanks: rows begin with one where a level goes on, and each has its name in place."""
    rows = [line for line in lines if line.kind == "ragged" and len(line.filled) > 1]
    at = {column.field: column for column in header}
    if "name" not in at or not any(not line.spots[0].text for line in rows):
        return False
    names = [_under(line, at["name"]) for line in rows]
    firsts = [_under(line, at["level1"]) for line in rows] if "level1" in at else []
    return all(names) and not any(subclass_of(text) and not class_of(text) for text in (*names, *firsts))


def _under(line: GridRow, column: Column | Heading) -> str:
    return next((s.text for s in line.filled if s.start < column.end and s.end > column.start), "")


def _printed_classes(lines: Sequence[GridRow]) -> frozenset[str]:
    """Return the classes that the table prints as first levels."""
    texts = {spot.text for line in lines for spot in line.filled}
    own = (text for text in texts if not subclass_of(text) or label(text).startswith("满意"))
    return frozenset(known for text in own if (known := class_of(text)))


class _Placed(NamedTuple):
    """The cells of a row by field, those of columns that are not kept, those that fit nowhere; whether all stood in place."""

    found: dict[str, Spot]
    aside: list[tuple[Column, Spot]]
    left: list[Spot]
    is_sure: bool


def _place(line: GridRow, header: Sequence[Column], in_place: bool) -> _Placed:
    """Give each cell of a row its field."""
    spots = [spot for spot in line.filled if header[0].field == "level1" or not _is_side_heading(spot)]
    pieces = [RowPiece(spot.start, spot.end, spot.text) for spot in spots]
    kind = _kind(line, header)
    quick = under_headings(pieces, header, kind, in_place)
    placed = quick if quick is not None else _aligned(pieces, line, header, kind)
    found: dict[str, Spot] = {}
    aside: list[tuple[Column, Spot]] = []
    left: list[Spot] = []
    for spot, index in zip(spots, placed, strict=True):
        field = None if index is None else header[index].field
        if field == "reason" and "reason" in found:
            found["reason"] = Spot(f"{found['reason'].text}\n{spot.text}", found["reason"].cell)
        elif index is not None and field in ("other", "side", "rate"):
            aside.append((header[index], spot))
        elif field is None or field == "gap" or field in found:
            left.append(spot)
        else:
            found[field] = spot
    for column in header:
        if column.field in _TEXT_FIELDS and column.field not in found and (merged := _merged(line, column)):
            found[column.field] = merged
    if line.kind != "spans":
        _demote_bare_cost(found)
    if (
        name := _name_in_a_level(found, [*left, *(spot for column, spot in aside if column.field == "side")])
    ) is not None:
        found["level1"] = found["name"] = name
        left, aside = [spot for spot in left if spot is not name], [pair for pair in aside if pair[1] is not name]
    return _Placed(found, aside, [spot for spot in left if not is_blank(spot.text)], quick is not None)


def _name_in_a_level(found: Mapping[str, Spot], left: Sequence[Spot]) -> Spot | None:
    """Take the one text before the values for the row's name where it prints no level: 预算执行率 among classes."""
    if not found or any(field in found for field in _LEVELS_AND_NAME):
        return None
    first = min(spot.start for spot in found.values())
    before = [spot for spot in left if spot.start < first]
    return before[0] if len(before) == 1 and not class_of(before[0].text) else None


def _not_joined(found: dict[str, Spot], row: Indicator, header: Sequence[Column]) -> list[tuple[Column, Spot]]:
    """Return what stands beside a value but is no part of it as it was read: 定性, a unit of a value in words."""
    joined = f"{row.target or ''}{row.actual or ''}"
    apart = [(c, found[c.field]) for c in header if c.field in _BESIDE_VALUES and c.field in found]
    apart = [(column, spot) for column, spot in apart if spot.text not in joined]
    own = {column.field: column for column in header}
    if "adjusted_target" in found and "target" in found and row.target and found["target"].text not in row.target:
        apart.append((own["target"], found["target"]))
    return apart


def _heading_over(column: Column, block: HeaderBlock) -> str:
    return next((h.path[-1] for h in block.headings if h.start < column.end and h.end > column.start), "其他栏")


def _aligned(pieces: Sequence[RowPiece], line: GridRow, header: Sequence[Column], kind: Fit) -> list[int | None]:
    """Align the cells of a row; in a text page a blank printed between them keeps its place too."""
    blanks = [] if line.kind == "spans" else [RowPiece(s.start, s.end, "") for s in line.spots if not s.text]
    within = [blank for blank in blanks if pieces and pieces[0].start < blank.start < pieces[-1].start]
    every = sorted([*pieces, *within], key=lambda piece: piece.start)
    placed = align(every, header, kind)
    return [column for piece, column in zip(every, placed, strict=True) if piece.text]


def _demote_bare_cost(found: dict[str, Spot]) -> None:
    """Read a lone 成本指标 as second level: as a first level it has points or 经济成本指标 … beside it."""
    level1 = found.get("level1")
    bare = level1 and class_of(level1.text) == "成本" and not points_of(level1.text)
    if level1 and bare and "level2" not in found:
        found["level2"] = found.pop("level1")


def _blanks(line: GridRow, header: Sequence[Column]) -> dict[str, Spot]:
    """Find the empty cells of a row by field, so that what is missing has a place too."""
    found = {column.field: line.blank(column.start, column.end) for column in header}
    return {name: spot for name, spot in found.items() if spot and name not in (*_NOT_KEPT, "level1", "level2")}


def _kind(line: GridRow, header: Sequence[Column]) -> Fit:
    """Trust the columns of a table that goes on under its header; a page of other width is placed by content."""
    width = max((spot.end for spot in (*line.spots, *line.carried)), default=0)
    if line.kind == "ragged":
        return "ragged" if width >= header[-1].end else "short"
    return line.kind if width >= header[-1].start else "short"


def _merged(line: GridRow, column: Column) -> Spot | None:
    own = any(spot.start < column.end and spot.end > column.start for spot in line.spots)
    spot = None if own else line.covering(column.start, column.end)
    if spot is None or _is_side_heading(spot):
        return None
    return None if headings.field_of(spot.text, "indicator") == column.field else spot


def _is_side_heading(spot: Spot) -> bool:
    return spot.start == 0 and headings.belongs(spot.text, "frame")


def _inherit(
    found: dict[str, Spot], above: dict[str, Spot], classes: frozenset[str]
) -> tuple[dict[str, Spot], list[str]]:
    """Fill blank levels from the row above; a new first level ends the second one of the row above."""
    inherited: list[str] = []
    if "level1" in found and above.get("level1") is not found["level1"]:
        above = {}
    for name in ("level1", "level2"):
        if name not in found and name in above and not (name == "level1" and _contradicts(found, above, classes)):
            found[name] = above[name]
            inherited.append(name)
    return {name: found[name] for name in ("level1", "level2") if name in found}, inherited


def _contradicts(found: dict[str, Spot], above: dict[str, Spot], classes: frozenset[str]) -> bool:
    """Tell whether the row's own second level belongs under another first level of the table than the one above."""
    subclass = subclass_of(found["level2"].text) if "level2" in found else None
    parent, inherited = PARENT.get(subclass or ""), class_of(above["level1"].text)
    return parent in classes and inherited is not None and parent != inherited and subclass != "成本"


def _in_use(found: dict[str, Spot]) -> bool:
    """Tell whether a row is an entry: it has a name, a weight or a score that says something."""
    name = found["name"].text if "name" in found else ""
    named = not is_blank(name) and not _BARE_NUMBER.fullmatch(squeeze(name).rstrip("/-—…."))
    return named or any(name in found and not is_blank(found[name].text) for name in ("weight", "score"))


def _texts(found: dict[str, Spot], kept: dict[str, Spot]) -> dict[str, str]:
    texts = {name: spot.text for name, spot in kept.items()}
    if "adjusted_target" in found and not is_blank(found["adjusted_target"].text):
        texts["target"] = found["adjusted_target"].text
    if "target" in texts:
        texts["target"] = _joined(texts["target"], found.get("nature"), found.get("measure"))
    if "actual" in texts and "actual_measure" in found:
        texts["actual"] = _joined(texts["actual"], None, found["actual_measure"])
    return texts


def _joined(value: str, nature: Spot | None, measure: Spot | None) -> str:
    """Join an operator, a value and its unit where a layout prints them apart: 定量 is no operator, a date has no unit."""
    sign = simplify(squeeze(nature.text)) if nature else ""
    before = nature.text if nature and _OPERATOR.fullmatch(sign) else ""
    after = measure.text if measure and not is_blank(measure.text) and value[-1:].isdigit() else ""
    before = "" if value.startswith(before) else before
    said = next((cut for cut in range(len(after), 0, -1) if value.endswith(after[:cut])), 0)  # 150万 | 万元 is 150万元
    return f"{before}{value}{after[said:]}"


def _doubt(spot: Spot) -> Problem:
    text = spot.text.replace("\n", " ")
    shown = f"“{text[:30]}{'…' if len(text) > 30 else ''}”"
    return Problem(code="unplaced", message=f"指标行里有一格没有认出属于哪一栏：{shown}", place=spot.cell.place)
