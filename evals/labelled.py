"""The labelled forms of evals/data: short lines of cells to records, labels to (code, field)."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fuhe.intake.paths import read_paths
from fuhe.layouts.settle import settle_levels
from fuhe.records import Form, FundingRow, Indicator, Record, Remark

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parents[1] / "data/samples/zhongwei_2024.txt"
FUNDS = ("label", "initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
ROW = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
HEAD = ("project", "unit", "year", "goal", "outcome", "total_weight", "total_score")
COLUMNS = frozenset([*HEAD, *ROW, *(f"funding.{name}" for name in FUNDS[1:])])

Label = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """One form with what a careful reader finds in it: `labels` errors and warnings, `infos` the sure hints."""

    id: str
    topic: str
    layout: str
    policy: str
    form: Form
    labels: tuple[Label, ...] = ()
    infos: tuple[Label, ...] = ()


def well_filled() -> list[Case]:
    """Return the forms that deserve neither error nor warning."""
    return [*_load("well_filled.yaml")]


def faulty() -> list[Case]:
    """Return the forms with natural faults."""
    return [*_load("faulty.yaml")]


def held_out() -> list[Case]:
    """Return the forms written and labelled before any rule was run on them, faulty and clean."""
    return [*_load("heldout.yaml")]


def samples() -> list[Case]:
    """Return the six real forms with their labels."""
    return [*_samples()]


@functools.cache
def _samples() -> tuple[Case, ...]:
    labels = yaml.safe_load((DATA / "samples.yaml").read_text("utf-8"))
    forms = next(iter(read_paths([str(SAMPLES)]))).forms
    return tuple(
        Case(
            f"中卫{form.id}",
            "政务服务",
            "中卫",
            "national-2020",
            form,
            _labels(entry["labels"]),
            _labels(entry.get("info")),
        )
        for form, entry in zip(forms, labels, strict=True)
    )


@functools.cache
def _load(name: str) -> tuple[Case, ...]:
    return tuple(_case(entry) for entry in yaml.safe_load((DATA / name).read_text("utf-8")))


def _case(entry: dict[str, Any]) -> Case:
    policy = entry.get("policy", "national-2020")
    labels, infos = _labels(entry.get("labels")), _labels(entry.get("info"))
    return Case(entry["id"], entry["topic"], entry["layout"], policy, form_of(entry), labels, infos)


def _labels(lines: list[str] | None) -> tuple[Label, ...]:
    pairs = (line.replace('"', "").split(" ", 1) for line in lines or [])
    return tuple((code, field) for code, field in pairs)


def form_of(entry: dict[str, Any]) -> Form:
    """Make a form of lines of cells divided by ｜."""
    rows = [Indicator(**_cells(ROW, line)) for line in entry["rows"]]
    for index, more in (entry.get("more") or {}).items():
        rows[index] = rows[index].model_copy(update=more)
    settled, inferred = settle_levels(rows)
    weight, _, score = entry.get("total", "｜").partition("｜")
    record = Record(
        **{name: entry.get(name) for name in ("project", "unit", "year", "goal", "outcome", "grade")},
        fund_unit="万元",
        total_weight=weight or None,
        total_score=score or None,
        funding=tuple(FundingRow(**_cells(FUNDS, line)) for line in entry["funding"]),
        indicators=tuple(settled),
        remarks=tuple(Remark(label=label, text=text) for label, text in (entry.get("remarks") or {}).items()),
        notes=tuple(entry.get("notes", ())),
    )
    columns = COLUMNS - frozenset(entry.get("lacks", ()))
    form_type = entry.get("form_type", "project")
    return Form(id=entry["id"], form_type=form_type, record=record, inferred=tuple(inferred), columns=columns)


def _cells(names: tuple[str, ...], line: str) -> dict[str, str | None]:
    return {name: cell.strip() or None for name, cell in zip(names, line.split("｜"), strict=False)}
