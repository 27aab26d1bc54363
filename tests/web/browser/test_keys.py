"""Keys on the page of a form: nothing pressed is lost, nothing typed is taken for a key."""

import json
import statistics

import pytest
from playwright.sync_api import Page, expect

from fuhe.store.database import Store
from fuhe.store.decisions import decisions_of
from fuhe.store.own_remarks import remarks_of
from fuhe.web.desk import Desk

PRESS = "init => (init.on ? document.querySelector(init.on) : document.body).dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...init}))"


@pytest.fixture
def form(page: Page) -> Page:
    """The page at the first point of the second form."""
    page.goto(page.url + "forms/2?n=1")
    return page


def _states(store: Store) -> list[str]:
    with store.reading() as connection:
        return sorted(decision.state for decision in decisions_of(connection, [2]).get(2, {}).values())


def _is_at(page: Page, number: int) -> None:
    expect(page.locator("#pane")).to_have_attribute("data-n", str(number))


def _fire(page: Page, **init: object) -> None:
    page.evaluate(PRESS, {"key": "a", **init})


def test_burst_of_moves_loses_none(form: Page) -> None:
    form.evaluate(
        "() => { for (let i = 0; i < 5; i += 1) document.body.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyJ', key: 'j', bubbles: true})); }"
    )
    _is_at(form, 6)


def test_moves_and_verbs_in_a_burst_keep_their_order(form: Page, store: Store) -> None:
    form.evaluate(
        "() => { for (const code of ['KeyJ', 'KeyA', 'KeyS', 'KeyK', 'KeyA']) document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key: 'x', bubbles: true})); }"
    )
    # 2 listed, 3 doubtful, then from 4 back to 3, which is listed anew; the next open one is 4
    expect(form.locator("#toast")).to_contain_text("第 3 条已列入意见")
    expect(form.locator(".chip.is-current")).to_have_text("4")
    assert _states(store) == ["listed"] * 7  # the six findings of the second point, the one of the third


def test_last_point_is_followed_by_the_first(form: Page) -> None:
    form.keyboard.press("k")
    _is_at(form, 6)
    form.keyboard.press("j")
    _is_at(form, 1)


@pytest.mark.parametrize("extra", [{"isComposing": True}, {"keyCode": 229}])
def test_key_of_an_input_method_does_nothing(form: Page, store: Store, extra: dict[str, object]) -> None:
    _fire(form, code="KeyA", **extra)
    form.wait_for_timeout(250)
    assert _states(store) == []


def test_chinese_layout_does_not_matter(form: Page, store: Store) -> None:
    _fire(form, code="KeyA", key="Process")
    _is_at(form, 2)
    assert _states(store) == ["listed"] * 4


def test_letters_typed_into_a_box_are_letters(form: Page, store: Store) -> None:
    form.keyboard.press("e")
    form.locator("#edit-text").fill("")
    form.keyboard.type("ajsd")
    expect(form.locator("#edit-text")).to_have_value("ajsd")
    assert _states(store) == []
    form.keyboard.press("Control+Enter")
    _is_at(form, 2)
    assert _states(store) == ["rewritten"] * 4  # his words stand for all four findings of the point


def test_escape_leaves_the_box_unsaved(form: Page, store: Store) -> None:
    form.keyboard.press("e")
    form.keyboard.press("Escape")
    expect(form.locator("#edit")).to_be_hidden()
    assert _states(store) == []


def test_reason_is_chosen_by_its_number(form: Page, store: Store) -> None:
    form.keyboard.press("d")
    expect(form.locator("#why")).to_be_visible()
    form.keyboard.press("3")
    _is_at(form, 2)
    with store.reading() as connection:
        kept = decisions_of(connection, [2])[2].values()
    assert {(decision.state, decision.reason) for decision in kept} == {("dismissed", "规则误报")}


def test_number_without_open_reasons_does_nothing(form: Page, store: Store) -> None:
    form.keyboard.press("3")
    form.wait_for_timeout(200)
    assert _states(store) == []


