"""Deviation texts of many fields: whether a cause and a measure are named, who acts and by when."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fuhe.readings.reason import read_reason, says_nothing

TEXTS = yaml.safe_load((Path(__file__).parent / "reason.yaml").read_text("utf-8"))


def _same(found: str | None, wanted: str | None) -> bool:
    return found == wanted or bool(found and wanted and (found in wanted or wanted in found))


@pytest.mark.parametrize("told", TEXTS, ids=lambda told: told["text"][:20])
def test_reason_is_read(told: dict[str, Any]) -> None:
    found = read_reason(told["text"], told.get("name", ""), told.get("year"))
    assert (found.has_cause, found.has_measure is not False) == (told["cause"], told["measure"]), found.why
    if told["measure"]:
        assert _same(found.owner, told.get("owner")), found.owner
        assert _same(found.due, told.get("due")), found.due


def test_there_are_texts_of_both_sides() -> None:
    assert len(TEXTS) > 120
    assert 0.4 < sum(told["cause"] for told in TEXTS) / len(TEXTS) < 0.6


@pytest.mark.parametrize(
    "text", [None, "", "无", "（无）", "“完成”", "已按计划完成。", "/", "——", "×", "0", "无\u200b", "完成；完成"]
)
def test_stock_words_say_nothing(text: str | None) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["未完成", "雨季停工", "无法施工", "下一步加强管理", "进度滞后"])
def test_words_of_its_own_say_something(text: str) -> None:
    assert not says_nothing(text)


def test_clauses_point_into_the_printed_text() -> None:
    text = "　1、原因：汛期连续降雨，3处路段未完成修复；下一步由养护科于６月底前修复。"
    found = read_reason(text)
    assert [text[clause.start : clause.end] for clause in found.of("cause", "shortfall", "measure")] == [
        "汛期连续降雨",
        "3处路段未完成修复",
        "下一步由养护科于６月底前修复",
    ]
    assert (found.owner, found.due) == ("养护科", "6月底前")


@pytest.mark.parametrize("hostile", ["1", "，", "“", "未", "1、", "因", "科", "由", "的，", "6月底前", "①", "整改(续"])
def test_reading_is_bounded(hostile: str) -> None:
    assert len(read_reason(hostile * 40_000).clauses) <= 5000
