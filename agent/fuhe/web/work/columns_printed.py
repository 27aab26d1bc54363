"""The headings a file prints over its indicators, as a person is asked about them, and the profile made of the answers."""

from collections.abc import Mapping

from fuhe.layouts.header_block import block_at
from fuhe.layouts.profiles import NOT_READ, OVER, LayoutProfile, from_text
from fuhe.layouts.segments import segments_of
from fuhe.readers.file_kinds import open_document
from fuhe.records import LABELS

_NAMED = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason", "last_actual", "scoring_rule", "evidence", "review_score")  # fmt: skip
MEANINGS: tuple[str, ...] = (
    *(LABELS[name] for name in _NAMED), "调整后指标值", "度量单位", "指标性质", "完成率", NOT_READ,
)  # fmt: skip
"""What a column can hold, in the words of the form."""


def printed_headings(data: bytes) -> list[str]:
    """Return the headings of a file's indicator tables, outer ones first with › between; raises ReadError."""
    found: dict[str, None] = {}
    for segment in segments_of(open_document(data)):
        index, rows = 0, segment.rows
        while index < len(rows):
            block = block_at(rows, index) if rows[index].filled else None
            for heading in block.headings if block else ():
                found[OVER.join(" ".join(text.split()) for text in heading.path)] = None
            index += block.height if block else 1
    return [heading for heading in found if heading]


def profile_of(columns: Mapping[str, str]) -> LayoutProfile | None:
    """Return what was said of headings as a profile, None where nothing was; raises UsageError for a meaning nobody knows."""
    if not columns:
        return None
    made = from_text("，".join(f"{_plain(heading)}={role}" for heading, role in columns.items()))
    return made.model_copy(update={"name": "本批的栏目含义"})


def _plain(heading: str) -> str:
    """Keep the signs out of a heading that divide entries."""
    return "".join(" " if char in "，,；;=＝" else char for char in heading)