def test_undo_opens_the_point_again(form: Page, store: Store) -> None:
    form.keyboard.press("a")
    _is_at(form, 2)
    form.keyboard.press("u")
    _is_at(form, 1)
    expect(form.locator("#toast")).to_contain_text("已撤销")
    assert _states(store) == []


def test_brackets_lead_to_neighbouring_forms(form: Page) -> None:
    form.goto(form.url + "&queue=sort%3Dorder")
    form.keyboard.press("BracketRight")
    form.wait_for_url("**/forms/3?*")
    form.keyboard.press("BracketLeft")
    form.wait_for_url("**/forms/2?*")


@pytest.mark.parametrize(("keys", "pressed", "count"), [("off", "a", 0), ("alt", "a", 0), ("alt", "Alt+a", 4)])
def test_keys_can_be_off_or_need_alt(page: Page, desk: Desk, store: Store, keys: str, pressed: str, count: int) -> None:
    with store.writing() as connection:
        desk.preferences().model_copy(update={"keys": keys}).keep(connection)
    page.goto(page.url + "forms/2?n=1")
    page.keyboard.press(pressed)
    if count:
        _is_at(page, 2)
    page.wait_for_timeout(300)
    assert len(_states(store)) == count


def test_key_repeated_by_holding_decides_once(form: Page, store: Store) -> None:
    _fire(form, code="KeyA")
    _fire(form, code="KeyA", repeat=True)
    _is_at(form, 2)
    form.wait_for_timeout(200)
    assert _states(store) == ["listed"] * 4


def test_one_key_closes_and_opens_the_next_of_the_queue(form: Page, store: Store) -> None:
    form.goto(form.url + "&queue=sort%3Dorder")
    form.keyboard.press("f")
    expect(form.locator("#closing [role=alert]")).to_contain_text("处错误没有处理，仍要办结？")
    form.keyboard.press("Escape")
    expect(form.locator("#closing [role=alert]")).to_have_count(0)
    form.keyboard.press("f")
    expect(form.locator("#closing [role=alert]")).to_be_visible()
    form.keyboard.press("f")
    form.wait_for_url("**/forms/3?*")
    expect(form.locator("#toast")).to_contain_text("已办结")


def test_form_goes_back_to_the_unit_with_one_key(form: Page) -> None:
    form.keyboard.press("a")
    expect(form.locator("#closing")).to_contain_text("退回并附 1 条")
    form.keyboard.press("t")
    expect(form.locator("#toast")).to_contain_text("已退回")


def test_help_opens_and_closes(form: Page) -> None:
    form.keyboard.press("Shift+Slash")
    expect(form.locator("#help")).to_be_visible()
    form.keyboard.press("Escape")
    expect(form.locator("#help")).to_be_hidden()


def test_every_verb_prints_its_key(form: Page) -> None:
    texts = form.locator("#verbs kbd").all_inner_texts()
    assert json.dumps(texts) == json.dumps(["A", "E", "D", "S"])


def test_finding_is_struck_out_of_its_point_and_put_back(form: Page, store: Store) -> None:
    last = form.locator(".point-facts li").last
    last.get_by_role("button", name="划去").click()
    expect(form.locator(".point-facts .is-struck")).to_have_count(1)
    _is_at(form, 1)
    form.keyboard.press("a")
    _is_at(form, 2)
    assert _states(store) == ["dismissed", "listed", "listed", "listed"]
    form.keyboard.press("k")
    form.get_by_role("button", name="放回").click()
    expect(form.locator(".point-facts .is-struck")).to_have_count(0)
    assert _states(store) == ["listed"] * 4


def test_what_may_be_bettered_is_one_line_and_one_key(form: Page, store: Store) -> None:
    line = form.locator(".point-line.is-light")
    expect(line).to_have_count(1)
    expect(form.locator(".point-line")).to_have_count(5)
    line.click()
    _is_at(form, 6)
    form.keyboard.press("a")
    expect(form.locator("#toast")).to_contain_text("第 6 条已列入意见")
    assert _states(store) == ["listed"] * 6


