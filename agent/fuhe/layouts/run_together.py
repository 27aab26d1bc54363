"""Tables pasted without separators: rebuild the rows from a stream of cells, by headings and by what cells hold."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fuhe.layouts import headings
from fuhe.layouts.align import Column, RowPiece, align_cost
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readings.levels import label, subclass_of
from fuhe.records import Form, Indicator, Place, Problem
from fuhe.text import squeeze

_FIGURE = re.compile(r"[-+]?[\d,.]+(%|％|万元|元)?|[-—–―/]+")
_POINTS = re.compile(r"\d{1,3}(\.\d+)?分?|[/—-]+")
_LONGEST_LABEL = 3
_MISSING = {"level1": 0.1, "level2": 0.1, "name": 3.0, "target": 2.0, "actual": 1.9, "weight": 1.5, "score": 1.5}
_LONGEST_ROW = 14
_SEARCHED = 100_000
_MOST_TOKENS = 3000


@dataclass(frozen=True, slots=True)
class Token:
    """One cell of the stream and the line it stands in."""

    text: str
    place: Place


def rebuild(document: Document) -> list[Document]:
    """Return the ways to read a text without table lines as a table: a cell a line, then a cell a word."""
    lines = list(_printed(document))
    if not mentions_table(document):
        return []
    ways: list[Callable[[str], list[str]]] = [
        lambda line: re.split(r"[|｜\t]", line),
        lambda line: re.split(r"[|｜\s]+", line),
    ]
    return [built for way in ways if (built := _rebuilt(_tokens(lines, way))) is not None]


def mentions_table(document: Document) -> bool:
    """Tell whether a text without tables prints the headings of an indicator table."""
    text = squeeze("".join(line.text for line in _printed(document))[:_SEARCHED])
    return "三级指标" in text and ("二级指标" in text or "一级指标" in text)


def _printed(document: Document) -> Iterator[Para]:
    """Yield everything printed, in order; cells of tables that are no forms count as lines."""
    for block in document.blocks:
        if isinstance(block, Para):
            yield block
        else:
            yield from (Para(cell.text, cell.place) for cell in block.cells if cell.text.strip())


def is_sure(form: Form) -> bool:
    """Tell whether rebuilt rows make sense throughout: every row named and compared, points where points belong."""
    rows = form.record.indicators[:-1] if form.truncated else form.record.indicators
    doubts = [doubt for doubt in form.doubts if doubt.code not in ("truncated", "lacking")]
    return len(rows) > 1 and not doubts and all(map(_makes_sense, rows))


def _makes_sense(row: Indicator) -> bool:
    points = all(_POINTS.fullmatch(squeeze(text)) for text in (row.weight, row.score) if text)
    return bool(points and row.name and row.target and row.actual and (row.level2 is None or subclass_of(row.level2)))


def _tokens(lines: Sequence[Para], split: Callable[[str], list[str]]) -> list[Token]:
    tokens = [
        Token(part.strip(), Place(line=line.place.line, cell=index))
        for line in lines
        for index, part in enumerate(split(line.text), 1)
        if part.strip()
    ]
    return list(_joined_labels(tokens))


def _joined_labels(tokens: Sequence[Token]) -> Iterator[Token]:
    """Join a heading that was cut over lines (一级 / 指标) to one token."""
    index = 0
    while index < len(tokens):
        width = next((w for w in range(_LONGEST_LABEL, 1, -1) if _is_cut_label(tokens[index : index + w], w)), 1)
        yield Token("".join(token.text for token in tokens[index : index + width]), tokens[index].place)
        index += width


def _is_cut_label(tokens: Sequence[Token], width: int) -> bool:
    whole = "".join(token.text for token in tokens)
    known = len(tokens) == width and len(whole) <= 20 and _is_label(whole)
    return known and not any(_is_label(token.text) for token in tokens)


def _is_label(text: str) -> bool:
    groups = ("head", "funding", "narrative", "indicator")
    return any(headings.field_of(text, group) for group in groups) or headings.belongs(text, "frame")


def _rebuilt(tokens: Sequence[Token]) -> Document | None:
    header = _header(tokens)
    if header is None:
        return None
    start, columns = header
    end = next((i for i in range(start + len(columns), len(tokens)) if _ends(tokens[i])), len(tokens))
    if end - start > _MOST_TOKENS:
        return None
    paragraphs, rows, problems = _front(tokens[:start])
    rows.append(list(zip(columns, tokens[start:], strict=False)))
    rows += _indicator_rows(tokens[start + len(columns) : end], columns, tokens[start : start + len(columns)])
    rows += _tail(tokens[end:])
    cells = [
        GridCell(
            row,
            column,
            token.text,
            Place(table=1, row=row + 1, col=column + 1, line=token.place.line, cell=token.place.cell),
        )
        for row, placed in enumerate(rows)
        for column, token in placed
    ]
    note = "原文没有表格线，各列是按栏目和内容推定的，请先核对"
    problems.insert(0, Problem(code="rebuilt", message=note, place=tokens[start].place))
    return Document("stream", (*paragraphs, Grid(tuple(cells), "padded", Place(table=1))), tuple(problems))


def _header(tokens: Sequence[Token]) -> tuple[int, list[int]] | None:
    """Find the longest run of indicator headings that names 三级指标; return its start and its columns."""
    runs = []
    for index, token in enumerate(tokens):
        if headings.field_of(token.text, "indicator") == "name":
            first, last = index, index
            while first and headings.field_of(tokens[first - 1].text, "indicator"):
                first -= 1
            while last + 1 < len(tokens) and headings.field_of(tokens[last + 1].text, "indicator"):
                last += 1
            runs.append((last - first + 1, first))
    length, first = max(runs, default=(0, 0))
    return (first, list(range(1, length + 1))) if length >= 4 else None


def _ends(token: Token) -> bool:
    return headings.belongs(token.text, "total") or headings.is_note(token.text)


Placed = list[tuple[int, Token]]


def _front(tokens: Sequence[Token]) -> tuple[list[Para], list[Placed], list[Problem]]:
    """Lay out what stands above the indicators: head pairs, the funding block, goal and outcome."""
    first = next((i for i, token in enumerate(tokens) if headings.field_of(token.text, "head")), len(tokens))
    paragraphs = [Para(token.text, token.place) for token in tokens[:first]]
    rows: list[Placed] = []
    problems: list[Problem] = []
    funds: list[str] = []
    for run in _runs(tokens[first:]):
        head = run[0]
        if len(names := [headings.field_of(token.text, "funding") for token in run]) > 1 and all(names):
            funds = [name or "" for name in names]
            rows.append(list(enumerate(run, 1)))
        elif funds and headings.is_fund_row(head.text):
            rows.append(_fund_row(run, funds))
        elif headings.field_of(head.text, "narrative"):
            rows += _narrative(run, problems)
        else:
            rows.append([(0, head), (1, _together(run[1:]))] if len(run) > 1 else [(0, head)])
    return paragraphs, rows, problems


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Cut the stream before every heading; neighbouring headings of one block stay together."""
    run: list[Token] = []
    for token in tokens:
        if run and _opens(token, run):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _opens(token: Token, run: Sequence[Token]) -> bool:
    if headings.field_of(token.text, "head") or headings.belongs(token.text, "frame"):
        return True
    for group in ("funding", "narrative"):
        if headings.field_of(token.text, group):
            return headings.field_of(run[-1].text, group) is None
    fund_row = headings.is_fund_row(token.text) and len(token.text) <= 16 and not _FIGURE.fullmatch(squeeze(token.text))
    return fund_row or (bool(run) and all(headings.field_of(t.text, "funding") for t in run) and len(run) > 1)


