"""Phrases read with their names, and actuals held against what their row asks: many fields, half of them silent."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from fuhe.readings.answering import answers
from fuhe.readings.phrase import phrase

HERE = Path(__file__).parent
PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "phrase.yaml").read_text("utf-8"))
ANSWERS: dict[str, list[str]] = yaml.safe_load((HERE / "answering.yaml").read_text("utf-8"))
WANTED = {"checked": True, "vague": False, "open": None}


def _phrases() -> list[Any]:
    return [
        pytest.param(*text.split("｜"), side, WANTED[kind], id=text)
        for side, kinds in PHRASES.items()
        for kind, texts in kinds.items()
        for text in texts
    ]


@pytest.mark.parametrize(("name", "text", "side", "wanted"), _phrases())
def test_phrase_can_be_checked(name: str, text: str, side: Any, wanted: bool | None) -> None:
    found = phrase(text, name, side)
    assert found.checkable is wanted, found.why


@pytest.mark.parametrize(("wanted", "text"), [(key == "same", text) for key in ANSWERS for text in ANSWERS[key]])
def test_actual_answers_its_question(wanted: bool, text: str) -> None:
    assert answers(*text.split("｜")) is wanted


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("达成年度指标", "met"),
        ("部分达成年度指标并具有一定效果", "part"),
        ("未达成年度指标且效果较差", "unmet"),
        ("已全部完成", "met"),
        ("基本完成", "part"),
        ("未通过", "unmet"),
        ("全部合格", "met"),
        ("效果显著", None),
        ("按合同执行", None),
    ],
)
def test_printed_grade(text: str, grade: str | None) -> None:
    assert phrase(text).grade == grade


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("优秀", "年度考核等次", "grade"),
        ("下降", "发病率较上年", "standard"),
        ("显著", "宣传效果", "degree"),
        ("好/一般/差", None, "ranks"),
        ("无事故", None, "holds"),
        ("汛期前完成", None, "deadline"),
        ("印发实施方案", None, "done"),
        ("说明原因（100字以内）", None, "prompt"),
        ("—", None, "nothing"),
        ("据实", None, "unread"),
    ],
)
def test_kind_of_phrase(text: str, name: str | None, kind: str) -> None:
    assert phrase(text, name).kind == kind


def test_fact_is_told_with_its_place() -> None:
    found = phrase("效果明显，全年开班24期", side="actual")
    assert (found.says, found.text[slice(*found.span)]) == ("全年开班24期", "全年开班24期")


@pytest.mark.parametrize("unit", ["1", "提升", "无", "达到标准", "甲乙", "一", "、", "a", "已完成，"])
def test_time_grows_with_length_only(unit: str) -> None:
    spent = []
    for size in (1000, 8000, 64000):
        text = (unit * size)[:size]
        began = time.process_time()
        phrase(text, "指标")
        answers("指标", text, "≥5次")
        spent.append(time.process_time() - began)
    assert spent[2] < 16 * spent[1] + 0.5
