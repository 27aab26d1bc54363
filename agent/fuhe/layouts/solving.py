"""Columns and roles solved together: what the headings say, what the column holds, the order, and the sums."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fuhe.layouts.header_block import Heading
from fuhe.layouts.heading_grammar import indicator_role
from fuhe.readings.levels import class_of, subclass_of
from fuhe.text import is_blank, squeeze

ONCE = (
    "level1", "level2", "name", "target", "actual", "weight", "score", "review_score", "adjusted_target",
    "last_actual", "scoring_rule", "evidence", "nature", "measure", "actual_measure",
)  # fmt: skip
LEAST_POINTS = 0.5
"""The share of a column's cells that are points where the column may be called points at all."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?分?")
_SIGNS = re.compile(r"[≥≤><=＝≧≦⩾⩽]+|定[性量](?:指标)?|[正反负]向(?:指标)?|大于等于|小于等于|等于")
_QUANTITY = re.compile(r"[≥≤><=≧≦]?[\d,.]+\S{0,6}")


@dataclass(frozen=True, slots=True)
class Solved:
    """The role of each column, and what a person should look at."""

    roles: tuple[str, ...]
    doubts: tuple[tuple[int, str], ...]


def solve(headings: Sequence[Heading], texts: Sequence[Sequence[str]], settled: Mapping[int, str]) -> Solved:
    """Give every column one role; `texts` holds what stands under each heading, row by row, "" for nothing.

    `settled` are roles that a person has given: they stand, and no other column takes them.
    """
    taken = {role for role in settled.values() if role in ONCE}
    roles = [indicator_role(heading.path) for heading in headings]
    roles = [settled.get(index, "other" if role in taken else role) for index, role in enumerate(roles)]
    _name_the_thing(roles)
    _set_aside_the_side(roles)
    doubts: list[tuple[int, str]] = []
    for role in ONCE:
        same = [index for index, found in enumerate(roles) if found == role]
        if len(same) > 1:
            _choose(role, same, roles, headings, texts, doubts)
    for index, found in enumerate(roles):
        if found == "other" and index not in settled and not taken & {"level1", "level2"}:
            roles[index] = _as_level(index, roles, texts)
        elif found is None:
            roles[index] = _by_content(index, roles, headings, texts, doubts)
    doubts += _values_not_found(roles, headings, texts, {index for index, _ in doubts} | settled.keys())
    return Solved(tuple(role or "other" for role in roles), tuple(doubts))


def _values_not_found(
    roles: Sequence[str | None], headings: Sequence[Heading], texts: Sequence[Sequence[str]], known: set[int]
) -> list[tuple[int, str]]:
    """Doubt a full column that is not kept, between the names and the points, where targets or actual values are lacking."""
    lacking = [_LABELS[role] for role in ("target", "actual") if role not in roles]
    if len(lacking) != 1 or "name" not in roles:
        return []
    return [
        (index, f"没有认出{lacking[0]}一栏，“{headings[index].path[-1][:12]}”一栏没有读入")
        for index in range(roles.index("name") + 1, len(roles))
        if roles[index] == "other" and index not in known and len(_filled(texts[index])) * 2 > len(texts[index])
    ]


def _name_the_thing(roles: list[str | None]) -> None:
    """Let 指标 or 绩效指标 head the names where no other column does, else it is the side of the table."""
    things = [index for index, role in enumerate(roles) if role == "thing"]
    if things and "name" not in roles:
        roles[things[-1]] = "name"
    for index in things:
        if roles[index] == "thing":
            roles[index] = "side"


def _set_aside_the_side(roles: list[str | None]) -> None:
    """Let what stands left of the first level be the side of the table, whatever its words: 年度绩效目标（80分）."""
    first = next((index for index, role in enumerate(roles) if role in ("level1", "level2", "name")), 0)
    for index in range(first):
        roles[index] = "side" if roles[index] != "other" else "other"


def _choose(
    role: str,
    same: Sequence[int],
    roles: list[str | None],
    headings: Sequence[Heading],
    texts: Sequence[Sequence[str]],
    doubts: list[tuple[int, str]],
) -> None:
    """Keep one of several columns that claim a role: the fullest whose content suits, nearest to where it belongs."""
    if role == "measure" and "actual" in roles and same[-1] > roles.index("actual") > same[0]:
        roles[same[-1]] = "actual_measure"
        same = same[:-1]
        if len(same) == 1:
            return
    worth = {index: _worth(role, index, roles, headings, texts) for index in same}
    best = max(same, key=lambda index: worth[index])
    for index in same:
        if index == best:
            continue
        roles[index] = "other"
        if worth[best] - worth[index] < 0.15 and _filled(texts[index]):
            doubts.append(
                (index, f"两栏的表头都像同一栏：“{headings[best].path[-1]}”和“{headings[index].path[-1]}”，取了前者")
            )


