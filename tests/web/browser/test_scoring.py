"""A sheet confirmed by keys alone and handed in: every number of the workbook is one the page showed."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from fuhe.store.database import Store
from fuhe.store.scored_rows import ChosenStandard, choose_standard, row_decisions
from worksheet_desk import HEAD, at


@pytest.fixture
def sheet(page: Page, store: Store) -> Page:
    """The tab of a form of nine rows, by the standard of the district."""
    with store.writing() as connection:
        choose_standard(
            connection,
            1,
            ChosenStandard("district-2025", "某区2025年口径", None, "王科长", "2026-01-05T09:00:00+08:00"),
        )
    page.goto(page.url.rstrip("/") + "/forms/2")
    page.locator("#pane").wait_for()
    page.keyboard.press("r")
    _is_at(page, 1)
    return page


def _is_at(page: Page, row: int) -> None:
    expect(page.locator("#pane")).to_have_attribute("data-row", str(row))


def _press(page: Page, *names: str) -> None:
    """Press keys, each once the one before has been answered."""
    for name in names:
        before = page.locator("#pane").get_attribute("data-row"), page.locator("#toast").inner_text()
        page.keyboard.press(name)
        page.wait_for_function(
            "([row, told]) => document.querySelector('#pane').dataset.row !== row"
            " || document.querySelector('#toast').innerText !== told",
            arg=list(before),
        )


def _shown(page: Page) -> list[list[str]]:
    """Return weight, self score and review score of every row as the page shows them."""
    rows = page.locator(".score-rows tbody tr:not(.score-opened)").all()
    return [row.locator("td.is-figure").all_inner_texts() for row in rows]


def _figures(page: Page) -> dict[str, str]:
    names, values = (page.locator(f".score-figures {part}").all_inner_texts() for part in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_sheet_is_confirmed_by_keys_and_exported(sheet: Page, store: Store) -> None:
    _press(sheet, "a")
    _is_at(sheet, 2)
    sheet.keyboard.press("e")
    sheet.locator("#edit-reason").fill("名册少3人")
    sheet.locator("#edit-text").fill("7.5")
    sheet.locator("#edit-text").press("Enter")
    _is_at(sheet, 3)
    assert _figures(sheet)["复核"] == "71"
    sheet.keyboard.press("1")
    expect(sheet.locator("[data-tick='1']")).to_have_attribute("aria-pressed", "true")
    assert _figures(sheet)["复核"] == "61"
    _press(sheet, *"aasaaaa")
    expect(sheet.locator(".nav-done")).to_contain_text("8／9")
    sheet.locator("[data-row='5']").first.click()
    _is_at(sheet, 5)
    _press(sheet, "a")
    expect(sheet.locator(".nav-done")).to_contain_text("9／9")
    with sheet.expect_download() as waited:
        sheet.keyboard.press("x")
    assert waited.value.suggested_filename.endswith("_复核底稿.xlsx")
    _compare(sheet, Path(waited.value.path()).read_bytes())
    with store.reading() as connection:
        assert {kept.state for kept in row_decisions(connection, [2])[2].values()} == {"confirmed", "changed"}


def _compare(page: Page, data: bytes) -> None:
    """Hold every number of the workbook against the page."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    paper, rows, figures = book.worksheets[1], _shown(page), _figures(page)
    for number, told in enumerate(rows):
        cells = [at(paper, name, number).value for name in ("权重", "自评得分", "复核得分")]
        assert [float(text) for text in told] == cells
        assert at(paper, "偏差", number).value == cells[1] - cells[2]
    total = HEAD + 1 + len(rows)
    _totals(paper, total, figures, rows)
    line = [book["汇总"].cell(4, col).value for col in range(7, 12)]
    assert [*map(float, (figures["自评"], figures["复核"], figures["偏差"]))] == line[:3]
    assert (f"{line[3] * 100:.2f}%", line[4]) == (figures["偏离度"], figures["等次"])
    assert at(paper, "扣分原因", 1).value == "扣25%（2.5分）：名册少3人"
    assert at(paper, "勾选：无佐证", 2).value == "√"


