"""Drafts without a model, in the unit's voice: computed facts, the form's own cause or one specific blank, what comes next."""

import re
from collections.abc import Iterable, Iterator

from fuhe.drafting import causes, facts
from fuhe.drafting.causes import Cause
from fuhe.drafting.proposal import Proposal, finished
from fuhe.drafts import Draft, Fact
from fuhe.findings import Finding
from fuhe.policy import Pack, lexicon
from fuhe.readings.row_sums import slip_row
from fuhe.readings.sheet import Row, Sheet
from fuhe.records import Form

ANSWERED = ("S001", "S003", "S007", "A010", "N008", "N009", "D008")
_SETTLE = "完成支付或按规定处理结余资金"
_ROW = re.compile(r"indicators\[(\d+)\]")
_ASKED = "[[measure_when]]"


def reasons(form: Form, findings: Iterable[Finding], pack: Pack) -> list[Draft]:
    """Draft 偏差原因及改进措施 for every row whose findings ask for it, the execution row first."""
    return [finished(proposal) for proposal in proposals(Sheet(form, pack), findings)]


def proposals(sheet: Sheet, findings: Iterable[Finding]) -> list[Proposal]:
    """Return the same before printing: what a model's words replace and fall back to."""
    asked = list(findings)
    stated = causes.stated(sheet)
    return [*_execution(sheet, asked, stated), *_rows(sheet, asked, stated)]


def _rows(sheet: Sheet, findings: list[Finding], stated: tuple[Cause, ...]) -> Iterator[Proposal]:
    told = cause_by_row(sheet, findings, stated)
    for row in sheet.rows:
        if (codes := answered(findings, row)) and not points_wrong_way(findings, row):
            yield row_proposal(row, codes, told.get(row.index))


def cause_by_row(sheet: Sheet, findings: list[Finding], stated: tuple[Cause, ...]) -> dict[int, Cause]:
    """Return by row the cause the form states for it: one sentence is used for one row, and none that is told
    elsewhere for a row that met its target."""
    found: dict[int, Cause] = {}
    for row in sheet.rows:
        cause = causes.of_row(row, stated) if answered(findings, row) else None
        own = cause is not None and cause.field == f"indicators[{row.index}].reason"
        if cause and (own or (row.met != "met" and cause not in found.values())):
            found[row.index] = cause
    return found


def is_slip(sheet: Sheet, row: Row) -> bool:
    """Tell whether A002 takes this row's score for a slip of the pen: then that comes before any reason."""
    slip = slip_row(sheet)
    return slip is not None and slip.index == row.index


def row_proposal(row: Row, answers: tuple[str, ...], cause: Cause | None, measure: str = "", ask: str = "") -> Proposal:
    """Frame one row: what its cells prove, the form's own cause or one blank, and the measure with one blank for who and when.

    `ask` is the blank to ask for the cause with, the row's own by its kind and deviation where none is given.
    """
    own, written = causes.measure_of(row), causes.whole(row)
    if answers == ("N009",) and written:
        told = cause is not None and cause.field == written.field
        template, known = _completed(row, cause, own, measure, told=told), {"表内原文": written.fact()}
    else:
        template, known = _of_row(row, cause, own, measure, ask), facts.of_row(row) | _quoted("表内措施", own)
    return Proposal(
        kind="reason",
        field=f"indicators[{row.index}].reason",
        template=template,
        facts=known | _quoted("表内原因", cause),
        answers=answers,
        questions=() if cause else _questions(row),
    )


def answered(findings: Iterable[Finding], row: Row) -> tuple[str, ...]:
    """Return the codes about a row that a reason can answer."""
    codes = dict.fromkeys(finding.code for finding in findings if is_about(finding, row))
    return tuple(code for code in codes if code in ANSWERED)


def points_wrong_way(findings: Iterable[Finding], row: Row) -> bool:
    """Tell whether the target's direction is taken for reversed (V015): then no deviation can be stated before it is put right."""
    return any(finding.code == "V015" and is_about(finding, row) for finding in findings)


def is_about(finding: Finding, row: Row) -> bool:
    """Tell whether a finding stands at a cell of this row; a shared reason concerns every row that holds it."""
    cells = finding.cells if finding.code == "D008" else finding.cells[:1]
    return any((found := _ROW.match(cell.field)) and int(found[1]) == row.index for cell in cells)


