"""Finding the answer in whatever text a model returns."""

import time

import pytest
from pydantic import BaseModel, ConfigDict

from fuhe.model.answer import UnusableError, instruction, usable


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item] = []
    name: str = ""


GOOD = '{"items": [{"name": "甲"}], "name": "乙"}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"好的：{GOOD} 以上。",
        f"槽位写作 {{缺口}}，结果：{GOOD}",
        f'先举例 {{"name": "例"}}，正式答复：{GOOD}',
        f'<think>{{"name": "想"}} 再想</think>{GOOD}',
        f"{GOOD}\n{{缺口}}",
    ],
)
def test_object_is_found_in_any_wrapping(text: str) -> None:
    assert usable(Answer, text).name == "乙"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有内容"),
        (" \n\t", "没有内容"),
        ("没有 json", "没有完整的 json 对象"),
        (GOOD[:-1], "没有完整的 json 对象"),
        (GOOD[:-3], "没有完整的 json 对象"),
        ('{"items": [{"name": "甲"}, {"na', "没有完整的 json 对象"),
        ('{"items": [{"nom": "甲"}]}', "json 不符合要求：items.0.nom多余"),
        ('{"items": "甲"}', "json 不符合要求：items的值不对"),
        ('{"name": "\\ud800"}', "json 不符合要求：整体的值不对"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(UnusableError, match=f"^{reason}$"):
        usable(Answer, text)


@pytest.mark.parametrize("text", ["{" * 300_000, '{"a":' * 100_000, "{x" * 100_000, '{"a' * 100_000, "[" * 300_000])
def test_hostile_text_costs_little(text: str) -> None:
    start = time.process_time()
    with pytest.raises(UnusableError):
        usable(Answer, text)
    assert time.process_time() - start < 1


def test_instruction_says_json_and_the_schema() -> None:
    assert "json" in instruction(Answer)
    assert '"title":"Answer"' in instruction(Answer)


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"name": "甲"},], "name": "乙",}',
        "{'items': [{'name': '甲'}], 'name': '乙'}",
        '{"name": "answer", "arguments": {"items": [], "name": "乙"}}',
        '{"function": {"name": "answer", "arguments": "{\\"items\\": [], \\"name\\": \\"乙\\"}"}}',
    ],
)
def test_almost_json_and_tool_calls_are_read(text: str) -> None:
    assert usable(Answer, text).name == "乙"


class Rows(BaseModel):
    rows: tuple[Item, ...]


@pytest.mark.parametrize("text", ['[{"name": "甲"}, {"name": "乙"}]', "好的：[{'name': '甲'}, {'name': '乙'},]"])
def test_bare_array_is_the_one_list_asked_for(text: str) -> None:
    assert [item.name for item in usable(Rows, text).rows] == ["甲", "乙"]
