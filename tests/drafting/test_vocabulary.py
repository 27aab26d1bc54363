"""The open vocabulary: plain words, each in one place, none that states a fact by itself."""

from collections import Counter

import pytest

from fuhe.drafting.known_words import classes
from fuhe.policy import data_folder, lexicon, vocabulary
from fuhe.yamlfiles import load

FOLDER = data_folder() / "vocabulary"
CLASSES = {
    "act", "thing", "record", "manner", "check", "role", "quality", "measure", "place", "link", "money", "remark",
    "head", "tail", "unit",
}  # fmt: skip
BUILDING = ("head", "tail", "unit")


def test_every_word_stands_in_one_place() -> None:
    words = [
        word
        for path in FOLDER.glob("*.yaml")
        for kind, text in load(path).items()
        if kind not in BUILDING
        for word in text.split()
    ]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_classes_are_the_known_ones_and_sectors_many() -> None:
    assert set(vocabulary()) <= CLASSES
    assert len(list(FOLDER.glob("*.yaml"))) >= 21


def test_words_are_plain_chinese_without_pattern_signs() -> None:
    wrong = [word for word in classes() if not all("\u4e00" <= char <= "\u9fff" for char in word)]
    assert wrong == []


@pytest.mark.parametrize("key", ["charges", "lacks", "events", "orders"])
def test_no_word_of_blame_want_or_event_is_plain(key: str) -> None:
    plain = {word for word, kind in classes().items() if kind != "remark"}
    assert set(lexicon("drafting").words(key)) & plain == set()


def test_single_characters_are_grammar_or_the_work_on_records() -> None:
    """Those of other acts and things (派, 打, 站, 水) make names and events of what stands beside them."""
    singles = {word: kind for word, kind in classes().items() if len(word) == 1}
    assert set(singles.values()) == {"link", "act", "thing"}
    assert not {word for word, kind in singles.items() if kind != "link"} & set("派打交领编做说厂站所馆水车网人")


def test_no_plain_word_is_a_body_with_powers() -> None:
    ends = ("局", "厅", "公司", "集团", "银行", "法院", "政府", "党委", "纪委")
    rooms = ("大厅", "展厅", "演播厅", "餐厅")
    assert [word for word in classes() if word.endswith(ends) and not word.endswith(rooms)] == []
