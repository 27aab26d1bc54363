"""One question put to an endpoint: json_schema, then json_object, then plain text, within a few requests."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal

from pydantic import BaseModel

from fuhe.errors import ModelAnswerError, ModelError
from fuhe.model import faults
from fuhe.model.answer import UnusableError, Value, instruction, thinks, usable
from fuhe.model.budget import Requests, Tokens
from fuhe.model.faults import Fault
from fuhe.model.throttle import PATIENCE, Gate, ImpatientError
from fuhe.prompts import Message

Rung = Literal["json_schema", "json_object", "plain"]
RUNGS: tuple[Rung, ...] = ("json_schema", "json_object", "plain")
MAX_UNUSABLE = 3
MAX_AGAIN = 1


def _nothing_to_keep() -> None:
    """Stand in for the ledger where there is none, or where the reply comes from it."""


@dataclass(frozen=True)
class ServerAnswer:
    """What came back: the text, the thinking beside it, why it ended, and the tokens where the server counts them."""

    text: str
    reasoning: str = ""
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True)
class Reply(Generic[Value]):
    """A validated answer and what it cost; tokens are None where the server gave none, `tries` 0 from the ledger.

    `ms` is the time of all its requests without the waiting; `reasoned` tells that the model thought all the same.
    `keep` writes it into the ledger, for whoever asked to call once it has proved of use.
    """

    value: Value
    rung: Rung
    tries: int
    tokens_in: int | None
    tokens_out: int | None
    ms: int
    model: str
    reasoned: bool = False
    keep: Callable[[], None] = _nothing_to_keep


Send = Callable[[Sequence[Message], Rung, type[BaseModel], dict[str, Any]], ServerAnswer | Fault]
Wording = Callable[[Fault], ModelError]


class Habits:
    """What an endpoint is known to take: the highest rung, and the optional fields."""

    def __init__(self, rung: int = 0, extras: dict[str, Any] | None = None) -> None:
        self.rung, self.extras = rung, extras or {}
        self._lock = threading.Lock()

    def learn(self, rung: int, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Remember the rung, never a higher one than before, and the fields left out or added."""
        with self._lock:
            self.rung = max(self.rung, rung)
            kept = {name: value for name, value in self.extras.items() if name in now or name not in before}
            self.extras = kept | {name: value for name, value in now.items() if name not in before}


@dataclass
class Wire:
    """The way to one endpoint, shared by all questions of a run."""

    name: str
    send: Send
    wording: Wording
    habits: Habits
    gate: Gate
    tokens: Tokens
    clock: Callable[[], float] = time.monotonic


def put(line: Wire, messages: Sequence[Message], schema: type[Value], requests: Requests) -> Reply[Value]:
    """Ask until an answer fits the schema; raises ModelError when none does or the requests are used up."""
    question = _Question(line, messages, schema, requests, line.habits.rung, dict(line.habits.extras))
    while True:
        said = question.send()
        if isinstance(said, Fault):
            question.change(said)
            continue
        try:
            value = usable(schema, said.text if said.text.strip() else said.reasoning)
        except UnusableError as error:
            question.complain(said, str(error))
        else:
            return question.reply(value)


