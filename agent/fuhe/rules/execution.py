"""A 算术: the execution row, its points against its rate."""

import re
from collections.abc import Iterator
from decimal import Decimal

from fuhe.findings import Cell, Severity
from fuhe.policy import simplify
from fuhe.readings.sheet import Execution, Sheet, rounded
from fuhe.rules.rule import ARITHMETIC, Hit, hit, plain, rule
from fuhe.text import is_blank, squeeze

_HUNDRED = Decimal(100)
_POINTS = r"(?:分值|权重|\d+(?:\.\d+)?分)"
_FORMULA = re.compile(
    rf"执行率[^。；;，,]{{0,8}}[×x*]{_POINTS}|{_POINTS}[^。；;，,%]{{0,4}}[×x*][^。；;，,%]{{0,6}}执行率|执行率.{{0,6}}按比例(?:得|计)分"
)
_OTHER_SCHEME = re.compile(r"执行率[^。；;]{0,30}(?:满分|不得分|得0分|每[^。；;]{1,12}扣|以上[^。；;]{0,4}得\d)")


@rule("A007", "execution-score", "warning", "执行率得分与执行率不对应", ARITHMETIC)
def execution_score(sheet: Sheet) -> Iterator[Hit]:
    """预算执行率一行的得分，与“执行率×分值”（执行率超过100%的按100%）对不上，或者没有填。

    查什么：年度资金总额一行的得分是否等于执行率乘以分值，允许相差0.1分。没有填、超过分值，或本表印明了按执行率乘以分值计算的，为错误；其余为警告。
    为什么：执行率得分有固定算法，是总分里最容易核对的一项。
    反例：执行率83%，分值10分，得分空白。
    正例：执行率83%，分值10分，得8.3分。
    不算问题：没有设分值；预算和执行都是0；总额一行没填（见A004）；全表都还没有打分；本表另印了执行率的计分办法。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or execution.recomputed or not execution.weight or execution.rate is None:
        return
    if execution.misplaced:
        return
    path = f"funding[{execution.index}]"
    due = due_score(execution)
    printed = sheet.form.text(f"{path}.score")
    if execution.score is None:
        if is_blank(printed) and sheet.is_scored and sheet.has("funding.score"):
            yield _execution_hit(sheet, path, due, "没有填写", "error")
    elif execution.score > execution.weight:
        yield _execution_hit(sheet, path, due, f"填{printed}分，超过分值", "error")
    elif abs(execution.score - due) > sheet.pack.thresholds.execution_score_tolerance and not _scheme(sheet):
        formula = _formula(sheet)
        yield _execution_hit(sheet, path, due, f"填{printed}分", "error" if formula else "warning", formula)


def due_score(execution: Execution) -> Decimal:
    """Return rate × weight, at most the weight."""
    return min(execution.rate or Decimal(0), _HUNDRED) / 100 * (execution.weight or Decimal(0))


def _formula(sheet: Sheet) -> tuple[Cell, ...]:
    """Return the cells in which the form itself prints that the score is rate × weight."""
    return tuple(sheet.cell(field) for field, text in _printed_rules(sheet) if _FORMULA.search(text))


def _scheme(sheet: Sheet) -> bool:
    """Tell whether the form prints another way to score the rate (90%以上得满分, 每低1个百分点扣…): then that one holds."""
    return any(_OTHER_SCHEME.search(text) for _, text in _printed_rules(sheet))


def _printed_rules(sheet: Sheet) -> Iterator[tuple[str, str]]:
    record = sheet.form.record
    fields = [f"notes[{index}]" for index in range(len(record.notes))]
    fields += [f"remarks[{index}].text" for index in range(len(record.remarks))]
    fields += [f"funding[{index}].reason" for index in range(len(record.funding))]
    fields += [f"indicators[{row.index}].scoring_rule" for row in sheet.rows if row.printed.scoring_rule]
    yield from ((field, simplify(squeeze(text))) for field in fields if (text := sheet.form.text(field)))


def _execution_hit(
    sheet: Sheet, path: str, due: Decimal, state: str, severity: Severity, formula: tuple[Cell, ...] = ()
) -> Hit:
    rate = sheet.form.text(f"{path}.rate")
    return hit(
        sheet.cell(f"{path}.score"),
        "全年预算数{budget}{unit}、全年执行数{spent}{unit}{rate}，执行率分值{weight}分，按执行率折算为{due}分，得分{state}。",
        budget=sheet.cell(f"{path}.full_year_budget"),
        spent=sheet.cell(f"{path}.executed"),
        unit=sheet.unit_after(f"{path}.executed"),
        rate=f"（执行率{rate}）" if rate and not is_blank(rate) else "",
        weight=sheet.cell(f"{path}.weight"),
        due=plain(rounded(due, 2)),
        state=state,
        also=formula,
        severity=severity,
        fix=(
            f"请按执行率填写得分（约{plain(rounded(due, 1))}分），并相应核对总分",
            "如本级另有计分办法，请在备注中说明",
        ),
    )


@rule("A012", "misplaced-score", "error", "执行率一行的分值或得分填错了格", ARITHMETIC)
def misplaced_score(sheet: Sheet) -> Iterator[Hit]:
    """全表的总分，或者执行率本身，填到了预算执行一行的分值、得分格里。

    查什么：预算执行一行的分值是否等于全表总分值；得分超过分值，且等于全表得分或执行率。
    为什么：填错格会使总分对不上，执行率得分也无从核对。
    反例：预算执行一行分值填100、得分填98，正是全表的总分和得分。
    正例：预算执行一行分值10、得分9.8，总分行100、98。
    不算问题：执行率分值本来就高的表（得分没有超过分值）。
    依据：表内数据互相核对。
    """
    execution = sheet.execution
    if execution is None or not execution.misplaced:
        return
    path = f"funding[{execution.index}]"
    wrong = [sheet.cell(f"{path}.{name}") for name in execution.misplaced]
    yield hit(
        wrong[0],
        "预算执行一行{what}，不是执行率的{names}。",
        what="，".join(_whose(sheet, path, name) for name in execution.misplaced),
        names="和".join({"weight": "分值", "score": "得分"}[name] for name in execution.misplaced),
        also=(*wrong, sheet.cell("total_weight"), sheet.cell("total_score"), sheet.cell(f"{path}.rate")),
        fix=("请把全表的分值和得分填到总分行", "预算执行一行填执行率的分值（一般为10分）和按执行率折算的得分"),
    )


def _whose(sheet: Sheet, path: str, name: str) -> str:
    text = sheet.form.text(f"{path}.{name}")
    if name == "weight":
        return f"分值为{text}，是全表的分值"
    same = squeeze(text).removesuffix("分") == squeeze(sheet.form.record.total_score).removesuffix("分")
    return f"得分为{text}，是全表的得分" if same else f"得分为{text}，与执行率的数相同"
