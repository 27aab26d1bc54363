"""Whether an indicator's name stands for nothing: blank, 无, a template's own wording, or only 'there is none'."""

import functools

from fuhe.policy import simplify
from fuhe.readings.sheet import Row
from fuhe.readings.wordlists import ends, listed
from fuhe.text import bare, is_blank

_LONGEST_LEAD = 16
"""Characters before 无经济效益 that still only say whose."""


def is_placeholder(row: Row) -> bool:
    """Tell whether a row's name stands for nothing; marks, quotes and invisible characters about it count for nothing."""
    return _stands_for_nothing(bare(simplify(row.name)))


@functools.lru_cache(maxsize=1 << 12)
def _stands_for_nothing(plain: str) -> bool:
    if not plain.strip("x一"):
        return True
    return plain in listed("fillers", "placeholders").words or _is_numbered_only(plain) or _only_says_absent(plain)


def is_unfilled(text: str | None) -> bool:
    """Tell whether a target or an actual is blank or only says 略, 待补充."""
    return is_blank(text) or bare(simplify(text or "")) in listed("fillers", "unfilled").words


def _is_numbered_only(plain: str) -> bool:
    """Recognise a bare 指标1."""
    return plain.removeprefix("指标").isdigit() and plain.startswith("指标")


def _only_says_absent(plain: str) -> bool:
    """Recognise 公益性岗位补贴无经济效益: the end says that there is none, what stands before only says whose."""
    rest = plain.removesuffix("指标")
    absent = ends(rest, listed("fillers", "absent"))
    before = rest.removesuffix(absent)
    before = before.removesuffix(ends(before, listed("fillers", "slight")))
    denial = ends(before, listed("fillers", "denial"))
    return bool(absent and denial) and len(before.removesuffix(denial)) <= _LONGEST_LEAD
