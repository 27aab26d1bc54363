"""What is said of money: whether a text says why it was not spent, and of which money it speaks."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fuhe.readings.money import State, money_said, says_why_unspent

TEXTS = yaml.safe_load((Path(__file__).parent / "money.yaml").read_text("utf-8"))


@pytest.mark.parametrize("told", TEXTS, ids=lambda told: told["text"][:20])
def test_money_is_read(told: dict[str, Any]) -> None:
    found = money_said(told["text"], told.get("year"))
    assert found.explains == told["explains"], found.items


@pytest.mark.parametrize(
    ("text", "says_why"),
    [
        ("春季用的是上年库存，少买了一批", True),
        ("总包单位与分包单位打官司", True),
        ("巡检经费还有结余", False),
        ("培训专款支付进度偏慢，今后加快支付进度", False),
        ("经费按规定管理，不存在挤占挪用", False),
        ("修缮资金结余较多", False),
    ],
)
def test_a_cause_beside_the_amounts_need_not_name_money(text: str, says_why: bool) -> None:
    assert says_why_unspent(text) is says_why


@pytest.mark.parametrize(
    ("text", "state", "subject"),
    [
        ("设备尾款14.32万元待验收后支付", "paid later", "尾款"),
        ("货款2万元尚未支付", "unpaid", "货款"),
        ("公开招标节约经费3万元", "less needed", "经费"),
        ("结余资金上缴财政", "returned", "资金"),
        ("中央资金12月才下达", "arrived late", "资金"),
        ("年中压减预算20万元", "adjusted", "预算"),
    ],
)
def test_state_and_subject_are_named(text: str, state: State, subject: str) -> None:
    found = money_said(text)
    assert found.has(state)
    assert subject in {item.subject for item in found.items}


def test_amount_is_read() -> None:
    (item, *_) = money_said("设备尾款14.32万元待验收后支付").items
    assert item.amount
    assert (str(item.amount.number), item.amount.unit) == ("14.32", "万元")


@pytest.mark.parametrize("hostile", ["1", "，", "未付", "费", "付5%", "1万元"])
def test_reading_of_money_is_bounded(hostile: str) -> None:
    assert len(money_said(hostile * 40_000).items) <= 5000
