"""Pages of rulings and glyphs become blocks: tables that run over a page break are joined and their cut cells knit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fuhe.readers.glyph_lines import Line, is_full, lines, margins, text_of
from fuhe.readers.grid import Grid, GridCell, Para
from fuhe.readers.lattice import Box, Glyph, Ruled, Ruling, clusters, nearest, share_out, tables
from fuhe.records import Place
from fuhe.text import squeeze

_SAME = 4.0  # points: column edges of two pages nearer than this are one edge
_HEAD = 200  # cells at the start of a table among which repeated rows are looked for
_PAGE_NUMBER = re.compile(r"[-—–·第]*\d{1,4}[-—–·页]*([/／,，]?(共|of)?\d{1,4}页?)?|第?[一二三四五六七八九十]+页")
_LABEL = re.compile("指标|目标|资金|情况|说明|问题|总分|满意度")
_AMOUNT = re.compile(r"[\d.,%≥≤=<>—\-/]+")


class Laid(NamedTuple):
    """How far a sheet was stretched and moved sideways, in points, to lie over the one before."""

    factor: float = 1.0
    shift: float = 0.0

    def undone(self, x: float) -> float:
        """Return where a place across lies on the sheet itself."""
        return (x - self.shift) / self.factor


AS_IT_LIES = Laid()


class Page(NamedTuple):
    """What a format reader hands over: rulings and glyphs in points, y downwards from the top of the page as seen."""

    number: int
    rules: Sequence[Ruling]
    glyphs: Sequence[Glyph]
    laid: Laid = AS_IT_LIES


@dataclass(slots=True)
class _TablePart:
    """A cell being put together from one or more pages."""

    row: int
    rowspan: int
    box: Box
    page: int
    lines: list[Line] = field(default_factory=list)
    laid: Laid = AS_IT_LIES

    @property
    def end(self) -> int:
        return self.row + self.rowspan

    def text(self, margin: float) -> str:
        return text_of(self.lines, self.box.x1 - self.box.x0 - margin)


@dataclass(slots=True)
class _PageTable:
    """A table being put together; what a join needs is kept apart, for tables may run over hundreds of pages."""

    parts: list[_TablePart]
    margin: float
    last_page: int
    height: int = 0
    edges: list[float] = field(default_factory=list)
    foot: list[_TablePart] = field(default_factory=list)  # the cells that end with the last row
    merged: list[_TablePart] = field(default_factory=list)  # the cells over several rows

    def measure(self, added: list[_TablePart]) -> None:
        """Take the parts of one more page, placed in their final rows, into account."""
        self.height = max(part.end for part in [*added, *self.foot])
        self.edges = clusters([*self.edges, *(x for part in added for x in (part.box.x0, part.box.x1))], _SAME)
        self.foot = [part for part in [*self.foot, *added] if part.end == self.height]
        self.merged += [part for part in added if part.rowspan > 1]

    def text(self, part: _TablePart) -> str:
        return squeeze(part.text(self.margin))


_Block = _PageTable | Para


def blocks(pages: Iterable[Page]) -> list[Para | Grid]:
    """Return the paragraphs and tables of all pages in reading order."""
    out: list[_Block] = []
    heads: set[str] = set()
    for page in pages:
        found = [block for _, block in sorted(_on_page(page), key=lambda item: item[0])]
        paras = [block for block in found if isinstance(block, Para) and not _is_furniture(block, heads)]
        heads = {squeeze(block.text) for block in found[:2] if isinstance(block, Para)}
        found = [block for block in found if isinstance(block, _PageTable) or block in paras]
        if found and out and _continues(out[-1], found[0]):
            _join(out[-1], found.pop(0))  # type: ignore[arg-type]
        out.extend(found)
    return _numbered(out)


def _on_page(page: Page) -> list[tuple[tuple[float, float], _Block]]:
    ruled = tables(page.rules)
    outside = lines(share_out(page.glyphs, ruled))
    area = (min((g.x0 for g in page.glyphs), default=0.0), max((g.x1 for g in page.glyphs), default=0.0))
    found: list[tuple[tuple[float, float], _Block]] = [
        ((table.ys[0], table.xs[0]), _table(table, page)) for table in ruled
    ]
    return found + _paras(outside, area, [table.ys[0] for table in ruled], page.number)


def _table(ruled: Ruled, page: Page) -> _PageTable:
    parts = [_TablePart(box.row, box.rowspan, box, page.number, lines(box.glyphs), page.laid) for box in ruled.boxes]
    margin = margins((line, part.box.x0, part.box.x1) for part in parts for line in part.lines)
    table = _PageTable(parts, margin, page.number)
    table.measure(parts)
    return table


def _paras(
    rows: list[Line], area: tuple[float, float], tops: list[float], page: int
) -> list[tuple[tuple[float, float], _Block]]:
    """Join the lines between tables into paragraphs: a line that fills the page goes on in the next."""
    groups: list[list[Line]] = []
    for line in rows:
        if groups and _same_para(groups[-1][-1], line, tops, area):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [((group[0].y0, group[0].x0), _para(group, area[1] - area[0], page)) for group in groups]


def _same_para(above: Line, below: Line, tops: list[float], area: tuple[float, float]) -> bool:
    size = below.y1 - below.y0
    near = below.y0 - above.y1 < 1.5 * size and not any(above.y0 < top < below.y1 for top in tops)
    return near and above.x1 > area[1] - 1.5 * size and below.x0 < area[0] + 1.5 * size


def _para(group: list[Line], width: float, page: int) -> Para:
    box = (min(r.x0 for r in group), group[0].y0, max(r.x1 for r in group), group[-1].y1)
    text = "".join(line.text for line in group) if len(group) > 1 else text_of(group, width)
    return Para(text.strip(), Place(page=page, box=_rounded(*box)))


def _is_furniture(para: Para, heads: set[str]) -> bool:
    """Tell whether a line is a page number or a running head: neither stands between two halves of a table."""
    text = squeeze(para.text)
    return bool(_PAGE_NUMBER.fullmatch(text)) or text in heads


def _continues(before: _Block, after: _Block) -> bool:
    """Tell whether a page's first table is the rest of the table the page before ended with."""
    if isinstance(before, Para) or isinstance(after, Para) or before.last_page + 1 != after.parts[0].page:
        return False
    if any("项目名称" in after.text(part) for part in _leaves(after, 0)) and not _repeated_rows(before, after):
        return False
    mine, theirs = before.edges, after.edges
    outer = abs(mine[0] - theirs[0]) <= 2 * _SAME and abs(mine[-1] - theirs[-1]) <= 2 * _SAME
    inner = [abs(mine[nearest(mine, x)] - x) <= _SAME for x in theirs[1:-1]]
    return outer and (len(inner) < 2 or 2 * sum(inner) >= len(inner))  # a row of remarks has a wall of its own


