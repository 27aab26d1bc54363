"""The form as rules see it: every printed cell beside its parsed figure, and whether each target was met."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Literal

from fuhe.findings import Cell
from fuhe.policy import Pack, lexicon, words
from fuhe.readings.levels import PARENT, class_of, subclass_of
from fuhe.readings.measure import Measure, asks_when, measure
from fuhe.readings.numbers import numbers
from fuhe.readings.phrase import Phrase, is_rank, phrase
from fuhe.readings.reason import says_nothing
from fuhe.readings.value import Value, amount, in_unit, is_money, parse, unit
from fuhe.records import Form, FundingRow, Indicator
from fuhe.text import bare, is_blank, squeeze

Met = Literal["met", "unmet"]
Direction = Literal["≥", "≤"]
_SMALL_RATE = Decimal(10)
_DIRECTIONS: dict[str, Direction] = {"more": "≥", "less": "≤"}
_HEADING_MARKS = "★☆▲△●"
_HEADING_ENDS = ("合计", "小计", "总计")
_NUMBERED = re.compile(r"^[★☆*\s]*(?:指标(?:\s*\d+\s*[:：、.．]?|\s*[:：])|[(（]?\d{1,2}[)）.、．])\s*")


def unnumbered(name: str | None) -> str:
    """Return a row's name without the number it is printed with: 指标1：是否满意 is 是否满意."""
    return _NUMBERED.sub("", name or "").strip()


