"""S 评分: points against what the row itself says was reached."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from fuhe.findings import Cell
from fuhe.readings.deductions import (
    are_scores_typed,
    cannot_be_graded,
    cut,
    due_by_ratio,
    has_own_rule,
    is_below_ceiling,
    is_full_in_class,
    is_soft,
    is_unexplained,
    points_at_stake,
    says_unfinished,
    share,
)
from fuhe.readings.levels import points_of
from fuhe.readings.reason import says_nothing
from fuhe.readings.row_sums import slip_row
from fuhe.readings.sheet import Row, Sheet, rounded
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule
from fuhe.text import squeeze

_HEAVY = Decimal(30)
_UNMET_FIX = ("请核对指标值和完成值", "确未完成的，请按完成比例重新打分，并写明偏差原因和改进措施")


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
    if not sheet.has("reason") or sheet.explains_all:
        return
    for row in sheet.rows:
        if row.deducted and row.name and not row.stands_apart and says_nothing(row.printed.reason):
            yield hit(
                row.cell("reason"),
                "“{name}”{weight}分得{score}分，扣{cut}分，偏差原因及改进措施栏{state}。",
                name=row.cell("name"),
                weight=row.cell("weight"),
                score=row.cell("score"),
                cut=plain(cut(row)),
                state=f"只填“{row.printed.reason}”" if row.printed.reason else "为空",
                fix=("请写明扣分的具体原因", "请写明改进措施、责任科室和完成时间", "如无扣分事由，请恢复满分"),
            )


@rule("S002", "met-but-deducted", "warning", "数据显示已达到目标，却扣了分", PRACTICE)
def met_but_deducted(sheet: Sheet) -> Iterator[Hit]:
    """按本行自己的数，目标已经达到，得分却低于分值。

    查什么：实际完成值达到或超过年度指标值（或填了达成年度指标等等次），而得分小于分值。
    为什么：要么分扣错了，要么还有没写出来的事由；两种情况都要交代。
    反例：满意度≥90%，实际95%，20分得19分，没有说明。
    正例：满意度≥90%，实际95%，20分得20分。
    成本低于控制数而扣了分、原因栏只说明花得少的，作提示；指标值和完成值是同一日期的，算已达到。
    不算问题：定性说法、无法比较的值；偏差原因栏已经说明扣分事由的。
    依据：复核惯例。
    """
    for row in sheet.rows:
        unexplained = is_unexplained(sheet, row)
        if row.deducted and row.met == "met" and (unexplained or is_below_ceiling(row)):
            yield hit(
                row.cell("score"),
                "“{name}”年度指标值{target}，实际完成值{actual}，已达到目标，{weight}分却得{score}分，{how}。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                weight=row.cell("weight"),
                score=row.cell("score"),
                how="未说明依据" if unexplained else "请核实原因栏所写是否为扣分依据",
                also=(row.cell("reason"),) if sheet.has("reason") else (),
                severity="warning" if unexplained else "info",
                fix=("如无扣分事由，建议恢复为满分，并相应更正总分", "如有扣分事由，请在偏差原因栏写明，并补充佐证"),
            )


@rule("S003", "unmet-but-full", "error", "数据显示未达到目标，却得满分", "evaluation")
def unmet_but_full(sheet: Sheet) -> Iterator[Hit]:
    """按本行自己的数，目标没有达到，却给了满分。

    查什么：实际完成值没有达到年度指标值，得分却等于分值。指标值没有印运算符、要靠理解的，作警告。
    为什么：未完成而得满分，自评结果不真实；未完成的还应说明原因。
    反例：供养人数≥4754人，实际4604人，5分得5分。
    正例：供养人数≥4754人，实际4604人，5分得4.8分，并说明原因。
    本行自己写明还有多少没有完成、却得满分的，作警告。
    没有分值栏的表，与指标类别上标注的分值对照：同类各行得分合计等于标注分值的，都是满分。
    不算问题：单位不同、无法比较的；完成值是范围、判断不了的；没有印运算符，而花得少、结余少、控制率低也可能是好事的。
    依据：得分按实际完成值与指标值对照计算。
    """
    for row in sheet.rows:
        if row.met == "unmet" and ((row.full and row.weight) or is_full_in_class(sheet, row)):
            yield hit(
                row.cell("score"),
                "“{name}”年度指标值{target}，实际完成值{actual}，没有达到目标，却得满分{score}分{reason}。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                score=row.cell("score"),
                reason=_unexplained(sheet, row),
                also=(_weight_cell(row), *((row.cell("reason"),) if sheet.has("reason") else ())),
                severity="error" if row.operator_is_printed else "warning",
                fix=_UNMET_FIX,
            )
        elif row.full and row.weight and (left := says_unfinished(row)):
            yield hit(
                row.cell("score"),
                "“{name}”本行写明“{left}”，得满分{score}分，请核实完成值{actual}和得分。",
                name=row.cell("name"),
                left=left,
                score=row.cell("score"),
                actual=row.cell("actual"),
                also=(row.cell("target"), row.cell("weight")),
                severity="warning",
                fix=_UNMET_FIX,
            )


def _weight_cell(row: Row) -> Cell:
    """Return the cell that prints what the row can earn: its own, else its class's heading."""
    return row.cell("weight" if row.weight is not None else "level2" if points_of(row.printed.level2) else "level1")


