"""A 算术: what the form's own figures must add up to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from fuhe.findings import Cell, Severity
from fuhe.levels import points_of
from fuhe.rules.rule import ARITHMETIC, Hit, hit, plain, rule, summed
from fuhe.rules.sheet import Row, Sheet, points, rounded
from fuhe.rules.wording import is_prompt
from fuhe.text import is_blank, squeeze
from fuhe.values import amount

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Reading:
    """How the rows' points add up: every row on its face, or a repeated second level counted once."""

    weights: tuple[tuple[Cell, Decimal], ...]
    scores: tuple[tuple[Cell, Decimal], ...]
    once: tuple[str, ...] = ()

    @property
    def weight(self) -> Decimal:
        """Σ weights, execution included."""
        return sum((number for _, number in self.weights), Decimal(0))

    @property
    def score(self) -> Decimal:
        """Σ scores, execution included."""
        return sum((number for _, number in self.scores), Decimal(0))


def _points_of_rows(rows: tuple[Row, ...] | list[Row], field: str) -> list[tuple[Cell, Decimal]]:
    pairs = ((row.cell(field), row.weight if field == "weight" else row.score) for row in rows)
    return [(cell, number) for cell, number in pairs if number is not None]


def _face(sheet: Sheet) -> Reading:
    return _reading(sheet, list(sheet.rows))


def _reading(sheet: Sheet, rows: list[Row], once: tuple[str, ...] = ()) -> Reading:
    weights, scores = _points_of_rows(rows, "weight"), _points_of_rows(rows, "score")
    if (execution := sheet.execution) is not None:
        path = f"funding[{execution.index}]"
        if execution.weight is not None:
            weights.insert(0, (sheet.cell(f"{path}.weight"), execution.weight))
        if execution.score is not None:
            scores.insert(0, (sheet.cell(f"{path}.score"), execution.score))
    return Reading(tuple(weights), tuple(scores), once)


def _repeated(sheet: Sheet) -> list[tuple[str, list[Row]]]:
    """Second levels that print the same weight on each of several neighbouring rows."""
    found = []
    for level2, group in groupby(sheet.rows, key=lambda row: row.subclass):
        rows = [row for row in group if row.weight is not None]
        if level2 and len(rows) > 1 and len({row.weight for row in rows}) == 1:
            found.append((level2, rows))
    return found


def _settled(sheet: Sheet) -> Reading:
    """Read every row on its face; only if that misses the printed total, try repeated second levels once each."""
    face, whole = _face(sheet), _whole(sheet)
    repeated = _repeated(sheet)
    if not repeated or abs(face.weight - whole) <= sheet.pack.thresholds.score_tolerance:
        return face
    extra = {row.index for _, rows in repeated for row in rows[1:]}
    once = _reading(sheet, [row for row in sheet.rows if row.index not in extra], tuple(name for name, _ in repeated))
    if abs(once.weight - whole) > sheet.pack.thresholds.score_tolerance:
        return face
    averaged = [(row.cell("score"), _mean(rows)) for _, rows in repeated for row in rows[:1]]
    replaced = dict(averaged)
    scores = tuple((cell, replaced.get(cell, number)) for cell, number in once.scores)
    return Reading(once.weights, scores, once.once)


def _mean(rows: list[Row]) -> Decimal:
    scores = [row.score for row in rows if row.score is not None]
    return sum(scores, Decimal(0)) / len(scores) if scores else Decimal(0)


def _whole(sheet: Sheet) -> Decimal:
    return points(sheet.form.record.total_weight) or _HUNDRED


def _adds_up(sheet: Sheet) -> bool:
    """Tell whether sums can be judged: points are printed and the form was read to its end."""
    return not sheet.form.truncated and sheet.has("weight") and any(row.weight is not None for row in sheet.rows)


