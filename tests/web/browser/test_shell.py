"""The head of every page in Chromium, under the strict policy."""

from playwright.sync_api import Page, expect


def test_head_names_pages_and_person(page: Page) -> None:
    page.goto(page.url + "settings")
    expect(page.get_by_role("navigation", name="主要页面").get_by_role("link")).to_have_count(4)
    expect(page.locator(".person")).to_have_text("李敏")
