"""整改: items, the ledger people fill in, letters to units, and what became of each item."""

import io
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest

from conftest import build, findings_of
from fuhe.follow_up import DutyItem
from fuhe.outputs.excel.duty_ledger import NOT_FOUND_AGAIN, read_ledger, to_ledger
from fuhe.outputs.word.before_after import to_before_after
from fuhe.outputs.word.notice_paper import to_notices
from fuhe.pointing.letter import numeral
from fuhe.rescoring.rectifying import CheckedForm, compare, items_of, with_outcomes
from worksheet_desk import LINE

FIRST = [
    "数量｜供养人数｜≥500人｜400人｜10｜10",
    "社会效益｜人居环境｜效果显著｜效果显著｜10｜9",
    "质量｜合格率｜≥95%｜96%｜10｜10",
]
AGAIN = [
    "数量｜供养人数｜≥500人｜400人｜10｜8｜上级下达计划调整",
    "社会效益｜人居环境｜效果显著｜效果显著｜10｜9",
    "质量｜合格率｜≥95%｜90%｜10｜10",
]


def _checked(*rows: str, **more: Any) -> CheckedForm:
    form = build({"rows": list(rows), **more})
    return CheckedForm(form, findings_of(form))


def _text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _filled(items: list[DutyItem], edit: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(to_ledger(items, LINE)))
    edit(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def items() -> list[DutyItem]:
    return list(items_of(_checked(*FIRST)))


def test_items_are_points_and_hold_every_error_and_warning(items: list[DutyItem]) -> None:
    checked = _checked(*FIRST)
    found = [one for one in checked.findings if one.severity != "info"]
    facts = [fact for point in checked.points for fact in point.facts]
    assert sorted(one.code for one in found) == sorted(checked.findings[fact].code for fact in facts)
    assert {code for item in items for code in item.codes} == {one.code for one in found}
    assert len({item.key for item in items}) == len(items) == len(checked.points) < len(found)
    assert all(item.cells for item in items)


def test_an_item_keeps_its_key_when_the_text_changes() -> None:
    one, other = _checked("数量｜供养人数｜≥500人｜400人｜10｜10"), _checked("数量｜供养人数｜≥500人｜300人｜10｜10")
    assert items_of(one)[0].key == items_of(other)[0].key


def test_what_became_of_each_item() -> None:
    change = compare([_checked(*FIRST)], [_checked(*AGAIN)])[0]
    states = {(one.state, one.item.codes, one.item.field.partition(".")[0]) for one in change.changes}
    assert ("已改", ("S003",), "indicators[0]") in states
    assert ("未改", ("V001", "V003", "S001"), "indicators[1]") in states
    assert ("新出现", ("S003",), "indicators[2]") in states


def test_a_point_put_right_in_part_says_what_is_left() -> None:
    again = [FIRST[0], "社会效益｜人居环境｜效果显著｜新增3处公园｜10｜9", FIRST[2]]
    change = next(one for one in compare([_checked(*FIRST)], [_checked(*again)])[0].changes if one.state == "部分改")
    assert (change.before, change.after) == ("效果显著", "新增3处公园")
    assert "没有说明原因" in change.left
    assert f"仍有：{change.left}" in _text(to_before_after(compare([_checked(*FIRST)], [_checked(*again)]), LINE))


def test_the_texts_before_and_after_are_those_of_the_cell() -> None:
    change = next(
        one for one in compare([_checked(*FIRST)], [_checked(*AGAIN)])[0].changes if one.item.codes[0] == "S003"
    )
    assert (change.before, change.after) == ("10", "8")


def test_rows_moved_on_the_second_form_are_known_by_name() -> None:
    changes = compare([_checked(*FIRST)], [_checked(*FIRST[::-1])])[0].changes
    assert {one.state for one in changes} == {"未改"}


def test_a_row_taken_out_says_so() -> None:
    changes = compare([_checked(*FIRST)], [_checked(*FIRST[1:])])[0].changes
    gone = next(one for one in changes if one.item.codes[0] == "S003")
    assert (gone.state, gone.after) == ("已改", "（表上已没有这一行）")


def test_a_form_that_did_not_come_again_is_named() -> None:
    changes = compare([_checked(*FIRST), _checked(*FIRST, project="乙")], [_checked(*AGAIN)])
    assert [one.missing for one in changes] == [False, True]
    assert "其中1个没有收到重报的表" in _text(to_before_after(changes, LINE))


def test_a_form_that_came_only_the_second_time_is_new() -> None:
    changes = compare([], [_checked(*FIRST)])
    assert {one.state for one in changes[0].changes} == {"新出现"}


def test_the_paper_counts_what_its_table_lists() -> None:
    changes = compare([_checked(*FIRST, total="100｜29")], [_checked(*AGAIN, total="100｜27")])
    document = docx.Document(io.BytesIO(to_before_after(changes, LINE)))
    listed = [row.cells[4].text for row in document.tables[0].rows][1:]
    told = "，".join(f"{state}{listed.count(state)}项" for state in ("已改", "部分改", "未改", "新出现"))
    text = _text(to_before_after(changes, LINE))
    assert f"共对照1个项目。{told}。" in text
    assert "自评得分：29→27。" in text


def test_a_letter_a_unit_with_its_items_and_deadline(items: list[DutyItem]) -> None:
    here, there = _checked(*FIRST), _checked(*FIRST[:1], project="乙项目", unit="县水利局")
    forms = [here.for_letter, there.for_letter]
    text = _text(to_notices(forms, [*items, *items_of(there)], due="2026年1月15日", office="某县财政局", line=LINE))
    assert "县公路中心：" in text
    assert "县水利局：" in text
    assert text.count("于2026年1月15日前随修改后的自评表一并反馈。") == 2
    assert all(item.what.rstrip("。") in text for item in items)
    assert f"有{len(items)}项需要核实更正" in text


def test_what_is_not_known_is_left_to_fill_in(items: list[DutyItem]) -> None:
    text = _text(to_notices([_checked(*FIRST).for_letter], items, line=LINE))
    assert "于【待补充：整改时限】前随修改后的自评表一并反馈。" in text
    assert "【待补充：发文单位】" in text


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_numerals(number: int, words: str) -> None:
    assert numeral(number) == words


def test_a_ledger_comes_back_as_filled(items: list[DutyItem]) -> None:
    def fill(page: Any) -> None:
        page["G4"], page["H4"], page["I4"], page["J4"] = "张某", "2026年1月10日", "已按比例重新打分", "已整改"

    back, told = read_ledger(_filled(items, fill), items)
    hand = back[0].hand
    assert told == []
    assert (hand.owner, hand.due, hand.feedback, hand.state) == ("张某", "2026年1月10日", "已按比例重新打分", "已整改")
    assert read_ledger(to_ledger(back, LINE), items)[0] == back


def test_lines_no_longer_found_stay_in_the_ledger(items: list[DutyItem]) -> None:
    back, _ = read_ledger(_filled(items, lambda page: page.__setitem__("I4", "已说明")), items[1:])
    assert back[-1].outcome == NOT_FOUND_AGAIN
    assert (back[-1].what, back[-1].hand.feedback) == (items[0].what, "已说明")


def test_bad_lines_of_a_ledger_are_named(items: list[DutyItem]) -> None:
    def spoil(page: Any) -> None:
        page["J4"] = "差不多"
        page["L6"] = page["L5"].value
        page[f"D{len(items) + 4}"] = "另加的事项"

    back, told = read_ledger(_filled(items, spoil), items)
    assert [(one.code, one.place and one.place.address) for one in told] == [
        ("state-unknown", "J4"), ("row-twice", "D6"), ("row-added", f"D{len(items) + 4}"),
    ]  # fmt: skip
    assert back[0].hand.state == "待整改"


def test_a_workbook_without_a_ledger_is_named(items: list[DutyItem]) -> None:
    back, told = read_ledger(_filled(items, lambda page: page.delete_rows(1, 99)), items)
    assert ([one.code for one in told], back) == (["no-ledger"], items)


def test_outcomes_stand_beside_the_items(items: list[DutyItem]) -> None:
    changes = compare([_checked(*FIRST)], [_checked(*AGAIN)])
    assert {item.outcome for item in with_outcomes(items, changes)} >= {"已改", "未改", "新出现"}


def test_no_text_becomes_a_formula() -> None:
    items = items_of(_checked("数量｜=供养人数｜=1+1｜效果显著｜10｜9", project="=项目"))
    page = openpyxl.load_workbook(io.BytesIO(to_ledger(items, LINE))).active
    assert (page["C4"].value, page["C4"].data_type) == ("=项目", "s")


def test_rows_of_one_name_are_kept_apart() -> None:
    rows = [
        "社会效益｜居民满意度提升｜效果显著｜效果显著｜10｜9",
        "可持续影响｜居民满意度提升｜持续｜持续提升｜10｜10",
    ]
    changes = compare([_checked(*rows)], [_checked(*rows)])[0].changes
    assert {(one.state, one.before == one.after) for one in changes} == {("未改", True)}
    assert "未变" in _text(to_before_after(compare([_checked(*rows)], [_checked(*rows)]), LINE))
