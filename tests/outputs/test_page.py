"""The HTML report: one file, the form as printed, every mark and link leading somewhere."""

import re
from typing import Any

import pytest
from lxml import html

from conftest import build
from fuhe import checking
from fuhe.intake.paths import read_paths
from fuhe.outputs.contract import Report, form_report
from fuhe.outputs.html.report_page import to_html
from fuhe.outputs.layout import layout
from fuhe.outputs.marks import marked
from fuhe.policy import pack
from fuhe.records import File, Form


def _page(*forms: Form) -> str:
    report = Report(policy="national-2020", made="2025-03-01T09:30:00+08:00")
    reports = [
        form_report(form, checking.check(form, pack("national-2020"), checking.Options()).findings) for form in forms
    ]
    report.add(File(path="表.docx", status="ok", sha256="a" * 64, forms=forms), reports)
    return to_html(report)


@pytest.fixture
def crowded() -> dict[str, Any]:
    """A form with far more findings than a page has room for."""
    rows = [f"社会效益指标｜社会效益提升{'一二三四五六七八九十'[i % 10]}{i}｜明显｜明显｜2｜1｜完成" for i in range(70)]
    return {"rows": rows, "total": "90｜99"}


def test_every_link_leads_to_its_cell(sample_forms: list[Form]) -> None:
    tree = html.fromstring(_page(*sample_forms))
    ids = set(tree.xpath("//@id"))
    targets = [target[1:] for target in tree.xpath("//a/@href") if target.startswith("#")]
    assert targets
    assert set(targets) <= ids
    assert set(" ".join(tree.xpath("//@data-cells")).split()) <= ids


def test_page_makes_no_request(sample_forms: list[Form]) -> None:
    assert not re.search(r"(src|href)=[\"'](?!#)|url\(|@import|https?://", _page(*sample_forms))


def test_text_of_form_cannot_become_markup() -> None:
    page = _page(build({"project": "<script>alert(1)</script>", "rows": ["数量指标｜里程｜≥1公里｜1公里｜10｜10｜"]}))
    assert "<script>alert" not in page


def test_two_hundred_findings_all_shown(crowded: dict[str, Any]) -> None:
    form = build(crowded)
    found = checking.check(form, pack("national-2020"), checking.Options()).findings
    assert len(found) >= 200
    assert len(html.fromstring(_page(form)).xpath("//li[contains(@class,'f')]")) == len(found)


def test_csv_table_keeps_its_own_cells(tmp_path: Any) -> None:
    path = tmp_path / "表.csv"
    path.write_text(
        "项目名称,道路改造,,,,,\n一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分\n"
        "产出指标,数量指标,改造里程,≥20公里,20公里,50,50\n总分,,,,,100,98\n",
        encoding="utf-8",
    )
    form = next(iter(read_paths((str(path),), b""))).forms[0]
    (table,) = layout(form.record, form.places, form.cells)
    shown = [slot.text for slot in table.slots()]
    assert not table.rebuilt
    assert shown.count("改造里程") == 1
    assert [slot.fields for slot in table.slots() if slot.text == "改造里程"] == [("indicators[0].name",)]


def test_text_without_columns_is_laid_out_anew(sample_forms: list[Form]) -> None:
    (table,) = layout(sample_forms[1].record, sample_forms[1].places, sample_forms[1].cells)
    covered = sum(slot.rowspan * slot.colspan for slot in table.slots())
    assert table.rebuilt
    assert covered == len(table.rows) * table.width


def test_each_finding_has_one_number(sample_forms: list[Form]) -> None:
    found = checking.check(sample_forms[1], pack("national-2020"), checking.Options()).findings
    numbers = [mark.number for mark in marked(form_report(sample_forms[1], found)).marks]
    assert numbers == list(range(1, len(found) + 1))
