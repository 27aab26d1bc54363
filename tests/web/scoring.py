"""What the tests of 打分 share: a row of a form's sheet as its page shows it, and what is decided on it."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

FORM = 2
"""A sample of nine rows of which the standard of the district takes off two."""


@dataclass(frozen=True)
class ShownRow:
    """A row opened on the page: its key, what stood on it, and the page."""

    key: str
    stood: str
    text: str


def shown(client: TestClient, number: int, form: int = FORM) -> ShownRow:
    text = client.get(f"/forms/{form}", params={"tab": "scores", "row": number}).text
    key, stood = re.search(r'data-key="(\w+)" data-stood="(\w*)"', text).groups()  # type: ignore[union-attr]
    return ShownRow(key, stood, text)


def act(client: TestClient, number: int, verb: str, form: int = FORM, **given: Any) -> Response:
    """Do what a verb says about a row, as somebody who has just looked at it."""
    row = shown(client, number, form)
    return press(client, row, verb, form, **given)


def press(client: TestClient, row: ShownRow, verb: str, form: int = FORM, **given: Any) -> Response:
    """Do what a verb says about a row as it was shown, however long ago."""
    answer = client.post(
        f"/forms/{form}/scores/{row.key}/{verb}",
        data={"stood": row.stood, **given},
        headers={"HX-Request": "true"},
    )
    assert isinstance(answer, Response)
    return answer


def states(text: str) -> list[str]:
    """Return the state of every row the page shows."""
    return re.findall(r'<td class="score-state">([^<]*)</td>', text)


def figures(text: str) -> dict[str, str]:
    """Return the running totals the page shows."""
    return dict(re.findall(r"<dt>(自评|复核|偏差|偏离度|等次)</dt><dd>([^<]*)</dd>", text))
