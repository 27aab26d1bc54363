"""打分: rows of the 复核底稿 confirmed, changed, ticked, left; refusals lose nothing; a form read again keeps what is the same."""

import io
import re
from decimal import Decimal

import docx
import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from conftest import SAMPLES
from fuhe.findings import Decision
from fuhe.outputs.excel.working_back import read_back
from fuhe.outputs.worksheet_words import reason_of
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rescoring.revising import all_revised
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.store.scored_rows import ChosenStandard, choose_standard, row_decisions
from fuhe.web.work.score_sheet import form_sheets
from fuhe.worksheets import RowDecision
from web.scoring import FORM, act, figures, press, shown, states
from web.waiting import finished
from worksheet_desk import sheets_of

TEXT = (SAMPLES / "zhongwei_2024.txt").read_text("utf-8")


@pytest.fixture(autouse=True)
def _district(store: Store) -> None:
    with store.writing() as connection:
        choose_standard(
            connection,
            1,
            ChosenStandard("district-2025", "某区2025年口径", None, "王科长", "2026-01-05T09:00:00+08:00"),
        )


def _dismiss(store: Store, code: str) -> None:
    with store.writing() as connection:
        (current,) = load_forms(connection, [FORM])
        for finding in current.findings:
            if finding.code == code:
                dismissed = Decision(state="dismissed", reason="规则误报")
                decide(connection, FORM, finding.fingerprint, dismissed, by="李敏", at="2026-01-05")


def _kept(store: Store, form: int = FORM) -> list[RowDecision]:
    with store.reading() as connection:
        return list(row_decisions(connection, [form]).get(form, {}).values())


def test_row_shows_scores_rule_reason_and_cells(client: TestClient) -> None:
    text = shown(client, 8).text
    assert "扣60%（6分）：</b>指标值“逐步提升”只有方向，没有写怎样计算" in text
    assert "按“某区2025年口径”第11项：有方向没有算法" in text
    assert re.search(r'年度指标值 <a class="in-cell" href="#c\S+" data-slot="c\S+">逐步提升</a>', text)
    assert re.search(r'8．持续提高\S+</b></th><td class="is-figure">10</td><td class="is-figure">9</td>', text)
    assert figures(text) == {"自评": "88.5", "复核": "73.5", "偏差": "15", "偏离度": "16.95%", "等次": "中"}


def test_confirming_keeps_the_score_and_opens_the_next_row(client: TestClient, store: Store) -> None:
    text = act(client, 8, "confirm").text
    assert states(text).count("已核定") == 1
    assert 'data-row="9"' in text
    assert "第 8 行已核定 4 分" in text
    (kept,) = _kept(store)
    assert (kept.state, float(kept.score), kept.by) == ("confirmed", 4, "李敏")


def test_changing_writes_the_percent_before_the_reason(client: TestClient, store: Store) -> None:
    text = act(client, 3, "change", score="７.５分", reason="名册少3人", actual="92%").text
    assert figures(text)["复核"] == "71"
    (kept,) = _kept(store)
    assert (float(kept.score), kept.entry.reason, kept.entry.actual) == (7.5, "扣25%（2.5分）：名册少3人", "92%")
    again = shown(client, 3).text
    assert '<textarea id="edit-reason" name="reason" rows="2" maxlength="2000">名册少3人</textarea>' in again


def test_blank_actual_leaves_the_printed_one(client: TestClient, store: Store) -> None:
    act(client, 2, "change", score="7", reason="名册少3人", actual=" ")
    (kept,) = _kept(store)
    assert kept.entry.actual is None


BAD = [
    ("12", "名册少人", "“热线运行顺畅”的复核得分 12 超过分值 10，没有保存"),
    ("-1", "名册少人", "的复核得分 -1 小于 0，没有保存"),
    ("七分", "名册少人", "的复核得分写着“七分”，不是数，没有保存"),
    (" ", "名册少人", "的复核得分没有填，没有保存"),
    ("7.333", "名册少人", "超过2位小数，没有保存"),
    ("7", " ", "改了得分，没有写原因，没有保存"),
    ("7", "扣20%：名册少人", "原因里写的是扣 20%，按得分是扣 30%，没有保存"),
]


@pytest.mark.parametrize(("score", "reason", "says"), BAD)
def test_bad_entry_is_refused_in_a_sentence(
    client: TestClient, store: Store, score: str, reason: str, says: str
) -> None:
    act(client, 3, "change", score="8", reason="先前的原因")
    before = _kept(store)
    answer = act(client, 3, "change", score=score, reason=reason)
    assert (answer.status_code, says in answer.text) == (422, True), answer.text
    assert _kept(store) == before


