"""Plots as plain SVG files: grouped horizontal bars from 0 to 1, drawn from the figures alone."""

from collections.abc import Mapping
from html import escape

COLOURS = ("#1b4a86", "#8aa9cf", "#c9c9c9", "#d9a441", "#7a7a7a")
LEFT, WIDTH, BAR, GAP = 190, 420, 14, 12


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Draw group → series → value; values are shares between 0 and 1, a negative one is drawn as 0 and printed."""
    names = list(dict.fromkeys(name for series in groups.values() for name in series))
    top, body = 34 + 18 * len(names), []
    for row, name in enumerate(names):
        body.append(_box(LEFT, 30 + 18 * row, 12, COLOURS[row % len(COLOURS)]))
        body.append(_text(LEFT + 18, 40 + 18 * row, name))
    y = top
    for group, series in groups.items():
        body.append(_text(LEFT - 8, y + BAR * len(series) / 2 + 4, group, "end"))
        for name, value in series.items():
            length = max(0.0, min(1.0, value)) * WIDTH
            body.append(_box(LEFT, y, length, COLOURS[names.index(name) % len(COLOURS)]))
            body.append(_text(LEFT + length + 5, y + 11, f"{value:.3f}"))
            y += BAR
        y += GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{y + 6}" '
        'font-family="sans-serif" font-size="12">'
    )
    white = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, white, f"<title>{escape(title)}</title>", _text(10, 20, title), *body, "</svg>", ""])


def _box(x: float, y: float, width: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{BAR - 2}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
