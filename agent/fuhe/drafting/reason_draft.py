"""Reasons in a model's words: it writes what to do next and what is kept of it, and picks causes and blanks by key."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from fuhe import prompts
from fuhe.drafting import causes, offline
from fuhe.drafting.causes import Cause
from fuhe.drafting.draft_guard import Violation, ground, told, violations
from fuhe.drafting.facts import of_row
from fuhe.drafting.known_words import FormWords
from fuhe.drafting.proposal import Proposal
from fuhe.drafting.recheck import check_again
from fuhe.drafting.word_check import CheckedSentence, check, known_start
from fuhe.drafting.writing import FieldVerdict, Judged, ShownApart
from fuhe.findings import Finding
from fuhe.policy import lexicon
from fuhe.readings.sheet import Row, Sheet
from fuhe.text import tidy

NO_CAUSE = "无"
_LONGEST_MEASURE = 60


class ReasonWords(BaseModel):
    """What a model says about one row."""

    model_config = ConfigDict(extra="ignore")

    id: str
    measure: str = Field(min_length=4, max_length=90)
    record: str = Field(default="", max_length=40)
    cause: str = NO_CAUSE
    blank: str = ""
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

    @property
    def blanks(self) -> tuple[str, ...]:
        """The blanks the cause may be asked with."""
        return offline.asks(self.row) if self.row else ("unspent",)


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
        """Return what the prompt is filled with: the whole form once, as JSON strings, nothing of it a template."""
        rules = dict.fromkeys(f"{finding.code} {finding.title}" for finding in self.findings)
        return {
            "project": _json(_head(self.sheet)),
            "causes": _lines({f"c{number}": _plain(cause.text) for number, cause in enumerate(self.causes, 1)}),
            "rows": "\n".join(_json(entry) for entry in self._rows()) or NO_CAUSE,
            "rules": "\n".join(list(rules)[:20]) or NO_CAUSE,
        }

    def _rows(self) -> list[dict[str, object]]:
        by_row = {entry.row.index: entry for entry in self.asked if entry.row}
        labels = lexicon("to_be_filled")
        shown: list[dict[str, object]] = [{key: labels[key] for entry in self.asked for key in entry.blanks}]
        shown += [_described(entry) for entry in self.asked if entry.row is None]
        for row in self.sheet.rows:
            entry = by_row.get(row.index)
            shown.append(_described(entry) if entry else _beside(row))
        return shown

    def fallbacks(self) -> list[Proposal]:
        """Return what the rules alone propose."""
        return [entry.fallback for entry in self.asked]

    @cached_property
    def said(self) -> FormWords:
        """What the form says."""
        return ground(self.sheet.form, self.sheet.pack)

    @cached_property
    def shown(self) -> str:
        """What the model is shown besides the form."""
        return "".join(text for _, text in prompts.load(self.name).parts)

    def judged(self, reply: BaseModel) -> Judged:
        """Set a reply's words into each row's frame; the check and the closed loop say what is against it."""
        assert isinstance(reply, Reasons)
        words = {entry.id: entry for entry in reply.rows}
        again = [words[entry.id].measure for entry in self.asked if entry.id in words]
        made = {
            entry.fallback.field: _framed(entry, words[entry.id], self, again)
            for entry in self.asked
            if entry.id in words
        }
        sound = [verdict.proposal for verdict in made.values() if not verdict.against]
        against = check_again(self.sheet.form, self.findings, sound, self.sheet.pack)
        return {
            name: verdict if verdict.against else verdict._replace(against=against[name])
            for name, verdict in made.items()
        }


def task(sheet: Sheet, findings: Sequence[Finding]) -> ReasonTask:
    """Collect the rows whose findings ask for a reason; empty when none does."""
    rows = {f"indicators[{row.index}].reason": row for row in sheet.rows}
    stated = causes.stated(sheet)
    by_row = offline.cause_by_row(sheet, list(findings), stated)
    asked = []
    for number, proposal in enumerate(offline.proposals(sheet, findings), 1):
        row = rows.get(proposal.field)
        cause = by_row.get(row.index) if row else causes.of_execution(stated)
        asked.append(Asked(f"r{number}", proposal, row, cause))
    return ReasonTask(sheet, tuple(findings), tuple(asked), stated[:12])


def _lines(entries: dict[str, str]) -> str:
    return "\n".join(_json({key: text}) for key, text in entries.items()) or NO_CAUSE


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "＜").replace(">", "＞")


def _plain(text: str | None, longest: int = 120) -> str:
    return tidy(text or "")[:longest]


def _head(sheet: Sheet) -> dict[str, str]:
    record = sheet.form.record
    told_ = {"项目": record.project, "单位": record.unit, "预期目标": record.goal, "实际完成情况": record.outcome}
    return {name: _plain(text, 300) for name, text in told_.items() if text}


def _beside(row: Row) -> dict[str, object]:
    """Describe a row that is not to be written, in short."""
    return {
        "指标": _plain(row.name, 40),
        "年初": _plain(row.printed.target, 20),
        "实际": _plain(row.printed.actual, 30),
    }


def _described(entry: Asked) -> dict[str, object]:
    shown: dict[str, object] = {"id": entry.id, "要写": True, "指标": "预算执行率", "类别": "预算执行"}
    if entry.row is not None:
        shown |= {"指标": _plain(entry.row.name, 60), "类别": entry.row.subclass or entry.row.level or ""}
        shown["情况"] = {"met": "已达到目标却扣分", "unmet": "没有达到目标"}.get(
            entry.row.met or "", "没有可核对的数据"
        )
    values = entry.fallback.facts if entry.row is None else of_row(entry.row)
    return shown | {
        "代号": {f"{{{name}}}": _plain(fact.value, 30) for name, fact in values.items() if name != "表内原因"},
        "留空": entry.blanks,
    }


def _framed(entry: Asked, words: ReasonWords, task: ReasonTask, every: Sequence[str]) -> FieldVerdict:
    """Set one row's words into its frame; words that are only foreign may be shown apart."""
    cause, wrong = _chosen(entry, words.cause, task.causes)
    ask = words.blank if words.blank in entry.blanks else ""
    measure = _trimmed(words.measure)
    if every.count(words.measure) > 1:
        wrong = [*wrong, Violation("重复", f"{entry.id} 的 measure 和别的行一样")]
    checked = _checked(task, entry, measure)
    record = _checked(task, entry, words.record) if words.record and words.record not in measure else None
    whole = f"{measure}，留存{words.record}" if record and record.verdict == "inserted" else measure
    proposal = _proposal(entry, task, cause, whole, ask, words.questions)
    found = [*wrong, *_shape(measure, entry), *violations(proposal)]
    apart = None
    if checked.verdict == "apart" and not found:
        part = known_start(measure, task.said, money=entry.row is None, prompt=task.shown)
        kept = _proposal(entry, task, cause, part, ask, words.questions) if part else None
        apart = ShownApart(proposal, whole, checked.foreign, kept)
    return FieldVerdict(proposal, [*found, *told(checked)], apart)


