"""Files handed out, opened again: only what was taken in is in an opinion, and each says what it leaves out."""

import io
import json
import re
import zipfile
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.findings import Decision
from fuhe.records import Problem, Record
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.web.work import form_exports


@pytest.fixture
def decided(store: Store) -> int:
    """A form with one finding taken in, one rewritten with a blank, one dismissed, the rest open; its id."""
    with store.writing() as connection:
        form_id = connection.execute(
            select(schema.form.c.id).order_by(schema.form.c.id).offset(1).limit(1)
        ).scalar_one()
        rows = connection.execute(select(schema.finding).where(schema.finding.c.form_id == form_id)).all()
        told = (
            Decision(state="listed"),
            Decision(state="rewritten", text="第二条改写，请补充【待补充：件数】。"),
            Decision(state="dismissed", reason="规则误报", text="不该出现的意见"),
        )
        for row, decision in zip(rows, told, strict=False):
            decide(connection, form_id, row.fingerprint, decision, by="李敏", at="2026-01-01T00:00:00+08:00")
    return int(form_id)


def text_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def test_opinion_holds_what_was_taken_in_and_names_the_rest(client: TestClient, decided: int) -> None:
    answer = client.get(f"/forms/{decided}/exports/opinion")
    text = text_of(answer.content)
    assert "第二条改写" in text
    assert "不该出现" not in text
    assert "不采纳 1 条（规则误报 1），没有写入" in text
    assert "待处理" in text
    assert "【待补充】1 处" in text
    assert "（草稿）" in text.partition("\n")[0]
    assert "建议稿，未经人工核定" in docx.Document(io.BytesIO(answer.content)).core_properties.comments


def test_opinion_is_accepted_when_all_is_settled(client: TestClient, store: Store, decided: int) -> None:
    with store.writing() as connection:
        for row in connection.execute(select(schema.finding).where(schema.finding.c.form_id == decided)).all():
            decide(connection, decided, row.fingerprint, Decision(state="listed", text="核。"), by="李敏", at="")
        connection.execute(schema.batch_finding_form.delete())
    made = client.get(f"/forms/{decided}/exports/opinion").content
    assert "已由李敏核定" in docx.Document(io.BytesIO(made)).core_properties.comments
    assert "草稿" not in text_of(made)


def _settle(store: Store, form_id: int, decision: Decision) -> None:
    """Decide everything on a form alike, and leave nothing over several forms."""
    with store.writing() as connection:
        for row in connection.execute(select(schema.finding).where(schema.finding.c.form_id == form_id)).all():
            decide(connection, form_id, row.fingerprint, decision, by="李敏", at="")
        connection.execute(schema.batch_finding_form.delete())


def _name_of(client: TestClient, address: str) -> str:
    return unquote(client.get(address).headers["content-disposition"])


def test_opinion_with_anything_open_is_a_draft_and_says_so(client: TestClient, decided: int) -> None:
    address = f"/forms/{decided}/exports/opinion"
    text = text_of(client.get(address).content)
    assert "绩效自评的复核意见（草稿）" in text
    assert re.search("复核尚未完成，还有.*警告[0-9]+条.*待处理", text)
    assert re.search("（草稿，[0-9]+条待处理）.docx", _name_of(client, address))
    page = client.get(f"/forms/{decided}?tab=opinion").text
    assert "草稿：" in page
    assert "导出草稿（Word）" in page


def test_form_nobody_looked_at_is_not_said_to_be_in_order(client: TestClient) -> None:
    for text in (text_of(client.get("/forms/2/exports/opinion").content), client.get("/forms/2?tab=opinion").text):
        assert "没有需要修改的意见" not in text
        assert "复核尚未完成" in text


def test_form_with_all_dismissed_has_no_opinions(client: TestClient, store: Store) -> None:
    _settle(store, 2, Decision(state="dismissed", reason="规则误报"))
    text = text_of(client.get("/forms/2/exports/opinion").content)
    assert "没有需要修改的意见" in text
    assert "草稿" not in text + _name_of(client, "/forms/2/exports/opinion")
    printed = client.get("/forms/2/print").text
    assert "已由李敏核定" in printed
    assert "未经人工核定" not in printed


def test_annotated_file_is_a_draft_until_all_is_decided(client: TestClient, store: Store, decided: int) -> None:
    address = f"/forms/{decided}/exports/annotated"
    assert "（草稿，" in _name_of(client, address)
    _settle(store, decided, Decision(state="listed", text="核。"))
    assert "草稿" not in _name_of(client, address)


def test_print_of_a_form_half_done_is_a_draft(client: TestClient, decided: int) -> None:
    printed = client.get(f"/forms/{decided}/print").text
    assert "复核意见（草稿）" in printed
    assert "草稿，李敏正在核定" in printed


def test_annotated_file_is_signed_by_the_section_where_taken_in(client: TestClient, decided: int) -> None:
    document = docx.Document(io.BytesIO(client.get(f"/forms/{decided}/exports/annotated").content))
    authors = [comment.author for comment in document.comments]
    assert authors.count("绩效科复核") == 2
    assert "复核（建议稿）" in authors
    assert not any("不该出现" in comment.text for comment in document.comments)


