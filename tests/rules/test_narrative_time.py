"""Rules on narratives take no longer than the text is: a cell of digits, signs or acts hangs nothing."""

import time

import pytest

from conftest import build
from fuhe.policy import pack
from fuhe.rules import RULES, Sheet
from fuhe.settings import Settings

ON_TEXTS = (
    "D006",
    "D007",
    "N001",
    "N002",
    "N003",
    "N004",
    "N005",
    "N006",
    "N007",
    "N011",
    "N012",
    "N013",
    "N014",
    "V017",
)
HOSTILE = ("1", "1+", "１.", "×", "甲乙", "建设房屋", "共3人其中", "，", "〔", "未发放5人", "95%", "一")


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_no_faster_than_the_text(kind: str) -> None:
    short, long = (_seconds((kind * size)[:size]) for size in (2_000, 64_000))
    assert long < 2 * 32 * max(short, 0.02)
    assert long < 20


def _seconds(text: str) -> float:
    row = f"社会效益｜{text}｜100%｜100%｜10｜10｜{text}"
    sheet = Sheet(build({"goal": text, "outcome": text[::-1], "rows": [row], "notes": [text]}), pack(Settings().policy))
    begin = time.process_time()
    for rule in RULES:
        if rule.code in ON_TEXTS:
            list(rule.check(sheet))
    return time.process_time() - begin
