"""Plant exactly one fault in a well filled form and declare the codes that must come with it."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from evals.labelled import Case, Label
from fuhe.readings.value import amount
from fuhe.records import Form, Remark

Mutation = Callable[[Form], tuple[Form, list[Label]] | None]
MUTATIONS: list[tuple[str, Mutation]] = []


def plants(code: str) -> Callable[[Mutation], Mutation]:
    """Register a generator under the code it plants."""

    def register(mutation: Mutation) -> Mutation:
        MUTATIONS.append((code, mutation))
        return mutation

    return register


def mutated(cases: list[Case]) -> Iterator[tuple[str, Case]]:
    """Yield every mutation of every form it fits, as (code, case)."""
    for case in cases:
        for number, (code, mutation) in enumerate(MUTATIONS):
            if made := mutation(case.form):
                form, labels = made
                yield (
                    code,
                    Case(f"{case.id}+{code}.{number}", case.topic, case.layout, case.policy, form, tuple(labels)),
                )


def top(form: Form, **values: Any) -> Form:
    """Return the form with other head values."""
    return form.model_copy(update={"record": form.record.model_copy(update=values)})


def row(form: Form, index: int, **cells: str | None) -> Form:
    """Return the form with other cells in one indicator row."""
    rows = list(form.record.indicators)
    rows[index] = rows[index].model_copy(update=cells)
    return top(form, indicators=tuple(rows))


def fund(form: Form, index: int, **cells: str | None) -> Form:
    """Return the form with other cells in one funding row."""
    rows = list(form.record.funding)
    rows[index] = rows[index].model_copy(update=cells)
    return top(form, funding=tuple(rows))


def settled(form: Form) -> Form:
    """Return the form with its total score adding up again."""
    figures = [entry.score for entry in form.record.funding] + [entry.score for entry in form.record.indicators]
    values = [value.number for text in figures if (value := amount(text)) and value.number is not None]
    return top(form, total_score=format(sum(values, Decimal(0)).normalize(), "f"))


def scored(form: Form) -> bool:
    """Tell whether the layout has points."""
    return form.record.indicators[0].weight is not None


def find(form: Form, **wanted: str) -> int | None:
    """Return the first row whose cells contain these texts and which is full and without a reason."""
    for index, entry in enumerate(form.record.indicators):
        cells = entry.model_dump()
        if (
            all(text in (cells[name] or "") for name, text in wanted.items())
            and entry.weight == entry.score
            and not entry.reason
        ):
            return index
    return None


def without_claim(form: Form) -> Form:
    """Return the form without the clause of its outcome that repeats the satisfaction figure."""
    return top(form, outcome=re.sub(r"[，；][^，；。]*满意度[^，；。]*", "", form.record.outcome or ""))


def at(index: int, field: str) -> str:
    """Return a row's field path."""
    return f"indicators[{index}].{field}"


def number_of(text: str | None) -> Decimal:
    """Return a printed figure."""
    value = amount((text or "").lstrip("≥≤"))
    return value.number if value and value.number is not None else Decimal(0)


@plants("F001")
def no_outcome(form: Form) -> tuple[Form, list[Label]] | None:
    if form.form_type == "transfer":
        return None
    return top(form, outcome=None), [("F001", "outcome")]


@plants("F001")
def no_unit(form: Form) -> tuple[Form, list[Label]] | None:
    return (top(form, unit=None), [("F001", "unit")]) if form.form_type != "transfer" else None


@plants("F003")
def name_is_none(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="可持续影响")
    return None if index is None or not scored(form) else (row(form, index, name="无"), [("F003", at(index, "name"))])


