"""复核意见 of one form: 总体情况, 存在问题, 修改建议, a blank deadline; every figure a fact tied to its cells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import BaseModel, ConfigDict, Field

from fuhe.drafting import facts
from fuhe.drafting.draft_guard import Violation, ground, in_words, violations
from fuhe.drafting.proposal import Proposal
from fuhe.drafting.writing import Judged
from fuhe.drafts import Fact
from fuhe.findings import SEVERITIES, Finding, worst_first
from fuhe.quality import quality
from fuhe.readings.sheet import Sheet
from fuhe.records import FORM_TYPES
from fuhe.text import one_line

FIELD = "opinion"
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
    """Return the figures of the opening paragraph: what the form prints, the counts, the quality score."""
    record, execution = sheet.form.record, facts.of_execution(sheet)
    found: dict[str, Fact] = {
        name: execution[name] for name in ("全年预算数", "全年执行数", "执行率") if name in execution
    }
    printed = {"项目名称": "project", "年度": "year", "自评得分": "total_score"}
    for name, field in printed.items():
        if text := sheet.form.text(field):
            found[name] = Fact(value=one_line(text), cells=(field,))
    cells = tuple(dict.fromkeys(finding.cells[0].field for finding in findings))
    severities = [finding.severity for finding in findings]
    for name, severity in zip(("错误数", "警告数", "提示数"), SEVERITIES, strict=True):
        found[name] = facts.number(severities.count(severity), *cells)
    scored = quality(findings)
    found["质量分"] = Fact(value=f"{scored.score:g}", cells=cells)
    found["质量等次"] = Fact(value=f"{scored.grade}，{scored.rubric}", cells=cells)
    found["指标数"] = facts.number(len(record.indicators), *(f"indicators[{row.index}].name" for row in sheet.rows))
    return found


def proposal(
    sheet: Sheet,
    findings: Sequence[Finding],
    told: Sequence[Finding],
    overall: str | None = None,
    advice: Sequence[str] = (),
) -> Proposal:
    """Lay the opinion on a form's findings out, those in `told` one by one; a model's words, where given, follow the computed opening and lead the advice."""
    known = head_facts(sheet, findings)
    groups = [list(group) for _, group in groupby(told, key=lambda finding: finding.code)]
    problems, problem_facts = _problems(groups)
    suggested, advice_facts = _advice(groups, advice)
    paragraphs = [
        _title(known),
        "一、总体情况",
        _opening(sheet, known) + (f"{overall}。" if overall else ""),
        "二、存在问题",
        *(problems or ["未发现错误和需要说明的问题。"]),
        "三、修改建议",
        *(suggested or ["无。"]),
        "四、时限要求",
        "请于[[deadline]]前完成修改并重新报送。" if groups else "无需修改。",
    ]
    return Proposal(
        kind="opinion",
        field=FIELD,
        template="\n".join(paragraphs),
        facts=known | problem_facts | advice_facts,
        answers=tuple(dict.fromkeys(finding.code for finding in told)),
    )


def _title(known: dict[str, Fact]) -> str:
    year = "{年度}年度" if "年度" in known and known["年度"].value.isdigit() else ""
    return ("关于“{项目名称}”" if "项目名称" in known else "关于本项目") + f"{year}绩效自评表的复核意见"


def _opening(sheet: Sheet, known: dict[str, Fact]) -> str:
    parts = [f"本表为{FORM_TYPES[sheet.form.form_type]}，设绩效指标{{指标数}}项"]
    parts += ["自评得分{自评得分}分"] if "自评得分" in known else []
    parts += ["全年预算数{全年预算数}，全年执行数{全年执行数}，执行率{执行率}"] if "执行率" in known else []
    counted = "经核对，发现错误{错误数}处、警告{警告数}处、提示{提示数}处，填报质量{质量分}分（{质量等次}）。"
    return "，".join(parts) + "。" + counted


def _problems(groups: Sequence[Sequence[Finding]]) -> tuple[list[str], dict[str, Fact]]:
    """Number the findings by code: what, each place, the basis; every message is a fact of its own cells."""
    lines, known = [], {}
    for number, group in enumerate(groups, 1):
        first, slots = group[0], []
        known[f"序{number}"] = Fact(value=str(number), cells=())
        for index, finding in enumerate(group, 1):
            slot = f"问题{number}之{index}"
            cells = tuple(cell.field for cell in finding.cells)
            known[slot] = Fact(value=one_line(finding.message + (finding.guess or "")), cells=cells)
            slots.append(f"{{{slot}}}")
        known[f"题{number}"] = Fact(value=first.title, cells=())
        line = f"{{序{number}}}．{{题{number}}}。{''.join(slots)}"
        if basis := "；".join(dict.fromkeys(entry.document for entry in first.basis if "《" in entry.document)):
            known[f"据{number}"] = Fact(value=basis, cells=())
            line += f"依据：{{据{number}}}。"
        lines.append(line)
    return lines, known


def _advice(groups: Sequence[Sequence[Finding]], own: Sequence[str]) -> tuple[list[str], dict[str, Fact]]:
    """Number the advice: a model's words first, then each code's fix, said once."""
    known: dict[str, Fact] = {}
    lines = []
    fixes = list(dict.fromkeys("；".join(group[0].fix) for group in groups if group[0].fix))
    for number, text in enumerate([*own, *fixes], 1):
        known[f"建议序{number}"] = Fact(value=str(number), cells=())
        if number > len(own):
            known[f"建议{number}"] = Fact(value=one_line(text), cells=())
            text = f"{{建议{number}}}"
        lines.append(f"{{建议序{number}}}．{text}。")
    return lines, known
