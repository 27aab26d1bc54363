"""Being done with a form: what is asked first, who may, and which form comes next."""

import io

import docx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import decide


def stage(store: Store, form_id: int) -> str:
    with store.reading() as connection:
        return str(connection.execute(select(schema.form.c.stage).where(schema.form.c.id == form_id)).scalar_one())


def close(client: TestClient, form_id: int, to: str = "closed", **more: str) -> str:
    """Close a form in one of the ways and return where one is led."""
    answer = client.post(f"/forms/{form_id}/stage", data={"stage": to, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def settle(store: Store, form_id: int) -> None:
    with store.writing() as connection:
        for row in connection.execute(select(schema.finding).where(schema.finding.c.form_id == form_id)).all():
            decide(connection, form_id, row.fingerprint, Decision(state="listed", text="核。"), by="李敏", at="")


def test_form_with_open_errors_is_closed_only_when_sure(client: TestClient, store: Store) -> None:
    asked = close(client, 2)
    assert stage(store, 2) == "waiting"
    page = client.get(asked).text
    assert "处错误没有处理，仍要办结？" in page
    close(client, 2, sure="yes")
    assert stage(store, 2) == "closed"


def test_form_is_not_handed_back_without_opinions_unless_sure(client: TestClient, store: Store) -> None:
    assert "还没有列入意见" in client.get(close(client, 2, "returned")).text
    settle(store, 2)
    close(client, 2, "returned")
    assert stage(store, 2) == "returned"


def test_blanks_of_the_whole_letter_are_told_beside_handing_back(client: TestClient, store: Store) -> None:
    settle(store, 2)
    with store.writing() as connection:
        row = connection.execute(select(schema.finding).where(schema.finding.c.form_id == 2)).first()
        assert row is not None
        decide(
            connection,
            2,
            row.fingerprint,
            Decision(state="rewritten", text="请写明【待补充：件数】。"),
            by="李敏",
            at="",
        )
    letter = docx.Document(io.BytesIO(client.get("/forms/2/exports/opinion").content))
    printed = "".join(paragraph.text for paragraph in letter.paragraphs).count("【待补充：")
    assert printed == 4  # the figure, the time limit, where to send it, the office
    assert f"（待补充 {printed} 处）" in client.get("/forms/2").text
    assert f"待补充 {printed} 处，导出时黄底标出" in client.get("/forms/2?tab=opinion").text


def test_next_form_is_the_next_of_my_queue(client: TestClient, store: Store) -> None:
    queue = "sort=order"
    page = client.get("/?sort=order").text
    assert "/forms/2?side=review&amp;queue=sort%3Dorder" in page
    assert close(client, 2, sure="yes", queue=queue).startswith("/forms/3?")
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id == 4).values(stage="returned"))
    to = close(client, 3, sure="yes", queue=queue)
    assert to.startswith("/forms/5?")
    text = client.get(to).text
    assert "已办结" in text
    assert ">撤销</button>" in text


def test_brackets_follow_the_queue(client: TestClient) -> None:
    page = client.get("/forms/2?queue=sort%3Dorder").text
    assert 'id="form-before" href="/forms/1?' in page
    assert 'id="form-after" href="/forms/3?' in page


def test_last_form_leads_back_to_the_queue(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(update(schema.form).where(schema.form.c.id != 2).values(stage="closed"))
    to = close(client, 2, sure="yes")
    assert to == "/?done=2"
    assert "没有要处理的表了" in client.get(to).text


def test_closing_is_taken_back(client: TestClient, store: Store) -> None:
    close(client, 2, sure="yes")
    assert close(client, 2, "reviewing") == "/forms/2"
    assert stage(store, 2) == "reviewing"


@pytest.mark.parametrize("queue", ["score=abc", "sort=%00", "nonsense"])
def test_queue_that_cannot_be_read_is_the_whole_one(client: TestClient, queue: str) -> None:
    assert client.get("/forms/2", params={"queue": queue}).status_code == 200
