"""What a printed heading means: the field of the record it names, composed of words or listed in the lexicon."""

import functools
import re
from collections.abc import Callable

from fuhe.layouts.heading_grammar import funding_role, head_role, indicator_role, narrative_role
from fuhe.policy import lexicon
from fuhe.readings.levels import label

_LONGEST_REMARK = 14
_SIDE_PAIR = re.compile(r"([^\s:：，,。；;]{2,10})[:：]")


@functools.cache
def _index(group: str) -> dict[str, str]:
    return {wording: field for field, wordings in lexicon("headings")[group].items() for wording in wordings}


@functools.cache
def _set(group: str) -> frozenset[str]:
    return frozenset(lexicon("headings")[group])


def _indicator(text: str) -> str | None:
    role = indicator_role((text,))
    return None if role == "thing" else role


def _head(text: str) -> str | None:
    return _index("head").get(label(text)) or head_role(text)


_GROUPS: dict[str, Callable[[str], str | None]] = {
    "indicator": _indicator,
    "funding": funding_role,
    "narrative": narrative_role,
    "head": _head,
}


def field_of(text: str, group: str) -> str | None:
    """Return the field a heading names within `head`, `funding`, `narrative` or `indicator`, or None."""
    return _GROUPS[group](text)


def pair_in(text: str) -> tuple[str, str] | None:
    """Split a cell that holds label and value together (项目名称：图书采购) into field and value."""
    before, colon, after = text.replace(":", "：").partition("：")
    field = field_of(before, "head") if colon and len(before) <= 16 else None
    return (field, _until_next_label(text[len(before) + 1 :])) if field and after.strip() else None


def labels_itself(text: str) -> bool:
    """Tell whether a cell begins with a label of the head or the foot, filled in or not: 填表人：, 联系电话：0000."""
    before, colon, _ = text.replace(":", "：").partition("：")
    return bool(colon) and len(before) <= 16 and field_of(before, "head") is not None


def _until_next_label(value: str) -> str:
    """End a value where the next label of the same line begins: 单位名称：县医院 填报日期：…"""
    for found in _SIDE_PAIR.finditer(value):
        run = found[1]
        for start in range(len(run) - 1):
            if label(run[start:]) in _index("head"):
                return value[: found.start(1) + start].strip()
    return value.strip()


def is_heading(text: str) -> bool:
    """Tell whether a cell is the name of a field, a column or a block and nothing more."""
    return any(role(text) for role in _GROUPS.values()) or belongs(text, "frame") or belongs(text, "total")


def belongs(text: str, group: str) -> bool:
    """Tell whether a cell is a `frame`, `total`, `remarks` or `fund_total` label."""
    return label(text) in _set(group)


def is_remark(text: str) -> bool:
    """Tell whether a cell heads a text about the whole form: listed, or 其他…的问题, 其他…的事项."""
    wording = label(text)
    return wording in _set("remarks") or (
        wording.startswith("其他") and len(wording) <= _LONGEST_REMARK and wording.endswith(_remark_ends())
    )


@functools.cache
def _remark_ends() -> tuple[str, ...]:
    return tuple(lexicon("headings")["remark_ends"])


def is_fund_row(text: str) -> bool:
    """Tell whether a cell names a row of the funding block (年度资金总额, 其中：财政拨款 …)."""
    wording = label(text)
    return len(wording) <= 30 and not wording.endswith("情况") and any(word in wording for word in _set("fund_rows"))


def is_note(text: str) -> bool:
    """Tell whether a paragraph or row is a note under the table (注：…)."""
    return label(text[:6]).startswith("注") or label(text[:8]).startswith(("填表说明", "填报说明"))
