"""The queue: narrowing, order, what could not be read; several forms at once with the counts first and one undo."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from fuhe.findings import Decision
from fuhe.readers.scans import ocr_extra
from fuhe.records import FundingRow, Problem
from fuhe.rules import FAMILIES
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work import form_facts
from fuhe.web.work.facets import facets
from fuhe.web.work.queue import SORTS, QueueQuery, lines, to_go_on

ME = Person("李敏", "owner")


def _projects(store: Store, **query: str) -> list[int]:
    with store.reading() as connection:
        found, _ = lines(connection, QueueQuery.of(query), ME, 1)
    return [line.row.id for line in found]


def _decided(store: Store) -> int:
    with store.reading() as connection:
        count: int = connection.execute(select(func.count()).select_from(schema.decision)).scalar_one()
    return count


def test_worst_form_comes_first(store: Store) -> None:
    assert _projects(store)[0] == 2


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"differs": "1"}, {2}),
        ({"rate": "-90"}, {6}),
        ({"q": "大楼"}, {4}),
        ({"code": "A001"}, {6}),
        ({"reviewer": "none", "severity": "error"}, {1, 2, 3, 4, 5, 6}),
        ({"reviewer": "me"}, set()),
        ({"state": "closed"}, set()),
    ],
)
def test_queue_is_narrowed(store: Store, query: dict[str, str], ids: set[int]) -> None:
    assert set(_projects(store, **query)) == ids


def test_facets_count_what_their_address_shows(store: Store) -> None:
    with store.reading() as connection:
        for group in facets(connection, QueueQuery.of({}), ME, 1):
            for facet in group.facets:
                words = dict(re.findall(r"(\w+)=([^&]+)", facet.address.partition("?")[2]))
                words |= {"unit": facet.label} if "unit" in words else {}
                assert facet.count == lines(connection, QueueQuery.of(words), ME, 1)[1], facet


def test_queue_is_counted_and_ordered_without_reading_forms(store: Store) -> None:
    asked, plans = list[tuple[str, object]](), list[str]()
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    with store.reading() as connection:
        facets(connection, QueueQuery.of({}), ME, 1)
        for sort in SORTS:
            lines(connection, QueueQuery.of({"sort": sort}), ME, 1)
        to_go_on(connection, ME, 1)
        whole = [one for one in asked if "FROM form" in one[0] and "form.id IN" not in one[0]]
        for query, values in whole:
            plans += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]  # type: ignore[arg-type]
    of_forms = [plan for plan in plans if " form " in plan]
    assert len(of_forms) >= 4 + 2 * len(SORTS)
    assert [plan for plan in of_forms if "COVERING INDEX" not in plan] == []


def test_facet_in_force_leads_back(store: Store) -> None:
    with store.reading() as connection:
        first = facets(connection, QueueQuery.of({"differs": "1", "sort": "score"}), ME, 1)[1].facets[2]
    assert (first.is_on, first.address) == (True, "/?sort=score")


def test_sum_that_differs_is_marked(client: TestClient) -> None:
    page = client.get("/").text
    assert re.search(r'class="num is-different">88.5', page)
    assert page.count("is-different") == 1


def test_empty_desk_invites(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(schema.batch.delete())
    page = client.get("/").text
    assert "还没有要复核的表" in page
    assert "先看一份示例" in page


def test_unreadable_files_are_named_and_put_away(client: TestClient, store: Store, desk: Desk) -> None:
    problems = (Problem(code="encrypted", message="文件设了打开密码，无法读取"),)
    with store.writing() as connection:
        connection.execute(
            schema.file.insert().values(
                batch_id=1, path="附件7.docx", status="failed", problems=problems, ruleset="r", current=True,
                received_at=desk.now(),
            )
        )  # fmt: skip
    page = client.get("/").text
    assert "附件7.docx" in page
    assert "文件设了打开密码" in page
    client.post("/unread/put-away", data={"batch": "1"})
    assert "附件7.docx" not in client.get("/").text


def test_plan_counts_before_anything_is_done(client: TestClient, store: Store) -> None:
    page = client.post("/bulk/preview", data={"form": ["2", "6"]}).text
    with store.reading() as connection:
        found = [finding for stored in load_forms(connection, [2, 6]) for finding in stored.findings]
    errors = sum(finding.severity == "error" for finding in found)
    assert f"列入 {errors} 条意见" in page
    assert f"{len(found) - errors} 条</dt><dd>警告和提示：不列入" in page
    assert _decided(store) == 0


def test_bulk_takes_in_errors_and_is_undone_at_once(client: TestClient, store: Store) -> None:
    answer = client.post("/bulk/list", data={"form": ["2", "6"]})
    assert _decided(store) == 8
    page = client.get(answer.headers["location"]).text
    lot = re.search(r'name="lot" value="(\d+)"', page)
    assert lot
    assert "已列入 8 条意见" in page
    client.post("/bulk/undo", data={"lot": lot[1]})
    assert _decided(store) == 0


def test_bulk_undo_leaves_what_was_changed_since(client: TestClient, store: Store) -> None:
    answer = client.post("/bulk/list", data={"form": ["6"]})
    with store.reading() as connection:
        first = load_forms(connection, [6])[0].findings[0]
    client.post(f"/forms/6/findings/{first.fingerprint}/rewrite", data={"text": "另写"})
    client.post("/bulk/undo", data={"lot": answer.headers["location"].rpartition("=")[2]})
    assert _decided(store) == 1


def test_one_rule_is_taken_in_over_forms(client: TestClient, store: Store) -> None:
    client.post("/bulk/list", data={"form": ["1", "2", "3"], "code": "V001"})
    with store.reading() as connection:
        told = load_forms(connection, [1, 2, 3])
    for stored in told:
        expected = {finding.fingerprint for finding in stored.findings if finding.code == "V001"}
        assert set(stored.decisions) == expected


def test_family_of_rules_is_taken_in_with_its_errors_alone(client: TestClient, store: Store) -> None:
    page = client.get("/?code=S").text
    button = re.search(r"data-plan>(.*?)</button>", page)
    assert button is not None
    assert button[1] == f"列入“{FAMILIES['S']}”类的错误"
    assert f"“{FAMILIES['S']}”类 <span" in page
    hidden = re.search(r'id="bulk".*?name="code" value="(\w*)"', page, re.S)
    assert hidden is not None
    chosen = {"form": ["1", "2", "6"], "code": hidden[1]}
    assert f"“{FAMILIES['S']}”类的错误，尚未处理" in client.post("/bulk/preview", data=chosen).text
    client.post("/bulk/list", data=chosen)
    with store.reading() as connection:
        told = load_forms(connection, [1, 2, 6])
    errors = {
        (stored.row.id, finding.fingerprint)
        for stored in told
        for finding in stored.findings
        if finding.code.startswith("S") and finding.severity == "error"
    }
    assert errors
    assert {(stored.row.id, fingerprint) for stored in told for fingerprint in stored.decisions} == errors


def test_form_another_person_works_on_is_skipped(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        connection.execute(
            schema.claim.insert().values(form_id=2, by="王建国", at=desk.now(), until=desk.clock() + 600)
        )
    assert "王建国 正在复核" in client.post("/bulk/preview", data={"form": ["2"]}).text
    client.post("/bulk/list", data={"form": ["2"]})
    assert _decided(store) == 0


def test_forms_are_given_to_somebody(client: TestClient, store: Store) -> None:
    client.post("/bulk/assign", data={"form": ["1", "3"], "reviewer": "王建国"})
    assert set(_projects(store, reviewer="王建国")) == {1, 3}


def test_nothing_chosen_is_told(client: TestClient) -> None:
    answer = client.post("/bulk/list", data={})
    assert answer.status_code == 422
    assert "请先选要处理的表" in answer.text


def test_word_that_cannot_be_used_is_told(client: TestClient) -> None:
    answer = client.get("/?score=abc")
    assert answer.status_code == 422
    assert "score=abc" in answer.text


def test_whole_list_is_done_at_once_not_the_page_alone(client: TestClient, store: Store) -> None:
    page = client.get("/?severity=error").text
    assert 'id="whole"' in page
    assert "选中全部 " in page
    client.post("/bulk/assign", data={"form": ["1"], "whole": "?", "batch": "1", "reviewer": "王建国"})
    assert set(_projects(store, reviewer="王建国")) == {1, 2, 3, 4, 5, 6}
    client.post("/bulk/assign", data={"whole": "?severity=error", "batch": "1", "reviewer": "李敏"})
    assert set(_projects(store, reviewer="李敏")) == set(_projects(store, severity="error"))


@pytest.mark.parametrize(
    ("spent", "budget", "unit", "told"),
    [
        ("14.2", "20", "万元", "14.2／20万元"),
        ("14.2万元", "20万元", "万元", "14.2／20万元"),
        ("5.8万", "6万", "万元", "5.8／6万元"),
        ("58000元", "60000元", "万元", "58000／60000元"),
        ("14.2", "20万元", "万元", "14.2万元／20万元"),
        ("无", "20", "万元", "无／20"),
        (None, "20", "万元", ""),
    ],
)
def test_money_has_its_unit_once(spent: str | None, budget: str, unit: str, told: str) -> None:
    row = FundingRow(label="年度资金总额", executed=spent, full_year_budget=budget)
    assert form_facts._money(row, unit) == told


def test_form_of_another_year_or_kind_says_so(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        table = schema.form
        connection.execute(schema.batch.update().values(name="2024年度项目支出绩效自评复核"))
        connection.execute(table.update().values(year="2024"))
        connection.execute(table.update().where(table.c.id == 1).values(year="2020"))
        connection.execute(table.update().where(table.c.id == 2).values(form_type="department"))
    page = client.get("/").text
    assert page.count("2020年度</span>") == page.count("部门整体支出绩效自评表</span>") == 1
    assert "2020年度</span>" in client.get("/forms/1").text
    assert "年度</span>" not in client.get("/forms/3").text


def test_form_all_decided_but_not_handed_on_is_gone_on_with(client: TestClient, store: Store) -> None:
    assert "开始复核（" in client.get("/").text
    with store.writing() as connection:
        decided = connection.execute(
            select(schema.finding.c.fingerprint).where(schema.finding.c.form_id == 3)
        ).scalars()
        for fingerprint in decided.all():
            decide(connection, 3, fingerprint, Decision(state="listed"), by=ME.name, at="2026-01-01T00:00:00+08:00")
        connection.execute(schema.form.update().where(schema.form.c.id == 3).values(stage="reviewing"))
    page = client.get("/").text
    assert "继续复核（" in page
    assert 'class="button is-main" href="/forms/3' in page
    assert page.count("处理完，还没退回或办结") == 1


@pytest.mark.parametrize(
    ("is_installed", "said"), [(True, "也读扫描件和图片"), (False, "扫描件和图片要先安装识别扩展")]
)
def test_drop_area_says_what_is_read_here(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, is_installed: bool, said: str
) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: is_installed)
    page = client.get("/").text
    assert (".ofd" in page, said in page) == (True, True)
