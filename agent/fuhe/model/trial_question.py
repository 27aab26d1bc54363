"""One small question to a model, to see whether and how it answers."""

from pydantic import BaseModel, ConfigDict

from fuhe import prompts
from fuhe.model.asked_once import EndpointModel
from fuhe.model.structured import Reply


class TrialReply(BaseModel):
    """The reply of prompts/probe.md."""

    model_config = ConfigDict(extra="forbid")

    text: str
    done: bool


def trial(model: EndpointModel) -> Reply[TrialReply]:
    """Ask and return the reply; raises ModelError."""
    prompt = prompts.load("probe")
    return model.ask(prompt.render(), TrialReply, prompt=str(prompt))
