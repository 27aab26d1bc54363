"""Asking a live model: everything it is asked is kept and replays, and a dead server loses nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from evals import __main__ as command
from evals import live
from evals.adversarial import Obedient
from evals.baselines.alone import Alone
from evals.judge import Verdict
from evals.recorded import Recorded
from fuhe.errors import ModelUnreachableError
from fuhe.model.structured import Reply


class Talkative(Obedient):
    """A model with an answer to every question of the evaluations."""

    def ask(self, messages: Sequence[Any], schema: type[BaseModel], key: str = "", **more: Any) -> Reply[Any]:
        """Say that all is well where the question is not about a draft."""
        if schema in (Verdict, Alone):
            value = Verdict(usable="能") if schema is Verdict else Alone(findings=())
            return Reply(value=value, rung="plain", tries=1, tokens_in=1, tokens_out=1, ms=1, model=self.name)
        return super().ask(messages, schema, key, **more)


class Dead(Obedient):
    """A server that is down."""

    def ask(self, *asked: Any, **more: Any) -> Reply[Any]:
        """Refuse."""
        raise ModelUnreachableError("连接不上")


def test_everything_asked_is_kept_and_replays(tmp_path: Path) -> None:
    path = tmp_path / "talkative.jsonl"
    asked = Recorded(path, Talkative())
    live.everything(asked)
    replayed = Recorded(path)
    live.everything(replayed)
    assert replayed.missing == 0
    assert replayed.used == asked.used


def test_dead_server_drops_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.jsonl").write_text('{"key": "k"}\n', "utf-8")
    monkeypatch.setattr(live, "FOLDER", tmp_path)
    monkeypatch.setattr(live, "connect", lambda settings: Dead())
    with pytest.raises(ModelUnreachableError):
        live.record("http://127.0.0.1:9/v1", "m")
    assert (tmp_path / "m.jsonl").read_text("utf-8") == '{"key": "k"}\n'


def test_command_says_what_is_wrong_with_the_endpoint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["evals", "--live", "ftp://127.0.0.1/v1", "--name", "m"])
    assert command.main() == 2
    assert "网址不对" in capsys.readouterr().err
