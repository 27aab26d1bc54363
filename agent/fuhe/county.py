"""What a county adds of its own for the life of the process: folders of word lists, a module of rules.

Held here as paths, so that a working process can be begun with the same; who reads them is `policy` and `rules`.
"""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Additions:
    """Folders of word lists laid over the packaged ones, the later over the earlier; a file of rules or none."""

    words: tuple[Path, ...] = ()
    rules: Path | None = None


_added = Additions()


def added() -> Additions:
    """Return what has been added."""
    return _added


def take_over(additions: Additions) -> None:
    """Work with what another process has added; before the first word is used."""
    global _added
    _added = additions


def add_words(folder: Path) -> None:
    """Lay a folder of word lists over the packaged ones: in a process that has not used a word yet."""
    if folder not in _added.words:
        take_over(replace(_added, words=(*_added.words, folder)))


def add_rules(module: Path) -> None:
    """Add the rules of a Python file to the catalogue."""
    take_over(replace(_added, rules=module))
