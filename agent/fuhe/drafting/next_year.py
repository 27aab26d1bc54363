"""Next year's table by the rules: rows carried over, raised, rewritten or struck out; targets a figure of this form or a blank."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fuhe import checking
from fuhe.drafting.proposal import Proposal, label
from fuhe.drafts import Fact, Plan
from fuhe.findings import Finding
from fuhe.policy import Pack, lexicon, simplify
from fuhe.readings.measure import measurable, measure
from fuhe.readings.sheet import Row, Sheet, rounded
from fuhe.readings.value import in_unit
from fuhe.records import Form, Indicator
from fuhe.rules.rule import plain
from fuhe.text import squeeze

_TARGET_RULES = ("V", "D001", "D002", "N006", "N007", "L", "F003", "F004")
WEAK_BY_NAME = ("F003", "N007", "D001", "D002", "L001", "L002", "L003", "L004", "L005", "V001", "V007", "V016", "F004")


@dataclass(frozen=True)
class Weak:
    """One row of next year's table: the row it comes from, its faults (none: carried over), what the rules propose."""

    row: Row
    codes: tuple[str, ...]
    plan: Plan


def plans(form: Form, findings: Sequence[Finding], pack: Pack, year: str) -> list[Weak]:
    """Return the table of a year by the rules alone, weights adding up to the form's own total or the pack's scheme."""
    sheet = Sheet(form, pack)
    weights = _weights(sheet)
    taken: set[str] = {row.name for row in sheet.rows if not _codes(findings, row)}
    made = []
    for row in sheet.rows:
        codes = _codes(findings, row)
        entry = _deleted(row, codes) if "F003" in codes else _kept_or_new(sheet, row, codes, taken)
        taken.add(entry.name)
        update = {"weight": weights.get(row.index), "name": _of_year(entry.name, form.record.year, year)}
        made.append(Weak(row, codes, entry.model_copy(update=update)))
    return _moved(made)


def _kept_or_new(sheet: Sheet, row: Row, codes: tuple[str, ...], taken: set[str]) -> Plan:
    if codes and not set(codes) <= {"V012"}:
        return _rewritten(sheet, row, codes, taken)
    return _raised(row) if exceeded(row) else _carried(row)


def _deleted(row: Row, codes: tuple[str, ...]) -> Plan:
    """Strike a row that measures nothing (无, ……) out; `_moved` says where its points go."""
    nothing = dict.fromkeys(
        ("formula", "operator", "target", "unit", "baseline", "data_source", "evidence", "scoring_rule"), ""
    )
    return Plan(
        level1=row.level,
        action="delete",
        class_=row.subclass or row.level or "",
        name=row.name or "（无名称）",
        why=f"{_why(codes)}，删去",
        **nothing,
    )


def _moved(made: list[Weak]) -> list[Weak]:
    """Give the points of a row struck out to the nearest row of its level that stays, else to the nearest of all."""
    plans_ = [entry.plan for entry in made]
    for at, entry in enumerate(made):
        stays = [n for n, plan in enumerate(plans_) if plan.action != "delete"]
        if entry.plan.action != "delete" or not stays:
            continue
        own = [n for n in stays if plans_[n].level1 == entry.plan.level1] or stays
        to = min(own, key=lambda n: abs(n - at))
        points = Decimal(entry.plan.weight or 0)
        plans_[to] = plans_[to].model_copy(update={"weight": plain(Decimal(plans_[to].weight or 0) + points)})
        told = f"{entry.plan.why}，{plain(points)}分并入“{plans_[to].name}”" if points else entry.plan.why
        plans_[at] = entry.plan.model_copy(update={"weight": None, "why": told})
    return [replace(entry, plan=plan) for entry, plan in zip(made, plans_, strict=True)]


def exceeded(row: Row) -> bool:
    """Tell whether a row's actual is better than its target, both of them figures."""
    actual, goal = in_unit(row.actual, row.target), row.target.number
    if row.met != "met" or actual is None or goal is None or row.target.kind != "number" or row.is_deadline:
        return False
    return actual < goal if row.fewer_is_better else actual > goal


def _raised(row: Row) -> Plan:
    """Carry an indicator over whose target was passed: a share is raised to what was reached, a quantity asked for."""
    kept = _carried(row)
    actual = in_unit(row.actual, row.target)
    is_share = row.target.unit in ("%", "‰") and actual is not None and 0 < actual <= 100
    target = plain(actual) if is_share and actual is not None else label("next_target")
    why = "本年实际好于指标值，提高到本年实际" if is_share else "本年实际好于指标值，指标值参照基期重新确定"
    return kept.model_copy(update={"action": "raise", "target": target, "why": why})