@dataclass(frozen=True)
class Row:
    """One indicator row: its cells, its figures, its class."""

    index: int
    printed: Indicator
    form: Form

    def cell(self, field: str) -> Cell:
        """Return one of the row's cells as evidence."""
        if field not in self._cells:
            self._cells[field] = evidence(self.form, f"indicators[{self.index}].{field}")
        return self._cells[field]

    @cached_property
    def _cells(self) -> dict[str, Cell]:
        return {}

    @cached_property
    def name(self) -> str:
        """The indicator's name without numbering such as 指标1：."""
        return unnumbered(self.printed.name)

    @cached_property
    def stands_apart(self) -> bool:
        """Whether the row is a line of its own beside the classes, its level its name: 预算执行率."""
        return bool(self.name) and squeeze(self.printed.level1) == squeeze(self.name) and not class_of(self.name)

    @cached_property
    def target(self) -> Value:
        """The parsed target."""
        return parse(self.printed.target)

    @cached_property
    def actual(self) -> Value:
        """The parsed actual."""
        return parse(self.printed.actual)

    @cached_property
    def wanted(self) -> Phrase:
        """The target read as a phrase, together with the name."""
        return phrase(self.printed.target, self.name, "target")

    @cached_property
    def told(self) -> Phrase:
        """The actual read as a phrase, together with the name."""
        return phrase(self.printed.actual, self.name, "actual")

    @property
    def picks_rank(self) -> bool:
        """Whether the actual is one word of a list of ranks."""
        return is_rank(self.printed.actual)

    @cached_property
    def could_be_counted(self) -> bool:
        """Whether the name is that of an event of which there can be several: 监管人员培训, 应急演练."""
        return self.measure.kind == "event"

    @cached_property
    def weight(self) -> Decimal | None:
        """Points the row can earn."""
        return printed_points(self.printed.weight)

    @cached_property
    def score(self) -> Decimal | None:
        """Points the row was given."""
        return printed_points(self.printed.score)

    @cached_property
    def subclass(self) -> str | None:
        """数量 质量 时效 成本 经济效益 … by the printed second level."""
        return subclass_of(self.printed.level2)

    @cached_property
    def level(self) -> str | None:
        """产出 效益 满意度 成本 by the printed first level, else by the second."""
        return class_of(self.printed.level1) or PARENT.get(self.subclass or "")

    @property
    def is_cost(self) -> bool:
        """Whether the row measures cost, where less is better."""
        return self.level == "成本" or self.subclass in ("成本", "经济成本", "社会成本", "生态环境成本")

    @cached_property
    def measure(self) -> Measure:
        """What the row's name measures, its class and its target's unit at hand."""
        return measure(self.name, self._class, self.target.unit or self.actual.unit, self.target)

    @property
    def _class(self) -> str | None:
        return self.printed.level2 or ("成本" if self.level == "成本" else None)

    @property
    def is_deadline(self) -> bool:
        """Whether the name by itself states a deadline (任务完成时限) and no rate of meeting it."""
        return asks_when(self.name)

    @cached_property
    def direction(self) -> Direction | None:
        """Which way a target without an operator is meant; None where the name can be read both ways.

        污染物排放量 is better low, 污染地块治理面积 is not, 资金结余率 has its limit, and 案件数量 tells only those who know the work.
        """
        if self.measure.derived:
            return _DIRECTIONS.get(self.measure.better)
        if self.is_cost:
            return "≤"
        return None if self.measure.better == "less" else "≥"

    @property
    def fewer_is_better(self) -> bool:
        """Whether a lower figure is the better one."""
        return self.direction == "≤"

    @property
    def is_timed(self) -> bool:
        """Whether the target is a length of time, where less is usually meant: 3个工作日."""
        return self.target.unit in lexicon("units")["classes"]["时间"]

    @property
    def operator_is_printed(self) -> bool:
        """Whether the target prints its own operator, so that nothing has to be read into it."""
        return self.target.operator is not None or self.target.kind in ("range", "phrase")

    @property
    def deducted(self) -> bool:
        """Whether the row got less than its weight."""
        return self.weight is not None and self.score is not None and self.score < self.weight

    @property
    def full(self) -> bool:
        """Whether the row got its whole weight."""
        return self.weight is not None and self.score is not None and self.score == self.weight

    @cached_property
    def met(self) -> Met | None:
        """Whether the row's own figures, dates or printed grade say that the target was met; None where they do not."""
        if self._repeats_a_date:
            return "met"
        if self.target.kind == "phrase" or self.actual.kind == "phrase":
            return self._met_by_grade
        if self.target.kind == "date" and self.actual.kind == "date":
            return _met_by_date(self.target, self.actual)
        if self.target.kind == "range" and self.actual.kind == "number":
            return self._met_by_range()
        if self.target.kind == "number" and self.actual.kind == "number":
            return self._met_by_number()
        return None

    @property
    def _repeats_a_date(self) -> bool:
        """Whether the same date or deadline stands on both sides: then it was kept."""
        same = bare(self.target.raw) == bare(self.actual.raw)
        dated = self.target.kind == "date" and bool(self.target.date and self.target.date[1])
        return same and (dated or (self.wanted.kind == "deadline" and self.target.kind in ("phrase", "mixed")))

    @property
    def _met_by_grade(self) -> Met | None:
        grade = self.told.grade
        return grade and ("met" if grade == "met" else "unmet")

    def _met_by_number(self) -> Met | None:
        actual, goal = in_unit(self.actual, self.target), self.target.number
        if actual is None or goal is None or not _comparable(self.target, self.actual):
            return None
        operator = self.target.operator or self.direction
        if operator is None:
            return "met" if actual == goal else None
        if (
            self.target.operator is None
            and actual != goal
            and (self._is_limit_of_time or self._may_be_meant_as_limit(actual))
        ):
            return None
        if not _bound_decides(operator, self.actual.operator):
            return "met" if actual == goal and self.actual.operator == operator else None
        holds = {"≥": actual >= goal, "≤": actual <= goal, ">": actual > goal, "<": actual < goal, "=": actual == goal}
        if holds[operator]:
            return "met"
        if operator == "=" and self._is_beyond(actual, goal):
            return None
        return "unmet" if self.actual.operator in (None, "=") else None

    @property
    def _is_limit_of_time(self) -> bool:
        return self._takes_time and self.target.unit != "%"

    def _may_be_meant_as_limit(self, actual: Decimal) -> bool:
        """Whether less than a plain figure may be just as meant: money left over, a rate to be held to, a small rate at 0."""
        goal, name = self.target.number or Decimal(0), self.measure
        if actual > goal or name.change:
            return False
        saved = name.kind == "total" and not name.derived
        small = name.kind == "share" and self.target.unit == "%" and goal <= _SMALL_RATE
        return name.better == "as-set" or saved or small

    @property
    def _takes_time(self) -> bool:
        """Whether a plain figure is a limit of time, in whatever class it stands: 审批时限 5个工作日 is kept by 3."""
        return self.subclass == "时效" or (self.measure.kind == "duration" and self.measure.better == "less")

    def _met_by_range(self) -> Met | None:
        number, low, high = in_unit(self.actual, self.target), self.target.number, self.target.high
        if number is None or low is None or high is None or self.actual.operator:
            return None
        if low <= number <= high:
            return "met"
        return None if self._is_beyond(number, low if number < low else high) else "unmet"

    def _is_beyond(self, actual: Decimal, goal: Decimal) -> bool:
        """Tell whether a figure misses its target on what may be the good side: more trainings, fewer days, less money."""
        less = "≤" if self.is_timed else self.direction
        return less is None or (actual < goal if less == "≤" else actual > goal)


