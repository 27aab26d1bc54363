"""What is typed on a card is there again after leaving, signing out, a reload, a server that was killed."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from fuhe.store import schema
from fuhe.store.database import Store


@pytest.fixture
def writing(page: Page) -> Page:
    """The page of the second form with half an opinion typed into the box of its first finding."""
    page.goto(page.url + "forms/2?n=1")
    page.keyboard.press("e")
    page.locator("#edit-text").fill("")
    page.keyboard.type("写到一半的话")
    return page


def _kept(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(schema.typed.c.text)).scalars())


def test_text_is_there_after_a_reload(writing: Page, store: Store) -> None:
    expect(writing.locator("#typed-note")).to_contain_text("草稿已自动存下")
    assert _kept(store) == ["写到一半的话"]
    writing.reload()
    expect(writing.locator("#edit-text")).to_have_value("写到一半的话")
    expect(writing.locator("#typed-note")).to_contain_text("未保存的草稿已恢复")


def test_text_is_there_after_a_click_elsewhere(writing: Page) -> None:
    writing.locator(".chip[data-n='5']").click()
    expect(writing.locator("#pane")).to_have_attribute("data-n", "5")
    expect(writing.locator("#edit-text")).to_be_hidden()
    expect(writing.locator(".chip[data-n='1'] .unsaved")).to_have_count(1)
    writing.keyboard.press("k")
    writing.locator(".chip[data-n='1']").click()
    expect(writing.locator("#edit-text")).to_have_value("写到一半的话")


def test_text_typed_at_the_last_moment_is_not_lost(writing: Page) -> None:
    writing.goto("about:blank")
    writing.go_back()
    expect(writing.locator("#edit-text")).to_have_value("写到一半的话")


def test_saving_and_throwing_away_end_the_draft(writing: Page, store: Store) -> None:
    writing.keyboard.press("Control+Enter")
    expect(writing.locator("#pane")).to_have_attribute("data-n", "2")
    assert _kept(store) == []
    writing.keyboard.press("e")
    writing.keyboard.type("另一句")
    expect(writing.locator("#typed-note")).to_contain_text("草稿已自动存下")
    writing.locator("[data-discard]").click()
    expect(writing.locator("#edit")).to_be_hidden()
    assert _kept(store) == []


def test_undone_wording_is_a_draft_again(writing: Page) -> None:
    writing.keyboard.press("Control+Enter")
    expect(writing.locator("#pane")).to_have_attribute("data-n", "2")
    writing.keyboard.press("u")
    expect(writing.locator("#edit-text")).to_have_value("写到一半的话")


@contextmanager
def _served(store: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "fuhe", "serve", "--port", str(port), "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found is not None
            yield process, found[0]
        finally:
            process.kill()


def test_killed_server_loses_nothing_typed(store: Store, browser: Browser) -> None:
    path = Path(store.shown)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    with _served(path, 0) as (process, address):
        page.goto(address)
        port = int(page.url.split(":")[2].strip("/"))
        page.goto(f"http://127.0.0.1:{port}/forms/2?n=1")
        page.keyboard.press("e")
        page.keyboard.type("杀掉之前的字")
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        page.keyboard.type("和之后的字")
        expect(page.locator("#typed-note")).to_contain_text("暂存在这台电脑上")
    with _served(path, port) as (_, address):
        page.goto(address)
        page.goto(f"http://127.0.0.1:{port}/forms/2?n=1")
        expect(page.locator("#edit-text")).to_have_value(re.compile("杀掉之前的字和之后的字$"))
    context.close()


def _typed_while_signed_out(page: Page, store: Store) -> None:
    """Type what the server gets, then, with every session ended, what it does not get."""
    page.keyboard.press("e")
    page.locator("#edit-text").fill("")
    page.keyboard.type("先写的，")
    expect(page.locator("#typed-note")).to_contain_text("草稿已自动存下")
    with store.writing() as connection:
        connection.execute(schema.session.delete())
    page.keyboard.type("退出以后写的")
    expect(page.locator("#typed-note")).to_contain_text("重新进入后自动存下")


def test_text_typed_while_signed_out_comes_back(browser: Browser, app: FastAPI, served: str, store: Store) -> None:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{served}/?t={app.state.ticket.value}")
    page.goto(f"{served}/forms/2?n=1")
    _typed_while_signed_out(page, store)
    page.locator(".chip[data-n='5']").click()
    expect(page.locator("#toast")).to_contain_text("请让打开程序的人")
    expect(page.locator("#edit-text")).to_have_value("先写的，退出以后写的")
    page.goto(f"{served}/?t={app.state.ticket.renew()}")
    page.goto(f"{served}/forms/2?n=1")
    expect(page.locator("#edit-text")).to_have_value("先写的，退出以后写的")
    expect(page.locator("#typed-note")).to_contain_text("草稿已自动存下")
    assert _kept(store) == ["先写的，退出以后写的"]
    page.context.close()