def _codes(findings: Sequence[Finding], row: Row) -> tuple[str, ...]:
    known = lexicon("plan")["why"]
    here = (f for f in findings if f.cells[0].field.startswith(f"indicators[{row.index}]."))
    codes = dict.fromkeys(finding.code for finding in here if finding.code in known)
    if not codes and row.measure.about & {"staff", "money"} and row.measure.kind in ("count", "total"):
        codes["L002"] = None
    if not codes and _is_headcount(row):
        codes["L002"] = None
    if not codes and measurable(row.measure, row.target) is False:
        codes["V001"] = None
    return tuple(codes)


def _is_headcount(row: Row) -> bool:
    """Recognise staff counted as an output: as many as planned, and called by their post (护理员, 防疫人员)."""
    posted = re.search(r"(?<!学)(?<!演)(?<!动)员(?:数|人数|数量)$", row.name)
    return bool(posted) and row.target.number == row.actual.number is not None


def _of_year(name: str, old: str | None, new: str) -> str:
    """Write the plan's year where a name holds the form's own; another year, or one of several, stays."""
    if not re.fullmatch(r"20\d\d", squeeze(old)):
        return name
    return re.sub(rf"(?<![\d\-—–~～至到]){squeeze(old)}(?=年)(?!年?度?[\-—–~～至到])", new, name)


def _carried(row: Row) -> Plan:
    """Carry a good indicator over; its present result is the baseline, and a date of this year is asked for anew."""
    class_ = row.subclass or row.level or ""
    if _is_deadline(row) or (row.subclass == "时效" and _has_year(row)):
        return _deadline(row, class_, ()).model_copy(update={"why": f"{_why(())}，期限重新确定"})
    operator, target, unit, scoring = _kept_target(row)
    return Plan(
        level1=row.level,
        class_=class_,
        name=row.name.rstrip("。 "),
        formula="按原口径统计",
        operator=operator,
        target=target,
        unit=unit,
        baseline=_reached(row) if row.printed.actual else label("baseline"),
        data_source=row.printed.evidence or label("source"),
        evidence=row.printed.evidence or label("evidence"),
        scoring_rule=lexicon("plan")["scoring"][scoring] if scoring else scoring_rule(operator),
        why=_why(()),
    )


def _reached(row: Row) -> str:
    """Print what was reached, with the target's unit where the cell has a bare figure."""
    bare = re.fullmatch(r"[\d.,]+", squeeze(row.printed.actual))
    return f"本年实际{row.printed.actual}{row.target.unit or '' if bare else ''}"


def _kept_target(row: Row) -> tuple[str, str, str, str]:
    """Return operator, target, unit and the key of a scoring text of its own; what is no one figure stays as printed."""
    value, operator = row.target, _operator(row)
    figure = _figure(value.number, value.unit) if value.kind == "number" else None
    if figure is None:
        whole = row.printed.target if row.printed.target and not _has_year(row) else label("next_target")
        if value.kind == "phrase" and row.measure.kind == "share" and row.actual.kind == "number":
            return _operator_of(row.name, "≥"), label("next_target"), row.actual.unit or "%", ""
        if value.kind == "phrase":
            return "定性", whole, "", ""
        return "", whole, "", "区间" if value.kind == "range" and not _has_year(row) else "其他"
    if value.number == 0 and (value.operator is None or operator == "≤"):
        operator = "="
    return operator, figure, value.unit or "", "零" if value.number == 0 and operator != "=" else ""


def _operator(row: Row) -> str:
    if row.target.kind == "phrase":
        return "定性"
    is_limit = row.fewer_is_better or row.target.kind == "date" or (row.subclass == "时效" and row.is_timed)
    return row.target.operator or ("≤" if is_limit else "≥")


def _figure(number: Decimal | None, unit: str | None) -> str | None:
    return plain(number) if number is not None and unit != "" else None


def scoring_rule(operator: str) -> str:
    rules: dict[str, str] = lexicon("plan")["scoring"]
    return rules.get(operator.replace(">", "≥").replace("<", "≤"), rules["≥"])


def _rewritten(sheet: Sheet, row: Row, codes: tuple[str, ...], taken: set[str]) -> Plan:
    """Rewrite a weak indicator by class and topic; a row whose name is sound keeps it and gets a better target."""
    entry, class_ = _pattern(row)
    keeps = not set(codes) & set(WEAK_BY_NAME)
    name = row.name if keeps else _fresh_name(sheet, class_, entry, taken)
    if keeps and _is_deadline(row):
        return _deadline(row, class_, codes)
    operator = _fixed_operator(row, codes) if keeps else _operator_of(name, entry["operator"])
    unit = (row.target.unit or entry["unit"]) if keeps else entry["unit"]
    return Plan(
        level1=row.level,
        action="rewrite",
        class_=class_,
        name=name,
        formula=lexicon("plan")["total_formula"] if keeps and row.is_cost else _formula(name, entry["formula"]),
        operator=operator,
        target=label("next_target"),
        unit=unit or label("unit"),
        baseline=_baseline(row, keeps),
        data_source=entry["source"],
        evidence=entry["evidence"],
        scoring_rule=scoring_rule(operator),
        why=_why(codes),
    )


