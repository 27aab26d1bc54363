"""What a reviewer reads on the cards of a form is what goes out, word for word: in the opinion, and in the files made of it."""

import re

import pytest
from fastapi.testclient import TestClient

from fuhe.outputs.opinion_text import letter_form
from fuhe.store.database import Store
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.form_exports import ExportTerms, framed
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import OpenForm, opened
from fuhe.web.work.opinion_so_far import opinion_so_far

OWN = "请逐项写明扣分的事由"
FORMS = range(1, 7)


def seen(store: Store, desk: Desk, number: int) -> OpenForm:
    with store.reading() as connection:
        return opened(connection, desk, Person("复核人", "owner"), number)


def cards(store: Store, desk: Desk, number: int) -> tuple[Stop, ...]:
    return stops_of(seen(store, desk, number)).cards


def act(client: TestClient, number: int, stop: Stop, verb: str, **more: str) -> None:
    answer = client.post(f"/forms/{number}/points/{stop.head.finding.fingerprint}/{verb}", data=more)
    assert answer.status_code in (200, 303), answer.text


def numbered(text: str) -> list[str]:
    return [line.partition("．")[2] for line in text.split("\n") if re.match(r"\d+．", line)]


def sent(store: Store, desk: Desk, number: int) -> list[str]:
    """Return what the letter of a form says, point by point, after making sure the page says the same."""
    form = seen(store, desk, number)
    terms = ExportTerms("national", 83, "王", "", "王")
    with store.reading() as connection:
        (file,) = framed(connection, [form], terms)
    told = [point.text for point in letter_form(file.forms[0]).points]
    assert numbered(opinion_so_far(form).text) == told
    return told


@pytest.mark.parametrize("number", FORMS)
def test_points_listed_are_said_as_their_cards_read(client: TestClient, store: Store, desk: Desk, number: int) -> None:
    before = cards(store, desk, number)
    for stop in before:
        act(client, number, stop, "list")
    assert [stop.text for stop in cards(store, desk, number)] == [stop.text for stop in before]
    assert sent(store, desk, number) == [stop.text for stop in before]


@pytest.mark.parametrize("number", FORMS)
def test_own_words_stand_for_their_card_and_for_no_other(
    client: TestClient, store: Store, desk: Desk, number: int
) -> None:
    before = cards(store, desk, number)
    for worded in before:
        for stop in before:
            act(client, number, stop, "list")
        act(client, number, worded, "rewrite", text=OWN)
        shown = [OWN if stop is worded else stop.text for stop in before]
        assert [stop.text for stop in cards(store, desk, number)] == shown
        assert sent(store, desk, number) == shown


@pytest.mark.parametrize("number", FORMS)
def test_every_card_in_own_words_is_said_so(client: TestClient, store: Store, desk: Desk, number: int) -> None:
    before = cards(store, desk, number)
    for stop in before:
        act(client, number, stop, "rewrite", text=f"{OWN}{stop.number}。")
    assert sent(store, desk, number) == [f"{OWN}{stop.number}。" for stop in before]


@pytest.mark.parametrize("number", FORMS)
def test_what_is_struck_out_of_a_card_is_said_nowhere_and_the_rest_as_it_reads(
    client: TestClient, store: Store, desk: Desk, number: int
) -> None:
    for stop in cards(store, desk, number):
        if len(stop.entries) > 1:
            struck = stop.entries[-1].finding.fingerprint
            assert client.post(f"/forms/{number}/findings/{struck}/strike").status_code in (200, 303)
    left = cards(store, desk, number)
    for stop in left:
        act(client, number, stop, "list")
    assert sent(store, desk, number) == [stop.text for stop in left]


@pytest.mark.parametrize("number", FORMS)
def test_own_words_stay_when_any_of_their_facts_is_struck(
    client: TestClient, store: Store, desk: Desk, number: int
) -> None:
    stop = max(cards(store, desk, number), key=lambda stop: len(stop.entries))
    act(client, number, stop, "rewrite", text=OWN)
    for entry in stop.entries[:-1]:
        assert client.post(f"/forms/{number}/findings/{entry.finding.fingerprint}/strike").status_code in (200, 303)
        assert sent(store, desk, number) == [OWN]
