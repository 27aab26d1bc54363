"""What a unit is asked to put right, and what became of it when the form comes again."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from fuhe.findings import Cell, Finding
from fuhe.follow_up import ChangeState, DutyItem, FormChange, ItemChange
from fuhe.point import HINTS, Point
from fuhe.pointing import wording
from fuhe.pointing.form_points import facts_of, form_points
from fuhe.pointing.letter import LetterForm
from fuhe.pointing.row_subject import RowSubject
from fuhe.records import LABELS, Form
from fuhe.text import one_line, squeeze

_ROW = re.compile(r"indicators\[(\d+)\]\.?(\w*)")
_INDEX = re.compile(r"\[\d+\]")
_GONE = "（表上已没有这一行）"
_EMPTY = "（空）"
_MOST_TEXTS = 3
"""Texts of a point of several cells that are set side by side."""


@dataclass(frozen=True)
class CheckedForm:
    """A form and what was found in it."""

    form: Form
    findings: Sequence[Finding]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The points with something to be put right, weightiest first; their facts are errors and warnings only."""
        made = form_points(self.form.record, self.findings)
        loud = [(point, tuple(fact for fact in point.facts if self._is_loud(fact))) for point in made]
        return tuple(point.model_copy(update={"facts": facts}) for point, facts in loud if facts)

    def _is_loud(self, fact: int) -> bool:
        return self.findings[fact].severity != "info"

    @property
    def for_letter(self) -> LetterForm:
        """The form as a letter takes it."""
        return LetterForm(self.form.record, tuple(self.findings), self.points)

    @property
    def unit(self) -> str | None:
        """Whose form it is."""
        return self.form.record.unit or self.form.record.department


def items_of(checked: CheckedForm) -> tuple[DutyItem, ...]:
    """Return what the unit of a form is asked to put right: an item a point, weightiest first.

    The one place that turns what was found into items: whatever asks for notices, ledgers or 对照 comes through here.
    """
    met = Counter[str]()
    return tuple(_item(checked, point, point.facts, met) for point in checked.points)


def _item(checked: CheckedForm, point: Point, positions: Sequence[int], met: Counter[str]) -> DutyItem:
    """Word what `positions` of a point's facts are about; `met` counts the items of one spot."""
    record = checked.form.record
    findings = [checked.findings[fact] for fact in positions]
    main = findings[0] if len(positions) < len(point.facts) else _main(point, findings)
    spot = f"{point.kind}|{_spot(checked.form, main)}"
    met[spot] += 1
    about = (record.project, checked.unit, record.year, spot, str(met[spot]))
    said, asked = _words(checked, point, positions)
    return DutyItem(
        key=hashlib.sha256("\x1f".join(squeeze(part) for part in about).encode()).hexdigest()[:12],
        spot=spot,
        project=record.project,
        unit=checked.unit,
        field=main.cells[0].field,
        what=said,
        advice=asked.removesuffix("。"),
        codes=tuple(dict.fromkeys(finding.code for finding in findings)),
        cells=_cells(findings),
    )


def _main(point: Point, findings: Sequence[Finding]) -> Finding:
    """Return the finding that stands at a point's main cell."""
    main = point.subject[0].field
    return next((finding for finding in findings if finding.cells[0].field == main), findings[0])


def _words(checked: CheckedForm, point: Point, positions: Sequence[int]) -> tuple[str, str]:
    """Return what is said and asked of some facts of a point."""
    facts = facts_of(checked.form.record, checked.findings, positions, ())
    if point.kind == HINTS:
        return wording.hints(facts)[0], wording.ask(facts)
    return wording.says(facts), wording.ask(facts)


def _cells(findings: Iterable[Finding]) -> tuple[Cell, ...]:
    """Return the cells some findings stand at, each once."""
    return tuple({finding.cells[0].field: finding.cells[0] for finding in findings}.values())


def _spot(form: Form, finding: Finding) -> str:
    """Say what a finding is about, whatever the cell prints now: its code, its column and its row's name."""
    field = finding.cells[0].field
    row = _ROW.match(field)
    name = squeeze(form.record.indicators[int(row[1])].name) if row else ""
    return f"{finding.code}|{_INDEX.sub('', field)}|{name}"


def compare(first: Sequence[CheckedForm], again: Sequence[CheckedForm]) -> list[FormChange]:
    """Return what became of every form: each item 已改, 部分改 or 未改, and what is 新出现; a form is known by project and unit."""
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
    same = [one for one in named if squeeze(one.unit) == squeeze(old.unit)]
    return (same or named or [None])[0]  # type: ignore[list-item]