def test_tick_counts_at_once_and_is_to_be_confirmed(client: TestClient, store: Store) -> None:
    act(client, 2, "confirm")
    text = act(client, 2, "tick", tick="无佐证").text
    assert figures(text)["复核"] == "63.5"
    assert states(text)[1] == "待核定"
    act(client, 2, "confirm")
    (kept,) = _kept(store)
    assert (kept.ticks, float(kept.score)) == (("无佐证",), 0)
    assert "没有提供佐证资料" in shown(client, 2).text
    assert figures(act(client, 2, "tick", tick="无佐证").text)["复核"] == "73.5"


def test_tick_of_another_class_is_refused(client: TestClient) -> None:
    answer = act(client, 2, "tick", tick="无调查资料")
    assert (answer.status_code, "不适用“无调查资料”" in answer.text) == (422, True)


def test_tick_tells_that_an_own_score_goes_and_undo_brings_it_back(client: TestClient, store: Store) -> None:
    act(client, 2, "change", score="7", reason="名册少3人")
    assert "原改的 7 分不再用" in act(client, 2, "tick", tick="无佐证").text
    assert "已撤销，第 2 行恢复原样" in act(client, 1, "undo").text
    (kept,) = _kept(store)
    assert (kept.state, kept.entry.reason) == ("changed", "扣30%（3分）：名册少3人")


def test_row_left_for_later_is_not_settled(client: TestClient) -> None:
    text = act(client, 1, "leave").text
    assert (states(text)[0], 'data-row="2"' in text) == ("留待", True)
    assert "<b>0</b>／9 已核定" in text


def test_key_pressed_once_more_changes_nothing(client: TestClient, store: Store) -> None:
    act(client, 2, "change", score="7", reason="名册少3人")
    before = _kept(store)
    assert "早先已改为 7 分" in act(client, 2, "confirm").text
    assert _kept(store) == before


def test_dismissed_finding_takes_nothing_off(client: TestClient, store: Store) -> None:
    _dismiss(store, "F003")
    assert figures(shown(client, 6).text)["复核"] == "83.5"


def test_undo_goes_back_step_by_step(client: TestClient, store: Store) -> None:
    act(client, 1, "confirm")
    act(client, 2, "confirm")
    act(client, 1, "undo")
    act(client, 1, "undo")
    assert _kept(store) == []
    assert act(client, 1, "undo").status_code == 409


def test_typed_entry_is_there_again_until_saved(client: TestClient) -> None:
    row = shown(client, 3)
    typed = '{"score": "6", "reason": "写到一半", "actual": ""}'
    assert client.post(f"/forms/{FORM}/scores/{row.key}/typed", data={"text": typed}).status_code == 204
    again = shown(client, 3).text
    assert 'value="6"' in again
    assert ">写到一半</textarea>" in again
    act(client, 3, "change", score="6", reason="写完了")
    assert "未保存的草稿" not in shown(client, 3).text


def test_without_scripts_a_button_leads_back_to_the_tab(client: TestClient) -> None:
    row = shown(client, 1)
    answer = client.post(f"/forms/{FORM}/scores/{row.key}/confirm", data={"stood": row.stood})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/forms/{FORM}?tab=scores&after=1")
    assert 'data-row="2"' in client.get(answer.headers["location"]).text
    assert 'id="edit" method="post"' in client.get(f"/forms/{FORM}?tab=scores&row=2&edit=true").text


def test_trail_tells_the_score_and_the_reason(client: TestClient) -> None:
    act(client, 2, "confirm")
    act(client, 2, "change", score="7", reason="名册少3人")
    act(client, 1, "undo")
    trail = client.get("/audit.csv").text
    assert "复核打分,2024年市“12345”政务服务热线工作经费,“12345”政务服务热线日常管理人员,,核定 10 分" in trail
    assert "核定 10 分,改为 7 分：扣30%（3分）：名册少3人" in trail
    assert "撤销打分" in trail


# ---- read again ----


def _again(client: TestClient, app: FastAPI, text: str) -> int:
    """Hand the samples in again with another text; return the form that now stands for FORM."""
    client.post("/uploads", files={"files": ("zhongwei_2024.txt", text.encode())})
    assert finished(app, 1).failed == ()
    with app.state.desk.store.reading() as connection:
        form = schema.form.c
        found = connection.execute(schema.form.select().where(form.current, form.replaces == FORM)).one()
    return int(found.id)


