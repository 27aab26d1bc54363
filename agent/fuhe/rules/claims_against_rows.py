"""N 叙述: what the narrative claims against the goal, the rows and its own sums."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fuhe.policy import simplify, words
from fuhe.readings.content_words import content_words
from fuhe.readings.phrases import has_result_figure, names_deliverable
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import unit
from fuhe.rules.rule import ARITHMETIC, PRACTICE, Hit, hit, plain, rule
from fuhe.similarity import bigrams, key
from fuhe.text import bare, is_blank, squeeze

_UNRELATED = 0.12
_CLAUSE = re.compile(r"[，,。；;\n！!？?]")
_CLAIM = re.compile(
    r"(?P<names>[^，,。；;：:\d]{0,40}?(?:率|满意度|人数|次数|数量|面积|里程))[”\"’」]?(?:均|都|分别)?(?:已|实际)?(?:达到?了?|为|是|完成了?|共|约|有|提升至|提高到|提升到|保持在|控制在|[:：])?(?P<bound>超过|不低于|≥)?"
    r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[%％]|[^\d\s，,。；;、（(]{0,3})(?P<above>以上|左右)?"
)
_NAME = re.compile(
    r"[“\"‘「]?([^“”\"‘’「」、和及与]{1,20}?(?:率|满意度|人数|次数|数量|面积|里程))(?=[”\"’」、和及与]|$)"
)


_PERIOD = re.compile(r"^(?:全年|本年度?|当年|年度|年末|年底|实际|其中)+")


@dataclass(frozen=True)
class Claim:
    """A measured figure a narrative states: what it is called, the figure, its unit, whether it is only a bound."""

    name: str
    number: Decimal
    unit: str | None
    is_bound: bool
    clause: str


@functools.lru_cache(maxsize=1 << 11)
def claims(text: str) -> tuple[Claim, ...]:
    """Find the rates and counts a narrative gives a figure for, in printed order."""
    found = []
    for clause in _CLAUSE.split(simplify(squeeze(text))):
        for match in _CLAIM.finditer(clause):
            bound = bool(match["bound"] or match["above"])
            number, measure = Decimal(match["number"]), unit(match["unit"])
            names = [_PERIOD.sub("", name) for name in _NAME.findall(match["names"])]
            found += [Claim(name, number, measure, bound, clause) for name in names if name]
    return tuple(found)


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
    outcome = sheet.form.record.outcome or ""
    if not sheet.rows:
        return
    lacking = [claim for claim in claims(outcome) if _is_rate(claim) and not _has_row(sheet, claim)]
    if lacking:
        names = list(dict.fromkeys(claim.name for claim in lacking))
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况写了“{names}”的数据，指标表中没有对应的指标。",
            names="”“".join(names[:4]),
            fix=("建议列为指标，或在相应指标的完成值中反映",),
        )


_GENERAL = ("执行率", "完成率", "支付率", "到位率", "使用率", "达标率", "增长率")


def _is_rate(claim: Claim) -> bool:
    general = claim.name.endswith(_GENERAL)
    return claim.unit == "%" and len(claim.name) >= 3 and not general and not _other_scope().search(claim.clause)


def _has_row(sheet: Sheet, claim: Claim) -> bool:
    wanted = key(claim.name)
    stem = wanted[-4:-1] if len(wanted) >= 4 else wanted[:-1]
    return any(stem in key(row.name) or key(row.name)[-3:] == wanted[-3:] for row in sheet.rows)


@functools.cache
def _other_scope() -> re.Pattern[str]:
    return re.compile("|".join(words("narrative", "other_scope")))


@rule("N005", "claim-contradicts-row", "error", "完成情况里的数与指标行不一致", ARITHMETIC)
def claim_contradicts_row(sheet: Sheet) -> Iterator[Hit]:
    """实际完成情况里写的数，与同名指标的实际完成值不一样。

    查什么：完成情况里写出全名的比率、数量，与同名（只有一行）指标的完成值、指标值比较，单位相同而两个都不相等的列出。
    为什么：同一件事两个数，至少有一处不对。
    反例：完成情况写“体检人数480人”，“体检人数”一行完成值填500人。
    正例：两处都是480人。
    不算问题：上年、同比、其中、上半年等另一口径的数；“以上”“超过”与完成值不矛盾的；四舍五入的差异；名称不完全相同的。
    依据：表内数据互相核对。
    """
    for claim in claims(sheet.form.record.outcome or ""):
        row = _named_row(sheet, claim)
        if row is not None and not _other_scope().search(claim.clause) and _contradicts(claim, row):
            yield hit(
                sheet.cell("outcome"),
                "实际完成情况写“{clause}”，“{name}”一行实际完成值为{actual}，两处不一致。",
                clause=claim.clause,
                name=row.cell("name"),
                actual=row.cell("actual"),
                also=(row.cell("target"),),
                fix=("请核对原始资料，把两处改为一致",),
            )


def _named_row(sheet: Sheet, claim: Claim) -> Row | None:
    wanted = bare(claim.name)
    rows = [row for row in sheet.rows if len(wanted) >= 3 and bare(simplify(row.name)) == wanted]
    return rows[0] if len(rows) == 1 else None


def _contradicts(claim: Claim, row: Row) -> bool:
    actual, target = row.actual, row.target
    if actual.kind != "number" or actual.number is None or actual.operator not in (None, "="):
        return False
    if (claim.unit or None) != (actual.unit or None):
        return False
    if claim.is_bound:
        return actual.number < claim.number
    decimals = min(-int(claim.number.as_tuple().exponent), actual.decimals)
    same = abs(claim.number - actual.number) < Decimal(1).scaleb(-max(decimals, 0))
    return not same and not (target.kind == "number" and target.number == claim.number)


_EXPRESSION = re.compile(
    r"(?<![\d.])((?:\d+(?:\.\d+)?[^\d+=,。;!?]{0,3}[+])+\d+(?:\.\d+)?)[^\d+=,。;!?]{0,3}=(\d+(?:\.\d+)?)"
)
_PARTS = re.compile(
    r"(?:共|合计|总计|总共|累计)[^\d,。;!?]{0,12}(\d+(?:\.\d+)?)([^\d,。;:、(!?]{1,3})[,(]?其中:?(.+?)(?=[。;!?]|,(?:另|此外|同时|还)|$)"
)
"""Both read text folded to half width, where ；is ; and ，is ,."""


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
        lines = (sheet.form.text(field) or "").split("\n")
        for parts, whole, printed in (found for line in lines for found in _sums(simplify(squeeze(line)))):
            total = sum(parts, Decimal(0))
            if total != whole and (total > whole or whole - total <= whole * Decimal("0.05")):
                yield hit(
                    sheet.cell(field),
                    "“{printed}”中各分项合计{total}，写的是{whole}。",
                    printed=printed[:60],
                    total=plain(total),
                    whole=plain(whole),
                    fix=("请核对后更正",),
                )


def _sums(text: str) -> Iterator[tuple[list[Decimal], Decimal, str]]:
    for found in _EXPRESSION.finditer(text):
        yield [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", found[1])], Decimal(found[2]), found[0]
    for found in _PARTS.finditer(text):
        measure = re.escape(found[2])
        parts = [Decimal(number) for number in re.findall(rf"(\d+(?:\.\d+)?){measure}", found[3])]
        if len(parts) > 1 and not re.search(r"其中|共|合计|占|同比|较", found[3]):
            yield parts, Decimal(found[1]), found[0]


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
    if not any(word in text for text in _everything(sheet) for word in words("narrative", "surveys")):
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
    yield from (value for row in record.indicators for value in row.model_dump().values() if value)
    yield from (box.text or "" for box in record.remarks)
    yield from (text for text in (record.goal, record.outcome, *record.notes) if text and not is_blank(text))
