"""No text, however hostile, makes a reading slower than its length."""

from time import process_time

import pytest

from fuhe.readings.measure import measure
from fuhe.readings.numbers import numbers
from fuhe.readings.value import parse

KINDS = ["1", "1+", "3×5", "1,", "甲乙", "a", "（", "一百", "无", "投诉办结", "2024年", "和率", "≥", "9.", "百分之"]


@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_no_faster_than_the_text(kind: str) -> None:
    measure("预热词典")
    short, long = (min(_seconds(kind, size + more) for more in range(3)) for size in (8_000, 64_000))
    assert long < max(0.4, 16 * short)


def _seconds(kind: str, size: int) -> float:
    text = (kind * (size // len(kind) + 1))[:size]  # another length each time, so that nothing remembered answers
    start = process_time()
    numbers(text)
    parse(text)
    measure(text)
    return process_time() - start
