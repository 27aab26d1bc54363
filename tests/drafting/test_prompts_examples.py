"""The examples in the prompts pass the guard they teach, and a prompt of many rows stays within a small model's context."""

import json
import re

import pytest

from conftest import build, findings_of
from fuhe import prompts
from fuhe.drafting import draft_guard, reason_draft
from fuhe.policy import pack
from fuhe.rules import Sheet

PACK = pack("national-2020")
SAID = draft_guard.ground(build({"project": "无关项目", "rows": []}), PACK)
_REPLY = re.compile(r"^回复：(\{.*\})$", re.MULTILINE)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in ("id", "cause", "questions") for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [str(value)]


@pytest.mark.parametrize("task", ["reason", "opinion", "indicator"])
def test_examples_pass_the_guard(task: str) -> None:
    body = "".join(text for _, text in prompts.load(task).parts)
    replies = [json.loads(found) for found in _REPLY.findall(body)]
    assert replies
    for text in (text for reply in replies for text in _texts(reply)):
        found = [v for v in draft_guard.in_words(text, SAID) if task == "reason" or v.check != "原因"]
        assert found == [], (text, [str(v) for v in found])


def test_prompt_of_a_long_form_fits_four_thousand_tokens() -> None:
    rows = [f"社会效益｜改善第{n}片区群众生产生活条件｜效果显著｜效果显著｜5｜4｜完成" for n in range(15)]
    form = build({"rows": rows})
    messages = prompts.load("reason").render(**reason_draft.task(Sheet(form, PACK), findings_of(form)).variables())
    characters = sum(len(text) for _, text in messages)
    assert characters * 0.75 < 4000  # measured: 0.6 tokens a character for this mixture
