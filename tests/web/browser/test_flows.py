"""People at work in Chromium: each role from a finding to its export, files in, a restart in between, two at one form."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from conftest import SAMPLES
from fuhe.intake.paths import read_paths
from fuhe.outputs.layout import layout
from fuhe.records import Form
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.web.access import sessions
from fuhe.web.access.admission import cookie_name
from fuhe.web.app import create_app
from fuhe.web.desk import Desk
from readers.tables import Row, docx_of, xlsx_of
from web.conftest import Serving

UNIT = "中卫市审批服务管理局"
Joined = Callable[..., Page]


@pytest.fixture
def section(store: Store) -> Iterator[tuple[FastAPI, str]]:
    """The samples served to a section."""
    app = create_app(Desk(store, mode="shared"))
    with Serving(app) as address:
        yield app, address


@pytest.fixture
def join(section: tuple[FastAPI, str], browser: Browser, store: Store) -> Iterator[Joined]:
    """Give somebody an account and return his page, signed in, at the queue."""
    app, address = section
    opened = []

    def joined(name: str, role: str, unit: str | None = None) -> Page:
        desk: Desk = app.state.desk
        with store.writing() as connection:
            account = inserted(
                connection, schema.account, name=name, role=role, unit=unit, secret="", active=True, failures=0,
                created_at=desk.now(),
            )  # fmt: skip
            cookie = sessions.begin(connection, account, desk.clock())
        context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        context.add_cookies([{"name": cookie_name(desk), "value": cookie, "url": address}])
        opened.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield joined
    for context in opened:
        context.close()


def _open_form(page: Page) -> None:
    page.get_by_role("link", name="2024年市“12345”").first.click()
    page.wait_for_url("**/forms/*")  # and until its scripts stand: a key pressed earlier would be lost


def _downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as waited:
        page.locator(link).first.click()
    return Path(waited.value.path()).read_bytes()


def _words(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def _press(page: Page, *names: str) -> None:
    for name in names:
        before = page.locator("#toast").inner_text()
        page.keyboard.press(name)
        if name in "asu":
            expect(page.locator("#toast")).not_to_have_text(before)


def test_reviewer_goes_from_finding_to_opinion(join: Joined) -> None:
    page = join("李敏", "reviewer")
    _open_form(page)
    _press(page, "a")
    page.keyboard.press("e")
    page.locator("#edit-text").fill("请保留一处指标，另一处改为【待补充：指标名称】。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("第 2 条已改写并列入意见")
    page.keyboard.press("d")
    page.keyboard.press("4")
    expect(page.locator("#toast")).to_contain_text("另有佐证材料")
    _press(page, "s", "u", "s")
    page.keyboard.press("o")
    expect(page.locator(".letter")).to_contain_text("请保留一处指标")
    text = _words(_downloaded(page, ".bar a[href*=exports]"))
    assert "请保留一处指标，另一处改为【待补充：指标名称】。" in text
    assert "请核实后书面说明" in text


def test_unit_goes_from_finding_to_tracked_changes(join: Joined) -> None:
    page = join("张三", "filler", UNIT)
    expect(page.locator(".lines tbody tr")).to_have_count(6)
    _open_form(page)
    expect(page.locator(".side-switch")).to_have_count(0)
    page.locator("[data-fact]", has_text="扣了分，没有说明原因").click()
    expect(page.locator("#verb-list")).to_be_enabled()
    page.keyboard.press("a")
    expect(page.locator(".form-table ins")).to_have_count(1)
    expect(page.locator("#pane")).to_have_attribute("data-n", "1")
    expect(page.locator("#verb-list")).to_be_disabled()
    page.keyboard.press("e")
    page.locator("#edit-text").fill("88.5")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".form-table ins").last).to_have_text("88.5")
    page.keyboard.press("o")
    data = _downloaded(page, ".bar a[href*=exports]")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        body = file.read("word/document.xml").decode()
    assert body.count("<w:ins ") >= 2
    assert "<w:delText" in body


def test_unit_sees_its_own_forms_only(join: Joined) -> None:
    page = join("外单位", "filler", "别的单位")
    expect(page.locator("h1")).to_have_text("还没有要复核的表")


def test_chief_gives_out_and_closes(join: Joined, store: Store) -> None:
    page = join("王科长", "chief")
    page.locator("[name=form][value='2']").check()
    page.locator("#reviewer").fill("李敏")
    page.get_by_role("button", name="分派", exact=True).click()
    expect(page.locator(".lines .who").filter(has_text="李敏")).to_have_count(1)
    page.goto(page.url.partition("?")[0].rstrip("/") + "/forms/2?tab=opinion")
    page.get_by_role("button", name="办结").click()
    page.get_by_role("button", name="仍要办结").click()
    expect(page.locator("#toast")).to_contain_text("已办结")


def test_reviewer_sends_on_to_the_chief(join: Joined, store: Store) -> None:
    page = join("李敏", "reviewer")
    _open_form(page)
    page.keyboard.press("g")
    expect(page.locator("#toast")).to_contain_text("已送科长")
    chief = join("王科长", "chief")
    chief.get_by_role("link", name="已送科长").first.click()
    expect(chief.locator(".lines tbody tr")).to_have_count(1)


def test_administrator_may_look_but_not_decide(join: Joined, store: Store) -> None:
    page = join("管理员", "admin")
    page.goto(page.url.rstrip("/") + "/forms/2?n=1")
    expect(page.locator(".bar-note")).to_have_text("您的角色只能查看")
    page.keyboard.press("a")
    page.wait_for_timeout(250)
    expect(page.locator(".nav-done b")).to_have_text("0")


def test_second_reviewer_reads_until_he_takes_over(join: Joined) -> None:
    first, second = join("李敏", "reviewer"), join("王建国", "reviewer")
    for page in (first, second):
        page.goto(page.url.rstrip("/") + "/forms/2?n=1")
    expect(second.get_by_text("李敏 正在复核这张表")).to_be_visible()
    second.keyboard.press("a")
    second.get_by_role("button", name="接手").click()
    expect(second.locator("#verb-list")).to_be_visible()
    second.wait_for_load_state()
    first.keyboard.press("a")
    expect(first.locator("#toast")).to_contain_text("王建国 正在复核这张表，您的修改没有保存")
    second.keyboard.press("a")
    expect(second.locator(".nav-done b")).to_have_text("1")


def test_decisions_outlive_a_restart(store: Store, blank_page: Page) -> None:
    for number in (1, 2):
        app = create_app(Desk(store, owner="李敏"))
        with Serving(app) as address:
            blank_page.goto(f"{address}/?t={app.state.ticket.value}")
            blank_page.goto(f"{address}/forms/2")
            expect(blank_page.locator("#pane")).to_have_attribute("data-n", str(number))
            blank_page.keyboard.press("a")
            expect(blank_page.locator(".nav-done b")).to_have_text(str(number))


def _rows(form: Form, unit: str) -> list[Row]:
    (table,) = layout(form.record, {}, ())
    return [[(slot.text.replace(UNIT, unit), slot.rowspan, slot.colspan) for slot in row] for row in table.rows]


def test_word_workbook_and_broken_file_come_in(page: Page, tmp_path: Path) -> None:
    forms = next(iter(read_paths((str(SAMPLES),)))).forms
    (tmp_path / "甲.docx").write_bytes(docx_of(_rows(forms[1], "甲单位")))
    (tmp_path / "乙.xlsx").write_bytes(xlsx_of(_rows(forms[5], "乙单位")))
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04 no archive")
    page.locator("#files").set_input_files(sorted(tmp_path.iterdir()))
    expect(page.locator(".progress-head")).to_contain_text("检查完成", timeout=90_000)
    expect(page.locator(".lines")).to_contain_text("甲单位")
    expect(page.locator(".lines")).to_contain_text("乙单位")
    page.reload()
    expect(page.locator(".unread")).to_contain_text("坏.docx")
    _open_form(page)
    expect(page.locator("#card-title")).to_be_visible()


def test_bulk_is_counted_done_and_undone(page: Page) -> None:
    for form in (2, 6):
        page.locator(f"[name=form][value='{form}']").check()
    expect(page.locator("#bulk-count")).to_have_text("2")
    page.locator("[data-plan]").click()
    page.get_by_role("button", name="列入 8 条").click()
    expect(page.locator(".lot")).to_contain_text("已列入 8 条意见")
    page.get_by_role("button", name="全部撤销").click()
    expect(page.locator("td.done").first).to_contain_text("0%")


def test_sample_is_loaded_on_an_empty_desk(page: Page, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(schema.batch.delete())
    page.reload()
    page.get_by_role("button", name="先看一份示例").click()
    expect(page.locator(".lines tbody tr")).to_have_count(6, timeout=90_000)
