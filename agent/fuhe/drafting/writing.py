"""One request a form and kind: ask, guard, repair once, and fall back to the rules' own draft; never an exception."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pydantic import BaseModel

from fuhe import prompts
from fuhe.drafting.draft_guard import Violation
from fuhe.drafting.proposal import Proposal, finished, printed
from fuhe.drafting.sentence import Doubt
from fuhe.drafts import Draft, ForeignWord, Suggestion
from fuhe.errors import ModelError
from fuhe.model.budget import Requests
from fuhe.model.ledger import key
from fuhe.model.sending import Model
from fuhe.model.structured import Reply
from fuhe.prompts import Message

FAULT = "大模型："
"""How the violation begins that tells of a model which gave no answer; such a draft is worth another try."""


@dataclass(frozen=True)
class ShownApart:
    """A model's wording that may be shown but not inserted: the draft it makes, its own words in it, which are foreign,
    and the part of it that may be inserted, where there is one."""

    proposal: Proposal
    words: str
    doubts: tuple[Doubt, ...]
    kept: Proposal | None = None

    def suggestion(self, model: str, prompt: str) -> Suggestion:
        """Print it with the places of its foreign words."""
        text = printed(self.proposal.template, self.proposal.facts)
        at = max(text.find(printed(self.words, self.proposal.facts)), 0)
        foreign = []
        for doubt in self.doubts:
            start = text.find(doubt.text, at)
            if start >= 0:
                foreign.append(ForeignWord(start=start, end=start + len(doubt.text), why=doubt.why))
                at = start + 1
        return Suggestion(text=text, field=self.proposal.field, foreign=tuple(foreign), model=model, prompt=prompt)


class FieldVerdict(NamedTuple):
    """What a reply makes of one field: the draft, what speaks against it, and what may be shown all the same."""

    proposal: Proposal
    against: list[Violation]
    apart: ShownApart | None = None


Judged = dict[str, FieldVerdict | tuple[Proposal, list[Violation]]]
_Verdicts = dict[str, FieldVerdict]


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
    apart: int = 0

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
            self.apart + other.apart,
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
    wrong = {name: verdict.against for name, verdict in judged.items() if verdict.against}
    second, fault = _repaired(round_, task, first, wrong, floor) if wrong else ({}, None)
    outcome = _outcome(floor, judged, second, round_, fault)
    if outcome.fallen_back == outcome.apart:
        round_.keep()
    return outcome


class _Round:
    """The requests of one form and kind, first and repair round on one budget."""

    def __init__(self, task: Task, model: Model, about: str) -> None:
        self.task, self.model, self.requests, self.tokens = task, model, Requests(), 0
        self.prompt = prompts.load(task.name)
        self.messages = self.prompt.render(**task.variables())
        self.about = about
        self.replies: list[Reply[BaseModel]] = []

    def ask(self, more: Sequence[Message]) -> Reply[BaseModel]:
        """Send the prompt and what comes after it; counts what it cost."""
        messages = (*self.messages, *more)
        asked = key(str(self.prompt), self.model.name, self.about, json.dumps(messages, ensure_ascii=False))
        reply = self.model.ask(messages, self.task.schema, asked, prompt=str(self.prompt), requests=self.requests)
        self.replies.append(reply)
        if reply.tries:
            self.tokens += (reply.tokens_in or 0) + (reply.tokens_out or 0)
        return reply

    def keep(self) -> None:
        """Keep the replies of a form of which every field came to something; refused ones are asked for again."""
        for reply in self.replies:
            reply.keep()


def _complete(judged: Judged, floor: list[Proposal]) -> _Verdicts:
    """Count a field the reply forgot as a violation."""
    missing = {entry.field: FieldVerdict(entry, [Violation("格式", "回复里缺少这一条")]) for entry in floor}
    return missing | {name: FieldVerdict(*judged[name]) for name in missing if name in judged}


def _repaired(
    round_: _Round, task: Task, first: Reply[BaseModel], wrong: dict[str, list[Violation]], floor: list[Proposal]
) -> tuple[_Verdicts, ModelError | None]:
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


def _outcome(
    floor: list[Proposal], first: _Verdicts, second: _Verdicts, round_: _Round, fault: ModelError | None
) -> Outcome:
    outcome = Outcome(requests=round_.requests.used, tokens=round_.tokens, fault=fault)
    for fallback in floor:
        rounds = [first[fallback.field], *([second[fallback.field]] if fallback.field in second else [])]
        outcome.drafts.append(_settled(fallback, rounds, round_, outcome, round_.tokens // len(floor) or None))
    return outcome


def _settled(
    fallback: Proposal, rounds: list[FieldVerdict], round_: _Round, outcome: Outcome, share: int | None
) -> Draft:
    """Return the model's draft where one of its rounds may go in, else the rules' own with the model's shown apart."""
    met = dict.fromkeys(str(violation) for verdict in rounds for violation in verdict.against)
    model, prompt = round_.model.name, str(round_.prompt)
    sound = next((verdict for verdict in rounds if not verdict.against), None)
    if sound is not None:
        outcome.at_once += sound is rounds[0]
        outcome.repaired += sound is not rounds[0]
        return finished(sound.proposal, violations=met, tokens=share, model=model, prompt=prompt)
    outcome.fallen_back += 1
    apart = next((verdict.apart for verdict in reversed(rounds) if verdict.apart), None)
    if apart is None:
        return finished(fallback, violations=met)
    outcome.apart += 1
    shown = apart.suggestion(model, prompt)
    if apart.kept is not None:
        return finished(apart.kept, violations=met, tokens=share, suggestion=shown, model=model, prompt=prompt)
    return finished(fallback, violations=met, suggestion=shown)
