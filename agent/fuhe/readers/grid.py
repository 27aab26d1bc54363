"""What every format becomes: paragraphs and grids of cells, in document order."""

from dataclasses import dataclass
from typing import Literal

from fuhe.records import Place, Problem

GridKind = Literal["spans", "padded", "ragged"]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One printed cell; row and column count from 0, `text` is as the file holds it, not yet tidied.

    In a picture `sure` is how sure its least sure character is, and `raw` what was made out where `text` is repaired.
    """

    row: int
    col: int
    text: str
    place: Place
    rowspan: int = 1
    colspan: int = 1
    sure: float = 1.0
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `spans`: true merges · `padded`: no merges, columns hold (csv) · `ragged`: columns may be shifted (text)."""

    cells: tuple[GridCell, ...]
    kind: GridKind
    place: Place = Place()

    @property
    def height(self) -> int:
        """Number of rows."""
        return max((cell.row + cell.rowspan for cell in self.cells), default=0)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((cell.col + cell.colspan for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Para:
    """Text between tables: titles, 附件 numbers, years, notes."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read, before anyone asks what its tables mean; `unread` are cells whose value could not be read."""

    kind: str
    blocks: tuple[Para | Grid, ...]
    problems: tuple[Problem, ...] = ()
    unread: frozenset[Place] = frozenset()
