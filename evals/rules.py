"""Precision, recall and F1 of the rules, and of what they are compared with, on labelled and mutated forms.

python -m evals.rules      also every case where rule and label differ
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from pydantic_evals import Case as EvalCase
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals import frame, labelled, mutations
from evals.labelled import Case
from evals.said import SEVERITY, Said, by_rules, place

Checker = Callable[[Case], list[Said] | None]


@dataclass
class Count:
    """How often a code was due, was said, and was said rightly."""

    due: int = 0
    said: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """Rightly said over said; 1 where nothing was said."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Rightly said over due; 1 where nothing was due."""
        return self.right / self.due if self.due else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.due + self.said) if self.due + self.said else 1.0


@dataclass(frozen=True)
class Verdict:
    """One code at one place: due, said, or both."""

    code: str
    severity: str
    due: bool
    said: bool
    about: str = ""


def compare(case: Case, said: Iterable[Said]) -> Iterator[Verdict]:
    """Hold what was said against a form's labels; a hint nobody labelled counts neither way."""
    due = Counter(place(code, where) for code, where in case.labels)
    hints = Counter(place(code, where) for code, where in case.infos)
    for entry in said:
        labelled_as = due if due[entry.place] else hints
        if labelled_as[entry.place]:
            labelled_as[entry.place] -= 1
            yield Verdict(entry.code, "info" if labelled_as is hints else entry.severity, due=True, said=True)
        elif entry.severity != "info":
            about = f"误报 {case.id} {entry.code} {entry.field} {entry.message}".strip()
            yield Verdict(entry.code, entry.severity, due=False, said=True, about=about)
    for open_, severity in ((due, ""), (hints, "info")):
        for (code, where), times in open_.items():
            about = f"漏报 {case.id} {code} {where}"
            yield from [Verdict(code, severity or SEVERITY.get(code, "warning"), True, False, about)] * times


@dataclass
class Labels(Evaluator[Case, "list[Said] | None", None]):
    """Counts what agrees with a form's labels, what is a false alarm and what was missed, each with its places."""

    def evaluate(self, ctx: EvaluatorContext[Case, list[Said] | None, None]) -> dict[str, EvaluationReason | int | str]:
        """Return the three counts; a form no answer was given for is the label 'unscored'."""
        if ctx.output is None:
            return {"status": "unscored"}
        verdicts = list(compare(ctx.inputs, ctx.output))
        wrong = [verdict.about for verdict in verdicts if verdict.said and not verdict.due]
        missed = [verdict.about for verdict in verdicts if verdict.due and not verdict.said]
        return {
            "报对": sum(1 for verdict in verdicts if verdict.due and verdict.said),
            "误报": EvaluationReason(len(wrong), "；".join(wrong)),
            "漏报": EvaluationReason(len(missed), "；".join(missed)),
        }


@dataclass
class Score:
    """The counts of one set, by code and by severity, every case where checker and label differ, and the unscored."""

    forms: int = 0
    unscored: int = 0
    codes: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    severities: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    differ: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        for count in (self.codes[verdict.code], self.severities[verdict.severity]):
            count.due += verdict.due
            count.said += verdict.said
            count.right += verdict.due and verdict.said
        if verdict.about:
            self.differ.append(verdict.about)

    @property
    def all(self) -> Count:
        """Errors and warnings together."""
        both = [self.severities[name] for name in ("error", "warning")]
        return Count(sum(c.due for c in both), sum(c.said for c in both), sum(c.right for c in both))


def judge(cases: Iterable[Case], check: Checker = by_rules) -> Score:
    """Let a checker say what it finds on every form and count."""
    report = frame.run("rules", [EvalCase(name=case.id, inputs=case) for case in cases], check, Labels())
    score = Score(len(report.cases))
    for case in report.cases:
        score.unscored += case.output is None
        for verdict in compare(case.inputs, case.output) if case.output is not None else ():
            score.add(verdict)
    return score


HELD_OUT = "留出的表"


@cache
def sets() -> dict[str, list[Case]]:
    """Return every set by name."""
    clean = labelled.well_filled()
    return {
        "六张样表": labelled.samples(),
        "自制有问题的表": labelled.faulty(),
        "填得好的表": clean,
        HELD_OUT: labelled.held_out(),
        "变异表": [case for _, case in mutations.mutated(clean)],
    }


def main() -> None:
    """Print a table per set and every case where rule and label differ."""
    for name, cases in sets().items():
        score = judge(cases)
        print(
            f"\n{name}（{len(cases)} 张）\n{'':12}{'应报':>8}{'报出':>8}{'报对':>8}{'精确率':>8}{'召回率':>8}{'F1':>10}"
        )
        for title, count in [*sorted(score.severities.items()), *sorted(score.codes.items())]:
            figures = f"{count.due:8}{count.said:8}{count.right:8}{count.precision:10.3f}{count.recall:10.3f}"
            print(f"{title:12}{figures}{count.f1:10.3f}")
        print("\n".join(score.differ))


if __name__ == "__main__":
    main()
