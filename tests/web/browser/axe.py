"""Asks axe-core what on a page keeps people out, by WCAG 2.2 AA and its own best practice."""

import functools
from importlib import resources
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@functools.cache
def _script() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return each violation as rule, help and the first places it stands at."""
    page.evaluate(_script())
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{entry['id']}: {entry['help']}: {[node['target'] for node in entry['nodes'][:3]]}"
        for entry in found["violations"]
    ]
