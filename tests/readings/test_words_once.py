"""A word stands once in its list, or in one of the few listed here twice; how many stand in two lists can only fall."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

_TWO_PARTS = 3
LEXICON = Path(__file__).parents[2] / "data" / "lexicon"
CORE = ("acts", "causes", "deliverables", "fillers", "heads", "money", "objects", "phrases")
TWICE = {"causes": 15, "money": 26, "objects": 15}
"""Words a list still gives two attributes in two entries; to become none."""
SHARED_LIMIT = 1294
"""Words that two or more readings list, each with attributes of its own reading; lower it whenever some are merged."""
ENTRIES_LIMIT = 7_600


def _words(name: str) -> Iterator[str]:
    yield from _inside(yaml.safe_load((LEXICON / f"{name}.yaml").read_text("utf-8")))


def _inside(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _inside(value) if key != "words" or isinstance(value, list) else ()
    elif isinstance(node, list):
        for value in node:
            yield from _inside(value) if isinstance(value, dict | list) else (str(value),)


@pytest.mark.parametrize("name", CORE)
def test_a_word_stands_once_in_its_list(name: str) -> None:
    twice = [word for word, times in Counter(_words(name)).items() if times > 1]
    assert len(twice) <= TWICE.get(name, 0), twice


def test_a_word_of_a_name_has_one_part() -> None:
    parts = defaultdict(set)
    for name in ("acts", "heads", "objects"):
        for word in _words(name):
            parts[word].add(name)
    assert len([word for word, lists in parts.items() if len(lists) > 1]) <= _TWO_PARTS


def test_words_shared_between_lists_only_become_fewer() -> None:
    lists = Counter(word for name in CORE for word in set(_words(name)))
    assert sum(times > 1 for times in lists.values()) <= SHARED_LIMIT
    assert sum(lists.values()) <= ENTRIES_LIMIT
