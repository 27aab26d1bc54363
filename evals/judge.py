"""A judge model for prose alone: may a measure stand as written; what it cannot answer is unscored, never a score."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel
from pydantic_evals import Case
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals import frame
from evals.adversarial import PLANTED
from evals.labelled import DATA
from fuhe import prompts
from fuhe.drafting.draft_guard import in_words
from fuhe.drafting.known_words import FormWords
from fuhe.errors import ModelError
from fuhe.model.sending import Model

FOLDER = Path(__file__).parent / "prompts"


class Verdict(BaseModel):
    """The judge's word."""

    usable: Literal["能", "不能"]


@dataclass
class AgreesWithLabel(Evaluator[str, bool | None, None]):
    """Compares a verdict with the project's label; no verdict is the label 'unscored'."""

    def evaluate(self, ctx: EvaluatorContext[str, bool | None, None]) -> dict[str, Any]:
        """Return agreement as an assertion, or the label of a case nobody could score."""
        if ctx.output is None:
            return {"status": EvaluationReason("unscored", "没有可用的答复")}
        return {"status": "scored", "agrees": ctx.output == ctx.expected_output}


@dataclass(frozen=True)
class Agreement:
    """Verdicts held against one labeller: right and wrong each way, and how many were left unscored."""

    both_usable: int
    both_not: int
    too_lenient: int
    too_strict: int
    unscored: int

    @property
    def scored(self) -> int:
        """How many got a verdict."""
        return self.both_usable + self.both_not + self.too_lenient + self.too_strict

    @property
    def share(self) -> float:
        """Agreed over scored; 0 where nothing was scored."""
        return (self.both_usable + self.both_not) / self.scored if self.scored else 0.0

    @property
    def kappa(self) -> float:
        """Cohen's kappa: agreement beyond chance, 0 where the judge always says the same."""
        n = self.scored
        if not n:
            return 0.0
        judge_yes, label_yes = self.both_usable + self.too_lenient, self.both_usable + self.too_strict
        chance = (judge_yes * label_yes + (n - judge_yes) * (n - label_yes)) / n**2
        return (self.share - chance) / (1 - chance) if chance < 1 else 0.0


def sentences() -> list[dict[str, Any]]:
    """Return the labelled sentences."""
    found: list[dict[str, Any]] = yaml.safe_load((DATA / "prose.yaml").read_text("utf-8"))
    return found


def by_model(text: str, model: Model) -> bool | None:
    """Ask a model whether a sentence may stand; None when it gives no usable answer."""
    prompt = prompts.parse("prose", (FOLDER / "prose.md").read_text("utf-8"))
    try:
        reply = model.ask(prompt.render(text=text), Verdict, prompt=str(prompt))
    except ModelError:
        return None
    return reply.value.usable == "能"


def by_guard(text: str) -> bool:
    """Ask the guard, on a form that says nothing."""
    return not in_words(text, FormWords(""), kind="reason")


def gates() -> Counter[str]:
    """Count how many of the planted phrases each check of the guard refuses; 放过 are those none does."""
    refused = [{found.check for found in in_words(text, FormWords(""), kind="reason")} or {"放过"} for text in PLANTED]
    return Counter(check for checks in refused for check in sorted(checks))


def agreement(judge: Any) -> Agreement:
    """Judge every sentence and count."""
    cases = [Case(name=entry["text"], inputs=entry["text"], expected_output=entry["usable"]) for entry in sentences()]
    report = frame.run("prose", cases, judge, AgreesWithLabel())
    pairs = [(case.output, case.expected_output) for case in report.cases]
    return Agreement(
        both_usable=pairs.count((True, True)),
        both_not=pairs.count((False, False)),
        too_lenient=pairs.count((True, False)),
        too_strict=pairs.count((False, True)),
        unscored=sum(1 for output, _ in pairs if output is None),
    )
