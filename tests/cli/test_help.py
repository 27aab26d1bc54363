"""Help and completion: Chinese throughout, an example each, the names that are known."""

import os
import re
import subprocess
import sys

import click
import pytest

from fuhe.cli import COMMANDS, fuhe
from fuhe.cli.help_words import EXAMPLES
from fuhe.policy import pack_names

VERBS = [*((verb,) for verb in COMMANDS), *(("store", below) for below in ("backup", "restore", "export"))]
# What stays in Latin letters: what is typed, and the names of formats, programs and databases.
TYPED = re.compile(
    r"national-practice|--?[a-z-]+|\[[a-z|]+\]|fuhe[^\n]*|\.\w+|python -m|Word|Ctrl\+C|Excel|JSON|SQLite|PostgreSQL|"
    r"postgresql|columns|yaml|zip|FUHE_STORE|store|backup|restore|export|LibreOffice|error|text|jsonl|parquet|SHA"
)


def helped(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "fuhe", *words, "--help"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("words", [(), *VERBS], ids=" ".join)
def test_help_is_chinese_with_an_example(words: tuple[str, ...]) -> None:
    told = helped(*words)
    assert "例如：fuhe " in told
    assert words == () or re.findall(r"[A-Za-z]{3,}", TYPED.sub("", told)) == []
    assert not re.search(r"OPTIONS|COMMAND|TEXT|INTEGER|required|Usage|Commands", told)


@pytest.mark.parametrize("example", EXAMPLES.values())
def test_examples_are_commands_as_they_parse(example: str) -> None:
    verb, *given = example.split()[1:]
    command = fuhe.get_command(click.Context(fuhe), verb)
    assert command is not None
    command.make_context(verb, given, resilient_parsing=True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("rules A00", "A002"),
        ("check --select S001,V01", "S001,V016"),
        ("check --policy nat", "national-2020"),
        ("dra", "draft"),
    ],
)
def test_completion_knows_verbs_packs_and_codes(typed: str, offered: str) -> None:
    words = f"fuhe {typed}"
    environ = os.environ | {
        "_FUHE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(typed.split())),
    }
    code = "import sys; sys.argv = ['fuhe']; from fuhe.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environ, check=False)
    assert offered in [line.partition(",")[2] for line in done.stdout.decode().splitlines()]
    assert pack_names()
