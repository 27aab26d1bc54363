"""The indicator table: its header, its scored rows, and what could not be placed in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fuhe.layouts import headings
from fuhe.layouts.align import Column, Piece, align
from fuhe.layouts.rows import Row, Spot
from fuhe.policy import simplify
from fuhe.readers.grid import GridKind
from fuhe.readings.levels import PARENT, class_of, label, points_of, subclass_of
from fuhe.records import Indicator, Place, Problem
from fuhe.text import is_blank, squeeze

_BARE_NUMBER = re.compile(r"指标\d*[::]?")
_SUBTOTAL = re.compile(r"(.*?)(?:得分|分值)?(?:小计|分计|(?<=指标)合计)(?:得分|分值)?")
_POINTS_ALONE = re.compile(r"\d+(?:\.\d+)?分?")
_TEXT_FIELDS = ("level1", "level2", "name", "target", "actual", "reason", "last_actual", "scoring_rule", "evidence")
_NOT_KEPT = ("nature", "measure", "adjusted_target", "rate", "other")
_NO_OPERATOR = ("定性", "/", "-", "—", "其他")


def is_indicator_header(row: Row) -> bool:
    """Tell whether a row prints 三级指标 and at least one of 指标值 完成值 分值 得分."""
    named = {headings.field_of(spot.text, "indicator") for spot in row.filled}
    return "name" in named and bool(named & {"target", "actual", "weight", "score"})


@dataclass
class IndicatorBlock:
    """The indicator rows read so far; a repeated header on a later page replaces the columns."""

    header: tuple[Column, ...] = ()
    lines: list[Row] = field(default_factory=list)
    headers: list[tuple[Column, ...]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)

    @property
    def started(self) -> bool:
        """Whether the header has been met."""
        return bool(self.header)

    def start(self, row: Row) -> None:
        """Take a header row."""
        named = [(headings.field_of(spot.text, "indicator"), spot) for spot in row.filled]
        self.header = tuple(Column(name, spot.start, spot.end) for name, spot in named if name)
        self.fields |= {column.field for column in self.header}

    def add(self, row: Row) -> None:
        """Keep a row together with the header it stands under."""
        self.lines.append(row)
        self.headers.append(self.header)

    def nearer_points(self, spot: Spot) -> str:
        """Tell whether a lone figure of the total row stands nearer to 分值 or to 得分."""
        points = [column for column in self.header if column.field in ("weight", "score")]
        nearest = min(points, key=lambda column: column.distance(spot.start, spot.end), default=None)
        return nearest.field if nearest else "score"

    def finish(self) -> tuple[list[Indicator], dict[str, Place], list[str], list[Problem]]:
        """Return the rows in use, the place of each value, inherited levels, and a doubt for each cell left over."""
        indicators: list[Indicator] = []
        places: dict[str, Place] = {}
        inferred: list[str] = []
        doubts: list[Problem] = []
        levels: dict[str, Spot] = {}
        for line, header in zip(self.lines, self.headers, strict=True):
            if _is_subtotal(line):
                continue
            found, left = _place(line, header)
            levels, inherited = _inherit(found, levels)
            doubts.extend(_doubt(spot) for spot in left)
            if not _in_use(found):
                continue
            path = f"indicators[{len(indicators)}]"
            kept = {name: spot for name, spot in found.items() if name not in _NOT_KEPT}
            indicators.append(Indicator(**_texts(found, kept)))
            places |= {f"{path}.{name}": spot.cell.place for name, spot in (_blanks(line, header) | kept).items()}
            inferred.extend(f"{path}.{name}" for name in inherited)
        return indicators, places, inferred, doubts


def _is_subtotal(line: Row) -> bool:
    """Recognise 小计, 产出指标小计: a line that adds up the points above it and sets no target of its own."""
    texts = [label(spot.text) for spot in line.filled]
    sums = [found[1] for text in texts if (found := _SUBTOTAL.fullmatch(text))]
    if not any(not kind or class_of(kind) or subclass_of(kind) for kind in sums):
        return False
    others = [text for text in texts if not _SUBTOTAL.fullmatch(text) and not is_blank(text)]
    figures = [text for text in others if _POINTS_ALONE.fullmatch(text)]
    return len(figures) <= 2 and all(text in figures or class_of(text) or subclass_of(text) for text in others)


def _place(line: Row, header: Sequence[Column]) -> tuple[dict[str, Spot], list[Spot]]:
    """Give each cell of a row its field; return the cells that fit nowhere besides."""
    spots = [spot for spot in line.filled if not _is_side_heading(spot)]
    placed = align([Piece(spot.start, spot.end, spot.text) for spot in spots], header, _kind(line, header))
    found: dict[str, Spot] = {}
    left: list[Spot] = []
    for spot, index in zip(spots, placed, strict=True):
        if index is None or header[index].field in found:
            left.append(spot)
        else:
            found[header[index].field] = spot
    for column in header:
        if column.field in _TEXT_FIELDS and column.field not in found and (merged := _merged(line, column)):
            found[column.field] = merged
    if line.kind != "spans":
        _demote_bare_cost(found)
    return found, [spot for spot in left if not is_blank(spot.text)]


def _demote_bare_cost(found: dict[str, Spot]) -> None:
    """Read a lone 成本指标 as second level: as a first level it has points or 经济成本指标 … beside it."""
    level1 = found.get("level1")
    bare = level1 and class_of(level1.text) == "成本" and not points_of(level1.text)
    if level1 and bare and "level2" not in found:
        found["level2"] = found.pop("level1")


def _blanks(line: Row, header: Sequence[Column]) -> dict[str, Spot]:
    """Find the empty cells of a row by field, so that what is missing has a place too."""
    found = {column.field: line.blank(column.start, column.end) for column in header}
    return {name: spot for name, spot in found.items() if spot and name not in (*_NOT_KEPT, "level1", "level2")}


def _kind(line: Row, header: Sequence[Column]) -> GridKind:
    """Trust the columns of a table that goes on under its header; a page of other width is placed by content."""
    width = max((spot.end for spot in (*line.spots, *line.carried)), default=0)
    return line.kind if width >= header[-1].start else "ragged"


def _merged(line: Row, column: Column) -> Spot | None:
    own = any(spot.start < column.end and spot.end > column.start for spot in line.spots)
    spot = None if own else line.covering(column.start, column.end)
    return None if spot is None or _is_side_heading(spot) or headings.field_of(spot.text, "indicator") else spot


def _is_side_heading(spot: Spot) -> bool:
    return spot.start == 0 and headings.belongs(spot.text, "frame")


def _inherit(found: dict[str, Spot], above: dict[str, Spot]) -> tuple[dict[str, Spot], list[str]]:
    """Fill blank levels from the row above; a new first level ends the second one of the row above."""
    inherited: list[str] = []
    if "level1" in found and above.get("level1") is not found["level1"]:
        above = {}
    for name in ("level1", "level2"):
        if name not in found and name in above and not (name == "level1" and _contradicts(found, above)):
            found[name] = above[name]
            inherited.append(name)
    return {name: found[name] for name in ("level1", "level2") if name in found}, inherited


def _contradicts(found: dict[str, Spot], above: dict[str, Spot]) -> bool:
    """Tell whether the row's own second level belongs under another first level than the one above."""
    subclass = subclass_of(found["level2"].text) if "level2" in found else None
    parent, inherited = PARENT.get(subclass or ""), class_of(above["level1"].text)
    return parent is not None and inherited is not None and parent != inherited and subclass != "成本"


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
    return texts


def _joined(value: str, nature: Spot | None, measure: Spot | None) -> str:
    """Join 指标性质, 指标值 and 度量单位 where a layout prints them apart."""
    before = nature.text if nature and simplify(squeeze(nature.text)) not in _NO_OPERATOR else ""
    after = measure.text if measure and not is_blank(measure.text) else ""
    before = "" if value.startswith(before) else before
    said = next((cut for cut in range(len(after), 0, -1) if value.endswith(after[:cut])), 0)  # 150万 | 万元 is 150万元
    return f"{before}{value}{after[said:]}"


def _doubt(spot: Spot) -> Problem:
    text = spot.text.replace("\n", " ")
    shown = f"“{text[:30]}{'…' if len(text) > 30 else ''}”"
    return Problem(code="unplaced", message=f"指标行里有一格没有认出属于哪一栏：{shown}", place=spot.cell.place)
