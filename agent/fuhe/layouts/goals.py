"""The goals of a form: 预期目标 and 实际完成情况, above their texts or beside them, one text or a row for each goal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fuhe.layouts import headings
from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.layouts.heading_grammar import indicator_role, narrative_role, said
from fuhe.text import is_blank, squeeze

Label = tuple[str, Spot]
_FIGURE = re.compile(r"[\d.]+(?:分|%|％)?")
_ORDINAL = re.compile(r"(?:目标|任务)?[(（]?[\d一二三四五六七八九十]{1,2}[)）]?[、.．]?")
_LEAST_GOAL = 8
_NONE = frozenset(("无", "没有", "未设定", "未设置"))


@dataclass
class GoalBlock:
    """The texts of goals read so far, and the headings that still wait for theirs."""

    texts: dict[str, list[Spot]] = field(default_factory=dict)
    waiting: tuple[Label, ...] = ()
    beside: Label | None = None
    _kept: set[int] = field(default_factory=set)

    @property
    def fields(self) -> set[str]:
        """The fields of the record whose heading has been met."""
        return {"goal" if name == "adjusted_goal" else name for name in self.texts if name in _KEPT}

    def takes_labels(self, row: GridRow) -> bool:
        """Take a row of headings, with the texts beside them where it prints any; False for any other row."""
        if pairs := _pairs(row):
            self.texts |= {name: [*self.texts.get(name, []), spot] for name, spot in pairs}
            self.waiting = ()
            return True
        labels = _labels(row)
        if not labels:
            return False
        for name, _ in labels:
            self.texts.setdefault(name, [])
        texts = [spot for spot in row.filled if _is_text(spot, labels)]
        self.waiting = () if texts else labels
        self.beside = labels[0] if len(texts) == len(labels) == 1 else None
        for number, (name, spot) in enumerate(labels):
            limit = labels[number + 1][1].start if number + 1 < len(labels) else 1 << 16
            self.texts[name] += [text for text in texts if spot.end <= text.start < limit]
        return True

    def takes_texts(self, row: GridRow) -> bool:
        """Take a row of texts under the headings that wait; False where none waits or the row prints headings itself."""
        spots = [spot for spot in row.filled if not headings.belongs(spot.text, "frame") or len(row.filled) == 1]
        spots = [spot for spot in spots if len(spots) == 1 or not _is_ordinal(spot)]
        if self.beside and len(spots) == 1 and _goes_on(self.beside[1], spots[0], row):
            self.texts[self.beside[0]].append(spots[0])
            return True
        if not self.waiting or not spots or all(indicator_role((spot.text,)) for spot in spots):
            return False
        for (name, _), spot in _paired(self.waiting, _without_points(spots, self.waiting), row):
            self.texts[name].append(spot)
        return True

    def finish(self) -> dict[str, list[Spot]]:
        """Return the cells of goal and outcome; an adjusted goal stands in where the first one says there is none."""
        kept = {name: spots for name, spots in self.texts.items() if name in _KEPT and spots}
        adjusted = kept.pop("adjusted_goal", [])
        if adjusted and all(_says_none(spot.text) for spot in kept.get("goal", [])):
            kept["goal"] = adjusted
        if "goal" not in kept and self.texts.get("long_goal"):
            kept["goal"] = self.texts["long_goal"]
        self._kept = {id(spot) for spots in kept.values() for spot in spots}
        return kept

    @property
    def left_over(self) -> list[str]:
        """Return the goals that are printed but not the year's: those of the whole term, those of before an adjustment."""
        return [
            f"{title}：{spot.text}"
            for name, title in _LEFT.items()
            for spot in self.texts.get(name, ())
            if id(spot) not in self._kept and not _says_none(spot.text)
        ]


def opens_goal(row: GridRow) -> bool:
    """Tell whether a row is the heading of a goal and its text, or headings alone: an indicator may be called so too."""
    first, *others = row.filled
    if not others or len(others) > 3 or narrative_role(first.text) not in ("goal", "outcome"):
        return False
    texts = [spot for spot in others if not narrative_role(spot.text)]
    headed = len(texts) <= len(row.filled) // 2 and (len(texts) < 2 or texts[0] is others[0])
    return headed and bool(_labels(row)) and all(len(spot.text) >= _LEAST_GOAL for spot in texts)


