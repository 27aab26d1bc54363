"""Figures of a narrative beside the rows of the form: which row counts the same thing, which rows add up to it."""

import functools
from collections.abc import Iterator
from decimal import Decimal

from fuhe.policy import words
from fuhe.readings.name_words import without_figure
from fuhe.readings.narrative import Item, Side, narrative
from fuhe.readings.parts_of_clause import Clause, clauses, without, words_with
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import factor_of
from fuhe.readings.vocabulary import words_of
from fuhe.similarity import bigrams, key
from fuhe.text import bare

_PADDING = ("generic", "tense", "in_full", "done", "bounds", "manner", "reaches", "spending")
_SHARES = ("%", "‰")
_FULL = Decimal(100)
_NAMED = 3
_LONGEST_NAME = 200
_SUMMED = ("共", "合计", "总计", "累计", "总共")


@functools.lru_cache(maxsize=1 << 13)
def about(text: str) -> frozenset[str]:
    """Return the words that say what a name or claim counts, in whatever order: 清运|垃圾, not 数量 and 全年."""
    plain = without(text[:_LONGEST_NAME], *_PADDING)
    return frozenset(
        word.text
        for word in words_of(plain)
        if word.part in ("act", "object", "other", "head", "means")
        and word.attributes.get("kind") not in ("count", "total")
    )


def counted_by(item: Item) -> frozenset[str]:
    """Return what an item counts: the words of its object, and of its act where the object does not hold it."""
    own = about(item.object)
    return own if item.unit in _SHARES or not item.act or item.act in item.object else own | about(item.act)


def row_of(sheet: Sheet, item: Item) -> Row | None:
    """Return the one row that counts what the item counts, in the same unit; None where there is none or several."""
    wanted = counted_by(item)
    rows = [row for row in sheet.rows if wanted and figure_of(row, item) is not None and named_by(row) == wanted]
    return rows[0] if len(rows) == 1 else None


def near_row(sheet: Sheet, item: Item) -> Row | None:
    """Return the one row that is most likely about the item though worded otherwise: same unit, most pairs in common."""
    wanted = bigrams(key((item.act or "") + item.object)) - _COMMON
    scored = sorted(((_likeness(wanted, row), row) for row in sheet.rows), key=lambda pair: -pair[0])
    likely = [(share, row) for share, row in scored if share >= _LIKELY and figure_of(row, item) is not None]
    if not likely or (len(likely) > 1 and likely[1][0] >= likely[0][0]):
        return None
    found = likely[0][1]
    return found if _differ_in_acts_only(counted_by(item) ^ named_by(found)) else None


def promised_row(sheet: Sheet, item: Item) -> Row | None:
    """Return the one row whose target is the figure that the goal set for what an outcome's figure counts.

    目标 采购器材200套, 完成 采购器材180套, and a row ≥200套: one thing, whatever the row is called. None where the outcome
    gives other figures of that unit as well.
    """
    if item.unit in _SHARES or _counted_in(sheet.form.record.outcome, "outcome", item.unit) != {item.figure}:
        return None
    wanted = _things(item)
    promised = {
        figure.figure
        for figure in narrative(sheet.form.record.goal or "", "goal").figures
        if figure.unit == item.unit and _is_shared(wanted, _things(figure))
    }
    rows = [row for row in sheet.rows if figure_of(row, item) is not None and _target_of(row, item) in promised]
    return rows[0] if len(promised) == len(rows) == 1 else None


@functools.lru_cache(maxsize=1 << 8)
def _counted_in(text: str | None, side: Side, unit: str | None) -> frozenset[Decimal | None]:
    """Return the figures a narrative gives in a unit, those of another scope left out."""
    figures = narrative(text or "", side).figures
    return frozenset(figure.figure for figure in figures if figure.unit == unit and not figure.aside)


def _things(item: Item) -> frozenset[str]:
    """Return the words for things of an item; of one that only names acts (助医服务), these."""
    every = about(item.object)
    return frozenset(text for text in every if any(word.part != "act" for word in words_of(text))) or every


def _is_shared(one: frozenset[str], two: frozenset[str]) -> bool:
    return bool(one and two) and len(one & two) > min(len(one), len(two)) / 2


def _target_of(row: Row, item: Item) -> Decimal | None:
    target = row.target
    if target.kind != "number" or target.number is None:
        return None
    return _in_unit(target.number, target.unit, item)


def _differ_in_acts_only(apart: frozenset[str]) -> bool:
    """Tell whether what only one of the two names is an act or whose it is: 男性|体检人数 counts others than 体检人数."""
    words = [word for text in apart for word in words_of(text)]
    return all(word.part in ("act", "pad") or word.attributes.get("role") in ("frame", "people") for word in words)


_LIKELY = 0.6


def _likeness(wanted: frozenset[str], row: Row) -> float:
    own = bigrams(key(without_figure(row.name)[0])) - _COMMON
    least = min(len(wanted), len(own))
    return len(wanted & own) / least if least > 1 else 0.0


def untold(sheet: Sheet, item: Item, outcome: str) -> bool:
    """Tell whether neither a row nor the outcome speaks of what a goal promised with a figure."""
    pairs = bigrams(key(item.object)) - _COMMON
    told = bigrams(key(outcome))
    return bool(pairs) and len(pairs & told) <= _STRAY * len(pairs) and not has_row(sheet, item)