def _join(before: _PageTable, after: _PageTable) -> None:
    """Append the rows of `after`, knitting the cells that the page break cut in two."""
    _drop_repeated_head(before, after)
    pairs = [(_partner(before, part), part) for part in after.parts if part.row == 0]
    half = _is_half_row(before, after, pairs)
    knit = {id(part): head for head, part in pairs if head and (half or _is_cut_merge(before, head, after, part))}
    shift = before.height - 1 if half else before.height
    for part in after.parts:
        part.row += shift
        if head := knit.get(id(part)):
            _knit(before, head, after, part)
        else:
            before.parts.append(part)
    before.measure([part for part in after.parts if id(part) not in knit])
    before.margin, before.last_page = min(before.margin, after.margin), after.last_page


def _knit(before: _PageTable, head: _TablePart, after: _PageTable, tail: _TablePart) -> None:
    if before.text(head) != after.text(tail):  # Calc prints a cut cell's text on both pages
        head.lines += tail.lines
    if head.rowspan == 1 < tail.end - head.row:
        before.merged.append(head)
    head.rowspan = tail.end - head.row


def _partner(before: _PageTable, part: _TablePart) -> _TablePart | None:
    """Return the cell right above the page break with the same side walls."""
    return next((head for head in before.foot if _same_walls(head, part)), None)


def _same_walls(a: _TablePart, b: _TablePart) -> bool:
    return abs(a.box.x0 - b.box.x0) <= _SAME and abs(a.box.x1 - b.box.x1) <= _SAME


def _drop_repeated_head(before: _PageTable, after: _PageTable) -> None:
    """Take away heading rows printed again on the new page; cells that only begin beside them move down."""
    count = _repeated_rows(before, after)
    if not count and _repeats_heading(before, after):
        count = 1
    if not 0 < count < after.height:
        return
    after.parts = [part for part in after.parts if part.end > count]
    for part in after.parts:
        part.row, part.rowspan = max(0, part.row - count), part.end - max(count, part.row)


def _repeated_rows(before: _PageTable, after: _PageTable) -> int:
    """Count the rows both tables begin with: the rows a writer was told to repeat on every page."""
    count = 0
    while (row := _leaves(after, count)) and _repeats(
        before, [p for p in before.parts[:_HEAD] if p.row == count], after, row
    ):
        count += 1
    return count


