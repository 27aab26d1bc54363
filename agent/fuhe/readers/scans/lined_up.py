"""Scanned pages laid over one another: a sheet never lies on the glass as the one before did."""

from dataclasses import replace

from fuhe.readers.drawn_page import Drawn
from fuhe.readers.lattice import Glyph, Ruling, tables
from fuhe.readers.pages import Laid

_ALIKE = 0.06  # how far the widths of two tables may differ and still be one form's


class LinedUpPages:
    """Moves each page sideways so that its widest table stands where that of the page before stood."""

    def __init__(self) -> None:
        self._walls: tuple[float, float] | None = None

    def moved(self, page: Drawn) -> Drawn:
        """Return the page in line with the one before; as it is where their tables are not alike."""
        widest = max(((t.xs[0], t.xs[-1]) for t in tables(page.rules)), key=lambda w: w[1] - w[0], default=None)
        if widest is None:
            return page
        before, self._walls = self._walls, self._walls or widest
        if before is None:
            return page
        factor = (before[1] - before[0]) / (widest[1] - widest[0])
        if abs(factor - 1) > _ALIKE:
            self._walls = widest
            return page
        shift = before[0] - factor * widest[0]
        return replace(
            page,
            rules=[Ruling(factor * x0 + shift, y0, factor * x1 + shift, y1) for x0, y0, x1, y1 in page.rules],
            glyphs=[
                Glyph(char, factor * x0 + shift, y0, factor * x1 + shift, y1, sure)
                for char, x0, y0, x1, y1, sure in page.glyphs
            ],
            laid=Laid(factor, shift),
        )
