"""Form, findings and a standard to a proposed worksheet: one score a row, each with its words, cells and rule."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fuhe.findings import Cell, Finding
from fuhe.policy import Pack
from fuhe.readings.deductions import due_by_ratio, points_at_stake
from fuhe.readings.sheet import Row, Sheet, printed_points, rounded
from fuhe.readings.value import in_unit, is_money, parse, plain, unit
from fuhe.records import FORM_TYPES, Form
from fuhe.rescoring.row_conditions import RowCase, met_by
from fuhe.rescoring.standard import SLOT, CitedRule, ExecutionRule, Standard
from fuhe.text import one_line, squeeze
from fuhe.worksheets import EvidenceTick, WorkRow, Worksheet, cents

SCORED = ("project", "department", "transfer")
"""The types of form that are scored; a target form or a report has nothing to rescore."""
_ZERO, _WHOLE = Decimal(0), Decimal(100)
_DOUBTED = ("V002", "V003", "V004", "V005", "V006", "V017", "F004", "N013")
"""Codes by which a printed actual does not stand as the reviewed one."""
_BANDS = {"met": Decimal(1), "part": Decimal("0.8"), "unmet": Decimal("0.6")}


def why_not_scored(form: Form) -> str:
    """Say why a form gets no worksheet; "" where it gets one."""
    if form.form_type not in SCORED:
        return f"这是{FORM_TYPES[form.form_type]}，不打分"
    return "" if form.record.indicators else "表内没有指标行，不打分"


def propose(file: str, form: Form, findings: Sequence[Finding], standard: Standard, pack: Pack) -> Worksheet:
    """Return the worksheet of one form: the same for the same form, findings and standard."""
    sheet = Sheet(form, pack)
    weights = _weights(sheet, standard)
    record = form.record
    body = tuple(
        _row(RowCase(sheet, row, findings), weights[row.index], standard) for row in sheet.rows if row.index in weights
    )
    rows = (_execution(sheet, standard.execution, sum((row.weight for row in body), _ZERO)), *body)
    return Worksheet(
        key=_key(form),
        file=file,
        form=form.id,
        project=record.project,
        department=record.department,
        unit=record.unit or record.department,
        year=record.year,
        standard=standard.title,
        budget=_in_wan(sheet, "full_year_budget"),
        executed=_in_wan(sheet, "executed"),
        printed_total=record.total_score,
        rows=_with_keys(rows),
        grades=dict(standard.grades),
        over="自评得分" if standard.deviation.endswith("/自评得分") else "分值",
        notes=tuple(_notes(sheet, rows)),
    )


def with_own_keys(sheets: Iterable[Worksheet]) -> list[Worksheet]:
    """Return the worksheets of several files, those of one project handed in twice told apart by their order."""
    met = Counter[str]()
    made = []
    for sheet in sheets:
        met[sheet.key] += 1
        again = f"-{met[sheet.key]}" if met[sheet.key] > 1 else ""
        made.append(sheet.model_copy(update={"key": sheet.key + again}))
    return made


def _key(form: Form) -> str:
    record = form.record
    about = (form.id, record.project, record.unit or record.department, record.year)
    return hashlib.sha256("\x1f".join(squeeze(text) for text in about).encode()).hexdigest()[:12]


def _with_keys(rows: Sequence[WorkRow]) -> tuple[WorkRow, ...]:
    """Key every row by what it is about, so that it is known again wherever it is moved; twins by their number."""
    met = Counter[str]()
    keyed = []
    for row in rows:
        about = "\x1f".join(squeeze(text) for text in (row.level2, row.name, row.target))
        met[about] += 1
        key = hashlib.sha256(f"{about}\x1f{met[about]}".encode()).hexdigest()[:10]
        keyed.append(row.model_copy(update={"key": key}))
    return tuple(keyed)


def money_of(form: Form, pack: Pack) -> Decimal | None:
    """Return a form's whole budget in 万元; None where it prints none."""
    return _in_wan(Sheet(form, pack), "full_year_budget")


def _in_wan(sheet: Sheet, column: str) -> Decimal | None:
    """Return the form's total of a column in 万元; the printed figure where no unit of money is known."""
    total = sheet.total_of(column)
    if total is None or not is_money(unit(sheet.money_unit)):
        return total
    return in_unit(parse(f"{total:f}{sheet.money_unit}"), parse("1万元"))