def _fund_row(run: Sequence[Token], funds: Sequence[str]) -> Placed:
    """Give the figures of a funding row to the headings in order; a percent belongs under 执行率."""
    placed: Placed = [(0, run[0])]
    column = 0
    for token in run[1:]:
        if squeeze(token.text).endswith(("%", "％")) and "rate" in funds[column:]:
            column = funds.index("rate", column)
        if column < len(funds):
            placed.append((column + 1, token))
        column += 1
    return placed


def _narrative(run: Sequence[Token], problems: list[Problem]) -> list[Placed]:
    labels = [token for token in run if headings.field_of(token.text, "narrative")]
    labels = [token for token in labels if not headings.belongs(token.text, "frame")] or labels
    texts = [token for token in run if not headings.field_of(token.text, "narrative")]
    if len(labels) == 1 or len(texts) == len(labels) or not texts:
        values = [_together(texts)] if len(labels) == 1 and texts else texts
        return [list(enumerate(labels, 1)), list(enumerate(values, 1))]
    problems.append(
        Problem(code="unplaced", message="预期目标与实际完成情况连在一起，分不出界线，没有读入", place=run[0].place)
    )
    return [list(enumerate(labels, 1))]


def _together(tokens: Sequence[Token]) -> Token:
    return Token(" ".join(token.text for token in tokens), tokens[0].place)


def _indicator_rows(tokens: Sequence[Token], columns: Sequence[int], header: Sequence[Token]) -> list[Placed]:
    """Cut the stream into rows at least cost: each row is aligned to the header by content alone."""
    fields = [headings.field_of(token.text, "indicator") or "other" for token in header]
    wide = [Column(field, 0, _LONGEST_ROW) for field in fields]
    best: list[float] = [0.0] + [float("inf")] * len(tokens)
    rows: list[tuple[int, list[int | None]]] = [(0, [])] * (len(tokens) + 1)
    for end in range(1, len(tokens) + 1):
        for start in range(max(0, end - len(columns) - 1), end):
            pieces = [RowPiece(0, _LONGEST_ROW, token.text) for token in tokens[start:end]]
            cost, placed = align_cost(pieces, wide, "ragged")
            cost += best[start] + 0.5 + _missing(fields, placed)
            if cost < best[end]:
                best[end], rows[end] = cost, (start, placed)
    return list(_walk(tokens, columns, rows))


def _missing(fields: Sequence[str], placed: Sequence[int | None]) -> float:
    if all(column is not None and fields[column].startswith("level") for column in placed):
        return 0.3  # a class that is printed but not used
    return sum(_MISSING.get(field, 0.0) for index, field in enumerate(fields) if index not in placed)


def _walk(
    tokens: Sequence[Token], columns: Sequence[int], rows: Sequence[tuple[int, list[int | None]]]
) -> list[Placed]:
    found: list[Placed] = []
    end = len(tokens)
    while end:
        start, placed = rows[end]
        # A token without a column goes behind the last one, where the mapping reports it.
        found.append(
            [
                (columns[column] if column is not None else columns[-1] + 1, token)
                for column, token in zip(placed, tokens[start:end], strict=True)
            ]
        )
        end = start
    return found[::-1]


def _tail(tokens: Sequence[Token]) -> list[Placed]:
    rows: list[Placed] = []
    for token in tokens:
        if _ends(token) or headings.is_remark(token.text) or not rows:
            rows.append([(0, token)])
        elif label(rows[-1][0][1].text) and (len(rows[-1]) < 3 or not _POINTS.fullmatch(squeeze(token.text))):
            rows[-1].append((len(rows[-1]), token))
    return rows
