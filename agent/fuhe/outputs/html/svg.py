"""Charts as SVG: looks by classes and presentation attributes only, a title and a description, every mark a link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup, escape

WIDTH = 580
_ROW, _LABELS, _AFTER = 27, 268, 40
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 14, 20, 34
_HEIGHT = 270


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its length, the class it is drawn by, where it leads, and what is said of it."""

    label: str
    value: float
    told: str
    kind: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ScatterMark:
    """A dot at data coordinates; `weight` 0 to 1 sizes it among squares, None is a plain dot."""

    x: float
    y: float
    told: str
    kind: str = ""
    href: str | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """The data range of a chart, (low, high) each way, and where its ticks stand with their labels."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is drawn; one outside the range lies on its edge."""
        across, up = _share(x, self.x), _share(y, self.y)
        return _LEFT + across * (WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return min(1.0, max(0.0, (value - low) / ((high - low) or 1)))


def element(name: str, *inside: object, **attributes: object) -> Markup:
    """Write an element; an attribute's underscores become hyphens, one that is None is left out."""
    pairs = [
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value))
        for key, value in attributes.items()
        if value is not None
    ]
    return Markup("<{}{}>{}</{}>").format(name, Markup("").join(pairs), Markup("").join(map(escape, inside)), name)


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def chart(key: str, title: str, told: str, height: float, *inside: object) -> Markup:
    """Frame a chart; `key` names it within the page, `told` says in a sentence what it shows."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", told, id=f"{key}-told"),
        *inside,
        xmlns="http://www.w3.org/2000/svg", class_="chart", viewBox=f"0 0 {WIDTH} {_short(height)}",
        role="group", aria_labelledby=f"{key}-title", aria_describedby=f"{key}-told",
    )  # fmt: skip


def _linked(href: str | None, told: str, *inside: object, silent: bool = False) -> Markup:
    """Make marks a link that says what it shows; a silent one is left out of the way of the Tab key."""
    named = element("title", told)
    if href is None:
        return element("g", named, *inside)
    return element("a", named, *inside, href=href, aria_label=told, tabindex="-1" if silent else None)


def _text(x: float, y: float, words: object, *, anchor: str | None = None, kind: str | None = None) -> Markup:
    return element("text", words, x=x, y=y, text_anchor=anchor, class_=kind)


def bars(key: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    """Draw horizontal bars, one under the other, label to the left and figure to the right."""
    longest = max((row.value for row in rows), default=1) or 1
    room = WIDTH - _LABELS - _AFTER
    drawn = []
    for number, row in enumerate(rows):
        top, length = _ROW * number, max(1.0, room * row.value / longest)
        drawn.append(
            _linked(
                row.href, row.told,
                element("rect", x=0, y=top, width=WIDTH, height=_ROW, class_="area"),
                _text(_LABELS - 9, top + 18, row.label, anchor="end"),
                element("rect", x=_LABELS, y=top + 5, width=length, height=17, class_=f"bar {row.kind}".rstrip()),
                _text(_LABELS + length + 7, top + 18, _short(row.value), kind="figure"),
            )
        )  # fmt: skip
    return chart(key, title, told, _ROW * max(1, len(rows)) + 4, *drawn)


def columns(key: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    """Draw upright bars side by side; one without a label has none, the outermost labels may stand out."""
    most = max((row.value for row in rows), default=1) or 1
    axes = Axes((0, len(rows)), (0, most * 1.06), (), tuple((tick, f"{tick:g}") for tick in ticks(most)))
    drawn = [part for number, row in enumerate(rows) for part in _column(axes, number, row)]
    return chart(key, title, told, _HEIGHT, _grid(axes), *drawn)


def _column(axes: Axes, number: int, row: Bar) -> list[Markup]:
    left, top = axes.at(number, row.value)
    right, low = axes.at(number + 1, 0)
    marks = [
        element("rect", x=left, y=_TOP, width=right - left, height=low - _TOP, class_="area"),
        element("rect", x=left + 1, y=top, width=max(1.0, right - left - 2), height=low - top, class_=f"bar {row.kind}".rstrip()),
        _text((left + right) / 2, top - 5, _short(row.value), anchor="middle", kind="figure") if row.value else "",
    ]  # fmt: skip
    sides = {0: (right - 2, "end"), int(axes.x[1]) - 1: (left + 2, "start")}
    x, anchor = sides.get(number, (0.0, "")) if len(row.label) > 3 and right - left < 60 else (0.0, "")
    named = _text(x or (left + right) / 2, low + 18, row.label, anchor=anchor or "middle", kind="tick")
    return [_linked(row.href if row.value else None, row.told, *marks), named]


def scatter(
    key: str, title: str, told: str, axes: Axes, points: Iterable[ScatterMark], box: tuple[float, float, float, float]
) -> Markup:
    """Draw points; `box` (x from, x to, y from, y to) is the region to look at."""
    left, top = axes.at(box[0], box[3])
    right, low = axes.at(box[1], box[2])
    region = element("rect", x=left, y=top, width=right - left, height=low - top, class_="region")
    ordered = sorted(points, key=lambda point: bool(point.kind))
    return chart(key, title, told, _HEIGHT, region, _grid(axes), *(_point(axes, point) for point in ordered))


def _point(axes: Axes, point: ScatterMark) -> Markup:
    x, y = axes.at(point.x, point.y)
    radius = 4.0 if point.weight is None else 2.5 + 8 * point.weight**0.5
    drawn = element("circle", cx=x, cy=y, r=radius, class_=f"dot {point.kind}".rstrip())
    return _linked(point.href, point.told, drawn, silent=not point.kind)


def lines(
    key: str,
    title: str,
    told: str,
    axes: Axes,
    done: Sequence[tuple[float, float]],
    needed: Sequence[tuple[float, float]],
    note: str,
    href: str | None,
) -> Markup:
    """Draw what is done as a line that ends in a dot with a note, and what is needed as a dashed one."""
    x, y = axes.at(*done[-1])
    anchor, shift, lift = ("end", -8, -9) if x > WIDTH * 0.4 else ("start", 9, 18)
    goal = axes.at(axes.x[0], axes.y[1])[1]
    return chart(
        key, title, told, _HEIGHT,
        _grid(axes),
        element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=goal, y2=goal, class_="goal"),
        element("polyline", points=_path(axes, needed), class_="needed") if needed else "",
        element("polyline", points=_path(axes, done), class_="done"),
        _linked(href, note, element("circle", cx=x, cy=y, r=5, class_="dot is-today"),
                _text(x + shift, min(max(y + lift, _TOP + 14), _HEIGHT - _BOTTOM - 6), note, anchor=anchor, kind="figure")),
    )  # fmt: skip


def _path(axes: Axes, points: Sequence[tuple[float, float]]) -> str:
    return " ".join(",".join(f"{value:.1f}" for value in axes.at(*point)) for point in points)


def _grid(axes: Axes) -> Markup:
    low = axes.at(axes.x[0], axes.y[0])[1]
    drawn = []
    for value, label in axes.y_ticks:
        y = axes.at(axes.x[0], value)[1]
        drawn.append(element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y, class_="grid"))
        drawn.append(_text(_LEFT - 7, y + 4, label, anchor="end", kind="tick"))
    for value, label in axes.x_ticks:
        anchor = "end" if value >= axes.x[1] else "start" if value <= axes.x[0] else "middle"
        drawn.append(_text(axes.at(value, 0)[0], low + 18, label, anchor=anchor, kind="tick"))
    return element("g", *drawn, aria_hidden="true")


def ticks(most: float) -> list[float]:
    """Return some round values from 0 up to a largest one, whole numbers each."""
    if most <= 0:
        return [0]
    step = 10 ** max(0, ceil(log10(most / 4)))
    step = next(
        (small for small in (step / 5, step / 2) if small >= 1 and small == int(small) and most / small <= 5), step
    )
    return [step * number for number in range(int(most // step) + 1)]
