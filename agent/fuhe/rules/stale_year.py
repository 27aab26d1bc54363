"""V 指标值: years of another form left standing in this one."""

from collections.abc import Iterator

from fuhe.findings import Cell
from fuhe.readings.sheet import Sheet
from fuhe.readings.years import earlier_year, own_year
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.text import squeeze


@rule("V013", "stale-year", "warning", "填的是以前年度", PRACTICE)
def stale_year(sheet: Sheet) -> Iterator[Hit]:
    """指标值、完成值、目标或完成情况里的期限，是本表年度以前的年份。

    查什么：作为期限、时间填写的年份早于本表年度（2023年度的表写“2022年12月31日前完成”）。
    为什么：多半是套用了上年的表，没有改年份；目标和完成情况就对不上本年。
    反例：2024年度的表，预期目标“2023年12月31日前完成发放”。
    正例：2024年度的表，预期目标“2024年12月31日前完成发放”。
    不算问题：比较的基期（较2023年、2021年以来）；批次、项目名称里的年份；文件、规划的名称和文号；含本年的起止年份；
    以后年度的期限；填表日期；同一段话里也写了本年的；上年结转、尾款等事项。
    依据：复核惯例。
    """
    own = own_year(sheet)
    if own is None:
        return
    project = sheet.form.record.project or ""
    for cells in _places(sheet):
        found = next(((cell, year) for cell in cells if (year := earlier_year(cell.text, own, cell.field))), None)
        if found and found[1] not in project:
            yield hit(
                found[0],
                "本表为{own}年度，此处填写“{text}”，是{year}年，请核实是否沿用了以前年度的内容。",
                own=own,
                text=found[0],
                year=found[1],
                also=(sheet.cell("year"), *cells),
                fix=("如系沿用上年内容，请改为本年度", "确为以前年度事项的，请写明与本年项目的关系"),
            )


def _places(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """The cells that hold a year at all, one group a narrative or a row: a cheap test before any reading."""
    for name in ("goal", "outcome"):
        if "20" in squeeze(sheet.form.text(name)):
            yield (sheet.cell(name),)
    for row in sheet.rows:
        held = [field for field in ("name", "target", "actual") if "20" in (getattr(row.printed, field) or "")]
        if held[:1] == ["name"] and not row.is_deadline:
            held.remove("name")
        if held:
            yield tuple(row.cell(field) for field in held)
