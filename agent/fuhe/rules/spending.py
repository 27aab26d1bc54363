"""A 算术: how much of the budget was changed and spent, and whether the form says why."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fuhe.findings import Cell
from fuhe.readings.money import money_said, says_why_unspent
from fuhe.readings.reason import reason
from fuhe.readings.sheet import Execution, Row, Sheet, rounded
from fuhe.readings.template_prompt import is_prompt
from fuhe.readings.years import own_year
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule
from fuhe.text import is_blank


@rule("A009", "budget-cut-unexplained", "info", "年初预算与全年预算相差较大，没有说明", PRACTICE)
def budget_change_unexplained(sheet: Sheet) -> Iterator[Hit]:
    """全年预算数比年初预算数增减超过30%，全表没有说明调整的原因。

    查什么：年度资金总额一行（没有填的按各项合计），全年预算数与年初预算数之差占年初预算数的比例。
    为什么：预算大幅调整，绩效目标一般也应随之调整，审核时会问。
    反例：年初预算200万元，全年预算80万元，没有说明。
    正例：备注写明“年中压减120万元，目标相应调整”。
    不算问题：年初预算为0或没有填；相差在30%以内；表内提到追加、调减、收回、结转等的；表格被截断、还没有填的。
    依据：复核惯例。
    """
    execution = sheet.execution
    if execution is None or not _is_finished(sheet):
        return
    first, later = sheet.total_of("initial_budget"), sheet.total_of("full_year_budget")
    limit = sheet.pack.thresholds.budget_change_ratio
    if not first or not later or first < 0 or abs(later - first) <= limit * first:
        return
    if any(money_said(text).changes_budget for text in (*_texts(sheet), sheet.form.record.goal, *_own_notes(sheet))):
        return
    yield hit(
        _amount_cell(sheet, execution, "full_year_budget"),
        "{summed}年初预算数{first}{unit}，全年预算数{later}{unit}，{more}{share}%，表内没有说明调整情况。",
        summed=_summed(execution),
        first=plain(first),
        later=plain(later),
        unit=sheet.money_unit,
        more="增加" if later > first else "减少",
        share=plain(rounded(abs(later - first) / first * 100, 1)),
        also=_amount_cells(sheet, execution, ("initial_budget", "full_year_budget")),
        fix=("请说明预算调整的原因和批准情况，绩效目标有调整的一并说明",),
    )


@rule("A010", "unspent-unexplained", "warning", "预算没有执行完，表内没有说明原因", "evaluation")
def unspent_unexplained(sheet: Sheet) -> Iterator[Hit]:
    """执行率低于90%（政策包所定，96%以下作提示），全表没有一处说明资金为什么没有用完。

    查什么：按全年执行数÷全年预算数重新计算执行率（总额一行没有填的按各项合计），低于标准的，看各栏文字有没有说明原因。
    为什么：资金没有用完是最直接的偏差，审核时必问。
    反例：全年预算84.63万元，执行70.31万元，全表没有说明。
    正例：备注写明“设备尾款14.32万元按合同于次年3月支付”。
    不算问题：执行率达到标准；完成情况、偏差原因或备注里已说明尾款待付、节约、少支出、资金到位晚、项目推迟等情况，或资金以外的产出没有完成的原因；只写“资金未执行完”“结余几万元”“执行数低于预算数”的不算说明，只写结转、收回的作提示；预算为0；表格被截断、还没有填的。
    依据：未完成或偏离绩效目标的，要分析说明原因，提出改进措施。
    """
    execution = sheet.execution
    limits = sheet.pack.thresholds
    limit = max(limits.low_rate_percent, limits.asked_rate_percent)
    if execution is None or execution.rate is None or execution.rate >= limit:
        return
    if not _is_finished(sheet) or _says_why_unspent(sheet):
        return
    is_low = execution.rate < limits.low_rate_percent
    at = sheet.cell(f"funding[{execution.index}].rate")
    yield hit(
        at if at.text else _amount_cell(sheet, execution, "executed"),
        "{summed}全年预算数{budget}{unit}、全年执行数{spent}{unit}，执行率{rate}%，低于{limit}%，表内没有说明未执行的原因。",
        summed=_summed(execution),
        budget=plain(sheet.total_of("full_year_budget") or Decimal(0)),
        spent=plain(sheet.total_of("executed") or Decimal(0)),
        unit=sheet.money_unit,
        rate=plain(rounded(execution.rate, 2)),
        limit=plain(limits.low_rate_percent if is_low else limit),
        also=_amount_cells(sheet, execution, ("full_year_budget", "executed")),
        severity="warning" if is_low and not _says_where_it_went(sheet) else "info",
        fix=("请说明资金未执行的原因", "请写明结余资金的处理意见或后续支付安排和时间"),
    )


def _says_where_it_went(sheet: Sheet) -> bool:
    """Tell whether a text says what became of the money left (结转、收回), which is not why it was left."""
    return any(money_said(text, own_year(sheet)).has("carried over", "returned") for text in _texts(sheet))


def _is_finished(sheet: Sheet) -> bool:
    """Tell whether the form was filled and read to its end, so that what it does not say is really missing."""
    filled = sheet.is_scored or any(not is_blank(row.printed.actual) for row in sheet.rows)
    return filled and not sheet.form.truncated


def _summed(execution: Execution) -> str:
    return "按各项资金合计，" if execution.recomputed else ""


def _amount_cell(sheet: Sheet, execution: Execution, column: str) -> Cell:
    return sheet.cell(f"funding[{execution.index}].{column}")


def _amount_cells(sheet: Sheet, execution: Execution, columns: Sequence[str]) -> tuple[Cell, ...]:
    """Return the amounts a figure was computed from: the total row's, or those of the parts."""
    funding = range(len(sheet.form.record.funding)) if execution.recomputed else (execution.index,)
    cells = (sheet.cell(f"funding[{index}].{column}") for column in columns for index in funding)
    return tuple(cell for cell in cells if not is_blank(cell.text))


