"""Readings only the table makes certain, put right; what was made out stays beside them."""

import re
from dataclasses import replace

from fuhe.policy import lexicon
from fuhe.readers.grid import Grid, GridCell, Para
from fuhe.text import squeeze

_SURE, _SURE_FIGURE = 0.95, 0.97  # findings rest on figures
DASH = "—"
_STROKES = frozenset("一-_－ー–‐")
_OPERATORS = frozenset({"≥", "≤", ">", "<", "=", ">=", "<=", "＝", "＞", "＜", "≧", "≦", "定性"})
_TAKEN_FOR = (
    dict.fromkeys("二ニリ", "=") | dict.fromkeys("NZzM", "≥") | dict.fromkeys("vV", ">") | dict.fromkeys("くへ", "<")
)
_SIGNS = _TAKEN_FOR.keys() | frozenset("<>=≥≤")
_NATURE = re.compile("指标性质|计算符号|运算符|符号")
_BOUND = re.compile("[≥≤≧≦]")
_OVER_HUNDRED = re.compile(r"2(\d\d(?:\.\d+)?)%")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_NO_FIGURE = re.compile(r"(?<!\d)(?!(?:19|20)\d\d\.\d{1,2}\.\d{1,2}(?!\d))\d+\.(?:\d*\.)+\d*|\d,\d{1,2}(?!\d)")
_FIGURE = re.compile(r"[\d.,]*\d[\d.,]*%?")
_NEARLY_FIGURE = re.compile(r"[\d.,OoＯ〇lI|]+%?")
_ROUND, _UPRIGHT = str.maketrans("OoＯ〇", "0000"), str.maketrans("lI|", "111")
_LABEL = 4  # characters of the shortest label that is told by its others
_ENOUGH = 3  # figures in a column before a letter among them is taken for one


def is_sure(cell: GridCell) -> bool:
    """Tell whether a finding may rest on a cell; one that is not is for a person to check."""
    return cell.sure >= (_SURE_FIGURE if any(char.isdecimal() for char in cell.text) else _SURE)


def repaired(blocks: list[Para | Grid]) -> list[Para | Grid]:
    """Put right what a cell's place in its table leaves no doubt about."""
    return [_in_grid(block) if isinstance(block, Grid) else block for block in blocks]


def _in_grid(grid: Grid) -> Grid:
    columns: dict[int, list[str]] = {}
    rows: dict[int, list[str]] = {}
    for cell in grid.cells:
        columns.setdefault(cell.col, []).append(cell.text.strip())
        rows.setdefault(cell.row, []).append(cell.text.strip())
    return replace(grid, cells=tuple(_settled(cell, columns[cell.col], rows[cell.row]) for cell in grid.cells))


def _settled(cell: GridCell, column: list[str], row: list[str]) -> GridCell:
    text = cell.text.strip()
    if text in _STROKES:  # a cell that holds one level stroke: no form answers with the numeral 一
        return replace(cell, text=DASH, raw=cell.text, sure=1.0)
    if text == DASH:
        return replace(cell, sure=1.0)
    if text == "=" and _holds_operators(column):
        return replace(cell, sure=1.0)
    if text and text not in _OPERATORS and not set(text) - _SIGNS and len(text) <= 2 and _holds_operators(column):
        return replace(cell, text="".join(_TAKEN_FOR.get(char, char) for char in text), raw=cell.text, sure=1.0)
    if over := _OVER_HUNDRED.fullmatch(text):
        return _bound(cell, over[1], column, row)
    if cell.colspan == 1 and (figure := _figure(text, column)):
        return replace(cell, text=figure, raw=cell.text)
    if not is_sure(cell) and (label := _label(squeeze(text))):
        return replace(cell, text=label, raw=cell.text, sure=1.0)
    if "|" in text or "｜" in text:
        return replace(cell, sure=0.0)  # a ruling that was not found may part two cells here
    if _NO_FIGURE.search(text):
        return replace(cell, sure=0.0)  # two points, or a comma before one digit: no one writes a figure so
    return cell


def _holds_operators(column: list[str]) -> bool:
    return any(map(_NATURE.fullmatch, column)) or sum(other in _OPERATORS for other in column) >= 2


def _bound(cell: GridCell, share: str, column: list[str], row: list[str]) -> GridCell:
    """≥90% is misread as 290%: certain where the row answers with a share of up to 100 that meets it, else 290% may be meant."""
    if sum(bool(_BOUND.match(other)) for other in column) < 1:
        return cell
    answers = [float(found[1]) for other in row if (found := _SHARE.fullmatch(other)) and other != cell.text.strip()]
    if answers and all(float(share) <= answer <= 100 for answer in answers):
        return replace(cell, text=f"≥{share}%", raw=cell.text)
    return replace(cell, sure=0.0)


def _label(text: str) -> str | None:
    """Return the printed label a text can only be, the points in brackets behind it kept; None where it is one, or none."""
    stem, bracket, points = re.split(r"([（(]|$)", text, maxsplit=1)
    known = lexicon("printed_labels")["labels"]
    if len(stem) < _LABEL or stem in known:
        return None
    most = 2 if len(stem) >= 2 * _LABEL else 1
    near = [word for word in known if len(word) == len(stem) and sum(map(str.__ne__, word, stem)) <= most]
    return near[0] + bracket + points if len(near) == 1 else None


def _figure(text: str, column: list[str]) -> str | None:
    """Return the figure a cell among figures must be, whose noughts and ones were taken for letters; None where none is."""
    if _FIGURE.fullmatch(text) or not _NEARLY_FIGURE.fullmatch(text):
        return None
    if not any(char.isdecimal() for char in text) or sum(bool(_FIGURE.fullmatch(other)) for other in column) < _ENOUGH:
        return None
    return text.translate(_ROUND).translate(_UPRIGHT)
