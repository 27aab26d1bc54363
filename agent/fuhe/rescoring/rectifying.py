"""What a unit is asked to put right, and what became of it when the form comes again."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fuhe.findings import Cell, Finding, worst_first
from fuhe.follow_up import DutyItem, FormChange, ItemChange
from fuhe.records import Form
from fuhe.text import one_line, squeeze

_ROW = re.compile(r"indicators\[(\d+)\]\.?(\w*)")
_INDEX = re.compile(r"\[\d+\]")
_GONE = "（表上已没有这一行）"


@dataclass(frozen=True)
class CheckedForm:
    """A form and what was found in it."""

    form: Form
    findings: Sequence[Finding]


def items_of(checked: CheckedForm) -> tuple[DutyItem, ...]:
    """Return what the unit of a form is asked to put right: every error and warning, once, worst first.

    The one place that turns what was found into items: whatever asks for notices, ledgers or 对照 comes through here.
    """
    record, met = checked.form.record, Counter[str]()
    items = []
    for finding in worst_first(finding for finding in checked.findings if finding.severity != "info"):
        spot = _spot(checked.form, finding)
        met[spot] += 1
        about = (record.project, record.unit or record.department, record.year, spot, str(met[spot]))
        items.append(
            DutyItem(
                key=hashlib.sha256("\x1f".join(squeeze(part) for part in about).encode()).hexdigest()[:12],
                spot=spot,
                project=record.project,
                unit=record.unit or record.department,
                field=finding.cells[0].field,
                what=one_line(finding.message + (finding.guess or "")),
                advice="；".join(finding.fix),
                codes=(finding.code,),
                cells=finding.cells,
            )
        )
    return tuple(items)


def _spot(form: Form, finding: Finding) -> str:
    """Say what a finding is about, whatever the cell prints now: its code, its column and its row's name."""
    field = finding.cells[0].field
    row = _ROW.match(field)
    name = squeeze(form.record.indicators[int(row[1])].name) if row else ""
    return f"{finding.code}|{_INDEX.sub('', field)}|{name}"


def compare(first: Sequence[CheckedForm], again: Sequence[CheckedForm]) -> list[FormChange]:
    """Return what became of every form: each item 已改 or 未改, and what is 新出现; a form is known by project and unit."""
    left = list(again)
    changes = []
    for old in first:
        new = _partner(old, left)
        if new is None:
            changes.append(_missing(old))
            continue
        left.remove(new)
        changes.append(_form_change(old, new))
    return changes + [_form_change(None, new) for new in left]


def _partner(old: CheckedForm, candidates: Sequence[CheckedForm]) -> CheckedForm | None:
    named = [one for one in candidates if squeeze(one.form.record.project) == squeeze(old.form.record.project)]
    same = [one for one in named if _unit(one) == _unit(old)]
    return (same or named or [None])[0]  # type: ignore[list-item]


def _unit(checked: CheckedForm) -> str:
    return squeeze(checked.form.record.unit or checked.form.record.department)


def _missing(old: CheckedForm) -> FormChange:
    record = old.form.record
    kept = tuple(ItemChange(state="未改", item=item, before=_text(old.form, item.field)) for item in items_of(old))
    unit = record.unit or record.department
    return FormChange(project=record.project, unit=unit, score_before=record.total_score, missing=True, changes=kept)


def _form_change(old: CheckedForm | None, new: CheckedForm) -> FormChange:
    record = new.form.record
    return FormChange(
        project=record.project,
        unit=record.unit or record.department,
        score_before=old.form.record.total_score if old else None,
        score_after=record.total_score,
        changes=tuple(_changes(old, new)),
    )


def _changes(old: CheckedForm | None, new: CheckedForm) -> Iterator[ItemChange]:
    now = list(items_of(new))
    for item in items_of(old) if old else ():
        field = _same_cell(old.form, new.form, item.cells[0]) if old else None
        before = one_line(item.cells[0].text or "")
        after = _GONE if field is None else _text(new.form, field)
        kept = next((one for one in now if one.spot == item.spot), None) or _at_same_cell(item, field, now)
        if kept:
            now.remove(kept)
        yield ItemChange(state="未改" if kept else "已改", item=item, before=before, after=after)
    for item in now:
        yield ItemChange(state="新出现", item=item, after=_text(new.form, item.field))


def _at_same_cell(item: DutyItem, field: str | None, now: Sequence[DutyItem]) -> DutyItem | None:
    """Return what is still found at a cell whose row only got another name."""
    return next((one for one in now if one.field == field and one.codes == item.codes), None)


def _same_cell(old: Form, new: Form, cell: Cell) -> str | None:
    """Return where a cell of the first form stands in the resubmitted one; None where its row is gone."""
    row = _ROW.match(cell.field)
    if not row:
        return cell.field if _has(new, cell.field) else None
    was = old.record.indicators
    names = [squeeze(entry.name) for entry in new.record.indicators]
    name = squeeze(was[int(row[1])].name)
    if name in names:
        return f"indicators[{names.index(name)}].{row[2]}"
    same_height = len(was) == len(names) and int(row[1]) < len(names)
    return cell.field if same_height else None


def _has(form: Form, field: str) -> bool:
    try:
        form.text(field)
    except (IndexError, KeyError):
        return False
    return True


def _text(form: Form, field: str) -> str:
    return one_line((form.text(field) if _has(form, field) else None) or "")


def with_outcomes(items: Sequence[DutyItem], changes: Sequence[FormChange]) -> list[DutyItem]:
    """Return the items with what became of them, and what newly appeared behind them."""
    states = {change.item.key: change.state for form in changes for change in form.changes}
    new = [change.item for form in changes for change in form.changes if change.state == "新出现"]
    known = [item.model_copy(update={"outcome": states.get(item.key, "")}) for item in items]
    return known + [item.model_copy(update={"outcome": "新出现"}) for item in new]
