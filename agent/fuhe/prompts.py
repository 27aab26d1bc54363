"""Prompt files and their lock: front matter with version, variables and output, then the text for each role."""

import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Role = Literal["system", "user"]
Message = tuple[Role, str]

_HERE = Path(__file__).parent
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^# (system|user)$\n?", re.MULTILINE)


class Prompt(BaseModel):
    """One task's text; `name@version#hash` is what a draft records, `output` names the reply's pydantic model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int
    hash: str
    variables: tuple[str, ...] = ()
    output: str
    parts: tuple[Message, ...]

    def __str__(self) -> str:
        return f"{self.name}@{self.version}#{self.hash[:12]}"

    def render(self, **values: str) -> tuple[Message, ...]:
        """Put the values in, once: `$` inside a value stays as it is; raises ValueError when names differ."""
        if set(values) != set(self.variables):
            raise ValueError(f"{self}: needs {sorted(self.variables)}, given {sorted(values)}")
        return tuple((role, Template(text).substitute(values).strip()) for role, text in self.parts)


@functools.cache
def folder() -> Path:
    """Return the folder of the prompt files: inside the wheel, or `prompts/` of a checkout."""
    packaged = _HERE / "_prompts"
    return packaged if packaged.is_dir() else _HERE.parents[1] / "prompts"


@functools.cache
def load(task: str) -> Prompt:
    """Return the prompt of `prompts/<task>.md`; raises FileNotFoundError, or ValueError when it is not well-formed."""
    return parse(task, (folder() / f"{task}.md").read_text("utf-8"))


def parse(name: str, text: str) -> Prompt:
    """Read a prompt file's text; raises ValueError unless the variables declared are the variables used."""
    found = _FRONT.match(text)
    if found is None:
        raise ValueError(f"{name}: front matter between two lines of --- is missing")
    parts = tuple(_parts(found[2]))
    prompt = Prompt(name=name, hash=_hash(text), parts=parts, **yaml.safe_load(found[1]))
    used = {word for _, part in parts for word in Template(part).get_identifiers()}
    if used != set(prompt.variables) or not all(Template(part).is_valid() for _, part in parts):
        raise ValueError(f"{name}: declares {sorted(prompt.variables)}, uses {sorted(used)}")
    return prompt


def _parts(body: str) -> Iterator[Message]:
    """Cut the body at its `# system` and `# user` lines; without them all of it is the user's."""
    head, *rest = _HEADING.split(body)
    if head.strip():
        yield "user", head
    for role, text in zip(rest[::2], rest[1::2], strict=True):
        yield ("system" if role == "system" else "user"), text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tasks() -> list[str]:
    """Return the names of all prompts."""
    return sorted(path.stem for path in folder().glob("*.md") if path.stem != "README")


def lock() -> dict[str, str]:
    """Return what prompts.lock has to hold: task → `version hash`."""
    return {task: f"{load(task).version} {load(task).hash}" for task in tasks()}
