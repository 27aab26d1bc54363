"""Drafts by the rules alone and in a model's words, side by side: the guard, the closed loop, blanks, register, repeats."""

import itertools
import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pydantic_evals import Case as EvalCase
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals import frame, labelled, leaks
from evals.labelled import Case
from evals.recorded import Recorded
from fuhe import checking, prompts
from fuhe.cli.rules import catalogue
from fuhe.drafting import indicator, opinion, reason_draft, recheck
from fuhe.drafting.draft_guard import LONGEST
from fuhe.drafting.proposal import Proposal
from fuhe.drafting.writing import Outcome, write
from fuhe.drafts import Draft
from fuhe.model.sending import Model
from fuhe.policy import pack
from fuhe.rules import Sheet
from fuhe.similarity import bigrams, key

KINDS = ("reason", "opinion", "indicator")
ASKED = {
    "reason": ("中卫1", "中卫2", "校园安保", "部门整体", "禁毒宣传", "营养改善"),
    "opinion": ("小区改造",),
    "indicator": ("一网通办",),
}
"""The forms each kind is drafted for with a model; a small model on a desk takes about a minute for each."""
REPEATED = ("部门整体", "禁毒宣传")
TAKES = 3
FILLERS = re.compile(
    "切实|狠抓|高度重视|大力|全力以赴|扎实|有力有序|取得实效|上新台阶|进一步(?:加强|提高|提升|完善|强化)|不断(?:提高|提升|加强)"
)
"""Stock words, listed here apart from the guard's own list."""


def cases(kind: str) -> list[Case]:
    """Return the forms a kind is drafted for."""
    known = {case.id: case for case in (*labelled.samples(), *labelled.faulty(), *labelled.held_out())}
    return [known[name] for name in ASKED[kind]]


def drafted(case: Case, kind: str, model: Model | None) -> Outcome:
    """Draft one kind for a form."""
    chosen = pack(case.policy)
    findings, sheet = checking.check(case.form, chosen).findings, Sheet(case.form, chosen)
    if kind == "indicator":
        return indicator.plan(case.form, findings, chosen, "2025", model)
    task = reason_draft.task(sheet, findings) if kind == "reason" else opinion.task(sheet, findings)
    return write(task, model)


Context = EvaluatorContext[Case, Outcome, None]


@dataclass
class Guarded(Evaluator[Case, Outcome, None]):
    """How the model's words fared at the guard: shown at once, after one repair, or given up for the rules' draft."""

    def evaluate(self, ctx: Context) -> dict[str, Any]:
        """Return the counts of one form."""
        met = "；".join(violation for draft in ctx.output.drafts for violation in draft.violations)
        return {
            "份数": len(ctx.output.drafts),
            "一次通过": ctx.output.at_once,
            "改后通过": ctx.output.repaired,
            "退回按规则起草": EvaluationReason(ctx.output.fallen_back, met),
            "用量": ctx.output.tokens,
        }


@dataclass
class OutsideFacts(Evaluator[Case, Outcome, None]):
    """Figures, names, dates and documents the form does not hold, found by a reader that knows nothing of slots."""

    def evaluate(self, ctx: Context) -> dict[str, Any]:
        """Count them."""
        found = leaks.in_drafts(ctx.inputs.form, ctx.output.drafts)
        return {"表外事实": EvaluationReason(len(found), "；".join(found))}


@dataclass
class ClosedLoop(Evaluator[Case, Outcome, None]):
    """Whether reasons, put into the form, clear the codes they answer and bring no new finding."""

    def evaluate(self, ctx: Context) -> dict[str, Any]:
        """Count the reasons that do."""
        chosen, form = pack(ctx.inputs.policy), ctx.inputs.form
        before = checking.check(form, chosen).findings
        put = [Proposal("reason", d.field, d.text, answers=d.answers) for d in ctx.output.drafts if d.kind == "reason"]
        against = recheck.check_again(form, before, put, chosen)
        wrong = [str(violation) for found in against.values() for violation in found]
        cleared = sum(1 for found in against.values() if not found)
        return {"写回": len(put), "写回后消除": EvaluationReason(cleared, "；".join(wrong))}


