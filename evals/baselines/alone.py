"""A model given the form and the list of rules and nothing else, the way one pastes both into a chat."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.labelled import Case
from evals.said import SEVERITY, Said
from fuhe import prompts
from fuhe.errors import ModelError
from fuhe.findings import SEVERITY_LABELS
from fuhe.model.sending import Model
from fuhe.records import Form
from fuhe.rules import RULES

PROMPT = Path(__file__).parents[1] / "prompts/rules_alone.md"
SUBSET = ("饮水维养", "营养改善", "文化节", "智能信号灯")
"""The held-out forms it is asked about; a small model on a desk takes about a minute for each."""


class One(BaseModel):
    """One problem named."""

    model_config = ConfigDict(extra="ignore")

    code: str
    row: str = "head"


class Alone(BaseModel):
    """A model's reply."""

    findings: tuple[One, ...] = Field(max_length=12)


def by_model(case: Case, model: Model) -> list[Said] | None:
    """Say what a model finds; None when it gives no usable answer."""
    prompt = prompts.parse("rules_alone", PROMPT.read_text("utf-8"))
    messages = prompt.render(form=shown(case.form), rules=listed())
    try:
        reply = model.ask(messages, Alone, prompt=str(prompt))
    except ModelError:
        return None
    return [_said(found, case) for found in dict.fromkeys((one.code, one.row) for one in reply.value.findings)]


def _said(found: tuple[str, str], case: Case) -> Said:
    """Place a finding; beside the rows any place will do, if only the code is due there."""
    code, row = found
    number = row.lstrip("rR")
    if number.isdecimal():
        where = f"indicators[{int(number) - 1}]"
    else:
        where = next((at for due, at in case.labels if due == code and not at.startswith("indicators[")), row)
    return Said(code, where, SEVERITY.get(code, "warning"))


def listed() -> str:
    """Return the rules that can be due on one form, errors and warnings, a line each."""
    return "\n".join(f"{r.code} {SEVERITY_LABELS[r.severity]} {r.title}" for r in RULES if r.severity != "info")


def shown(form: Form) -> str:
    """Return the form as JSON lines with numbered rows."""
    record = form.record
    head = {name: getattr(record, name) for name in ("project", "unit", "year", "goal", "outcome", "total_score")}
    lines = [json.dumps(head, ensure_ascii=False)]
    lines += [json.dumps({"资金": row.model_dump(exclude_none=True)}, ensure_ascii=False) for row in record.funding]
    for number, row in enumerate(record.indicators, 1):
        lines.append(json.dumps({"行": f"r{number}"} | row.model_dump(exclude_none=True), ensure_ascii=False))
    return "\n".join(lines)