def _totals(paper: Any, total: int, figures: dict[str, str], rows: list[list[str]]) -> None:
    sums = {name: at(paper, name, total - HEAD - 1).value for name in ("权重", "自评得分", "复核得分", "偏差")}
    assert paper.cell(total, 1).value == "合计"
    assert sums["权重"] == sum(float(told[0]) for told in rows)
    assert [sums["自评得分"], sums["复核得分"], sums["偏差"]] == [
        float(figures[name]) for name in ("自评", "复核", "偏差")
    ]
    assert f"{paper.cell(total + 1, 2).value * 100:.2f}%" == figures["偏离度"]
    assert paper.cell(total + 2, 2).value == figures["等次"]


def test_refused_score_leaves_what_was_typed(browser: Browser, app: FastAPI, served: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})  # Chromium logs a refusal as an error
    page = context.new_page()
    page.goto(f"{served}/?t={app.state.ticket.value}")
    page.goto(f"{served}/forms/2?tab=scores&row=2")
    page.keyboard.press("e")
    page.locator("#edit-text").fill("12")
    page.locator("#edit-reason").fill("名册少3人")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("超过分值 10，没有保存；请填 0 到 10 之间的数")
    expect(page.locator("#edit-reason")).to_have_value("名册少3人")
    page.locator("#edit-text").fill("7")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("第 2 行已改为 7 分")
    page.goto("about:blank")
    context.close()


def test_summary_hands_out_the_book_of_the_batch(sheet: Page) -> None:
    _press(sheet, *"aaaaaaaaa")
    told = _figures(sheet)
    sheet.get_by_role("link", name="全批汇总").click()
    sheet.locator(".is-total").wait_for()
    assert sheet.locator(".is-total .is-number").all_inner_texts() == list(told.values())[:4]
    with sheet.expect_download() as waited:
        sheet.get_by_role("link", name="复核底稿和汇总").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()), data_only=True)
    assert [book["汇总"].cell(4, col).value for col in (7, 8)] == [float(told["自评"]), float(told["复核"])]


def test_burst_of_one_key_loses_nothing(sheet: Page, store: Store) -> None:
    for _ in range(7):
        sheet.keyboard.press("a")
    expect(sheet.locator(".nav-done")).to_contain_text("7／9")
    with store.reading() as connection:
        assert len(row_decisions(connection, [2])[2]) == 7


def test_undo_and_moves_stay_on_the_tab(sheet: Page) -> None:
    _press(sheet, "a", "j", "k", "u")
    _is_at(sheet, 1)
    expect(sheet.locator("#toast")).to_contain_text("已撤销，第 1 行恢复原样")
    expect(sheet.locator(".nav-done")).to_contain_text("0／9")
    sheet.keyboard.press("r")
    expect(sheet.locator("#pane")).to_have_attribute("data-tab", "card")


def test_typed_entry_survives_a_reload(sheet: Page) -> None:
    sheet.keyboard.press("e")
    sheet.locator("#edit-text").fill("6")
    sheet.locator("#edit-reason").fill("写到一半")
    expect(sheet.locator("#typed-note")).to_contain_text("草稿已自动存下")
    sheet.reload()
    expect(sheet.locator("#edit-text")).to_have_value("6")
    expect(sheet.locator("#edit-reason")).to_have_value("写到一半")
    sheet.locator("[data-discard]").click()
    expect(sheet.locator("#edit")).to_be_hidden()


def test_opened_row_is_in_view_at_150_percent(sheet: Page) -> None:
    sheet.set_viewport_size({"width": 911, "height": 427})
    for row in (2, 3, 4, 5, 6, 7, 8, 9):
        sheet.keyboard.press("j")
        _is_at(sheet, row)
    title, bar = (sheet.locator(name).bounding_box() for name in ("#card-title", "#verbs"))
    assert title is not None
    assert bar is not None
    assert 0 <= title["y"] < bar["y"] - title["height"]
    assert sheet.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_neighbouring_form_opens_on_the_same_tab(sheet: Page) -> None:
    sheet.goto(sheet.url + "&queue=sort%3Dorder")
    sheet.keyboard.press("BracketRight")
    sheet.wait_for_url("**/forms/3?*")
    expect(sheet.locator("#pane")).to_have_attribute("data-tab", "scores")
    sheet.keyboard.press("o")
    expect(sheet.locator("#pane")).to_have_attribute("data-tab", "opinion")


def test_keys_are_told_in_the_help(sheet: Page) -> None:
    sheet.keyboard.press("Shift+Slash")
    expect(sheet.locator("#help")).to_contain_text("打分（复核、科长）")
    expect(sheet.locator("#help")).to_contain_text("导出底稿")
