"""Headings are read from their words, over one another or alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from fuhe.layouts.heading_grammar import funding_role, head_role, indicator_role, narrative_role

ROLES = yaml.safe_load((Path(__file__).parent / "heading_roles.yml").read_text("utf-8"))
READ: dict[str, Callable[[str], str | None]] = {
    "indicator": lambda text: indicator_role(tuple(text.split("›"))),
    "funding": funding_role,
    "narrative": narrative_role,
    "head": head_role,
}
CASES = [(group, text, role) for group in READ for role, texts in ROLES[group].items() for text in texts]


@pytest.mark.parametrize(("group", "text", "role"), CASES, ids=lambda value: str(value))
def test_heading_names_its_column(group: str, text: str, role: str) -> None:
    assert READ[group](text) == role


@pytest.mark.parametrize("text", ROLES["none"])
def test_text_of_a_form_is_no_heading(text: str) -> None:
    assert [group for group, read in READ.items() if read(text)] == []
