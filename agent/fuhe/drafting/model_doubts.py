"""Hints by a model where words seem not to match: it points by key, code words the hint, never above 提示."""

import hashlib
import json

from pydantic import BaseModel, ConfigDict

from fuhe import prompts
from fuhe.findings import Finding
from fuhe.model.budget import Requests
from fuhe.model.ledger import key
from fuhe.model.sending import Model
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row, Sheet, evidence
from fuhe.records import Form

_LONGEST = 160


class Doubts(BaseModel):
    """A model's reply: keys of what does not seem to match."""

    model_config = ConfigDict(extra="ignore")

    doubts: tuple[str, ...]


def hints(sheet: Sheet, model: Model, about: str = "") -> list[Finding]:
    """Ask once what does not match; raises ModelError. Keys the form does not have are passed over."""
    form, prompt = sheet.form, prompts.load("hints")
    messages = prompt.render(**_variables(sheet))
    asked = key(str(prompt), model.name, about, json.dumps(messages, ensure_ascii=False))
    reply = model.ask(messages, Doubts, asked, prompt=str(prompt), requests=Requests())
    reply.keep()
    known = _places(sheet)
    return [_hint(form, *known[code]) for code in dict.fromkeys(reply.value.doubts) if code in known]


def _variables(sheet: Sheet) -> dict[str, str]:
    record = sheet.form.record
    goal = {"项目": record.project, "预期目标": record.goal, "实际完成情况": record.outcome}
    rows = {f"r{number}": (row.name or "")[:_LONGEST] for number, row in enumerate(sheet.rows, 1)}
    reasons = {f"c{number}": f"{row.name}：{row.printed.reason}"[:_LONGEST] for number, row in _explained(sheet)}
    return {"goal": _json(goal), "rows": _json(rows), "reasons": _json(reasons)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "＜").replace(">", "＞")


def _explained(sheet: Sheet) -> list[tuple[int, Row]]:
    return [(n, row) for n, row in enumerate(sheet.rows, 1) if not says_nothing(row.printed.reason)]


def _places(sheet: Sheet) -> dict[str, tuple[str, str, str]]:
    """Return for every key: the code of the rule it is kin to, the field, the hint's own words."""
    known = {"goal": ("N003", "outcome", "实际完成情况与预期目标可能不对应")} if sheet.form.record.outcome else {}
    for number, row in enumerate(sheet.rows, 1):
        known[f"r{number}"] = ("L001", f"indicators[{row.index}].name", f"指标“{row.name}”与项目内容可能关系不大")
    for number, row in _explained(sheet):
        known[f"c{number}"] = ("N008", f"indicators[{row.index}].reason", f"“{row.name}”的偏差原因可能与偏差不对应")
    return known


def _hint(form: Form, code: str, field: str, words: str) -> Finding:
    return Finding(
        code=code,
        slug="model-hint",
        severity="info",
        source="model",
        title="大模型提示，请核实",
        message=f"{words}，请核实。",
        cells=(evidence(form, field),),
        fingerprint=hashlib.sha256(f"hint{code}{field}{words}".encode()).hexdigest()[:16],
    )
