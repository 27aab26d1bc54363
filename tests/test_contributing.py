"""What CONTRIBUTING.md and docs/开发指南.md send a newcomer to is there, and the version is told alike everywhere."""

import re
import tomllib
from pathlib import Path

import pytest

import fuhe

ROOT = Path(__file__).parents[1]
GUIDES = ("CONTRIBUTING.md", "docs/开发指南.md")
THEIRS = {"fuhe.toml", "lexicon/"}  # what a user makes
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _named(guide: str) -> set[str]:
    """Return links, and paths in backquotes: from the top of the repository or of the package, as things stand today."""
    text = (ROOT / guide).read_text("utf-8")
    present = text.partition("## 旧位置")[0] + text.partition("## 与设想")[2]
    quoted = set(re.findall(r"`([\w./-]+(?:/|\.\w+))`", present))
    links = {link.removeprefix("../") for link in re.findall(r"\]\(([^):]+)\)", text)}
    return (quoted | links) - THEIRS


@pytest.mark.parametrize("guide", GUIDES)
def test_named_files_exist(guide: str) -> None:
    places = (ROOT, ROOT / "agent" / "fuhe")
    assert [path for path in _named(guide) if not any((place / path).exists() for place in places)] == []


@pytest.mark.parametrize("guide", [*GUIDES, "README.md"])
def test_make_targets_exist(guide: str) -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / guide).read_text("utf-8")))
    assert named
    assert named <= TARGETS


def test_every_room_is_in_the_guide() -> None:
    rooms = {path.parent.name for path in (ROOT / "agent" / "fuhe").glob("*/__init__.py")}
    guide = (ROOT / GUIDES[1]).read_text("utf-8")
    assert [room for room in sorted(rooms) if f"`{room}/`" not in guide] == []


def test_version_is_the_same_everywhere() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest
    assert (fuhe.__version__, newest[1]) == (declared, declared)
