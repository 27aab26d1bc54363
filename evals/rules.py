"""Precision and recall of the rules on labelled and mutated forms: python -m evals.rules [--json]."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from evals import labelled, mutations
from evals.labelled import Case, Label
from fuhe import checking
from fuhe.findings import Finding
from fuhe.policy import pack
from fuhe.rules import RULES

SEVERITY = {rule.code: rule.severity for rule in RULES}


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


@dataclass
class Score:
    """The counts of one set, by code and by severity, and every case where rule and label differ."""

    codes: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    severities: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    differ: list[str] = field(default_factory=list)


def judge(cases: Iterable[Case]) -> Score:
    """Check every form and hold what was said against its labels; a hint nobody labelled counts neither way."""
    score = Score()
    for case in cases:
        _judge(case, checking.check(case.form, pack(case.policy)).findings, score)
    return score


def _judge(case: Case, findings: Iterable[Finding], score: Score) -> None:
    due = Counter(_place(label) for label in case.labels)
    hints = {_place(label) for label in case.infos}
    for finding in findings:
        place = _place((finding.code, finding.cells[0].field))
        if due[place]:
            due[place] -= 1
            _add(score, finding.code, finding.severity, due=1, said=1, right=1)
        elif finding.severity != "info" and place not in hints:
            _add(score, finding.code, finding.severity, said=1)
            score.differ.append(f"误报 {case.id} {finding.code} {finding.cells[0].field} {finding.message}")
    for (code, where), times in due.items():
        if times:
            _add(score, code, SEVERITY.get(code, "warning"), due=times)
            score.differ.append(f"漏报 {case.id} {code} {where}")


def _place(label: Label) -> Label:
    """Reduce a field to its row, so that a finding beside the labelled cell still counts."""
    code, where = label
    found = re.match(r"(indicators|funding)\[\d+\]", where)
    return code, found[0] if found and not where.startswith("funding") else where


def _add(score: Score, code: str, severity: str, due: int = 0, said: int = 0, right: int = 0) -> None:
    for count in (score.codes[code], score.severities[severity]):
        count.due += due
        count.said += said
        count.right += right


def sets() -> dict[str, list[Case]]:
    """Return every set by name."""
    clean = labelled.well_filled()
    return {
        "六张样表": labelled.samples(),
        "自制有问题的表": labelled.faulty(),
        "填得好的表": clean,
        "变异表": [case for _, case in mutations.mutated(clean)],
    }


def main() -> None:
    """Print a table per set and every case where rule and label differ; --json prints the figures alone."""
    scores = {name: (len(cases), judge(cases)) for name, cases in sets().items()}
    if "--json" in sys.argv:
        print(json.dumps({name: _figures(score) for name, (_, score) in scores.items()}, ensure_ascii=False, indent=1))
        return
    for name, (forms, score) in scores.items():
        print(f"\n{name}（{forms} 张）\n{'':12}{'应报':>8}{'报出':>8}{'报对':>8}{'精确率':>8}{'召回率':>8}")
        for title, count in [*sorted(score.severities.items()), *sorted(score.codes.items())]:
            print(f"{title:12}{count.due:8}{count.said:8}{count.right:8}{count.precision:10.3f}{count.recall:10.3f}")
        print("\n".join(score.differ))


def _figures(score: Score) -> dict[str, dict[str, float]]:
    return {
        title: {
            "due": c.due,
            "said": c.said,
            "right": c.right,
            "precision": round(c.precision, 4),
            "recall": round(c.recall, 4),
        }
        for title, c in [*sorted(score.severities.items()), *sorted(score.codes.items())]
    }


if __name__ == "__main__":
    main()
