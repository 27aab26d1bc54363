"""V 指标值: years of another form left standing in this one."""

import functools
import re
from collections.abc import Iterator

from fuhe.findings import Cell
from fuhe.policy import simplify
from fuhe.readings.sheet import Sheet
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.text import squeeze

_OLDEST = 3
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|\"[^\"]*\"|[(（〔\[][^()（）〔〕\[\]]*[)）〕\]]")
_DAY = r"(?:\d{1,2}月(?:\d{1,2}[日号])?)"
_TO = "[-—–~～至到、和及与]"
_RANGE = re.compile(rf"20\d\d年?{_DAY}?{_TO}(?:20\d\d|\d\d年)|20\d\d\.\d{{1,2}}{_TO}20\d\d\.\d{{1,2}}")
_MOMENT = re.compile(
    rf"(?<!\d)(?P<year>20\d\d)(?:年(?P<day>{_DAY}(?:{_TO}{_DAY})?(?:[上中下]旬|底|末|初)?)|年(?:度|内|底|末|全年)?"
    r"|\.\d{1,2}\.\d{1,2}|-\d{1,2}-\d{1,2})"
)
_BASE = re.compile(r"(?:[较比与同自从由以对]|根据|按照|依据|支付|补发|补缴|上年|去年|延续)$")
_AS_OF = re.compile(r"截[至止]到?$")
_DUE = re.compile(r"之?前|以前|以内|内|底|末|[,，。;；、!]|$|(?:全部|按时|按期|如期)?完成")
_DEADLINE = re.compile(r"之?前|以前|以内|内|底前|末前|$|(?:全部|按时|按期|如期)?完成")
_SINCE = re.compile(
    r"起|以来|开始|开工|立项|批复|成立|启动|签订|签约|下达|印发|中标|招标|投入使用|入学|同期|相比|基数|结转|续建|尾款|质保|欠|遗留|跨年|学年|学期|季"
)
_CLAUSE = re.compile(r"[。;；]")


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
        found = next(((cell, year) for cell in cells if (year := _stale(cell, own))), None)
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


def own_year(sheet: Sheet) -> int | None:
    """Return the one year the form is for."""
    years = set(re.findall(r"20\d\d", squeeze(sheet.form.record.year)))
    return int(years.pop()) if len(years) == 1 else None


def _places(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """The cells that hold a year at all, one group a narrative or a row: a cheap test before any reading."""
    for name in ("goal", "outcome"):
        if "20" in squeeze(sheet.form.text(name)):
            yield (sheet.cell(name),)
    for row in sheet.rows:
        fields = ("name", "target", "actual") if row.is_deadline else ("target", "actual")
        if held := tuple(row.cell(field) for field in fields if "20" in (getattr(row.printed, field) or "")):
            yield held


def _stale(cell: Cell, own: int) -> str | None:
    """Return the earlier year a cell states as its own time, if the cell does not speak of the form's year as well."""
    text = simplify(squeeze(cell.text))
    if str(own) in text:
        return None
    return next((year for year in _years_due(text, cell.field) if own - _OLDEST <= int(year) < own), None)


@functools.lru_cache(maxsize=1 << 12)
def _years_due(text: str, field: str) -> tuple[str, ...]:
    clauses = _CLAUSE.split(_RANGE.sub("", _QUOTED.sub("", text)))
    return tuple(
        found["year"]
        for clause in clauses
        if not _SINCE.search(clause)
        for found in _MOMENT.finditer(clause)
        if _is_due(clause, found, field)
    )


def _is_due(clause: str, found: re.Match[str], field: str) -> bool:
    """Tell whether a moment is a deadline or a date of completion, neither base of comparison nor part of a name."""
    before, after = clause[: found.start()], clause[found.end() :]
    if _BASE.search(before) or (_AS_OF.search(before) and not (field == "outcome" and found["day"])):
        return False
    return bool((_DEADLINE if field == "goal" else _DUE).match(after))
