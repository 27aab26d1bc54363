"""The unit's side of a form: the points it was handed back, answered fact by fact, and the answers beside the reviewer's points."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.store.fillings import fillings_of
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.batch_exports import batch_export
from fuhe.web.work.card import suggestion
from fuhe.web.work.form_exports import ExportTerms
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import MarkedFinding, OpenForm, Side, open_form
from fuhe.web.work.queue import QueueQuery, lines
from web.test_detail import compare

HTMX = {"HX-Request": "true"}


def seen(store: Store, side: Side = "fill", form_id: int = 2) -> OpenForm:
    with store.reading() as connection:
        found = open_form(connection, form_id, side)
    assert found is not None
    return found


def cards(store: Store, side: Side = "fill") -> tuple[Stop, ...]:
    return stops_of(seen(store, side)).cards


def press(client: TestClient, fingerprint: str, verb: str, **fields: str) -> str:
    answer = client.post(f"/forms/2/findings/{fingerprint}/{verb}", data={"side": "fill", **fields}, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.text


def _same_cell(form: OpenForm) -> list[MarkedFinding]:
    """Return the findings of a point that ask for the same cell to be changed."""
    for stop in stops_of(form).cards:
        for entry in stop.entries:
            alike = [one for one in stop.entries if suggestion(form, one)[0] == suggestion(form, entry)[0]]
            if len(alike) > 1:
                return alike
    raise AssertionError


@pytest.fixture
def handed_back(store: Store, desk: Desk) -> tuple[Stop, Stop]:
    """Form 2 handed back with its first point in the reviewer's words and its second dismissed; the rest is open."""
    first, second = cards(store, "review")[:2]
    with store.writing() as connection:
        for stop, state in ((first, "listed"), (second, "dismissed")):
            for entry in stop.entries:
                kept = Decision(state=state, reason="其他" if state == "dismissed" else None)
                if entry is first.head:
                    kept = Decision(state="rewritten", text="总分请改为88.5分。")
                decide(connection, 2, entry.finding.fingerprint, kept, by="李敏", at=desk.now())
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(stage="returned"))
    return first, second


def test_unit_goes_through_the_same_points(store: Store) -> None:
    assert [stop.title for stop in cards(store)] == [stop.title for stop in cards(store, "review")]
    assert [stop.text for stop in cards(store)] == [stop.text for stop in cards(store, "review")]


def test_unit_sees_what_it_was_handed_and_nothing_else(store: Store, handed_back: tuple[Stop, Stop]) -> None:
    first, _ = handed_back
    (shown,) = cards(store)
    assert shown.fingerprints == first.fingerprints
    assert shown.text == "总分请改为88.5分。"


def test_page_and_list_show_nothing_else(client: TestClient, handed_back: tuple[Stop, Stop]) -> None:
    first, second = handed_back
    page = client.get("/forms/2?side=fill&tab=list").text
    assert page.count('class="listing-state"') == len(first.entries)
    shown = re.sub(r"<[^>]+>", "", client.get("/forms/2?side=fill").text)
    assert "总分请改为88.5分。" in shown
    assert second.title not in page + shown


def test_dismissed_stays_gone_after_a_correction(store: Store, handed_back: tuple[Stop, Stop]) -> None:
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(stage="waiting", replaces=1))
    there = {entry.finding.fingerprint for entry in seen(store).findings}
    assert not there & set(handed_back[1].fingerprints)
    assert there >= set(handed_back[0].fingerprints)


def test_review_in_progress_is_not_shown_to_the_unit(store: Store, handed_back: tuple[Stop, Stop]) -> None:
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(stage="reviewing"))
    assert cards(store)[0].text != "总分请改为88.5分。"
    assert len(seen(store).findings) == len(seen(store, "review").findings)


