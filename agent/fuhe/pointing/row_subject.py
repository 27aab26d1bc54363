"""What a point calls an indicator row, and what the row prints: the row of one form among those a point is about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fuhe.readings.levels import label, subclass_of
from fuhe.readings.sheet import printed_points, unnumbered
from fuhe.readings.value import plain
from fuhe.records import Indicator, Record
from fuhe.text import one_line, squeeze

_LONGEST_NAME = 14
_MOST_NAMED = 3
_QUOTES = str.maketrans("", "", "“”‘’\"'《》")
_ENDS = "。；，、;,."


@dataclass(frozen=True)
class RowSubject:
    """One row of one form; `form` tells the forms of a letter apart, `project` names them there."""

    record: Record
    index: int
    form: int = 0
    project: str = ""

    @property
    def printed(self) -> Indicator:
        """The row as printed."""
        return self.record.indicators[self.index]

    @property
    def key(self) -> tuple[int, int]:
        """What tells this row from any other."""
        return self.form, self.index

    @cached_property
    def weight(self) -> Decimal:
        """The points the row can earn; 0 where none are printed."""
        return printed_points(self.printed.weight) or Decimal(0)

    @property
    def lost(self) -> str:
        """The points the row did not get."""
        got = printed_points(self.printed.score)
        return plain(self.weight - got) if got is not None else ""

    @cached_property
    def class_name(self) -> str:
        """The row's second-level class as it is called: 社会效益指标; its first-level one where that is all there is."""
        level = self.printed.level2 or self.printed.level1
        known = subclass_of(self.printed.level2) or label(level or "").removesuffix("指标")
        return f"{known}指标" if known else "指标"

    @cached_property
    def title(self) -> str:
        """What the row is called: its name where that is short, else its class, with its number where there are several."""
        name = squeeze(unnumbered(self.printed.name)).rstrip(_ENDS)
        if 1 < len(name) <= _LONGEST_NAME and name == name.translate(_QUOTES):
            return f"“{name}”"
        return self.class_name + self._number

    @property
    def _number(self) -> str:
        alike = [row.index for row in rows_of(self.record) if row.class_name == self.class_name]
        return f"第{alike.index(self.index) + 1}行" if len(alike) > 1 else ""

    def value(self, slot: str) -> str:
        """Return what a clause says of the row in a slot: a figure as printed, words in quotes."""
        text = one_line(dict(self.printed).get(slot) or "").rstrip(_ENDS)
        if slot in ("target", "actual", "reason"):
            return quoted(text)
        return text.translate(_QUOTES)


def rows_of(record: Record) -> list[RowSubject]:
    """Return the rows of one form."""
    return [RowSubject(record, index) for index in range(len(record.indicators))]


def quoted(text: str) -> str:
    """Put words in quotes, leave a figure bare, say 空 for nothing; long texts are cut."""
    if not text:
        return "（空）"
    if text[0] in "≥≤＞＜><=" or text[0].isdigit():
        return text
    shown = text.translate(_QUOTES)
    return f"“{shown[:20]}……”" if len(shown) > 22 else f"“{shown}”"


def called(rows: Sequence[RowSubject]) -> str:
    """Name rows: each by its title up to three, then the first and their number; those of several forms by class."""
    projects = {row.form: row.project for row in rows}
    if len(projects) > 1:
        return over_forms(rows)
    return owner(rows[0]) + _in_one_form(rows)


def over_forms(rows: Sequence[RowSubject]) -> str:
    """Name rows by the number of their forms and their classes."""
    return f"{len({row.form for row in rows})}个项目的{_of_forms(rows)}"


def owner(row: RowSubject) -> str:
    """Say whose row it is, where there are several forms."""
    return f"{row.project}的" if row.project else ""


def _in_one_form(rows: Sequence[RowSubject]) -> str:
    titles = list(dict.fromkeys(row.title for row in rows))
    if len(rows) <= _MOST_NAMED:
        return _joined(titles)
    return f"{titles[0]}等{len(rows)}行"


def _of_forms(rows: Sequence[RowSubject]) -> str:
    classes = Counter(row.class_name for row in rows)
    if len(classes) <= _MOST_NAMED:
        return _joined(list(classes))
    return f"{len(rows)}行指标"


def _joined(titles: Sequence[str]) -> str:
    """Join titles, the word 指标 they share said once: 社会效益、可持续影响指标."""
    ended = all(title.endswith("指标") for title in titles)
    if ended and len(titles) > 1:
        return "、".join(title.removesuffix("指标") for title in titles) + "指标"
    return "".join(titles) if all(title.endswith("”") for title in titles) else "、".join(titles)
