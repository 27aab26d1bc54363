"""打分 by role: a filler sees nothing of it, two reviewers at one row, who chooses the standard."""

import pytest

from fuhe.web.access import form_holder
from web.conftest import Clock, Join
from web.scoring import FORM, act, press, shown, states

UNIT = "中卫市审批服务管理局"
MODE = "shared"
pytestmark = pytest.mark.usefixtures("cheap")


def test_filler_sees_nothing_of_it(join: Join) -> None:
    reviewer, filler = join("甲", "reviewer"), join("丙", "filler", UNIT)
    key = shown(reviewer, 1).key
    text = filler.get(f"/forms/{FORM}?tab=scores").text
    assert ("打分" in text, "data-key" in text, "复核底稿" in text) == (False, False, False)
    posts = (f"/forms/{FORM}/scores/{key}/confirm", f"/forms/{FORM}/scores/{key}/typed", "/scores/standard")
    assert [filler.post(address, data={"batch": "1"}).status_code for address in posts] == [403, 403, 403]
    gets = (
        f"/forms/{FORM}/exports/worksheet",
        "/scores",
        "/batches/1/exports/worksheets",
        f"/forms/{FORM}/exports/worksheet?side=review",
    )
    assert [filler.get(address).status_code for address in gets] == [403, 403, 403, 403]
    assert "打分汇总" not in filler.get("/").text


def test_administrator_looks_and_does_not_score(join: Join) -> None:
    admin = join("管", "admin")
    row = shown(admin, 1)
    assert "核定 10 分 <kbd>" not in row.text
    assert press(admin, row, "confirm").status_code == 403


def test_chief_scores_and_chooses_the_standard(join: Join) -> None:
    chief, reviewer = join("长", "chief"), join("甲", "reviewer")
    given = {"batch": "1", "name": "district-2025"}
    assert reviewer.post("/scores/standard", data=given).status_code == 403
    assert "换评分口径" not in reviewer.get("/scores").text
    assert chief.post("/scores/standard", data=given).status_code == 303
    assert states(act(chief, 1, "confirm").text)[0] == "已核定"
    assert "评分口径：某区2025年口径（长" in shown(reviewer, 1).text


def test_later_of_two_reviewers_is_told(join: Join, clock: Clock) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    act(first, 1, "confirm")
    row = shown(second, 3)
    act(first, 3, "change", score="7", reason="名册少3人")
    told = press(second, row, "confirm")
    assert (told.status_code, "甲 正在复核这张表" in told.text) == (409, True)
    clock.now += form_holder.KEPT + 1
    told = press(second, row, "confirm")
    assert told.status_code == 409
    assert "甲 已在 " in told.text
    assert "把“热线运行顺畅”改为 7 分：扣30%（3分）：名册少3人，您的没有保存" in told.text
    assert press(second, shown(second, 3), "change", score="8", reason="名册少2人").status_code == 200


def test_undo_leaves_what_another_decided_since(join: Join, clock: Clock) -> None:
    first, second = join("甲", "reviewer"), join("乙", "reviewer")
    act(first, 3, "confirm")
    clock.now += form_holder.KEPT + 1
    act(second, 3, "change", score="8", reason="名册少2人")
    clock.now += form_holder.KEPT + 1
    told = act(first, 3, "undo")
    assert (told.status_code, "后来由 乙 改为 8 分" in told.text) == (409, True)
    assert states(shown(first, 1).text)[2] == "已改分"
