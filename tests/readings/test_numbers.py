"""Numbers in every script people type, where they stand and what they count."""

from decimal import Decimal

import pytest

from fuhe.readings.numbers import LONGEST, figures, numbers


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("九成", "90", "%"),
        ("九成五", "95", "%"),
        ("百分之九十八", "98", "%"),
        ("千分之三", "0.3", "%"),
        ("一半", "50", "%"),
        ("两千余人", "2000", "人"),
        ("⑨", "9", None),
        ("９５％", "95", "%"),
        ("1,200元", "1200", "元"),
        ("3.5万", "35000", None),
        ("3.5万人", "35000", "人"),
        ("三十五万元", "350000", "元"),
        ("1.2亿元", "120000000", "元"),
        ("100余万元", "1000000", "元"),
        ("十二场", "12", "场"),
    ],
)
def test_one_number_in_any_script(text: str, value: str, unit: str | None) -> None:
    (number,) = numbers(text)
    assert (number.value, number.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text", ["千方百计", "十分满意", "统一规划", "财预〔2020〕10号", "12345热线", "630KVA", "第一批", "2024年9月"]
)
def test_what_only_looks_like_a_figure(text: str) -> None:
    assert figures(text) == ()


def test_span_is_that_of_the_printed_text() -> None:
    text = "全年 完成８６条 村道"
    (number,) = figures(text)
    assert (text[number.start : number.end], text[number.end : number.after]) == ("８６", "条")


def test_long_text_is_read_to_its_bound() -> None:
    assert len(numbers("1人，" * LONGEST)) == pytest.approx(LONGEST / 3, abs=1)
