"""Next year's weak indicators in a model's words: names, formulas, sources and evidence, checked and set into the rules' table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from fuhe import prompts
from fuhe.drafting.draft_guard import Violation, ground, told
from fuhe.drafting.known_words import FormWords
from fuhe.drafting.next_year import WEAK_BY_NAME, Weak, planned, plans, scoring_rule, target_findings
from fuhe.drafting.proposal import Proposal, finished, label
from fuhe.drafting.word_check import check
from fuhe.drafting.writing import FieldVerdict, Judged, Outcome, ShownApart, write
from fuhe.drafts import Draft, Plan
from fuhe.findings import Finding
from fuhe.model.sending import Model
from fuhe.policy import Pack, lexicon
from fuhe.readings.measure import measure
from fuhe.readings.sheet import Sheet
from fuhe.records import Form
from fuhe.text import tidy


class IndicatorWords(BaseModel):
    """A model's words for one indicator."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str = Field(min_length=3, max_length=40)
    numerator: str = Field(min_length=2, max_length=40)
    denominator: str = Field(default="", max_length=40)
    better: Literal["more", "less", ""] = ""
    source: str = Field(min_length=2, max_length=40)
    evidence: str = Field(min_length=2, max_length=60)


class Indicators(BaseModel):
    """A model's reply for one form."""

    rows: tuple[IndicatorWords, ...]


@dataclass(frozen=True)
class IndicatorTask:
    """All weak indicators of one form, rewritten in one request."""

    sheet: Sheet
    table: tuple[Weak, ...]
    year: str
    findings: tuple[Finding, ...]
    name: str = "indicator"
    schema: type[BaseModel] = Indicators

    @property
    def weak(self) -> list[tuple[str, Weak]]:
        """The rows to be rewritten with a new name, by their key in the prompt."""
        kept = [entry for entry in self.table if entry.plan.action != "delete"]
        rows = [entry for entry in kept if set(entry.codes) & set(WEAK_BY_NAME)]
        return [(f"r{number}", entry) for number, entry in enumerate(rows, 1)]

    def variables(self) -> dict[str, str]:
        """Return what the prompt is filled with."""
        record = self.sheet.form.record
        told_ = {"项目": record.project, "单位": record.unit, "目标": record.goal, "完成": record.outcome}
        weak = {entry.row.index for _, entry in self.weak}
        beside = [entry.plan.name for entry in self.table if entry.row.index not in weak]
        return {
            "project": _json({name: tidy(text)[:300] for name, text in told_.items() if text}),
            "rows": "\n".join(_json(_described(key, weak)) for key, weak in self.weak),
            "beside": _json(beside),
        }

    def fallbacks(self) -> list[Proposal]:
        """Return the rows the rules rewrite."""
        return [self.proposal(entry, entry.plan) for _, entry in self.weak]

    def proposal(self, entry: Weak, made: Plan) -> Proposal:
        """Frame one planned indicator as a draft: its text in one line, its fields apart."""
        return planned(self.sheet, entry, made, self.findings)

    def judged(self, reply: BaseModel) -> Judged:
        """Set a reply's words into each row's plan; the guard and the rules for targets say what is against it."""
        assert isinstance(reply, Indicators)
        said, words = ground(self.sheet.form, self.sheet.pack), {entry.id: entry for entry in reply.rows}
        names = [entry.name for entry in reply.rows]
        made: Judged = {}
        for key, weak in self.weak:
            if key in words:
                plan = _worded(weak.plan, words[key])
                made[f"indicators[{weak.row.index}]"] = self._verdict(weak, words[key], plan, said, names)
        return made

    def _verdict(
        self, weak: Weak, words: IndicatorWords, plan: Plan, said: FormWords, names: Sequence[str]
    ) -> FieldVerdict:
        checked = [check(text, said, "indicator", prompt=self._shown) for text in _texts(words)]
        against = [violation for one in checked for violation in told(one)]
        found = _against(self, weak, words, plan, names)
        proposal = self.proposal(weak, plan)
        only_foreign = against and not found and not any(one.refused for one in checked)
        doubts = tuple(doubt for one in checked for doubt in one.foreign)
        apart = ShownApart(proposal, words.name, doubts) if only_foreign else None
        return FieldVerdict(proposal, list(dict.fromkeys([*against, *found])), apart)

    @property
    def _shown(self) -> str:
        return "".join(text for _, text in prompts.load(self.name).parts)


def _texts(words: IndicatorWords) -> list[str]:
    texts = (words.name, words.numerator, words.denominator, words.source, words.evidence)
    return [text for text in texts if text]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "＜").replace(">", "＞")


def _described(key: str, weak: Weak) -> dict[str, object]:
    return {
        "id": key,
        "类别": weak.plan.class_,
        "原名称": (weak.row.name or "")[:60],
        "原指标值": (weak.row.printed.target or "")[:30],
        "毛病": [lexicon("plan")["why"][code] for code in weak.codes],
    }


def _worded(plan: Plan, words: IndicatorWords) -> Plan:
    name = words.name.strip("。；，, 　")
    is_ratio = measure(name, plan.class_).kind == "share"
    operator = _agreed(name, words.better)
    formula = words.numerator.strip("。 ")
    if words.denominator:
        formula += f"÷{words.denominator.strip('。 ')}" + ("×100%" if is_ratio else "")
    return plan.model_copy(
        update={
            "action": "rewrite",
            "name": name,
            "formula": formula,
            "data_source": words.source.strip("。 "),
            "evidence": words.evidence.strip("。 "),
            "operator": operator,
            "target": label("next_target") if operator else label("direction"),
            "unit": "%" if is_ratio else plan.unit if plan.unit not in ("%", "") else label("unit"),
            "scoring_rule": scoring_rule(operator or "≥") if operator else lexicon("plan")["scoring"]["其他"],
        }
    )


def _agreed(name: str, better: str) -> str:
    """Return the operator the name's reading and the model agree on; nothing where they do not: the unit is asked."""
    read = measure(name)
    said = {"more": "≥", "less": "≤"}.get(better, "")
    own = {"more": "≥", "less": "≤"}.get(read.better, "") if read.derived else ""
    return "" if own and said and own != said else own or said or "≥"


def _against(
    task: IndicatorTask, weak: Weak, words: IndicatorWords, plan: Plan, names: Sequence[str]
) -> list[Violation]:
    found = []
    if names.count(words.name) > 1:
        found.append(Violation("重复", f"“{words.name}”与另一行重名"))
    table = [plan if entry is weak else entry.plan for entry in task.table]
    found += [
        Violation("闭环", f"{finding.code} {finding.title}：“{plan.name}”")
        for finding in target_findings(task.sheet, table)
        if finding.cells[0].field.startswith(f"indicators[{weak.row.index}].")
    ]
    return list(dict.fromkeys(found))


def plan(
    form: Form, findings: Sequence[Finding], pack: Pack, year: str, model: Model | None = None, about: str = ""
) -> Outcome:
    """Draft next year's whole table: rows carried over and rows rewritten, in the order of the form."""
    sheet = Sheet(form, pack)
    table = plans(form, findings, pack, year)
    task = IndicatorTask(sheet, tuple(table), year, tuple(findings))
    outcome = write(task, model, f"{year}{about}")
    rewritten = {draft.field: draft for draft in outcome.drafts}
    outcome.drafts = [rewritten.get(f"indicators[{entry.row.index}]") or _finished(task, entry) for entry in table]
    return outcome


def _finished(task: IndicatorTask, entry: Weak) -> Draft:
    return finished(task.proposal(entry, entry.plan))
