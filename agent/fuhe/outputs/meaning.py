"""How every cell of a form was understood, in Chinese, each with the reading's own trace; what was not read is marked."""

from collections.abc import Iterator

from fuhe.readings.measure import Measure
from fuhe.readings.money import money_said
from fuhe.readings.narrative import Narrative, Side, narrative
from fuhe.readings.phrase import Phrase
from fuhe.readings.reason import Reason, reason
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.value import Value
from fuhe.readings.years import own_year
from fuhe.text import is_blank, one_line

UNREAD = "【没有读懂】"
_KINDS = {
    "count": "个数", "share": "占比", "degree": "程度", "duration": "时间长短", "date": "日期", "price": "单价、标准", "total": "总额",
    "frequency": "频次", "event": "一件事", "state": "状态", "means": "做法", "wish": "愿望", "none": "没有尺度", "unread": UNREAD,
}  # fmt: skip
_BETTER = {"more": "越多越好", "less": "越少越好", "as-set": "按规定", "unknown": "看不出哪头好"}
_ITEMS = {
    "figure": "数量", "standard": "标准", "deliverable": "成果", "payment": "发放", "dated": "有期限的事", "holds": "有无",
}  # fmt: skip
_PHRASES = {
    "grade": "等次", "ranks": "列出的等次", "degree": "程度", "change": "变化", "done": "办了没有", "holds": "有没有发生", "deadline": "时限",
    "standard": "标准", "list": "列举", "prompt": "填表提示", "nothing": "没有内容", "fact": "事实", "unread": UNREAD,
}  # fmt: skip
_ROLES = {
    "cause": "原因",
    "measure": "措施",
    "shortfall": "只说没有完成",
    "wish": "对别人的希望",
    "nothing": "没有内容",
}
_STATES = {
    "unpaid": "没有付", "paid later": "以后付", "less needed": "用不着那么多", "returned": "收回", "arrived late": "来得晚或没有钱付",
    "adjusted": "调整", "enlarged": "追加", "paid elsewhere": "别处出了", "work put off": "事情没有做或推迟", "carried over": "结转",
}  # fmt: skip


def meaning_text(sheet: Sheet) -> str:
    """Return how a form's texts were understood, cell by cell."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    record = sheet.form.record
    yield f"{record.project or '（没有项目名称）'}"
    sides: tuple[tuple[str, Side, str | None], ...] = (
        ("预期目标", "goal", record.goal),
        ("实际完成情况", "outcome", record.outcome),
    )
    for title, side, text in sides:
        if not is_blank(text):
            yield f"{title}："
            yield from _told(narrative(text or "", side), text or "")
            yield from _money(sheet, text or "")
    for row in sheet.rows:
        yield from _row(sheet, row)
    for money in record.funding:
        if not is_blank(money.reason):
            yield f"资金“{one_line(money.label or '')}”的说明：{one_line(money.reason or '')}"
            yield from _money(sheet, money.reason or "")


def _told(read: Narrative, text: str) -> Iterator[str]:
    what = "承诺" if read.side == "goal" else "结果"
    for item in read.items:
        figure = f"{item.figure.normalize():f}{item.unit or ''} " if item.figure is not None else ""
        limit = f"，期限 {item.date}" if item.date else ""
        yield f"  {what}·{_ITEMS[item.kind]}：{figure}{item.act or ''} {item.object}{limit}"
    for start, end in read.slogans:
        yield f"  不能核对：{one_line(text[start:end])}"
    for start, end in read.unread:
        yield f"  {UNREAD}{one_line(text[start:end])}"


def _money(sheet: Sheet, text: str) -> Iterator[str]:
    for item in money_said(text, own_year(sheet)).items:
        why = "，说明了原因" if item.tells_why else ""
        yield f"  资金：{item.subject or '（没有说哪笔钱）'} {_STATES[item.state]}{why}（{one_line(text[item.start : item.end])}）"


def _row(sheet: Sheet, row: Row) -> Iterator[str]:
    yield f"{row.index + 1}. {one_line(row.name) or '（没有名称）'}"
    yield f"  名称：{_measure(row.measure)}"
    cells = (("年度指标值", row.target, row.wanted), ("实际完成值", row.actual, row.told))
    for title, value, words in cells:
        if value.kind != "blank":
            yield f"  {title}“{one_line(value.raw)}”：{_value(value, words)}"
    if not is_blank(row.printed.reason):
        yield from _reason(reason(row.printed.reason, row, own_year(sheet)))
        yield from _money(sheet, row.printed.reason or "")


def _measure(read: Measure) -> str:
    base = f"（{read.base}当中的）" if read.base else ""
    sure = "" if read.derived else "（推定）"
    return f"{_KINDS[read.kind]}{base}；{_BETTER[read.better]}{sure}；{read.why}"


def _value(value: Value, words: Phrase) -> str:
    if value.kind in ("number", "range"):
        high = f"至{value.high:f}" if value.high is not None else ""
        return f"数 {value.operator or ''}{value.number:f}{high}{value.unit or ''}"
    if value.kind == "date":
        return "日期"
    able = {True: "可以核对", False: "不能核对", None: "说不准能否核对"}[words.checkable]
    return f"{_PHRASES[words.kind]}，{able}；{words.why}"


def _reason(read: Reason) -> Iterator[str]:
    for clause in read.clauses:
        terms = [f"承办 {clause.owner}" if clause.owner else "", f"时间 {clause.due}" if clause.due else ""]
        form = "" if clause.role != "measure" or clause.says_what else "（没有说做什么）"
        told = "，".join(filter(None, (f"{_ROLES[clause.role]}{form}", *terms)))
        yield f"  原因栏“{one_line(clause.text)}”：{told}"
