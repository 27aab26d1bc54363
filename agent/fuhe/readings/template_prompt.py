"""What a template prints for the person who fills it in, left standing in a cell."""

import re

from fuhe.text import squeeze

_PROMPT = re.compile(
    r"[(（]?(?<!\d)\d{1,5}字(?:以内|左右)[)）]?$|^对照年度目标|^结合自评情况|^针对(?:项目)?自评|需说明原因|应单独说明理由"
)


def is_prompt(text: str | None) -> bool:
    """Tell whether a cell still holds the template's own instructions (…需说明原因(100字以内))."""
    return bool(_PROMPT.search(squeeze(text)))
