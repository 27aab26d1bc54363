"""The model of one run: what the ledger keeps is not asked again, and a server that is down is not asked by every form."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from fuhe.errors import ModelBusyError, ModelError, ModelRefusedError, ModelUnreachableError
from fuhe.model import structured, thinking
from fuhe.model.address import Endpoint
from fuhe.model.answer import Value
from fuhe.model.budget import Requests, Tokens
from fuhe.model.ledger import Ledger, LedgerEntry
from fuhe.model.structured import RUNGS, Reply, Wire
from fuhe.prompts import Message
from fuhe.settings import ModelSettings

FAILED_IN_A_ROW = 2


class EndpointModel:
    """The model of one run at one endpoint, for any number of threads."""

    def __init__(self, settings: ModelSettings, place: Endpoint, line: Wire, ledger: Ledger) -> None:
        self.name, self.place, self.line, self.ledger = settings.name, place, line, ledger
        self._keep_text = settings.keep_text
        self._lock = threading.Lock()
        self._stop: ModelError | None = None
        self._failed = 0

    @property
    def tokens(self) -> Tokens:
        """What the run has spent."""
        return self.line.tokens

    @property
    def thinking_switched(self) -> bool:
        """Whether requests carry a field that turns thinking off."""
        return not thinking.FIELDS.isdisjoint(self.line.habits.extras)

    def ask(
        self,
        messages: Sequence[Message],
        schema: type[Value],
        key: str = "",
        *,
        prompt: str = "",
        requests: Requests | None = None,
    ) -> Reply[Value]:
        """Return a reply that fits the schema, from the ledger where it has one; raises ModelError.

        What the caller refuses is not kept, so that the next run asks again.
        """
        kept = self._kept(key, schema)
        if kept:
            return kept
        self.tokens.check()
        if self._stop:
            raise self._stop
        try:
            reply = structured.put(self.line, messages, schema, requests or Requests())
        except (ModelRefusedError, ModelUnreachableError, ModelBusyError) as error:
            self._note_failure(error)
            raise
        self._failed = 0
        if not key:
            return reply
        return replace(reply, keep=lambda: self.ledger.put(self._entry(key, prompt, messages, reply)))

    def _kept(self, key: str, schema: type[Value]) -> Reply[Value] | None:
        entry = self.ledger.get(key) if key else None
        if entry is None:
            return None
        try:
            value = schema.model_validate_json(entry.answer)
        except ValidationError:  # the schema has changed since
            return None
        rung = next((rung for rung in RUNGS if rung == entry.rung), RUNGS[-1])
        return Reply(value, rung, 0, entry.tokens_in, entry.tokens_out, entry.ms, entry.model)

    def _entry(self, key: str, prompt: str, messages: Sequence[Message], reply: Reply[Value]) -> LedgerEntry:
        return LedgerEntry(
            key=key,
            made=time.time(),
            endpoint=self.place.url,
            model=self.name,
            prompt=prompt,
            rung=reply.rung,
            tries=reply.tries,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            ms=reply.ms,
            answer=reply.value.model_dump_json(),
            asked="\n\n".join(text for _, text in messages) if self._keep_text else None,
        )

    def _note_failure(self, error: ModelError) -> None:
        """Spare the other forms of the run a server that refuses, or that failed twice running."""
        with self._lock:
            self._failed += 1
            if isinstance(error, ModelRefusedError) or self._failed >= FAILED_IN_A_ROW:
                self._stop = error
