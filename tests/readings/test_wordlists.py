"""Words are found as they are, whatever signs they hold."""

from fuhe.readings.wordlists import begins, ends, finds, holds, known, strike


def test_signs_in_a_word_are_only_characters() -> None:
    odd = known("整改(续", "a+b", "[未", "*")
    assert holds("拟整改(续建)", odd)
    assert strike("整改(续建)", odd) == "建)"
    assert begins("[未完成", odd) == "[未"


def test_longest_word_wins_and_none_is_found_inside_another() -> None:
    assert list(finds("未完成任务", known("未", "完成", "未完成", "成任"))) == [(0, "未完成")]
    assert ends("尚未完成", known("完成", "未完成")) == "未完成"
