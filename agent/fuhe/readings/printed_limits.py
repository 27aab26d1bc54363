"""How long a text may be, as the form itself prints it: 存在问题（100字以内）."""

import re
from collections.abc import Iterator

from fuhe.readings.sheet import Sheet
from fuhe.text import sentences, squeeze

_LIMIT = re.compile(r"(?:≤|<=|不超过|限|控制在)?(?<!\d)(\d{2,4})字(?:以内|以下|左右|内)?")


def printed_limits(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """Yield the field paths whose length the form limits, with the most characters it allows."""
    for index, box in enumerate(sheet.form.record.remarks):
        if found := _LIMIT.search(squeeze(box.label)):
            yield f"remarks[{index}].text", int(found[1])
    for note in sheet.form.record.notes:
        for sentence in sentences(note):
            yield from _limits_in(squeeze(sentence), sheet)


def _limits_in(plain: str, sheet: Sheet) -> Iterator[tuple[str, int]]:
    found = _LIMIT.search(plain)
    if found and ("原因" in plain or "措施" in plain):
        yield from ((f"indicators[{row.index}].reason", int(found[1])) for row in sheet.rows)
    elif found and "完成情况" in plain:
        yield "outcome", int(found[1])