def _worth(
    role: str, index: int, roles: Sequence[str | None], headings: Sequence[Heading], texts: Sequence[Sequence[str]]
) -> float:
    filled = _filled(texts[index])
    cover = len(filled) / max(1, len(texts[index]))
    after_name = 0.3 if "name" in roles and role in ("weight", "score") and index > roles.index("name") else 0.0
    own = (
        0.5 if role == "weight" and index and roles[index - 1] == "name" else 0.0
    )  # 一级指标 分值 二级指标 分值 三级指标 分值
    fourth = 0.4 if "四级" in headings[index].path[-1] and filled else 0.0
    sums = 0.2 if role in ("weight", "score") and _adds_up(filled) else 0.0
    plain = -0.2 if role == "target" and any(mark in headings[index].path[-1] for mark in ("调整", "中期")) else 0.0
    return cover + suits(role, filled) + after_name + own + fourth + sums + plain - 0.01 * index


def _filled(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if not is_blank(text)]


def _adds_up(filled: Sequence[str]) -> bool:
    total = sum(float(text.rstrip("分")) for text in map(squeeze, filled) if _is_points(text))
    return any(abs(total - whole) < 0.05 for whole in (100, 90, 80))


def suits(role: str, filled: Sequence[str]) -> float:
    """Return the share of a column's texts that are what a role holds."""
    if not filled:
        return 0.0
    tests = {
        "weight": _is_points, "score": _is_points, "review_score": _is_points, "nature": _is_sign, "name": _is_words,
        "level1": _is_class, "level2": _is_subclass, "target": _is_value, "actual": _is_value, "reason": _is_words, "measure": _is_short,
    }  # fmt: skip
    test = tests.get(role, _is_any)
    return sum(test(squeeze(text)) for text in filled) / len(filled)


def _is_points(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text))


def _is_sign(text: str) -> bool:
    return bool(_SIGNS.fullmatch(text))


def _is_words(text: str) -> bool:
    return not _QUANTITY.fullmatch(text)


def _is_value(text: str) -> bool:
    return bool(_QUANTITY.fullmatch(text)) and not _FIGURE.fullmatch(text)


def _is_class(text: str) -> bool:
    return class_of(text) is not None


def _is_subclass(text: str) -> bool:
    return subclass_of(text) is not None


def _is_short(text: str) -> bool:
    return len(text) <= 6 and not _FIGURE.fullmatch(text)


def _is_any(text: str) -> bool:
    return True


def _as_level(index: int, roles: Sequence[str | None], texts: Sequence[Sequence[str]]) -> str:
    """Read a column of kinds (指标类别: 产出数量, 社会效益) as the level that its words are."""
    filled = _filled(texts[index])
    levels = ("level1", "level2") if "name" in roles and index < roles.index("name") else ()
    return next((level for level in levels if level not in roles and suits(level, filled) >= 0.8), "other")


def _by_content(
    index: int,
    roles: Sequence[str | None],
    headings: Sequence[Heading],
    texts: Sequence[Sequence[str]],
    doubts: list[tuple[int, str]],
) -> str:
    """Give a column without a known heading the one missing role that its content shows without question."""
    filled = _filled(texts[index])
    if len(filled) < 2 or len(filled) * 3 < len(texts[index]):
        return "other"
    last_value = max((i for i, role in enumerate(roles) if role in ("actual", "target", "weight")), default=-1)
    for role in ("level1", "level2", "weight", "score", "target", "actual", "name"):
        fits = suits(role, filled) >= (0.9 if role != "name" else 1.0)
        after_name = "name" in roles and index > roles.index("name")
        placed = index > last_value if role == "score" else (role not in ("weight", "target", "actual") or after_name)
        if role not in roles and fits and placed:
            doubts.append((index, f"表头“{headings[index].path[-1][:12]}”不认识，按内容当作{_LABELS[role]}"))
            return role
    if {"target", "actual"} - set(roles):
        doubts.append((index, f"表头“{headings[index].path[-1][:12]}”不认识，这一栏没有读入"))
    return "other"


_LABELS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "score": "得分",
    "weight": "分值",
    "name": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
}