@rule("A001", "weights-not-100", "error", "分值合计与总分不符", ARITHMETIC)
def weights_not_100(sheet: Sheet) -> Iterator[Hit]:
    """各行分值加上执行率分值，与总分行的分值（没有填的按100）对不上。

    查什么：全部指标行的分值与预算执行率分值相加，是否等于总分行填的分值。
    为什么：分值不是100，得分就不能按百分制比较，等级也无从评定。
    反例：各行分值合计120分，总分行填100分。
    正例：执行率10分，产出50分，效益30分，满意度10分，合计100分。
    不算问题：资金栏“其中”各行的分值不计入；合并的分值只计一次；表格没有分值栏；表格被截断。
    依据：表内数据互相核对。
    """
    if not _adds_up(sheet):
        return
    reading, whole = _face(sheet), _whole(sheet)
    tolerance = sheet.pack.thresholds.score_tolerance
    if abs(reading.weight - whole) <= tolerance or _without_execution(sheet, reading, whole):
        return
    settled = _settled(sheet)
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
        calc=summed(reading.weights, points(at.text)),
        fix=_weight_fix(sheet, settled),
    )


def _without_execution(sheet: Sheet, reading: Reading, whole: Decimal) -> bool:
    """Accept a layout that prints no execution weight and leaves its 10 points out of the rows or out of the total."""
    execution = sheet.execution
    if execution is not None and execution.weight is not None:
        return False
    return reading.weight + sheet.pack.weights["执行率"] == whole


def _weight_fix(sheet: Sheet, settled: Reading) -> tuple[str, ...]:
    if settled.once:
        split = [(name, rows) for name, rows in _repeated(sheet) if name in settled.once]
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
    printed = points(sheet.form.record.total_score)
    if not _adds_up(sheet) or printed is None or not sheet.is_scored:
        return
    reading, tolerance = _settled(sheet), sheet.pack.thresholds.score_tolerance
    gap = printed - reading.score
    if abs(gap) <= tolerance or _explained_by_execution(sheet, gap):
        return
    slip = _slip(sheet, gap)
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


def _explained_by_execution(sheet: Sheet, gap: Decimal) -> bool:
    """Tell whether a blank execution score, computed by the rate, closes the gap: then A007 speaks."""
    execution = sheet.execution
    if execution is None or execution.score is not None or execution.weight is None or execution.rate is None:
        return False
    due = min(execution.rate, _HUNDRED) / 100 * execution.weight
    return abs(gap - due) <= sheet.pack.thresholds.execution_score_tolerance


def _slip(sheet: Sheet, gap: Decimal) -> tuple[Row, Decimal] | None:
    """Return the one row whose score, mended by a likely slip of the pen, closes the gap."""
    found = []
    for row in sheet.rows:
        if row.score is None or row.weight is None:
            continue
        mended = row.score + gap
        if 0 <= mended <= row.weight and _looks_like_slip(plain(row.score), plain(mended)):
            found.append((row, mended))
    return found[0] if len(found) == 1 else None


def _looks_like_slip(old: str, new: str) -> bool:
    """Tell whether two figures differ by one digit dropped or doubled, a moved decimal point or two digits swapped."""
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    if len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return True
    if old.replace(".", "").strip("0") == new.replace(".", "").strip("0"):
        return True
    pairs = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    return len(old) == len(new) and len(pairs) == 2 and pairs[0] == pairs[1][::-1]


def _guess(slip: tuple[Row, Decimal]) -> str:
    row, mended = slip
    return (
        f"可能是“{row.printed.name}”一行的得分写错：该行分值{row.printed.weight}分、得分{row.printed.score}分，"
        f"如为{plain(mended)}分，合计正好与总分一致。请核实。"
    )


def summed_score(sheet: Sheet) -> Decimal | None:
    """Return Σ scores by the reading A001 settled on; None where no scores are printed."""
    return _settled(sheet).score if sheet.is_scored else None