def test_sample_forms_are_closed_with_twelve_keys(page: Page) -> None:
    home, keys = page.url, []
    for number in range(1, 7):
        page.goto(f"{home}forms/{number}?n=1")
        count = int(page.locator("#pane").get_attribute("data-count") or 0)
        for done in range(1, count + 1):
            page.keyboard.press("a")
            expect(page.locator(".nav-done b")).to_have_text(str(done))
        page.keyboard.press("t")
        page.wait_for_url("**/*done=*")
        keys.append(count + 1)
    assert statistics.median(keys) <= 12
    assert max(keys) <= 12


def _remarked(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row.text for row in remarks_of(connection, [2]).get(2, ())]


def test_own_point_is_added_and_taken_out_by_keys(form: Page, store: Store) -> None:
    form.keyboard.press("n")
    expect(form.locator("#remark-text")).to_be_focused()
    form.keyboard.type("年度填的是2020，本批是2024年度")
    form.keyboard.press("Control+Enter")
    expect(form.locator(".letter")).to_contain_text("1．年度填的是2020，本批是2024年度")
    expect(form.locator("#remark-text")).to_have_value("")
    expect(form.locator("#toast")).to_contain_text("已加入意见")
    expect(form.locator("#remark-text")).not_to_be_focused()
    assert _remarked(store) == ["年度填的是2020，本批是2024年度"]
    form.get_by_role("button", name="删去这一条").click()
    expect(form.locator("#toast")).to_contain_text("已删去")
    expect(form.locator(".letter-drop")).to_have_count(0)
    assert _remarked(store) == []


def test_letters_of_an_own_point_are_no_keys(form: Page, store: Store) -> None:
    form.evaluate(
        "() => { for (const code of ['KeyN', 'KeyA', 'KeyF']) document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key: 'x', bubbles: true})); }"
    )
    box = form.locator("#remark-text")
    expect(box).to_be_focused()
    form.keyboard.type("adf")
    expect(box).to_have_value("adf")
    assert _states(store) == []
    form.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    form.keyboard.press("n")
    expect(box).to_be_focused()


def test_own_point_half_typed_is_there_after_a_reload(form: Page) -> None:
    form.keyboard.press("n")
    form.locator("#remark-text").press_sequentially("写到一半")
    expect(form.locator("#typed-note")).to_contain_text("草稿已自动存下")
    form.reload()
    expect(form.locator("#remark-text")).to_have_value("写到一半")
    expect(form.locator("#typed-note")).to_contain_text("没有加入的草稿已恢复")


def test_edit_pressed_right_after_a_move_opens_on_the_card_moved_to(form: Page) -> None:
    form.evaluate(
        "() => { for (const code of ['KeyJ', 'KeyE']) document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key: code, bubbles: true})); }"
    )
    expect(form.locator("#pane")).to_have_attribute("data-n", "2")
    expect(form.locator("#edit-text")).to_be_focused()


def test_scores_open_from_the_opinion(form: Page) -> None:
    form.keyboard.press("o")
    expect(form.locator("#pane")).to_have_attribute("data-tab", "opinion")
    form.keyboard.press("r")
    expect(form.locator("#pane")).to_have_attribute("data-tab", "scores")


def test_striking_out_leaves_the_panel_where_it_was(form: Page) -> None:
    number = form.evaluate("""async () => {
        for (const chip of document.querySelectorAll(".chip[data-n]")) {
            const page = await (await fetch(`/forms/2?n=${chip.dataset.n}`)).text();
            if (page.includes("data-strike")) return chip.dataset.n;
        }
    }""")
    form.set_viewport_size({"width": 1366, "height": 420})
    form.goto(f"{form.url.partition('?')[0]}?n={number}", wait_until="networkidle")
    button = form.locator("[data-strike]").last
    button.scroll_into_view_if_needed()
    before = form.evaluate("document.querySelector('#pane-body').scrollTop")
    assert before > 0
    button.click()
    expect(form.locator("[data-strike]").last).to_have_text("放回")
    expect(form.locator("[data-strike]").last).to_be_focused()
    assert abs(form.evaluate("document.querySelector('#pane-body').scrollTop") - before) < 40
