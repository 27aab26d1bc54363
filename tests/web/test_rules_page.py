"""规则库: every code with its counts, switched and levelled for the checks to come, one rule over the batch, a trial."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import select

from fuhe.checking import check
from fuhe.findings import Decision
from fuhe.records import Form
from fuhe.rules import BATCH_RULES, RULES
from fuhe.store import schema
from fuhe.store.decisions import decide
from fuhe.web.desk import Desk


def _dismiss(desk: Desk, code: str, reason: str, count: int) -> None:
    with desk.store.writing() as connection:
        rows = connection.execute(select(schema.finding).where(schema.finding.c.code == code).limit(count)).all()
        for row in rows:
            decision = Decision(state="dismissed", reason=reason)
            decide(connection, row.form_id, row.fingerprint, decision, by="李敏", at=desk.now())


def _row(client: TestClient, code: str) -> html.HtmlElement:
    return html.fromstring(client.get("/rules").text).get_element_by_id(code)


def test_every_code_has_one_row_and_a_page(client: TestClient) -> None:
    codes = {rule.code for rule in RULES} | {rule.code for rule in BATCH_RULES}
    rows = html.fromstring(client.get("/rules").text).xpath("//tbody/tr/@id")
    assert len(rows) == len(set(rows))
    assert set(rows) == codes
    assert {client.get(f"/rules/{code}").status_code for code in codes} == {200}


def test_hits_are_those_of_the_samples(client: TestClient, sample_forms: list[Form], desk: Desk) -> None:
    found = [check(form, desk.pack, desk.options).findings for form in sample_forms]
    forms = sum(1 for findings in found if any(one.code == "F003" for one in findings))
    places = sum(1 for findings in found for one in findings if one.code == "F003")
    assert f"{forms}张 {places}处" in " ".join(_row(client, "F003").text_content().split())


def test_only_false_alarms_count_toward_the_rate(client: TestClient, desk: Desk) -> None:
    _dismiss(desk, "V001", "规则误报", 2)
    _dismiss(desk, "V004", "本级口径允许", 4)
    assert "100%" in _row(client, "V001").text_content()
    assert "0%" in re.split(r"\s+", _row(client, "V004").text_content().strip())


def test_doubted_rule_is_proposed_a_lower_level(client: TestClient, desk: Desk) -> None:
    _dismiss(desk, "V001", "规则误报", 4)
    assert "建议降级" not in _row(client, "V001").text_content()
    _dismiss(desk, "V001", "规则误报", 6)
    assert "建议降级" in _row(client, "V001").text_content()
    assert "V001" not in desk.settings.ignore


def test_switched_off_rule_is_left_out_of_the_next_check(
    client: TestClient, desk: Desk, sample_forms: list[Form]
) -> None:
    def codes() -> set[str]:
        return {one.code for one in check(sample_forms[1], desk.pack, desk.options).findings}

    assert "F003" in codes()
    assert client.post("/rules/F003/switch", data={"on": "off"}).status_code == 303
    assert "F003" not in codes()
    client.post("/rules/F003/switch", data={"on": "on"})
    assert "F003" in codes()


def test_level_is_kept_and_can_be_set_back(client: TestClient, desk: Desk) -> None:
    client.post("/rules/V001/level", data={"level": "info"})
    assert desk.options.severities["V001"] == "info"
    client.post("/rules/V001/level", data={"level": ""})
    assert "V001" not in desk.options.severities


def test_changes_are_told_newest_first(client: TestClient) -> None:
    client.post("/rules/F003/switch", data={"on": "off"})
    client.post("/rules/F003/switch", data={"on": "off"})
    client.post("/rules/V001/level", data={"level": "info"})
    rows = html.fromstring(client.get("/rules/changes").text).xpath("//tbody/tr")
    told = [[cell.text_content() for cell in row.xpath("td")][1:] for row in rows]
    assert told == [["李敏", "V001", "级别由“规则原定级别”改为“提示”"], ["李敏", "F003", "停用"]]


def test_rule_off_in_the_settings_file_stays_off(client: TestClient, desk: Desk) -> None:
    desk.base = desk.base.model_copy(update={"ignore": ("F003",)})
    assert client.post("/rules/F003/switch", data={"on": "on"}).status_code == 422


@pytest.mark.parametrize("address", ["/rules/X999/switch", "/rules/X999/level"])
def test_unknown_code_is_refused(client: TestClient, address: str) -> None:
    assert client.post(address, data={"on": "off", "level": ""}).status_code == 404
    assert client.get("/rules/X999").status_code == 404


def test_one_rule_over_the_batch_is_taken_in_and_taken_back(client: TestClient, desk: Desk) -> None:
    tree = html.fromstring(client.get("/rules/F003").text)
    forms = tree.xpath("//input[@name='form']/@value")
    assert len(forms) == 3
    data = {"code": "F003", "form": forms}
    assert "列入 3 条" in client.post("/bulk/preview", data=data).text
    lot = client.post("/bulk/list", data=data).headers["location"].rsplit("=", 1)[1]
    assert client.get("/rules/F003").text.count("已列入") == 3
    client.post("/bulk/undo", data={"lot": lot})
    assert "已列入" not in client.get("/rules/F003").text


@pytest.fixture
def tried(client: TestClient) -> Callable[..., str]:
    """Return what a trial says as one line of text."""

    def text(name: str = "", content: str = "", **asked: str) -> str:
        files = {"own": (name, content.encode())} if name else None
        answer = client.post("/rules/try", data={"pack": "national-2020"} | asked, files=files)
        return f"{answer.status_code} " + " ".join(html.fromstring(answer.text).text_content().split())

    return text


def test_trial_without_a_change_shows_no_difference(tried: Callable[..., str]) -> None:
    assert "多报0处，少报0处，改级别0处" in tried()


def test_trial_of_a_rule_off_shows_what_it_misses(
    tried: Callable[..., str], sample_forms: list[Form], desk: Desk
) -> None:
    places = {
        (form.id, one.cells[0].field)
        for form in sample_forms
        for one in check(form, desk.pack, desk.options).findings
        if one.code == "F003"
    }
    assert f"少报{len(places)}处" in tried(off="F003")
    assert "F003" not in desk.settings.ignore


def test_trial_of_words_leaves_the_words_in_force(tried: Callable[..., str]) -> None:
    told = tried("phrases.yaml", "degree: [试]\nrise: [试]\nstate: [试]\n")
    assert told.startswith("200")
    assert re.search(r"少报[1-9]", told)
    assert "多报0处，少报0处，改级别0处" in tried()


def test_wrong_word_list_is_named(tried: Callable[..., str]) -> None:
    told = tried("fillers.yaml", "x: [1]")
    assert told.startswith("422")
    assert "fillers.yaml" in told


def test_trial_of_a_level_counts_what_changes_it(tried: Callable[..., str]) -> None:
    told = tried(levels="V001=提示")
    assert "多报0处，少报0处" in told
    assert re.search(r"改级别[1-9]", told)


@pytest.mark.parametrize("asked", [{"off": "X9"}, {"levels": "V001=轻"}, {"pack": "mars"}])
def test_trial_of_what_does_not_exist_is_refused(tried: Callable[..., str], asked: dict[str, str]) -> None:
    told = tried(**asked)
    assert told.startswith("422")
    assert next(iter(asked.values())).split("=")[0] in told


def test_wrong_pack_is_named_by_its_own_name(tried: Callable[..., str]) -> None:
    told = tried("本县.yaml", "base: national-2020\nweights: {产出: 五十}\n")
    assert told.startswith("422")
    assert "本县.yaml" in told
    assert "/tmp" not in told


def test_own_pack_is_tried(tried: Callable[..., str]) -> None:
    told = tried(
        "本县.yaml", "base: national-2020\ntitle: 本县\nweights: {执行率: 10, 产出: 40, 效益: 40, 满意度: 10}\n"
    )
    assert told.startswith("200")
    assert "用“本县.yaml”" in told


@pytest.mark.parametrize(
    ("query", "codes", "absent"),
    [
        ("q=A002", {"A002"}, "A005"),
        ("q=总分", {"A002"}, "V001"),
        ("level=info", set(), "A002"),
        ("state=off", set(), "A002"),
        ("state=hit", {"A002"}, "A099"),
        ("q=没有这样的规则", set(), "A002"),
    ],
)
def test_catalogue_is_narrowed(client: TestClient, query: str, codes: set[str], absent: str) -> None:
    page = client.get(f"/rules?{query}").text
    assert all(f'<tr id="{code}"' in page for code in codes)
    assert f'<tr id="{absent}"' not in page
    assert ("没有符合条件的规则" in page) == ("<tr id=" not in page)