def _pairs(row: GridRow) -> list[Label]:
    """Return goals that stand in one cell with their heading: 年初设定目标：修复21处。"""
    found = []
    for spot in row.filled:
        before, colon, after = spot.text.replace(":", "：").partition("：")
        name = narrative_role(before) if colon and len(before) <= 16 and not re.search(r"\d", before) else None
        if name and len(after.strip()) > 1:
            found.append((name, Spot(spot.text[len(before) + 1 :].strip(), spot.cell)))
    return found


_KEPT = ("goal", "outcome", "adjusted_goal")
_LEFT = {"long_goal": "中期目标", "adjusted_goal": "调整后目标", "degree": "完成程度"}


def _says_none(text: str) -> bool:
    return is_blank(text) or squeeze(text).strip("。.") in _NONE


def _labels(row: GridRow) -> tuple[Label, ...]:
    """Return the headings of a row that name goals: neither the side of the block nor one of two for the same thing."""
    filled = [spot for spot in row.filled if said(spot.text).head != "aside" and not _is_ordinal(spot)]  # 序号, 目标1
    named = [(name, spot) for spot in filled if len(spot.text) <= 30 and (name := narrative_role(spot.text))]
    if not named or (len(row.filled) > 1 and not any(name in ("goal", "outcome") for name, _ in named)):
        return ()
    first = named[0]
    follows = len(named) > 1 and filled[filled.index(first[1]) + 1] is named[1][1]
    if follows and (first[0] in {name for name, _ in named[1:]} or _is_side(first[1])):
        named = named[1:]
    return tuple(_for_the_year(named))


def _is_side(spot: Spot) -> bool:
    return spot.start == 0 and headings.belongs(spot.text, "frame")


def _for_the_year(named: Sequence[Label]) -> list[Label]:
    """Tell two goals apart: what was set first from what was set for the whole year, the year from the whole term."""
    goals = [index for index, (name, _) in enumerate(named) if name == "goal"]
    labels = list(named)
    if len(goals) < 2:
        return labels
    first, second = goals[0], goals[1]
    if "年初" in squeeze(named[first][1].text):
        labels[second] = ("adjusted_goal", named[second][1])
    elif "年" in squeeze(named[second][1].text):
        labels[first] = ("long_goal", named[first][1])
    return labels


def _is_text(spot: Spot, labels: Sequence[Label]) -> bool:
    """Tell whether a cell beside headings is a text: no heading, no side of the block, no section's points."""
    if any(spot is label for _, label in labels) or _FIGURE.fullmatch(squeeze(spot.text)):
        return False
    return not (narrative_role(spot.text) or headings.belongs(spot.text, "frame") or indicator_role((spot.text,)))


def _is_ordinal(spot: Spot) -> bool:
    return bool(_ORDINAL.fullmatch(squeeze(spot.text)))


def _goes_on(heading: Spot, spot: Spot, row: GridRow) -> bool:
    """Tell whether a row has one more text for the heading at the side: the heading is merged into it, or blank below."""
    merged = any(other.cell is heading.cell for other in row.carried)
    blank = row.kind != "spans" and bool(row.spots) and not row.spots[0].text and heading.start == 0
    return (merged or blank) and spot.start >= heading.end


def _without_points(spots: Sequence[Spot], labels: Sequence[Label]) -> list[Spot]:
    """Leave out a section's points at the end of a row that has a text for every heading already."""
    kept = list(spots)
    while len(kept) > len(labels) and _FIGURE.fullmatch(squeeze(kept[-1].text)):
        kept.pop()
    return kept


def _paired(labels: Sequence[Label], spots: Sequence[Spot], row: GridRow) -> list[tuple[Label, Spot]]:
    if row.kind == "ragged" and len(spots) == len(labels):
        return list(zip(labels, spots, strict=True))
    if row.kind == "ragged" and (moved := _slipped(labels, spots, row)):
        return moved
    return [(min(labels, key=lambda label: _gap(label[1], spot)), spot) for spot in spots]


def _slipped(labels: Sequence[Label], spots: Sequence[Spot], row: GridRow) -> list[tuple[Label, Spot]]:
    """Pair the texts of a row that lost the side of the block, so that it has slipped to the left as a whole."""
    shift = labels[0][1].start - row.spots[0].start
    under = {heading.start - shift: (name, heading) for name, heading in labels}
    found = [(under[spot.start], spot) for spot in spots if spot.start in under]
    return found if shift > 0 and len(found) == len(spots) else []


def _gap(heading: Spot, spot: Spot) -> int:
    return max(0, heading.start - spot.end + 1, spot.start - heading.end + 1)