def _missing(old: CheckedForm) -> FormChange:
    record = old.form.record
    kept = tuple(ItemChange(state="未改", item=item, before=_text(old.form, item.field)) for item in items_of(old))
    return FormChange(
        project=record.project, unit=old.unit, score_before=record.total_score, missing=True, changes=kept
    )


def _form_change(old: CheckedForm | None, new: CheckedForm) -> FormChange:
    record = new.form.record
    return FormChange(
        project=record.project,
        unit=new.unit,
        score_before=old.form.record.total_score if old else None,
        score_after=record.total_score,
        changes=tuple(_changes(old, new)),
    )


def _changes(old: CheckedForm | None, new: CheckedForm) -> Iterator[ItemChange]:
    """Yield what became of each point by its facts; what no fact of the first form stands for is new."""
    now = [fact for point in new.points for fact in point.facts]
    if old is not None:
        yield from _became(old, new, now)
    met = Counter[str]()
    for point in new.points:
        if fresh := [fact for fact in point.facts if fact in now]:
            item = _item(new, point, fresh, met)
            yield ItemChange(state="新出现", item=item, after=_text(new.form, item.field))


def _became(old: CheckedForm, new: CheckedForm, now: list[int]) -> Iterator[ItemChange]:
    """Yield each point of the first form with what is left of it; what is found again is taken out of `now`."""
    for item, point in zip(items_of(old), old.points, strict=True):
        kept = [fact for fact in point.facts if _found_again(old, new, fact, now)]
        state: ChangeState = "已改" if not kept else "未改" if len(kept) == len(point.facts) else "部分改"
        before, after = _texts(old, new, item)
        left = _words(old, point, kept)[0] if state == "部分改" else ""
        yield ItemChange(state=state, item=item, before=before, after=after, left=left)


def _found_again(old: CheckedForm, new: CheckedForm, fact: int, now: list[int]) -> bool:
    """Tell whether a finding is still there, at its row or at a cell whose row only got another name; take it out of `now`."""
    finding = old.findings[fact]
    spot, field = _spot(old.form, finding), _same_cell(old.form, new.form, finding.cells[0])
    alike = [one for one in now if new.findings[one].code == finding.code]
    found = next((one for one in alike if _spot(new.form, new.findings[one]) == spot), None)
    if found is None:
        found = next((one for one in alike if new.findings[one].cells[0].field == field), None)
    if found is not None:
        now.remove(found)
    return found is not None


def _texts(old: CheckedForm, new: CheckedForm, item: DutyItem) -> tuple[str, str]:
    """Return the texts of an item's cells before and after: those that changed, else that of its main cell."""
    told = []
    for cell in item.cells:
        field = _same_cell(old.form, new.form, cell)
        now = _GONE if field is None else _text(new.form, field)
        told.append((cell.field, _text(old.form, cell.field), now))
    changed = [entry for entry in told if squeeze(entry[1]) != squeeze(entry[2])][:_MOST_TEXTS]
    shown = changed or [entry for entry in told if entry[0] == item.field][:1]
    if len(shown) == 1:
        return shown[0][1], shown[0][2]
    named = [(_called(old.form, field), before or _EMPTY, after or _EMPTY) for field, before, after in shown]
    return (
        "；".join(f"{name}：{before}" for name, before, _ in named),
        "；".join(f"{name}：{after}" for name, _, after in named),
    )


def _called(form: Form, field: str) -> str:
    row = _ROW.match(field)
    column = LABELS.get(row[2] if row else field.rpartition(".")[2], "")
    return f"{RowSubject(form.record, int(row[1])).title}{column}" if row else column


def _same_cell(old: Form, new: Form, cell: Cell) -> str | None:
    """Return where a cell of the first form stands in the resubmitted one; None where its row is gone."""
    row = _ROW.match(cell.field)
    if not row:
        return cell.field if _has(new, cell.field) else None
    index, was = int(row[1]), old.record.indicators
    names = [squeeze(entry.name) for entry in new.record.indicators]
    name = squeeze(was[index].name)
    alike = [place for place, other in enumerate(names) if other == name]
    before = sum(1 for entry in was[:index] if squeeze(entry.name) == name)
    if alike:
        return f"indicators[{alike[min(before, len(alike) - 1)]}].{row[2]}"
    same_height = len(was) == len(names) and index < len(names)
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