def test_decisions_survive_another_reading(client: TestClient, app: FastAPI, store: Store) -> None:
    act(client, 2, "change", score="7", reason="名册少3人")
    act(client, 8, "confirm")
    now = _again(client, app, TEXT + "\n")
    text = shown(client, 1, now).text
    assert (states(text)[1], states(text)[7]) == ("已改分", "已核定")
    assert _kept(store, now) == _kept(store)


def test_row_the_unit_has_changed_is_told_and_open(client: TestClient, app: FastAPI) -> None:
    for row in (2, 3):
        act(client, row, "change", score="7", reason="名册少3人")
    here = TEXT.index("“12345”政务服务热线日常管理人员")
    assert "5人" in TEXT[here : here + 60]
    changed = TEXT[:here] + TEXT[here:].replace("5人", "6人", 2).replace("6人", "5人", 1)
    now = _again(client, app, changed)
    text = shown(client, 2, now).text
    assert states(text)[1:3] == ["请重新核定", "已改分"]
    assert "曾改为 7 分：扣30%（3分）：名册少3人（李敏" in text
    assert "完成值由“5人”改为“6人”" in text
    assert '<textarea id="edit-reason" name="reason" rows="2" maxlength="2000">名册少3人</textarea>' in text
    assert act(client, 2, "confirm", now).status_code == 200
    assert states(shown(client, 1, now).text)[1] == "已核定"


def test_row_that_is_gone_is_told(client: TestClient, app: FastAPI) -> None:
    act(client, 3, "change", score="7", reason="名册少3人")
    now = _again(client, app, TEXT.replace("热线运行顺畅", "热线运行稳定"))
    text = shown(client, 1, now).text
    assert "“热线运行顺畅”曾改为 7 分：扣30%（3分）：名册少3人（李敏）；现在的表上没有这一行，没有计入" in text
    assert states(text)[2] == "待核定"


# ---- the standard ----

COUNTY = """title: 本县2026年口径
rows:
  - case: 只有方向
    when: [定性只有方向]
    deduct: 40%
    reason: 指标值“{指标值}”只有方向
"""


def _choose(client: TestClient, name: str = "", own: str | None = None) -> int:
    files = {"own": ("本县.yaml", own.encode())} if own is not None else {"own": ("", b"")}
    return client.post("/scores/standard", data={"batch": "1", "name": name}, files=files).status_code


def test_another_standard_reopens_only_rows_it_scores_otherwise(client: TestClient) -> None:
    for row in (3, 6, 8):
        act(client, row, "confirm")
    assert _choose(client, own=COUNTY) == 303
    text = shown(client, 8).text
    assert "评分口径：本县2026年口径（李敏" in text
    assert [states(text)[row - 1] for row in (3, 6, 8)] == ["已核定", "请重新核定", "请重新核定"]
    assert "建议得分由4改为6" in text
    assert _choose(client, "district-2025") == 303
    assert [states(shown(client, 8).text)[row - 1] for row in (3, 6, 8)] == ["已核定"] * 3


def test_bad_standard_is_named_with_its_line_and_changes_nothing(client: TestClient) -> None:
    bad = COUNTY.replace("定性只有方向", "定性没有方向")
    answer = client.post("/scores/standard", data={"batch": "1"}, files={"own": ("本县.yaml", bad.encode())})
    assert answer.status_code == 422
    assert "本县.yaml：第 4 行" in answer.text
    assert "没有“定性没有方向”这个条件" in answer.text
    assert "/tmp" not in answer.text
    assert "评分口径：某区2025年口径" in shown(client, 1).text


def test_strange_standard_is_refused(client: TestClient) -> None:
    assert _choose(client, "../../../etc/passwd.yaml") == 422
    assert _choose(client, own="\0\1") == 422
    assert _choose(client, own="x" * (300 << 10)) == 422


