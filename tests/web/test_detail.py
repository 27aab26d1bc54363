"""The page of a form: what stands in its head, its card, its tabs, and the states it can be in."""

import io
import re
import time

import docx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select

from fuhe.batch.comparing import keep
from fuhe.checking import check_batch
from fuhe.findings import Decision
from fuhe.pipeline import Checked
from fuhe.records import File, Place, PrintedCell, Problem
from fuhe.settings import Settings
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.store.recording import record_file
from fuhe.web.app import create_app
from fuhe.web.desk import Desk
from fuhe.web.preferences import Preferences


def compare(connection: Connection, desk: Desk) -> None:
    """Look for what shows over the forms of the first batch and keep it."""
    rows = connection.execute(select(schema.file.c.path, schema.form.c.id).join(schema.file).order_by(schema.form.c.id))
    forms = [(path, load_forms(connection, [form_id])[0].form) for path, form_id in rows.all()]
    keep(connection, 1, check_batch(forms, desk.pack, desk.options))


def test_head_shows_the_three_figures(client: TestClient) -> None:
    page = client.get("/forms/2").text
    assert "98.5" in page
    assert '<span class="is-different">88.5</span>' in page
    assert "40／40万元" in page


def test_blank_execution_score_is_said_to_be_blank(client: TestClient) -> None:
    assert "缺执行率得分" in client.get("/forms/6").text


def test_card_tells_rule_from_model(client: TestClient) -> None:
    page = client.get("/forms/2?n=1").text
    assert "规则判定" in page
    assert "模型提示" not in page