@rule("A003", "rate-mismatch", "error", "执行率与金额算出来的不一致", ARITHMETIC)
def rate_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """填写的执行率，与全年执行数除以全年预算数的结果对不上。

    查什么：年度资金总额一行，全年执行数÷全年预算数与所填执行率是否一致，按所印的小数位比较。
    为什么：执行率直接决定执行率得分，也是判断预算是否执行到位的依据。
    反例：预算84.63万元，执行70.31万元，执行率填93%。
    正例：预算84.63万元，执行70.31万元，执行率填83%或83.08%。
    不算问题：四舍五入造成的差异；预算和执行都是0；总额一行没填、只填了分项的。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or execution.rate is None or execution.recomputed:
        return
    path = f"funding[{execution.index}]"
    printed = amount(sheet.form.text(f"{path}.rate"))
    if printed is None or printed.number is None or printed.unit not in (None, "%"):
        return
    readings = [printed.number] if printed.unit == "%" else [printed.number, printed.number * 100]
    slack = (
        sheet.pack.thresholds.rate_tolerance_points if not printed.decimals else Decimal(1).scaleb(-printed.decimals)
    )
    if any(_rate_agrees(sheet, path, execution.rate, reading, slack) for reading in readings):
        return
    yield hit(
        sheet.cell(f"{path}.rate"),
        "全年预算数{budget}{unit}、全年执行数{spent}{unit}，执行率应为{computed}%，表中填{printed}。",
        budget=sheet.cell(f"{path}.full_year_budget"),
        spent=sheet.cell(f"{path}.executed"),
        unit=sheet.form.record.fund_unit or "",
        computed=plain(rounded(execution.rate, 2)),
        printed=sheet.cell(f"{path}.rate"),
        fix=("请核对全年预算数、全年执行数，更正执行率", "执行率更正后，请一并核对执行率得分和总分"),
    )


def _rate_agrees(sheet: Sheet, path: str, rate: Decimal, printed: Decimal, slack: Decimal) -> bool:
    """Compare at printed precision; amounts printed with decimals may themselves be rounded."""
    return abs(rate - printed) <= slack + _rounding_of_amounts(sheet, path, rate)


def _rounding_of_amounts(sheet: Sheet, path: str, rate: Decimal) -> Decimal:
    budget, spent = (amount(sheet.form.text(f"{path}.{name}")) for name in ("full_year_budget", "executed"))
    if not budget or not budget.number or not spent:
        return Decimal(0)
    halves = sum((Decimal(5).scaleb(-value.decimals - 1) for value in (budget, spent) if value.decimals), Decimal(0))
    return halves / budget.number * 100


@rule("A005", "level-weight-mismatch", "warning", "一级指标标注的分值与明细合计不符", ARITHMETIC)
def level_weight_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """一级指标标题里印的分值，与它下面各行分值之和不一致。

    查什么：如“产出指标（50分）”与其下全部指标行分值之和是否相等。
    为什么：分值结构与表头口径不一致，审核时要求说明。
    反例：产出指标（50分），其下四行各10分，合计40分。
    正例：产出指标（50分），其下五行各10分，合计50分。
    不算问题：标题没有标分值；表格没有分值栏；表格被截断。加上执行率分值正好相等的，只作提示。
    依据：表内数据互相核对。
    """
    if not _adds_up(sheet):
        return
    for rows in _levels(sheet):
        head = rows[0]
        stated = points(points_of(head.printed.level1))
        weights = _points_of_rows(rows, "weight")
        total = sum((number for _, number in weights), Decimal(0))
        if stated is None or not weights or total == stated:
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


def _levels(sheet: Sheet) -> list[list[Row]]:
    """Rows of each first level that prints points, in printed order."""
    levels: dict[str, list[Row]] = {}
    for row in sheet.rows:
        if row.printed.level1 and points_of(row.printed.level1):
            levels.setdefault(squeeze(row.printed.level1), []).append(row)
    return list(levels.values())


@rule("A007", "execution-score", "warning", "执行率得分与执行率不对应", ARITHMETIC)
def execution_score(sheet: Sheet) -> Iterator[Hit]:
    """预算执行率一行的得分，与“执行率×分值”（执行率超过100%的按100%）对不上，或者没有填。

    查什么：年度资金总额一行的得分是否等于执行率乘以分值，允许相差0.1分。没有填或超过分值的为错误，其余为警告。
    为什么：执行率得分有固定算法，是总分里最容易核对的一项。
    反例：执行率83%，分值10分，得分空白。
    正例：执行率83%，分值10分，得8.3分。
    不算问题：没有设分值；预算和执行都是0；全表都还没有打分；本表另印了计分办法的只作警告。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or execution.recomputed or not execution.weight or execution.rate is None:
        return
    path = f"funding[{execution.index}]"
    due = min(execution.rate, _HUNDRED) / 100 * execution.weight
    printed = sheet.form.text(f"{path}.score")
    if execution.score is None:
        if is_blank(printed) and sheet.is_scored and sheet.has("funding.score"):
            yield _execution_hit(sheet, path, due, "没有填写", "error")
    elif execution.score > execution.weight:
        yield _execution_hit(sheet, path, due, f"填{printed}分，超过分值", "error")
    elif abs(execution.score - due) > sheet.pack.thresholds.execution_score_tolerance:
        yield _execution_hit(sheet, path, due, f"填{printed}分", "warning")


