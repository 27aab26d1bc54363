"""Near-copies: the join finds every pair brute force finds, and nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fuhe.similarity import WITHIN_UNIT, components, differences, is_near, near_pairs

PIECES = ["提升", "群众", "办事", "满意度", "热线", "保障", "平稳", "有序", "高效", "运转", "便捷", "企业", "环境"]
PHRASES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join), max_size=40, unique=True)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(PHRASES, st.sampled_from([WITHIN_UNIT, (0.6, 0.75, 5), (0.7, 0.9, 5), (0.44, 0.9, 2)]))
def test_join_equals_brute_force(phrases: list[str], scope: tuple[float, float, int]) -> None:
    count = len(phrases)
    brute = [(i, j) for i in range(count) for j in range(i + 1, count) if is_near(phrases[i], phrases[j], scope)]
    assert near_pairs(phrases, scope) == brute


def test_chains_become_one_group() -> None:
    assert components(6, [(0, 1), (1, 4), (2, 3)]) == [[0, 1, 4], [2, 3]]


def test_differing_characters_are_marked_on_both_sides() -> None:
    assert differences("提升群众满意度", "提升企业满意度") == (((2, 4),), ((2, 4),))