def _unexplained(sheet: Sheet, row: Row) -> str:
    silent = sheet.has("reason") and is_unexplained(sheet, row)
    return "，也没有说明原因" if silent else ""


@rule("S004", "score-off-formula", "warning", "未完成指标的得分与完成比例不符", PRACTICE)
def score_off_formula(sheet: Sheet) -> Iterator[Hit]:
    """目标没有达到，扣了分，但得分比按完成比例计算的多。

    查什么：有数量的指标，“越多越好”的按实际值÷目标值×分值，“越少越好”的按超出的比例扣减，与所填得分相差是否超过分值的5%。
    给高了的为警告，给低了的作提示；表内另印了评分规则的作提示。
    为什么：得分应有算法，给高了没有依据。
    反例：目标≥500人，实际400人，10分得9.5分（按比例为8分）。
    正例：目标≥500人，实际400人，10分得8分。
    不算问题：达到目标的、得满分的（见S002、S003）；完成值是范围的；单位不同的。
    依据：定量指标未完成的，一般按完成值与指标值的比例计分。
    """
    for row in sheet.rows:
        due = due_by_ratio(row)
        if due is None or row.score is None or not row.weight or not row.deducted:
            continue
        gap = row.score - due
        if abs(gap) <= sheet.pack.thresholds.ratio_rule_tolerance * row.weight:
            continue
        yield hit(
            row.cell("score"),
            "“{name}”年度指标值{target}，实际完成值{actual}，按完成比例计算约{due}分，实得{score}分，{more}{gap}分。",
            name=row.cell("name"),
            target=row.cell("target"),
            actual=row.cell("actual"),
            due=plain(rounded(due, 2)),
            score=row.cell("score"),
            more="多" if gap > 0 else "少",
            gap=plain(rounded(abs(gap), 2)),
            also=(row.cell("weight"),),
            severity="warning" if gap > 0 and not has_own_rule(sheet, row) else "info",
            fix=("请按评分办法重新计算得分", "另有评分标准的，请注明"),
        )


_BANDS = {
    "met": (Decimal("0.8"), Decimal(1)),
    "part": (Decimal("0.6"), Decimal("0.8")),
    "unmet": (Decimal(0), Decimal("0.6")),
}


@rule("S005", "band-mismatch", "warning", "定性等次与得分档次不符", "evaluation")
def band_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """完成值填了等次（达成、部分达成、未达成），得分却不在相应的档次里。

    查什么：达成年度指标得80%（含）至100%，部分达成得60%（含）至80%，未达成得0至60%。
    为什么：定性指标分档计分，等次与得分要对应。
    反例：实际完成值“部分达成年度指标并具有一定效果”，10分得9.5分。
    正例：实际完成值“部分达成年度指标并具有一定效果”，10分得7分。
    不算问题：没有填等次的；等次正好在分界上的；填“完成”“合格”等一般说法而得分较低的（见S002）。
    依据：定性指标按达成、部分达成、未达成三档计分。
    """
    for row in sheet.rows:
        band = _band(row)
        if band is None or not row.weight or row.score is None or row.score > row.weight:
            continue
        low, high = band
        share = row.score / row.weight
        if low <= share <= high:
            continue
        yield hit(
            row.cell("score"),
            "“{name}”实际完成值为“{actual}”，对应{low}至{high}分，实得{score}分。",
            name=row.cell("name"),
            actual=row.cell("actual"),
            low=plain(low * row.weight),
            high=plain(high * row.weight),
            score=row.cell("score"),
            also=(row.cell("weight"), row.cell("target")),
            fix=("请核对完成等次和得分，使两者对应",),
        )


