"""Distinct texts of a batch put together: a unit's own from wide, several units' from narrow, each text told once."""

import random

import pytest

from fuhe.join import groups
from fuhe.join.groups import Item, near_groups

WIDE = ("降低城区道路交通拥堵指数", "降低城区道路交通拥挤程度")
CLOSE = ("改善校园周边出行秩序", "改善校园周边出行秩序情况")


def _found(*items: Item) -> list[tuple[list[str], bool]]:
    return [([member.key for member in group.members], group.doubtful) for group in near_groups(sorted(items))]


def test_wide_copies_count_within_a_unit_only() -> None:
    assert _found((WIDE[0], "甲", 1, 1), (WIDE[1], "甲", 1, 2)) == [(list(WIDE), False)]
    assert _found((WIDE[0], "甲", 1, 1), (WIDE[1], "乙", 1, 2)) == []


def test_close_copies_count_between_units() -> None:
    assert _found((CLOSE[1], "乙", 1, 1), (CLOSE[0], "甲", 1, 2)) == [([CLOSE[1], CLOSE[0]], False)]


def test_a_group_over_units_holds_the_units_own() -> None:
    items = [(CLOSE[0], "甲", 2, 1), (CLOSE[1], "甲", 1, 3), (CLOSE[0], "乙", 1, 4)]
    assert _found(*items) == [(list(CLOSE), False)]


def test_one_text_twice_in_a_unit_is_a_group() -> None:
    (group,) = near_groups([(CLOSE[0], "甲", 2, 1)])
    assert group.members == [(CLOSE[0], "甲", None)]
    assert near_groups([(CLOSE[0], "甲", 1, 1)]) == []


def test_other_objects_are_doubtful_and_named_once_each() -> None:
    names = ("持续提升企业办事获得感和满意程度", "持续提升学生办事获得感和满意程度")
    (group,) = near_groups([(names[0], "甲", 1, 1), (names[1], "乙", 1, 9)])
    assert (group.doubtful, [member.lead for member in group.members]) == (True, [1, 9])


def _many() -> list[Item]:
    draw, pieces = random.Random(5), ["提升", "群众", "办事", "热线", "保障", "平稳", "企业", "环境", "质量"]
    known = {("".join(draw.choices(pieces, k=draw.randint(3, 6))), draw.choice("甲乙丙丁")) for _ in range(300)}
    return [(text, unit, 1, index) for index, (text, unit) in enumerate(sorted(known))]


def test_units_compared_in_parts_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = near_groups(_many())
    monkeypatch.setattr(groups, "_AT_ONCE", 7)
    assert near_groups(_many()) == whole
    assert len(whole) > 20


def test_a_large_corpus_is_judged_by_the_strictest_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    items = (("降低城区道路交通拥堵指数", "甲", 1, 1), ("降低城区道路交通拥挤指数", "乙", 1, 2))
    assert len(_found(*items)) == 1
    monkeypatch.setattr(groups, "MOST_OF_A_CITY", 1)
    assert _found(*items) == []


def test_a_very_large_unit_is_judged_from_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_OF_A_UNIT", 1)
    assert _found((WIDE[0], "甲", 1, 1), (WIDE[1], "甲", 1, 2)) == []