def _why(codes: tuple[str, ...]) -> str:
    reasons = (lexicon("plan")["why"][code] for code in codes)
    return "；".join(dict.fromkeys(reasons)) or "原指标可以衡量，沿用"


def _is_deadline(row: Row) -> bool:
    """Tell whether a row is about a date; 平均办理时间≤3天 is a figure."""
    return row.target.kind == "date" or (row.is_deadline and row.target.kind not in ("number", "range"))


def _has_year(row: Row) -> bool:
    """Tell whether a target that is no one figure or date holds a year, which will be over: 2024年10月底前完工, 2023-2024."""
    return row.target.kind in ("mixed", "range") and bool(
        re.search(r"20\d\d(?:年|[./-]\d|$)", squeeze(row.printed.target))
    )


def _deadline(row: Row, class_: str, codes: tuple[str, ...]) -> Plan:
    """Ask for a date where the indicator is one."""
    return Plan(
        level1=row.level,
        class_=class_,
        name=row.name.rstrip("。 "),
        formula=lexicon("plan")["deadline_formula"],
        operator="",
        target=f"{label('date')}前",
        unit="",
        baseline=_baseline(row, keeps=True) if row.actual.date and row.actual.date[1] else label("baseline"),
        data_source=row.printed.evidence or label("source"),
        evidence=row.printed.evidence or label("evidence"),
        scoring_rule=lexicon("plan")["deadline_scoring"],
        why=_why(codes),
    )


def _formula(name: str, otherwise: str) -> str:
    """Return how a name of this ending is computed, else how its class is."""
    formulas: dict[str, str] = lexicon("plan")["formulas"]
    found = next((formulas[end] for end in sorted(formulas, key=len, reverse=True) if name.endswith(end)), otherwise)
    return found.replace("百分之百", "100%")


def _pattern(row: Row) -> tuple[dict[str, str], str]:
    classes: dict[str, dict[str, str]] = lexicon("plan")["classes"]
    class_ = row.subclass or row.level or "数量"
    if class_ not in classes:
        class_ = "成本" if row.is_cost else "满意度" if row.level == "满意度" else "社会效益"
    return classes[class_], row.subclass or class_


def _operator_of(name: str, otherwise: str) -> str:
    """Return the operator a name asks for by what it measures, where its words say which way is better."""
    read = measure(name)
    return {"less": "≤", "more": "≥"}.get(read.better, otherwise) if read.derived else otherwise


def _fixed_operator(row: Row, codes: tuple[str, ...]) -> str:
    if "V015" in codes:
        return "≤" if row.target.operator in ("≥", ">") else "≥"
    return _operator_of(row.name, "≤") if row.is_cost else _operator(row)


def _fresh_name(sheet: Sheet, class_: str, entry: dict[str, str], taken: set[str]) -> str:
    """Return a name for the class that no other row of the table has."""
    lexicon_ = lexicon("plan")
    topic = topic_of(sheet)
    own = lexicon_["better"].get(topic, {}).get(class_)
    things = [own_object(sheet), *(lexicon_["topics"][part]["object"] for part in (topic, "通用"))]
    objects = [thing for thing in things if thing]
    name = own or entry["name"].replace("{对象}", objects[0])
    others = [entry["name"].replace("{对象}", thing) for thing in objects]
    return next((option for option in (name, *others) if option not in taken), f"{name}（另一内容）")


def topic_of(sheet: Sheet) -> str:
    """Return the topic of the project by the words of its name, else of its goal."""
    topics: dict[str, dict[str, list[str]]] = lexicon("plan")["topics"]
    for text in (sheet.form.record.project, sheet.form.record.goal):
        plain_text = simplify(squeeze(text))
        counts = {name: sum(word in plain_text for word in entry["words"]) for name, entry in topics.items()}
        if best := max(counts.values()):
            return next(name for name, count in counts.items() if count == best)
    return "通用"


def own_object(sheet: Sheet) -> str:
    """Return what a project is about by its name, without years, money and the words every project has; at most twelve characters."""
    name = re.sub(r"20\d\d年?度?|[^\u4e00-\u9fff]", "", sheet.form.record.project or "")
    for word in lexicon("plan")["project_words"]:
        name = name.replace(word, "")
    return name if 2 <= len(name) <= 12 else ""


def _baseline(row: Row, keeps: bool) -> str:
    if keeps and row.actual.kind in ("number", "date"):
        return _reached(row)
    return label("baseline")


