"""One request a form and kind: ask, guard, repair once, and fall back to the rules' own draft; never an exception."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel

from fuhe import prompts
from fuhe.drafting.draft_guard import Violation
from fuhe.drafting.proposal import Proposal, finished
from fuhe.drafts import Draft
from fuhe.errors import ModelError
from fuhe.model.budget import Requests
from fuhe.model.connection import Model
from fuhe.model.ledger import key
from fuhe.model.structured import Reply
from fuhe.prompts import Message

FAULT = "大模型："
"""How the violation begins that tells of a model which gave no answer; such a draft is worth another try."""

Judged = dict[str, tuple[Proposal, list[Violation]]]


class Task(Protocol):
    """What a kind of draft has to say for itself: its prompt, its reply, its floor, and what it makes of a reply."""

    @property
    def name(self) -> str:
        """The prompt file."""

    @property
    def schema(self) -> type[BaseModel]:
        """The reply's shape."""

    def variables(self) -> dict[str, str]:
        """Return what the prompt is filled with."""

    def fallbacks(self) -> list[Proposal]:
        """Return what the rules alone propose, in printed order; empty where nothing is to be drafted."""

    def judged(self, reply: BaseModel) -> Judged:
        """Return by field the proposal a reply makes and everything the guard has against it."""


@dataclass
class Outcome:
    """The drafts of one form and kind, and how they came about."""

    drafts: list[Draft] = field(default_factory=list)
    at_once: int = 0
    repaired: int = 0
    fallen_back: int = 0
    requests: int = 0
    tokens: int = 0
    fault: ModelError | None = None

    def __add__(self, other: "Outcome") -> "Outcome":
        """Put two kinds of one form together; the first fault stands for both."""
        return Outcome(
            self.drafts + other.drafts,
            self.at_once + other.at_once,
            self.repaired + other.repaired,
            self.fallen_back + other.fallen_back,
            self.requests + other.requests,
            self.tokens + other.tokens,
            self.fault or other.fault,
        )


def write(task: Task, model: Model | None, about: str = "") -> Outcome:
    """Draft one form and kind; `about` is what the reply depends on besides the prompt's variables.

    Whatever the model does, every field gets a guarded draft or the rules' own, which records what was refused.
    """
    floor = task.fallbacks()
    if model is None or not floor:
        return Outcome([finished(proposal) for proposal in floor])
    round_ = _Round(task, model, about)
    try:
        first = round_.ask(())
    except ModelError as error:
        drafts = [finished(proposal, violations=(f"{FAULT}{error}",)) for proposal in floor]
        return Outcome(drafts, fallen_back=len(floor), requests=round_.requests.used, fault=error)
    judged = _complete(task.judged(first.value), floor)
    wrong = {name: found for name, (_, found) in judged.items() if found}
    second, fault = _repaired(round_, task, first, wrong, floor) if wrong else ({}, None)
    return _outcome(floor, judged, second, round_, fault)


class _Round:
    """The requests of one form and kind, first and repair round on one budget."""

    def __init__(self, task: Task, model: Model, about: str) -> None:
        self.task, self.model, self.requests, self.tokens = task, model, Requests(), 0
        self.prompt = prompts.load(task.name)
        self.messages = self.prompt.render(**task.variables())
        self.about = about

    def ask(self, more: Sequence[Message]) -> Reply[BaseModel]:
        """Send the prompt and what comes after it; counts what it cost."""
        messages = (*self.messages, *more)
        asked = key(str(self.prompt), self.model.name, self.about, json.dumps(messages, ensure_ascii=False))
        reply = self.model.ask(messages, self.task.schema, asked, prompt=str(self.prompt), requests=self.requests)
        if reply.tries:
            self.tokens += (reply.tokens_in or 0) + (reply.tokens_out or 0)
        return reply


def _complete(judged: Judged, floor: list[Proposal]) -> Judged:
    """Count a field the reply forgot as a violation."""
    missing = {entry.field: (entry, [Violation("格式", "回复里缺少这一条")]) for entry in floor}
    return missing | {name: judged[name] for name in missing if name in judged}


def _repaired(
    round_: _Round, task: Task, first: Reply[BaseModel], wrong: dict[str, list[Violation]], floor: list[Proposal]
) -> tuple[Judged, ModelError | None]:
    """Hand the model its violations, once; without a second reply the fallbacks stand."""
    if not round_.requests.left:
        return {}, None
    told = "\n".join(f"- {violation}" for found in wrong.values() for violation in found)
    answer = first.value.model_dump_json()
    note = f"你上次的回复：\n{answer}\n\n其中有这些问题：\n{told}\n\n请改正后按同样格式重新回复，所有行都要有。"
    try:
        second = round_.ask((("user", note),))
    except ModelError as error:
        return {}, error
    judged = _complete(task.judged(second.value), floor)
    return {name: judged[name] for name in wrong}, None


def _outcome(floor: list[Proposal], first: Judged, second: Judged, round_: _Round, fault: ModelError | None) -> Outcome:
    outcome = Outcome(requests=round_.requests.used, tokens=round_.tokens, fault=fault)
    share = round_.tokens // len(floor) or None
    for fallback in floor:
        proposal, found = first[fallback.field]
        met = [str(violation) for violation in found]
        if not found:
            outcome.at_once += 1
        elif (again := second.get(fallback.field)) and not again[1]:
            proposal, outcome.repaired = again[0], outcome.repaired + 1
        else:
            met += [str(violation) for violation in (again[1] if again else ())]
            outcome.fallen_back += 1
            outcome.drafts.append(finished(fallback, violations=dict.fromkeys(met)))
            continue
        origin = {"model": round_.model.name, "prompt": str(round_.prompt)}
        outcome.drafts.append(finished(proposal, violations=dict.fromkeys(met), tokens=share, **origin))
    return outcome