def _checked(task: ReasonTask, entry: Asked, text: str) -> CheckedSentence:
    return check(text, task.said, "reason", money=entry.row is None, prompt=task.shown)


def _proposal(
    entry: Asked, task: ReasonTask, cause: Cause | None, measure: str, ask: str, questions: Sequence[str]
) -> Proposal:
    if entry.row is not None:
        made = offline.row_proposal(entry.row, entry.fallback.answers, cause, measure, ask)
    else:
        made = offline.execution_proposal(task.sheet, cause, measure)
    return replace(made, questions=_picked(made.questions, questions))


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


def _trimmed(measure: str) -> str:
    return measure.strip("。；;，, 　").removeprefix("下一步")


def _chosen(entry: Asked, key: str, stated: Sequence[Cause]) -> tuple[Cause | None, list[Violation]]:
    """Return the cause the rules found, else the stated one a reply chose if it can be about this row."""
    if entry.cause is not None or key in (NO_CAUSE, "", "none"):
        return entry.cause, []
    keys = {f"c{number}": cause for number, cause in enumerate(stated, 1)}
    if key not in keys:
        return None, [Violation("原因", f"没有“{key[:6]}”这个原因代号；没有就填“无”")]
    if entry.row is not None and (entry.row.met == "met" or not causes.may_speak_of(keys[key], entry.row)):
        return None, [Violation("原因", f"{key} 说的不是 {entry.id} 这一行；没有就填“无”")]
    return keys[key], []


def _picked(offered: tuple[str, ...], keys: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(text for number, text in enumerate(offered, 1) if f"q{number}" in keys)
    return chosen or offered
