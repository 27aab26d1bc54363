"""Doors in Chromium: settings, the API's page, sign-in and files coming in, all under the strict policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from conftest import SAMPLES
from fuhe.store.database import Store
from fuhe.web.app import create_app
from fuhe.web.desk import Desk
from fuhe.web.work import uploads
from web.conftest import Serving
from web.test_versions import table


def test_settings_are_kept(page: Page, desk: Desk) -> None:
    page.goto(page.url + "settings")
    page.get_by_label("意见落款单位").fill("市财政局绩效科")
    page.get_by_text("要同时按 Alt").click()
    page.get_by_role("button", name="保存设置").click()
    expect(page.get_by_role("status").first).to_contain_text("已保存")
    assert (desk.preferences().heading, desk.preferences().keys) == ("市财政局绩效科", "alt")


def test_model_that_does_not_answer_is_told(page: Page) -> None:
    page.goto(page.url + "settings")
    page.get_by_label("地址").fill("http://127.0.0.1:9/v1")
    page.get_by_label("模型名称").fill("qwen3")
    page.get_by_role("button", name="测试").click()
    expect(page.locator("#trial .told-wrong")).to_contain_text("127.0.0.1:9", timeout=30_000)


def test_public_address_is_refused_while_offline(page: Page) -> None:
    page.goto(page.url + "settings")
    page.get_by_label("地址").fill("https://api.example.com/v1")
    page.get_by_label("模型名称").fill("m")
    page.get_by_role("button", name="测试").click()
    expect(page.locator("#trial .told-wrong")).to_contain_text("公网")


def test_api_page_is_drawn_from_this_computer(page: Page) -> None:
    page.goto(page.url + "docs")
    expect(page.locator(".opblock")).not_to_have_count(0)
    expect(page.get_by_text("检查一个文件，不保存")).to_be_visible()


def test_dropped_files_are_checked_and_the_broken_one_named(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    page.locator("input[type=file]").first.set_input_files([broken, SAMPLES / "zhongwei_2024.txt"])
    expect(page.locator(".progress-failed")).to_contain_text("坏.docx", timeout=60_000)
    expect(page.locator(".progress-head")).to_contain_text("检查完成", timeout=60_000)


def test_more_files_than_a_request_holds_come_in_parts(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    page.reload()
    names = [tmp_path / f"{number}.txt" for number in range(5)]
    for number, path in enumerate(names):
        path.write_bytes(table(f"第{number}县"))
    page.locator("#files").set_input_files(names)
    expect(page.locator(".progress-head")).to_contain_text("检查完成：5 个文件", timeout=60_000)


def test_export_shows_how_far_it_is_and_fetches_its_file(page: Page) -> None:
    page.locator("#pick-all").check()
    page.locator("#export-kind").select_option("issues")
    with page.expect_download(timeout=60_000) as waited:
        page.get_by_role("button", name="导出", exact=True).click()
        expect(page.locator("#export-job")).to_be_visible()
    assert waited.value.suggested_filename.endswith("问题清单.xlsx")
    expect(page.locator("#export-job")).to_contain_text("已导出")


@pytest.fixture
def section(store: Store) -> Iterator[tuple[FastAPI, str]]:
    """The same store served to a section."""
    app = create_app(Desk(store, mode="shared"))
    with Serving(app) as address:
        yield app, address


def test_first_administrator_comes_in_and_invites(section: tuple[FastAPI, str], blank_page: Page) -> None:
    app, address = section
    page = blank_page
    page.goto(f"{address}/setup/{app.state.first.value}")
    page.get_by_label("姓名").fill("王主任")
    page.get_by_label("密码（").fill("正确的马和电池订书钉")
    page.get_by_label("再填一次").fill("正确的马和电池订书钉")
    page.get_by_role("button", name="保存并登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_attached()
    page.goto(f"{address}/settings")
    page.get_by_label("新账号的姓名").fill("张三")
    page.get_by_label("新账号的角色").select_option("reviewer")
    page.get_by_role("button", name="增加", exact=True).click()
    expect(page.locator("code.once")).to_contain_text("/setup/")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
