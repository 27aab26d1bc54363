"""Drafts without a model: computed facts, blanks for what only the unit knows, both ways out where a target was met."""

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
_SLIP = "本行得分与总分对不上，疑为笔误，请先核实得分。"
_ROW = re.compile(r"indicators\[(\d+)\]")


def reasons(form: Form, findings: Iterable[Finding], pack: Pack) -> list[Draft]:
    """Draft 偏差原因及改进措施 for every row whose findings ask for it, the execution row first."""
    return [finished(proposal) for proposal in proposals(Sheet(form, pack), findings)]


def proposals(sheet: Sheet, findings: Iterable[Finding]) -> list[Proposal]:
    """Return the same before printing: what a model's words replace and fall back to."""
    asked = list(findings)
    stated = causes.stated(sheet)
    return [*_execution(sheet, asked, stated), *_rows(sheet, asked, stated)]


def _rows(sheet: Sheet, findings: list[Finding], stated: tuple[Cause, ...]) -> Iterator[Proposal]:
    for row in sheet.rows:
        if codes := answered(findings, row):
            yield row_proposal(row, codes, causes.of_row(row, stated), slip=is_slip(sheet, row))


def is_slip(sheet: Sheet, row: Row) -> bool:
    """Tell whether A002 takes this row's score for a slip of the pen: then that comes before any reason."""
    slip = slip_row(sheet)
    return slip is not None and slip.index == row.index


def row_proposal(
    row: Row, answers: tuple[str, ...], cause: Cause | None, measure: str = "[[measure]]", *, slip: bool = False
) -> Proposal:
    """Frame one row: what its cells prove, the cause the form states or a blank, and the measure."""
    own, written = causes.measure_of(row), causes.whole(row)
    if answers == ("N009",) and written:
        told = cause is not None and cause.field == written.field
        template, known = _completed(cause, own, told=told), {"表内原文": written.fact()}
    else:
        template, known = _of_row(row, cause, own), facts.of_row(row) | _quoted("表内措施", own)
    return Proposal(
        kind="reason",
        field=f"indicators[{row.index}].reason",
        template=(_SLIP if slip else "") + template.replace("[[measure]]", measure),
        facts=known | _quoted("表内原因", cause),
        answers=answers,
        questions=() if cause else _questions(row),
    )


def answered(findings: Iterable[Finding], row: Row) -> tuple[str, ...]:
    """Return the codes about a row that a reason can answer."""
    codes = dict.fromkeys(finding.code for finding in findings if is_about(finding, row))
    return tuple(code for code in codes if code in ANSWERED)


def is_about(finding: Finding, row: Row) -> bool:
    """Tell whether a finding stands at a cell of this row; a shared reason concerns every row that holds it."""
    cells = finding.cells if finding.code == "D008" else finding.cells[:1]
    return any((found := _ROW.match(cell.field)) and int(found[1]) == row.index for cell in cells)


def _quoted(name: str, cause: Cause | None) -> dict[str, Fact]:
    return {name: cause.fact()} if cause else {}


def _questions(row: Row) -> tuple[str, ...]:
    by_kind = lexicon("questions")["by_kind"]
    kind = "met" if row.met == "met" else row.subclass if row.subclass in by_kind else row.level
    return tuple(by_kind.get(kind or "", by_kind["效益"])[:3])


def _of_row(row: Row, cause: Cause | None, own: Cause | None) -> str:
    if row.met == "met" and row.deducted and not cause and not own:
        return _met()
    return f"{statement(row)}{_because(cause)}{_next(own)}{_way_out(row, cause)}。"


def _completed(cause: Cause | None, own: Cause | None, *, told: bool) -> str:
    """Keep what the unit wrote as it is and add only what N009 misses in it."""
    if own is None:
        return f"{{表内原文}}。{_ASKED}。"
    return f"{'' if told else _because(cause)}{{表内原文}}{_missing(own)}。"


def _because(cause: Cause | None) -> str:
    return f"原因：{'{表内原因}' if cause else '[[cause]]'}。"


_ASKED = "下一步由[[office]]于[[date]]前[[measure]]"


def _next(own: Cause | None) -> str:
    """Keep the measure the cell states, else ask for it."""
    return f"{{表内措施}}{_missing(own)}" if own else _ASKED


def _missing(own: Cause) -> str:
    """Ask for whoever and whenever a measure leaves out."""
    who, when = causes.names(own, "owner"), causes.names(own, "due")
    asked = ("" if who else "由[[office]]") + ("" if when else "于[[date]]前")
    return f"，{asked}{'负责' if when else '完成'}" if asked else ""


def _met() -> str:
    return (
        "年初指标值{年初指标值}，实际完成{实际完成值}，已达到目标，自评扣{扣分}分未说明依据。"
        "若有扣分事由，请写明[[cause]]，并由[[office]]于[[date]]前[[measure]]；如无，建议恢复为{分值}分。"
    )


def _way_out(row: Row, cause: Cause | None) -> str:
    """Offer full points back where nothing on the form says why they were cut, or a later check of what was claimed."""
    if cause or not row.deducted or row.met == "unmet":
        return ""
    return "，以[[evidence]]核验；如无扣分事由，建议恢复为{分值}分"


def statement(row: Row) -> str:
    """State what the row's cells prove, as a template ending in a full stop."""
    if row.met == "unmet" and "缺口" in facts.of_row(row):
        ratio = row.target.operator in ("≥", ">", "=", None) and not row.fewer_is_better
        share = "，完成率{完成率}" if ratio else ""
        return f"年初指标值{{年初指标值}}，实际完成{{实际完成值}}，相差{{缺口}}{share}，{_scored(row)}。"
    if row.met == "met":
        return f"年初指标值{{年初指标值}}，实际完成{{实际完成值}}，已达到目标，{_scored(row)}。"
    target = "年初指标值“{年初指标值}”" if row.printed.target else "年初指标值[[target]]"
    actual = "实际完成“{实际完成值}”" if row.printed.actual else "实际完成[[actual]]"
    vague = "，没有可核对的数据" if "phrase" in (row.target.kind, row.actual.kind) else ""
    return f"{target}，{actual}{vague}，{_scored(row)}。"


def _scored(row: Row) -> str:
    if row.deducted:
        return "自评扣{扣分}分"
    return "自评未扣分，得分请按实际完成情况核对" if row.full else "得分请据实填写"


def _execution(sheet: Sheet, findings: list[Finding], stated: tuple[Cause, ...]) -> Iterator[Proposal]:
    if facts.of_execution(sheet) and any(finding.code == "A010" for finding in findings):
        yield execution_proposal(sheet, causes.of_execution(stated))


def execution_proposal(sheet: Sheet, cause: Cause | None, measure: str = _SETTLE) -> Proposal:
    """Frame the execution row: what was not spent, why or a blank, and what is done with it."""
    because = "{表内原因}" if cause else "[[unspent_cause]]"
    return Proposal(
        kind="reason",
        field=f"funding[{sheet.execution.index if sheet.execution else 0}].reason",
        template=(
            f"全年预算{{全年预算数}}，执行{{全年执行数}}，未执行{{未执行数}}（{{未执行占比}}）。原因：{because}。"
            f"下一步由[[office]]于[[date]]前{measure}。"
        ),
        facts=facts.of_execution(sheet) | _quoted("表内原因", cause),
        answers=("A010",),
        questions=() if cause else tuple(lexicon("questions")["by_kind"]["execution"]),
    )
