"""A network that is lost between a key and its answer, or before it: the page says so, shows what is true, keeps what was typed."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from fuhe.store import schema
from fuhe.store.database import Store


@pytest.fixture
def form(browser: Browser, app: FastAPI, served: str) -> Iterator[Page]:
    """The page of the second form in a browser that may complain of lost requests."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served}/?t={app.state.ticket.value}")
    page.goto(f"{served}/forms/2?n=1", wait_until="networkidle")
    yield page
    page.goto("about:blank")
    context.close()


def _steps(store: Store) -> int:
    with store.reading() as connection:
        of_points = select(func.count()).where(schema.audit.c.action == "point")
        return int(connection.execute(of_points).scalar_one())


def _answer_lost(route: Route) -> None:
    route.fetch()
    route.abort()


def test_step_whose_answer_is_lost_shows_as_done(form: Page, store: Store) -> None:
    form.route("**/points/*/list", _answer_lost)
    form.keyboard.press("a")
    expect(form.locator("#toast")).to_contain_text("不一定存下了")
    form.unroute("**/points/*/list")
    expect(form.locator(".chip[data-n='1']")).to_have_attribute("data-state", "listed")
    assert _steps(store) == 1


def test_step_that_never_arrived_shows_as_open_and_can_be_taken_again(form: Page, store: Store) -> None:
    form.route("**/points/*/list", lambda route: route.abort())
    form.keyboard.press("a")
    expect(form.locator("#toast")).to_contain_text("没有收到程序的答复")
    form.unroute("**/points/*/list")
    expect(form.locator(".chip[data-n='1']")).to_have_attribute("data-state", "open")
    form.keyboard.press("a")
    expect(form.locator("#pane")).to_have_attribute("data-n", "2")
    assert _steps(store) == 1


def test_page_asks_until_the_program_answers_again(form: Page) -> None:
    form.route("**/forms/2*/**", lambda route: route.abort())
    form.route("**/forms/2?*", lambda route: route.abort())
    form.keyboard.press("j")
    expect(form.locator("#toast")).to_contain_text("没有收到程序的答复")
    form.wait_for_timeout(4000)
    form.unroute_all()
    expect(form.locator("#toast")).not_to_contain_text("没有收到程序的答复")


def test_wording_that_could_not_be_saved_is_there_after_a_reload(form: Page, store: Store) -> None:
    form.route("**/points/**", lambda route: route.abort())
    form.route("**/typed/**", lambda route: route.abort())
    form.keyboard.press("e")
    form.locator("#edit-text").fill("断网时写的话")
    form.keyboard.press("Control+Enter")
    expect(form.locator("#toast")).to_contain_text("没有收到程序的答复")
    expect(form.locator("#edit-text")).to_have_value("断网时写的话")
    form.unroute_all()
    form.reload()
    expect(form.locator("#edit-text")).to_have_value("断网时写的话")
    assert _steps(store) == 0
