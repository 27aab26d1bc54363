"""B 批次, D 重复, S 评分 over several forms: what only shows when they are seen side by side."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fuhe.findings import Cell, Severity
from fuhe.policy import Pack, words
from fuhe.records import Form
from fuhe.rules.completeness import is_placeholder
from fuhe.rules.rule import PRACTICE
from fuhe.rules.scores import is_soft
from fuhe.rules.sheet import Row, Sheet, points
from fuhe.rules.wording import says_nothing
from fuhe.similarity import WITHIN_UNIT, components, differences, differs_in_kind, key, near_pairs
from fuhe.text import is_blank, squeeze

_LEAST_NARRATIVE = 10


@dataclass(frozen=True)
class Member:
    """One form of a batch, and the file it was read from."""

    file: str
    sheet: Sheet

    @property
    def form(self) -> Form:
        """The form itself."""
        return self.sheet.form

    @cached_property
    def identity(self) -> tuple[str, str, str]:
        """Project, unit and year: what makes two forms the same project's."""
        record = self.form.record
        return squeeze(record.project), squeeze(record.unit or record.department), squeeze(record.year)


@dataclass(frozen=True)
class Batch:
    """The forms of one run, in the order they were read."""

    members: tuple[Member, ...]
    pack: Pack

    @cached_property
    def units(self) -> dict[str, list[Member]]:
        """The forms by unit."""
        found: dict[str, list[Member]] = defaultdict(list)
        for member in self.members:
            found[member.identity[1]].append(member)
        return found


Place = tuple[Member, Cell]


@dataclass(frozen=True)
class BatchHit:
    """One fault over several cells; `about` names the group, the same for the same texts."""

    places: tuple[Place, ...]
    message: str
    about: str
    fix: tuple[str, ...] = ()
    severity: Severity | None = None


BatchCheck = Callable[[Batch], Iterator[BatchHit]]


@dataclass(frozen=True, slots=True)
class BatchRule:
    """A check over a batch, with its code, name, severity and page."""

    code: str
    slug: str
    severity: Severity
    title: str
    basis: tuple[str, ...]
    page: str
    check: BatchCheck

    @property
    def family(self) -> str:
        """The letter of the catalogue family."""
        return self.code[0]


def batch_rule(code: str, slug: str, severity: Severity, title: str) -> Callable[[BatchCheck], BatchRule]:
    """Make a batch rule of a check."""

    def make(check: BatchCheck) -> BatchRule:
        return BatchRule(code, slug, severity, title, (PRACTICE,), check.__doc__ or "", check)

    return make


def _rows(batch: Batch, levels: tuple[str, ...]) -> list[tuple[Member, Row]]:
    return [
        (member, row)
        for member in batch.members
        for row in member.sheet.rows
        if row.level in levels and not is_placeholder(row) and len(key(row.name)) > 1
    ]


