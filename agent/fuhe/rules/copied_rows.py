"""D 重复: the same text standing in for two things."""

from collections.abc import Iterator

from fuhe.readings.satisfaction import is_satisfaction
from fuhe.readings.sheet import Row, Sheet
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.similarity import groups, same_name
from fuhe.text import bare


@rule("D001", "copied-indicator", "error", "两个指标名称相同或近似", PRACTICE)
def copied_indicator(sheet: Sheet) -> Iterator[Hit]:
    """同一张表里，两个三级指标的名称相同，或去掉“不断”“持续”等词以后相同。

    查什么：比较各行三级指标名称；完全相同的为错误，近似或一个包含另一个的为警告，并列出各行原文。
    为什么：同一件事设两个指标、得两份分，等于重复计分；社会效益与可持续影响互相照搬的最常见。
    反例：社会效益“不断提升市民满意度”，可持续影响“持续提高市民满意度”。
    正例：社会效益“热线办结率”，可持续影响“热线知识库年更新条数”。
    不算问题：对象不同（企业满意度／群众满意度）、度量不同（开工率／完工率）的；占位名称（见F003）；满意度重复设置的（见D002）。
    依据：复核惯例。
    """
    rows = [row for row in sheet.rows if len(bare(row.name)) >= 2 and (row.weight is not None or row.score is not None)]
    for members in groups([row.name for row in rows]):
        found = [rows[index] for index in members]
        if exact := _same_names(found):
            yield _copied(exact, "error")
        elif len(kept := _not_satisfaction_twice(found)) > 1:
            yield _copied(kept, "warning")


def _same_names(rows: list[Row]) -> list[Row]:
    """Return the members of a group that share their name with another member, with all near-copies beside them."""
    if any(same_name(a.name, b.name) for i, a in enumerate(rows) for b in rows[:i]):
        return [row for row in rows if any(same_name(row.name, other.name) for other in rows if other is not row)]
    return []


def _not_satisfaction_twice(rows: list[Row]) -> list[Row]:
    """Leave the 满意度 row to D002 where a near-copy of it stands elsewhere."""
    return [
        row for row in rows if not (row.level == "满意度" and any(is_satisfaction(r) for r in rows if r is not row))
    ]


def _copied(rows: list[Row], severity: str) -> Hit:
    first, second = rows[0], rows[1]
    more = f"（共{len(rows)}处）" if len(rows) > 2 else ""
    return hit(
        second.cell("name"),
        "{class_a}“{first}”与{class_b}“{second}”名称{how}{more}，同一内容重复计分。",
        class_a=_class_cell(first),
        first=first.cell("name"),
        class_b=_class_cell(second),
        second=second.cell("name"),
        how="相同" if severity == "error" else "近似",
        more=more,
        also=tuple(cell for row in rows for cell in (row.cell("name"), row.cell("weight"), row.cell("score"))),
        severity="error" if severity == "error" else "warning",
        fix=("请保留一处，另一处改为考核不同内容的指标", "难以另设的可以删除，分值调整到同一一级指标下的其他指标"),
    )


def _class_cell(row: Row) -> str:
    return row.printed.level2 or f"第{row.index + 1}行"


@rule("D002", "satisfaction-twice", "warning", "满意度重复设置", PRACTICE)
def satisfaction_twice(sheet: Sheet) -> Iterator[Hit]:
    """满意度指标之外，又在效益等指标里考核满意度。

    查什么：表中已有满意度一级指标，而产出、效益下的指标仍以满意度、满意率为考核内容。
    为什么：同一件事重复计分，满意度的实际权重被放大，效益反而没有考核。
    反例：社会效益“不断提升群众满意度”10分，满意度指标“群众满意度”20分。
    正例：社会效益“12345热线按时办结率”，满意度指标“来电群众满意度”。
    不算问题：名称里提到满意但考核的不是满意度（满意度调查次数）；表中没有单设满意度的。
    依据：满意度另设一级指标，效益指标应反映产生的效果。
    """
    satisfaction = [row for row in sheet.satisfaction_rows if row.name]
    for row in sheet.rows:
        if satisfaction and row.level != "满意度" and is_satisfaction(row):
            yield hit(
                row.cell("name"),
                "{class_}“{name}”考核的是满意度，与满意度指标“{other}”重复计分。",
                class_=_class_cell(row),
                name=row.cell("name"),
                other=satisfaction[0].cell("name"),
                also=(row.cell("weight"), satisfaction[0].cell("weight")),
                fix=("请改为反映该类效益的指标，满意度只在满意度指标下考核",),
            )
