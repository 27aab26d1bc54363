"""Prompts show a shape and no sentence to copy, and a prompt of many rows stays within a small model's context."""

import json
import re

import pytest

from conftest import build, findings_of
from fuhe import prompts
from fuhe.drafting import reason_draft
from fuhe.policy import pack
from fuhe.rules import Sheet

PACK = pack("national-2020")


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [
            text
            for key, item in value.items()
            if key not in ("id", "cause", "questions", "blank")
            for text in _texts(item)
        ]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [str(value)]


@pytest.mark.parametrize(
    ("task", "begins"), [("reason", '{"rows"'), ("indicator", '{"rows"'), ("opinion", '{"overall"')]
)
def test_shape_holds_placeholders_only(task: str, begins: str) -> None:
    body = "".join(text for _, text in prompts.load(task).parts)
    (shape,) = re.findall(f"^{re.escape(begins)}.*}}$", body, re.MULTILINE)
    assert all(re.search("〈[^〉]+〉", text) for text in _texts(json.loads(shape)))
    assert "\n例" not in body


def test_prompt_of_a_long_form_fits_four_thousand_tokens() -> None:
    rows = [f"社会效益｜改善第{n}片区群众生产生活条件｜效果显著｜效果显著｜5｜4｜完成" for n in range(15)]
    form = build({"rows": rows})
    messages = prompts.load("reason").render(**reason_draft.task(Sheet(form, PACK), findings_of(form)).variables())
    characters = sum(len(text) for _, text in messages)
    assert characters * 0.75 < 4000  # measured: 0.6 tokens a character for this mixture