def test_findings_over_forms_lead_to_the_other_forms(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        compare(connection, desk)
    pages = [client.get(f"/forms/2?n={number}").text for number in range(1, 8)]
    page = next(page for page in pages if "跨表" in page)
    assert 'href="/forms/1?side=review"' in page
    assert "相似 " in page


def test_form_without_findings_says_what_was_checked(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(schema.form.update().where(schema.form.c.id == 4).values(found=()))
    page = client.get("/forms/4").text
    assert "这张表没有检出问题" in page
    assert "没有检出不等于没有问题" in page


def _doubtful(store: Store) -> None:
    with store.writing() as connection:
        form = load_forms(connection, [5])[0].form
        doubt = Problem(code="shifted", message="第 5 行比表头少一格", place=form.places["indicators[4].actual"])
        body = form.model_copy(update={"doubts": (doubt,)})
        connection.execute(schema.form.update().where(schema.form.c.id == 5).values(body=body))


def test_doubts_come_before_findings(client: TestClient, store: Store) -> None:
    _doubtful(store)
    page = client.get("/forms/5").text
    assert "有 1 处表格结构没认准" in page
    assert "is-doubted" in page
    assert client.post("/forms/5/doubts").status_code == 303
    assert "第 1 条</span>" in client.get("/forms/5").text


@pytest.mark.parametrize(("row", "col", "is_marked"), [(2, 4, True), (2, 9, True), (7, 4, False)])
def test_doubt_about_a_cell_of_no_field_is_marked_where_its_row_is(
    client: TestClient, store: Store, row: int, col: int, is_marked: bool
) -> None:
    cells = tuple(
        PrintedCell(table=1, row=line, col=at, text="字", place=Place(table=3, row=line, col=at))
        for line in (1, 2)
        for at in (1, 4)
    )
    doubt = Problem(code="unplaced", message="没有认出", place=Place(table=3, row=row, col=col))
    with store.writing() as connection:
        form = load_forms(connection, [5])[0].form
        body = form.model_copy(update={"doubts": (doubt,), "cells": cells, "places": {}})
        connection.execute(schema.form.update().where(schema.form.c.id == 5).values(body=body))
    page = client.get("/forms/5").text
    assert ('href="#c0-1-4"' in page, 'class="doubt">？' in page, "表上打“？”" in page) == (is_marked,) * 3
    assert ("（表上没有标出）" in page) is not is_marked


def test_second_reviewer_reads_and_can_take_over(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        connection.execute(
            schema.claim.insert().values(form_id=2, by="王建国", at=desk.now(), until=desk.clock() + 600)
        )
    page = client.get("/forms/2").text
    assert "王建国 正在复核这张表" in page
    assert 'data-verb="list"' not in page
    client.post("/forms/2/claim/over")
    assert 'data-verb="list"' in client.get("/forms/2").text


def test_corrected_form_tells_what_was_followed(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        old = load_forms(connection, [2])[0]
        for finding in old.findings[:2]:
            decide(connection, 2, finding.fingerprint, Decision(state="listed"), by="李敏", at=desk.now())
        again = File(path="改后.docx", status="ok", forms=(old.form,))
        entries = [Checked(old.form, old.findings[1:], old.drafts)]
        record_file(connection, 1, again, entries, desk.pack, ruleset="r", at=desk.now(), replacing=True)
    answer = client.get("/forms/2")
    assert answer.status_code == 303
    page = client.get(answer.headers["location"] + "?tab=list").text
    assert page.count('<span class="earlier-state is-changed">已改') == 1
    assert page.count('<span class="earlier-state">未改') == 1


def test_old_tab_is_told_of_the_new_version_and_keeps_what_is_typed(
    client: TestClient, store: Store, desk: Desk
) -> None:
    with store.writing() as connection:
        old = load_forms(connection, [2])[0]
        again = File(path="改后.docx", status="ok", forms=(old.form,))
        entries = [Checked(old.form, old.findings, old.drafts)]
        record_file(connection, 1, again, entries, desk.pack, ruleset="r", at=desk.now(), replacing=True)
    first = old.findings[0].fingerprint
    answer = client.post(f"/forms/2/findings/{first}/list")
    assert answer.status_code == 409
    assert "单位已重新报送" in answer.text
    assert client.post(f"/forms/2/typed/{first}", data={"text": "旧页上打的字"}).status_code == 204
    with store.reading() as connection:
        kept = connection.execute(select(schema.typed.c.form_id, schema.typed.c.text)).one()
    assert kept.form_id != 2
    assert any("旧页上打的字" in client.get(f"/forms/{kept.form_id}?n={n}").text for n in range(1, 7))


def test_opinion_on_figures_that_changed_is_to_be_looked_at_again(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        old = load_forms(connection, [2])[0]
        first, second = old.findings[:2]
        for finding in (first, second):
            decide(
                connection, 2, finding.fingerprint, Decision(state="listed", text="旧数。"), by="李敏", at=desk.now()
            )
        cells = (*first.cells[:-1], first.cells[-1].model_copy(update={"text": "另一个数"}))
        found = (first.model_copy(update={"cells": cells}), *old.findings[1:])
        again = File(path="改后.docx", status="ok", forms=(old.form,))
        record_file(
            connection, 1, again, [Checked(old.form, found, old.drafts)], desk.pack, ruleset="r", at=desk.now(),
            replacing=True,
        )  # fmt: skip
        new = load_forms(connection, list(connection.execute(select(schema.form.c.id)).scalars()))[-1]
    assert set(new.decisions) == {second.fingerprint}
    assert new.row.settled == 1
    page = client.get(f"/forms/{new.row.id}?tab=list").text
    assert "改过，待再看" in page
    assert "有改动要再看 1 条" in client.get(f"/forms/{new.row.id}").text


def test_opinion_numbers_what_was_taken_in(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        found = load_forms(connection, [2])[0].findings
        decisions = (
            Decision(state="rewritten", text="意见改写。"),
            Decision(state="doubtful"),
            Decision(state="dismissed", text="意见不采纳。"),
        )
        for finding, kept in zip(found, decisions, strict=False):
            decide(connection, 2, finding.fingerprint, kept, by="李敏", at=desk.now())
    page = client.get("/forms/2?tab=opinion").text
    assert "意见汇总 1" in page
    assert page.index("意见改写") < page.index("请核实后书面说明") < page.index("2．")
    assert "意见不采纳" not in page


def test_opinion_is_signed_as_the_paper_is(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        Preferences(heading="市财政局绩效科", author="批注的人").keep(connection)
    page = client.get("/forms/2?tab=opinion").text
    paper = docx.Document(io.BytesIO(client.get("/forms/2/exports/opinion").content))
    signed = re.findall(r'<p class="letter-sign[^"]*">(.*?)</p>', page)
    assert signed == ["市财政局绩效科", "年　　月　　日"]
    assert set(signed) <= {paragraph.text for paragraph in paper.paragraphs}


def test_form_is_handed_back_and_closed(client: TestClient, store: Store) -> None:
    client.post("/forms/2/stage", data={"stage": "returned", "sure": "yes"})
    client.post("/forms/2/stage", data={"stage": "closed", "sure": "yes"})
    with store.reading() as connection:
        stage = connection.execute(select(schema.form.c.stage).where(schema.form.c.id == 2)).scalar()
    assert stage == "closed"


def test_print_page_says_whether_anybody_decided(client: TestClient, store: Store, desk: Desk) -> None:
    assert "未经人工核定" in client.get("/forms/2/print").text
    with store.writing() as connection:
        finding = load_forms(connection, [2])[0].findings[0]
        decide(connection, 2, finding.fingerprint, Decision(state="listed"), by="李敏", at=desk.now())
    page = client.get("/forms/2/print").text
    assert "复核意见（草稿）（1 条）" in page
    assert "草稿，李敏正在核定" in page


def test_edit_and_reasons_open_without_script(client: TestClient) -> None:
    assert 'id="edit" method="post"' in client.get("/forms/2?n=1").text
    edit = client.get("/forms/2?n=1&edit=true").text
    assert re.search(r'<form class="edit" id="edit"[^>]*rewrite">', edit)
    why = client.get("/forms/2?n=1&why=true").text
    assert re.search(r'<div class="why" id="why" role', why)


def test_silent_model_is_told_on_page_and_card(store: Store) -> None:
    desk = Desk(store, Settings.model_validate({"model": {"base_url": "http://127.0.0.1:9/v1", "name": "m"}}))
    app = create_app(desk)
    with TestClient(app, base_url=f"http://127.0.0.1:{desk.port}") as client:
        client.get("/", params={"t": app.state.ticket.value})
        until = time.monotonic() + 10
        while desk.model_state != "down" and time.monotonic() < until:
            time.sleep(0.05)
        page = client.get("/forms/2").text
    assert "模型未连接" in page
    assert "建议稿由规则模板生成" in page


def test_unknown_form_is_told_in_words(client: TestClient) -> None:
    answer = client.get("/forms/999")
    assert answer.status_code == 404
    assert "没有这张表" in answer.text


def test_list_holds_every_finding_with_its_cell(client: TestClient) -> None:
    page = client.get("/forms/2?tab=list").text
    assert page.count('class="listing-state"') == 21
    assert "A002　总分（得分）" in page