def test_point_stays_until_each_fact_is_answered(client: TestClient, store: Store) -> None:
    stop = next(stop for stop in cards(store) if len(stop.entries) > 2)
    shown = []
    for entry in stop.entries[:2]:
        text = press(client, entry.finding.fingerprint, "dismiss", reason="其他")
        assert f"的“{entry.finding.title}”已标为不改" in text
        shown.append(int(re.findall(r'data-n="(\d+)" data-count', text)[0]))
    assert shown == [stop.number] * 2


def test_text_for_a_cell_answers_what_else_the_point_says_of_it(client: TestClient, store: Store) -> None:
    alike = _same_cell(seen(store))
    entry = alike[0]
    press(client, entry.finding.fingerprint, "rewrite", text="办理量下降。")
    with store.reading() as connection:
        kept = fillings_of(connection, 2)
    assert {kept[one.finding.fingerprint].text for one in alike} == {"办理量下降。"}
    press(client, entry.finding.fingerprint, "undo")
    with store.reading() as connection:
        assert not fillings_of(connection, 2)


def test_reviewer_sees_the_answer_beside_its_fact(client: TestClient, store: Store) -> None:
    stop = cards(store)[0]
    press(client, stop.entries[0].finding.fingerprint, "dismiss", reason="另有佐证材料")
    page = client.get(f"/forms/2?n={stop.number}").text
    assert re.search(r"<b>单位不改</b>：另有佐证材料", page)
    assert "单位已答" in client.get(f"/forms/2?n={stop.number + 1}").text


def test_unit_reads_no_other_units_text(client: TestClient, store: Store, desk: Desk) -> None:
    other = "“别处独有的指标名称”"
    with store.writing() as connection:
        compare(connection, desk)
        link, table = schema.batch_finding_form, schema.batch_finding
        number = connection.execute(select(link.c.batch_finding_id).where(link.c.form_id == 2)).scalars().first()
        body = connection.execute(select(table.c.body).where(table.c.id == number)).scalar_one()
        said = body.model_copy(update={"message": f"2个项目的指标名称相同：{other}等。"})
        connection.execute(table.update().where(table.c.id == number).values(body=said))
        connection.execute(update(schema.form).where(schema.form.c.id != 2).values(unit="别的单位"))
    assert any(other in entry.finding.message for entry in seen(store, "review").findings)
    assert not any(other in entry.finding.message for entry in seen(store).findings)
    pages = "".join(client.get(f"/forms/2?side=fill&n={stop.number}").text for stop in cards(store))
    assert other not in pages
    assert "与其他单位的表比较" in pages


def test_form_handed_back_without_opinions_says_so(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(stage="returned"))
    assert "退回的表没有附意见" in client.get("/forms/2?side=fill").text


def test_units_own_lists_hold_what_its_pages_show(store: Store, handed_back: tuple[Stop, Stop], desk: Desk) -> None:
    kept = {}
    for side in ("review", "fill"):
        terms = ExportTerms(desk.pack.name, desk.rules_run, "", "", "张三", "fill" if side == "fill" else "review")
        with store.reading() as connection:
            made = batch_export(connection, [2], "csv", terms, "所选", None)
        kept[side] = made.data.decode("utf-8-sig")
    _, dismissed = handed_back
    assert dismissed.title in kept["review"]
    assert dismissed.title not in kept["fill"]


def test_queue_of_a_unit_counts_what_it_was_asked(store: Store) -> None:
    with store.writing() as connection:
        first, second = load_forms(connection, [2])[0].findings[:2]
        for finding, state in ((first, "listed"), (second, "dismissed")):
            kept = Decision.model_validate({"state": state, "reason": "其他"})
            decide(connection, 2, finding.fingerprint, kept, by="甲", at="")
        connection.execute(update(schema.form).where(schema.form.c.id == 2).values(stage="returned"))
    person = Person("单位", "filler", "中卫市审批服务管理局")
    with store.reading() as connection:
        line = next(line for line in lines(connection, QueueQuery.of({}), person, 1)[0] if line.row.id == 2)
    assert (line.settled, line.found) == (0, 1)
    assert (line.row.errors, line.row.warnings, line.row.infos) == (1, 0, 0)
