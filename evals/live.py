"""Ask a live model everything the evaluations want to know of one, and keep its answers for replay."""

from functools import partial
from pathlib import Path

from evals import drafts, judge, labelled
from evals.baselines import alone
from evals.recorded import FOLDER, Recorded
from fuhe.model.sending import connect
from fuhe.settings import ModelSettings

TIMEOUT = 900  # seconds a request: a small model on a shared desk is slow


def record(url: str, name: str, *, public: bool = False) -> Path:
    """Ask the model at `url` what is not yet recorded under its name, drop what nobody asks any more, return the file.

    Raises ModelError when the server did not serve to the end; what it said until then is kept, and nothing dropped.
    """
    settings = ModelSettings(base_url=url, name=name, timeout=TIMEOUT, concurrency=1, allow_public=public)
    recorded = Recorded(FOLDER / f"{name.replace('/', '_')}.jsonl", connect(settings))
    everything(recorded)
    if recorded.broken:
        raise recorded.broken
    recorded.prune()
    return recorded.path


def everything(model: Recorded) -> None:
    """Put every question there is to a model."""
    for kind in drafts.KINDS:
        drafts.measure(kind, model)
        print(f"{model.name}: {kind}", flush=True)
    known = {case.id: case for case in labelled.held_out()}
    for name in alone.SUBSET:
        alone.by_model(known[name], model)
    print(f"{model.name}: rules alone", flush=True)
    drafts.repeats(model)
    print(f"{model.name}: repeats", flush=True)
    judge.agreement(partial(judge.by_model, model=model))
    print(f"{model.name}: judge", flush=True)