def _heads(row: Row, below: Row) -> bool:
    name = squeeze(row.printed.name)
    marked = name[:1] in _HEADING_MARKS or name.endswith(_HEADING_ENDS)
    empty = is_blank(row.printed.target) and is_blank(row.printed.actual)
    part = not is_blank(below.printed.target) and squeeze(below.printed.name)[:1] not in _HEADING_MARKS
    return bool(name) and marked and empty and part and row.subclass == below.subclass


def _bound_decides(wanted: str, printed: str | None) -> bool:
    """Tell whether an actual printed as a bound (≥95%) can be held against the target's operator."""
    if printed in (None, "="):
        return True
    return (wanted in "≥>" and printed in ("≥", ">")) or (wanted in "≤<" and printed in ("≤", "<"))


def _comparable(target: Value, actual: Value) -> bool:
    """Leave out pairs such as 100% against a bare 1 or 0.98, where the percent sign may have been dropped."""
    bare_fraction = actual.unit is None and actual.number is not None and actual.number <= 1
    return not (target.unit == "%" and bare_fraction and (target.number or 0) > 1 and actual.number != 0)


def _met_by_date(target: Value, actual: Value) -> Met | None:
    wanted, done = target.date or (0, 0, 0), actual.date or (0, 0, 0)
    if not wanted[1] or not done[1] or (wanted[0] and done[0] and wanted[0] != done[0] and wanted[0] > done[0]):
        return "met" if wanted[0] and done[0] and done[0] < wanted[0] else None
    if wanted[0] and done[0] and done[0] > wanted[0]:
        return "unmet"
    if wanted[1] != done[1]:
        return "met" if done[1] < wanted[1] else "unmet"
    if not wanted[2]:
        return "met"
    return None if not done[2] else ("met" if done[2] <= wanted[2] else "unmet")


def printed_points(printed: str | None) -> Decimal | None:
    """Return points as printed (10, 9.5, 10分); None for blank, dash or anything else."""
    value = amount(printed)
    return value.number if value and value.unit in (None, "分") else None


def evidence(form: Form, field: str) -> Cell:
    """Return the cell at a field path with its text and place."""
    return Cell(field=field, text=form.text(field), place=form.places.get(field))


@dataclass(frozen=True)
class Execution:
    """The one execution rate of a form: 全年执行数 over 全年预算数 of the total row, in percent.

    A figure that stands in the wrong cell is named in `misplaced` and is neither weight nor score.
    """

    index: int
    rate: Decimal | None
    recomputed: bool
    weight: Decimal | None
    score: Decimal | None
    misplaced: tuple[str, ...] = ()

    @property
    def due(self) -> Decimal:
        """Rate × weight, at most the weight."""
        return min(self.rate or Decimal(0), Decimal(100)) / 100 * (self.weight or Decimal(0))


