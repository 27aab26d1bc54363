"""批次总览 as one file: nothing fetched, every figure leading somewhere, text that stays text, colours that can be read."""

import re
from typing import Any

import pytest
from lxml import etree, html

from fuhe.outputs.figures import Pace
from fuhe.outputs.html.drawings import needed_by
from fuhe.outputs.html.overview_page import Links, panels, style, to_overview_page
from fuhe.outputs.html.svg import Axes, Bar, ScatterMark, bars, columns, scatter, ticks
from made_batch import Made

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def page(made: Made) -> str:
    return to_overview_page(made.figures(lists=5), lambda line: f"带批注原表/{line.path}")


def test_page_makes_no_request(page: str) -> None:
    tree = html.fromstring(page)
    assert not tree.xpath("//@src | //link | //script | //iframe | //img")
    assert not re.search(r"url\(|@import", page)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def test_every_anchor_leads_to_its_list(page: str) -> None:
    tree = html.fromstring(page)
    ids = tree.xpath("//@id")
    anchors = [href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")]
    assert len(ids) == len(set(ids))
    assert len(anchors) > 60
    assert set(anchors) <= set(ids)


def test_page_speaks_of_points_without_codes(page: str) -> None:
    text = re.sub(r"附件\d+", "", "".join(html.fromstring(page).xpath("//main//text()")))
    assert "涉及分值" in text
    assert not re.search(r"[A-Z]\d{3}", text)


def test_forms_link_to_their_files(page: str) -> None:
    hrefs = {href for href in html.fromstring(page).xpath("//a/@href") if not href.startswith("#")}
    assert hrefs
    assert all(re.fullmatch(r"带批注原表/县[^/]+/附件\d+\.docx", href) for href in hrefs)


def test_page_without_files_links_inside_only(made: Made) -> None:
    tree = html.fromstring(to_overview_page(made.figures()))
    assert {href[0] for href in tree.xpath("//a/@href")} == {"#"}
    assert tree.xpath("//a/@href") == ["#main"]


def test_page_carries_no_style_attribute(page: str) -> None:
    assert not html.fromstring(page).xpath("//@style")


def test_text_of_a_form_stays_text(made: Made) -> None:
    with made.store.writing() as connection:
        connection.exec_driver_sql("UPDATE form SET project = '<script>alert(1)</script>', unit = '\"><b>局'")
    page = to_overview_page(made.figures(lists=5), lambda line: line.path)
    assert "<script" not in page
    assert "<b>局" not in page


def test_numbers_on_page_are_the_figures(made: Made) -> None:
    figures = made.figures()
    tree = html.fromstring(
        str(panels(figures, Links(lambda query: f"/?{query}", lambda line: f"/forms/{line.form_id}")))
    )
    shown = [int(text) for text in tree.xpath("//dd//*[contains(@class,'big')]/text()")]
    assert shown == [headline.value for headline in figures.headlines]
    heat = [cell.text_content().strip() for cell in tree.xpath("//table[@class='heat']//td[@class='is-number is-sum']")]
    assert heat == [f"{row.mean:.1f}" for row in figures.heat.rows]
    labels = tree.xpath("//*[@class='chart'][@aria-labelledby='faults-title']//*[@class='figure']/text()")
    assert [int(label) for label in labels] == sorted((point.forms for point in figures.points), reverse=True)[:10]


def test_every_mark_has_a_link_and_a_name(made: Made) -> None:
    figures = made.figures()
    tree = html.fromstring(
        str(panels(figures, Links(lambda query: f"/?{query}", lambda line: f"/forms/{line.form_id}")))
    )
    assert len(tree.xpath("//*[@aria-labelledby='spending-title']//a")) == len(figures.spending.dots)
    assert all(link.get("aria-label") for link in tree.xpath("//*[@class='chart']//a"))


def test_charts_are_xml_with_title_and_description(made: Made) -> None:
    text = str(panels(made.figures(), Links(lambda query: None, lambda line: None)))
    charts = re.findall(r"<svg .*?</svg>", text, re.DOTALL)
    assert len(charts) == 5
    for chart in (list(etree.fromstring(text)) for text in charts):
        assert [child.tag for child in chart[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert all(child.text for child in chart[:2])


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(letter * 2 for letter in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_on_every_shade_can_be_read() -> None:
    shades = re.findall(r"\.shade-(\d) \{ background: (#\w+); color: (#\w+);", style())
    assert [int(number) for number, _, _ in shades] == list(range(10))
    for _, ground, text in shades:
        dark, light = sorted((_luminance(ground), _luminance(text)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def _lengths(chart: Any) -> list[float]:
    return [
        float(rect.get("width", ""))
        for rect in etree.fromstring(str(chart)).iter(f"{SVG}rect")
        if "bar" in rect.get("class", "")
    ]


def test_bars_are_as_long_as_their_figures() -> None:
    long, short = _lengths(bars("k", "题", "说明", [Bar("甲", 80, "甲80"), Bar("乙", 20, "乙20")]))
    assert long / short == pytest.approx(4, rel=0.01)


def test_column_of_nothing_leads_nowhere() -> None:
    drawn = str(columns("k", "题", "说明", [Bar("1", 0, "没有", href="/x"), Bar("2", 3, "三", href="/y")]))
    assert "/x" not in drawn
    assert "/y" in drawn


def test_point_outside_lies_on_the_edge() -> None:
    axes = Axes((40, 100), (84, 100), (), ())
    assert axes.at(10, 50) == axes.at(40, 84)
    drawn = str(scatter("k", "题", "说明", axes, [ScatterMark(130, 99, "点")], (40, 80, 95, 100)))
    assert f'cx="{axes.at(100, 99)[0]:.0f}"' in drawn


@pytest.mark.parametrize("most", [1, 2, 3, 7, 13, 97, 168, 100_000])
def test_ticks_are_few_whole_and_within(most: int) -> None:
    found = ticks(most)
    assert 2 <= len(found) <= 6
    assert all(tick == int(tick) and tick <= most for tick in found)


@pytest.mark.parametrize(
    ("today", "needed"), [("2025-04-01", 0), ("2025-04-11", 100), ("2025-04-21", 200), ("2025-05-02", 200)]
)
def test_needed_pace_is_even_until_due(today: str, needed: float) -> None:
    pace = Pace(start="2025-04-01", today=today, due="2025-04-21", days=(), total=200)
    assert needed_by(pace) == pytest.approx(needed)


def test_batch_without_forms_still_makes_a_page(made: Made) -> None:
    with made.store.writing() as connection:
        connection.exec_driver_sql("UPDATE form SET current = 0")
        connection.exec_driver_sql("DELETE FROM batch_finding")
    text = html.fromstring(to_overview_page(made.figures(lists=5))).text_content()
    assert "各表没有检出问题" in text
    assert "没有发现不同项目之间照搬的文字" in text