def _texts(sheet: Sheet) -> Iterator[str | None]:
    """Yield every text in which a form explains itself: reasons, remarks, the outcome."""
    record = sheet.form.record
    yield from (row.printed.reason for row in sheet.rows)
    yield from (row.reason for row in record.funding if not is_prompt(row.reason))
    yield from (box.text for box in record.remarks if not is_prompt(box.text))
    yield record.outcome


def _own_notes(sheet: Sheet) -> Iterator[str]:
    """Yield the notes that name a sum (尾款14.32万元…): those the template prints name none."""
    for note in sheet.form.record.notes:
        if any(item.amount for item in money_said(note).items):
            yield note


def _says_why_unspent(sheet: Sheet) -> bool:
    """Tell whether a text says why money was left, or a reason cell why the work was."""
    year = own_year(sheet)
    if any(money_said(text, year).explains is not False for text in (*_texts(sheet), *_own_notes(sheet))):
        return True
    funding = any(says_why_unspent(row.reason, year) for row in sheet.form.record.funding if not is_prompt(row.reason))
    return funding or any(reason(row.printed.reason, row, year).has_cause for row in sheet.rows if _is_undone_work(row))


def _is_undone_work(row: Row) -> bool:
    """Tell whether a row that fell short is about work that costs money: an unsatisfied public leaves none over."""
    return (row.deducted or row.met == "unmet") and row.level not in ("满意度", "效益")


@rule("A011", "claims-exceed-spending", "info", "指标得分率明显高于预算执行率", PRACTICE)
def claims_exceed_spending(sheet: Sheet) -> Iterator[Hit]:
    """预算没有执行完，指标却几乎都得满分，得分率比执行率高出5个百分点以上。

    查什么：执行率低于90%时，各指标行得分合计占分值合计的比例与执行率之差。
    为什么：钱没有用完而任务都完成，要么目标定低了，要么得分偏高；预算管理一体化系统对此亮预警灯。
    反例：执行率60%，各指标得分率100%。
    正例：执行率60%，得分率62%。
    不算问题：执行率达到90%；没有打分的表；总额一行没有填的（见A004）；表格被截断。
    依据：复核惯例。
    """
    execution = sheet.execution
    if execution is None or execution.rate is None or execution.recomputed or sheet.form.truncated:
        return
    scored = [row for row in sheet.rows if row.weight and row.score is not None]
    weight = sum((row.weight for row in scored if row.weight), Decimal(0))
    if not weight or execution.rate >= sheet.pack.thresholds.low_rate_percent:
        return
    share = sum((row.score for row in scored if row.score is not None), Decimal(0)) / weight * 100
    if share - execution.rate <= sheet.pack.thresholds.claims_over_rate_points:
        return
    yield hit(
        _amount_cell(sheet, execution, "executed"),
        "执行率{rate}%，各指标得分率{share}%，高出{gap}个百分点。",
        rate=plain(rounded(execution.rate, 2)),
        share=plain(rounded(share, 2)),
        gap=plain(rounded(share - execution.rate, 2)),
        also=(_amount_cell(sheet, execution, "full_year_budget"), *(row.cell("score") for row in scored)),
        fix=("请核实各指标完成值和得分", "确因节约、尾款未付等原因的，请说明"),
    )
