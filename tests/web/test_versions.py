"""哪一份为准: a copy, an old file, a newer one, one that does not say whose it is; nothing is replaced in silence."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from web.waiting import finished

TABLE = (
    "项目支出绩效自评表\n（2024年度）\n项目名称\t{project}\n主管部门\t{unit}\t实施单位\t{unit}\n"
    "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因\n"
    "产出指标\t数量指标\t养护里程\t≥20公里\t{actual}公里\t50\t50\t\n"
    "效益指标\t社会效益指标\t群众出行便利\t显著\t显著\t50\t{score}\t\n总分\t\t\t\t\t100\t{total}\t\n"
)


def table(
    unit: str = "甲县公路局", project: str = "农村公路养护", actual: str = "20", score: str = "50", total: str = "100"
) -> bytes:
    return TABLE.format(unit=unit, project=project, actual=actual, score=score, total=total).encode()


class Bench:
    """The workbench with one form in it; `drop` brings another file and waits for it."""

    def __init__(self, client: TestClient, app: FastAPI, store: Store) -> None:
        self.client, self.app, self.store, self.jobs = client, app, store, 0

    def drop(self, name: str, data: bytes) -> str:
        self.client.post("/uploads", files={"files": (name, data)})
        with self.store.reading() as connection:
            job = connection.execute(select(func.max(schema.job.c.id))).scalar_one()
        told = finished(self.app, job)
        assert told.failed == ()
        return "".join(words for _, words in told.notes)

    def standing(self) -> dict[str, int]:
        """Return the paths and forms that stand, of the files this test brought."""
        form, file = schema.form, schema.file
        with self.store.reading() as connection:
            rows = connection.execute(
                select(file.c.path, form.c.id)
                .join(form, form.c.file_id == file.c.id)
                .where(form.c.current, form.c.id > 6)
            )
            return dict(rows.all())


@pytest.fixture
def bench(client: TestClient, app: FastAPI, store: Store) -> Bench:
    return Bench(client, app, store)


def test_newer_file_stands_and_the_page_asks(bench: Bench) -> None:
    bench.drop("一.xlsx.txt", table())
    assert "以新的一份为准" in bench.drop("二.txt", table(total="99"))
    assert list(bench.standing()) == ["二.txt"]
    page = bench.client.get("/").text
    assert "哪一份为准？有 1 张表来了另一份" in page
    (new,) = bench.standing().values()
    bench.client.post("/versions/settle", data={"form": [new], "choose": "other"})
    assert list(bench.standing()) == ["一.xlsx.txt"]
    assert "哪一份为准？" not in bench.client.get("/").text


def test_copy_does_not_take_the_place_of_the_original(bench: Bench, store: Store) -> None:
    bench.drop("一.txt", table())
    with store.writing() as connection:
        connection.execute(schema.file.update().where(schema.file.c.path == "一.txt").values(path="一.docx"))
    assert "仍以原件为准" in bench.drop("一.pdf", table(actual="21"))
    assert list(bench.standing()) == ["一.docx"]
    assert "收到一份 PDF 等形式的副本" in bench.client.get("/").text


def test_file_that_was_here_before_does_not_come_back(bench: Bench) -> None:
    bench.drop("一.txt", table())
    bench.drop("二.txt", table(total="99"))
    assert "以前放入过" in bench.drop("一.txt", table())
    assert list(bench.standing()) == ["二.txt"]


def test_form_without_unit_is_asked_about_and_merged(bench: Bench, store: Store) -> None:
    bench.drop("一.txt", table())
    (old,) = bench.standing().values()
    with store.writing() as connection:
        found = load_forms(connection, [old])[0].findings[0]
        decide(connection, old, found.fingerprint, Decision(state="listed", text="请改。"), by="李敏", at="")
    assert "没有写明单位" in bench.drop("改后.txt", table(unit=""))
    assert sorted(bench.standing()) == ["一.txt", "改后.txt"]
    new = bench.standing()["改后.txt"]
    bench.client.post("/versions/settle", data={"form": [new], "choose": "new"})
    assert list(bench.standing()) == ["改后.txt"]
    with store.reading() as connection:
        (merged,) = load_forms(connection, [new])
    assert merged.row.unit == "甲县公路局"
    assert merged.row.replaces == old
    assert found.fingerprint in merged.decisions
    assert bench.client.get(f"/forms/{old}").headers["location"] == f"/forms/{new}"


def test_version_is_chosen_and_another_deleted(bench: Bench) -> None:
    bench.drop("一.txt", table())
    (first,) = bench.standing().values()
    bench.drop("一.txt", table(total="99"))
    (second,) = bench.standing().values()
    page = bench.client.get(f"/forms/{second}/versions").text
    assert "现在以这一份为准" in page
    bench.client.post(f"/forms/{first}/versions/stand")
    assert list(bench.standing().values()) == [first]
    assert bench.client.post(f"/forms/{first}/versions/delete").status_code == 409
    bench.client.post(f"/forms/{second}/versions/delete")
    assert bench.client.get(f"/forms/{second}").status_code == 404
    assert "一.txt" in bench.client.get(f"/forms/{first}/versions").text


def test_form_is_taken_away_and_comes_back(bench: Bench) -> None:
    bench.client.post("/bulk/remove", data={"form": ["2", "3"]})
    page = bench.client.get("/").text
    assert "/forms/2?" not in page
    assert "/removed?batch=1" in page
    assert bench.client.get("/removed?batch=1").text.count(">恢复</button>") == 2
    bench.client.post("/removed/restore", data={"form": ["2"]})
    assert "/forms/2?" in bench.client.get("/").text


def test_samples_can_be_taken_away(bench: Bench, store: Store) -> None:
    assert "移除示例" not in bench.client.get("/").text
    bench.client.post("/samples")
    finished(bench.app, 1)
    with store.writing() as connection:
        connection.execute(schema.file.update().where(schema.file.c.current).values(path="示例/一.txt"))
    assert "移除示例" in bench.client.get("/").text
    bench.client.post("/samples/remove")
    with store.reading() as connection:
        left = select(func.count()).select_from(schema.form).where(schema.form.c.current)
        assert connection.execute(left).scalar_one() == 0
