"""Which year a form is for, and which years a text states as its own time."""

import functools
import re

from fuhe.policy import simplify
from fuhe.readings.sheet import Sheet
from fuhe.text import squeeze

_OLDEST = 3
_LONGEST = 5000
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


def own_year(sheet: Sheet) -> int | None:
    """Return the one year the form is for."""
    years = set(re.findall(r"20\d\d", squeeze(sheet.form.record.year)))
    return int(years.pop()) if len(years) == 1 else None


def earlier_year(text: str | None, own: int, field: str) -> str | None:
    """Return the earlier year a cell states as its own time, if the cell does not speak of the form's year as well."""
    plain = simplify(squeeze((text or "")[:_LONGEST]))
    if str(own) in plain:
        return None
    return next((year for year in _years_due(plain, field) if own - _OLDEST <= int(year) < own), None)


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
