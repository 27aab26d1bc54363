"""Drafts without a model: computed facts, blanks for what only the unit knows, both ways out where a target was met."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fuhe.drafts import Draft, Fact
from fuhe.findings import Finding
from fuhe.policy import Pack, lexicon
from fuhe.records import Form
from fuhe.rules.rule import plain
from fuhe.rules.sheet import Row, Sheet, rounded
from fuhe.values import in_unit

ANSWERED = ("S001", "S003", "S007", "A010")
_ROW = re.compile(r"indicators\[(\d+)\]")
_BLANK = re.compile(r"\[\[(\w+)\]\]")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class _Text:
    """A template with {事实} slots and [[blank]] keys, and the facts that fill the slots."""

    template: str
    facts: dict[str, Fact]


def reasons(form: Form, findings: Iterable[Finding], pack: Pack) -> list[Draft]:
    """Draft 偏差原因及改进措施 for every row whose findings ask for it, the execution row first."""
    sheet, asked = Sheet(form, pack), list(findings)
    drafts = list(_execution_draft(sheet, asked))
    for row in sheet.rows:
        codes = tuple(dict.fromkeys(finding.code for finding in asked if _is_about(finding, row)))
        if any(code in ANSWERED for code in codes):
            answers = tuple(code for code in codes if code in ANSWERED)
            drafts.append(_finished(_of_row(row), f"indicators[{row.index}].reason", answers, _questions(row)))
    return drafts


def _is_about(finding: Finding, row: Row) -> bool:
    found = _ROW.match(finding.cells[0].field)
    return found is not None and int(found[1]) == row.index


def _questions(row: Row) -> tuple[str, ...]:
    by_kind = lexicon("questions")["by_kind"]
    kind = "met" if row.met == "met" else row.subclass if row.subclass in by_kind else row.level
    return tuple(by_kind.get(kind or "", by_kind["效益"])[:3])


def _of_row(row: Row) -> _Text:
    facts = _row_facts(row)
    if row.met == "met":
        return _Text(_met(row), facts)
    if row.met == "unmet" and "缺口" in facts:
        return _Text(_unmet(row), facts)
    return _Text(_unclear(row), facts)


def _met(row: Row) -> str:
    return (
        "年初指标值{年初指标值}，实际完成{实际完成值}，已达到目标，自评扣{扣分}分未说明依据。"
        "若有扣分事由，请写明[[cause]]，并由[[office]]于[[date]]前[[measure]]；如无，建议恢复为{分值}分。"
    )


def _unmet(row: Row) -> str:
    scored = (
        "自评扣{扣分}分" if row.deducted else "自评未扣分，得分请按实际完成情况核对" if row.full else "得分请据实填写"
    )
    share = "，完成率{完成率}" if row.target.operator in ("≥", ">", "=", None) and not row.fewer_is_better else ""
    return (
        f"年初指标值{{年初指标值}}，实际完成{{实际完成值}}，相差{{缺口}}{share}，{scored}。"
        "原因：[[cause]]。下一步由[[office]]于[[date]]前[[measure]]。"
    )


def _unclear(row: Row) -> str:
    target = "年初指标值“{年初指标值}”" if row.printed.target else "年初指标值[[target]]"
    actual = "实际完成“{实际完成值}”" if row.printed.actual else "实际完成[[actual]]"
    if row.target.kind == "phrase" or row.actual.kind == "phrase":
        actual += "，没有可核对的数据"
    if not row.deducted:
        return f"{target}，{actual}。原因：[[cause]]。下一步由[[office]]于[[date]]前[[measure]]。"
    return (
        f"{target}，{actual}，自评扣{{扣分}}分未说明依据。扣分原因：[[cause]]；"
        "由[[office]]于[[date]]前[[measure]]，以[[evidence]]核验。如无扣分事由，建议恢复为{分值}分。"
    )


def _row_facts(row: Row) -> dict[str, Fact]:
    path = f"indicators[{row.index}]"
    facts = {}
    if row.printed.target:
        facts["年初指标值"] = Fact(value=row.printed.target, cells=(f"{path}.target",))
    if row.printed.actual:
        facts["实际完成值"] = Fact(value=row.printed.actual, cells=(f"{path}.actual",))
    if row.weight is not None:
        facts["分值"] = Fact(value=plain(row.weight), cells=(f"{path}.weight",))
    if row.weight is not None and row.score is not None:
        facts["扣分"] = Fact(value=plain(row.weight - row.score), cells=(f"{path}.weight", f"{path}.score"))
    return facts | _gap_facts(row, path)


def _gap_facts(row: Row, path: str) -> dict[str, Fact]:
    actual, goal = in_unit(row.actual, row.target), row.target.number
    if row.target.kind != "number" or row.actual.kind != "number" or actual is None or goal is None:
        return {}
    cells = (f"{path}.target", f"{path}.actual")
    unit = "个百分点" if row.target.unit == "%" else row.target.unit or row.actual.unit or ""
    facts = {"缺口": Fact(value=f"{plain(abs(goal - actual))}{unit}", cells=cells)}
    if goal:
        facts["完成率"] = Fact(value=f"{plain(rounded(actual / goal * 100, 1))}%", cells=cells)
    return facts


def _execution_draft(sheet: Sheet, findings: list[Finding]) -> Iterator[Draft]:
    execution = sheet.execution
    if execution is None or not any(finding.code == "A010" for finding in findings):
        return
    path = f"funding[{execution.index}]"
    budget, spent = sheet.money(f"{path}.full_year_budget"), sheet.money(f"{path}.executed")
    if not budget or spent is None:
        return
    facts = _execution_facts(path, budget, spent, sheet.form.record.fund_unit or "")
    template = (
        "全年预算{全年预算数}，执行{全年执行数}，未执行{未执行数}（{未执行占比}）。原因：[[unspent_cause]]。"
        "下一步由[[office]]于[[date]]前完成支付或按规定处理结余资金。"
    )
    questions = tuple(lexicon("questions")["by_kind"]["execution"])
    yield _finished(_Text(template, facts), f"{path}.reason", ("A010",), questions)


def _execution_facts(path: str, budget: Decimal, spent: Decimal, unit: str) -> dict[str, Fact]:
    left, both = budget - spent, (f"{path}.full_year_budget", f"{path}.executed")
    return {
        "全年预算数": Fact(value=f"{plain(budget)}{unit}", cells=both[:1]),
        "全年执行数": Fact(value=f"{plain(spent)}{unit}", cells=both[1:]),
        "未执行数": Fact(value=f"{plain(left)}{unit}", cells=both),
        "未执行占比": Fact(value=f"{plain(rounded(left / budget * 100, 1))}%", cells=both),
    }


def _finished(text: _Text, field: str, answers: tuple[str, ...], questions: tuple[str, ...]) -> Draft:
    """Fill slots by code and turn blank keys into their fixed labels."""
    labels = lexicon("blanks")
    used = {name: text.facts[name] for name in _SLOT.findall(text.template)}
    filled = _SLOT.sub(lambda found: used[found[1]].value, text.template)
    return Draft(
        kind="reason",
        field=field,
        answers=answers,
        text=_BLANK.sub(lambda found: f"【待补充：{labels[found[1]]}】", filled),
        blanks=tuple(labels[name] for name in _BLANK.findall(text.template)),
        facts=used,
        questions=questions,
    )
