"""A 算术: what the form's own figures must add up to."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.findings import Severity
from fuhe.readings.levels import points_of
from fuhe.readings.row_sums import (
    RowSums,
    adds_up,
    face_sums,
    points_of_rows,
    repeated_classes,
    settled_sums,
    slip_closing,
    whole_points,
)
from fuhe.readings.sheet import Row, Sheet, printed_points, rounded
from fuhe.readings.value import amount
from fuhe.rules.rule import ARITHMETIC, Hit, hit, plain, rule, summed
from fuhe.text import squeeze

_FULL = Decimal(100)


@rule("A001", "weights-not-100", "error", "分值合计与总分不符", ARITHMETIC)
def weights_not_100(sheet: Sheet) -> Iterator[Hit]:
    """各行分值加上执行率分值，与总分行的分值（没有填的按100）对不上。

    查什么：全部指标行的分值与预算执行率分值相加，是否等于总分行填的分值。
    为什么：分值不是100，得分就不能按百分制比较，等级也无从评定。
    反例：各行分值合计120分，总分行填100分。
    正例：执行率10分，产出50分，效益30分，满意度10分，合计100分。
    不算问题：资金栏“其中”各行的分值不计入；合计行只合计指标（90分）、执行率另列分值（10分）的；合并的分值只计一次；表格没有分值栏；表格被截断。
    依据：表内数据互相核对。
    """
    if not adds_up(sheet):
        return
    reading, whole = face_sums(sheet), whole_points(sheet)
    tolerance = sheet.pack.thresholds.score_tolerance
    if abs(reading.weight - whole) <= tolerance or _without_execution(sheet, reading, whole):
        return
    if _totals_rows_only(sheet):
        return
    settled = settled_sums(sheet)
    names = "、".join(settled.once)
    counted = f"（{names}各行的分值各按一次计，正好为{plain(whole)}）" if settled.once else ""
    at = sheet.cell("total_weight")
    yield hit(
        at,
        "各行分值加上执行率分值合计{computed}分，总分行分值为{printed}{counted}，{more}{gap}分。",
        computed=plain(reading.weight),
        printed=at if at.text else "空（按100分计）",
        counted=counted,
        more="多" if reading.weight > whole else "少",
        gap=plain(abs(reading.weight - whole)),
        also=tuple(cell for cell, _ in reading.weights),
        calc=summed(reading.weights, printed_points(at.text)),
        fix=_weight_fix(sheet, settled),
    )


def _without_execution(sheet: Sheet, reading: RowSums, whole: Decimal) -> bool:
    """Accept a layout that prints no execution weight and leaves its 10 points out of the rows or out of the total."""
    execution = sheet.execution
    if execution is not None and "weight" in execution.misplaced:
        return True
    if execution is not None and execution.weight is not None:
        return False
    return reading.weight + sheet.pack.weights.get("执行率", Decimal(10)) == whole


def _totals_rows_only(sheet: Sheet) -> bool:
    """Tell whether 合计 adds up the indicators alone (90), the execution row having its own points beside it (10)."""
    own = sheet.execution.weight if sheet.execution else None
    whole = whole_points(sheet)
    return own is not None and whole + own == _FULL and face_sums(sheet).weight == _FULL


def _weight_fix(sheet: Sheet, settled: RowSums) -> tuple[str, ...]:
    if settled.once:
        split = [(name, rows) for name, rows in repeated_classes(sheet) if name in settled.once]
        parts = "；".join(f"{name}指标{_split(rows)}" for name, rows in split)
        return (f"同一二级指标下有几行的，请把分值分到各行：{parts}", "调整后请重新计算各行得分和总分")
    return ("请核对各行分值，使其与执行率分值合计为总分", "调整后请重新计算各行得分和总分")


def _split(rows: list[Row]) -> str:
    weight = rows[0].weight or Decimal(0)
    share = rounded(weight / len(rows), 2)
    last = weight - share * (len(rows) - 1)
    return "+".join(plain(number) for number in [share] * (len(rows) - 1) + [last])


@rule("A002", "total-mismatch", "error", "总分与各项得分之和不一致", ARITHMETIC, "evaluation")
def total_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """总分行填的得分，与各项得分（含执行率得分）相加的结果不一致。

    查什么：全部指标行得分与执行率得分相加，是否等于总分行的得分。差额恰好能由某一行少写、多写一位数或点错小数点
    解释的，提示可能是那一行。
    为什么：总分是评定等级和结果应用的依据，对不上就要退回重填。
    反例：各项得分合计88.5分，总分填98.5分。
    正例：各项得分合计97.5分，总分填97.5分。
    不算问题：相差0.01分以内；执行率得分没填而差额正好是它（由A007提示）；表格被截断。
    依据：表内数据互相核对；总分由各项指标得分汇总形成。
    """
    printed = printed_points(sheet.form.record.total_score)
    if not adds_up(sheet) or printed is None or not sheet.is_scored or _is_misplaced(sheet):
        return
    reading, tolerance = settled_sums(sheet), sheet.pack.thresholds.score_tolerance
    gap = printed - reading.score
    if abs(gap) <= tolerance or _is_rounded(sheet, reading.score) or _explained_by_execution(sheet, gap):
        return
    own = sheet.execution.score if sheet.execution and _totals_rows_only(sheet) else None
    if own is not None and abs(gap + own) <= tolerance:
        return
    slip = slip_closing(sheet, gap)
    counted = f"（{'、'.join(reading.once)}各行按一次计）" if reading.once else ""
    yield hit(
        sheet.cell("total_score"),
        "表内各项得分合计{computed}分{counted}，总分填{printed}分，{more}{gap}分。",
        computed=plain(reading.score),
        counted=counted,
        printed=sheet.cell("total_score"),
        more="多出" if gap > 0 else "少了",
        gap=plain(abs(gap)),
        also=tuple(cell for cell, _ in reading.scores),
        calc=summed(reading.scores, printed),
        guess=_guess(slip) if slip else None,
        fix=("请核对各行得分", "核对后按各项得分之和更正总分"),
    )


def _is_rounded(sheet: Sheet, total: Decimal) -> bool:
    """Tell whether the printed total is the sum rounded to its own decimals: 99.9 for 99.88; a whole number is not."""
    printed = amount(sheet.form.record.total_score)
    if printed is None or printed.number is None or not printed.decimals:
        return False
    return rounded(total, printed.decimals) == printed.number


def _is_misplaced(sheet: Sheet) -> bool:
    return sheet.execution is not None and bool(sheet.execution.misplaced)


def _explained_by_execution(sheet: Sheet, gap: Decimal) -> bool:
    """Tell whether a blank execution score, computed by the rate, closes the gap: then A007 speaks."""
    execution = sheet.execution
    if execution is None or execution.score is not None or execution.weight is None or execution.rate is None:
        return False
    return abs(gap - execution.due) <= sheet.pack.thresholds.execution_score_tolerance


def _guess(slip: tuple[Row, Decimal]) -> str:
    row, mended = slip
    return (
        f"可能是“{row.printed.name}”一行的得分写错：该行分值{row.printed.weight}分、得分{row.printed.score}分，"
        f"如为{plain(mended)}分，合计正好与总分一致。请核实。"
    )


@rule("A005", "level-weight-mismatch", "warning", "一级指标标注的分值与明细合计不符", ARITHMETIC)
def level_weight_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """一级指标标题里印的分值，与它下面各行分值之和不一致。

    查什么：如“产出指标（50分）”与其下全部指标行分值之和是否相等。
    为什么：分值结构与表头口径不一致，审核时要求说明。
    反例：产出指标（50分），其下四行各10分，合计40分。
    正例：产出指标（50分），其下五行各10分，合计50分。
    不算问题：标题没有标分值；表格没有分值栏；有的行归不到一级指标；表格被截断。加上执行率分值正好相等的，只作提示。
    依据：表内数据互相核对。
    """
    if not adds_up(sheet) or any(row.weight and not row.printed.level1 for row in sheet.rows):
        return
    for rows in _levels(sheet):
        head = next(row for row in rows if points_of(row.printed.level1))
        stated = printed_points(points_of(head.printed.level1))
        weights = points_of_rows(rows, "weight")
        total = sum((number for _, number in weights), Decimal(0))
        if stated is None or not weights or total == stated or _counts_satisfaction(sheet, head, stated - total):
            continue
        extra = sheet.execution.weight if sheet.execution else None
        closes = extra is not None and total + extra == stated and head.level == "产出"
        severity: Severity = "info" if closes else "warning"
        yield hit(
            head.cell("level1"),
            "“{level}”标注{stated}分，其下{count}行分值合计{total}分，{more}{gap}分{closes}。",
            level=head.cell("level1"),
            stated=plain(stated),
            count=len(weights),
            total=plain(total),
            more="多" if total > stated else "少",
            gap=plain(abs(total - stated)),
            closes=f"；加上执行率{plain(extra)}分正好为{plain(stated)}分" if closes and extra is not None else "",
            also=tuple(cell for cell, _ in weights),
            calc=summed(tuple(weights), stated),
            severity=severity,
            fix=("请核对该一级指标下各行分值，或更正标题中标注的分值",),
        )


def _counts_satisfaction(sheet: Sheet, head: Row, gap: Decimal) -> bool:
    """Accept a heading of 效益 that counts 满意度 in, where 满意度 prints no points of its own."""
    rows = sheet.satisfaction_rows
    own = any(points_of(row.printed.level1) for row in rows)
    return head.level == "效益" and not own and gap == sum((row.weight or Decimal(0) for row in rows), Decimal(0)) != 0


def _levels(sheet: Sheet) -> list[list[Row]]:
    """Rows of each first level whose heading prints one figure, also where a later page prints it without."""
    levels: dict[str, list[Row]] = {}
    for row in sheet.rows:
        levels.setdefault(row.level or squeeze(row.printed.level1), []).append(row)
    return [rows for rows in levels.values() if len({points_of(row.printed.level1) for row in rows} - {None}) == 1]


@rule("A006", "score-above-weight", "error", "得分超过分值或为负数", ARITHMETIC)
def score_above_weight(sheet: Sheet) -> Iterator[Hit]:
    """一行的得分高于这一行的分值，或者是负数。

    查什么：指标行的得分与分值比较；得分小于0的也列出。
    为什么：单项得分不能超过分值，超过的部分使总分虚高。
    反例：分值10分，得分12分。
    正例：分值10分，得分10分。
    不算问题：分值合并填写、本行没有分值的；没有打分的行。
    依据：表内数据互相核对。
    """
    for row in sheet.rows:
        above = row.weight is not None and row.score is not None and row.score > row.weight
        if row.score is not None and (above or row.score < 0):
            yield hit(
                row.cell("score"),
                "“{name}”分值{weight}分，得{score}分，{how}。",
                name=row.cell("name"),
                weight=row.cell("weight") if row.printed.weight else "（空）",
                score=row.cell("score"),
                how="得分超过分值" if above else "得分为负数",
                fix=("请核对该行分值和得分，更正后重新计算总分",),
            )
