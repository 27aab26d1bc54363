"""S 评分: points against what the row itself says was reached."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule
from fuhe.rules.sheet import Row, Sheet
from fuhe.rules.wording import says_nothing


@rule("S001", "deduction-without-reason", "error", "扣了分，没有说明原因", "evaluation")
def deduction_without_reason(sheet: Sheet) -> Iterator[Hit]:
    """得分低于分值，偏差原因栏却是空的，或只写“完成”“无”等。

    查什么：得分小于分值，而偏差原因及改进措施一栏为空，或只有完成、无、/、正常、达到预期之类的话。
    为什么：扣分说明有偏差，原因和措施是自评表必须交代的内容。
    反例：满意度20分得19分，偏差原因栏填“完成”。
    正例：满意度20分得19分，原因写“下半年大厅改造，等候时间长”，措施写明责任科室和完成时间。
    不算问题：满分的行填“完成”；表格没有这一栏，或全表另有一栏统一说明的。
    依据：未完成或偏离绩效目标的，要分析说明原因，提出改进措施。
    """
    if not sheet.has("reason") or reason_for_all(sheet):
        return
    for row in sheet.rows:
        if row.deducted and row.name and says_nothing(row.printed.reason):
            yield hit(
                row.cell("reason"),
                "“{name}”{weight}分得{score}分，扣{cut}分，偏差原因及改进措施栏{state}。",
                name=row.cell("name"),
                weight=row.cell("weight"),
                score=row.cell("score"),
                cut=plain(_cut(row)),
                state=f"只填“{row.printed.reason}”" if row.printed.reason else "为空",
                fix=("请写明扣分的具体原因", "请写明改进措施、责任科室和完成时间", "如无扣分事由，请恢复满分"),
            )


def reason_for_all(sheet: Sheet) -> bool:
    """Tell whether the form explains its deviations in one box for all rows."""
    return any("原因" in box.label and not says_nothing(box.text) for box in sheet.form.record.remarks)


def _cut(row: Row) -> Decimal:
    return (row.weight or Decimal(0)) - (row.score or Decimal(0))


@rule("S002", "met-but-deducted", "warning", "数据显示已达到目标，却扣了分", PRACTICE)
def met_but_deducted(sheet: Sheet) -> Iterator[Hit]:
    """按本行自己的数，目标已经达到，得分却低于分值。

    查什么：实际完成值达到或超过年度指标值（或填了达成年度指标等等次），而得分小于分值。
    为什么：要么分扣错了，要么还有没写出来的事由；两种情况都要交代。
    反例：满意度≥90%，实际95%，20分得19分，没有说明。
    正例：满意度≥90%，实际95%，20分得20分。
    不算问题：定性说法、无法比较的值；偏差原因栏已经说明扣分事由的。
    依据：复核惯例。
    """
    for row in sheet.rows:
        if row.deducted and row.met == "met" and says_nothing(row.printed.reason) and not reason_for_all(sheet):
            yield hit(
                row.cell("score"),
                "“{name}”年度指标值{target}，实际完成值{actual}，已达到目标，{weight}分却得{score}分，未说明依据。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                weight=row.cell("weight"),
                score=row.cell("score"),
                also=(row.cell("reason"),) if sheet.has("reason") else (),
                fix=("如无扣分事由，建议恢复为满分，并相应更正总分", "如有扣分事由，请在偏差原因栏写明，并补充佐证"),
            )


@rule("S003", "unmet-but-full", "error", "数据显示未达到目标，却得满分", "evaluation")
def unmet_but_full(sheet: Sheet) -> Iterator[Hit]:
    """按本行自己的数，目标没有达到，却给了满分。

    查什么：实际完成值没有达到年度指标值，得分却等于分值。指标值没有印运算符、要靠理解的，作警告。
    为什么：未完成而得满分，自评结果不真实；未完成的还应说明原因。
    反例：供养人数≥4754人，实际4604人，5分得5分。
    正例：供养人数≥4754人，实际4604人，5分得4.8分，并说明原因。
    不算问题：单位不同、无法比较的；完成值是范围、判断不了的。
    依据：得分按实际完成值与指标值对照计算。
    """
    for row in sheet.rows:
        if row.full and row.weight and row.met == "unmet":
            yield hit(
                row.cell("score"),
                "“{name}”年度指标值{target}，实际完成值{actual}，没有达到目标，却得满分{score}分{reason}。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                score=row.cell("score"),
                reason=_unexplained(sheet, row),
                also=(row.cell("weight"), *((row.cell("reason"),) if sheet.has("reason") else ())),
                severity="error" if row.operator_is_printed else "warning",
                fix=("请核对指标值和完成值", "确未完成的，请按完成比例重新打分，并写明偏差原因和改进措施"),
            )


def _unexplained(sheet: Sheet, row: Row) -> str:
    silent = sheet.has("reason") and says_nothing(row.printed.reason) and not reason_for_all(sheet)
    return "，也没有说明原因" if silent else ""
