"""How the printed totals of a batch are spread, and how they stand against the execution rate."""

from collections import Counter
from math import floor

from sqlalchemy import ColumnElement, Connection, and_, func, select

from fuhe.outputs.figures import Dot, FormLine, ScoreFigures, Slice, Spending
from fuhe.store import schema
from fuhe.store.form_lines import lines
from fuhe.store.selection import Selection, chosen

HIGH = 97.0
RATE, SCORE = 80.0, 95.0
_FLOORS = (85, 75, 60)
_DOTS = 1500
_NAMED = 10
_WIDE = 2  # percent points of execution rate a square is wide


def scores(connection: Connection, whole: Selection) -> ScoreFigures:
    """Count the printed totals in bins of one point; the low end, where few lie, is one bin."""
    form = schema.form.c
    rows = connection.execute(select(form.score, func.count()).where(chosen(whole)).group_by(form.score)).all()
    known = Counter[int]()
    for score, count in rows:
        if score is not None:
            known[floor(score)] += count
    total = known.total()
    return ScoreFigures(
        bins=tuple(_bins(known, whole)) if total else (),
        forms=total,
        high=sum(count for score, count in rows if score is not None and score >= HIGH),
        line=HIGH,
        high_query=whole.model_copy(update={"score": f"{HIGH:g}-"}).query,
        unread=sum(count for score, count in rows if score is None),
    )


def _bins(known: Counter[int], whole: Selection) -> list[Slice]:
    low = _low_end(known)

    def made(label: str, count: int, score: str, marked: bool) -> Slice:
        return Slice(label=label, forms=count, query=whole.model_copy(update={"score": score}).query, marked=marked)

    below = sum(count for score, count in known.items() if score < low)
    above = sum(count for score, count in known.items() if score > 100)
    bins = [made(f"{low}以下", below, f"-{low}", False)]
    bins += [made(str(score), known[score], str(score), score >= HIGH) for score in range(low, 101)]
    return [*bins, made("超过100", above, "101-", True)] if above else bins


def _low_end(known: Counter[int]) -> int:
    """Return where bins begin: as high as leaves no more than a tenth of the forms below."""
    total = known.total()
    below = {low: sum(count for score, count in known.items() if score < low) for low in _FLOORS}
    return next((low for low in _FLOORS if below[low] * 10 <= total), _FLOORS[-1])


def spending(connection: Connection, whole: Selection) -> Spending:
    """Set execution rate against score, form by form, or in squares where there are more than can be told apart."""
    form = schema.form.c
    both = and_(chosen(whole), form.rate.is_not(None), form.score.is_not(None))
    flag = whole.model_copy(update={"rate": f"-{RATE:g}", "score": f"{SCORE:g}-"})
    forms: int = connection.execute(select(func.count()).where(both)).scalar_one()
    flagged: int = connection.execute(select(func.count()).where(chosen(flag))).scalar_one()
    is_binned = forms > _DOTS
    worst = lines(connection, chosen(flag), order=(form.rate, form.score.desc(), form.id), limit=_NAMED)
    return Spending(
        dots=tuple(_squares(connection, both, whole) if is_binned else _dots(connection, both)),
        is_binned=is_binned, forms=forms, rate=RATE, score=SCORE, flagged=flagged, query=flag.query, worst=tuple(worst),
    )  # fmt: skip


def _dots(connection: Connection, both: ColumnElement[bool]) -> list[Dot]:
    found = lines(connection, both, order=(schema.form.c.id,))
    return [_dot(line) for line in found]


def _dot(line: FormLine) -> Dot:
    rate, score = 100 * (line.rate or 0), line.score or 0
    told = f"{line.unit}“{line.project}”：执行率{rate:.1f}%，自评{score:g}分"
    return Dot(rate=rate, score=score, forms=1, flagged=_is_flagged(rate, score), told=told, query="", line=line)


def _is_flagged(rate: float, score: float) -> bool:
    return rate < RATE and score >= SCORE


def _squares(connection: Connection, both: ColumnElement[bool], whole: Selection) -> list[Dot]:
    form = schema.form.c
    rows = connection.execute(select(form.rate, form.score, func.count()).where(both).group_by(form.rate, form.score))
    known = Counter[tuple[int, int]]()
    for rate, score, count in rows:
        known[_WIDE * floor(round(100 * rate, 6) / _WIDE), floor(score)] += count
    return [_square(rate, score, count, whole) for (rate, score), count in sorted(known.items())]


def _square(rate: int, score: int, count: int, whole: Selection) -> Dot:
    query = whole.model_copy(update={"rate": f"{rate}-{rate + _WIDE}", "score": str(score)}).query
    told = f"执行率{rate}%至{rate + _WIDE}%、自评{score}分至{score + 1}分：{count}张"
    return Dot(
        rate=rate + _WIDE / 2, score=score + 0.5, forms=count, flagged=_is_flagged(rate, score), told=told, query=query
    )
