"""A rule's docstring is its page: every part is there, 反例 before 正例."""

import pytest

from fuhe.policy import pack
from fuhe.rules import BATCH_RULES, RULES, BatchRule, Rule
from fuhe.rules.rule import ARITHMETIC, PRACTICE

EVERY: tuple[Rule | BatchRule, ...] = (*RULES, *BATCH_RULES)
PARTS = ("查什么：", "为什么：", "反例：", "正例：", "不算问题：", "依据：")


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_page_has_every_part_in_order(rule: Rule | BatchRule) -> None:
    places = [rule.page.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_basis_is_known_to_the_pack(rule: Rule | BatchRule) -> None:
    assert set(rule.basis) <= {ARITHMETIC, PRACTICE, *pack("national-2020").documents}


@pytest.mark.parametrize("rules", [RULES, BATCH_RULES], ids=["form", "batch"])
def test_codes_and_slugs_are_unique(rules: tuple[Rule | BatchRule, ...]) -> None:
    assert len({rule.code for rule in rules}) == len({rule.slug for rule in rules}) == len(rules)
