"""The JSON object inside whatever text a model returns, checked against its pydantic model."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Value = TypeVar("Value", bound=BaseModel)

MAX_TEXT = 200_000  # characters
MAX_STARTS = 500
_KINDS = {
    "missing": "缺少",
    "extra_forbidden": "多余",
    "string_too_long": "过长",
    "string_too_short": "过短",
    "too_long": "过多",
    "too_short": "过少",
}
_THOUGHT = re.compile(r"\A\s*(?:<think(?:ing)?>)?(.*?)</think(?:ing)?>", re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


class UnusableError(Exception):
    """An answer that is not the object asked for; the text says why, in words the model can act on."""


def instruction(schema: type[BaseModel]) -> str:
    """Return the sentence that asks for JSON and the schema; it goes with every request, whatever the server enforces."""
    text = json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))
    return f"只输出一个 json 对象，不加代码块标记、说明或其他文字。它必须符合以下 JSON Schema：\n{text}"


def usable(schema: type[Value], text: str) -> Value:
    """Return the last valid object in the text; raises UnusableError with the reason."""
    reason = "没有完整的 json 对象" if text.strip() else "没有内容"
    for candidate in reversed(list(objects(text))):
        try:
            return schema.model_validate_json(json.dumps(candidate))  # as JSON: half characters are refused
        except ValidationError as error:
            reason = _reason(error)
    raise UnusableError(reason)


def thinks(text: str) -> bool:
    """Whether the text begins with thoughts; an empty pair of marks is none."""
    found = _THOUGHT.match(text[:MAX_TEXT])
    return bool(found and found[1].strip())


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Find the JSON objects in a text, in order, whatever stands around them."""
    text, at = _THOUGHT.sub("", text[:MAX_TEXT]).rstrip(), 0
    for _ in range(MAX_STARTS):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated") or error.pos >= len(text):
                return  # cut short: an object inside the half is not the answer
            at += 1
        except (ValueError, RecursionError):
            at += 1
        else:
            yield value


def _reason(error: ValidationError) -> str:
    """Name the first fields that are wrong, without repeating what stood in them."""
    faults = [
        f"{'.'.join(map(str, fault['loc'])) or '整体'}{_KINDS.get(fault['type'], '的值不对')}"
        for fault in error.errors()[:3]
    ]
    return "json 不符合要求：" + "，".join(faults)
