"""A reviewer's own points on a form: added below the opinion, said in every paper, taken out again, kept when the form comes anew."""

import io
import json
import re
import zipfile

import docx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from conftest import SAMPLES
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.own_remarks import remarks_of
from fuhe.web.desk import Desk
from fuhe.web.work.open_form import open_form
from fuhe.web.work.opinion_so_far import opinion_so_far
from web.test_closing import close, stage
from web.test_versions import Bench, table

OWN = "年度填的是2020，本批是2024年度"
HTMX = {"HX-Request": "true"}


def add(client: TestClient, text: str = OWN, form: int = 2, expect: int = 303) -> str:
    answer = client.post(f"/forms/{form}/remarks", data={"text": text})
    assert answer.status_code == expect, answer.text
    return answer.text


def texts(store: Store, form: int = 2) -> list[str]:
    with store.reading() as connection:
        return [row.text for row in remarks_of(connection, [form]).get(form, ())]


def drop(client: TestClient, store: Store, text: str = OWN, form: int = 2) -> int:
    with store.reading() as connection:
        (row,) = [row for row in remarks_of(connection, [form])[form] if row.text == text]
    return client.post(f"/forms/{form}/remarks/{row.id}/drop").status_code


def opinion(client: TestClient, form: int = 2) -> str:
    return client.get(f"/forms/{form}", params={"tab": "opinion"}).text


def word(client: TestClient, form: int = 2) -> list[str]:
    answer = client.get(f"/forms/{form}/exports/opinion")
    paper = docx.Document(io.BytesIO(answer.content))
    return [paragraph.text for paragraph in paper.paragraphs]


def list_all(client: TestClient, store: Store, form: int = 2) -> None:
    with store.reading() as connection:
        seen = open_form(connection, form)
    assert seen is not None
    for entry in seen.findings:
        client.post(f"/forms/{form}/findings/{entry.finding.fingerprint}/list")


def test_own_point_is_the_last_number_of_the_opinion(client: TestClient, store: Store) -> None:
    list_all(client, store)
    add(client)
    with store.reading() as connection:
        seen = open_form(connection, 2)
    assert seen is not None
    numbered = re.findall(r"(?m)^(\d+)．(.*)$", opinion_so_far(seen).text)
    assert numbered[-1] == (str(len(numbered)), OWN)
    assert len(numbered) == 7
    page = opinion(client)
    assert f"7．{OWN}" in page
    assert "，另加 1 条" in page
    assert "意见汇总 7" in page


def test_own_point_goes_into_word_as_it_was_written(client: TestClient, store: Store) -> None:
    list_all(client, store)
    add(client)
    add(client, "实施单位与批复不一致。\n请附批复。")
    written = word(client)
    place = next(number for number, line in enumerate(written) if line.endswith(OWN))
    assert written[place + 1].endswith("实施单位与批复不一致。\n请附批复。")
    assert re.search("[一二三四五]、其他", "\n".join(written[:place]))
    assert written[place + 2].startswith(("另请一并改进", "请于"))


def test_own_point_alone_makes_an_opinion(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        form = schema.form
        connection.execute(update(form).where(form.c.id == 2).values(found=()))
        for kept in (schema.batch_finding, schema.finding):
            connection.execute(kept.delete())
    add(client)
    written = "\n".join(word(client))
    assert "经复核，提出以下意见。" in written
    assert OWN in written
    assert "没有需要修改的意见" not in written + opinion(client)


def test_annotated_file_says_it_once_at_the_first_cell(client: TestClient) -> None:
    add(client)
    answer = client.get("/forms/2/exports/annotated")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        comments = archive.read("word/comments.xml").decode()
    assert comments.count(OWN) == 1
    assert re.search(rf"【复核(\d+)】{OWN}", comments)[1] == re.search(r"复核意见共 (\d+) 条", comments)[1]  # type: ignore[index]


def test_printed_page_says_it(client: TestClient) -> None:
    add(client)
    printed = client.get("/forms/2/print").text
    assert OWN in printed
    assert "复核意见（草稿）（1 条）" in printed


def test_own_point_stays_out_of_the_data(client: TestClient) -> None:
    add(client)
    assert OWN not in client.get("/forms/2/exports/json").text


def test_own_point_is_taken_out_again(client: TestClient, store: Store) -> None:
    add(client)
    add(client, "另一条")
    assert drop(client, store) == 303
    assert texts(store) == ["另一条"]
    assert OWN not in opinion(client)
    assert client.post("/forms/2/remarks/999/drop").status_code == 404


def test_point_of_another_form_is_not_taken_out(client: TestClient, store: Store) -> None:
    add(client, form=3)
    with store.reading() as connection:
        (row,) = remarks_of(connection, [3])[3]
    assert client.post(f"/forms/2/remarks/{row.id}/drop").status_code == 404
    assert texts(store, 3) == [OWN]


def test_trail_tells_of_both(client: TestClient, store: Store) -> None:
    add(client)
    drop(client, store)
    with store.reading() as connection:
        lines = connection.execute(select(schema.audit).where(schema.audit.c.action.like("remark%"))).all()
    assert [(line.action, line.by, line.form_id) for line in lines] == [
        ("remark", "李敏", 2),
        ("remark-drop", "李敏", 2),
    ]
    assert (json.loads(lines[0].after), json.loads(lines[1].before)) == (OWN, OWN)
    trail = client.get("/audit.csv").text
    assert "另加意见" in trail
    assert "删去另加的意见" in trail


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "请先写好意见再加入"), (" \n ", "请先写好"), ("长" * 4001, "最多 4000 字，这一条有 4001 字")],
)
def test_nothing_and_too_much_are_refused(client: TestClient, store: Store, text: str, told: str) -> None:
    assert told in add(client, text, expect=422)
    assert texts(store) == []


