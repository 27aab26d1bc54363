"""A kind of point over the batch: alike ones together, decided for all of them in one step, taken back in one, told in the trail."""

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select, update

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import decide, decisions_of
from fuhe.web.desk import Desk
from fuhe.web.work import alike_points
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import OpenForm, hints_shared, open_form

KIND = "empty"


def of_kind(store: Store) -> dict[int, list[Stop]]:
    """Return the points of the kind on the six samples, by form."""
    with store.reading() as connection:
        found = {number: open_form(connection, number) for number in range(1, 7)}
    stops = {
        number: [stop for stop in stops_of(seen).cards if stop.kind == KIND] for number, seen in found.items() if seen
    }
    return {number: held for number, held in stops.items() if held}


def shapes(client: TestClient) -> list[str]:
    return re.findall(r"shape=([0-9a-f]{16})", client.get(f"/points/{KIND}?batch=1").text)


def states(store: Store) -> dict[int, set[str]]:
    with store.reading() as connection:
        kept = decisions_of(connection, list(range(1, 7)))
    return {number: {one.state for one in held.values()} for number, held in kept.items()}


def post(client: TestClient, verb: str, **more: str | list[str]) -> str:
    answer = client.post(f"/points/{KIND}", data={"batch": "1", "verb": verb, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_dashboard_and_queue_lead_to_the_kind(client: TestClient, store: Store) -> None:
    there = of_kind(store)
    assert f"/points/{KIND}?batch=1" in client.get("/dashboard").text
    page = client.get(f"/?point={KIND}").text
    assert all((f"/forms/{number}?" in page) is (number in there) for number in range(1, 7))
    assert f"{len(there)} 张" in client.get(f"/points/{KIND}?batch=1").text


def test_alike_points_are_decided_at_once_and_taken_back(client: TestClient, store: Store) -> None:
    there = of_kind(store)
    assert len(there) > 1
    address = post(client, "dismiss", whole="yes", reason="本级口径允许")
    assert {stop.state for stops in of_kind(store).values() for stop in stops} == {"dismissed"}
    page = client.get(address).text
    assert f"{len(there)} 张表的 {sum(map(len, there.values()))} 条要点已标为不采纳（本级口径允许）。" in page
    client.post("/bulk/undo", data={"lot": address.rpartition("=")[2]})
    assert states(store) == {}


def test_only_the_forms_ticked_and_what_is_open_are_decided(client: TestClient, store: Store, desk: Desk) -> None:
    first, second, *_ = of_kind(store)
    own = of_kind(store)[second][0].head.finding.fingerprint
    with store.writing() as connection:
        decide(connection, second, own, Decision(state="doubtful"), by="王", at=desk.now())
    post(client, "list", form=[str(first), str(second)])
    assert set(states(store)) == {first, second}
    with store.reading() as connection:
        assert decisions_of(connection, [second])[second][own].state == "doubtful"


def test_undo_leaves_what_was_changed_since(client: TestClient, store: Store, desk: Desk) -> None:
    first, *_ = of_kind(store)
    address = post(client, "list", whole="yes")
    own = of_kind(store)[first][0].head.finding.fingerprint
    with store.writing() as connection:
        decide(connection, first, own, Decision(state="rewritten", text="另写。"), by="李敏", at=desk.now())
    client.post("/bulk/undo", data={"lot": address.rpartition("=")[2]})
    assert states(store) == {first: {"rewritten"}}


def test_key_on_a_form_takes_its_part_back(client: TestClient, store: Store) -> None:
    first, second, *_ = of_kind(store)
    post(client, "list", whole="yes")
    own = of_kind(store)[first][0].head.finding.fingerprint
    client.post(f"/forms/{first}/findings/{own}/undo")
    assert first not in states(store)
    assert second in states(store)


@pytest.mark.parametrize(
    "sent",
    [{"verb": "dismiss", "whole": "yes"}, {"verb": "list"}, {"verb": "dismiss", "whole": "yes", "reason": "不想"}],
)
def test_step_that_lacks_something_is_refused(client: TestClient, store: Store, sent: dict[str, str]) -> None:
    assert client.post(f"/points/{KIND}", data={"batch": "1", **sent}).status_code == 422
    assert states(store) == {}


def test_unknown_kind_is_told(client: TestClient) -> None:
    assert client.get("/points/nothing?batch=1").status_code == 404
    assert client.get("/?point=nothing").status_code in (400, 422)


def test_trail_tells_of_the_step_and_of_each_form(client: TestClient, store: Store) -> None:
    post(client, "dismiss", whole="yes", reason="规则误报")
    with store.reading() as connection:
        told = connection.execute(select(schema.audit.c.action, schema.audit.c.form_id)).all()
    lines = [row for row in told if row.action == "bulk-point"]
    assert {row.form_id for row in lines} == set(of_kind(store))
    assert [row.action for row in told][-1] == "bulk-points"


def test_card_says_how_many_others_have_the_same(client: TestClient, store: Store) -> None:
    number, (stop, *_) = next(iter(of_kind(store).items()))
    page = client.get(f"/forms/{number}?n={stop.number}").text
    same = re.search(r"本批另有 (\d+) 张表有同样的一条", page)
    assert same
    shape = re.findall(rf"/points/{KIND}\?batch=1&amp;shape=([0-9a-f]+)", page)[0]
    assert (
        f'本批 <a href="/?batch=1&amp;point={KIND}">{int(same[1]) + 1} 张表</a>有这样的一条'
        in client.get(f"/points/{KIND}?batch=1&shape={shape}").text
    )


def test_what_most_forms_share_is_decided_for_the_batch(client: TestClient, store: Store) -> None:
    assert client.get("/points/shared?batch=1").status_code == 200
    answer = client.post("/points/shared", data={"batch": "1", "verb": "list", "whole": "yes"})
    assert answer.status_code == 303
    assert len(states(store)) > 3


def test_shared_hints_are_counted_again_when_other_forms_stand(store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        before = hints_shared(connection, desk, 1)
        assert hints_shared(connection, desk, 1) is before
        connection.execute(schema.form.update().where(schema.form.c.id == 6).values(current=False))
        after = hints_shared(connection, desk, 1)
    assert before
    assert max(after.values()) <= 5 < max(before.values())


def test_points_kept_in_the_words_of_an_older_program_are_still_decided(client: TestClient, store: Store) -> None:
    there = of_kind(store)
    with store.writing() as connection:
        connection.execute(update(schema.form_point).values(shape="0123456789abcdef"))
    assert f"{len(there)} 张" in client.get(f"/points/{KIND}?batch=1").text
    post(client, "list", whole="yes", shape="0123456789abcdef")
    assert {stop.state for stops in of_kind(store).values() for stop in stops} == {"listed"}
    assert there.keys() == of_kind(store).keys()


def test_step_cut_off_keeps_its_parts_and_a_later_one_takes_back_only_its_own(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = of_kind(store)
    monkeypatch.setattr(alike_points, "_AT_ONCE", 1)
    with monkeypatch.context() as broken:
        broken.setattr(alike_points, "begun", _cut_off_at(second))
        sent = {"batch": "1", "verb": "list", "form": [str(first), str(second)]}
        assert client.post(f"/points/{KIND}", data=sent).status_code == 503
    assert set(states(store)) == {first}
    address = post(client, "doubt", whole="yes")
    client.post("/bulk/undo", data={"lot": address.rpartition("=")[2]})
    assert states(store) == {first: {"listed"}}


def _cut_off_at(number: int) -> Callable[[Connection, OpenForm], None]:
    def cut_off(_: Connection, seen: OpenForm) -> None:
        if seen.id == number:
            raise OSError("full")

    return cut_off


def test_others_may_write_between_the_parts_of_a_step(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike_points, "_AT_ONCE", 1)
    seen, entered = [0], store.writing

    @contextlib.contextmanager
    def counted() -> Iterator[Connection]:
        seen[0] += 1
        with entered() as connection:
            yield connection

    monkeypatch.setattr(store, "writing", counted)
    post(client, "doubt", whole="yes")
    assert seen[0] >= len(of_kind(store))
