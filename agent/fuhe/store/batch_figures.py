"""The figures of one batch out of the store, by aggregates: no form's body is read but for the points of the one-file page."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select

from fuhe.findings import State
from fuhe.outputs.figures import CommonFault, Headline, Heat, HeatCell, HeatRow, Overview, shades
from fuhe.records import FileStatus
from fuhe.rules import FAMILIES, title_of
from fuhe.store import copied_texts, pace, quality_figures, schema, score_histogram
from fuhe.store.form_lines import first_lines
from fuhe.store.point_figures import PointSums, common_points
from fuhe.store.rows import BatchRow, fetch_one, select_of
from fuhe.store.rule_counts import RuleHits, counted, hits, loudness, totals
from fuhe.store.selection import TAKEN, UNNAMED, Selection, chosen, is_done

_UNITS_SHOWN = 40
_TOTAL_OFF = "A002"


def overview(
    connection: Connection, batch_id: int, now: str, *, lists: int = 0, points: PointSums | None = None
) -> Overview | None:
    """Return the figures of a batch at a time in ISO form; None where there is no such batch.

    `lists` is how many forms to name behind each figure, with the points: those given, or worked out again from the
    findings; neither is done for a page that can ask the store.
    """
    named = select_of(BatchRow, schema.batch).where(schema.batch.c.id == batch_id)
    batch = fetch_one(connection, BatchRow, named)
    if batch is None:
        return None
    whole = Selection(batch=batch_id)
    scale, decided = _scale(connection, whole), _decided(connection, whole)
    found = hits(connection, whole)
    faults = _faults(found, whole)
    made = Overview(
        name=batch.name,
        made=now,
        policy=batch.policy,
        due=batch.due,
        files=_files(connection, batch_id),
        forms=scale.forms,
        units=scale.units,
        severities={"error": scale.errors or 0, "warning": scale.warnings or 0, "info": scale.infos or 0},
        across=_across(connection, batch_id),
        states=decided.states,
        blanks=decided.blanks,
        headlines=_headlines(scale, faults, decided, whole),
        faults=faults,
        scores=score_histogram.scores(connection, whole),
        heat=_heat(connection, found, whole),
        spending=score_histogram.spending(connection, whole),
        pace=pace.pace(connection, whole, batch.created_at[:10], now[:10], batch.due),
        quality=quality_figures.quality_figures(connection, whole),
        copies=copied_texts.copies(connection, whole),
    )
    if not lists:
        return made
    common, of_points = common_points(connection, whole, lists, points)
    return made.model_copy(update={"points": common, "lists": first_lines(connection, made, lists) | of_points})


class _Scale(NamedTuple):
    """How large a batch is: forms and units, findings by severity, forms done, with errors, and flagged."""

    forms: int
    units: int
    errors: int | None
    warnings: int | None
    infos: int | None
    done: int
    wrong: int
    flagged: int


def _scale(connection: Connection, whole: Selection) -> _Scale:
    form = schema.form.c
    row = connection.execute(
        select(
            func.count().label("forms"),
            func.count(func.distinct(func.coalesce(form.unit, ""))).label("units"),
            func.sum(form.errors).label("errors"),
            func.sum(form.warnings).label("warnings"),
            func.sum(form.infos).label("infos"),
            counted(is_done()).label("done"),
            counted(form.errors > 0).label("wrong"),
            counted(and_(form.rate < score_histogram.RATE / 100, form.score >= score_histogram.SCORE)).label("flagged"),
        ).where(chosen(whole))
    ).one()
    return _Scale(*row)


def _files(connection: Connection, batch_id: int) -> dict[FileStatus, int]:
    file = schema.file.c
    counted = select(file.status, func.count()).where(file.batch_id == batch_id, file.current).group_by(file.status)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _across(connection: Connection, batch_id: int) -> int:
    table = schema.batch_finding
    found: int = connection.execute(select(func.count()).where(table.c.batch_id == batch_id)).scalar_one()
    return found


class _Decided(NamedTuple):
    """The decisions by state, and the blanks in the wordings that were taken in."""

    states: dict[State, int]
    blanks: int


def _decided(connection: Connection, whole: Selection) -> _Decided:
    """Count the decisions by state, and the blanks in the wordings that were taken in."""
    decision, form = schema.decision.c, schema.form.c
    mark = "【待补充"
    blanks = (func.length(decision.text) - func.length(func.replace(decision.text, mark, ""))) / len(mark)
    rows = connection.execute(
        select(decision.state, func.count(), func.coalesce(func.sum(blanks), 0))
        .join(schema.form, form.id == decision.form_id)
        .where(chosen(whole))
        .group_by(decision.state)
    ).all()
    taken = sum(int(blanks) for state, _, blanks in rows if state in TAKEN)
    return _Decided({state: count for state, count, _ in rows}, taken)


def _faults(found: list[RuleHits], whole: Selection) -> tuple[CommonFault, ...]:
    counts, loud = totals(found), loudness(found)
    made = (
        CommonFault(
            code=code,
            title=title_of(code),
            severity=loud[code],
            findings=findings,
            forms=forms,
            query=whole.model_copy(update={"code": code}).query,
        )
        for code, (findings, forms) in counts.items()
    )
    return tuple(sorted(made, key=lambda fault: (-fault.forms, -fault.findings, fault.code)))


def _heat(connection: Connection, found: list[RuleHits], whole: Selection) -> Heat:
    """Divide each unit's findings of a family by its forms; families without any finding make no column."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for hit in found:
        counts[hit.unit][hit.code[0]] += hit.findings
    form = schema.form.c
    units = connection.execute(
        select(func.coalesce(form.unit, ""), func.count(), func.avg(form.quality))
        .where(chosen(whole))
        .group_by(form.unit)
    )
    merged = _merged((unit, count, mean) for unit, count, mean in units)
    families = [letter for letter in FAMILIES if any(own[letter] for own in counts.values())]
    ranked = sorted(merged, key=lambda unit: (-sum(counts[unit[0]].values()) / unit[1], unit[0]))
    rows = [_heat_row(name, forms, mean, counts[name], families, whole) for name, forms, mean in ranked[:_UNITS_SHOWN]]
    return Heat(
        families=tuple((letter, FAMILIES[letter]) for letter in families),
        rows=tuple(_shaded(rows)),
        left_out=max(0, len(ranked) - _UNITS_SHOWN),
    )


