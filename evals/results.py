"""Everything python -m evals measures, taken once; the tables, the plots and the gate all read from here."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from evals import adversarial, drafts, fresh, judge, labelled, quality, rules
from evals.baselines import alone, units, wordlist
from evals.drafts import Drafted, Repeats
from evals.judge import Agreement
from evals.labelled import Case
from evals.quality import Ordered
from evals.recorded import Recorded, models
from evals.rules import Score
from evals.said import by_rules

OURS, FLOOR = "fuhe 规则", "按规则起草"
UNITS, WORDS = "现行做法", "正则和词表"
CHECKERS = {OURS: by_rules, UNITS: units.check, WORDS: wordlist.check}
SCORERS = {
    "质量分": quality.by_score,
    "所在维度的分": quality.by_dimension,
    UNITS: quality.by_units,
    WORDS: quality.by_words,
    "单位自评总分": quality.by_own_total,
}


@dataclass(frozen=True)
class Results:
    """The figures of one run: nothing in it is random, so two runs are equal."""

    rules: dict[str, dict[str, Score]]
    subset: dict[str, Score]
    pairs: dict[str, dict[str, Ordered]]
    drafts: list[Drafted]
    repeats: dict[str, Repeats]
    prose: dict[str, Agreement]
    gates: Counter[str]
    attack: tuple[int, int, int]
    sent: tuple[int, int, int, int]
    missing: dict[str, int]
    fresh: dict[str, dict[str, fresh.Counts]]


def collect() -> Results:
    """Run everything that needs no key: rules, pairs, drafts and the answers recorded of models."""
    known = models()
    return Results(
        rules={name: {who: rules.judge(cases, check) for who, check in CHECKERS.items()} for name, cases in _sets()},
        subset=_subset(known),
        pairs={name: quality.by_group(scorer) for name, scorer in SCORERS.items()},
        drafts=[drafts.measure(kind, model) for kind in drafts.KINDS for model in (None, *known)],
        repeats={FLOOR: drafts.repeats(None)} | {model.name: drafts.repeats(model) for model in known},
        prose={"核对关（不用模型）": judge.agreement(judge.by_guard)} | {model.name: _judged(model) for model in known},
        gates=judge.gates(),
        attack=adversarial.attacked(),
        sent=_sent(),
        missing={model.name: model.missing for model in known},
        fresh=fresh.measured(),
    )


def _sets() -> list[tuple[str, list[Case]]]:
    return list(rules.sets().items())


def _subset(known: list[Recorded]) -> dict[str, Score]:
    """Judge the forms a model alone was asked about, with every checker."""
    cases = [case for case in labelled.held_out() if case.id in alone.SUBSET]
    found = {who: rules.judge(cases, check) for who, check in CHECKERS.items()}
    for model in known:
        found[f"{model.name} 直读"] = rules.judge(cases, partial(alone.by_model, model=model))
    return found


def _judged(model: Recorded) -> Agreement:
    return judge.agreement(partial(judge.by_model, model=model))


def _sent() -> tuple[int, int, int, int]:
    """Return forms with rows to draft, their rows, characters we send for them, and characters the naive way sends."""
    costs = [drafts.sent(case) for case in (*labelled.samples(), *labelled.faulty())]
    asked = [cost for cost in costs if cost[2]]
    return len(asked), sum(c[2] for c in asked), sum(c[0] for c in asked), sum(c[1] for c in asked)
