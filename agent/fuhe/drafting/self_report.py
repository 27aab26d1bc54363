"""项目支出绩效自评报告 of one form: the national outline filled from the form's figures, blanks where only the unit knows."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from fuhe.drafting import facts, reason_draft
from fuhe.drafting.proposal import SLOT, Proposal, finished
from fuhe.drafting.writing import Outcome
from fuhe.drafts import Fact
from fuhe.findings import Finding
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import letter_words
from fuhe.readings.sheet import Row, Sheet
from fuhe.text import one_line

FIELD = "report"
_UNEXPLAINED = ("score", "funds", "unspent", "clash", "undone", "reasons")
"""Kinds of point that say that something deviates, whether or not a reason is drafted for it."""


def report(sheet: Sheet, findings: Sequence[Finding]) -> Outcome:
    """Return the narrative report of one form, written by rules alone: every figure a fact tied to its cells."""
    known = _head(sheet)
    paragraphs = [
        ("{项目名称}" if "项目名称" in known else "") + ("{年度}年度" if "年度" in known else "") + "绩效自评报告",
        "一、项目基本情况",
        "（一）项目概况",
        _joined(known, "本项目由{实施单位}实施", "主管部门为{主管部门}") + "主要内容：[[content]]。",
        "（二）项目绩效目标",
        "{预期目标}" if "预期目标" in known else "[[target]]。",
        "二、自评工作开展情况",
        "[[process]]。",
        "三、综合评价结论",
        _joined(known, "自评得分{自评得分}分", "等级为{等级}") or "自评得分、等级：[[score]]。",
        "四、绩效目标实现情况",
        "（一）资金投入和执行",
        _joined(known, "全年预算数{全年预算数}", "全年执行数{全年执行数}", "执行率{执行率}") or "[[funds]]。",
        "（二）总体目标完成情况",
        "{实际完成情况}" if "实际完成情况" in known else "[[actual]]。",
        letter_words()["indicators"],
        *_rows(sheet.rows, known),
        "五、偏离绩效目标的原因和改进措施",
        *(_reasons(sheet, findings, known) or _open(sheet, findings, known) or [letter_words()["no_deviation"]]),
        "六、自评结果应用和公开情况",
        "[[use]]。",
    ]
    return Outcome([finished(Proposal(kind="report", field=FIELD, template="\n".join(paragraphs), facts=known))])


def _head(sheet: Sheet) -> dict[str, Fact]:
    printed = {
        "项目名称": "project",
        "年度": "year",
        "实施单位": "unit",
        "主管部门": "department",
        "预期目标": "goal",
        "实际完成情况": "outcome",
        "自评得分": "total_score",
        "等级": "grade",
    }
    told = {name: (field, sheet.form.text(field)) for name, field in printed.items()}
    known = {name: Fact(value=one_line(text), cells=(field,)) for name, (field, text) in told.items() if text}
    return facts.of_execution(sheet) | known


def _joined(known: dict[str, Fact], *parts: str) -> str:
    """Join the parts whose facts are all known into one sentence."""
    kept = [part for part in parts if all(slot in known for slot in SLOT.findall(part))]
    return "，".join(kept) + "。" if kept else ""


def _rows(rows: Sequence[Row], known: dict[str, Fact]) -> Iterator[str]:
    """Yield a paragraph a first-level class: every row with its values; adds the facts they name."""
    number = 0
    for level, group in groupby(rows, key=lambda row: one_line(row.printed.level1 or "其他指标")):
        told = []
        for row in group:
            number += 1
            told.append(_row(row, number, known))
        known[f"类{number}"] = Fact(value=level, cells=(f"indicators[{rows[number - 1].index}].level1",))
        yield f"{{类{number}}}：{'；'.join(told)}。"


def _row(row: Row, number: int, known: dict[str, Fact]) -> str:
    parts = []
    for name, said in (
        ("name", ""),
        ("target", "年度指标值"),
        ("actual", "实际完成"),
        ("weight", "分值"),
        ("score", "得分"),
    ):
        text = dict(row.printed)[name]
        if text:
            slot = f"行{number}{name}"
            known[slot] = Fact(value=one_line(text).rstrip("。；，"), cells=(f"indicators[{row.index}].{name}",))
            parts.append(f"{said}{{{slot}}}")
    return "，".join(parts)


def _reasons(sheet: Sheet, findings: Sequence[Finding], known: dict[str, Fact]) -> list[str]:
    """Return a numbered paragraph for every deviation the form shows, as its reason is drafted for the form itself."""
    lines = []
    for number, proposal in enumerate(reason_draft.task(sheet, findings).fallbacks(), 1):
        known |= {
            f"{number}之{name}": fact.model_copy(update={"value": one_line(fact.value)})
            for name, fact in proposal.facts.items()
        }
        known[f"序{number}"] = Fact(value=str(number), cells=())
        name = sheet.form.text(f"{proposal.field.rpartition('.')[0]}.name") if "indicators" in proposal.field else None
        known[f"题{number}"] = Fact(value=one_line(name or "预算执行"), cells=(proposal.field,))
        text = SLOT.sub(lambda found, number=number: f"{{{number}之{found[1]}}}", proposal.template)  # type: ignore[misc]
        lines.append(f"{{序{number}}}．{{题{number}}}：{text}")
    return lines


def _open(sheet: Sheet, findings: Sequence[Finding], known: dict[str, Fact]) -> list[str]:
    """Return a numbered paragraph with a blank for everything found that the form leaves unexplained."""
    lines = []
    told = (point for point in form_points(sheet.form.record, findings) if point.kind in _UNEXPLAINED)
    for number, point in enumerate(told, 1):
        known[f"序{number}"] = Fact(value=str(number), cells=())
        known[f"题{number}"] = Fact(value=point.headline, cells=tuple(cell.field for cell in point.subject))
        lines.append(f"{{序{number}}}．{{题{number}}}：[[cause]]。")
    return lines
