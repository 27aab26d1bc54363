"""Near-copies: chains, differences, the kind of thing a name is about."""

import random

import pytest

from fuhe import similarity
from fuhe.similarity import components, differences, kind


def test_chains_become_one_group() -> None:
    assert components(6, [(0, 1), (1, 4), (2, 3)]) == [[0, 1, 4], [2, 3]]


def test_differing_characters_are_marked_on_both_sides() -> None:
    assert differences("提升群众满意度", "提升企业满意度") == (((2, 4),), ((2, 4),))


def test_kinds_differ_by_object_metric_and_figure() -> None:
    names = ["群众满意度", "企业满意度", "设备开工率", "设备完工率", "改造危桥6座", "改造危桥8座"]
    assert len({kind(name) for name in names}) == len(names)
    assert kind("提升群众满意度") == kind("群众满意程度")


def _grouped_by_every_pair(texts: list[str]) -> list[list[int]]:
    pairs = [(i, j) for j in range(len(texts)) for i in range(j) if similarity._alike(texts[i], texts[j])]
    return similarity.components(len(texts), pairs)


@pytest.mark.parametrize("seed", range(25))
def test_groups_are_those_of_comparing_every_pair(seed: int) -> None:
    dice = random.Random(seed)
    parts = (
        "不断",
        "持续",
        "市民",
        "企业",
        "满意度",
        "改造",
        "道路",
        "里程",
        "（城东）",
        "（城西）",
        "1.",
        "指标2",
        "，",
        "合格率",
        "2024年",
        "二期",
        "无",
        " ",
    )
    texts = ["".join(dice.choice(parts) for _ in range(dice.randint(0, 6))) for _ in range(40)]
    texts += [f"{dice.choice(texts)}，{dice.choice(texts)}" for _ in range(10)] + dice.choices(texts, k=10)
    dice.shuffle(texts)
    assert similarity.groups(texts) == _grouped_by_every_pair(texts)