def _weights(sheet: Sheet) -> dict[int, str]:
    """Keep the form's weights where they add up; else share each level's points of the pack among its rows."""
    execution = sheet.execution.weight if sheet.execution and sheet.execution.weight is not None else Decimal(10)
    own = {row.index: row.weight for row in sheet.rows}
    known = [weight for weight in own.values() if weight is not None]
    if len(known) == len(own) and sum(known) + execution == 100:
        return {index: plain(weight) for index, weight in own.items() if weight is not None}
    return _shared(sheet, execution)


def _shared(sheet: Sheet, execution: Decimal) -> dict[int, str]:
    levels: dict[str, list[Row]] = {}
    for row in sheet.rows:
        levels.setdefault(row.level or "产出", []).append(row)
    scheme = sheet.pack.weights_with_cost if "成本" in levels and sheet.pack.weights_with_cost else sheet.pack.weights
    points = {level: scheme.get(level, Decimal(0)) for level in levels}
    total = sum(points.values(), Decimal(0)) or Decimal(1)
    weights: dict[int, str] = {}
    left = Decimal(100) - execution
    for number, (level, rows) in enumerate(levels.items(), 1):
        part = left if number == len(levels) else rounded((Decimal(100) - execution) * points[level] / total, 0)
        left -= part
        share = rounded(part / len(rows), 1)
        for row in rows[:-1]:
            weights[row.index] = plain(share)
        weights[rows[-1].index] = plain(part - share * (len(rows) - 1))
    return weights


def questions(sheet: Sheet, findings: Sequence[Finding], row: Row) -> tuple[str, ...]:
    """Raise an over-achieved target as a question, never as a new figure."""
    over = any(f.code == "V012" and f.cells[0].field.startswith(f"indicators[{row.index}].") for f in findings)
    if not over:
        return ()
    return (f"本年指标值{row.printed.target}、实际{row.printed.actual}，下年指标值是否相应提高？",)


def target_findings(sheet: Sheet, table: Sequence[Plan]) -> list[Finding]:
    """Check next year's table by the rules for targets and names, blanks standing in as filled."""
    rows = tuple(
        Indicator(
            level1=plan.level1,
            level2=plan.class_ or None,
            name=plan.name,
            target=_filled(plan),
            weight=plan.weight,
        )
        for plan in table
        if plan.action != "delete"
    )
    record = sheet.form.record.model_copy(update={"indicators": rows, "funding": (), "notes": (), "remarks": ()})
    columns = frozenset({"level1", "level2", "name", "target", "weight"})
    form = sheet.form.model_copy(update={"record": record, "form_type": "target", "columns": columns, "places": {}})
    findings = checking.check(form, sheet.pack).findings
    return [
        finding
        for finding in findings
        if finding.severity != "info"
        and finding.code.startswith(_TARGET_RULES)
        and finding.cells[0].field.startswith("indicators")
    ]


def _filled(plan: Plan) -> str:
    """Return a plan's target with stand-ins for its blanks."""
    target = (
        plan.target.replace(label("date"), "次年9月底")
        .replace(label("next_target"), "90")
        .replace(label("direction"), "90")
    )
    return plan.model_copy(update={"target": target, "unit": plan.unit.replace(label("unit"), "项")}).value


def planned(sheet: Sheet, entry: Weak, made: Plan, findings: Sequence[Finding]) -> Proposal:
    """Print one planned indicator as a draft."""
    cells: tuple[str, ...] = (f"indicators[{entry.row.index}].name", f"indicators[{entry.row.index}].target")
    if entry.row.printed.actual:
        cells += (f"indicators[{entry.row.index}].actual",)
    if made.action == "delete":
        return _struck_out(entry, made)
    parts = {
        "指标": f"{made.class_}：{made.name}，{made.value}",
        "计算方法": made.formula,
        "基期": made.baseline,
        "数据来源": made.data_source,
        "佐证": made.evidence,
        "评分": made.scoring_rule.rstrip("。"),
        "理由": made.why,
    }
    known = {name: Fact(value=text, cells=cells) for name, text in parts.items()}
    template = "；".join(f"{name}：{{{name}}}" if name != "指标" else "{指标}" for name in parts) + "。"
    return Proposal(
        kind="indicator",
        field=f"indicators[{entry.row.index}]",
        template=template,
        facts=known,
        answers=entry.codes,
        questions=questions(sheet, findings, entry.row),
        indicator=made,
    )


def _struck_out(entry: Weak, made: Plan) -> Proposal:
    field = f"indicators[{entry.row.index}]"
    known = {
        "指标": Fact(value=f"{made.class_}：{made.name}", cells=(f"{field}.name",)),
        "理由": Fact(value=made.why, cells=(f"{field}.name", f"{field}.weight")),
    }
    return Proposal(
        kind="indicator", field=field, template="{指标}；{理由}。", facts=known, answers=entry.codes, indicator=made
    )
