"""The join over distinct keys: compiled and plain find what brute force finds, and group it alike."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuhe import join
from fuhe.join import Engine, chained, pairs, starred
from fuhe.similarity import WITHIN_CITY, WITHIN_PROVINCE, WITHIN_UNIT, Scope, components, is_near

PIECES = [
    "提升",
    "群众",
    "办事",
    "满意度",
    "热线",
    "保障",
    "平稳",
    "有序",
    "高效",
    "运转",
    "便捷",
    "企业",
    "环境",
    "𠀀",
    "5",
]
PHRASES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join), max_size=40, unique=True)
SCOPES = st.sampled_from([WITHIN_UNIT, WITHIN_CITY, WITHIN_PROVINCE, Scope(0.44, 0.9, 2), Scope(0.6, 2, 5)])
ENGINES = st.sampled_from(["compiled", "plain"])
exactly = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def _brute(keys: list[str], scope: Scope) -> list[tuple[int, int]]:
    count = len(keys)
    return [(i, j) for i in range(count) for j in range(i + 1, count) if is_near(keys[i], keys[j], scope)]


def _made(count: int, longest: int) -> list[str]:
    draw = random.Random(3)
    return list(dict.fromkeys("".join(draw.choices(PIECES, k=draw.randint(1, longest))) for _ in range(count)))


@exactly
@given(PHRASES, SCOPES, ENGINES)
def test_join_equals_brute_force(keys: list[str], scope: Scope, engine: Engine) -> None:
    assert pairs(keys, scope, engine) == _brute(keys, scope)


@pytest.mark.parametrize("longest", [12, 200])
def test_many_long_phrases_lose_no_pair(longest: int) -> None:
    keys = _made(700, longest)
    found = _brute(keys, WITHIN_UNIT)
    assert pairs(keys, WITHIN_UNIT, "compiled") == found
    assert len(found) > 100


@exactly
@given(PHRASES, SCOPES, st.randoms(use_true_random=False))
def test_both_engines_make_the_same_groups(keys: list[str], scope: Scope, draw: random.Random) -> None:
    kinds, blocks = ([draw.randint(0, 2) for _ in keys] for _ in range(2))
    assert chained(keys, kinds, scope, blocks, "compiled") == chained(keys, kinds, scope, blocks, "plain")
    assert starred(keys, kinds, scope, "compiled") == starred(keys, kinds, scope, "plain")


@exactly
@given(PHRASES, st.randoms(use_true_random=False))
def test_chains_keep_blocks_and_kinds_apart(keys: list[str], draw: random.Random) -> None:
    kinds, blocks = ([draw.randint(0, 1) for _ in keys] for _ in range(2))
    within = [(i, j) for i, j in _brute(keys, WITHIN_UNIT) if blocks[i] == blocks[j]]
    found = chained(keys, kinds, WITHIN_UNIT, blocks)
    assert found.sure == components(len(keys), [(i, j) for i, j in within if kinds[i] == kinds[j]])
    assert found.doubtful == components(len(keys), [(i, j) for i, j in within if kinds[i] != kinds[j]])


@exactly
@given(PHRASES, SCOPES, ENGINES)
def test_every_member_of_a_star_is_near_its_centre(keys: list[str], scope: Scope, engine: Engine) -> None:
    for group in starred(keys, [0] * len(keys), scope, engine).sure:
        texts = [keys[index] for index in group]
        assert any(all(text == centre or is_near(text, centre, scope) for text in texts) for centre in texts)


@exactly
@given(PHRASES, ENGINES)
def test_stars_do_not_depend_on_the_order_of_keys(keys: list[str], engine: Engine) -> None:
    def groups(texts: list[str]) -> set[frozenset[str]]:
        return {
            frozenset(texts[i] for i in group) for group in starred(texts, [0] * len(texts), WITHIN_CITY, engine).sure
        }

    assert groups(keys) == groups(keys[::-1])


def test_a_family_of_variants_becomes_one_group() -> None:
    keys = [f"保障市民服务中心平稳有序高效运转和日常办公需要第{number:04}处" for number in range(6000)]
    assert [len(group) for group in chained(keys, [0] * len(keys), WITHIN_CITY).sure] == [6000]
    assert [len(group) for group in starred(keys, [0] * len(keys), WITHIN_PROVINCE).sure] == [6000]


def test_small_batches_load_no_compiler() -> None:
    code = "import sys; from fuhe import join; join.chained(['提升满意度'] , [0], (0.6, 0.75, 5)); print('numba' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_without_numba_the_join_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "_has_numba", lambda: False)
    assert join.engine_for(["提升满意度"] * 10**5) == "plain"


def test_long_texts_are_compiled_though_they_are_few() -> None:
    pytest.importorskip("numba")
    few, many = ["完成道路改造和教师培训等任务" * 30] * 300, ["满意度"] * 6000
    assert (join.engine_for(few), join.engine_for(many)) == ("compiled", "plain")