def _execution_hit(sheet: Sheet, path: str, due: Decimal, state: str, severity: Severity) -> Hit:
    rate = sheet.form.text(f"{path}.rate")
    return hit(
        sheet.cell(f"{path}.score"),
        "全年预算数{budget}{unit}、全年执行数{spent}{unit}{rate}，执行率分值{weight}分，按执行率折算为{due}分，得分{state}。",
        budget=sheet.cell(f"{path}.full_year_budget"),
        spent=sheet.cell(f"{path}.executed"),
        unit=sheet.form.record.fund_unit or "",
        rate=f"（执行率{rate}）" if rate and not is_blank(rate) else "",
        weight=sheet.cell(f"{path}.weight"),
        due=plain(rounded(due, 2)),
        state=state,
        severity=severity,
        fix=(
            f"请按执行率填写得分（约{plain(rounded(due, 1))}分），并相应核对总分",
            "如本级另有计分办法，请在备注中说明",
        ),
    )


_SAYS_WHY = re.compile(
    r"(?<!原)因(?!素|此|地|人|城|时)|由于|受.{1,20}影响|导致|造成|尚未|未完工|未支付|未到|未达到支付|质保金|尾款|结余|节余|结转|"
    r"节约|节省|调减|调剂|收回|延期|延后|推迟|滞后|跨年|暂停|取消|终止|据实结算|按进度|下达(?:较)?晚|招标"
)


@rule("A010", "unspent-unexplained", "warning", "预算没有执行完，表内没有说明原因", "evaluation")
def unspent_unexplained(sheet: Sheet) -> Iterator[Hit]:
    """执行率低于90%（政策包所定），全表没有一处说明资金为什么没有用完。

    查什么：按全年执行数÷全年预算数重新计算执行率，低于标准的，看各栏文字有没有说明原因。
    为什么：资金没有用完是最直接的偏差，审核时必问。
    反例：全年预算84.63万元，执行70.31万元，全表没有说明。
    正例：备注写明“设备尾款14.32万元按合同于次年3月支付”。
    不算问题：执行率达到标准；完成情况、偏差原因或备注里已说明未支付、结余、结转等情况；预算为0。
    依据：未完成或偏离绩效目标的，要分析说明原因，提出改进措施。
    """
    execution = sheet.execution
    if execution is None or execution.rate is None or execution.rate >= sheet.pack.thresholds.low_rate_percent:
        return
    if not sheet.is_scored or any(_SAYS_WHY.search(text) for text in _explanations(sheet)):
        return
    path = f"funding[{execution.index}]"
    at = sheet.cell(f"{path}.rate")
    yield hit(
        at if at.text else sheet.cell(f"{path}.executed"),
        "全年预算数{budget}{unit}、全年执行数{spent}{unit}，执行率{rate}%，低于{limit}%，表内没有说明未执行的原因。",
        budget=sheet.cell(f"{path}.full_year_budget"),
        spent=sheet.cell(f"{path}.executed"),
        unit=sheet.form.record.fund_unit or "",
        rate=plain(rounded(execution.rate, 2)),
        limit=plain(sheet.pack.thresholds.low_rate_percent),
        fix=("请说明资金未执行的原因", "请写明结余资金的处理意见或后续支付安排和时间"),
    )


def _explanations(sheet: Sheet) -> Iterator[str]:
    record = sheet.form.record
    yield from (row.printed.reason or "" for row in sheet.rows)
    yield from (row.reason or "" for row in record.funding if not is_prompt(row.reason))
    yield from (box.text or "" for box in record.remarks)
    yield record.outcome or ""
