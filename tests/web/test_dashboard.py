"""批次总览 in the workbench: its figures lead to as many forms, only the section sees it, the day it is due is kept."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import select

from fuhe.store import schema
from fuhe.store.selection import Selection
from fuhe.web.desk import Desk
from made_batch import counted


def _page(client: TestClient) -> html.HtmlElement:
    answer = client.get("/dashboard")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def test_every_link_opens(client: TestClient) -> None:
    links = set(_page(client).xpath("//div[@class='overview']//@href"))
    assert len(links) > 40
    assert {link: client.get(link).status_code for link in links if client.get(link).status_code != 200} == {}


def test_bar_and_queue_show_the_same_number(client: TestClient, desk: Desk) -> None:
    bars = _page(client).xpath("//*[@aria-labelledby='faults-title']//a")
    with desk.store.reading() as connection:
        for bar in bars:
            told = int(bar.get("aria-label").rsplit("：", 1)[1].split("张")[0])
            page = html.fromstring(client.get(bar.get("href")).text)
            (queue,) = page.xpath("//h1/following-sibling::p/a")
            query = dict(parse_qsl(urlsplit(queue.get("href")).query))
            assert counted(connection, Selection.of(query)) == told == int(queue.text.split()[0])
            table = html.fromstring(client.get(queue.get("href")).text)
            assert len(table.xpath("//input[@type='checkbox'][@name='form']")) == told


def test_page_follows_the_strict_policy(client: TestClient) -> None:
    tree = _page(client)
    assert not tree.xpath("//@style | //style | //script[not(@src)] | //@onclick")
    for address in tree.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        assert client.get(address).status_code == 200


def test_day_it_is_due_is_kept_with_a_line_in_the_trail(client: TestClient, desk: Desk) -> None:
    answer = client.post("/dashboard/due", data={"batch": "1", "due": "2030-04-30"})
    assert answer.headers["location"] == "/dashboard?batch=1"
    assert "到4月30日办结" in client.get("/dashboard").text
    with desk.store.reading() as connection:
        line = connection.execute(select(schema.audit).where(schema.audit.c.action == "due")).one()
    assert (line.by, line.after) == ("李敏", '"2030-04-30"')


@pytest.mark.parametrize(("form", "status"), [({"batch": "1", "due": "明天"}, 422), ({"batch": "9", "due": ""}, 404)])
def test_wrong_day_or_batch_is_refused(client: TestClient, form: dict[str, str], status: int) -> None:
    assert client.post("/dashboard/due", data=form).status_code == status


def test_one_file_is_handed_out(client: TestClient) -> None:
    answer = client.get("/dashboard/file", params={"batch": 1})
    assert answer.headers["content-disposition"].startswith("attachment")
    assert not html.fromstring(answer.text).xpath("//link | //script")


def test_unknown_batch_is_said(client: TestClient) -> None:
    assert client.get("/dashboard", params={"batch": 99}).status_code == 404


def test_store_without_a_batch_says_where_to_begin(client: TestClient, desk: Desk) -> None:
    with desk.store.writing() as connection:
        connection.execute(schema.batch.delete())
    assert "还没有可以统计的表" in client.get("/dashboard").text
