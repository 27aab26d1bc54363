"""Whether the quality score orders forms as careful reading does: pair accuracy and Kendall's τ, overall and by dimension.

python -m evals.quality     also every pair it orders the other way
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import yaml
from pydantic_evals import Case as EvalCase
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals import frame, labelled
from evals.baselines import units, wordlist
from evals.labelled import DATA, Case
from evals.mutations import fund, row, settled, top
from fuhe import checking
from fuhe.policy import pack
from fuhe.quality import form_quality, quality


class Pair(NamedTuple):
    """One preference: which form is filled better, in which dimension where they differ in one, and why."""

    better: Case
    worse: Case
    dimension: str | None
    why: str


Scorer = Callable[[Pair], tuple[float, float]]


@cache
def pairs() -> tuple[Pair, ...]:
    """Return the pairs whose preference was written down before any score was run on them."""
    written = yaml.safe_load((DATA / "pairs.yaml").read_text("utf-8"))
    forms = {
        case.id: case
        for case in (*labelled.samples(), *labelled.faulty(), *labelled.well_filled(), *labelled.held_out())
    }
    forms |= {entry["id"]: _variant(forms[entry["of"]], entry) for entry in written["variants"]}
    return tuple(Pair(forms[p["better"]], forms[p["worse"]], p.get("in"), p["why"]) for p in written["pairs"])


def _variant(base: Case, entry: dict[str, Any]) -> Case:
    """Fill a form in another way, cell by cell."""
    form = top(base.form, **_plain(entry.get("set", {})))
    for index, cells in entry.get("rows", {}).items():
        form = row(form, index, **cells)
    for index, cells in entry.get("funding", {}).items():
        form = fund(form, index, **cells)
    form = settled(form) if entry.get("settled") else form
    return Case(entry["id"], base.topic, base.layout, base.policy, form)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def by_score(pair: Pair) -> tuple[float, float]:
    """Score both forms by the whole rubric."""
    return _score(pair.better, None), _score(pair.worse, None)


def by_dimension(pair: Pair) -> tuple[float, float]:
    """Score both forms by the dimension they differ in."""
    return _score(pair.better, pair.dimension), _score(pair.worse, pair.dimension)


def _score(case: Case, dimension: str | None) -> float:
    findings = checking.check(case.form, pack(case.policy)).findings
    found = form_quality(case.form, findings) or quality(findings)
    return found.dimensions[dimension].score if dimension else found.score


def by_own_total(pair: Pair) -> tuple[float, float]:
    """Take the total the unit gave itself; a form without points counts as 0."""
    left, right = (units.number(case.form.record.total_score) or 0.0 for case in (pair.better, pair.worse))
    return left, right


def by_units(pair: Pair) -> tuple[float, float]:
    """Count what the checks units have today find."""
    return -float(len(units.check(pair.better))), -float(len(units.check(pair.worse)))


def by_words(pair: Pair) -> tuple[float, float]:
    """Count what a word list finds."""
    return -float(len(wordlist.check(pair.better))), -float(len(wordlist.check(pair.worse)))


@dataclass
class Order(Evaluator[Pair, "tuple[float, float]", None]):
    """Whether the two scores stand as the preference says; a tie is neither."""

    def evaluate(self, ctx: EvaluatorContext[Pair, tuple[float, float], None]) -> dict[str, Any]:
        """Return the order as a label with the preference's reason."""
        left, right = ctx.output
        order = "concordant" if left > right else "tied" if left == right else "discordant"
        return {"order": EvaluationReason(order, f"{left:g} : {right:g}；{ctx.inputs.why}")}


@dataclass(frozen=True)
class Ordered:
    """How many pairs were ordered as preferred, not told apart, and ordered the other way; and those not as preferred."""

    concordant: int
    tied: int
    discordant: int
    wrong: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """All pairs."""
        return self.concordant + self.tied + self.discordant

    @property
    def accuracy(self) -> float:
        """Pairs ordered as preferred over all; a tie is not."""
        return self.concordant / self.pairs if self.pairs else 0.0

    @property
    def tau(self) -> float:
        """Kendall's τ over the pairs: concordant minus discordant over all."""
        return (self.concordant - self.discordant) / self.pairs if self.pairs else 0.0


Told = tuple[Pair, str, str]


def told(chosen: Sequence[Pair], scorer: Scorer) -> list[Told]:
    """Score every pair; return it with its order and the two scores beside the preference's reason."""
    cases = [EvalCase(name=f"{index}", inputs=pair) for index, pair in enumerate(chosen)]
    report = frame.run("pairs", cases, scorer, Order())
    labels = [case.labels["order"] for case in report.cases]
    return [(pair, label.value, label.reason or "") for pair, label in zip(chosen, labels, strict=True)]


def ordered(found: Iterable[Told]) -> Ordered:
    """Count the orders and name the pairs that are not as preferred."""
    listed = list(found)
    values = [order for _, order, _ in listed]
    wrong = (f"{p.better.id} › {p.worse.id} {order}（{why}）" for p, order, why in listed if order != "concordant")
    return Ordered(values.count("concordant"), values.count("tied"), values.count("discordant"), tuple(wrong))


def by_group(scorer: Scorer = by_score) -> dict[str, Ordered]:
    """Return the order of all pairs, of the pairs of different forms, and of the pairs of each dimension."""
    found = told(pairs(), scorer)
    groups: dict[str, list[Told]] = {"全部": found}
    for entry in found:
        groups.setdefault(entry[0].dimension or "两张不同的表", []).append(entry)
    return {name: ordered(group) for name, group in groups.items()}


def main() -> None:
    """Print all groups by the whole score and by the dimension's own, and what is not ordered as preferred."""
    whole, own = by_group(), by_group(by_dimension)
    print(f"{'':12}{'pairs':>6}{'score':>8}{'tau':>8}{'dimension':>11}{'tau':>8}")
    for name, found in whole.items():
        print(
            f"{name:12}{found.pairs:6}{found.accuracy:8.3f}{found.tau:8.3f}{own[name].accuracy:11.3f}{own[name].tau:8.3f}"
        )
    print("\n".join(whole["全部"].wrong))


if __name__ == "__main__":
    main()