_STRAY = 0.4


def named_by(row: Row) -> frozenset[str]:
    """Return the words that say what a row counts, without the figure its name may carry: 营造防护林2000亩."""
    return about(without_figure(row.name)[0])


def is_named(item: Item, row: Row) -> bool:
    """Tell whether a claim gives the row's whole name."""
    return bare(item.object) == bare(row.name)


def parts_of(sheet: Sheet, item: Item, text: str) -> tuple[Row, ...]:
    """Return the rows, two or more, that split up what an item states as a sum (共培训300人: 培训农民, 培训教师)."""
    wanted = counted_by(item)
    start, end = item.clause
    if not wanted or not any(word in text[start:end] for word in _SUMMED):
        return ()
    rows = [row for row in sheet.rows if figure_of(row, item) is not None and wanted < about(row.name)]
    return tuple(rows) if len(rows) > 1 else ()


def figure_of(row: Row, item: Item) -> Decimal | None:
    """Return the row's actual in whole units of the item; None where it is no plain figure or of another measure."""
    actual = row.actual
    if actual.kind != "number" or actual.number is None or actual.operator not in (None, "="):
        return None
    return _in_unit(actual.number, actual.unit, item)


def _in_unit(number: Decimal, unit: str | None, item: Item) -> Decimal | None:
    if unit == item.unit:
        return number
    mine, theirs = factor_of(item.unit), factor_of(unit)
    if mine is None or theirs is None or mine[0] != theirs[0]:
        return None
    return number * theirs[1] / mine[1]


def contradicts(item: Item, row: Row) -> bool:
    """Tell whether a claimed figure and a row's actual differ by more than their printed precision."""
    actual, claimed = figure_of(row, item), item.figure
    if actual is None or claimed is None or item.aside:
        return False
    if item.bound:
        return actual < claimed
    step = max(item.step, _step(row, item))
    return abs(actual - claimed) >= step and (row.met == "unmet" or not _restates_target(item, row))


def _step(row: Row, item: Item) -> Decimal:
    return _in_unit(Decimal(1).scaleb(-max(row.actual.decimals, 0)), row.actual.unit, item) or Decimal(0)


def _restates_target(item: Item, row: Row) -> bool:
    return item.figure is not None and _target_of(row, item) == item.figure


def is_commitment(item: Item) -> bool:
    """Tell whether a figure is something promised, not whom it reaches (惠及6个乡镇) or how often in passing."""
    done = item.act is not None or item.unit in _SHARES
    return done and not item.aside and item.act not in words("narrative", "reaches_people")


def has_row(sheet: Sheet, item: Item) -> bool:
    """Tell whether some row is about what an item counts, however worded, or carries its figure."""
    wanted = bigrams(key(item.object)) - _COMMON
    acts = about(item.act or "")
    return any(
        wanted & bigrams(key(row.name)) or (acts and acts <= about(row.name)) or _carries(row, item)
        for row in sheet.rows
    )


_COMMON = frozenset(("数量", "人数", "次数", "比例"))


def has_rate(sheet: Sheet, item: Item) -> bool:
    """Tell whether some row is a rate of the same name, or of one that ends alike: 接通率 beside 来电接通率."""
    wanted = key(item.object)
    stem = wanted[-4:-1] if len(wanted) >= 4 else wanted[:-1]
    return any(stem in key(row.name) or key(row.name)[-3:] == wanted[-3:] for row in sheet.rows)


def _carries(row: Row, item: Item) -> bool:
    """Tell whether a row's target or actual is the item's figure."""
    values = (row.target, row.actual)
    return any(
        value.number is not None and (_in_unit(value.number, value.unit, item) or value.number) == item.figure
        for value in values
    )


def own_shortfall(row: Row) -> str | None:
    """Return what a full row's own words leave undone though its share says all: 255人未发放 beside 100%."""
    if not row.full or row.actual.number != _FULL or row.actual.unit not in (*_SHARES, None):
        return None
    texts = (row.printed.reason, row.printed.evidence, row.printed.actual)
    return next((found for text in texts if text and (found := _left_undone(text))), None)


def _left_undone(text: str) -> str | None:
    """Find a count that a clause says is not done; 未 within a name (未成年人) and counts of nothing do not say so."""
    for clause in clauses(text):
        for number in clause.numbers:
            counts = number.is_figure and number.unit is not None and number.unit not in _SHARES and number.value > 0
            known = factor_of(number.unit)
            if counts and (known is None or known[0] not in ("钱", "时间")) and _says_undone(clause):
                return clause.text
    return None


def _says_undone(clause: Clause) -> bool:
    return any(part.is_a("undone") and not part.is_a("later") for part in clause.parts)


def shares(text: str) -> Iterator[Item]:
    """Yield the named shares an outcome states."""
    for item in narrative(text, "outcome").figures:
        named = item.object.endswith("率") and not item.object.endswith(tuple(words_with("bare_rates")))
        if item.unit == "%" and not item.aside and named and len(bare(item.object)) >= _NAMED:
            yield item