def _band(row: Row) -> tuple[Decimal, Decimal] | None:
    return _BANDS[row.told.grade] if row.told.grade and row.told.by == "完成等次" else None


@rule("S006", "token-deduction", "info", "扣分集中在无法核对或已完成的指标上", PRACTICE)
def token_deduction(sheet: Sheet) -> Iterator[Hit]:
    """有两处以上小额扣分，都扣在无法衡量或已达到目标的指标上。

    查什么：全表的扣分是否都不超过该行分值的10%，且所在行是定性说法或已达到目标。
    为什么：这样的分布说明不了哪里没有做好，审核时往往要求逐项说明扣分依据。
    反例：“效果显著”20分得19分，“满意度≥90%”实际95%，10分得9分。
    正例：按未完成的指标扣分，并写明原因。
    不算问题：只有一处扣分；有任何一处是确未完成的；疑似笔误的行（见A002）；写明了扣分原因的。
    依据：复核惯例。
    """
    slip = slip_row(sheet)
    docked = [row for row in sheet.rows if row.deducted and row.weight and not (slip and row.index == slip.index)]
    if len(docked) < 2 or not all(_is_token(sheet, row) for row in docked):
        return
    yield hit(
        docked[0].cell("score"),
        "全表{count}处扣分，每处不超过该行分值的{limit}%，所在行或没有可核对的数据，或已达到目标：{rows}。",
        count=len(docked),
        limit=plain(sheet.pack.thresholds.small_cut_ratio * 100),
        rows="、".join(f"“{row.printed.name or row.printed.level2 or ''}”扣{plain(cut(row))}分" for row in docked),
        also=tuple(cell for row in docked for cell in (row.cell("score"), row.cell("weight"))),
        fix=("请逐项写明扣分依据", "确无扣分事由的，请据实评分"),
    )


def _is_token(sheet: Sheet, row: Row) -> bool:
    small = row.weight is not None and cut(row) <= sheet.pack.thresholds.small_cut_ratio * row.weight
    return small and is_soft(row) and is_unexplained(sheet, row)


@rule("S007", "unmet-without-reason", "error", "未达到目标，没有说明原因", "evaluation")
def unmet_without_reason(sheet: Sheet) -> Iterator[Hit]:
    """没有分值或没有打分的表里，目标没有达到，偏差原因栏又没有说明。

    查什么：按本行自己的数没有达到目标，偏差原因栏为空或只有完成、无等，且本行没有得分可查。
    为什么：未完成的指标必须说明原因和改进措施。
    反例：资助学生≥300人，实际280人，偏差原因栏空白（本表没有分值栏）。
    正例：资助学生≥300人，实际280人，说明“20名学生转学”。
    不算问题：有分值和得分的（见S001、S003）；表格没有原因栏；另有一栏统一说明的；要靠理解运算符才算未达到的作警告。
    依据：未完成或偏离绩效目标的，要分析说明原因，提出改进措施。
    """
    if not sheet.has("reason") or sheet.explains_all or not sheet.has("actual"):
        return
    for row in sheet.rows:
        scored = (row.weight is not None and row.score is not None) or is_full_in_class(sheet, row)
        if row.met == "unmet" and not scored and says_nothing(row.printed.reason):
            yield hit(
                row.cell("reason"),
                "“{name}”年度指标值{target}，实际完成值{actual}，没有达到目标，偏差原因及改进措施栏{state}。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                state=f"只填“{row.printed.reason}”" if row.printed.reason else "为空",
                severity="error" if row.operator_is_printed else "warning",
                fix=("请写明没有完成的具体原因", "请写明改进措施、责任科室和完成时间"),
            )


@rule("S008", "uneven-scoring", "info", "完成情况相同，得分宽严不一", PRACTICE)
def uneven_scoring(sheet: Sheet) -> Iterator[Hit]:
    """同一张表里，指标值和完成值都相同的两行，得分占分值的比例不同。

    查什么：年度指标值、实际完成值都相同的行，得分率是否一致。
    为什么：同样的完成情况应当同样打分。
    反例：两行都是≥95%→95%，一行10分得10分，另一行10分得9分。
    正例：两行得分率相同，或扣分的一行写明了原因。
    不算问题：扣分的一行写明了原因；时间类的完成值；没有可核对内容的（效果显著等）。
    依据：复核惯例。
    """
    for left, right in _reached_alike(sheet.rows):
        if scored_unevenly(left, right):
            low, high = (left, right) if share(left) < share(right) else (right, left)
            yield hit(
                low.cell("score"),
                "“{low}”与“{high}”年度指标值都是{target}，实际完成值都是{actual}，前者{w1}分得{s1}分，后者{w2}分得{s2}分。",
                low=low.cell("name"),
                high=high.cell("name"),
                target=low.cell("target"),
                actual=low.cell("actual"),
                w1=low.cell("weight"),
                s1=low.cell("score"),
                w2=high.cell("weight"),
                s2=high.cell("score"),
                fix=("请统一评分尺度，或写明扣分依据",),
            )
            return