def asks(row: Row) -> tuple[str, ...]:
    """Return the blanks that may ask for a row's cause, the fittest first: by what it measures and how it deviates."""
    by_kind: dict[str, str] = lexicon("questions")["asks"]
    if is_cut_though_met(row):
        return ("score_basis",)
    kind = "price" if row.is_cost else "degree" if row.level == "满意度" else row.measure.kind
    unread = row.met is None or "phrase" in (row.target.kind, row.actual.kind)
    first = "figures" if unread else by_kind.get(kind, by_kind["other"])
    return tuple(dict.fromkeys((first, "undone", "delay", "failed_share")))


def is_cut_though_met(row: Row) -> bool:
    """Tell whether points were cut from a row that reached its target."""
    return row.met == "met" and row.deducted


def _quoted(name: str, cause: Cause | None) -> dict[str, Fact]:
    return {name: cause.fact()} if cause else {}


def _questions(row: Row) -> tuple[str, ...]:
    by_kind = lexicon("questions")["by_kind"]
    kind = "met" if row.met == "met" else row.subclass if row.subclass in by_kind else row.level
    return tuple(by_kind.get(kind or "", by_kind["效益"])[:3])


def _of_row(row: Row, cause: Cause | None, own: Cause | None, measure: str, ask: str) -> str:
    if is_cut_though_met(row) and not cause and not own and not measure:
        return f"{statement(row)}依据：[[score_basis]]。"
    return f"{statement(row)}{_because(row, cause, ask)}{_next(own, measure)}。"


def _completed(row: Row, cause: Cause | None, own: Cause | None, measure: str, *, told: bool) -> str:
    """Keep what the unit wrote as it is and add only what N009 misses in it."""
    if own is None:
        return f"{{表内原文}}。{_next(None, measure)}。"
    return f"{'' if told else _because(row, cause, '')}{{表内原文}}{_missing(own)}。"


def _because(row: Row, cause: Cause | None, ask: str) -> str:
    if cause:
        return "原因：{表内原因}。"
    name = "依据" if is_cut_though_met(row) else "原因"
    return f"{name}：[[{ask or asks(row)[0]}]]。"


def _next(own: Cause | None, measure: str) -> str:
    """Keep the measure the cell states, else take the one given, else ask for it."""
    if own:
        return f"{{表内措施}}{_missing(own)}"
    return f"下一步{measure}，[[when]]" if measure else f"下一步{_ASKED}"


def _missing(own: Cause) -> str:
    """Ask for whoever and whenever a measure leaves out."""
    who, when = causes.names(own, "owner"), causes.names(own, "due")
    if who and when:
        return ""
    return "，[[when]]" if not (who or when) else "，于[[date]]前完成" if who else "，由[[office]]负责"


def statement(row: Row) -> str:
    """State what the row's cells prove, as a template ending in a full stop."""
    if row.met == "unmet" and "缺口" in facts.of_row(row):
        ratio = row.target.operator in ("≥", ">", "=", None) and not row.fewer_is_better
        share = "，完成率{完成率}" if ratio else ""
        return f"年初指标值{{年初指标值}}，实际完成{{实际完成值}}，相差{{缺口}}{share}{_scored(row)}。"
    if row.met == "met":
        return f"年初指标值{{年初指标值}}，实际完成{{实际完成值}}，已达到目标{_scored(row)}。"
    target = "年初指标值“{年初指标值}”" if row.printed.target else "年初指标值[[target]]"
    actual = "实际完成“{实际完成值}”" if row.printed.actual else "实际完成[[actual]]"
    return f"{target}，{actual}{_scored(row)}。"


def _scored(row: Row) -> str:
    return "，自评扣{扣分}分" if row.deducted else ""


def _execution(sheet: Sheet, findings: list[Finding], stated: tuple[Cause, ...]) -> Iterator[Proposal]:
    if facts.of_execution(sheet) and any(finding.code == "A010" for finding in findings):
        yield execution_proposal(sheet, causes.of_execution(stated))


def execution_proposal(sheet: Sheet, cause: Cause | None, measure: str = "") -> Proposal:
    """Frame the execution row: what was not spent, why or a blank, and what is done with it."""
    because = "{表内原因}" if cause else "[[unspent]]"
    return Proposal(
        kind="reason",
        field=f"funding[{sheet.execution.index if sheet.execution else 0}].reason",
        template=(
            f"全年预算{{全年预算数}}，执行{{全年执行数}}，未执行{{未执行数}}（{{未执行占比}}）。原因：{because}。"
            f"下一步{measure or _SETTLE}，[[when]]。"
        ),
        facts=facts.of_execution(sheet) | _quoted("表内原因", cause),
        answers=("A010",),
        questions=() if cause else tuple(lexicon("questions")["by_kind"]["execution"]),
    )
