"""What is read of a chat completion, whichever server it comes from; all the rest of it is passed over."""

import json
from typing import Any

from pydantic import BaseModel, Field, ValidationError


class Message(BaseModel):
    """The assistant's turn; vLLM and its kin put the thinking, and now and then the answer, under two names."""

    content: str | list[Any] | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: Any = None
    refusal: str | None = None


class Choice(BaseModel):
    """One of the answers; only the first is read."""

    message: Message
    finish_reason: str | None = None


class Usage(BaseModel):
    """The tokens counted; the zeros some gateways fill in are no count."""

    prompt_tokens: int = Field(gt=0)
    completion_tokens: int = Field(gt=0)


class Completion(BaseModel):
    """A reply that has at least one choice."""

    choices: list[Choice] = Field(min_length=1)
    usage: Any = None

    @property
    def reasoning(self) -> str:
        """The thinking beside the text."""
        said = self.choices[0].message
        return said.reasoning_content or said.reasoning or ""

    @property
    def called(self) -> str:
        """What was put into the call of a tool nobody offered: some models answer that way."""
        calls = self.choices[0].message.tool_calls
        first = calls[0] if isinstance(calls, list) and calls else None
        return json.dumps(first, ensure_ascii=False) if isinstance(first, dict) else ""

    @property
    def finish(self) -> str | None:
        """Why the text ended; a refusal counts as the server's filter."""
        first = self.choices[0]
        return "content_filter" if first.message.refusal else first.finish_reason

    @property
    def tokens(self) -> tuple[int, int] | None:
        """The tokens read and written, None where the server gives none."""
        try:
            found = Usage.model_validate(self.usage)
        except ValidationError:
            return None
        return found.prompt_tokens, found.completion_tokens
