"""What a narrative or a reason cell says: result figures, named deliverables, nothing at all."""

import functools
import re

from fuhe.policy import simplify, words
from fuhe.readings import reason as reason_reading
from fuhe.readings.value import parse
from fuhe.text import bare, squeeze

_CLAUSE = re.compile(r"[,，。;；！!？?\n]|(?<=[^\d])、")
_FIGURE_WITH_UNIT = re.compile(
    r"(?<![A-Za-z\d第〔\[(（“\"])\d+(?:\.\d+)?\s*(?:余|多)?(?:[%％‰]|[个台套座件次人名户家场期辆条处间所本册篇份批项种头只亩吨米里块幢栋门轮届株棵例起元万亿小时天组])"
)
_PLAIN_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*[%％‰]|\d+(?:\.\d+)?\s*(?:公里|平方|立方|千米|公顷|公斤|吨|亩)")
_MONEY = re.compile(r"\d+(?:\.\d+)?\s*(?:亿|千|百)?(?:万元|亿元|元|万(?![人户亩吨只株平公人次]))")
_TIME = re.compile(r"20\d\d\s*年|\d{1,2}\s*月|\d{1,2}\s*[日号]|\d+\s*小时(?=政务|自助|服务)")
_PROMPT = re.compile(
    r"[(（]?(?<!\d)\d{1,5}字(?:以内|左右)[)）]?$|^对照年度目标|^结合自评情况|^针对(?:项目)?自评|需说明原因|应单独说明理由"
)
_CALLED = re.compile(r"[“\"‘「『][^”\"’」』]{1,20}[”\"’」』]")


def says_nothing(reason: str | None) -> bool:
    """Tell whether a 偏差原因 cell is empty or holds only stock words (完成, 无, /, 正常 …)."""
    return reason_reading.says_nothing(reason)


def is_prompt(text: str | None) -> bool:
    """Tell whether a cell still holds the template's own instructions (…需说明原因(100字以内))."""
    return bool(_PROMPT.search(squeeze(text)))


@functools.lru_cache(maxsize=1 << 12)
def has_result_figure(text: str) -> bool:
    """Tell whether a narrative holds a figure of results: a number with a unit that is not money, a date or a name."""
    clean = _TIME.sub("", _MONEY.sub("", _CALLED.sub("", simplify(squeeze(text)))))
    return bool(_FIGURE_WITH_UNIT.search(clean) or _PLAIN_FIGURE.search(clean)) or _counts_in_words(clean)


def _counts_in_words(text: str) -> bool:
    """Recognise 三台, 二十场: counts in Chinese numerals; 一个, 一项, 一次 and the like count nothing."""
    found = re.findall(
        r"(?<![第一二三四五六七八九十])([二两三四五六七八九十百千]{1,4}[台座套场期辆间所户亩吨部件册幢栋])", text
    )
    return any(parse(word).kind == "number" for word in found)


@functools.lru_cache(maxsize=1 << 12)
def names_deliverable(text: str, *, plainly: bool = False) -> bool:
    """Tell whether a narrative names something delivered: an action word with an object of its own.

    `plainly` leaves out results that are only stated in sum (应保尽保, 全覆盖), which another text may tell otherwise.
    """
    names = ("deliverables",) if plainly else ("deliverables", "stated_results")
    return any(_clause_delivers(clause, names) for clause in _CLAUSE.split(simplify(squeeze(text))) if clause)


def _clause_delivers(clause: str, names: tuple[str, ...]) -> bool:
    for found in _deliverables(*names).finditer(clause):
        after = _object_after(clause[found.end() :])
        before = _object_before(clause[: found.start()])
        if len(after) >= 3 or len(before) >= 3:
            return True
    return False


@functools.cache
def _deliverables(*names: str) -> re.Pattern[str]:
    return re.compile("|".join(word for name in names for word in words("nature", name)))


def _object_after(rest: str) -> str:
    """Return what follows an action, less stock objects (工作, 任务, 年度目标) and words of degree."""
    return _strip(re.split(r"(?:为|以|使|让|从而|进而)", rest)[0])


def _object_before(rest: str) -> str:
    """Return what an action is done to when it stands before it (工资及时发放), less leading words of purpose."""
    subject = re.split(r"(?:为|以|使|让|确保|保障|保证|通过|用于|坚持|按照|根据|严格|充分利用|有效|对(?!象))", rest)[-1]
    return _strip(subject)


@functools.cache
def _stock() -> re.Pattern[str]:
    return re.compile(
        "|".join(
            (
                *words("nature", "generic_objects"),
                *words("phrases", "degree"),
                "了",
                "的",
                "各项",
                "本项目",
                "项目",
                "年度",
                "全年",
                "当年",
                "相关",
            )
        )
    )


def _strip(text: str) -> str:
    return bare(_stock().sub("", text))
