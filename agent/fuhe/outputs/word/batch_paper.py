"""批次复核情况报告.docx: how many forms, money and scores, how well filled, points by theme and stake, strong and weak cases, advice."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fuhe.findings import SEVERITY_LABELS
from fuhe.outputs.contract import FormReport, Report
from fuhe.outputs.in_words import file_name, inner_quotes
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.charts import add_bars
from fuhe.outputs.word.official import Paper
from fuhe.outputs.worksheet_words import percent
from fuhe.pointing.letter import outright
from fuhe.pointing.opening import money_and_scores
from fuhe.pointing.phrasebook import kinds, phrasings, theme_names
from fuhe.pointing.wording import slots_filled
from fuhe.policy import lexicon, pack, pack_names
from fuhe.quality import Quality
from fuhe.readings.value import plain
from fuhe.text import one_line
from fuhe.worksheets import Worksheet, by_unit, cents, share_off

_TOP, _CASES, _NUMERALS = 10, 3, "一二三四五六七"


@dataclass(frozen=True, slots=True)
class _Fault:
    """One kind of point over the batch: in how many forms it stands, and what rests on it."""

    kind: str
    forms: int
    stake: float

    @property
    def name(self) -> str:
        return kinds()[self.kind].judged

    @property
    def theme(self) -> str:
        return theme_names()[kinds()[self.kind].theme]


def to_batch_paper(report: Report, sheets: Sequence[Worksheet] = ()) -> bytes:
    """Return the report on a batch in the layout of official papers; `sheets` are 复核底稿 that were read back."""
    paper = Paper()
    forms = [form for file in report.files for form in file.forms]
    faults = _faults(forms)
    paper.title("项目支出绩效自评表批次复核情况报告")
    sections: list[tuple[str, Callable[[], None]]] = [
        ("复核规模", lambda: _scale(paper, report, forms)),
        ("填报质量", lambda: _levels(paper, forms)),
        ("主要问题", lambda: _commonest(paper, faults, len(forms))),
    ]
    if sheets:
        sections.append(("自评与复核得分", lambda: _against_review(paper, sheets)))
    if report.batch.points:
        sections.append(("各表共同的和表与表之间的情况", lambda: _across(paper, report)))
    sections += [("填得较好和较弱的表", lambda: _cases(paper, forms)), ("工作建议", lambda: _advice(paper, faults))]
    for number, (heading, written) in zip(_NUMERALS, sections, strict=False):
        paper.heading(f"{number}、{heading}")
        written()
    paper.signature(["复核单位：", "年　　月　　日"])
    return paper.save(title="批次复核情况报告", comments=stamp_of(report).line)


def _faults(forms: Sequence[FormReport]) -> list[_Fault]:
    """Count the points by kind, those of most forms first."""
    told = [point for form in forms for point in outright(form.points or ())]
    found = [
        _Fault(
            kind,
            sum(1 for form in forms if any(point.kind == kind for point in form.points or ())),
            sum(point.stake or 0 for point in told if point.kind == kind),
        )
        for kind in dict.fromkeys(point.kind for point in told)
    ]
    return sorted(found, key=lambda fault: (-fault.forms, -fault.stake, fault.kind))


def _scale(paper: Paper, report: Report, forms: Sequence[FormReport]) -> None:
    units = {form.record.unit or form.record.department for form in forms} - {None}
    clean = sum(1 for form in forms if not outright(form.points or ()))
    paper.body(
        f"本批共收到文件{report.summary.files}个，读出自评表{len(forms)}张，涉及单位{len(units)}个，"
        f"按{_scope(report.policy)}复核。其中没有需要修改的表{clean}张。"
    )
    if told := money_and_scores([form.record for form in forms]) if forms else "":
        paper.body(told)
    for status, words in (("failed", "没有读成，未计入以下统计"), ("partial", "没有读全，有关的表不评填报质量")):
        if named := _unread(report, status):
            paper.body(f"有{len(named)}个文件{words}：{'；'.join(named)}。")
    if passed := sum(1 for file in report.files if file.status == "skipped"):
        paper.body(f"另有{passed}个文件不是要读的表，已略过。")


def _scope(policy: str) -> str:
    return pack(policy).title if policy in pack_names() else f"“{policy}”口径"


def _unread(report: Report, status: str) -> list[str]:
    return [
        f"{file_name(file.path)}（{'；'.join(problem.message for problem in file.problems).rstrip('。')}）"
        for file in report.files
        if file.status == status
    ]


def _levels(paper: Paper, forms: Sequence[FormReport]) -> None:
    scored = [form.quality for form in forms if form.quality is not None]
    if not scored:
        paper.body("本批没有读出可以评分的表。")
        return
    rubric = lexicon("quality")
    mean = sum(quality.score for quality in scored) / len(scored)
    grades = Counter(quality.grade for quality in scored)
    told = "，".join(f"{grade}{grades[grade]}张" for grade in rubric["grades"])
    cost = "，".join(f"{SEVERITY_LABELS[name]}{points:g}分" for name, points in rubric["cost"].items())
    paper.body(
        f"填报质量按{rubric['name']}计分，满分100分，逐处扣分：{cost}，各维度扣完为止。"
        f"本批平均{mean:.1f}分，最高{max(q.score for q in scored):g}分，最低{min(q.score for q in scored):g}分；{told}。"
    )
    rows = [_dimension(name, scored) for name in rubric["dimensions"]]
    paper.table(
        ("维度", "满分", "平均得分", "扣分的表", "扣分最多的问题"),
        rows,
        (2.8, 1.6, 2.2, 2.2, 6.8),
        caption="各维度得分",
    )


def _dimension(name: str, scored: Sequence[Quality]) -> tuple[str, ...]:
    entries = [quality.dimensions[name] for quality in scored]
    lost = Counter[str]()
    for entry in entries:
        for loss in entry.lost:
            lost[loss.code] += 1
    named = "、".join(f"{phrasings()[code].head}（{count}张）" for code, count in lost.most_common(2)) or "无"
    mean = sum(entry.score for entry in entries) / len(entries)
    below = sum(1 for entry in entries if entry.score < entry.full)
    return name, f"{entries[0].full:g}", f"{mean:.1f}", f"{below}张", named


def _commonest(paper: Paper, faults: Sequence[_Fault], forms: int) -> None:
    if not faults:
        paper.body("各表没有检出问题。")
        return
    top = faults[:_TOP]
    first = top[0]
    paper.body(
        f"最常见的是“{first.name}”，{forms}张表中有{first.forms}张，占{100 * first.forms / forms:.0f}%。各类问题如下。"
    )
    add_bars(paper.document, "有该问题的表数", [(fault.name, fault.forms) for fault in top])
    by_theme = sorted(top, key=lambda fault: list(theme_names().values()).index(fault.theme))
    rows = [
        (fault.theme, fault.name, f"{fault.forms}张", f"{fault.stake:g}分" if fault.stake else "—")
        for fault in by_theme
    ]
    paper.table(("方面", "问题", "表数", "涉及分值"), rows, (4.6, 6.4, 2.2, 2.4))


def _against_review(paper: Paper, sheets: Sequence[Worksheet]) -> None:
    """Set the self-scores against the review's: how many changed, and 偏离度 by unit."""
    count, changed = len(sheets), sum(1 for sheet in sheets if sheet.deviation)
    own, review = (_mean(scores) for scores in zip(*((one.self_score, one.score) for one in sheets), strict=True))
    paper.body(
        f"按“{sheets[0].standard}”复核打分的项目{count}个，自评平均{own}分，复核平均{review}分，偏离度{percent(share_off(sheets))}。"
        f"复核后得分有变动的{changed}个，占{100 * changed / count:.0f}%。"
    )
    rows = [
        (
            one_line(name),
            str(len(mine)),
            _mean([one.self_score for one in mine]),
            _mean([one.score for one in mine]),
            f"{sum(1 for one in mine if one.deviation)}个",
            percent(share_off(mine)) or "—",
        )
        for name, mine in by_unit(sheets)
    ]
    heads = ("单位", "项目数", "自评平均", "复核平均", "得分有变动", "偏离度")
    paper.table(heads, rows, (5.6, 1.8, 2.1, 2.1, 2.2, 1.8), caption="各单位偏离度")