def _weights(sheet: Sheet, standard: Standard) -> dict[int, Decimal]:
    """Return what each row can earn: its weight, else the points its class prints, else what the unit gave itself.

    A form that prints neither weights nor scores gets the standard's points of each class, shared out alike.
    """
    scored = [row for row in sheet.rows if row.index not in sheet.headings]
    found = {row.index: _stake(sheet, row) for row in scored}
    if any(weight is not None for weight in found.values()):
        return {index: weight or _ZERO for index, weight in found.items()}
    classes = Counter(row.level for row in scored)
    given: dict[str | None, Decimal] = dict(standard.weights.items())
    return {row.index: cents(given.get(row.level, _ZERO) / classes[row.level]) for row in scored}


def _stake(sheet: Sheet, row: Row) -> Decimal | None:
    stake = points_at_stake(sheet, row)
    return row.score if stake is None else stake


def _notes(sheet: Sheet, rows: Sequence[WorkRow]) -> Iterator[str]:
    printed, added = (
        printed_points(sheet.form.record.total_score),
        sum((row.self_score or _ZERO for row in rows), _ZERO),
    )
    if printed is not None and printed != added:
        yield f"表上总分{plain(printed)}，各行自评得分合计{plain(added)}；本表按各行合计"
    if blank := [row.name for row in rows if row.self_score is None and row.weight]:
        yield f"自评得分未填、不计入偏差的行：{'、'.join(blank)}"
    if any(row.weight is None and row.score is not None for row in sheet.rows):
        yield "表上有的行没有分值，暂用类别上标注的分值，没有标注的以自评得分作分值，请核定"
    elif all(row.weight is None for row in sheet.rows):
        yield "表上没有分值，按口径的分值平均到各行，请核定"


def _execution(sheet: Sheet, rule: ExecutionRule, others: Decimal) -> WorkRow:
    """Score 预算执行 by its formula; where no rate can be computed the self score stands."""
    found = sheet.execution
    weight = _execution_weight(sheet, others)
    own = found.score if found else None
    rate = found.rate if found else None
    score, words = _executed(rate, weight, rule, own)
    index = found.index if found else 0
    names = ("full_year_budget", "executed")
    return WorkRow(
        key="",
        field=f"funding[{index}]",
        level1="预算执行",
        name="预算执行率",
        nature="定量",
        target="100%",
        unit="%",
        weight=weight,
        actual=sheet.form.record.funding[index].rate if found else None,
        self_score=own,
        review_actual=None if rate is None else f"{plain(rounded(rate, 2))}%",
        rule="预算执行" if rate is not None else None,
        base_score=score,
        words=words,
        cells=tuple(sheet.cell(f"funding[{index}].{name}") for name in names) if found else (),
    )


def _execution_weight(sheet: Sheet, others: Decimal) -> Decimal:
    """Return the weight 预算执行 prints, else what the rows leave of the total; nothing without money."""
    if sheet.execution is None:
        return _ZERO
    if sheet.execution.weight is not None:
        return sheet.execution.weight
    left = (printed_points(sheet.form.record.total_weight) or _WHOLE) - others
    return left if _ZERO < left <= 30 else _ZERO


def _executed(rate: Decimal | None, weight: Decimal, rule: ExecutionRule, own: Decimal | None) -> tuple[Decimal, str]:
    if not weight:
        return _ZERO, "表上没有预算执行率的分值，不计分"
    if rate is None:
        return min(own or _ZERO, weight), "金额不全，算不出执行率，暂按自评得分，请复核人核定"
    shown = plain(rounded(rate, 2))
    if rate >= rule.full_from:
        return weight, f"执行率{shown}%，计满分"
    if rate < rule.zero_below:
        return _ZERO, f"执行率{shown}%，低于{plain(rule.zero_below)}%，不计分"
    return cents(weight * rate / 100), f"执行率{shown}%，按分值×执行率计分"


@dataclass(frozen=True)
class _Met:
    """A rule that applies to a row: what is left by it, and what it rests on."""

    cited: CitedRule
    left: Decimal
    cells: tuple[Cell, ...]
    codes: tuple[str, ...]