def _by_key(texts: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if key(text):
            found[key(text)].append(index)
    return found


def _groups(texts: Sequence[str]) -> tuple[list[list[int]], list[list[int]]]:
    """Group equal and near-equal texts: exact keys in one pass, then the join over the distinct ones.

    Near-copies that name another object or metric are kept apart, as a second list of doubtful groups.
    """
    by_key = _by_key(texts)
    keys = list(by_key)
    pairs = near_pairs(keys, WITHIN_UNIT)
    doubtful = [pair for pair in pairs if differs_in_kind(*(texts[by_key[keys[index]][0]] for index in pair))]
    chained = components(len(keys), [pair for pair in pairs if pair not in set(doubtful)])
    alone = set(range(len(keys))) - {index for group in chained for index in group}
    sure = [[i for index in group for i in by_key[keys[index]]] for group in (*chained, *([i] for i in sorted(alone)))]
    return sure, [[by_key[keys[index]][0] for index in group] for group in components(len(keys), doubtful)]


def _marked(places: Sequence[Place]) -> tuple[Place, ...]:
    """Mark in every text but the first what it does not share with the first."""
    first = places[0][1].text or ""
    return (places[0], *(_mark(first, place) for place in places[1:]))


def _mark(first: str, place: Place) -> Place:
    member, cell = place
    return member, cell.model_copy(update={"marks": differences(first, cell.text or "")[1]})


def _forms(places: Sequence[Place]) -> int:
    return len({member.identity for member, _ in places})


@batch_rule("D003", "copied-across-forms", "warning", "效益、满意度指标在不同项目间照搬")
def copied_across_forms(batch: Batch) -> Iterator[BatchHit]:
    """一个项目的效益、满意度指标名称，与另一个项目的相同或近似。

    查什么：同一批表中，不同项目的效益、满意度指标名称；按组列出，标出不同的字。
    为什么：不同项目产生的效益不同，照搬说明没有结合本项目设置。
    反例：热线服务费、大楼管理费两个项目，社会效益都是“不断提升市民对政务服务满意度”。
    正例：热线项目考核“来电接通率”，大楼项目考核“设施设备完好率”。
    不算问题：服务对象满意度等通用名称（只作提示）；对象或度量不同的（只作疑似提示）；同一项目的两份表（见B002）。
    依据：复核惯例。
    """
    rows = _rows(batch, ("效益", "满意度"))
    common = {key(name) for name in words("common_names", "names")}
    sure, doubtful = _groups([row.name for _, row in rows])
    for group in (*sure, *doubtful):
        places = [(rows[index][0], rows[index][1].cell("name")) for index in group]
        if _forms(places) > 1:
            names = [rows[index][1].name for index in group]
            is_hint = group in doubtful or key(names[0]) in common
            yield BatchHit(
                _marked(places),
                f"{_forms(places)}个项目的效益、满意度指标名称{'疑似' if group in doubtful else ''}相同或近似：“{names[0]}”等{len(places)}处。",
                "D003" + min(key(name) for name in names),
                ("请结合各项目实际，分别设置反映本项目效果的指标",),
                "info" if is_hint else None,
            )


@batch_rule("D004", "copied-narrative", "warning", "预期目标、完成情况在不同项目间照搬")
def copied_narrative(batch: Batch) -> Iterator[BatchHit]:
    """一个项目的预期目标或实际完成情况，与另一个项目的相同或近似。

    查什么：同一批表中，不同项目的预期目标、实际完成情况；按组列出，标出不同的字。
    为什么：不同项目的目标和成果不会相同，照搬说明没有据实填写。
    反例：两个项目的目标都写“保障单位平稳、有序、高效运转，保障日常工作需要”。
    正例：各项目分别写明本年度要完成的事项和数量。
    不算问题：很短的文字；同一项目的两份表（见B002）。套用同一句式、换了对象的，只作提示。
    依据：复核惯例。
    """
    for field, label in (("goal", "预期目标"), ("outcome", "实际完成情况")):
        told = [(member, member.sheet.cell(field)) for member in batch.members]
        told = [place for place in told if len(key(place[1].text or "")) >= _LEAST_NARRATIVE]
        sure, doubtful = _groups([cell.text or "" for _, cell in told])
        for group in (*sure, *doubtful):
            places = [told[index] for index in group]
            if _forms(places) > 1:
                texts = [cell.text or "" for _, cell in places]
                template = group in doubtful or any(_other_object(texts[0], text) for text in texts[1:])
                yield BatchHit(
                    _marked(places),
                    f"{_forms(places)}个项目的{label}{'套用同一句式' if template else '相同或近似'}。",
                    f"D004{field}" + min(key(text) for text in texts),
                    (f"请按各项目实际填写{label}",),
                    "info" if template else None,
                )


def _other_object(left: str, right: str) -> bool:
    """Tell whether two near-copies differ by more than a few characters in a row: a frame around another object."""
    spans = differences(key(left), key(right))
    return any(end - start >= 2 for side in spans for start, end in side)


@batch_rule("S008", "uneven-scoring", "info", "各表之间打分宽严不一")
def uneven_across_forms(batch: Batch) -> Iterator[BatchHit]:
    """同一指标、同样的目标，完成得不比别的项目差，得分率却更低。

    查什么：同一批表中名称、年度指标值都相同的指标，完成值更好或相同而得分率更低、又没有说明的。
    为什么：同样的完成情况应当同样打分。
    反例：服务对象满意度≥90%→95%，20分得19分；另一项目≥90%→93%，20分得20分。
    正例：两表得分率一致，或扣分的一行写明了原因。
    不算问题：写明扣分原因的；完成值无法比较的。
    依据：复核惯例。
    """
    rows = [(m, r) for m, r in _rows(batch, ("产出", "效益", "满意度", "成本")) if r.weight and r.score is not None]
    by_name: dict[tuple[str, str], list[tuple[Member, Row]]] = defaultdict(list)
    for member, row in rows:
        by_name[(key(row.name), squeeze(row.printed.target))].append((member, row))
    for (name, target), same in by_name.items():
        pair = next(((low, high) for low in same for high in same if _is_harsher(low, high)), None)
        if pair is not None:
            (a, low), (b, high) = pair
            yield BatchHit(
                ((a, low.cell("score")), (b, high.cell("score"))),
                f"“{low.name}”年度指标值都是{low.printed.target}，一表完成{low.printed.actual}、{low.printed.weight}分得{low.printed.score}分，"
                f"另一表完成{high.printed.actual}、{high.printed.weight}分得{high.printed.score}分。",
                f"S008{name}{target}",
                ("请统一评分尺度，或写明扣分依据",),
            )


def _is_harsher(low: tuple[Member, Row], high: tuple[Member, Row]) -> bool:
    (a, left), (b, right) = low, high
    if a.identity == b.identity or left.actual.number is None or right.actual.number is None:
        return False
    if left.met != "met" or right.met != "met" or not says_nothing(left.printed.reason):
        return False
    better = (
        left.actual.number <= right.actual.number if left.fewer_is_better else left.actual.number >= right.actual.number
    )
    return better and _share(left) < _share(right)


def _share(row: Row) -> Decimal:
    return (row.score or Decimal(0)) / (row.weight or Decimal(1))


@batch_rule("B001", "uniform-scores", "info", "同一单位各项目总分过于接近")
def uniform_scores(batch: Batch) -> Iterator[BatchHit]:
    """一个单位几个项目的总分几乎一样，扣分都是小额，又多在无法核对的指标上。

    查什么：同一单位4个以上项目，总分相差不超过1.5分，都有扣分，且扣分多在定性或已达到目标的指标上。
    为什么：项目不同而得分雷同，往往是先定分再填表，审核时会要求说明。
    反例：六个项目总分都在97.3至98.5分，扣分都在“效果显著”等指标上。
    正例：各项目按实际完成情况打分，有高有低。
    不算问题：全部满分；扣分有明确事由的。
    依据：复核惯例。
    """
    limits = batch.pack.thresholds
    for members in batch.units.values():
        totals = [(member, points(member.form.record.total_score)) for member in members]
        known = [(member, total) for member, total in totals if total is not None]
        figures = [total for _, total in known]
        if len(known) < limits.uniform_least_forms or max(figures) - min(figures) > limits.uniform_spread_points:
            continue
        if max(figures) < 100 and _mostly_soft([member for member, _ in known]):
            yield BatchHit(
                tuple((member, member.sheet.cell("total_score")) for member, _ in known),
                f"{len(known)}个项目的总分在{min(figures)}至{max(figures)}分之间，相差{max(figures) - min(figures)}分，扣分多在没有可核对数据或已达到目标的指标上。",
                "B001" + known[0][0].identity[1],
                ("请核实各项目的评分依据",),
            )


def _mostly_soft(members: Sequence[Member]) -> bool:
    cut = [row for member in members for row in member.sheet.rows if row.deducted and says_nothing(row.printed.reason)]
    return bool(cut) and 2 * sum(map(is_soft, cut)) >= len(cut)


@batch_rule("B002", "duplicate-form", "error", "同一张表重复报送")
def duplicate_form(batch: Batch) -> Iterator[BatchHit]:
    """同一批里有两张内容完全相同的表。

    查什么：项目、单位、年度和全部指标、资金内容都相同的表。
    为什么：重复报送会使汇总数虚增。
    反例：同一项目的表在两个文件里各报一次。
    正例：每个项目一张表。
    不算问题：同一项目修改后重报、内容有变化的；不同年度的。
    依据：复核惯例。
    """
    same: dict[str, list[Member]] = defaultdict(list)
    for member in batch.members:
        same[squeeze(member.form.record.model_dump_json())].append(member)
    for text, members in same.items():
        if len(members) > 1 and members[0].identity[0]:
            yield BatchHit(
                tuple((member, member.sheet.cell("project")) for member in members),
                f"“{members[0].form.record.project}”的表出现{len(members)}次，内容完全相同。",
                "B002" + text[:200],
                ("请保留一份，其余的撤下",),
            )


@batch_rule("B003", "unequal-targets", "info", "同一指标各表目标不同")
def unequal_targets(batch: Batch) -> Iterator[BatchHit]:
    """名称相同的比率指标，在不同项目的表里年度指标值不同。

    查什么：同一单位的表中，名称相同、以百分比计的指标，年度指标值是否一致。
    为什么：同一件事的标准应当一致，不一致的要说明理由。
    反例：热线满意度一表≥95%，另一表≥90%。
    正例：两表都是≥95%。
    不算问题：按数量计的指标；对象不同的；通用名称（各项目服务对象不同）。
    依据：复核惯例。
    """
    common = {key(name) for name in words("common_names", "names")}
    for members in batch.units.values():
        named: dict[str, list[tuple[Member, Row]]] = defaultdict(list)
        for member in members:
            for row in member.sheet.rows:
                if row.target.kind == "number" and row.target.unit == "%" and not is_blank(row.name):
                    named[key(row.name)].append((member, row))
        for name, rows in named.items():
            targets = list(dict.fromkeys(squeeze(row.printed.target) for _, row in rows))
            if len(targets) > 1 and name not in common and len({member.identity for member, _ in rows}) > 1:
                yield BatchHit(
                    tuple((member, row.cell("target")) for member, row in rows),
                    f"“{rows[0][1].name}”在{len(rows)}处的年度指标值不同：{'、'.join(targets)}。",
                    f"B003{name}",
                    ("请统一标准，或说明不同的理由",),
                )


BATCH_RULES: tuple[BatchRule, ...] = (
    copied_across_forms,
    copied_narrative,
    uneven_across_forms,
    uniform_scores,
    duplicate_form,
    unequal_targets,
)
