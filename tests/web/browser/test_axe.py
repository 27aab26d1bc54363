"""Every page of the queue and of a form in every state: nothing that keeps people out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.web.desk import Desk
from web.browser.axe import violations

Steps = Callable[[Page], None]
FORM = "/forms/2?n=1"


def keys(*names: str) -> Steps:
    """Return steps that press keys one after the other."""

    def pressed(page: Page) -> None:
        for name in names:
            page.keyboard.press(name)
            page.wait_for_timeout(200)

    return pressed


def _picked(page: Page) -> None:
    page.locator("[name=form]").first.check()


def _planned(page: Page) -> None:
    _picked(page)
    page.locator("[data-plan]").click()
    page.locator("#bulk-dialog[open] h2").wait_for()


def _answered(page: Page) -> None:
    page.locator("[data-fact]", has_text="扣了分，没有说明原因").click()
    page.locator("#verb-list:enabled").wait_for()
    keys("a")(page)


def _remarked(page: Page) -> None:
    keys("n")(page)
    page.keyboard.type("年度填的是2020")
    page.keyboard.press("Control+Enter")
    page.locator(".letter-drop").wait_for()


def _changes(page: Page) -> None:
    _answered(page)
    keys("o")(page)


STATES: dict[str, tuple[str, Steps]] = {
    "queue": ("/", keys()),
    "queue picked": ("/", _picked),
    "bulk plan": ("/", _planned),
    "paste": ("/", lambda page: page.get_by_text("粘贴文字").click()),
    "nothing found": ("/?q=没有这样的项目", keys()),
    "sum": (FORM, keys()),
    "copies": ("/forms/2?n=2", keys()),
    "pair": ("/forms/2?n=4", keys()),
    "basis": ("/forms/2?n=4", keys("b")),
    "handled": (FORM, keys("a", "s", "d", "3", "k")),
    "reasons": (FORM, keys("d")),
    "edit": (FORM, keys("e")),
    "list": (FORM + "&tab=list", keys()),
    "opinion": (FORM, keys("a", "o")),
    "own point": (FORM, _remarked),
    "help": (FORM, keys("Shift+Slash")),
    "exports": (FORM, lambda page: page.get_by_text("导出 ▾").click()),
    "unit": ("/forms/2?n=1&side=fill", _answered),
    "unit cannot": ("/forms/2?n=1&side=fill", keys()),
    "changes": ("/forms/2?n=1&side=fill", _changes),
    "alike points": ("/points/vague?batch=1", keys()),
    "points over forms": ("/points/empty?batch=1", keys()),
    "print": ("/forms/2/print", keys()),
    "asked before closing": (FORM, keys("f")),
    "closed": ("/forms/3?done=2", keys()),
    "versions": ("/forms/2/versions", keys()),
    "removed": ("/removed", keys()),
    "rules": ("/rules?q=总分", keys()),
    "scores": (FORM, keys("r")),
    "scores decided": (FORM, keys("r", "a", "s", "a", "k")),
    "score changed": (FORM, keys("r", "e")),
    "summary of scores": ("/scores", keys()),
}


def _typed(page: Page) -> None:
    page.keyboard.press("e")
    page.keyboard.type("写到一半")
    page.locator("#typed-note span").wait_for()


@pytest.mark.parametrize("name", STATES)
def test_page_keeps_nobody_out(page: Page, name: str) -> None:
    address, steps = STATES[name]
    page.goto(page.url.rstrip("/") + address)
    steps(page)
    page.wait_for_timeout(150)
    assert violations(page) == []


@pytest.mark.parametrize(
    "name",
    [
        "queue",
        "sum",
        "handled",
        "edit",
        "unit",
        "points over forms",
        "opinion",
        "own point",
        "asked before closing",
        "versions",
        "scores",
        "score changed",
        "summary of scores",
    ],
)
def test_page_at_150_percent_keeps_nobody_out(page: Page, name: str) -> None:
    address, steps = STATES[name]
    page.set_viewport_size({"width": 911, "height": 427})
    page.goto(page.url.rstrip("/") + address)
    steps(page)
    page.wait_for_timeout(150)
    assert violations(page) == []


def test_summary_of_confirmed_scores_keeps_nobody_out(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/forms/2?tab=scores")
    for _ in range(9):
        page.keyboard.press("a")
    expect(page.locator(".nav-done")).to_contain_text("9／9")
    page.goto(page.url.partition("/forms")[0] + "/scores")
    page.locator(".is-total").wait_for()
    assert violations(page) == []


def test_typed_text_brought_back_keeps_nobody_out(page: Page) -> None:
    page.goto(page.url.rstrip("/") + FORM)
    _typed(page)
    page.reload()
    assert violations(page) == []


def test_way_in_keeps_nobody_out(blank_page: Page, served: str) -> None:
    address = served.replace("http://", "")
    page = blank_page.context.new_page()
    page.goto(f"http://{address}/")
    page.get_by_role("heading", name="怎样进入工作台").wait_for()
    assert violations(page) == []


def test_conflict_keeps_nobody_out(page: Page, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        row = schema.claim.insert().values(form_id=3, by="王建国", at=desk.now(), until=desk.clock() + 600)
        connection.execute(row)
    page.goto(page.url + "forms/3")
    assert violations(page) == []


def test_empty_desk_keeps_nobody_out(page: Page, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(schema.batch.delete())
    page.reload()
    assert violations(page) == []


def test_narrow_form_keeps_nobody_out(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 700})
    page.goto(page.url + "forms/2?n=1")
    assert violations(page) == []


def test_progress_keeps_nobody_out(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    page.locator("#files").set_input_files(broken)
    page.locator(".progress-head").wait_for()
    assert violations(page) == []
    page.locator(".progress-failed").wait_for(timeout=60_000)
    assert violations(page) == []