@dataclass(frozen=True)
class Sheet:
    """A form with everything rules ask of it more than once, and the policy pack they compare with."""

    form: Form
    pack: Pack

    def cell(self, field: str) -> Cell:
        """Return the cell at a field path as evidence."""
        return evidence(self.form, field)

    def has(self, field: str) -> bool:
        """Tell whether the layout prints a heading for this field."""
        return field in self.form.columns

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The indicator rows in printed order."""
        return tuple(Row(index, printed, self.form) for index, printed in enumerate(self.form.record.indicators))

    @cached_property
    def headings(self) -> frozenset[int]:
        """Rows that only head the rows behind them: marked ★ or 合计, blank themselves, parts of the same class below."""
        pairs = zip(self.rows, self.rows[1:], strict=False)
        return frozenset(row.index for row, below in pairs if _heads(row, below))

    @cached_property
    def explains_all(self) -> bool:
        """Whether one box explains the deviations of all rows."""
        return any("原因" in box.label and not says_nothing(box.text) for box in self.form.record.remarks)

    @property
    def is_departmental(self) -> bool:
        """Whether the form is a department's own (部门整体), where management is what is measured."""
        return self.form.form_type == "department"

    @cached_property
    def year(self) -> int | None:
        """The year the form is about."""
        found = (int(number.value) for number in numbers(self.form.record.year or "") if 2000 <= number.value < 2100)
        return next(found, None)

    @cached_property
    def tells_of_more(self) -> bool:
        """Whether the outcome says that more was done than was asked."""
        return any(word in squeeze(self.form.record.outcome) for word in words("narrative", "beyond"))

    @cached_property
    def satisfaction_rows(self) -> tuple[Row, ...]:
        """The rows under 满意度."""
        return tuple(row for row in self.rows if row.level == "满意度")

    @cached_property
    def is_scored(self) -> bool:
        """Whether anybody has filled in scores at all."""
        return any(row.score is not None for row in self.rows)

    @cached_property
    def execution(self) -> Execution | None:
        """The form's execution rate; None where there is no funding block."""
        funding = self.form.record.funding
        if not funding:
            return None
        index = self._total_row()
        total = funding[index]
        budget, spent = self.money(f"funding[{index}].full_year_budget"), self.money(f"funding[{index}].executed")
        recomputed = not budget and not spent and self._parts_are_filled(index)
        if recomputed:
            budget, spent = self._sum_of_parts(index, "full_year_budget"), self._sum_of_parts(index, "executed")
        rate = spent / budget * 100 if budget and spent is not None else None
        weight, score = printed_points(total.weight), printed_points(total.score)
        misplaced = self._misplaced(weight, total)
        return Execution(
            index,
            rate,
            recomputed,
            None if "weight" in misplaced else weight,
            None if "score" in misplaced else score,
            misplaced,
        )

    def _misplaced(self, weight: Decimal | None, total: FundingRow) -> tuple[str, ...]:
        """Find the form's total, or the rate itself, typed into the execution row's 分值 or 得分."""
        record = self.form.record
        whole = printed_points(record.total_weight) or Decimal(100)
        weight_is_off = weight is not None and weight == whole >= 50
        most = whole / 2 if weight is None or weight_is_off else weight
        typed, rate = amount(total.score), amount(total.rate)
        figure = typed.number if typed and typed.unit in (None, "分", "%") else None
        known = {printed_points(record.total_score), rate.number if rate else None} - {None}
        score_is_off = figure is not None and figure > most and figure in known
        return (*(("weight",) if weight_is_off else ()), *(("score",) if score_is_off else ()))

    def total_of(self, column: str) -> Decimal | None:
        """Return the total row's amount; where that row was left blank or 0 while its parts are filled, Σ of the parts."""
        execution = self.execution
        if execution is None:
            return None
        own = self.money(f"funding[{execution.index}].{column}")
        return self._sum_of_parts(execution.index, column) if execution.recomputed and not own else own

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every cell of words that is not blank, as (field path, printed text)."""
        record = self.form.record
        fields = ["project", "goal", "outcome"]
        names = ("name", "target", "actual", "reason")
        fields += [f"indicators[{row.index}].{name}" for row in self.rows for name in names]
        fields += [f"funding[{index}].reason" for index in range(len(record.funding))]
        fields += [f"remarks[{index}].text" for index in range(len(record.remarks))]
        return tuple((field, text) for field in fields if (text := self.form.text(field)))

    @cached_property
    def has_fund_total(self) -> bool:
        """Whether one funding row says that it is the total."""
        return any(_is_total(row.label) for row in self.form.record.funding)

    def _total_row(self) -> int:
        marked = (index for index, row in enumerate(self.form.record.funding) if _is_total(row.label))
        return next(marked, 0)

    def _parts_are_filled(self, total: int) -> bool:
        return any(not is_blank(row.executed) for index, row in enumerate(self.form.record.funding) if index != total)

    def _sum_of_parts(self, total: int, column: str) -> Decimal:
        parts = [self.money(f"funding[{i}].{column}") for i in range(len(self.form.record.funding)) if i != total]
        return sum((part for part in parts if part is not None), Decimal(0))

    def unit_after(self, field: str) -> str:
        """Return the unit of an amount that prints none; nothing where it prints its own."""
        value = amount(self.form.text(field))
        return "" if value and value.unit else self.money_unit

    @cached_property
    def money_unit(self) -> str:
        """The unit `money` counts in: the one the form's heading prints, else the first one its amounts print."""
        if self.form.record.fund_unit:
            return self.form.record.fund_unit
        rows = self.form.record.funding
        cells = (cell for row in rows for cell in (row.initial_budget, row.full_year_budget, row.executed))
        return next((value.unit for cell in cells if (value := amount(cell)) and is_money(value.unit)), "") or ""

    def money(self, field: str) -> Decimal | None:
        """Return a printed amount in the form's unit; one that prints a unit of its own is converted."""
        value = amount(self.form.text(field))
        if value is None or not is_money(value.unit) or not is_money(unit(self.money_unit)):
            return value.number if value else None
        return in_unit(value, Value("", "number", unit=unit(self.money_unit)))


def _is_total(label: str | None) -> bool:
    return any(word in squeeze(label) for word in ("总额", "总金额", "合计"))


def agree(left: Value, right: Value) -> bool:
    """Tell whether two printed amounts are the same at the coarser printed precision: 90 and 89.974 are."""
    if left.number is None or right.number is None:
        return False
    decimals = min(left.decimals, right.decimals)
    return rounded(left.number, decimals) == rounded(right.number, decimals)


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Round half up to a number of decimals."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
