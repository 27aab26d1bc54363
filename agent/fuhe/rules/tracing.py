"""Form to its trace: take out of a form what rules over many forms need of it."""

import hashlib
import re

from fuhe.policy import simplify
from fuhe.readings.deductions import is_soft
from fuhe.readings.placeholder import is_placeholder
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row
from fuhe.readings.value import in_unit
from fuhe.records import Form
from fuhe.similarity import key
from fuhe.text import bare, squeeze
from fuhe.traces import FormTrace, TraceLine

_YEAR = re.compile(r"20\d\d")
_YEARS = re.compile(r"20\d\d(?:\s*[-—–~～至、]\s*20\d\d)?\s*年?度?")


def form_trace(file: str, form: Form) -> FormTrace:
    """Return what rules over many forms need of one form of a file."""
    record = form.record
    return FormTrace(
        file=file,
        form=form.id,
        form_type=form.form_type,
        truncated=form.truncated,
        title=record.project,
        project=bare(simplify(_YEARS.sub("", squeeze(record.project)))),
        unit=bare(simplify(record.unit or record.department or "")),
        year=_year(record.year) or _year(record.project),
        total_score=record.total_score,
        goal=record.goal,
        goal_key=key(record.goal or ""),
        outcome=record.outcome,
        outcome_key=key(record.outcome or ""),
        lines=tuple(_line(Row(index, printed, form)) for index, printed in enumerate(record.indicators)),
        digest=hashlib.sha256(squeeze(record.model_dump_json()).encode("utf-8", "surrogatepass")).hexdigest()[:32],
    )


def _year(text: str | None) -> int | None:
    found = _YEAR.search(squeeze(text))
    return int(found[0]) if found else None


def _line(row: Row) -> TraceLine:
    printed = row.printed
    return TraceLine(
        index=row.index,
        level=row.level,
        name=row.name,
        printed=printed.name if printed.name != row.name else None,
        key=key(row.name),
        target=printed.target,
        actual=printed.actual,
        weight=printed.weight,
        score=printed.score,
        met=row.met,
        beaten=_is_beaten(row),
        fewer=row.fewer_is_better,
        silent=says_nothing(printed.reason),
        deducted=row.deducted,
        soft=row.deducted and is_soft(row),
        placeholder=is_placeholder(row),
    )


def _is_beaten(row: Row) -> bool:
    """Tell whether the actual is a plain figure strictly better than the target."""
    if row.met != "met" or row.target.kind != "number" or row.actual.operator not in (None, "="):
        return False
    actual, goal = in_unit(row.actual, row.target), row.target.number
    if actual is None or goal is None or row.target.operator == "=":
        return False
    fewer = row.target.operator in ("≤", "<") if row.target.operator else row.fewer_is_better
    return actual < goal if fewer else actual > goal
