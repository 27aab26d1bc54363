"""批次总览 and 规则库 in Chromium: nothing keeps people out, every width is used, a bar leads to its forms, print fits A4."""

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime

import pypdfium2  # type: ignore[import-untyped]
import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from fuhe.web.app import create_app
from fuhe.web.desk import Desk
from made_batch import NOW, Made
from web.browser.axe import violations
from web.conftest import Serving

ADDRESSES = (
    "/dashboard",
    "/rules",
    "/rules/V001",
    "/rules/D003",
    "/rules/try",
    "/rules/changes",
    "/points/vague",
    "/points/empty",
)


@pytest.fixture
def made_app(made: Made) -> FastAPI:
    """The workbench over a made batch of 150 forms, on the day it was last worked on."""
    return create_app(Desk(made.store, owner="李敏", clock=lambda: datetime.fromisoformat(NOW).timestamp()))


@pytest.fixture
def board(blank_page: Page, made_app: FastAPI) -> Iterator[Page]:
    """A page signed in to it, at the overview."""
    with Serving(made_app) as address:
        blank_page.goto(f"{address}/?t={made_app.state.ticket.value}")
        blank_page.goto(f"{address}/dashboard")
        yield blank_page


def _at(page: Page, address: str) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + address)


def test_pages_keep_nobody_out(board: Page) -> None:
    for address in ADDRESSES:
        _at(board, address)
        assert violations(board) == [], address


def test_open_tables_of_numbers_keep_nobody_out(board: Page) -> None:
    for summary in board.get_by_text("看数字").all():
        summary.click()
    assert violations(board) == []


def test_trial_shows_its_result(board: Page) -> None:
    _at(board, "/rules/try")
    board.get_by_label("停用的代码").fill("V001")
    board.get_by_role("button", name="试跑").click()
    expect(board.get_by_role("heading", name="结果")).to_be_visible(timeout=60_000)
    assert violations(board) == []


@pytest.mark.parametrize("width", [1366, 1024])
def test_nothing_runs_out_of_the_page(board: Page, width: int) -> None:
    board.set_viewport_size({"width": width, "height": 768})
    for address in ADDRESSES:
        _at(board, address)
        assert board.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, (
            address
        )


def test_bar_leads_to_as_many_forms(board: Page) -> None:
    bar = board.locator("[aria-labelledby='faults-title'] a").nth(5)
    forms = int(re.findall(r"：(\d+)张", bar.get_attribute("aria-label") or "")[0])
    bar.click()
    board.get_by_role("link", name=f"{forms} 张表").click()
    expect(board.locator("tbody input[name=form]")).to_have_count(min(forms, 100))


def test_dot_leads_to_its_form(board: Page) -> None:
    board.locator("[aria-labelledby='spending-title'] a:not([tabindex])").first.click()
    expect(board).to_have_url(re.compile(r"/forms/\d+"))


def test_keyboard_reaches_bars_and_passes_plain_dots(board: Page) -> None:
    reached = board.locator("[aria-labelledby='spending-title'] a:not([tabindex='-1'])").count()
    assert 0 < reached < board.locator("[aria-labelledby='spending-title'] a").count()


def test_rule_is_switched_off_from_the_list(board: Page) -> None:
    _at(board, "/rules")
    switch = board.get_by_role("switch", name="启用 F003")
    expect(switch).to_be_checked()
    switch.click()
    expect(board.get_by_role("switch", name="启用 F003")).not_to_be_checked()
    _at(board, "/rules/changes")
    expect(board.locator("tbody tr").first).to_contain_text("停用")


def test_one_rule_is_taken_in_over_the_batch(board: Page) -> None:
    _at(board, "/rules/F003")
    board.get_by_role("button", name="列入所选").click()
    board.get_by_role("button", name=re.compile(r"列入 \d+ 条")).click()
    expect(board.locator(".lot")).to_contain_text("已列入")


def test_print_fits_the_width_of_a4(board: Page) -> None:
    with contextlib.closing(pypdfium2.PdfDocument(board.pdf(prefer_css_page_size=True))) as document:
        assert len(document) <= 7
        assert {round(document[number].get_width()) for number in range(len(document))} == {595}
