"""N 叙述: what goal and outcome claim against the rows, and what a row says against its own figures."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.readings.narrative import Item, narrative
from fuhe.readings.row_claims import (
    contradicts,
    figure_of,
    has_rate,
    has_row,
    is_commitment,
    is_named,
    near_row,
    own_shortfall,
    parts_of,
    promised_row,
    row_of,
    shares,
)
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.stated_sums import stated_sums
from fuhe.readings.surveys import says_how_surveyed
from fuhe.rules.rule import ARITHMETIC, PRACTICE, Hit, hit, plain, rule

_LISTED = 4
_LEAST_ROWS = 3
_SHORT_OF = Decimal("0.05")


@rule("N004", "claim-without-indicator", "info", "完成情况里的数据没有对应的指标", PRACTICE)
def claim_without_indicator(sheet: Sheet) -> Iterator[Hit]:
    """实际完成情况写了某项比率达到多少，指标表里却没有这项指标。

    查什么：完成情况里“……率达到……%”的说法，有没有名称对应的指标行。
    为什么：重要数据没有列为指标，既不计分也无法核对。
    反例：完成情况写“接通率、办结率均达到95%以上”，指标表里没有这两项。
    正例：完成情况写的比率都能在指标表里找到。
    不算问题：执行率、完成率等概括的说法；上年、同比等对比数；名称写法略有不同的。
    依据：复核惯例。
    """
    lacking = [item.object for item in shares(_outcome(sheet)) if not has_rate(sheet, item)]
    if sheet.rows and lacking:
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况写了“{names}”的数据，指标表中没有对应的指标。",
            names="”“".join(list(dict.fromkeys(lacking))[:_LISTED]),
            fix=("建议列为指标，或在相应指标的完成值中反映",),
        )


@rule("N005", "claim-contradicts-row", "error", "完成情况里的数与指标行不一致", ARITHMETIC)
def claim_contradicts_row(sheet: Sheet) -> Iterator[Hit]:
    """文字里写的数，与指标行的实际完成值不一样。

    查什么：完成情况里的比率、数量，与数同一件事、单位相同的指标完成值比较，预期目标给这件事定的数就是这一行指标值的也算；写“共”多少的，与分项各行之和比较；
    指标行自己的文字写有未完成的数量，而完成值填100%、得满分的。名称完全相同的按错误，说法不同、由分项相加的按警告，只是大致相同的作提示。
    为什么：同一件事两个数，至少有一处不对。
    反例：完成情况写“体检人数480人”，“体检人数”一行完成值填500人。
    正例：两处都是480人。
    不算问题：上年、同比、其中、上半年等另一口径的数；“以上”“超过”与完成值不矛盾的；四舍五入的差异；说的不是同一件事的。
    依据：表内数据互相核对。
    """
    outcome = _outcome(sheet)
    for item in narrative(outcome, "outcome").figures:
        if (row := row_of(sheet, item)) is not None or (row := promised_row(sheet, item)) is not None:
            yield from _against_row(sheet, item, row, outcome)
        elif rows := parts_of(sheet, item, outcome):
            yield from _against_sum(sheet, item, rows, outcome)
        elif (row := near_row(sheet, item)) is not None:
            yield from _against_row(sheet, item, row, outcome, is_near=True)
    for row in sheet.rows:
        yield from _against_itself(row)


def _against_row(sheet: Sheet, item: Item, row: Row, outcome: str, *, is_near: bool = False) -> Iterator[Hit]:
    if contradicts(item, row):
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况写“{clause}”，“{name}”一行实际完成值为{actual}，两处不一致。",
            clause=outcome[slice(*item.clause)],
            name=row.cell("name"),
            actual=row.cell("actual"),
            also=(row.cell("target"),),
            fix=("请核对原始资料，把两处改为一致",),
            severity="info" if is_near else None if is_named(item, row) else "warning",
        )


def _against_sum(sheet: Sheet, item: Item, rows: tuple[Row, ...], outcome: str) -> Iterator[Hit]:
    total = sum((figure_of(row, item) or Decimal(0) for row in rows), Decimal(0))
    if item.figure is not None and not item.aside and not item.bound and abs(total - item.figure) >= item.step:
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况写“{clause}”，{names}各行完成值相加为{total}，请核实。",
            clause=outcome[slice(*item.clause)],
            names="、".join(f"“{row.name}”" for row in rows[:_LISTED]),
            total=plain(total),
            also=tuple(row.cell("actual") for row in rows),
            fix=("请核对原始资料，把合计与分项改为一致",),
            severity="warning",
        )


def _against_itself(row: Row) -> Iterator[Hit]:
    if said := own_shortfall(row):
        yield hit(
            row.cell("reason"),
            "“{name}”一行实际完成值为{actual}、得满分，文字写“{said}”，两处不一致。",
            name=row.cell("name"),
            actual=row.cell("actual"),
            said=said,
            also=(row.cell("target"), row.cell("score")),
            fix=("请核对后改正完成值和得分，或说明未完成部分不在考核范围的原因",),
            severity="warning",
        )


@rule("N014", "goal-without-indicator", "info", "目标里的承诺没有分解为指标", PRACTICE)
def goal_without_indicator(sheet: Sheet) -> Iterator[Hit]:
    """预期目标写了要完成多少，指标表里没有一行考核这件事。

    查什么：预期目标里带数量的承诺，有没有哪一行指标说到同一事项，或列出同样的数。
    为什么：目标没有分解为指标，完成与否不计分，也没有数据。
    反例：目标“新建公厕6座，清运垃圾3万吨”，指标表里没有公厕。
    正例：目标的每项数量都有对应的指标行。
    不算问题：指标不足三行的；名称写法不同但说的是同一事项的；上年、其中等另一口径的数。每张表合并为一条。
    依据：指标应当由目标分解细化。
    """
    goal = sheet.form.record.goal or ""
    if len(sheet.rows) < _LEAST_ROWS:
        return
    found = [item for item in narrative(goal, "goal").figures if is_commitment(item) and not has_row(sheet, item)]
    if found:
        yield hit(
            sheet.cell("goal"),
            "预期目标写了{said}，指标表中没有对应的指标。",
            said="、".join(
                f"“{clause}”" for clause in dict.fromkeys(goal[slice(*item.clause)] for item in found[:_LISTED])
            ),
            fix=("建议把这项目标分解为指标，写明指标值",),
        )


@rule("N012", "narrative-sum", "info", "文字里的分项与合计对不上", ARITHMETIC)
def narrative_sum(sheet: Sheet) -> Iterator[Hit]:
    """目标或完成情况里写了合计和分项，分项相加不等于合计。

    查什么：“甲+乙=合计”的算式；“共……，其中……”里同一单位的分项之和大于合计，或只差不到5%。
    为什么：数字前后不一致，影响整张表的可信度。
    反例：合计89.97万元，其中30万元、30万元、29.99万元。
    正例：合计89.99万元，其中30万元、30万元、29.99万元。
    不算问题：“其中”只举了一部分的；单位不同的。
    依据：表内数据互相核对。
    """
    for field in ("goal", "outcome"):
        for parts, whole, words in stated_sums(sheet.form.text(field) or ""):
            total = sum(parts, Decimal(0))
            if total > whole or 0 < whole - total <= whole * _SHORT_OF:
                yield hit(
                    sheet.cell(field),
                    "“{words}”中各分项合计{total}，写的是{whole}。",
                    words=words[:60],
                    total=plain(total),
                    whole=plain(whole),
                    fix=("请核对后更正",),
                )


def _outcome(sheet: Sheet) -> str:
    return sheet.form.record.outcome or ""


@rule("N013", "satisfaction-without-survey", "info", "没有说明满意度是怎样测得的", PRACTICE)
def satisfaction_without_survey(sheet: Sheet) -> Iterator[Hit]:
    """满意度得了分，全表没有提到问卷、回访等测评方式。

    查什么：有得分的满意度指标，以及全表文字里有没有问卷、调查、回访、样本、测评等说法。
    为什么：满意度没有调查就没有依据，审核时会要求提供问卷和样本情况。
    反例：满意度≥90%，完成95%，全表没有提到怎样调查。
    正例：佐证资料写“发放问卷200份，回收186份”。
    不算问题：没有打分；数的是投诉次数的；名称、佐证、完成情况任何一处说明了测评方式的。每张表只提示一次。
    依据：复核惯例。
    """
    scored = [row for row in sheet.satisfaction_rows if row.score and not _is_counted(row)]
    if not scored or sheet.form.form_type == "target":
        return
    if not says_how_surveyed("\n".join(_everything(sheet))):
        yield hit(
            scored[0].cell("actual"),
            "“{name}”实际完成值{actual}，表内没有说明怎样测得。",
            name=scored[0].cell("name"),
            actual=scored[0].cell("actual"),
            fix=("请在佐证资料或完成情况中写明调查方式、时间、样本数",),
        )


def _is_counted(row: Row) -> bool:
    """Tell whether a row under 满意度 counts complaints or the like, which no survey measures."""
    return row.actual.kind == "number" and row.actual.unit not in (None, "%", "分")


def _everything(sheet: Sheet) -> Iterator[str]:
    record = sheet.form.record
    yield from (value for row in record.indicators for value in vars(row).values() if value)
    yield from (box.text or "" for box in record.remarks)
    yield from (text for text in (record.goal, record.outcome, *record.notes) if text)