def _merged(units: Iterable[tuple[str, int, float | None]]) -> list[tuple[str, int, float | None]]:
    """Take a blank unit and none at all together."""
    forms, weighed = Counter[str](), defaultdict[str, float](float)
    for unit, count, mean in units:
        forms[unit or UNNAMED] += count
        weighed[unit or UNNAMED] += count * (mean or 0)
    return [(unit, count, weighed[unit] / count) for unit, count in forms.items()]


def _heat_row(
    unit: str, forms: int, quality: float | None, found: Counter[str], families: list[str], whole: Selection
) -> HeatRow:
    own = whole.model_copy(update={"unit": unit})
    return HeatRow(
        unit=unit,
        forms=forms,
        quality=quality,
        cells=tuple(
            HeatCell(mean=found[letter] / forms, shade=0, query=own.model_copy(update={"code": letter}).query)
            for letter in families
        ),
        mean=sum(found.values()) / forms,
        query=own.query,
    )


def _shaded(rows: list[HeatRow]) -> list[HeatRow]:
    """Shade all cells against the largest of the table."""
    shaded = iter(shades(cell.mean for row in rows for cell in row.cells))
    return [
        row.model_copy(update={"cells": tuple(cell.model_copy(update={"shade": next(shaded)}) for cell in row.cells)})
        for row in rows
    ]


def _headlines(
    scale: _Scale, faults: tuple[CommonFault, ...], decided: _Decided, whole: Selection
) -> tuple[Headline, ...]:
    off = next((fault.forms for fault in faults if fault.code == _TOTAL_OFF), 0)
    taken = sum(decided.states.get(state, 0) for state in TAKEN)
    share = f"{100 * scale.wrong / scale.forms:.0f}%" if scale.forms else ""

    def told(label: str, value: int, after: str, alarming: bool = False, **narrowed: str) -> Headline:
        query = whole.model_copy(update=narrowed).query
        return Headline(label=label, value=value, after=after, query=query, alarming=alarming)

    return (
        told("已复核", scale.done, f"／{scale.forms}张", state="done"),
        told("有错误的表", scale.wrong, share, alarming=scale.wrong > 0, severity="error"),
        told("总分与得分之和不一致", off, "张", code=_TOTAL_OFF),
        told(
            f"执行率低于{score_histogram.RATE:g}%且自评≥{score_histogram.SCORE:g}", scale.flagged, "张",
            rate=f"-{score_histogram.RATE:g}", score=f"{score_histogram.SCORE:g}-",
        ),
        told("已列入意见", taken, f"条，待补充{decided.blanks}处", state="listed"),
    )  # fmt: skip
