"""The JSON object inside whatever text a model returns, checked against its pydantic model."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Value = TypeVar("Value", bound=BaseModel)

MAX_TEXT = 200_000  # characters
MAX_STARTS = 500
MAX_LOOSE = 60_000  # characters of an object that is not quite JSON
MAX_TRIED = 3  # objects of a text that are read loosely
_KINDS = {
    "missing": "缺少",
    "extra_forbidden": "多余",
    "string_too_long": "过长",
    "string_too_short": "过短",
    "too_long": "过多",
    "too_short": "过少",
}
_TRAILING = re.compile(r",\s*([}\]])")
_PYTHON = {"true": "True", "false": "False", "null": "None"}
_CONSTANTS = re.compile(r"\b(?:true|false|null)\b")
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
    for candidate in reversed([shape for found in objects(text) for shape in _shapes(found)]):
        try:
            return schema.model_validate_json(json.dumps(candidate))  # as JSON: half characters are refused
        except ValidationError as error:
            reason = _reason(error)
    for candidate in _arrays(schema, text):
        try:
            return schema.model_validate_json(json.dumps(candidate))
        except ValidationError as error:
            reason = _reason(error)
    raise UnusableError(reason)


def _shapes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a tool call carries, however it is wrapped, and last the object as it is."""
    for name in ("function", "arguments", "parameters", "input"):
        inner = found.get(name)
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            inner = next(objects(inner), None)
        if isinstance(inner, dict):
            yield from _shapes(inner)
    yield found


def _arrays(schema: type[BaseModel], text: str) -> Iterator[dict[str, Any]]:
    """Yield a bare array as the one list the schema asks for."""
    lists = [name for name, entry in schema.model_fields.items() if "tuple" in str(entry.annotation)]
    if len(lists) == 1 and len(schema.model_fields) == 1 and (start := text.find("[")) >= 0:
        value = _loose(text[start : text.rfind("]") + 1])
        if isinstance(value, list):
            yield {lists[0]: value}


def _loose(text: str) -> Any:
    """Read an object or array with trailing commas or in single quotes; None where it cannot be read."""
    for plain in (text, _TRAILING.sub(r"\1", text)):
        try:
            return json.loads(plain, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return ast.literal_eval(_CONSTANTS.sub(lambda found: _PYTHON[found[0]], text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def thinks(text: str) -> bool:
    """Whether the text begins with thoughts; an empty pair of marks is none."""
    found = _THOUGHT.match(text[:MAX_TEXT])
    return bool(found and found[1].strip())


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Find the JSON objects in a text, in order, whatever stands around them."""
    text, at, tried = _THOUGHT.sub("", text[:MAX_TEXT]).rstrip(), 0, 0
    for _ in range(MAX_STARTS):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            tried += 1
            if tried <= MAX_TRIED and (end := _closing(text, at)) and isinstance(value := _loose(text[at:end]), dict):
                yield value
                at = end
                continue
            if error.msg.startswith("Unterminated") or error.pos >= len(text):
                return  # cut short: an object inside the half is not the answer
            at += 1
        except (ValueError, RecursionError):
            at += 1
        else:
            yield value


def _closing(text: str, start: int) -> int:
    """Return where the brace that opens here is closed, quotation marks of both kinds heeded; 0 where it is not."""
    depth, quote, at = 0, "", start
    while at < min(len(text), start + MAX_LOOSE):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return 0


def _reason(error: ValidationError) -> str:
    """Name the first fields that are wrong, without repeating what stood in them."""
    faults = [
        f"{'.'.join(map(str, fault['loc'])) or '整体'}{_KINDS.get(fault['type'], '的值不对')}"
        for fault in error.errors()[:3]
    ]
    return "json 不符合要求：" + "，".join(faults)
