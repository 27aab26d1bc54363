"""Regular expressions and a word list over the cells' text, nothing parsed: what an afternoon with a script gives."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from evals.labelled import Case
from evals.said import SEVERITY, Said
from fuhe.records import Form, Indicator

VAGUE = re.compile("显著|明显|持续|逐步|不断|有所|长期|良好|提升|提高|改善|增强|有效|较好")
EMPTY = frozenset(["", "无", "/", "完成", "已完成", "暂无", "正常", "按计划完成", "良好"])
MEASURE = re.compile("下一步|今后|加强|完善|前完成|月底前|整改|调整|组织|制定")
TYPOS = re.compile("不段|台帐|按装|必竟|帐务")


def check(case: Case) -> list[Said]:
    """Say what words and patterns find."""
    form = case.form
    found = [*_narrative(form), *_names(form)]
    found += [pair for index, row in enumerate(form.record.indicators) for pair in _row(index, row, form)]
    return [Said(code, field, SEVERITY[code]) for code, field in found]


def _narrative(form: Form) -> Iterator[tuple[str, str]]:
    goal, outcome = form.record.goal or "", form.record.outcome or ""
    for field, text, code in (("goal", goal, "N001"), ("outcome", outcome, "N002")):
        if not text:
            yield "F001", field
        elif not re.search(r"\d", text):
            yield code, field
    if TYPOS.search(outcome):
        yield "N006", "outcome"
    if goal and outcome and SequenceMatcher(None, goal, outcome, autojunk=False).ratio() > 0.8:
        yield "D006", "outcome"
    if "【待补充" in outcome:
        yield "F006", "outcome"


def _names(form: Form) -> Iterator[tuple[str, str]]:
    names = [re.sub("持续|不断|逐步|进一步", "", row.name or "") for row in form.record.indicators]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            yield "D001", f"indicators[{index}].name"


def _row(index: int, row: Indicator, form: Form) -> Iterator[tuple[str, str]]:
    at, name, target, actual = f"indicators[{index}]", row.name or "", row.target or "", row.actual or ""
    if name in EMPTY:
        yield "F003", f"{at}.name"
        return
    yield from ((code, f"{at}.{cell}") for code, cell in _values(name, target, actual))
    if "满意" in name and "满意" not in (row.level2 or "") + (row.level1 or ""):
        yield "D002", f"{at}.name"
    if len(name) > 15:
        yield "N007", f"{at}.name"
    if name == "资金到位率" or ("数量" in (row.level2 or "") and name.endswith("率")):
        yield "L001", f"{at}.level2"
    yield from ((code, f"{at}.reason") for code in _reason(row))
    if any(year != form.record.year for year in re.findall(r"(20\d\d)年", name + target + actual)):
        yield "V013", f"{at}.target"


def _values(name: str, target: str, actual: str) -> Iterator[tuple[str, str]]:
    vague = VAGUE.search(target) and not re.search(r"\d", target)
    if vague:
        yield "V001", "target"
    if "%" in target and not re.search("率|比|满意度|占", name):
        yield "V007", "target"
    if vague and actual == target:
        yield "V003", "actual"
    elif VAGUE.search(actual) and not re.search(r"\d", actual):
        yield "V002", "actual"


def _reason(row: Indicator) -> Iterator[str]:
    reason = (row.reason or "").strip()
    if row.score and row.weight and row.score != row.weight:
        if reason in EMPTY:
            yield "S001"
        elif re.match("因?未完成", reason):
            yield "N008"
        elif not MEASURE.search(reason):
            yield "N009"
