"""复核意见 of one form in the words of its unit's letter: the points by theme; every figure a fact tied to its cells."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from fuhe.drafting import facts
from fuhe.drafting.draft_guard import Violation, ground, in_words, violations
from fuhe.drafting.proposal import Proposal, label
from fuhe.drafting.writing import Judged
from fuhe.drafts import Fact
from fuhe.findings import Finding, worst_first
from fuhe.pointing.form_points import form_points
from fuhe.pointing.letter import LetterForm, letter
from fuhe.pointing.phrasebook import letter_words
from fuhe.policy import central_documents, lexicon
from fuhe.readings.sheet import Sheet
from fuhe.text import one_line

FIELD = "opinion"
_BLANKS = re.compile(r"(【待补充：[^】]+】)")
_OPENING = 2
"""Title and opening come first; then the points begin."""
_FOR_REVIEWERS = ("原因",)
"""Checks that do not bind an opinion: naming a proven fault (没有依据, 不完整) is no invented cause there."""


class OpinionWords(BaseModel):
    """What a model adds to an opinion."""

    model_config = ConfigDict(extra="ignore")

    overall: str = Field(min_length=8, max_length=160)
    advice: tuple[str, ...] = Field(min_length=1, max_length=4)


@dataclass(frozen=True)
class OpinionTask:
    """The opinion on one form."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    told: tuple[Finding, ...]
    name: str = "opinion"
    schema: type[BaseModel] = OpinionWords

    def variables(self) -> dict[str, str]:
        """Return what the prompt is filled with."""
        known = {name: fact.value for name, fact in head_facts(self.sheet, self.findings).items()}
        told = dict.fromkeys(f"{finding.code} {finding.title}" for finding in self.told)
        return {
            "facts": json.dumps(known, ensure_ascii=False).replace("<", "＜"),
            "findings": "\n".join(told) or "没有错误和警告",
        }

    def fallbacks(self) -> list[Proposal]:
        """Return the opinion the findings alone make."""
        return [proposal(self.sheet, self.findings, self.told)]

    def judged(self, reply: BaseModel) -> Judged:
        """Set a reply's words into the opinion; the guard says what is against them."""
        assert isinstance(reply, OpinionWords)
        said = ground(self.sheet.form, self.sheet.pack)
        names = (self.sheet.form.record.project or "",)
        written = [_clean(reply.overall), *(_clean(text) for text in reply.advice)]
        found = [v for text in written for v in in_words(text, said, names) if v.check not in _FOR_REVIEWERS]
        made = proposal(self.sheet, self.findings, self.told, written[0], written[1:])
        if len(set(written)) < len(written):
            found.append(Violation("格式", "几条建议相同"))
        return {FIELD: (made, list(dict.fromkeys([*found, *violations(made)])))}


def _clean(text: str) -> str:
    return text.strip("。；;，, 　\n")


def task(sheet: Sheet, findings: Sequence[Finding], *, chosen: bool = False) -> OpinionTask:
    """Return the task of writing one form's opinion; it tells errors and warnings, and tips too where a person chose them."""
    told = tuple(finding for finding in worst_first(findings) if chosen or finding.severity != "info")
    return OpinionTask(sheet, tuple(findings), told)


def head_facts(sheet: Sheet, findings: Sequence[Finding]) -> dict[str, Fact]:
    """Return the figures of the opening paragraph, as the form prints them."""
    execution = facts.of_execution(sheet)
    found: dict[str, Fact] = {
        name: execution[name] for name in ("全年预算数", "全年执行数", "执行率") if name in execution
    }
    printed = {"项目名称": "project", "年度": "year", "自评得分": "total_score"}
    for name, field in printed.items():
        if text := sheet.form.text(field):
            found[name] = Fact(value=one_line(text), cells=(field,))
    return found


def proposal(
    sheet: Sheet,
    findings: Sequence[Finding],
    told: Sequence[Finding],
    overall: str | None = None,
    advice: Sequence[str] = (),
) -> Proposal:
    """Lay the opinion on a form's findings out as its unit's letter says them, those in `told` as points; a model's words, where given, follow the opening and close the points."""
    undecided = 0 if set(told) == set(findings) else len(findings)
    sent = LetterForm(sheet.form.record, tuple(told), form_points(sheet.form.record, told), undecided=undecided)
    written = letter([sent], central=central_documents(sheet.pack.name))
    known = head_facts(sheet, findings)
    opening = tuple(dict.fromkeys(cell for fact in known.values() for cell in fact.cells))
    cells = tuple(dict.fromkeys(finding.cells[0].field for finding in told))
    lines = []
    for number, text in enumerate((written.title, *written.paragraphs)):
        template, facts_ = _as_template(text, f"段{number}", opening if number < _OPENING else cells)
        known |= facts_
        lines.append(template)
    if overall:
        lines[_OPENING - 1] += f"{overall}。"
    if advice:
        place = next((n for n, line in enumerate(lines) if "[[deadline]]" in line), len(lines))
        lines.insert(place, letter_words()["advised"].format(advice="；".join(advice)))
    return Proposal(
        kind="opinion",
        field=FIELD,
        template="\n".join(lines),
        facts=known,
        answers=tuple(dict.fromkeys(finding.code for finding in told)),
    )


def _as_template(text: str, slot: str, cells: tuple[str, ...]) -> tuple[str, dict[str, Fact]]:
    """Turn a paragraph into slots and blank keys: what stands between its blanks is a fact of some cells."""
    keys = {label(key): key for key in lexicon("to_be_filled")}
    known: dict[str, Fact] = {}
    template = ""
    for number, part in enumerate(_BLANKS.split(text)):
        if part in keys:
            template += f"[[{keys[part]}]]"
        elif part:
            known[f"{slot}之{number}"] = Fact(value=one_line(part), cells=cells)
            template += f"{{{slot}之{number}}}"
    return template, known
