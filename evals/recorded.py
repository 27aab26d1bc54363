"""Answers of a real model, kept once and replayed at the one seam to the model, keyed by a hash of the request."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuhe.errors import ModelAnswerError, ModelError
from fuhe.model.answer import Value
from fuhe.model.budget import Requests
from fuhe.model.sending import Model
from fuhe.model.structured import Reply
from fuhe.prompts import Message

FOLDER = Path(__file__).parent / "data/recorded"


@dataclass
class Recorded:
    """A model that answers from a file and, with `live`, asks for what the file lacks; `missing` counts the rest.

    `take` tells fresh repeats of one question apart. An answer of no use is kept as the failure it was; a server that
    does not serve is not an answer: it is kept in `broken`.
    """

    path: Path
    live: Model | None = None
    take: int = 1
    missing: int = 0
    broken: ModelError | None = None
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: dict[str, dict[str, Any]] = field(default_factory=dict)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.path.stem
        if self.path.exists():
            lines = self.path.read_text("utf-8").splitlines()
            self.entries = {entry["key"]: entry for entry in map(json.loads, lines)}

    def ask(
        self,
        messages: Sequence[Message],
        schema: type[Value],
        key: str = "",
        *,
        prompt: str = "",
        requests: Requests | None = None,
    ) -> Reply[Value]:
        """Return what was recorded; raises ModelAnswerError where the model failed or was never asked."""
        asked = request_key(messages, schema.__name__, self.take)
        entry = self.entries.get(asked) or self._recorded(asked, messages, schema, prompt)
        self.used[asked] = entry
        for _ in range(entry["tries"]):
            if requests and requests.left:
                requests.take()
        if "fault" in entry:
            raise ModelAnswerError(entry["fault"])
        costs = {name: entry[name] for name in ("rung", "tries", "tokens_in", "tokens_out", "ms")}
        return Reply(value=schema.model_validate(entry["value"]), model=self.name, **costs)

    def _recorded(self, asked: str, messages: Sequence[Message], schema: type[Value], prompt: str) -> dict[str, Any]:
        if self.live is None:
            self.missing += 1
            raise ModelAnswerError(f"{prompt or schema.__name__} 没有录下的回答")
        entry: dict[str, Any] = {"key": asked, "prompt": prompt or schema.__name__, "take": self.take}
        try:
            reply = self.live.ask(messages, schema, requests=Requests())
        except ModelAnswerError as error:
            entry |= {"fault": error.what, "tries": 1}
        except ModelError as error:
            self.broken = error
            raise
        else:
            entry |= {name: getattr(reply, name) for name in ("rung", "tries", "tokens_in", "tokens_out", "ms")}
            entry["value"] = reply.value.model_dump(mode="json")
        self.entries[asked] = entry
        self._append(entry)
        return entry

    def _append(self, entry: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def prune(self) -> None:
        """Rewrite the file with what this run used, so that answers to questions nobody asks any more go."""
        lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in self.used.values()]
        self.path.write_text("".join(lines), "utf-8")


def request_key(messages: Sequence[Message], schema: str, take: int) -> str:
    """Hash what is asked: the messages, the shape of the answer, and which repeat it is."""
    told = json.dumps([list(messages), schema, take], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]


def models() -> list[Recorded]:
    """Return the models with recorded answers."""
    return [Recorded(path) for path in sorted(FOLDER.glob("*.jsonl"))]