def _reached_alike(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield the pairs of rows with the same target and actual whose shares are not all one, in the order of the rows."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if row.weight and row.score is not None and row.actual.kind == "number":
            alike[squeeze(row.printed.target), squeeze(row.printed.actual)].append(index)
    uneven = (found for found in alike.values() if len({share(rows[index]) for index in found}) > 1)
    pairs = sorted(pair for found in uneven for pair in combinations(found, 2))
    yield from ((rows[left], rows[right]) for left, right in pairs)


def scored_unevenly(left: Row, right: Row) -> bool:
    """Tell whether two rows with the same target and the same actual got different shares of their weight, unexplained."""
    if not all(row.weight and row.score is not None and row.actual.kind == "number" for row in (left, right)):
        return False
    same = squeeze(left.printed.target) == squeeze(right.printed.target) != ""
    same = same and squeeze(left.printed.actual) == squeeze(right.printed.actual)
    low = left if share(left) < share(right) else right
    return same and abs(share(left) - share(right)) > Decimal("0.005") and says_nothing(low.printed.reason)


@rule("S009", "scores-as-values", "info", "指标值、完成值像是填成了分值", PRACTICE)
def scores_as_values(sheet: Sheet) -> Iterator[Hit]:
    """全表各行的年度指标值、实际完成值都与分值相同，像是把分值填进了指标值栏。

    查什么：三行以上、分值不全相同的表，每一行的指标值、完成值是否都等于分值，又都没有单位和运算符。
    为什么：指标值应当是要做到多少、做到什么程度；填了分值，就看不出完成了什么。
    反例：分值10分的行指标值10、完成值10，分值20分的行指标值20、完成值20，全表如此。
    正例：分值10分，指标值≥95%，完成值96.2%。
    不算问题：有一行不是这样的；分值全都一样的；写了单位或运算符的。
    依据：复核惯例。
    """
    if not are_scores_typed(sheet):
        return
    rows = [row for row in sheet.rows if row.target.exact is not None]
    yield hit(
        rows[0].cell("target"),
        "全表{count}行的年度指标值、实际完成值都与分值相同（如“{name}”{target}、{actual}），请核实是否把分值填成了指标值。",
        count=len(rows),
        name=rows[0].cell("name"),
        target=rows[0].cell("target"),
        actual=rows[0].cell("actual"),
        also=tuple(cell for row in rows for cell in (row.cell("target"), row.cell("actual"), row.cell("weight"))),
        fix=("请在指标值栏填写批复的目标（数量、比率或时限），在完成值栏填写实际完成情况",),
    )


@rule("S010", "heavy-ungradable", "info", "一行分值很重，却没有可以打分的内容", PRACTICE)
def heavy_ungradable(sheet: Sheet) -> Iterator[Hit]:
    """一个指标占30分以上，而指标值和完成值都没有可以核对的内容。

    查什么：一行的分值（没有分值栏的，看类别上标注的分值）在30分以上，指标值、完成值都是无从核对的说法。
    为什么：三成的分数压在一句说不清的话上，总分也就说不清。
    反例：社会效益30分只设一个指标“教育资源”，指标值“扩大”，完成值“扩大”。
    正例：30分分给“新增学位数”“学区覆盖率”“家长满意度”三个可以核对的指标。
    不算问题：分值不到30分的；指标值或完成值有数、有时限、有标准、有等次的。
    依据：复核惯例。
    """
    for row in sheet.rows:
        if (stake := points_at_stake(sheet, row)) is not None and stake >= _HEAVY and cannot_be_graded(row):
            yield hit(
                row.cell("target"),
                "“{name}”占{stake}分，年度指标值“{target}”、实际完成值“{actual}”都无从核对，得分缺少依据。",
                name=row.cell("name"),
                stake=plain(stake),
                target=row.cell("target"),
                actual=row.cell("actual"),
                also=(_weight_cell(row), row.cell("score")),
                fix=("建议改为可以核对的指标值", "建议把分值分到几个可以核对的指标上"),
            )
