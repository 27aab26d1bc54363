"""Reasons in a model's words: it writes what to do next and picks a stated cause by key; figures stay with the code."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from fuhe.drafting import causes, offline
from fuhe.drafting.causes import Cause
from fuhe.drafting.draft_guard import Violation, ground, in_words, violations
from fuhe.drafting.facts import of_row
from fuhe.drafting.known_words import FormWords
from fuhe.drafting.proposal import Proposal
from fuhe.drafting.recheck import check_again
from fuhe.drafting.writing import Judged
from fuhe.findings import Finding
from fuhe.readings.sheet import Row, Sheet
from fuhe.text import tidy

NO_CAUSE = "无"


class ReasonWords(BaseModel):
    """What a model says about one row."""

    model_config = ConfigDict(extra="ignore")

    id: str
    measure: str = Field(min_length=4, max_length=90)
    cause: str = NO_CAUSE
    questions: tuple[str, ...] = ()


class Reasons(BaseModel):
    """A model's reply for one form."""

    rows: tuple[ReasonWords, ...]


@dataclass(frozen=True)
class Asked:
    """One row to draft: its key in the prompt, what the rules alone would propose, the row where it is one."""

    id: str
    fallback: Proposal
    row: Row | None
    cause: Cause | None


@dataclass(frozen=True)
class ReasonTask:
    """All rows of one form to be drafted in one request."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    asked: tuple[Asked, ...]
    causes: tuple[Cause, ...]
    name: str = "reason"
    schema: type[BaseModel] = Reasons

    def variables(self) -> dict[str, str]:
        """Return what the prompt is filled with: form text as JSON strings, nothing of it a template."""
        return {
            "causes": _lines({f"c{number}": _plain(cause.text) for number, cause in enumerate(self.causes, 1)}),
            "rows": "\n".join(_json(_described(entry)) for entry in self.asked) or NO_CAUSE,
        }

    def fallbacks(self) -> list[Proposal]:
        """Return what the rules alone propose."""
        return [entry.fallback for entry in self.asked]

    def judged(self, reply: BaseModel) -> Judged:
        """Set a reply's words into each row's frame; the guard and the closed loop say what is against it."""
        assert isinstance(reply, Reasons)
        said = ground(self.sheet.form, self.sheet.pack)
        words = {entry.id: entry for entry in reply.rows}
        made = {
            entry.fallback.field: _framed(entry, words[entry.id], self, said)
            for entry in self.asked
            if entry.id in words
        }
        sound = [proposal for proposal, found in made.values() if not found]
        against = check_again(self.sheet.form, self.findings, sound, self.sheet.pack)
        return {name: (proposal, found or against[name]) for name, (proposal, found) in made.items()}


def task(sheet: Sheet, findings: Sequence[Finding]) -> ReasonTask:
    """Collect the rows whose findings ask for a reason; empty when none does."""
    rows = {f"indicators[{row.index}].reason": row for row in sheet.rows}
    stated = causes.stated(sheet)
    asked = []
    for number, proposal in enumerate(offline.proposals(sheet, findings), 1):
        row = rows.get(proposal.field)
        cause = causes.of_row(row, stated) if row else causes.of_execution(stated)
        asked.append(Asked(f"r{number}", proposal, row, cause))
    return ReasonTask(sheet, tuple(findings), tuple(asked), stated[:12])


def _lines(entries: dict[str, str]) -> str:
    return "\n".join(_json({key: text}) for key, text in entries.items()) or NO_CAUSE


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "＜").replace(">", "＞")


def _plain(text: str) -> str:
    return tidy(text)[:120]


def _described(entry: Asked) -> dict[str, object]:
    questions = {f"q{number}": text for number, text in enumerate(entry.fallback.questions, 1)}
    shown: dict[str, object] = {"id": entry.id, "指标": "预算执行率", "类别": "预算执行"}
    if entry.row is not None:
        shown |= {"指标": _plain(entry.row.name), "类别": entry.row.subclass or entry.row.level or ""}
        shown["情况"] = {"met": "已达到目标却扣分", "unmet": "没有达到目标"}.get(
            entry.row.met or "", "没有可核对的数据"
        )
    values = entry.fallback.facts if entry.row is None else of_row(entry.row)
    slots = [f"{{{name}}}（即{_plain(fact.value)}）" for name, fact in values.items()]
    return shown | {"可用代号": slots, "提问": questions}


def _framed(entry: Asked, words: ReasonWords, task: ReasonTask, said: FormWords) -> tuple[Proposal, list[Violation]]:
    measure = _trimmed(words.measure)
    cause, wrong = _chosen(entry, words.cause, task.causes)
    if entry.row is not None:
        proposal = offline.row_proposal(
            entry.row, entry.fallback.answers, cause, measure, slip=offline.is_slip(task.sheet, entry.row)
        )
    else:
        proposal = offline.execution_proposal(task.sheet, cause, measure)
    proposal = replace(proposal, questions=_picked(proposal.questions, words.questions))
    return proposal, [*wrong, *_shape(measure, entry), *in_words(measure, said, kind="reason"), *violations(proposal)]


_LONGEST_MEASURE = 60


def _shape(measure: str, entry: Asked) -> list[Violation]:
    """Check that a measure is one short statement that starts with what is done and does not repeat itself."""
    found = []
    if len(measure) > _LONGEST_MEASURE:
        found.append(Violation("长度", f"{entry.id} 的 measure 超过{_LONGEST_MEASURE}字"))
    if re.search("[？?！!\n]", measure):
        found.append(Violation("格式", "measure 是一句陈述，不要提问"))
    if re.search(r"(.{6,}).*\1", measure):
        found.append(Violation("格式", "measure 里的话重复了"))
    if entry.row is not None and len(entry.row.name) > 5 and measure.startswith(entry.row.name[:6]):
        found.append(Violation("格式", "measure 要以动词开头，不要抄指标名称"))
    return found


def _names(entry: Asked) -> tuple[str, ...]:
    return (entry.row.name,) if entry.row else ()


def _trimmed(measure: str) -> str:
    return measure.strip("。；;，, 　").removeprefix("下一步")


def _chosen(entry: Asked, key: str, stated: Sequence[Cause]) -> tuple[Cause | None, list[Violation]]:
    """Return the cause the rules found, else the stated one a reply chose if it can be about this row."""
    if entry.cause is not None or key in (NO_CAUSE, "", "none"):
        return entry.cause, []
    keys = {f"c{number}": cause for number, cause in enumerate(stated, 1)}
    if key not in keys:
        return None, [Violation("原因", f"没有“{key[:6]}”这个原因代号；没有就填“无”")]
    if entry.row is not None and not causes.may_speak_of(keys[key], entry.row):
        return None, [Violation("原因", f"{key} 说的不是 {entry.id} 这一行；没有就填“无”")]
    return keys[key], []


def _picked(offered: tuple[str, ...], keys: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(text for number, text in enumerate(offered, 1) if f"q{number}" in keys)
    return chosen or offered
