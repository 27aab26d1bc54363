"""How a form's rows add up: their weights and scores, each counted once, and the one row whose score looks mistyped."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from fuhe.findings import Cell
from fuhe.readings.sheet import Row, Sheet, printed_points
from fuhe.readings.value import plain
from fuhe.text import is_blank

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class RowSums:
    """How the rows' points add up: every row on its face, or a repeated second level counted once."""

    weights: tuple[tuple[Cell, Decimal], ...]
    scores: tuple[tuple[Cell, Decimal], ...]
    once: tuple[str, ...] = ()

    @property
    def weight(self) -> Decimal:
        """Σ weights, execution included."""
        return sum((number for _, number in self.weights), Decimal(0))

    @property
    def score(self) -> Decimal:
        """Σ scores, execution included."""
        return sum((number for _, number in self.scores), Decimal(0))


def points_of_rows(rows: tuple[Row, ...] | list[Row], field: str) -> list[tuple[Cell, Decimal]]:
    pairs = ((row.cell(field), row.weight if field == "weight" else row.score) for row in rows)
    return [(cell, number) for cell, number in pairs if number is not None]


def face_sums(sheet: Sheet) -> RowSums:
    return _sums_of(sheet, list(sheet.rows))


def _sums_of(sheet: Sheet, rows: list[Row], once: tuple[str, ...] = ()) -> RowSums:
    weights, scores = points_of_rows(rows, "weight"), points_of_rows(rows, "score")
    if (execution := sheet.execution) is not None:
        path = f"funding[{execution.index}]"
        if execution.weight is not None:
            weights.insert(0, (sheet.cell(f"{path}.weight"), execution.weight))
        if execution.score is not None:
            scores.insert(0, (sheet.cell(f"{path}.score"), execution.score))
    return RowSums(tuple(weights), tuple(scores), once)


def repeated_classes(sheet: Sheet) -> list[tuple[str, list[Row]]]:
    """Second levels that print the same weight on each of several neighbouring rows."""
    found = []
    for level2, group in groupby(sheet.rows, key=lambda row: row.subclass):
        rows = [row for row in group if row.weight is not None]
        if level2 and len(rows) > 1 and len({row.weight for row in rows}) == 1:
            found.append((level2, rows))
    return found


def settled_sums(sheet: Sheet) -> RowSums:
    """Read every row on its face; only if that misses the printed total, try repeated second levels once each."""
    face, whole = face_sums(sheet), whole_points(sheet)
    repeated = repeated_classes(sheet)
    if not repeated or abs(face.weight - whole) <= sheet.pack.thresholds.score_tolerance:
        return face
    extra = {row.index for _, rows in repeated for row in rows[1:]}
    once = _sums_of(sheet, [row for row in sheet.rows if row.index not in extra], tuple(name for name, _ in repeated))
    if abs(once.weight - whole) > sheet.pack.thresholds.score_tolerance:
        return face
    averaged = [(row.cell("score"), _mean(rows)) for _, rows in repeated for row in rows[:1]]
    replaced = dict(averaged)
    scores = tuple((cell, replaced.get(cell, number)) for cell, number in once.scores)
    return RowSums(once.weights, scores, once.once)


def _mean(rows: list[Row]) -> Decimal:
    scores = [row.score for row in rows if row.score is not None]
    return sum(scores, Decimal(0)) / len(scores) if scores else Decimal(0)


def whole_points(sheet: Sheet) -> Decimal:
    return printed_points(sheet.form.record.total_weight) or _HUNDRED


def adds_up(sheet: Sheet) -> bool:
    """Tell whether sums can be judged: points are printed and the form was read to its end."""
    if sheet.form.truncated or not sheet.has("weight"):
        return False
    return any(row.weight is not None for row in sheet.rows) and not any(map(_is_unread, sheet.rows))


def _is_unread(row: Row) -> bool:
    """Tell whether a row prints points that are no single figure (5+5, 10/9.5): then no sum can be judged."""
    cells = ((row.printed.weight, row.weight), (row.printed.score, row.score))
    return any(number is None and not is_blank(text) for text, number in cells)


def slip_row(sheet: Sheet) -> Row | None:
    """Return the row whose score A002 takes for a slip of the pen, None where it names none."""
    printed = printed_points(sheet.form.record.total_score)
    if not adds_up(sheet) or printed is None or not sheet.is_scored:
        return None
    gap = printed - settled_sums(sheet).score
    slip = slip_closing(sheet, gap) if abs(gap) > sheet.pack.thresholds.score_tolerance else None
    return slip[0] if slip else None


def slip_closing(sheet: Sheet, gap: Decimal) -> tuple[Row, Decimal] | None:
    """Return the one row whose score, mended by a likely slip of the pen, closes the gap."""
    found = []
    for row in sheet.rows:
        if row.score is None or row.weight is None:
            continue
        mended = row.score + gap
        if 0 <= mended <= row.weight and _looks_like_slip(plain(row.score), plain(mended)):
            found.append((row, mended))
    return found[0] if len(found) == 1 else None


def _looks_like_slip(old: str, new: str) -> bool:
    """Tell whether two figures differ by one digit dropped or doubled, a moved decimal point or two digits swapped."""
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    if len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return True
    if old.replace(".", "").strip("0") == new.replace(".", "").strip("0"):
        return True
    pairs = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    return len(old) == len(new) and len(pairs) == 2 and pairs[0] == pairs[1][::-1]


def summed_score(sheet: Sheet) -> Decimal | None:
    """Return Σ scores by the reading A001 settled on; None where no scores are printed."""
    return settled_sums(sheet).score if sheet.is_scored else None
