"""Files at the door: what is let in, what is not, and what becomes of the names they come with."""

import io
import zipfile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from conftest import SAMPLES
from fuhe.readers import MAX_BYTES
from fuhe.records import Problem
from fuhe.settings import Settings
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.web.desk import Desk
from fuhe.web.work import uploads
from fuhe.web.work.work_process import Workshop
from web.waiting import finished

SAMPLE = (SAMPLES / "zhongwei_2024.txt").read_bytes()


def archive(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def arrivals(store: Store) -> dict[str, str | None]:
    with store.reading() as connection:
        return dict(connection.execute(select(schema.arrival.c.path, schema.arrival.c.told)).all())


def test_file_is_checked_and_its_forms_are_in_the_batch(client: TestClient, app: FastAPI, store: Store) -> None:
    answer = client.post(
        "/uploads", files={"files": ("新附件.txt", SAMPLE.replace("中卫市".encode(), "吴忠市".encode()))}
    )
    assert answer.status_code == 303
    progress = finished(app, 1)
    assert (progress.total, progress.done, progress.failed) == (1, 1, ())
    with store.reading() as connection:
        forms = connection.execute(select(schema.form).where(schema.form.c.current)).all()
    assert len(forms) == 12
    assert all(form.drafts for form in forms)


def test_broken_file_stops_no_other(client: TestClient, app: FastAPI) -> None:
    files = [
        ("files", ("坏.docx", b"PK\x03\x04 broken")),
        ("files", ("图.png", b"\x89PNG\r\n\x1a\n000")),
        ("files", ("好.txt", SAMPLE)),
    ]
    client.post("/uploads", files=files)
    progress = finished(app, 1)
    assert progress.done == 3
    assert [path for path, _ in progress.failed] == ["坏.docx", "图.png"]


def test_policy_that_cannot_be_used_ends_its_job_alone(client: TestClient, app: FastAPI, desk: Desk) -> None:
    used, desk.base = desk.base, Settings(policy="没有这个口径")
    client.post("/uploads", files={"files": ("一.txt", SAMPLE)})
    told = finished(app, 1)
    assert "没有这个口径" in told.failed[0][1]
    assert "没有这个口径" in (told.told or "")
    desk.base = used
    assert "没有这个口径" in client.get("/jobs/1").text
    client.post("/uploads", files={"files": ("二.txt", SAMPLE)})
    assert finished(app, 2).failed == ()


def test_bug_met_by_a_job_is_logged_and_the_next_goes_on(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Workshop, "compare", lambda *_: 1 // 0)
        client.post("/uploads", files={"files": ("一.txt", SAMPLE)})
        assert "程序出了错" in (finished(app, 1).told or "")
    assert "ZeroDivisionError" in caplog.text
    client.post("/uploads", files={"files": ("二.txt", SAMPLE)})
    assert finished(app, 2).told is None


def test_same_file_is_not_checked_twice(client: TestClient, app: FastAPI) -> None:
    for _ in range(2):
        client.post("/uploads", files={"files": ("一.txt", SAMPLE)})
    assert finished(app, 2).same == 1


def test_file_above_the_limit_is_named(client: TestClient, store: Store) -> None:
    client.post("/uploads", files={"files": ("大.docx", b"PK" + bytes(MAX_BYTES))})
    assert "50 MB" in (arrivals(store)["大.docx"] or "")


def test_too_many_files_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    answer = client.post("/uploads", files=[("files", (f"{number}.txt", SAMPLE)) for number in range(3)])
    assert answer.status_code == 413


def test_archive_bomb_is_refused_and_the_rest_taken(client: TestClient, app: FastAPI, store: Store) -> None:
    data = archive(**{"炸弹.txt": bytes(30 << 20), "好.txt": SAMPLE})
    client.post("/uploads", files={"files": ("一批.zip", data)})
    told = arrivals(store)
    assert "压缩比异常" in (told["一批.zip/炸弹.txt"] or "")
    assert told["一批.zip/好.txt"] is None


def test_names_written_by_chinese_windows_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        info = zipfile.ZipInfo("x" * len("附件一.txt".encode("gb18030")))
        file.writestr(info, SAMPLE)
    data = out.getvalue().replace(b"x" * len("附件一.txt".encode("gb18030")), "附件一.txt".encode("gb18030"))
    admission = uploads.Admission()
    uploads.admit(admission, "包.zip", data)
    assert [incoming.path for incoming in admission.found] == ["包.zip/附件一.txt"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\表\\附件1.docx", "表/附件1.docx"),
        ("一\n二\x00.txt", "一 二 .txt"),
        ("//", "未命名文件"),
    ],
)
def test_names_lose_ways_up_and_control_characters(given: str, kept: str) -> None:
    assert uploads.safe_path(given) == kept


def test_nothing_chosen_is_said(client: TestClient) -> None:
    assert "没有选择文件" in client.post("/uploads", data={"text": "  "}).text


def test_pasted_text_is_checked(client: TestClient, app: FastAPI) -> None:
    client.post("/uploads", data={"text": SAMPLE.decode()})
    assert finished(app, 1).failed == ()


def test_hidden_and_lock_files_are_left_out() -> None:
    admission = uploads.Admission()
    for name in ("~$表.docx", "夹/.DS_Store"):
        uploads.admit(admission, name, b"x")
    assert admission.found == []


HEADLESS = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t{}\t≥20公里\t20公里\t100\t100\n总分\t\t\t\t\t100\t100\n"


def test_second_pasted_table_without_a_head_leaves_the_first(client: TestClient, app: FastAPI, store: Store) -> None:
    for number, name in enumerate(("养护里程", "巡查里程"), 1):
        client.post("/uploads", data={"text": HEADLESS.format(name)})
        finished(app, number)
    with store.reading() as connection:
        file, form = schema.file.c, schema.form.c
        pasted = (
            select(file.path).join(schema.form, form.file_id == file.id).where(form.current, file.path.like("粘贴%"))
        )
        assert sorted(connection.execute(pasted).scalars()) == ["粘贴的文字.txt", "粘贴的文字（2）.txt"]


def test_file_checked_again_without_its_bytes_keeps_what_was_wrong_with_it(
    client: TestClient, app: FastAPI, store: Store
) -> None:
    told = (Problem(code="hidden_sheet", message="有隐藏的工作表，没有读取。"),)
    file = schema.file
    with store.writing() as connection:
        connection.execute(file.update().values(status="partial", problems=told, ruleset="旧"))
        connection.execute(schema.original.delete())
    client.post("/bulk/recheck", data={"form": ["2"]})
    assert finished(app, 1).failed == ()
    with store.reading() as connection:
        (row,) = connection.execute(select(file).where(file.c.current)).all()
    assert (row.status, row.problems) == ("partial", told)
    assert row.ruleset != "旧"


ODD = """项目支出绩效自评表
（2024年度）
项目名称\t公厕改造\t主管部门\t县城管局
一级指标\t二级指标\t三级指标\t甲值\t乙值\t分值\t得分
产出指标\t数量指标\t改造公厕\t8座\t7座\t60\t60
效益指标\t社会效益指标\t投诉件数\t5件\t3件\t40\t40
总分\t\t\t\t\t100\t100
"""


def _actual(store: Store) -> list[str | None]:
    with store.reading() as connection:
        ids = connection.execute(select(schema.form.c.id).where(schema.form.c.current)).scalars().all()
        forms = [current.form for current in load_forms(connection, list(ids))]
    return [row.actual for form in forms for row in form.record.indicators if form.record.project == "公厕改造"]


def test_what_is_said_of_the_columns_is_used_for_the_forms_beside_it(
    client: TestClient, app: FastAPI, store: Store
) -> None:
    said = "columns:\n  甲值: 实际完成值\n  乙值: 年度指标值\n"
    files = [("files", ("表.txt", ODD.encode())), ("files", ("fuhe-columns.yaml", said.encode()))]
    client.post("/uploads", files=files)
    assert finished(app, 1).failed == ()
    assert _actual(store) == ["8座", "5件"]


def test_what_cannot_be_used_of_it_is_said(client: TestClient, app: FastAPI, store: Store) -> None:
    files = [("files", ("表.txt", ODD.encode())), ("files", ("fuhe-columns.yaml", "columns: 无".encode()))]
    client.post("/uploads", files=files)
    assert [path for path, _ in finished(app, 1).failed] == ["fuhe-columns.yaml"]
    assert _actual(store) == ["7座", "3件"]
