"""对照原件: a doubted cell's picture beside its text, for those alone who may see the form; what is read in it re-checks the form."""

from io import BytesIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from fuhe.readers.scans import ocr_extra
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.database import Store
from web.conftest import Join
from web.waiting import finished

pytestmark = pytest.mark.skipif(not ocr_extra.is_installed(), reason="没有安装 fuhe[ocr]，图像识别的测试跳过")
MODE = "shared"
UNIT = "甲县公路管理局"
ROWS = (
    ("项目名称", "农村道路养护工程", "", ""),
    ("主管部门", "甲县交通运输局", "实施单位", UNIT),
    ("三级指标", "年度指标值", "实际完成值", "得分"),
    ("养护道路里程", "20公里", "21公里", "50"),
    ("道路验收合格率", "100%", "100%", "50"),
)
_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
needs_font = pytest.mark.skipif(not _FONT.is_file(), reason="没有中文字体，画不出扫描件")


def scan() -> bytes:
    """Draw a small form; a blot lies over the letters of one cell."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", (1700, 1000), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(_FONT), 36)
    for row, texts in enumerate(ROWS):
        for col, text in enumerate(texts):
            x, y = 60 + 390 * col, 80 + 120 * row
            pen.rectangle((x, y, x + 390, y + 120), outline="black", width=3)
            pen.text((x + 20, y + 36), text, fill="black", font=font)
    for offset in range(0, 90, 9):
        pen.line((470 + offset, 470, 500 + offset, 530), fill="black", width=4)
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _form(store: Store) -> int:
    form = schema.form.c
    with store.reading() as connection:
        found = connection.execute(select(form.id).where(form.current, form.unit == UNIT))
        return int(found.scalar_one())


@pytest.fixture
def scanned(app: FastAPI, store: Store, join: Join, cheap: None) -> tuple[TestClient, int]:
    """A reviewer who has brought the scan, and the form's number."""
    client = join("李敏", "reviewer")
    app.state.jobs.start()
    client.post("/uploads", files={"files": ("扫描.png", scan())})
    finished(app, 1)
    return client, _form(store)


@needs_font
def test_cell_is_shown_corrected_and_checked_again(
    scanned: tuple[TestClient, int], app: FastAPI, store: Store, join: Join
) -> None:
    client, form_id = scanned
    page = client.get(f"/forms/{form_id}?n=0").text
    count = page.count('<textarea id="cell-')
    assert count >= 1
    picture = client.get(f"/forms/{form_id}/cells/1.png")
    assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")
    assert client.get(f"/forms/{form_id}/cells/{count + 1}.png").status_code == 404
    own = join("甲局", "filler", UNIT).get(f"/forms/{form_id}/cells/1.png")
    other = join("乙局", "filler", "乙县水务局").get(f"/forms/{form_id}/cells/1.png")
    assert (own.status_code, other.status_code) == (200, 404)
    assert client.post(f"/forms/{form_id}/cells", data={"text": ["20公里"] * (count + 1)}).status_code == 409
    answer = client.post(f"/forms/{form_id}/cells", data={"text": ["20公里"] * count})
    assert answer.status_code == 303
    new = _form(store)
    assert answer.headers["location"] == f"/forms/{new}"
    with store.reading() as connection:
        form = load_forms(connection, [new])[0].form
    assert form.record.indicators[0].target == "20公里"
    assert "indicators[0].target" not in form.unread


@needs_font
def test_filler_does_not_correct(scanned: tuple[TestClient, int], join: Join) -> None:
    _, form_id = scanned
    unit = join("甲局", "filler", UNIT)
    assert '<textarea id="cell-' not in unit.get(f"/forms/{form_id}?n=0").text
    assert unit.post(f"/forms/{form_id}/cells", data={"text": ["1"]}).status_code == 403