def _repeats_heading(before: _PageTable, after: _PageTable) -> bool:
    """Tell whether the first row is a heading of indicators that stood further down on an earlier page."""
    first = _leaves(after, 0)
    return any("级指标" in after.text(part) for part in first) and _repeats(before, before.parts[:_HEAD], after, first)


def _leaves(table: _PageTable, row: int) -> list[_TablePart]:
    return [part for part in table.parts if part.row == row and part.rowspan == 1]


def _repeats(before: _PageTable, earlier: list[_TablePart], after: _PageTable, row: list[_TablePart]) -> bool:
    """Tell whether each cell of a row, and any text at all, stands between the same walls among earlier cells."""
    texts = [(part, after.text(part)) for part in row]
    return any(text for _, text in texts) and all(
        any(_same_walls(part, other) and before.text(other) == text for other in earlier) for part, text in texts
    )


def _is_half_row(before: _PageTable, after: _PageTable, pairs: list[tuple[_TablePart | None, _TablePart]]) -> bool:
    """Tell whether the break runs through a row: no cell begins anew, and text runs on or stands on one side only."""
    leaves = []
    for head, part in pairs:
        if head is None:
            return False
        if head.rowspan == part.rowspan == 1:
            leaves.append((head, part))
        elif head.lines and part.lines and not _is_cut_merge(before, head, after, part):
            return False
    both = [(head, part) for head, part in leaves if head.lines and part.lines]
    one_sided = any(bool(head.lines) != bool(part.lines) for head, part in leaves)
    if any(_AMOUNT.fullmatch(before.text(head)) and _AMOUNT.fullmatch(after.text(part)) for head, part in both):
        return False
    running = [_runs_on(before, head, part) for head, part in both]
    if both:
        return all(running) or (any(running) and one_sided)
    return bool(leaves)  # a side that is all blank is a row's empty end


def _runs_on(table: _PageTable, head: _TablePart, tail: _TablePart) -> bool:
    """Tell whether a cell's text goes on behind the break: its last line is full, or it is a list of several lines."""
    if _AMOUNT.fullmatch(table.text(head)) or _AMOUNT.fullmatch(squeeze(tail.lines[0].text)):
        return False
    if is_full(head.lines[-1], head.box.x1 - head.box.x0 - table.margin):
        return len(head.lines) > 1 or len(table.text(head)) > 2
    return len(head.lines) > 3


def _is_cut_merge(before: _PageTable, head: _TablePart, after: _PageTable, tail: _TablePart) -> bool:
    """Tell whether two cells are one merged label cell: one side is blank, or only together they make one label."""
    if head.rowspan == 1 and tail.rowspan == 1 and not _stands_for_rows(before, after, tail):
        return False
    first, last = before.text(head), after.text(tail)
    if not first or not last or (head.box.open_bottom and tail.box.open_top):
        return True
    labels = [bool(_LABEL.search(first)), bool(_LABEL.search(last))]
    return sum(labels) <= 1 and bool(_LABEL.search(first + last)) and not _AMOUNT.fullmatch(last)


def _stands_for_rows(before: _PageTable, after: _PageTable, tail: _TablePart) -> bool:
    """Tell whether cells between these walls are labels merged over several rows elsewhere in the table."""
    return any(
        _same_walls(part, tail) and _LABEL.search(table.text(part))
        for table in (before, after)
        for part in table.merged
    )


def _numbered(found: list[_Block]) -> list[Para | Grid]:
    """Give tables their numbers and cells their columns."""
    out: list[Para | Grid] = []
    count = 0
    for block in found:
        count += isinstance(block, _PageTable)
        out.append(_grid(block, count) if isinstance(block, _PageTable) else block)
    return out


def _grid(table: _PageTable, number: int) -> Grid:
    edges = table.edges
    cells = [_cell(part, edges, table.margin, number) for part in table.parts]
    where = Place(table=number, page=table.parts[0].page)
    return Grid(tuple(sorted(cells, key=lambda c: (c.row, c.col))), "spans", where)


def _cell(part: _TablePart, edges: list[float], margin: float, number: int) -> GridCell:
    box, col = part.box, nearest(edges, part.box.x0)
    seen = _rounded(part.laid.undone(box.x0), box.y0, part.laid.undone(box.x1), box.y1)
    where = Place(table=number, row=part.row + 1, col=col + 1, page=part.page, box=seen)
    span = max(1, nearest(edges, box.x1) - col)
    sure = min((glyph.sure for line in part.lines for glyph in line.glyphs if not glyph.char.isspace()), default=1.0)
    return GridCell(part.row, col, part.text(margin), where, part.rowspan, span, sure)


def _rounded(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)
