"""Texts and forms written by people who had seen neither code nor lists, judged as a reviewer would see it.

python -m evals.fresh [SET…]   prints every set; with --wrong also each case that came out wrong. The first figure of a
set is recorded in evals/data/fresh/first.yaml for good; later runs stand beside it.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from evals import gold
from evals.labelled import COLUMNS, DATA
from fuhe import checking
from fuhe.findings import Finding
from fuhe.layouts.settle import settle_levels
from fuhe.policy import pack, simplify
from fuhe.readings.reason import read_reason
from fuhe.records import Form, FundingRow, Indicator, Record
from fuhe.text import squeeze

FOLDER = DATA / "fresh"
Entry = dict[str, Any]
_CLASSES = {"数量": "产出指标", "质量": "产出指标", "时效": "产出指标", "成本": "产出指标", "满意": "满意度指标"}


_ROAD = Indicator(
    level1="产出指标", level2="数量指标", name="改造道路里程", target="5公里", actual="5公里", weight="90", score="90"
)


@dataclass
class Count:
    """How one question came out: bad texts caught, good ones troubled, each wrong one named."""

    bad: int = 0
    caught: int = 0
    good: int = 0
    troubled: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def right(self) -> float:
        """The share that came out right."""
        return (self.caught + self.good - self.troubled) / (self.bad + self.good)

    def add(self, is_bad: bool, said: bool, about: str) -> None:
        """Count one text."""
        self.bad, self.caught = self.bad + is_bad, self.caught + (is_bad and said)
        self.good, self.troubled = self.good + (not is_bad), self.troubled + (said and not is_bad)
        if is_bad != said:
            self.wrong.append(f"{'漏' if is_bad else '误'} {about}")


def form_of(*rows: Indicator, **more: Any) -> Form:
    """Make a form of some rows, its levels settled."""
    settled, inferred = settle_levels(list(rows))
    head = {"project": "项目", "unit": "单位", "year": "2024", "total_weight": "100", "total_score": "100"}
    record = Record(**{**head, **more}, indicators=tuple(settled), fund_unit="万元")
    return Form(id="1", form_type="project", record=record, inferred=tuple(inferred), columns=COLUMNS)


def row_of(entry: Entry, **more: Any) -> Indicator:
    """Make a row of an entry's name, target and actual."""
    level2 = entry.get("level2") or "数量指标"
    level1 = next((first for word, first in _CLASSES.items() if word in level2), "效益指标")
    cells = {"level1": level1, "level2": level2, "weight": "10", "score": "10"}
    return Indicator(**{**cells, **{k: entry.get(k) for k in ("name", "target", "actual")}, **more})


def said(form: Form) -> list[Finding]:
    """Return what the rules find."""
    return list(checking.check(form, pack("national-2020")).findings)


def _has(found: list[Finding], codes: str, at: str) -> bool:
    return any(f.code in codes.split() and any(cell.field.startswith(at) for cell in f.cells) for f in found)


