"""What the four verbs do from each side, how a step is taken back, and what is refused."""

import io
import re

import docx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import decisions_of
from fuhe.store.fillings import fillings_of
from fuhe.web.work.form_stops import stops_of
from fuhe.web.work.open_form import MarkedFinding, Side, open_form

HTMX = {"HX-Request": "true"}


def entry(store: Store, code: str, form_id: int = 2, side: Side = "review") -> MarkedFinding:
    """Return the first finding of a code."""
    with store.reading() as connection:
        seen = open_form(connection, form_id, side)
    assert seen is not None
    return next(entry for entry in seen.findings if entry.finding.code == code)


def press(client: TestClient, found: MarkedFinding, verb: str, form_id: int = 2, **fields: str) -> str:
    """Press a verb as htmx does and return what is answered."""
    address = f"/forms/{form_id}/findings/{found.finding.fingerprint}/{verb}"
    answer = client.post(address, data=fields, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.text


def standing(store: Store, found: MarkedFinding, form_id: int = 2) -> Decision | None:
    """Return what is decided on a finding."""
    with store.reading() as connection:
        return decisions_of(connection, [form_id]).get(form_id, {}).get(found.finding.fingerprint)


def number_shown(text: str) -> int:
    """Return the number of the finding a pane shows."""
    shown = re.search(r'data-n="(\d+)" data-count', text)
    assert shown
    return int(shown[1])


def test_listing_keeps_no_words_of_its_own_and_opens_the_next(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    text = press(client, found, "list")
    kept = standing(store, found)
    assert kept is not None
    assert (kept.state, kept.by, kept.text) == ("listed", "李敏", None)
    assert (number_shown(text), "第 1 条已列入意见" in text) == (2, True)


def test_rewriting_keeps_a_persons_words(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    press(client, found, "rewrite", text=" 请更正总分。\r\n")
    kept = standing(store, found)
    assert kept is not None
    assert (kept.state, kept.text) == ("rewritten", "请更正总分。")


def test_dismissal_needs_one_of_the_reasons(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    address = f"/forms/2/findings/{found.finding.fingerprint}/dismiss"
    refused = client.post(address, data={"reason": "不想改"}, headers=HTMX)
    assert (refused.status_code, standing(store, found)) == (422, None)
    press(client, found, "dismiss", reason="规则误报")
    kept = standing(store, found)
    assert kept is not None
    assert kept.reason == "规则误报"


def test_undo_takes_steps_back_one_by_one(client: TestClient, store: Store) -> None:
    first, second = entry(store, "A002"), entry(store, "D001")
    press(client, first, "list")
    press(client, second, "doubt")
    press(client, first, "rewrite", text="另写")
    assert number_shown(press(client, second, "undo")) == first.number
    kept = standing(store, first)
    assert kept is not None
    assert kept.state == "listed"
    press(client, second, "undo")
    assert standing(store, second) is None
    press(client, second, "undo")
    assert standing(store, first) is None


def test_nothing_left_to_undo_is_told(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/undo", headers=HTMX)
    assert (answer.status_code, "没有可以撤销" in answer.text) == (409, True)


def test_last_open_finding_wraps_to_the_first(client: TestClient, store: Store) -> None:
    with store.reading() as connection:
        seen = open_form(connection, 2)
    assert seen is not None
    assert number_shown(press(client, seen.findings[-1], "list")) == 1


def test_step_without_script_leads_to_the_next_finding(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/list")
    assert (answer.status_code, answer.headers["location"]) == (303, "/forms/2?n=2&side=review")


def test_first_decision_begins_the_review(client: TestClient, store: Store) -> None:
    press(client, entry(store, "A002"), "list")
    with store.reading() as connection:
        row = connection.execute(select(schema.form.c.stage, schema.form.c.settled).where(schema.form.c.id == 2)).one()
    assert tuple(row) == ("reviewing", 1)


def test_finding_of_another_form_is_refused(client: TestClient, store: Store) -> None:
    found = entry(store, "A001", 6)
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/list", headers=HTMX)
    assert answer.status_code == 404


def test_unit_puts_a_draft_into_its_cell(client: TestClient, store: Store) -> None:
    found = entry(store, "S001", side="fill")
    text = press(client, found, "list", side="fill")
    with store.reading() as connection:
        kept = fillings_of(connection, 2)[found.finding.fingerprint]
    assert kept.field == "indicators[6].reason"
    assert "<del>完成</del><ins>" in text
    assert "修改对照 1" in text


def test_units_change_leaves_the_reviewers_side_alone(client: TestClient, store: Store) -> None:
    found = entry(store, "S001", side="fill")
    press(client, found, "list", side="fill")
    assert standing(store, found) is None
    assert "<del>" not in client.get("/forms/2?side=review").text


def test_unit_takes_its_change_back(client: TestClient, store: Store) -> None:
    found = entry(store, "S001", side="fill")
    press(client, found, "list", side="fill")
    text = press(client, found, "undo", side="fill")
    assert "修改对照 0" in text
    assert "<del>" not in text


def test_what_only_the_unit_knows_is_not_filled_in(client: TestClient, store: Store) -> None:
    found = entry(store, "A002", side="fill")
    shown = client.get(f"/forms/2?n={found.number}&side=fill").text
    assert "系统不代填" in shown
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/list", data={"side": "fill"}, headers=HTMX)
    assert answer.status_code == 422


def press_point(client: TestClient, found: MarkedFinding, verb: str, **fields: str) -> str:
    """Press a verb for the point a finding is in, as htmx does."""
    address = f"/forms/2/points/{found.finding.fingerprint}/{verb}"
    answer = client.post(address, data=fields, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.text


def decided(store: Store) -> dict[str, Decision]:
    """Return what is decided on the second form by fingerprint."""
    with store.reading() as connection:
        return decisions_of(connection, [2]).get(2, {})


def facts(store: Store, found: MarkedFinding) -> list[MarkedFinding]:
    """Return the findings of the point a finding is in."""
    with store.reading() as connection:
        seen = open_form(connection, 2)
    assert seen is not None
    stop = stops_of(seen).holding(found.finding.fingerprint)
    assert stop is not None
    return list(stop.entries)


def steps(store: Store) -> int:
    """Count the lines of the trail about the second form."""
    with store.reading() as connection:
        return len(connection.execute(select(schema.audit.c.id).where(schema.audit.c.form_id == 2)).all())


def test_one_verb_decides_every_finding_of_a_point_in_one_step(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    before = steps(store)
    text = press_point(client, found, "list")
    kept = decided(store)
    assert {kept[one.finding.fingerprint].state for one in facts(store, found)} == {"listed"}
    assert len(kept) == len(facts(store, found)) == 4
    assert (steps(store) - before, number_shown(text), "第 1 条已列入意见" in text) == (1, 2, True)
    text = press(client, found, "undo")
    assert (decided(store), number_shown(text), steps(store) - before) == ({}, 1, 2)


def test_listed_point_stands_in_the_letter_as_on_its_card(client: TestClient, store: Store) -> None:
    found = entry(store, "S002")
    said = "请核对各行得分，更正总分。"
    assert client.get("/forms/2?n=1").text.count(said) == 2  # on the card, and in the box to rewrite it
    press_point(client, found, "list")
    assert client.get("/forms/2?tab=opinion").text.count(said) == 1
    paper = docx.Document(io.BytesIO(client.get("/forms/2/exports/opinion").content))
    assert any(said in paragraph.text for paragraph in paper.paragraphs)


def test_words_of_a_person_stand_for_the_whole_point(client: TestClient, store: Store) -> None:
    found = entry(store, "S002")
    press_point(client, found, "rewrite", text="总分请更正为88.5分。")
    kept = decided(store)
    assert [one.state for one in kept.values()] == ["rewritten"] * 4
    assert [one.text for one in kept.values() if one.text] == ["总分请更正为88.5分。"]
    paper = docx.Document(io.BytesIO(client.get("/forms/2/exports/opinion").content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "总分请更正为88.5分。" in words
    assert "没有说明依据" not in words
    press(client, found, "undo")
    assert (decided(store), "总分请更正为88.5分。" in client.get("/forms/2?n=1").text) == ({}, True)


def test_finding_struck_out_goes_from_the_words_and_comes_back(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    struck = next(one for one in facts(store, found) if one.finding.code == "S002")
    text = press(client, struck, "strike")
    assert (number_shown(text), 'class="is-struck"' in text) == (1, True)
    press_point(client, found, "list")
    kept = decided(store)
    assert kept.pop(struck.finding.fingerprint).state == "dismissed"
    assert [one.state for one in kept.values()] == ["listed"] * 3
    press(client, struck, "strike")
    assert decided(store)[struck.finding.fingerprint].state == "listed"
    press(client, struck, "undo")
    press(client, struck, "undo")
    assert {fingerprint: one.state for fingerprint, one in decided(store).items()} == {
        struck.finding.fingerprint: "dismissed"
    }


def test_last_finding_of_a_point_is_not_struck_out(client: TestClient, store: Store) -> None:
    found = entry(store, "F003")
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/strike", headers=HTMX)
    assert (answer.status_code, decided(store)) == (422, {})


def test_point_is_dismissed_for_one_reason(client: TestClient, store: Store) -> None:
    found = entry(store, "A002")
    address = f"/forms/2/points/{found.finding.fingerprint}/dismiss"
    assert client.post(address, data={"reason": "不想改"}, headers=HTMX).status_code == 422
    press_point(client, found, "dismiss", reason="规则误报")
    assert {one.reason for one in decided(store).values()} == {"规则误报"}
    press_point(client, found, "list")
    assert {one.state for one in decided(store).values()} == {"listed"}


def test_what_may_be_bettered_is_taken_in_as_one(client: TestClient, store: Store) -> None:
    with store.reading() as connection:
        seen = open_form(connection, 2)
    assert seen is not None
    hints = stops_of(seen).cards[-1]
    assert hints.is_light
    press_point(client, hints.head, "list")
    assert len(decided(store)) == len(hints.entries) == 6


def test_unit_has_no_points_to_decide(client: TestClient, store: Store) -> None:
    found = entry(store, "S001", side="fill")
    address = f"/forms/2/points/{found.finding.fingerprint}/list"
    assert client.post(address, data={"side": "fill"}, headers=HTMX).status_code == 403


@pytest.mark.parametrize("verb", ["list", "doubt"])
def test_step_without_token_changes_nothing(client: TestClient, store: Store, verb: str) -> None:
    found = entry(store, "A002")
    answer = client.post(f"/forms/2/findings/{found.finding.fingerprint}/{verb}", headers={"X-CSRF-Token": "x"})
    assert (answer.status_code, standing(store, found)) == (403, None)
