"""B 批次, S 评分 over several forms: the same thing scored or set differently, forms too much alike."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from fuhe.policy import Pack
from fuhe.readings.sheet import printed_points
from fuhe.readings.value import parse
from fuhe.rules.batch_rule import BatchHit, Group, Tally, Trace, batch_rule, common_names, trace
from fuhe.text import is_blank, squeeze
from fuhe.traces import FormTrace, TraceLine

_LEVELS = ("产出", "效益", "满意度", "成本")
_MOST_RESULTS = 500


def _met_rows(seen: FormTrace) -> Iterator[Trace]:
    for line in seen.lines:
        result = parse(line.actual).number
        scored = printed_points(line.weight) and printed_points(line.score) is not None
        named = line.level in _LEVELS and not line.placeholder and len(line.key) > 1
        if named and scored and line.met == "met" and line.silent and result is not None:
            facts = (line.name, line.target, line.actual, line.weight, line.score, line.fewer)
            bucket = f"{line.key}\x1f{squeeze(line.target)}"
            yield trace(seen, bucket, f"indicators[{line.index}].score", line.score, *facts)


class _Result(NamedTuple):
    """An actual and its share of the weight, with the first rows of two projects that have it."""

    actual: Decimal
    share: Decimal
    fewer: bool
    rows: list[Trace]


@batch_rule("S008", "uneven-scoring", "info", "各表之间打分宽严不一", gather=_met_rows)
def uneven_across_forms(group: Group) -> Iterator[BatchHit]:
    """同一指标、同样的目标，完成得不比别的项目差，得分率却更低。

    查什么：同一批表中名称、年度指标值都相同的指标，完成值更好或相同而得分率更低、又没有说明的。
    为什么：同样的完成情况应当同样打分。
    反例：服务对象满意度≥90%→95%，20分得19分；另一项目≥90%→93%，20分得20分。
    正例：两表得分率一致，或扣分的一行写明了原因。
    不算问题：写明扣分原因的；完成值无法比较的。
    依据：复核惯例。
    """
    results: dict[tuple[Decimal, Decimal, bool], _Result] = {}
    for found in group.traces:
        actual, share = parse(found.facts[2]).number or Decimal(0), _share(found)
        result = results.setdefault((actual, share, found.facts[5]), _Result(actual, share, found.facts[5], []))
        if len(result.rows) < 2 and all(row.identity != found.identity for row in result.rows):
            result.rows.append(found)
    known = list(results.values())[:_MOST_RESULTS]
    pairs = ((a, b) for low in known for high in known if _is_harsher(low, high) for a in low.rows for b in high.rows)
    if pair := next(((a, b) for a, b in pairs if a.identity != b.identity), None):
        low, high = pair
        name, target, *_ = low.facts
        yield BatchHit(
            (low.cell(), high.cell()),
            f"“{name}”年度指标值都是{target}，一表完成{low.facts[2]}、{low.facts[3]}分得{low.facts[4]}分，"
            f"另一表完成{high.facts[2]}、{high.facts[3]}分得{high.facts[4]}分。",
            f"S008{group.name}",
            ("请统一评分尺度，或写明扣分依据",),
        )


def _share(found: Trace) -> Decimal:
    return (printed_points(found.facts[4]) or Decimal(0)) / (printed_points(found.facts[3]) or Decimal(1))


def _is_harsher(low: _Result, high: _Result) -> bool:
    better = low.actual <= high.actual if low.fewer else low.actual >= high.actual
    return better and low.share < high.share


def _totals(seen: FormTrace) -> Iterator[Trace]:
    if printed_points(seen.total_score) is not None:
        cut = [line for line in seen.lines if line.deducted and line.silent]
        bucket = f"{seen.unit}\x1f{seen.year or ''}"
        yield trace(seen, bucket, "total_score", seen.total_score, len(cut), sum(line.soft for line in cut))


@batch_rule("B001", "uniform-scores", "info", "同一单位各项目总分过于接近", gather=_totals)
def uniform_scores(group: Group) -> Iterator[BatchHit]:
    """一个单位几个项目的总分几乎一样，扣分都是小额，又多在无法核对的指标上。

    查什么：同一单位同一年度4个以上项目，总分相差不超过1.5分，都有扣分，且扣分多在定性或已达到目标的指标上。
    为什么：项目不同而得分雷同，往往是先定分再填表，审核时会要求说明。
    反例：六个项目总分都在97.3至98.5分，扣分都在“效果显著”等指标上。
    正例：各项目按实际完成情况打分，有高有低。
    不算问题：全部满分；扣分有明确事由的。
    依据：复核惯例。
    """
    tally, figures, cut, soft = Tally(), list[Decimal](), 0, 0
    for found in group.traces:
        tally.add(found)
        figures.append(printed_points(found.text) or Decimal(0))
        cut, soft = cut + found.facts[0], soft + found.facts[1]
    if _are_uniform(figures, group.pack) and cut and 2 * soft >= cut:
        low, high = min(figures), max(figures)
        yield BatchHit(
            tuple(tally.cells),
            f"{tally.count}个项目的总分在{low}至{high}分之间，相差{high - low}分，扣分多在没有可核对数据或已达到目标的指标上。",
            f"B001{group.name}",
            ("请核实各项目的评分依据",),
        )


def _are_uniform(figures: Sequence[Decimal], pack: Pack) -> bool:
    limits = pack.thresholds
    enough = len(figures) >= limits.uniform_least_forms and max(figures) < 100
    return enough and max(figures) - min(figures) <= limits.uniform_spread_points


def _whole(seen: FormTrace) -> Iterator[Trace]:
    if seen.project:
        yield trace(seen, seen.digest, "project", seen.title)


@batch_rule("B002", "duplicate-form", "error", "同一张表重复报送", gather=_whole)
def duplicate_form(group: Group) -> Iterator[BatchHit]:
    """同一批里有两张内容完全相同的表。

    查什么：项目、单位、年度和全部指标、资金内容都相同的表。
    为什么：重复报送会使汇总数虚增。
    反例：同一项目的表在两个文件里各报一次。
    正例：每个项目一张表。
    不算问题：同一项目修改后重报、内容有变化的；不同年度的。
    依据：复核惯例。
    """
    tally = Tally()
    for found in group.traces:
        tally.add(found)
    if tally.count > 1:
        yield BatchHit(
            tuple(tally.cells),
            f"“{tally.cells[0].text}”的表出现{tally.count}次，内容完全相同。",
            f"B002{group.name}",
            ("请保留一份，其余的撤下",),
        )


def _rates(seen: FormTrace) -> Iterator[Trace]:
    for line in seen.lines:
        if _is_rate(line) and not is_blank(line.name) and line.key not in common_names():
            bucket = f"{seen.unit}\x1f{line.key}"
            yield trace(seen, bucket, f"indicators[{line.index}].target", line.target, line.name)


def _is_rate(line: TraceLine) -> bool:
    target = parse(line.target)
    return target.kind == "number" and target.unit == "%"


@batch_rule("B003", "unequal-targets", "info", "同一指标各表目标不同", gather=_rates)
def unequal_targets(group: Group) -> Iterator[BatchHit]:
    """名称相同的比率指标，在不同项目的表里年度指标值不同。

    查什么：同一单位的表中，名称相同、以百分比计的指标，年度指标值是否一致。
    为什么：同一件事的标准应当一致，不一致的要说明理由。
    反例：热线满意度一表≥95%，另一表≥90%。
    正例：两表都是≥95%。
    不算问题：按数量计的指标；对象不同的；通用名称（各项目服务对象不同）；同一项目各年度的表。
    依据：复核惯例。
    """
    tally, targets, name = Tally(), dict[str, None](), ""
    for found in group.traces:
        tally.add(found)
        targets[squeeze(found.text)] = None
        name = name or found.facts[0]
    if len(targets) > 1 and len(tally.projects) > 1:
        yield BatchHit(
            tuple(tally.cells),
            f"“{name}”在{tally.count}处的年度指标值不同：{'、'.join(targets)}。",
            f"B003{group.name}",
            ("请统一标准，或说明不同的理由",),
        )
