"""Pasted and saved text: encodings, separators, and what is no form at all."""

from pathlib import Path

import pytest

from fuhe.intake.reading import read_file
from fuhe.readers import MAX_BYTES
from fuhe.records import File

TABLE = """项目支出绩效自评表
（2023年度）
项目名称	校舍维修
主管部门	县教育局	实施单位	第一小学
项目资金（万元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额：	12	12	12	10	100%	10
年度总体目标	预期目标	实际完成情况
	维修校舍2栋	维修校舍2栋
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因及改进措施
	产出指标	数量指标	维修校舍栋数	≥2栋	2栋	60	60	无
	满意度指标	服务对象满意度指标	师生满意度	≥90%	95%	30	30	无
总分					100	100
"""


def _names(file: File) -> list[str | None]:
    return [row.name for form in file.forms for row in form.record.indicators]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_reads(encoding: str) -> None:
    assert _names(read_file(TABLE.encode(encoding), "表.txt")) == ["维修校舍栋数", "师生满意度"]


@pytest.mark.parametrize(
    "convert",
    [
        lambda line: line.replace("\t", " | "),
        lambda line: f"| {line.replace(chr(9), ' | ')} |" if "\t" in line else line,
        lambda line: line.replace("\t", ","),
    ],
    ids=["bars", "markdown", "csv"],
)
def test_other_separators_read_alike(convert: object) -> None:
    text = "\n".join(convert(line) for line in TABLE.splitlines())  # type: ignore[operator]
    assert _names(read_file(text.encode(), "表.txt")) == ["维修校舍栋数", "师生满意度"]


def test_shifted_rows_are_settled_by_content() -> None:
    shifted = TABLE.replace("\t产出指标\t", "产出指标\t").replace("\t满意度指标\t服务", "\t\t满意度指标\t服务")
    rows = read_file(shifted.encode(), "表.txt").forms[0].record.indicators
    assert [(row.level2, row.target, row.score) for row in rows] == [
        ("数量指标", "≥2栋", "60"),
        ("服务对象满意度指标", "≥90%", "30"),
    ]


def test_line_break_spaces_inside_words_go() -> None:
    broken = TABLE.replace("服务对象满意度指标", "服务对象 满 意 度指 标").replace(
        "维修校舍栋数", "维修 12345 校舍栋 数"
    )
    rows = read_file(broken.encode(), "表.txt").forms[0].record.indicators
    assert (rows[0].name, rows[1].level2) == ("维修 12345 校舍栋数", "服务对象满意度指标")


def test_half_a_form_is_truncated_and_says_so() -> None:
    file = read_file(TABLE.split("总分")[0].encode(), "表.txt")
    assert file.forms[0].truncated
    assert [problem.code for problem in file.problems] == ["truncated"]


def test_unplaced_cells_are_visible() -> None:
    file = read_file(TABLE.replace("95%\t30\t30\t无", "95%\t30\t30\t无\t多出的一格内容").encode(), "表.txt")
    assert "多出的一格内容" in file.problems[0].message


def test_unused_rows_take_no_index() -> None:
    unused = TABLE.replace("总分\t", "\t效益指标\t经济效益指标\t……\n\t\t生态效益指标\t指标1：\t\t\t/\t/\n总分\t", 1)
    assert _names(read_file(unused.encode(), "表.txt")) == ["维修校舍栋数", "师生满意度"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        ("今天天气很好，没有表格。".encode(), "no_form"),
        ("姓名\t部门\t工资\n张三\t教务处\t5000\n".encode(), "no_form"),
        (b"\x00\xff\xfe\x01" * 999, "not_text"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
    ],
    ids=["empty", "blank", "prose", "another-table", "noise", "too-large"],
)
def test_bad_input_gets_one_chinese_message(data: bytes, code: str) -> None:
    file = read_file(data, "表.txt")
    assert (file.status, [problem.code for problem in file.problems]) == ("failed", [code])
    assert file.problems[0].message.endswith("。")


def test_fifty_megabytes_of_noise_end_quickly(tmp_path: Path) -> None:
    noise = ("甲乙丙丁\t12\t≥3\n" * 2_000_000).encode()[: MAX_BYTES // 10]
    assert read_file(noise, "表.txt").problems[0].code == "too_large"


def test_text_cut_inside_a_character_still_reads() -> None:
    assert _names(read_file((TABLE + "注：完").encode()[:-1], "表.txt")) == ["维修校舍栋数", "师生满意度"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_cells_quoted_by_excel_are_read_whole(encoding: str) -> None:
    text = TABLE.replace("\t维修校舍2栋\t维修校舍2栋", '\t"维修校舍\n2栋，验收合格。"\t"维修校舍2栋，\n已验收。"')
    text = text.replace("校舍维修", '"2023年""平安""校舍维修"', 1)
    file = read_file(text.encode(encoding), "表.xls")
    record = file.forms[0].record
    assert (record.project, record.goal) == ('2023年"平安"校舍维修', "维修校舍2栋，验收合格。")
    assert record.outcome == "维修校舍2栋，已验收。"
    assert len(record.indicators) == 2


def test_quotes_nobody_set_for_a_line_break_stay() -> None:
    text = TABLE.replace("校舍维修", '"平安"校舍维修', 1).replace("维修校舍2栋", '"维修校舍2栋', 1)
    record = read_file(text.encode(), "表.txt").forms[0].record
    assert (record.project, record.goal) == ('"平安"校舍维修', '"维修校舍2栋')