@dataclass
class _Question(Generic[Value]):
    """One question under way; `taken` is the rung below all that were refused as a format."""

    line: Wire
    messages: Sequence[Message]
    schema: type[Value]
    requests: Requests
    rung: int
    extras: dict[str, Any]
    taken: int = 0
    note: str = ""
    tries: int = 0
    unusable: int = 0
    again: int = 0
    waited: float = 0.0
    seconds: float = 0.0
    said: list[ServerAnswer] = field(default_factory=list)
    began: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.extras

    def send(self) -> ServerAnswer | Fault:
        """Make one request, in turn, and count it."""
        line = self.line
        messages = _with_schema(self.messages, self.schema, self.note)
        try:
            with line.gate.turn(PATIENCE - self.waited) as waited:
                self.waited += waited
                self.requests.take()
                self.tries += 1
                start = line.clock()
                said = line.send(messages, RUNGS[self.rung], self.schema, self.extras)
                self.seconds += line.clock() - start
                self._tell_gate(said)
        except ImpatientError as error:
            raise line.wording(Fault(429)) from error
        if isinstance(said, ServerAnswer):
            self._count(said, messages)
            self._learn()
        return said

    def _learn(self) -> None:
        """Only an answer proves that the refusals before it were about the format."""
        self.line.habits.learn(self.taken, self.began, self.extras)
        self.began = self.extras

    def _tell_gate(self, said: ServerAnswer | Fault) -> None:
        """Inside the turn, so that the next in line already meets a closed gate."""
        if isinstance(said, ServerAnswer):
            self.line.gate.passed()
        elif faults.verdict(said, ()) == "busy":
            self.line.gate.back_off(said.retry_after)

    def _count(self, said: ServerAnswer, messages: Sequence[Message]) -> None:
        self.said.append(said)
        characters = len(said.text) + len(said.reasoning) + sum(len(text) for _, text in messages)
        self.line.tokens.add(said.tokens_in, said.tokens_out, characters)

    def change(self, fault: Fault) -> None:
        """Ask differently, or once more, after a request that failed; raises ModelError when that would not help."""
        if not self.requests.left:
            raise self.line.wording(fault)
        match faults.verdict(fault, self.extras):
            case "busy":
                return
            case "again" if self.again < MAX_AGAIN:
                self.again += 1
            case "field":
                self._drop(faults.named(fault, self.extras))
            case "switch":
                self.extras = {**self.extras, faults.QWEN_SWITCH: False}
            case "overflow" if "max_tokens" in self.extras:
                self._drop(["max_tokens"])
            case "format" if self.rung < len(RUNGS) - 1:
                self.taken = self.rung = self.rung + 1
            case "format" if self.extras:
                self._drop(list(self.extras))
            case _:
                raise self.line.wording(fault)

    def _drop(self, names: Sequence[str]) -> None:
        self.extras = {name: value for name, value in self.extras.items() if name not in names}

    def complain(self, said: ServerAnswer, reason: str) -> None:
        """Step down for this question only and say what was wrong; raises ModelAnswerError at the third time."""
        self.unusable += 1
        if said.finish == "content_filter":
            raise _no_answer("服务方的内容审核没有放行")
        if said.finish == "length":
            reason = "回复过长被截断"
        if self.unusable >= MAX_UNUSABLE or not self.requests.left:
            raise _no_answer(f"模型 {self.line.name} 连续 {self.unusable} 次没有给出可用的回复（{reason}）")
        self.note = f"上一次的回复不能用：{reason}。请重新作答，只输出一个完整的 json 对象。"
        self.rung = min(self.rung + 1, len(RUNGS) - 1)

    def reply(self, value: Value) -> Reply[Value]:
        """Put together the answer and what it cost."""
        return Reply(
            value=value,
            rung=RUNGS[self.rung],
            tries=self.tries,
            tokens_in=_total([said.tokens_in for said in self.said]),
            tokens_out=_total([said.tokens_out for said in self.said]),
            ms=round(self.seconds * 1000),
            model=self.line.name,
            reasoned=any(_reasoned(said) for said in self.said),
        )


def _with_schema(messages: Sequence[Message], schema: type[BaseModel], note: str) -> list[Message]:
    """End the last message with the schema and what was wrong before: some servers take no second user message."""
    *head, (role, text) = messages
    return [*head, (role, "\n\n".join(part for part in (text, instruction(schema), note) if part))]


def _reasoned(said: ServerAnswer) -> bool:
    """Where there is no text beside it, the "reasoning" is the answer."""
    return thinks(said.text) or bool(said.reasoning.strip() and said.text.strip())


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _no_answer(what: str) -> ModelAnswerError:
    return ModelAnswerError(what, todo="本稿改按规则起草")
