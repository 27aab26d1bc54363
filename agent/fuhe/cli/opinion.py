"""fuhe opinion: 复核意见 for every form."""

from fuhe.cli import drafted
from fuhe.outputs.word.papers import to_opinions

command = drafted.verb(
    "opinion",
    "opinion",
    "为每张表起草复核意见；写成 Word 时每个单位一份，附修改清单，时限和发文单位留空。",
    "text",
    "json",
    "docx",
    to_word=lambda report, _, office: to_opinions(report, heading=office),
)