@plants("F003")
def name_says_no_benefit(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益")
    if index is None or not scored(form):
        return None
    return row(form, index, name="本项目无社会效益"), [("F003", at(index, "name"))]


@plants("F004")
def blank_actual(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="质量")
    return (
        None if index is None or not scored(form) else (row(form, index, actual=None), [("F004", at(index, "actual"))])
    )


@plants("F006")
def blank_of_a_draft(form: Form) -> tuple[Form, list[Label]] | None:
    text = "全年完成【待补充：实际完成值】。"
    return top(form, outcome=(form.record.outcome or "") + text), [("F006", "outcome")]


@plants("A001")
def weight_off(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="数量")
    if index is None or not scored(form):
        return None
    more = format(number_of(form.record.indicators[index].weight) + 5, "f")
    changed = settled(row(form, index, weight=more, score=more))
    labels = [("A001", "total_weight")]
    if "分" in (form.record.indicators[index].level1 or ""):
        labels.append(("A005", at(index, "level1")))
    return changed, labels


@plants("A002")
def total_off(form: Form) -> tuple[Form, list[Label]] | None:
    if not scored(form):
        return None
    return top(form, total_score="96.35"), [("A002", "total_score")]


@plants("A003")
def rate_off(form: Form) -> tuple[Form, list[Label]] | None:
    return fund(form, 0, rate="93.3%" if form.record.funding[0].rate != "93.3%" else "94%"), [
        ("A003", "funding[0].rate")
    ]


@plants("A004")
def part_off(form: Form) -> tuple[Form, list[Label]] | None:
    if len(form.record.funding) < 2:
        return None
    less = format(number_of(form.record.funding[1].executed) - 7, "f")
    return fund(form, 1, executed=less), [("A004", "funding[0].executed")]


@plants("A006")
def score_above(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="数量")
    if index is None or not scored(form):
        return None
    above = format(number_of(form.record.indicators[index].weight) + 2, "f")
    return settled(row(form, index, score=above)), [("A006", at(index, "score"))]


@plants("A007")
def execution_blank(form: Form) -> tuple[Form, list[Label]] | None:
    return (fund(form, 0, score=None), [("A007", "funding[0].score")]) if scored(form) else None


@plants("A007")
def execution_full(form: Form) -> tuple[Form, list[Label]] | None:
    entry = form.record.funding[0]
    if not scored(form) or number_of(entry.weight) - number_of(entry.score) < Decimal("0.3"):
        return None
    return settled(fund(form, 0, score=entry.weight)), [("A007", "funding[0].score")]


@plants("A008")
def overspent(form: Form) -> tuple[Form, list[Label]] | None:
    if len(form.record.funding) > 1:
        return None
    entry = form.record.funding[0]
    more = format(number_of(entry.full_year_budget) * 2, "f")
    changed = settled(fund(form, 0, executed=more, rate="200%", score=entry.weight))
    return changed, [("A008", "funding[0].executed")]


@plants("A010")
def unspent(form: Form) -> tuple[Form, list[Label]] | None:
    entry = form.record.funding[0]
    if len(form.record.funding) > 1 or form.record.remarks or any(r.reason for r in form.record.indicators):
        return None
    half = format(number_of(entry.full_year_budget) / 2, "f")
    score = format((number_of(entry.weight) / 2).normalize(), "f") if entry.weight else None
    return settled(fund(form, 0, executed=half, rate="50%", score=score)), [("A010", "funding[0].rate")]


@plants("A012")
def misplaced(form: Form) -> tuple[Form, list[Label]] | None:
    if not scored(form):
        return None
    return fund(form, 0, weight="100", score=form.record.total_score), [("A012", "funding[0].weight")]


@plants("V001")
def vague_target(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益")
    if index is None:
        return None
    labels = [("V001", at(index, "target")), ("V003", at(index, "actual"))]
    return row(form, index, target="逐步提升", actual="逐步提升"), labels


@plants("V002")
def vague_actual(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="可持续影响")
    if index is None:
        return None
    labels = [("V001", at(index, "target")), ("V002", at(index, "actual"))]
    return row(form, index, target="逐步提升", actual="有所提高"), labels


@plants("V005")
def other_unit(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="数量", target="人", actual="人")
    if index is None or "人次" in (form.record.indicators[index].target or ""):
        return None
    actual = (form.record.indicators[index].actual or "").replace("人", "户")
    return row(form, index, actual=actual), [("V005", at(index, "actual"))]


@plants("V006")
def incomparable(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益", target="%")
    return None if index is None else (row(form, index, actual="长期"), [("V006", at(index, "actual"))])


@plants("V007")
def no_ratio(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="质量", target="%")
    if index is None:
        return None
    return row(form, index, name="系统运行顺畅"), [("V007", at(index, "target"))]


@plants("V012")
def far_above(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="数量", target="≥")
    if index is None:
        return None
    entry = form.record.indicators[index]
    unit = (entry.actual or "").lstrip("0123456789.")
    twice = format((number_of((entry.target or "").removesuffix(unit)) * 2).normalize(), "f")
    return row(form, index, actual=f"{twice}{unit}"), [("V012", at(index, "actual"))]


@plants("V015")
def backwards(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度", target="≥")
    if index is None:
        return None
    target = (form.record.indicators[index].target or "").replace("≥", "≤")
    labels = [("V015", at(index, "target"))]
    if scored(form):
        labels.append(("S003", at(index, "score")))
    else:
        labels.append(("S007", at(index, "reason")))
    return row(form, index, target=target), labels


@plants("V013")
def old_year(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="时效", target="2024年")
    if index is None:
        return None
    target = (form.record.indicators[index].target or "").replace("2024", "2022")
    labels = [("V013", at(index, "target"))]
    return row(form, index, target=target), [*labels, ("S003", at(index, "score"))]


@plants("S001")
def cut_without_reason(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度")
    if index is None or not scored(form):
        return None
    score = format(number_of(form.record.indicators[index].weight) - 1, "f")
    labels = [("S001", at(index, "reason")), ("S002", at(index, "score"))]
    return settled(row(form, index, score=score, reason="完成")), labels


@plants("S003")
def unmet_full(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度", target="≥")
    if index is None or not scored(form):
        return None
    return row(without_claim(form), index, actual="71%"), [("S003", at(index, "score"))]


@plants("S004")
def too_generous(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度", target="≥")
    if index is None or not scored(form):
        return None
    weight = number_of(form.record.indicators[index].weight)
    reason = "窗口排队时间长，办公室2025年3月底前增设两个窗口"
    changed = row(without_claim(form), index, actual="60%", score=format(weight - Decimal("0.5"), "f"), reason=reason)
    return settled(changed), [("S004", at(index, "score"))]


@plants("S007")
def unmet_silent(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度", target="≥")
    if index is None or scored(form):
        return None
    return row(without_claim(form), index, actual="71%"), [("S007", at(index, "reason"))]


@plants("D001")
def copied_name(form: Form) -> tuple[Form, list[Label]] | None:
    first, second = find(form, level2="社会效益"), find(form, level2="可持续影响")
    if first is None or second is None:
        return None
    name = form.record.indicators[first].name
    return row(form, second, name=f"持续{name}"), [("D001", at(second, "name"))]


@plants("D002")
def satisfaction_twice(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益", target="%")
    if index is None:
        return None
    return row(form, index, name="周边企业满意度"), [("D002", at(index, "name"))]


@plants("D006")
def goal_again(form: Form) -> tuple[Form, list[Label]] | None:
    goal = "保障各项业务平稳有序运行，不断提高服务对象获得感"
    outcome = "保障了各项业务平稳有序运行，提高了服务对象获得感"
    return top(form, goal=goal, outcome=outcome), [("N001", "goal"), ("N002", "outcome"), ("D006", "outcome")]


@plants("N001")
def slogan_goal(form: Form) -> tuple[Form, list[Label]] | None:
    return top(form, goal="认真履行职责，充分发挥职能作用，营造良好氛围。"), [("N001", "goal")]


@plants("N002")
def slogan_outcome(form: Form) -> tuple[Form, list[Label]] | None:
    return top(form, outcome="各方面都取得了良好成效，社会反响很好。"), [("N002", "outcome")]


@plants("N003")
def other_matter(form: Form) -> tuple[Form, list[Label]] | None:
    text = "更换锅炉管道380米，粉刷食堂外墙，修剪草坪并清掏化粪池。"
    return top(form, outcome=text), [("N003", "outcome")]


@plants("N006")
def typo(form: Form) -> tuple[Form, list[Label]] | None:
    return top(form, outcome=(form.record.outcome or "") + "台帐齐全。"), [("N006", "outcome")]


@plants("N007")
def slogan_name(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="可持续影响", target="≥")
    if index is None or "%" in (form.record.indicators[index].target or ""):
        return None
    return row(form, index, name="充分发挥阵地优势，为群众提供优质服务"), [("N007", at(index, "name"))]


@plants("N008")
def circular(form: Form) -> tuple[Form, list[Label]] | None:
    return _reason(form, "因未完成年初目标", "N008")


@plants("N009")
def no_measure(form: Form) -> tuple[Form, list[Label]] | None:
    return _reason(form, "受访群众反映停车位太少", "N009")


@plants("N009")
def only_measure(form: Form) -> tuple[Form, list[Label]] | None:
    return _reason(form, "下一步优化服务流程", "N009")


def _reason(form: Form, text: str, code: str) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="满意度", target="≥90%")
    if index is None or not scored(form):
        return None
    weight = number_of(form.record.indicators[index].weight)
    changed = row(
        without_claim(form), index, actual="81%", score=format((weight * Decimal("0.9")).normalize(), "f"), reason=text
    )
    return settled(changed), [(code, at(index, "reason"))]


@plants("D008")
def copied_reason(form: Form) -> tuple[Form, list[Label]] | None:
    first, second = find(form, level2="社会效益", target="≥"), find(form, level2="满意度", target="≥90%")
    if first is None or second is None or not scored(form):
        return None
    entry = form.record.indicators[first]
    unit = (entry.actual or "").lstrip("0123456789.")
    low = number_of((entry.target or "").removesuffix(unit)) * Decimal("0.9")
    text = "设备检修停用两个月，业务股2025年3月底前修复"
    cut = format((number_of(entry.weight) * Decimal("0.9")).normalize(), "f")
    changed = row(form, first, actual=f"{format(low.normalize(), 'f')}{unit}", score=cut, reason=text)
    weight = number_of(form.record.indicators[second].weight) * Decimal("0.9")
    changed = row(without_claim(changed), second, actual="82%", score=format(weight.normalize(), "f"), reason=text)
    return settled(changed), [("D008", at(second, "reason"))]


@plants("L001")
def finance_row(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="时效", target="%")
    if index is None:
        return None
    return row(form, index, name="资金到位率"), [("L001", at(index, "level2"))]


@plants("L001")
def rate_as_count(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="数量")
    if index is None:
        return None
    changed = row(form, index, name="材料抽检合格率", target="≥95%", actual="97%")
    return changed, [("L001", at(index, "level2"))]


@plants("P003")
def wrong_grade(form: Form) -> tuple[Form, list[Label]] | None:
    return (top(form, grade="中"), [("P003", "grade")]) if scored(form) else None


@plants("N005")
def contradiction(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="质量", name="率", target="≥")
    if index is None:
        return None
    name = form.record.indicators[index].name
    return top(form, outcome=(form.record.outcome or "") + f"全年{name}为66.6%。"), [("N005", "outcome")]


@plants("F006")
def prompt_left(form: Form) -> tuple[Form, list[Label]] | None:
    box = Remark(label="存在问题", text="结合自评情况，说明存在的问题（100字以内）")
    return top(form, remarks=(*form.record.remarks, box)), [("F006", f"remarks[{len(form.record.remarks)}].text")]


@plants("P004")
def other_scheme(form: Form) -> tuple[Form, list[Label]] | None:
    if not scored(form) or number_of(form.record.funding[0].weight) != 10 or form.record.notes:
        return None
    note = "注：产出指标20分、效益指标60分、满意度指标10分、预算执行率10分。"
    first = next(i for i, entry in enumerate(form.record.indicators) if (entry.level1 or "")[:2] in ("产出", "项目"))
    return top(form, notes=(note,)), [("P004", at(first, "weight"))]


@plants("S005")
def above_its_band(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益")
    if index is None or not scored(form):
        return None
    weight = number_of(form.record.indicators[index].weight)
    changed = row(
        form,
        index,
        name="应急保障作用",
        target="达成预期指标",
        actual="部分达成预期指标并具有一定效果",
        score=format((weight * Decimal("0.95")).normalize(), "f"),
        reason="设备检修停用两个月，业务股2025年3月底前修复",
    )
    return settled(changed), [("S005", at(index, "score"))]


def _whole_cost(form: Form, target: str, actual: str) -> tuple[Form, int] | None:
    """Turn the cost row into one of the project's whole cost, where not all of the budget was spent."""
    index, entry = find(form, level2="成本"), form.record.funding[0]
    if index is None or number_of(entry.full_year_budget) <= number_of(entry.executed) * Decimal("1.005"):
        return None
    money = {"budget": entry.full_year_budget, "executed": entry.executed}
    cells = {"target": target.format(**money), "actual": actual.format(**money)}
    return row(form, index, name="项目总成本", **cells), index


@plants("V010")
def cost_backfitted(form: Form) -> tuple[Form, list[Label]] | None:
    made = _whole_cost(form, "{executed}万元", "{executed}万元")
    return (made[0], [("V010", at(made[1], "target"))]) if made else None


@plants("V014")
def cost_not_spent(form: Form) -> tuple[Form, list[Label]] | None:
    made = _whole_cost(form, "≤{budget}万元", "{budget}万元")
    return (made[0], [("V014", at(made[1], "actual"))]) if made else None


@plants("V016")
def name_says_none(form: Form) -> tuple[Form, list[Label]] | None:
    index = find(form, level2="社会效益")
    if index is None:
        return None
    return row(form, index, name="无安全责任事故", target="小于5次", actual="0次"), [("V016", at(index, "target"))]