def test_standard_that_no_longer_fits_the_program_is_told(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        choose_standard(
            connection, 1, ChosenStandard("旧.yaml", "旧口径", "rows: [{case: 旧}]", "王科长", "2026-01-05")
        )
    assert "评分口径不能用：旧.yaml" in client.get(f"/forms/{FORM}?tab=scores").text
    assert "评分口径不能用：旧.yaml" in client.get("/scores").text


# ---- files ----


def _settle(client: TestClient, form: int) -> None:
    while 'data-row="' in (text := client.get(f"/forms/{form}?tab=scores").text) and "待核定" in states(text):
        number = states(text).index("待核定") + 1
        assert act(client, number, "confirm", form).status_code == 200


def test_summary_counts_confirmed_projects_only(client: TestClient) -> None:
    _settle(client, 1)
    act(client, 1, "confirm", 3)
    text = client.get("/scores").text
    own = figures(client.get("/forms/1?tab=scores").text)
    total = text[text.index('<tr class="is-total">') :]
    assert re.findall(r'<td class="is-number">([^<]*)</td>', total)[:4] == [
        own[name] for name in ("自评", "复核", "偏差", "偏离度")
    ]
    assert "已核定 1／9 行" in text
    assert "还有 4 张表没有开始打分" in text


def test_batch_book_holds_confirmed_projects_only(client: TestClient) -> None:
    assert client.get("/batches/1/exports/worksheets").status_code == 422
    _settle(client, 1)
    act(client, 1, "confirm", 3)
    answer = client.get("/batches/1/exports/worksheets")
    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    own = figures(client.get("/forms/1?tab=scores").text)
    page = book["汇总"]
    assert len(book.sheetnames) == 2
    assert [page["G4"].value, page["H4"].value, page["I4"].value] == [
        float(own[name]) for name in ("自评", "复核", "偏差")
    ]
    assert page["G5"].value == page["G4"].value
    assert "已由复核人核定。" in book.worksheets[1]["A3"].value
    assert "已由李敏核定" in book.properties.description
    departments = openpyxl.load_workbook(io.BytesIO(client.get("/batches/1/exports/departments").content))
    assert float(departments.worksheets[0]["H4"].value) == float(own["复核"])


def test_batch_report_sets_the_confirmed_scores_against_the_units(client: TestClient) -> None:
    _settle(client, 1)
    paper = docx.Document(io.BytesIO(client.get("/batches/1/exports/report").content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "复核打分的项目1个" in text
    assert f"复核平均{figures(client.get('/forms/1?tab=scores').text)['复核']}分" in text


def test_command_reads_the_exported_sheet_back_the_same(
    client: TestClient, store: Store, sample_forms: list[Form]
) -> None:
    _dismiss(store, "F003")
    for row in (1, 2, 4, 5, 6, 7, 8, 9):
        act(client, row, "confirm")
    act(client, 2, "tick", tick="无佐证")
    act(client, 2, "confirm")
    act(client, 3, "change", score="7.5", reason="名册少3人", actual="92%")
    exported = client.get(f"/forms/{FORM}/exports/worksheet").content
    proposed = sheets_of(sample_forms[FORM - 1 : FORM])
    handed, told = read_back(exported, proposed)
    (made,) = all_revised(proposed, handed)
    with store.reading() as connection:
        (one,) = form_sheets(connection, [FORM], pack("national-2020"))
    assert [problem.message for problem in told] == []
    assert [row.score for row in made.rows] == [row.score for row in one.made.sheet.rows]
    assert made.score == Decimal("71.0")
    assert [row.shown_actual for row in made.rows] == [row.shown_actual for row in one.made.sheet.rows]
    assert reason_of(made.rows[5]).startswith("不扣分：未见扣分情形，按自评得分认定")
    assert reason_of(made.rows[2]) == "扣25%（2.5分）：名册少3人"


def test_unfinished_sheet_says_that_it_is_a_draft(client: TestClient) -> None:
    act(client, 1, "confirm")
    answer = client.get(f"/forms/{FORM}/exports/worksheet")
    assert "%E8%8D%89%E7%A8%BF%EF%BC%8C8%E8%A1%8C%E5%BE%85%E6%A0%B8%E5%AE%9A" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "草稿：还有8行没有核定，按建议列出。" in book.worksheets[1]["A3"].value


def test_form_without_scores_says_why(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        (current,) = load_forms(connection, [1])
        target = current.form.model_copy(update={"form_type": "target"})
        connection.execute(schema.form.update().where(schema.form.c.id == 1).values(body=target))
    assert "不打分" in client.get("/forms/1?tab=scores").text
    answer = client.get("/forms/1/exports/worksheet")
    assert (answer.status_code, "不打分" in answer.text) == (422, True)


def test_row_of_an_old_page_is_refused(client: TestClient, store: Store) -> None:
    row = shown(client, 3)
    act(client, 3, "confirm")
    answer = press(client, row, "change", score="2", reason="另一个窗口")
    assert (answer.status_code, "把“热线运行顺畅”核定 10 分，您的没有保存" in answer.text) == (409, True)
    assert [float(kept.score) for kept in _kept(store)] == [10]
