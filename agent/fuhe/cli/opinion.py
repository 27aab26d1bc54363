"""fuhe opinion: 复核意见 for every form."""

from fuhe.cli import drafted
from fuhe.outputs.word.papers import to_opinions

command = drafted.verb(
    "opinion",
    "opinion",
    "为每张表起草复核意见：总体情况、存在问题、修改建议，时限留空。",
    "text",
    "json",
    "docx",
    to_word=lambda report, _: to_opinions(report),
)