def _goals(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    yield "goals", not entry["commitment"], _has(said(form_of(goal=entry["text"])), "N001 F006", "goal")


def _outcomes(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    found = said(form_of(goal=entry["goal"], outcome=entry["text"]))
    empty, echoed = _has(found, "N002 F006", "outcome"), _has(found, "D006", "outcome")
    yield "outcomes", not entry["result"], empty or (echoed and not entry["result"])
    yield "echoes", entry["echo"], echoed


def _names(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    found = said(form_of(row_of(entry, actual=entry["target"])))
    yield "names", not entry["measurable"], _has(found, "V001 V007 V008 V016 N007 F003", "indicators")


def _better(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    if entry["better"] == "as-set":
        return
    signs = ("≤", "≥") if entry["better"] == "more" else ("≥", "≤")
    for sign, is_bad in zip(signs, (True, False), strict=True):
        target = f"{sign}5{entry['unit']}"
        yield "better", is_bad, _has(said(form_of(row_of({**entry, "target": target}))), "V015", "indicators")


def _targets(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    found = said(form_of(row_of(entry, actual="已完成")))
    yield "targets", not entry["checkable"], _has(found, "V001 V007 V008 F003", "indicators")


def _actuals(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    yield (
        "actuals",
        not entry["says_fact"],
        _has(said(form_of(row_of(entry))), "V002 V003 V004 V006 F003 F004", "indicators"),
    )


def _answers(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    found = said(form_of(row_of(entry)))
    yield "answers", not entry["answers"], _has(found, "V002 V003 V005 V006", "indicators")


def _reasons(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    found = said(form_of(row_of(entry["row"], score="8", reason=entry["text"])))
    yield "causes", not entry["cause"], _has(found, "N008 S001", "indicators")
    yield "measures", not entry["measure"], _has(found, "N009 S001", "indicators")
    # N009 is also right to speak where a cause or the terms are lacking, so each part is asked of the reading as well
    told = read_reason(entry["text"], squeeze(simplify(entry["row"]["name"])))
    yield "causes read", not entry["cause"], told.has_cause is not True
    yield "measures read", not entry["measure"], told.has_measure is not True
    yield "owners read", not entry["owner"], told.owner is None
    yield "dues read", not entry["due"], told.due is None


def _money(entry: Entry) -> Iterator[tuple[str, bool, bool]]:
    amounts = {"initial_budget": "100", "full_year_budget": "100", "executed": "60", "weight": "10", "rate": "60%"}
    fund = FundingRow(label="年度资金总额", score="6", reason=entry["text"], **amounts)
    yield (
        "money",
        not entry["explains"],
        _has(said(form_of(_ROAD, funding=(fund,), outcome="完成道路改造5公里")), "A010", "funding"),
    )


JUDGES: dict[str, Callable[[Entry], Iterator[tuple[str, bool, bool]]]] = {
    "goals": _goals, "outcomes": _outcomes, "names": _names, "better": _better, "targets": _targets,
    "actuals": _actuals, "answers": _answers, "reasons": _reasons, "money": _money,
}  # fmt: skip


def texts(name: str) -> dict[str, Count]:
    """Judge one set of texts, question by question."""
    counts: dict[str, Count] = {}
    for kind, entries in yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")).items():
        for entry in entries:
            for question, is_bad, spoke in JUDGES[kind](entry):
                counts.setdefault(question, Count()).add(is_bad, spoke, f"{question} {entry}")
    return counts


def sets() -> list[str]:
    """Return the names of the sets of texts."""
    return sorted(path.stem for path in FOLDER.glob("readings_*.yaml"))


Counts = tuple[int, int, int, int]
"""Bad texts, caught; good ones, troubled. For whole forms: due, caught; said, of them false."""


def measured() -> dict[str, dict[str, Counts]]:
    """Return the counts of every set of texts and of forms, by set and question."""
    found = {name: {q: (c.bad, c.caught, c.good, c.troubled) for q, c in texts(name).items()} for name in sets()}
    for folder in sorted(FOLDER.glob("forms_*")):
        tally = gold.judge(folder)
        found[folder.name] = {"forms": (tally.due, tally.caught, tally.said, tally.said - tally.right)}
    return found


def recorded() -> dict[str, dict[str, dict[str, Counts]]]:
    """Return what was recorded for good: by set and question, `before` the rules were rebuilt and at the `first` run."""
    kept: dict[str, dict[str, dict[str, Counts]]] = yaml.safe_load((FOLDER / "first.yaml").read_text("utf-8"))
    return kept


def main(arguments: list[str]) -> None:
    """Print each set."""
    shows = "--wrong" in arguments
    chosen = [name for name in arguments if not name.startswith("--")]
    for name in chosen or sets():
        if name.startswith("readings"):
            for question, count in texts(name).items():
                told = f"该报 {count.caught}/{count.bad}  误报 {count.troubled}/{count.good}  对 {count.right:.3f}"
                print(f"{name:12} {question:13} {told}")
                print("\n".join(count.wrong) if shows else "", end="\n" if shows else "")
    for folder in sorted(FOLDER.glob("forms_*")):
        if not chosen or folder.name in chosen:
            tally = gold.judge(folder)
            print(
                f"{folder.name:12} {tally.forms} 张  必须说 {tally.caught}/{tally.due} = {tally.recall:.3f}"
                f"  错误和警告 {tally.right}/{tally.said} = {tally.precision:.3f}"
            )
            print("\n".join([*tally.missed, "", *tally.wrong]) if shows else "", end="\n" if shows else "")


if __name__ == "__main__":
    main(sys.argv[1:])
