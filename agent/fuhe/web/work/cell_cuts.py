"""Pictures of the doubted cells of scans: cut when they are looked at, from the bytes kept, and held in memory within a bound."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fuhe.intake.bounded import Worker
from fuhe.outputs.doubted_cells import CODES, DoubtedCell, doubted_cells
from fuhe.records import Place, Problem
from fuhe.web.work.open_form import OpenForm

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CellsToCheck:
    """The cells of a form to hold against the page, and what else the reader says of it."""

    cells: tuple[DoubtedCell, ...]
    others: tuple[Problem, ...]


def cells_to_check(seen: OpenForm) -> CellsToCheck:
    """Return the doubted cells of an open form; those of other forms in its file are nobody's business here."""
    cells = doubted_cells(seen.current.form, seen.problems)
    return CellsToCheck(cells, tuple(problem for problem in seen.problems if problem.code not in CODES))


class CellCuts:
    """Cuts the cells of one file after the other in a process of its own, which ends with the file."""

    def __init__(self) -> None:
        self._worker, self._lock = Worker(), threading.Lock()
        self._kept: OrderedDict[tuple[str, Place], bytes] = OrderedDict()

    def picture(
        self, digest: str, wanted: Place, places: Sequence[Place], load: Callable[[], bytes | None]
    ) -> bytes | None:
        """Return a cell of the file with this hash as PNG, None where it cannot be cut out.

        `places` are the cells likely to be asked for next: they are cut with it; `load` gives the bytes of the file.
        """
        with self._lock:
            if (digest, wanted) not in self._kept:
                data = load()
                cut = self._worker.cell_pictures(data, places) if data is not None else {}
                self._worker.apart.stop()
                self._keep({(digest, place): cut.get(place, b"") for place in (*places, wanted)})
            return self._kept[digest, wanted] or None

    def close(self) -> None:
        """End what is under way."""
        self._worker.apart.close()

    def _keep(self, cut: dict[tuple[str, Place], bytes]) -> None:
        self._kept |= cut
        total = sum(map(len, self._kept.values()))
        while total > MOST_BYTES and len(self._kept) > len(cut):
            total -= len(self._kept.popitem(last=False)[1])