def _row(case: RowCase, weight: Decimal, standard: Standard) -> WorkRow:
    row = case.row
    ticks, met = _by_order(case, weight, standard)
    score, words = _base(row, weight, met)
    return WorkRow(
        key="",
        field=f"indicators[{row.index}]",
        level1=row.printed.level1,
        level2=row.printed.level2,
        name=one_line(row.printed.name or ""),
        nature="定性" if row.target.kind in ("phrase", "mixed", "blank") else "定量",
        target=row.printed.target,
        unit=row.target.unit,
        weight=weight,
        actual=row.printed.actual,
        self_score=row.score,
        review_actual=_reviewed(case),
        rule=met.cited.cited if met else None,
        base_score=score,
        words=words,
        cells=met.cells if met else (row.cell("score"),),
        codes=met.codes if met else (),
        ticks=ticks,
    )


def _reviewed(case: RowCase) -> str | None:
    """Return the printed actual where nothing is said against it, else nothing: to be filled in from the evidence."""
    at = f"indicators[{case.row.index}].actual"
    doubted = any(finding.code in _DOUBTED and at in [cell.field for cell in finding.cells] for finding in case.here)
    return None if doubted or not case.row.printed.actual else case.row.printed.actual


def _by_order(case: RowCase, weight: Decimal, standard: Standard) -> tuple[tuple[EvidenceTick, ...], _Met | None]:
    """Go down the rules to the first that applies; the ticks met on the way may still outrank it."""
    ticks: list[EvidenceTick] = []
    for cited in standard.rules:
        rule = cited.rule
        if rule.of and not {case.row.level, case.row.subclass} & set(rule.of):
            continue
        held = met_by(case, rule.when)
        left = None if held is None else _left(case, rule.deduct, weight)
        if held is None or left is None:
            continue
        left = _capped(case.row, left, weight, standard)
        if not rule.tick:
            return tuple(ticks), _Met(cited, left, *held)
        if rule.tick not in [tick.label for tick in ticks]:
            ticks.append(_tick(case.row, cited, left, weight))
    return tuple(ticks), None


def _left(case: RowCase, deduct: Decimal | str, weight: Decimal) -> Decimal | None:
    """Return the points a rule leaves of the weight; None where the row has not the figures for it."""
    if isinstance(deduct, Decimal):
        return cents(weight * (_WHOLE - deduct) / 100)
    if deduct == "按比例":
        due = due_by_ratio(case.row)
        return None if due is None else cents(min(due, weight))
    grade = case.row.told.grade
    return cents(weight * _BANDS[grade]) if grade else None


def _capped(row: Row, left: Decimal, weight: Decimal, standard: Standard) -> Decimal:
    """Hold a class to the most the standard lets it lose."""
    caps = [cap for name, cap in standard.caps.items() if name in (row.level, row.subclass)]
    return max([left, *(cents(weight * (_WHOLE - cap) / 100) for cap in caps)])


def _tick(row: Row, cited: CitedRule, left: Decimal, weight: Decimal) -> EvidenceTick:
    score, words = _with_own(row, left, weight, _filled(cited.rule.reason, row))
    return EvidenceTick(label=cited.rule.tick, rule=cited.cited, score=score, words=words)


def _base(row: Row, weight: Decimal, met: _Met | None) -> tuple[Decimal, str]:
    """Return the score before any tick and the words for it."""
    if not weight:
        return _ZERO, "本行没有分值，不计分"
    if met:
        return _with_own(row, met.left, weight, _filled(met.cited.rule.reason, row))
    if row.score is None:
        unread = f"indicators[{row.index}].score" in row.form.unread
        return weight, f"自评得分{'没有读出' if unread else '未填'}，暂按分值，请复核人核定"
    if row.score > weight:
        return weight, f"自评得分{plain(row.score)}超过分值，按分值计"
    said = "自评已扣分，按自评得分认定" if row.score < weight else "未见扣分情形，按自评得分认定"
    return max(row.score, _ZERO), said


def _with_own(row: Row, left: Decimal, weight: Decimal, words: str) -> tuple[Decimal, str]:
    """Hold what a rule leaves against the self score: what the unit took off itself is not taken off again."""
    own = row.score
    if own is None or own >= left:
        return left, words
    told = "" if left == weight else f"；自评已扣到{plain(own)}分，不重复扣"
    return max(own, _ZERO), words + (told or "；自评已扣分，按自评得分认定")


def _filled(reason: str, row: Row) -> str:
    """Put the row's printed texts into the words of a rule."""
    printed = row.printed
    texts = {
        "指标": printed.name,
        "指标值": printed.target,
        "完成值": printed.actual,
        "分值": printed.weight,
        "自评得分": printed.score,
    }
    return SLOT.sub(lambda slot: one_line(texts.get(slot[1]) or "（未填）"), reason)
