"""What a person says once about the columns of a layout: taken over, or answered in one clear sentence."""

from pathlib import Path

import pytest

from fuhe.errors import UsageError
from fuhe.intake.paths import read_paths
from fuhe.intake.reading import read_file
from fuhe.layouts import profiles

TEXT = """项目支出绩效自评表
（2024年度）
项目名称\t公厕改造
一级指标\t二级指标\t三级指标\t甲值\t乙值\t分值\t得分\t结论
产出指标\t数量指标\t改造公厕\t8座\t7座\t60\t52\t略少
效益指标\t社会效益指标\t投诉件数\t5件\t3件\t40\t40\t很少
总分\t\t\t\t\t100\t92\t
"""


def _read(said: str) -> tuple[list[tuple[str | None, str | None]], list[str]]:
    file = read_file(TEXT.encode(), "表.txt", profiles.from_text(said))
    (form,) = file.forms
    return [(row.target, row.actual) for row in form.record.indicators], [problem.message for problem in file.problems]


def test_columns_said_are_taken() -> None:
    values, problems = _read("甲值=实际完成值，乙值=年度指标值；结论=不读")
    assert (values, problems) == ([("7座", "8座"), ("3件", "5件")], [])


def test_columns_not_said_are_guessed_with_a_doubt() -> None:
    file = read_file(TEXT.encode(), "表.txt")
    assert [row.target for row in file.forms[0].record.indicators] == ["8座", "5件"]
    assert file.status == "partial"
    assert "甲值" in file.problems[0].message


@pytest.mark.parametrize(
    ("said", "word"),
    [("丙值=得分", "没有用上"), ("甲值=得分", "不是分数"), ("甲值=实际完成值,乙值=完成值", "只用了前一个")],
)
def test_profile_that_does_not_go_with_the_table_says_so(said: str, word: str) -> None:
    assert [message for message in _read(said)[1] if "栏目对照" in message and word in message]


@pytest.mark.parametrize(("said", "word"), [("甲值=得份", "得分"), ("甲值", "不是“表头=含义”"), ("", "没有写")])
def test_profile_that_cannot_be_read_is_wrong_usage(said: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        profiles.from_text(said)


def test_profile_beside_the_forms_is_used_for_all_of_them(tmp_path: Path) -> None:
    (tmp_path / profiles.FILE).write_text("columns:\n  甲值: 年度指标值\n  乙值: 实际完成值\n  结论: 不读\n", "utf-8")
    for name in ("一.txt", "二.txt"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    files = [file for file in read_paths([str(tmp_path)]) if file.status != "skipped"]
    assert [(file.status, file.forms[0].record.indicators[0].actual) for file in files] == [("ok", "7座")] * 2