def _mean(scores: Sequence[Decimal]) -> str:
    return plain(cents(sum(scores, Decimal(0)) / len(scores)))


def _across(paper: Paper, report: Report) -> None:
    for number, point in enumerate(report.batch.points[:_TOP], 1):
        paper.body(f"{number}．{point.says}{point.ask}")
    if len(report.batch.points) > _TOP:
        paper.body(f"其余{len(report.batch.points) - _TOP}项见问题清单。")


def _cases(paper: Paper, forms: Sequence[FormReport]) -> None:
    ranked = sorted((form for form in forms if form.quality), key=lambda form: -_score(form))
    good = [form for form in ranked if form.quality and form.quality.grade in ("优", "良")][:_CASES]
    weak = [form for form in reversed(ranked) if form not in good][:_CASES]
    if good:
        if weak:
            paper.subheading("（一）填得较好的")
        for form in good:
            paper.body(f"{_named(form)}，填报质量{_score(form):g}分。{_kept(form)}")
    if weak:
        if good:
            paper.subheading("（二）需要重点修改的")
        else:
            paper.body("本批没有填报质量达到“良”以上的表。需要重点修改的如下。")
        for form in weak:
            told = "；".join(point.headline for point in outright(form.points or ())[:_CASES])
            paper.body(f"{_named(form)}，填报质量{_score(form):g}分。主要问题：{told or '无'}。")


def _score(form: FormReport) -> float:
    return form.quality.score if form.quality else 0.0


def _named(form: FormReport) -> str:
    unit = form.record.unit or form.record.department or "（未填单位）"
    return inner_quotes(f"{unit}“{one_line(form.record.project or '（没有项目名称）')}”")


def _kept(form: FormReport) -> str:
    assert form.quality is not None
    full = [name for name, entry in form.quality.dimensions.items() if entry.score == entry.full]
    return f"“{'”“'.join(full)}”没有扣分。" if full else "各维度都有少量扣分。"


def _advice(paper: Paper, faults: Sequence[_Fault]) -> None:
    common = faults[:5]
    if not common:
        paper.body("本批没有需要普遍修改的问题。")
    for number, fault in enumerate(common, 1):
        paper.body(f"{number}．针对“{fault.name}”（{fault.forms}张表）：{phrased(fault.kind)}")


def phrased(kind: str) -> str:
    """Return the request of the first code of a kind, said of no row in particular."""
    first = next(entry for entry in phrasings().values() if entry.kind == kind)
    return f"{slots_filled(first.ask_all or first.ask)}。"
