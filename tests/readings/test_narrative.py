"""Goals and outcomes: what counts as a commitment or a result, what is an echo, how long it takes."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from fuhe.readings.echo import differ, echoes
from fuhe.readings.narrative import Side, narrative
from fuhe.readings.stated_sums import stated_sums

TEXTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "narrative.yaml").read_text("utf-8"))
HOSTILE = (
    "1",
    "1+",
    "1+1=",
    "×",
    "甲乙",
    "完成",
    "建设",
    "新建房屋",
    "共3人其中",
    "，",
    "（",
    "“",
    "未",
    "90%",
    "Ⅲ",
    "㎡",
)


def _texts(part: str, kind: str) -> list[Any]:
    return [pytest.param(text, id=str(text)[:24]) for text in TEXTS[part][kind]]


@pytest.mark.parametrize("text", _texts("goals", "checkable"))
def test_goal_with_a_commitment(text: str) -> None:
    assert narrative(text, "goal").has_commitment is True


@pytest.mark.parametrize("text", _texts("goals", "empty"))
def test_goal_without_any(text: Any) -> None:
    assert narrative(str(text), "goal").has_commitment is False


@pytest.mark.parametrize("text", _texts("outcomes", "checkable"))
def test_outcome_with_a_result(text: str) -> None:
    assert narrative(text, "outcome").has_result is True


@pytest.mark.parametrize("text", _texts("outcomes", "empty"))
def test_outcome_without_any(text: Any) -> None:
    assert narrative(str(text), "outcome").has_result is False


@pytest.mark.parametrize("pair", _texts("echoes", "same"))
def test_outcome_repeats_its_goal(pair: list[str]) -> None:
    assert echoes(*pair)


@pytest.mark.parametrize("pair", _texts("echoes", "other"))
def test_outcome_tells_something(pair: list[str]) -> None:
    assert not echoes(*pair)


def test_items_say_what_is_counted() -> None:
    roads, share = narrative("完成86条村道日常养护，完好率92%", "outcome").figures
    assert (roads.figure, roads.unit, roads.act) == (86, "条", "养护")  # type: ignore[comparison-overlap]
    assert "村道" in roads.object
    assert (share.figure, share.unit, share.object) == (92, "%", "完好率")  # type: ignore[comparison-overlap]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1.58座公厕定人保洁；2.维修设施346处", [58, 346]),
        ("1.5万亩造林；2.3万亩封育", [15000, 23000]),
        ("1.58座公厕定人保洁。维修设施2处", [Decimal("1.58"), 2]),
        ("目标1：举办招聘会6场", [6]),
    ],
)
def test_the_numbers_of_items_count_nothing(text: str, figures: list[Decimal]) -> None:
    found = narrative(text, "outcome").figures
    assert [item.figure for item in found] == figures
    assert not any(item.aside for item in found)


def test_spans_point_into_the_cell() -> None:
    text = "目标：\n改造  农村危桥 ６座"
    (item,) = narrative(text, "goal").figures
    assert text[slice(*item.span)] == "６座"


def test_other_writing_is_unread() -> None:
    assert narrative("Maintain the reservoir dam", "goal").has_commitment is None


def test_things_that_differ_are_named() -> None:
    apart = differ("聘用护林员巡山，防治松材线虫病", "采购办公电脑40台，租用专线2条")
    assert apart is not None
    assert apart.told == ("办公电脑", "专线")


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("side", ["goal", "outcome"])
def test_long_texts_take_no_longer_than_their_length(kind: str, side: Side) -> None:
    short, long = (_seconds((kind * size)[:size], side) for size in (4_000, 64_000))
    assert long < 16 * max(short, 0.01) * 2


def _seconds(text: str, side: Side) -> float:
    begin = time.process_time()
    narrative(text, side)
    list(stated_sums(text))
    echoes(text, text + "了")
    differ(text, text[::-1])
    return time.process_time() - begin
