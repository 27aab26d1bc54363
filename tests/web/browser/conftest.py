"""A page of Debian's Chromium, signed in; a console error or a request that leaves this computer fails the test."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_PATIENCE = 20_000  # ms: a busy machine is slow, not wrong; what is right is waited for no longer than it takes
NO_CHROMIUM = "没有 Chromium（apt install chromium fonts-noto-cjk），浏览器测试跳过"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a worker."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def blank_page(browser: Browser) -> Iterator[Page]:
    """A page 1366 by 768 that has not been anywhere; at the end nothing may have gone wrong on it."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", accept_downloads=True)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if _leaves(request.url) else None)
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def page(blank_page: Page, app: FastAPI, served: str) -> Iterator[Page]:
    """A page at the workbench, signed in by the one-time token; addresses may begin with a slash."""
    blank_page.goto(f"{served}/?t={app.state.ticket.value}")
    yield blank_page
    blank_page.goto("about:blank")  # a page that still listens for events would report that the server has gone


def _leaves(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost")
