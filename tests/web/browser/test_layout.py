"""What is in sight at the sizes people work at, and what lights up on the table."""

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, expect

from fuhe.records import Problem
from fuhe.store import schema
from fuhe.store.database import Store

SIZES = {"1366x641": (1366, 641), "150%": (911, 427), "1024": (1024, 768)}
COVERED = """() => {
  const found = [];
  document.querySelectorAll(".form-table td").forEach((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell.querySelector(".v"));
    const texts = Array.from(range.getClientRects());
    cell.querySelectorAll(".mark").forEach((mark) => {
      const box = mark.getBoundingClientRect();
      if (texts.some((text) => text.left < box.right && box.left < text.right && text.top < box.bottom && box.top < text.bottom)) found.push(cell.innerText);
    });
  });
  return found;
}"""


@pytest.fixture
def small(page: Page) -> Page:
    """The worst finding of the second form in the viewport of a 1366 by 768 screen."""
    page.set_viewport_size({"width": 1366, "height": 641})
    page.goto(page.url + "forms/2?n=1")
    return page


def test_weightiest_point_is_whole_without_scrolling(small: Page) -> None:
    for part in (".form-head", ".navigator", ".message", ".sum", ".draft", "#verbs"):
        box = small.locator(part).bounding_box()
        bar = small.locator("#verbs").bounding_box()
        assert box
        assert bar
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= (bar["y"] if part != "#verbs" else 641) + 1, part


@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_sideways(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    for address in ("/", "/forms/2?n=1"):
        page.goto(page.url.partition("/forms")[0].rstrip("/") + address)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        expect(page.locator("h1").first).to_be_in_viewport()


@pytest.mark.parametrize("size", SIZES)
def test_verbs_are_in_sight(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(page.url + "forms/2?n=1")
    for verb in ("list", "rewrite", "dismiss", "doubt"):
        expect(page.locator(f"#verb-{verb}")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", [2, 6])
def test_marks_cover_no_figure(page: Page, size: str, form: int) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(page.url + f"forms/{form}?n=1")
    assert page.evaluate(COVERED) == []
    page.keyboard.press("j")
    expect(page.locator("#pane")).to_have_attribute("data-n", "2")
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize("size", SIZES)
def test_next_card_is_in_sight_has_the_keyboard_and_is_announced(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(page.url + "forms/2?n=1")
    for number in range(2, 7):
        page.keyboard.press("j")
        expect(page.locator("#pane")).to_have_attribute("data-n", str(number))
        expect(page.locator("#card-title")).to_be_in_viewport(ratio=1)
        expect(page.locator("#card-title")).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("第 6 条，共 6 条")
    page.keyboard.press("a")
    expect(page.locator("#card-title")).to_be_focused()


def test_first_form_is_in_sight_below_files_that_failed(page: Page, store: Store) -> None:
    with store.writing() as connection:
        for number in range(9):
            connection.execute(
                schema.file.insert().values(
                    batch_id=1, path=f"附件{number}.docx", status="failed", ruleset="r", current=True, received_at="",
                    problems=(Problem(code="encrypted", message="文件设了打开密码，无法读取"),),
                )
            )  # fmt: skip
    page.set_viewport_size({"width": 1366, "height": 641})
    page.reload()
    expect(page.locator(".unread")).to_be_visible()
    expect(page.locator(".lines tbody tr").first).to_be_in_viewport(ratio=1)


def test_every_export_can_be_reached_on_a_low_screen(page: Page) -> None:
    page.set_viewport_size({"width": 1093, "height": 513})
    page.goto(page.url + "forms/2?n=1")
    page.get_by_text("导出 ▾").click()
    expect(page.get_by_role("link", name="下年度绩效目标表（草案）")).to_be_visible()
    last = page.locator("#exports a").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)


def test_sum_has_a_dot_for_every_addend(small: Page) -> None:
    expect(small.locator(".rail circle")).to_have_count(10)
    expect(small.locator(".re-added")).to_have_text("合计 88.5")
    expect(small.locator(".is-focus")).to_have_count(1)


def test_evidence_out_of_view_is_counted(small: Page) -> None:
    expect(small.locator("#more-above")).to_have_text("↑ 上方还有 1 格")
    small.locator("#more-above").click()
    expect(small.locator("#c0-3-8")).to_be_in_viewport()
    expect(small.locator("#more-above")).to_be_hidden()


def test_number_under_the_pointer_lights_its_cell(small: Page) -> None:
    small.locator(".sum [data-slot]").last.hover()
    expect(small.locator(".form-table .is-lit .v")).to_have_text("98.5")


def test_marks_of_other_points_are_hollow(small: Page) -> None:
    assert {mark.inner_text() for mark in small.locator(".mark.is-current").all()} == {"1"}
    small.locator(".mark[data-n='4']").click()
    expect(small.locator(".mark.is-current")).to_have_text(["4"])
    expect(small.locator("#card-title")).to_have_text("“热线运行顺畅”看不出是什么的比例")


def test_marks_are_far_enough_apart(small: Page) -> None:
    boxes = [box for mark in small.locator(".mark").all() if (box := mark.bounding_box())]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            across = abs(one["x"] + one["width"] / 2 - other["x"] - other["width"] / 2)
            down = abs(one["y"] + one["height"] / 2 - other["y"] - other["height"] / 2)
            assert max(across, down) >= 23.9, (one, other)


@pytest.mark.parametrize("form", [2, 6])
def test_print_takes_two_pages_at_most(page: Page, tmp_path: Path, form: int) -> None:
    page.goto(page.url + f"forms/{form}?n=1")
    for _ in range(6):
        page.keyboard.press("a")
    expect(page.locator(".nav-done b")).to_have_text("6")
    page.goto(page.url.partition("/forms")[0] + f"/forms/{form}/print")
    made = tmp_path / "print.pdf"
    page.pdf(path=made, prefer_css_page_size=True, print_background=True)
    with pypdfium2.PdfDocument(made) as pdf:
        assert len(pdf) <= 2
        assert tuple(round(side) for side in pdf[0].get_size()) == (595, 842)
