"""The charts of an overview drawn from its figures, and what each says in words."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import floor
from typing import Protocol

from markupsafe import Markup

from fuhe.findings import SEVERITY_LABELS
from fuhe.outputs.figures import Dot, Overview, Pace, ScoreFigures, Slice, Spending
from fuhe.outputs.html import svg

_TOP = 10
_LOWEST = 84.0


class Leads(Protocol):
    """What says where a figure and a dot lead."""

    @property
    def figure(self) -> Callable[[str], str | None]:
        """Return where a query string leads."""

    def dot(self, dot: Dot) -> str | None:
        """Return where a dot leads."""


def charts(overview: Overview, leads: Leads) -> dict[str, Markup]:
    """Return the drawn charts by name; one without any figure is left out."""
    drawn = {"faults": _points(overview, leads)} if overview.points else {}
    if overview.faults and not drawn:
        drawn["faults"] = _faults(overview, leads)
    if overview.scores.bins:
        drawn["scores"] = _scores(overview.scores, leads)
    if overview.spending.dots:
        drawn["spending"] = _spending(overview.spending, leads)
    if overview.pace:
        drawn["pace"] = _pace(overview, overview.pace, leads)
    if overview.quality:
        drawn["quality"] = _quality(overview, leads)
    return drawn


def words(overview: Overview) -> dict[str, str]:
    """Return the sentence under each chart."""
    told = {"scores": _scores_told(overview.scores), "spending": _spending_told(overview.spending)}
    return told | ({"pace": _pace_told(overview.pace)} if overview.pace else {})


def named_figures(overview: Overview) -> Iterator[tuple[str, str, int]]:
    """Yield a title, the query string and the number of forms of every figure that stands for a list of forms."""
    for point in overview.points:
        yield f"{point.theme}：{point.name}", point.query, point.forms
    for fault in overview.faults:
        yield fault.title, fault.query, fault.forms
    for row in overview.heat.rows:
        yield row.unit, row.query, row.forms
    scores = overview.scores
    yield f"填报总分{scores.line:g}分及以上", scores.high_query, scores.high
    for bin_ in scores.bins:
        yield f"填报总分{scored(bin_)}", bin_.query, bin_.forms
    spending = overview.spending
    yield f"执行率低于{spending.rate:g}%、自评{spending.score:g}分及以上", spending.query, spending.flagged
    for grade in overview.quality.grades if overview.quality else ():
        yield f"填报质量“{grade.label}”", grade.query, grade.forms
    for headline in overview.headlines:
        yield headline.label, headline.query, headline.value


def scored(bin_: Slice) -> str:
    """Say a bin of scores in words: 97分, 85分以下, 超过100分."""
    return f"{bin_.label}分" if not bin_.label.endswith("以下") else f"{bin_.label[:-2]}分以下"


def _faults(overview: Overview, leads: Leads) -> Markup:
    rows = [
        svg.Bar(
            fault.title,
            fault.forms,
            f"{SEVERITY_LABELS[fault.severity]}　{fault.title}：{fault.forms}张表、{fault.findings}处",
            f"is-{fault.severity}",
            leads.figure(fault.query),
        )
        for fault in overview.faults[:_TOP]
    ]
    told = f"最普遍的是“{rows[0].label}”，{overview.forms}张表中有{rows[0].value:g}张。"
    return svg.bars("faults", "哪类问题最普遍", told, rows)


def _points(overview: Overview, leads: Leads) -> Markup:
    ranked = sorted(overview.points, key=lambda point: (-point.forms, -point.stake))
    rows = [
        svg.Bar(
            point.name,
            point.forms,
            f"{point.theme}　{point.name}：{point.forms}张表" + (f"，涉及{point.stake:g}分" if point.stake else ""),
            "is-high",
            leads.figure(point.query),
        )
        for point in ranked[:_TOP]
    ]
    told = f"最普遍的是“{rows[0].label}”，{overview.forms}张表中有{rows[0].value:g}张。"
    return svg.bars("faults", "哪类问题最普遍", told, rows)


def _scores(scores: ScoreFigures, leads: Leads) -> Markup:
    rows = [
        svg.Bar(
            "" if bin_.label.isdigit() and int(bin_.label) % 2 else bin_.label,
            bin_.forms,
            f"填报总分{scored(bin_)}：{bin_.forms}张",
            "is-high" if bin_.marked else "",
            leads.figure(bin_.query),
        )
        for bin_ in scores.bins
    ]
    return svg.columns("scores", "分数是不是都挤在高分段", _scores_told(scores), rows)


def _scores_told(scores: ScoreFigures) -> str:
    share = f"，占{100 * scores.high / scores.forms:.0f}%" if scores.forms else ""
    unread = f"；另有{scores.unread}张没有填总分" if scores.unread else ""
    return f"{scores.line:g}分及以上{scores.high}张{share}{unread}"


def _quality(overview: Overview, leads: Leads) -> Markup:
    assert overview.quality
    rows = [
        svg.Bar(bin_.label, bin_.forms, f"填报质量{bin_.label}分：{bin_.forms}张", "", leads.figure(bin_.query))
        for bin_ in overview.quality.bins
    ]
    told = f"平均{overview.quality.mean:.1f}分，最高{overview.quality.best:g}分，最低{overview.quality.worst:g}分。"
    return svg.columns("quality", "填报质量分布", told, rows)


def _spending(spending: Spending, leads: Leads) -> Markup:
    axes = _spending_axes(spending)
    most = max(dot.forms for dot in spending.dots)
    points = (
        svg.ScatterMark(
            dot.rate,
            dot.score,
            dot.told,
            "is-flagged" if dot.flagged else "",
            leads.dot(dot),
            dot.forms / most if spending.is_binned else None,
        )
        for dot in spending.dots
    )
    box = (axes.x[0], spending.rate, spending.score, axes.y[1])
    return svg.scatter("spending", "钱没花出去、分却很高", _spending_told(spending), axes, points, box)


def _spending_axes(spending: Spending) -> svg.Axes:
    """Frame all but the outermost dots, which are drawn on the edge."""
    rates, marks = sorted(dot.rate for dot in spending.dots), sorted(dot.score for dot in spending.dots)
    few = len(rates) // 50
    left = min(60.0, max(0.0, 10.0 * floor(rates[few] / 10)))
    right = 100.0 if rates[-1 - few] <= 100 else min(150.0, 10.0 * floor(rates[-1 - few] / 10 + 1))
    low = min(_LOWEST, max(0.0, 4.0 * floor(marks[few] / 4)))
    step = 4 if low >= 80 else 10 if low >= 40 else 20
    stand = range(int(low) if step == 4 else step * int(-(-low // step)), 101, step)
    return svg.Axes(
        (left, right),
        (low, 100.0),
        tuple((x, f"{x}%") for x in range(int(left), int(right) + 1, 20 if right - left > 50 else 10)),
        tuple((y, str(y)) for y in stand),
    )


def _spending_told(spending: Spending) -> str:
    if not spending.forms:
        return "没有同时读出执行率和总分的表"
    if not spending.flagged:
        return f"没有执行率低于{spending.rate:g}%而自评{spending.score:g}分及以上的表"
    return f"执行率低于{spending.rate:g}%、自评{spending.score:g}分及以上：{spending.flagged}张，请逐张核实"


def _pace(overview: Overview, pace: Pace, leads: Leads) -> Markup:
    start = date.fromisoformat(pace.start)
    last = max(pace.today, pace.due or "")
    span = max(1, _days(start, last))
    done = [(0.0, 0.0)] + [(float(_days(start, day)), float(count)) for day, count in pace.days]
    done.append((float(_days(start, pace.today)), float(pace.done)))
    needed = [(0.0, 0.0), (float(_days(start, pace.due)), float(pace.total))] if pace.due else []
    middle = start + timedelta(days=span // 2)
    marks = {0: start, span // 2: middle, span: start + timedelta(days=span)}
    axes = svg.Axes(
        (0.0, float(span)),
        (0.0, float(pace.total)),
        tuple((float(day), f"{at.month}月{at.day}日") for day, at in marks.items()),
        tuple((tick, f"{tick:g}") for tick in svg.ticks(pace.total)),
    )
    href = leads.figure(overview.headlines[0].query)
    return svg.lines("pace", "能不能按期办完", _pace_told(pace), axes, done, needed, _today(pace), href)


def _days(start: date, day: str) -> int:
    return (date.fromisoformat(day) - start).days


def needed_by(pace: Pace) -> float | None:
    """Return how many forms should be done by now to be through on the day it is due, in even steps."""
    if pace.due is None:
        return None
    start = date.fromisoformat(pace.start)
    share = _days(start, pace.today) / max(1, _days(start, pace.due))
    return pace.total * min(1.0, max(0.0, share))


def _today(pace: Pace) -> str:
    needed = needed_by(pace)
    if needed is None:
        return f"今天{pace.done}张"
    ahead = pace.done - needed
    state = (
        "已全部办完"
        if pace.done >= pace.total
        else "快于进度"
        if ahead >= 1
        else "慢于进度"
        if ahead <= -1
        else "与进度持平"
    )
    return f"今天{pace.done}张，{state}"


def _pace_told(pace: Pace) -> str:
    needed = needed_by(pace)
    if needed is None or pace.due is None:
        return f"已复核{pace.done}张，共{pace.total}张；没有设定办结日期"
    due = date.fromisoformat(pace.due)
    left, days = pace.total - pace.done, (due - date.fromisoformat(pace.today)).days
    if not left:
        return f"{pace.total}张全部办完"
    rest = f"还有{days}天，每天需办{-(-left // days)}张" if days > 0 else "已到办结日期"
    return f"到{due.month}月{due.day}日办结，今天应到{needed:.0f}张，已办{pace.done}张；余{left}张，{rest}"
