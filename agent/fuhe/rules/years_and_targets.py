"""D, B over the years: a project's form beside last year's, and beside the targets approved for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fuhe.findings import BatchCell
from fuhe.policy import simplify
from fuhe.readings.sheet import printed_points
from fuhe.readings.value import in_unit, parse
from fuhe.rules.batch_rule import BatchHit, Group, Trace, batch_rule, trace
from fuhe.rules.rule import plain
from fuhe.similarity import WITHIN_FORM, differs_in_kind, is_near
from fuhe.text import bare, squeeze
from fuhe.traces import FormTrace, TraceLine

_LEAST_ROWS = 2
_TOLD = 5
_RENAMED = WITHIN_FORM._replace(least=4)


@dataclass(frozen=True)
class _Plan:
    """What one form of a project sets out for one year."""

    at: Trace
    year: int
    form_type: str
    goal: str | None
    goal_key: str
    lines: tuple[TraceLine, ...]

    def cell(self, line: TraceLine, field: Literal["name", "target", "actual", "weight"]) -> BatchCell:
        """Return a cell of one of its rows as evidence."""
        texts = {"name": line.printed_name, "target": line.target, "actual": line.actual, "weight": line.weight}
        return self.at.cell(f"indicators[{line.index}].{field}", texts[field])


def _plans_of(seen: FormTrace) -> Iterator[Trace]:
    lines = [line for line in seen.lines if line.key and not line.placeholder]
    if seen.project and seen.year and lines and not seen.truncated and seen.form_type in ("project", "target"):
        kept = [line.model_dump_json(exclude_defaults=True) for line in lines]
        facts = (seen.year, seen.form_type, seen.goal, seen.goal_key, kept)
        yield trace(seen, f"{seen.unit}\x1f{seen.project}", "project", seen.title, *facts)


def _read(group: Group) -> list[_Plan]:
    found = []
    for at in group.traces:
        year, form_type, goal, goal_key, lines = at.facts
        found.append(_Plan(at, year, form_type, goal, goal_key, tuple(map(TraceLine.model_validate_json, lines))))
    return sorted(found, key=lambda plan: (plan.year, plan.form_type))


@batch_rule("D005", "unchanged-from-last-year", "info", "目标和指标与上年完全相同", gather=_plans_of)
def unchanged_from_last_year(group: Group) -> Iterator[BatchHit]:
    """上年的完成值已经超过指标值，本年的目标、指标名称和指标值却一个没变。

    查什么：同一单位、同一项目相邻两年的表一并交来时，预期目标、全部指标名称和年度指标值是否都与上年相同，而上年有指标的完成值超过指标值。
    为什么：上年已经超过的指标值不再起约束作用，照用上年的目标说明没有结合完成情况核定。
    反例：2023年办结率≥90%、实际98%；2024年的目标和指标逐字照旧，办结率仍为≥90%。
    正例：2024年办结率改为≥98%，或写明沿用的理由。
    不算问题：目标或任何一个指标有变化的；上年没有指标超过的；只有年份不同的文字视为相同。
    依据：复核惯例。
    """
    plans, told = _read(group), set[int]()
    for now in plans:
        last = next((plan for plan in plans if plan.year == now.year - 1 and plan.form_type == "project"), None)
        if last is None or now.year in told or len(now.lines) < _LEAST_ROWS or not _is_unchanged(last, now):
            continue
        if beaten := [line for line in last.lines if line.beaten]:
            told.add(now.year)
            yield _unchanged(last, now, beaten, group.name)


def _is_unchanged(last: _Plan, now: _Plan) -> bool:
    rows = (sorted((line.key, bare(simplify(squeeze(line.target)))) for line in plan.lines) for plan in (last, now))
    return last.goal_key == now.goal_key and next(rows) == next(rows)


def _unchanged(last: _Plan, now: _Plan, beaten: Sequence[TraceLine], name: str) -> BatchHit:
    first, kept = beaten[0], {line.key: line for line in now.lines}
    cells = [now.at.cell("goal", now.goal), last.at.cell("goal", last.goal)]
    for line in beaten:
        cells += [now.cell(kept[line.key], "target"), last.cell(line, "target"), last.cell(line, "actual")]
    goal = "预期目标和" if now.goal_key else ""
    more = f"，共{len(beaten)}个指标" if len(beaten) > 1 else ""
    return BatchHit(
        tuple(cells),
        f"{now.year}年度{goal}{len(now.lines)}个指标的名称、指标值与{last.year}年度完全相同，"
        f"而{last.year}年度的完成值已超过指标值（“{first.name}”{first.target}，完成{first.actual}{more}）。",
        f"D005{name}\x1f{now.year}",
        ("请结合上年完成情况重新核定指标值", "确需沿用的，请说明理由"),
    )


@dataclass(frozen=True)
class _Change:
    """One thing that is not as approved: what to say, and the cells it rests on."""

    says: str
    cells: tuple[BatchCell, ...]


@batch_rule("B004", "target-changed", "warning", "指标与批复的绩效目标不一致", gather=_plans_of)
def target_changed(group: Group) -> Iterator[BatchHit]:
    """自评表里的指标，与批复的绩效目标表相比，少了、改了名称、降了指标值或动了分值。

    查什么：同一单位、同一项目、同一年度的绩效目标表（申报表、批复表）和自评表一并交来时，逐个指标对照名称、年度指标值和分值。
    为什么：自评应当对照批复的目标；改动没有依据的，自评结果不能反映目标完成情况。
    反例：批复“培训人数≥500人、10分”，自评表改成“培训人数≥300人”，另有一个指标没有再列。
    正例：自评表的指标与批复一致；确有调整的，附调整批复并说明。
    不算问题：增加指标、提高指标值的；只是写法不同（≥90%与不低于90%）的；有多份目标表的，按改动最少的一份对照；被截断的表。
    依据：复核惯例。
    """
    plans = _read(group)
    for now in (plan for plan in plans if plan.form_type == "project"):
        approved = [plan for plan in plans if plan.form_type == "target" and plan.year == now.year]
        found = min((_changes(plan, now) for plan in approved), key=len, default=[])
        if found:
            told = "；".join(change.says for change in found[:_TOLD])
            yield BatchHit(
                (now.at.cell(), *(cell for change in found for cell in change.cells)),
                f"与批复的绩效目标表相比，有{len(found)}处不同：{told}{'等' if len(found) > _TOLD else ''}。",
                f"B004{group.name}\x1f{now.year}",
                ("请按批复的绩效目标自评", "经批准调整的，请附调整批复并说明"),
            )


def _changes(approved: _Plan, now: _Plan) -> list[_Change]:
    found: list[_Change] = []
    for line, other in _matched(approved.lines, now.lines):
        if other is None:
            found.append(_Change(f"“{line.name}”没有再列", (approved.cell(line, "name"),)))
            continue
        if other.key != line.key:
            cells = (now.cell(other, "name"), approved.cell(line, "name"))
            found.append(_Change(f"“{line.name}”改为“{other.name}”", cells))
        if _is_lowered(line, other):
            cells = (now.cell(other, "target"), approved.cell(line, "target"))
            found.append(_Change(f"“{line.name}”指标值由{line.target}改为{other.target}", cells))
        before, after = printed_points(line.weight), printed_points(other.weight)
        if before is not None and after is not None and before != after:
            cells = (now.cell(other, "weight"), approved.cell(line, "weight"))
            found.append(_Change(f"“{line.name}”分值由{plain(before)}分改为{plain(after)}分", cells))
    return found


def _matched(approved: Sequence[TraceLine], now: Sequence[TraceLine]) -> list[tuple[TraceLine, TraceLine | None]]:
    """Give every approved row the row of the same name, else, of those left over, one of nearly the same name."""
    left, found = list(now), dict[int, TraceLine]()
    for alike in (_same_name, _near_name):
        for place, line in enumerate(approved):
            other = next((row for row in left if alike(line, row)), None) if place not in found else None
            if other is not None:
                found[place] = other
                left.remove(other)
    return [(line, found.get(place)) for place, line in enumerate(approved)]


def _same_name(line: TraceLine, other: TraceLine) -> bool:
    return line.key == other.key


def _near_name(line: TraceLine, other: TraceLine) -> bool:
    return is_near(line.key, other.key, _RENAMED) and not differs_in_kind(line.key, other.key)


def _is_lowered(line: TraceLine, other: TraceLine) -> bool:
    """Tell whether the target asks for less than the approved one, or no longer for a figure at all."""
    before, after = parse(line.target), parse(other.target)
    if before.kind != "number" or before.number is None:
        return False
    figure = in_unit(after, before) if after.kind == "number" else None
    if figure is None:
        return after.kind == "phrase"
    fewer = before.operator in ("≤", "<") if before.operator else line.fewer
    return figure > before.number if fewer else figure < before.number
