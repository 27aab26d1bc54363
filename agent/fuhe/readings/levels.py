"""What a printed heading of an indicator level says: its class 产出 效益 满意度 成本, its second-level class, its points."""

import functools
import re

from fuhe.policy import simplify
from fuhe.text import squeeze

_ASIDE = re.compile(r"[(\[【〔（][^()\[\]【】〔〕（）]*[)\]】〕）]")
_MARKS = "★☆*＊#:：.。、/\\|■□☑√- "
_POINTS = re.compile(r"[(（]?\s*(\d+(?:\.\d+)?)\s*分\s*[)）]?")


@functools.lru_cache(maxsize=1 << 14)
def label(text: str) -> str:
    """Return a heading's bare wording: no asides in brackets, no marks, no spaces, simplified characters."""
    return simplify(_ASIDE.sub("", squeeze(text))).strip(_MARKS)


@functools.lru_cache(maxsize=1 << 12)
def class_of(level: str | None) -> str | None:
    """Return 产出, 效益, 满意度 or 成本 for a first-level wording such as 产出指标(50分), else None."""
    return _first_match(level, _CLASSES)


@functools.lru_cache(maxsize=1 << 12)
def subclass_of(level: str | None) -> str | None:
    """Return 数量 质量 时效 成本 / 经济效益 社会效益 生态效益 可持续影响 / 满意度 / 经济成本 … for a second level."""
    return _first_match(level, _SUBCLASSES)


def _first_match(level: str | None, patterns: tuple[tuple[str, str], ...]) -> str | None:
    wording = label(level or "").removesuffix("指标")
    return next((meaning for pattern, meaning in patterns if re.fullmatch(pattern, wording)), None)


_CLASSES = (
    (r"(项目)?(产出|完成)", "产出"),
    (r"(项目)?(效益|效果)", "效益"),
    (r".{0,8}满意(度|率|程度)?", "满意度"),
    (r"(项目)?成本", "成本"),
)

_SUBCLASSES = (
    (r"(产出|项目)?数量", "数量"),
    (r"(产出|项目)?质量", "质量"),
    (r"(产出|项目)?(时效|进度)", "时效"),
    (r"(产出|项目)?成本", "成本"),
    (r"经济成本", "经济成本"),
    (r"社会成本", "社会成本"),
    (r"(生态)?环境成本|生态成本", "生态环境成本"),
    (r"(项目)?经济(效益|效果|影响)?", "经济效益"),
    (r"(项目)?社会(效益|效果|影响)?", "社会效益"),
    (r"(项目)?(生态|环境|生态环境)(效益|效果|影响)?", "生态效益"),
    (r"(项目)?可持续(性|发展)?(影响|效益|效果)?(力)?", "可持续影响"),
    (r".{0,8}满意(度|率|程度)?", "满意度"),
)

PARENT = {
    "数量": "产出",
    "质量": "产出",
    "时效": "产出",
    "成本": "产出",
    "经济效益": "效益",
    "社会效益": "效益",
    "生态效益": "效益",
    "可持续影响": "效益",
    "满意度": "满意度",
    "经济成本": "成本",
    "社会成本": "成本",
    "生态环境成本": "成本",
}


def points_of(level: str | None) -> str | None:
    """Return the points printed in a heading such as 产出指标(50分), as printed, else None."""
    found = _POINTS.search(squeeze(level))
    return found[1] if found else None
