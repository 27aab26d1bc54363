"""What a printed heading means: the field of the record it names, by the wordings in the lexicon."""

import functools

from fuhe.policy import lexicon
from fuhe.readings.levels import label


@functools.cache
def _index(group: str) -> dict[str, str]:
    return {wording: field for field, wordings in lexicon("headings")[group].items() for wording in wordings}


@functools.cache
def _set(group: str) -> frozenset[str]:
    return frozenset(lexicon("headings")[group])


def field_of(text: str, group: str) -> str | None:
    """Return the field a heading names within `head`, `funding`, `narrative` or `indicator`, or None."""
    return _index(group).get(label(text))


def pair_in(text: str) -> tuple[str, str] | None:
    """Split a cell that holds label and value together (项目名称：图书采购) into field and value."""
    before, colon, after = text.replace(":", "：").partition("：")
    field = field_of(before, "head") if colon and len(before) <= 16 else None
    return (field, text[len(before) + 1 :].strip()) if field and after.strip() else None


def belongs(text: str, group: str) -> bool:
    """Tell whether a cell is a `frame`, `total`, `remarks` or `fund_total` label."""
    return label(text) in _set(group)


def is_fund_row(text: str) -> bool:
    """Tell whether a cell names a row of the funding block (年度资金总额, 其中：财政拨款 …)."""
    wording = label(text)
    return len(wording) <= 30 and any(word in wording for word in _set("fund_rows"))


def is_note(text: str) -> bool:
    """Tell whether a paragraph or row is a note under the table (注：…)."""
    return label(text[:6]).startswith("注") or label(text[:8]).startswith(("填表说明", "填报说明"))