@dataclass
class BlankWhereSilent(Evaluator[Case, Outcome, None]):
    """Whether a reason leaves the cause to the unit where the form states none."""

    def evaluate(self, ctx: Context) -> dict[str, Any]:
        """Count reasons without a stated cause, and those of them with a blank for it."""
        silent = [draft for draft in ctx.output.drafts if draft.kind == "reason" and "表内原因" not in draft.facts]
        left = [draft for draft in silent if any("原因" in blank for blank in draft.blanks)]
        return {"表内无原因": len(silent), "原因留空": len(left)}


@dataclass
class Register(Evaluator[Case, Outcome, None]):
    """Whether a draft reads like a paper: no stock words, nothing said twice, not longer than the cell takes."""

    def evaluate(self, ctx: Context) -> dict[str, Any]:
        """Count drafts with stock words, with padding, and over length."""
        own = [_without_facts(draft) for draft in ctx.output.drafts]
        return {
            "套话": sum(1 for text in own if FILLERS.search(text)),
            "重复凑字": sum(1 for draft in ctx.output.drafts if _padded(draft)),
            "超长": sum(1 for draft in ctx.output.drafts if len(draft.text) > LONGEST[draft.kind]),
            "字数": sum(len(draft.text) for draft in ctx.output.drafts),
        }


def _without_facts(draft: Draft) -> str:
    """Return a draft without what it quotes of the form."""
    text = re.sub("“[^”]*”", "", draft.text)
    for fact in draft.facts.values():
        text = text.replace(fact.value, "")
    return text


def _padded(draft: Draft) -> bool:
    """Tell whether eight characters and more come twice within a sentence of a reason."""
    sentences = re.split("[。；\n]", _without_facts(draft)) if draft.kind == "reason" else []
    return any(re.search(r"([^【】，、]{8,}).*\1", sentence) for sentence in sentences)


EVALUATORS = (Guarded(), OutsideFacts(), ClosedLoop(), BlankWhereSilent(), Register())


@dataclass
class Drafted:
    """The sums over the forms of one kind and system, what was refused and why, and the texts."""

    kind: str
    system: str
    forms: int
    sums: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=list)


def measure(kind: str, model: Recorded | None) -> Drafted:
    """Draft every form of a kind and add up what the evaluators say."""
    inputs = [EvalCase(name=case.id, inputs=case) for case in cases(kind)]
    report = frame.run(kind, inputs, lambda case: drafted(case, kind, model), *EVALUATORS)
    found = Drafted(kind, model.name if model else "按规则起草", len(report.cases))
    for case in report.cases:
        found.sums.update({name: int(score.value) for name, score in case.scores.items()})
        found.refused.update(v.partition("：")[0] for draft in case.output.drafts for v in draft.violations)
        found.lengths += [len(draft.text) for draft in case.output.drafts]
    return found


@dataclass(frozen=True)
class Repeats:
    """How alike fresh repeats are: fields drafted, those with the same text each time, and the mean likeness."""

    takes: int
    fields: int
    same: int
    likeness: float


def repeats(model: Recorded | None) -> Repeats:
    """Draft the same forms several times afresh."""
    known = {case.id: case for case in cases("reason")}
    texts: dict[tuple[str, str], list[str]] = {}
    for take in range(1, TAKES + 1):
        if model:
            model.take = take
        for name in REPEATED:
            for draft in drafted(known[name], "reason", model).drafts:
                texts.setdefault((name, draft.field), []).append(draft.text)
    if model:
        model.take = 1
    alike = [_alike(a, b) for several in texts.values() for a, b in itertools.pairwise(several)]
    same = sum(1 for several in texts.values() if len(set(several)) == 1)
    return Repeats(TAKES, len(texts), same, statistics.fmean(alike))


def _alike(left: str, right: str) -> float:
    a, b = bigrams(key(left)), bigrams(key(right))
    return len(a & b) / len(a | b) if a | b else 1.0


def sent(case: Case) -> tuple[int, int, int]:
    """Return characters we send for a form, characters the naive way sends (form + rules + question, a row), and rows."""
    chosen = pack(case.policy)
    task = reason_draft.task(Sheet(case.form, chosen), checking.check(case.form, chosen).findings)
    ours = sum(len(text) for _, text in prompts.load("reason").render(**task.variables()))
    whole = len(case.form.record.model_dump_json(exclude_none=True)) + len(catalogue())
    return ours, len(task.asked) * (whole + len("请按上述规则为这一行起草偏差原因及改进措施：")), len(task.asked)