def test_longest_is_kept_whole_and_said_twice_is_said_once(client: TestClient, store: Store) -> None:
    add(client, "长" * 4000)
    add(client, "长" * 4000)
    assert texts(store) == ["长" * 4000]


def test_signs_no_paper_can_hold_are_left_out(client: TestClient, store: Store) -> None:
    add(client, "上\x0b下\x00")
    assert texts(store) == ["上下"]


def test_form_somebody_works_on_has_begun(client: TestClient, store: Store) -> None:
    add(client)
    assert stage(store, 2) == "reviewing"


def test_form_with_nothing_else_may_go_back(client: TestClient, store: Store) -> None:
    add(client)
    assert "退回并附 1 条" in client.get("/forms/2").text
    close(client, 2, "returned")
    assert stage(store, 2) == "returned"


def test_change_without_the_session_token_is_refused(client: TestClient, store: Store) -> None:
    del client.headers["X-CSRF-Token"]
    add(client, expect=403)
    assert texts(store) == []


def test_pane_comes_back_with_a_word(client: TestClient) -> None:
    answer = client.post("/forms/2/remarks", data={"text": OWN}, headers=HTMX)
    assert answer.text.count(OWN) >= 1
    assert 'data-tab="opinion"' in answer.text
    assert "已加入意见" in answer.text


def test_form_of_somebody_else_offers_nothing_and_takes_nothing(client: TestClient, store: Store, desk: Desk) -> None:
    add(client)
    assert "删去</button>" in opinion(client)
    with store.writing() as connection:
        connection.execute(schema.claim.delete())
        row = schema.claim.insert().values(form_id=2, by="王建国", at=desk.now(), until=desk.clock() + 600)
        connection.execute(row)
    page = opinion(client)
    assert OWN in page
    assert "另加一条意见" not in page
    assert "删去</button>" not in page
    assert "王建国 正在复核这张表，您的修改没有保存" in add(client, "再一条", expect=409)
    assert drop(client, store) == 409
    assert texts(store) == [OWN]


def test_unit_reads_it_once_the_form_is_handed_back(client: TestClient) -> None:
    add(client)
    assert OWN not in client.get("/forms/2", params={"side": "fill"}).text
    assert OWN not in client.get("/forms/2/exports/annotated", params={"side": "fill"}).text
    close(client, 2, "returned")
    page = client.get("/forms/2", params={"side": "fill"}).text
    assert "复核人另提的意见（1 条）" in page
    assert OWN in page
    assert "/remarks" not in page
    assert "退回的表没有附意见" not in page


def test_what_is_typed_is_kept_until_it_is_added(client: TestClient, store: Store) -> None:
    assert client.post("/forms/2/typed/remark", data={"text": "写到一半"}).status_code == 204
    page = opinion(client)
    assert "没有加入的草稿已恢复" in page
    assert ">写到一半</textarea>" in page
    add(client)
    assert "写到一半" not in opinion(client)
    assert client.post("/forms/2/typed/remark", data={"text": "单位", "side": "fill"}).status_code == 404


def test_own_point_goes_over_to_the_form_that_comes_anew(client: TestClient, app: FastAPI, store: Store) -> None:
    bench = Bench(client, app, store)
    bench.drop("一.txt", table())
    (old,) = bench.standing().values()
    add(client, form=old)
    add(client, "第二条", form=old)
    bench.drop("二.txt", table(total="99"))
    (new,) = bench.standing().values()
    assert new != old
    assert texts(store, new) == [OWN, "第二条"]
    drop(client, store, form=new)
    client.post(f"/forms/{old}/versions/stand")
    assert texts(store, old) == ["第二条"]
    client.post(f"/forms/{new}/versions/delete")
    assert texts(store, new) == []


def test_own_points_of_both_stay_when_two_forms_become_one(client: TestClient, app: FastAPI, store: Store) -> None:
    bench = Bench(client, app, store)
    bench.drop("一.txt", table())
    (old,) = bench.standing().values()
    bench.drop("改后.txt", table(unit=""))
    new = bench.standing()["改后.txt"]
    add(client, form=old)
    add(client, "新表上写的", form=new)
    client.post("/versions/settle", data={"form": [new], "choose": "new"})
    assert texts(store, new) == [OWN, "新表上写的"]


def test_every_sample_takes_one(client: TestClient, store: Store) -> None:
    for form in range(1, len(list(SAMPLES.iterdir())) + 1):
        add(client, form=form)
        assert OWN in opinion(client, form)
        assert any(line.endswith(OWN) for line in word(client, form))


def test_open_opinion_is_called_a_draft_once(client: TestClient) -> None:
    add(client)
    assert opinion(client).count("（草稿）</h2>") == 1
    assert "（草稿）（草稿）" not in opinion(client)