def test_list_opens_as_a_workbook_with_states(client: TestClient, decided: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/forms/{decided}/exports/issues").content))
    states = [row[11].value for row in book["逐条"].iter_rows(min_row=2)]
    assert {"已列入", "已改写列入", "不采纳", "待处理"} <= set(states)


@pytest.mark.parametrize("kind", ["html", "json", "sarif", "csv", "revised"])
def test_other_files_are_handed_out_by_name(client: TestClient, decided: int, kind: str) -> None:
    answer = client.get(f"/forms/{decided}/exports/{kind}")
    assert answer.status_code == 200
    assert answer.content
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''2024")


def test_next_years_table_opens_in_word(client: TestClient, decided: int) -> None:
    answer = client.get(f"/forms/{decided}/exports/plan")
    document = docx.Document(io.BytesIO(answer.content))
    assert re.fullmatch(r"（20\d\d年度）", document.paragraphs[1].text)
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["一级指标", "二级指标", "三级指标", "指标值", "分值"] in [row[1:] for row in rows]
    assert any("【待补充" in text for row in rows for text in row)


@pytest.mark.parametrize(
    ("year", "project", "made", "expected"),
    [
        ("2024", None, "2025-03-01", "2025"),
        (None, "2024年某项目", "2026-11-01", "2026"),
        (None, None, "2025-03-01", "2025"),
    ],
)
def test_next_year_follows_the_forms_own_and_is_not_over(
    year: str | None, project: str | None, made: str, expected: str
) -> None:
    assert form_exports.next_year(Record(year=year, project=project), made) == expected


def test_choices_say_what_each_leaves_out(client: TestClient, decided: int) -> None:
    text = client.get(f"/forms/{decided}/exports").text
    assert "不采纳 1 条（规则误报 1），没有写入" in text
    assert "【待补充】1 处" in text


def _told(client: TestClient, form_id: int, kind: str) -> str:
    text = client.get(f"/forms/{form_id}/exports").text
    return text.split(f"/exports/{kind}?")[1].partition("</li>")[0]


def test_annotations_leave_out_what_is_said_to_be_left_out(client: TestClient, store: Store, decided: int) -> None:
    with store.writing() as connection:
        rows = connection.execute(select(schema.finding).where(schema.finding.c.form_id == decided)).all()
        decide(connection, decided, rows[-1].fingerprint, Decision(state="doubtful", text="请核。"), by="李敏", at="")
    told = _told(client, decided, "annotated")
    document = docx.Document(io.BytesIO(client.get(f"/forms/{decided}/exports/annotated").content))
    left = len(rows) - (len(list(document.comments)) - 1)
    assert left == len(rows) - 2
    assert f"待处理 {left - 2} 条，没有加批注" in told
    assert "待核实 1 条，没有加批注" in told
    assert "待核实 1 条，写为请单位核实的事项" in _told(client, decided, "opinion")


def test_form_nobody_decided_is_said_to_go_out_as_proposed(client: TestClient) -> None:
    assert "都未核定，按建议稿加批注，署名“复核（建议稿）”" in _told(client, 2, "annotated")
    assert "没有加批注" not in _told(client, 2, "annotated")


@pytest.mark.parametrize(("taken", "blanks"), [(0, 3), (1, 0), (99, 3)])
def test_revised_file_is_said_to_hold_the_blanks_it_holds(
    client: TestClient, store: Store, taken: int, blanks: int
) -> None:
    with store.writing() as connection:
        rows = connection.execute(select(schema.finding.c.fingerprint).where(schema.finding.c.form_id == 2))
        for fingerprint in rows.scalars().all()[:taken]:
            decide(connection, 2, fingerprint, Decision(state="listed"), by="李敏", at="")
    data = client.get("/forms/2/exports/revised").content
    assert zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode().count("【待补充") == blanks
    assert (f"【待补充】{blanks} 处" in _told(client, 2, "revised")) == (blanks > 0)


def test_batch_archive_has_a_folder_a_unit(client: TestClient, decided: int) -> None:
    answer = client.get("/batches/1/exports/zip")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {name.partition("/")[0] for name in names} == {"中卫市审批服务管理局"}
    assert {"复核意见（草稿）.docx", "问题清单.xlsx", "说明.txt"} <= {name.partition("/")[2] for name in names}


def test_batch_report_opens_in_word(client: TestClient) -> None:
    assert "批次复核情况报告" in text_of(client.get("/batches/1/exports/report").content)


def test_batch_report_tells_of_files_that_were_not_read(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        for path, status in (("附件7.docx", "failed"), ("照片.jpg", "skipped")):
            connection.execute(
                schema.file.insert().values(
                    batch_id=1, path=path, status=status, problems=(Problem(code="encrypted", message="文件设了打开密码"),),
                    ruleset="r", current=True, received_at="",
                )
            )  # fmt: skip
        read = len(connection.execute(select(schema.file.c.id).where(schema.file.c.status == "ok")).all())
    client.post("/uploads", files={"files": ("图.heic", b"\0\0\0\x18ftypheic")})
    text = text_of(client.get("/batches/1/exports/report").content)
    assert f"本批共收到文件{read + 3}个" in text
    assert "有2个文件没有读成，未计入以下统计：" in text
    assert "附件7.docx（文件设了打开密码）" in text
    assert "图.heic（" in text
    assert "另有1个文件不是要读的表，已略过" in text
    files = json.loads(client.get("/batches/1/exports/json").content)["files"]
    assert {file["status"] for file in files} >= {"failed", "skipped"}


def test_chosen_forms_go_into_one_list(client: TestClient, decided: int) -> None:
    answer = client.post("/exports/json", data={"form": [str(decided)]})
    assert json.loads(answer.content)["summary"]["forms"] == 1


def test_exports_leave_a_line_in_the_trail(client: TestClient, store: Store, decided: int) -> None:
    client.get(f"/forms/{decided}/exports/opinion")
    with store.reading() as connection:
        told = connection.execute(select(schema.audit.c.by).where(schema.audit.c.action == "export")).scalars().all()
    assert told == ["李敏"]
