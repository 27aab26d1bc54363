"""Whether a phrase says something that can be checked: vague words, grades, countable results, named deliverables."""

import functools
import re

from fuhe.policy import simplify, words
from fuhe.readings import reason as reason_reading
from fuhe.readings.value import parse
from fuhe.text import ASIDE, bare, squeeze

_GRADES = ("grades", "met_grades", "part_grades", "unmet_grades")
_LIST_MARK = re.compile(r"[/、或\\|;；,，]|(?<=[^\d])-(?=[^\d])")
_CLAUSE = re.compile(r"[,，。;；！!？?\n]|(?<=[^\d])、")
_FIGURE_WITH_UNIT = re.compile(
    r"(?<![A-Za-z\d第〔\[(（“\"])\d+(?:\.\d+)?\s*(?:余|多)?(?:[%％‰]|[个台套座件次人名户家场期辆条处间所本册篇份批项种头只亩吨米里块幢栋门轮届株棵例起元万亿小时天组])"
)
_PLAIN_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*[%％‰]|\d+(?:\.\d+)?\s*(?:公里|平方|立方|千米|公顷|公斤|吨|亩)")
_MONEY = re.compile(r"\d+(?:\.\d+)?\s*(?:亿|千|百)?(?:万元|亿元|元|万(?![人户亩吨只株平公人次]))")
_TIME = re.compile(r"20\d\d\s*年|\d{1,2}\s*月|\d{1,2}\s*[日号]|\d+\s*小时(?=政务|自助|服务)")
_PROMPT = re.compile(
    r"[(（]?\d+字(?:以内|左右)[)）]?$|^对照年度目标|^结合自评情况|^针对(?:项目)?自评|需说明原因|应单独说明理由"
)
_HAPPENED_OR_NOT = re.compile(
    r"(?:无|零|未发生|不发生|未出现|没有|杜绝|全覆盖|全部)|(?:均|已|全部)*[按如在于].{0,12}(?:完成|到位|发放|支付|拨付|开展|实施)$"
)
_DONE_OR_NOT = re.compile(
    r"应(.)尽\1$|^(?:(?P<each>[件事户村人])(?P=each)有.{2,3})+$|^(?:均|已|全部)*(?:印发|出台).{0,20}$|(?:印发|出台)$|^按计划(?:进行|推进|执行)?$"
    r"|^(?:一次性|均|已|全部|全面)*(?:通过|达标)$|^(?:已?经|已?获|已?报).{2,12}(?:批复|批准|核准|备案|同意)$"
    r"|^(?:按.)?足额.{2,6}$|^每(?:[日天周月季年]|季度|半年).{0,6}[次期轮遍]$|^[国省市]家?级$"
    r"|^.{2,8}[前内后](?:完成|到位|发放|支付|拨付|付清|开展|实施|投用|开放)$"
)
_HELD_TO = re.compile(r"(?:均|已|全部|全面)*(?:达到?|符合|通过|满足)了?(?P<what>.{2,})")
_GRADE_ALONE = re.compile(
    r"(?:国标|部标|等保|国家|[省市县区州]|提升|提高|升格|降低|达|评定|评)?[至到为]?(?:(?:[一二三四五六七iv甲乙丙丁]+|[a-e]+)[级类等]){1,2}[a-e]?(?:[馆站所院]|标准|水平)?"
)
_RANK_GIVEN = re.compile(
    r"(?:评定?|考核|评价|列)?[为入]?(?:优秀|优良|良好|合格|达标|称职|先进|绿色?|蓝色?|黄色?|橙色?|红色?|第?[一二三四五六七])"
    r"(?:等级|等次|档次?|级别|区间|区域|方阵|梯队)"
    r"|(?:国家|[省市县区州])级(?:示范|先进|文明|标准|规范|达标|特色|优质)化?(?:[园校院馆站所村]|单位|学校)?"
)
_GRADE = re.compile(r"(?:[一二三四五六七iv甲乙丙丁a-e]+[级类等]|[国省市]家?级)[a-e]?(?:以上|标准|水平)?$")
_STANDS_FOR = re.compile(rf"[iv]+类|[甲乙丙]级|限值|{_GRADE.pattern}")
_COUNTED = re.compile(r"[一二两三四五六七八九十百千半][个级档成倍次项]")
_CALLED = re.compile(r"[“\"‘「『][^”\"’」』]{1,20}[”\"’」』]")


@functools.lru_cache(maxsize=1 << 13)
def is_grade(text: str) -> bool:
    """Tell whether a phrase is a grade that can be given (达成年度指标, 是, 合格) or a list of ranks (好/一般/差)."""
    plain = bare(simplify(text))
    return any(plain in _bared(name) for name in _GRADES) or is_rank_list(text)


@functools.lru_cache(maxsize=1 << 13)
def is_rank_list(text: str) -> bool:
    """Tell whether a phrase lists ranks to pick from, with or without separators (好/一般/差, 好坏, 是否)."""
    parts = [bare(part) for part in _LIST_MARK.split(simplify(squeeze(text))) if bare(part)]
    if len(parts) > 1 and all(part in _bared("ranks") for part in parts):
        return True
    return bare(simplify(text)) in ("好坏", "是否", "优良中差", "好中差", "有无", "高中低")


def is_rank(text: str) -> bool:
    """Tell whether a phrase is one rank out of a list (好, 较差)."""
    return bare(simplify(text)) in _bared("ranks")


def is_settled(text: str) -> bool:
    """Tell whether a phrase only holds or does not hold (无安全事故, 按合同约定时间完成): repeating it answers it."""
    plain = bare(simplify(ASIDE.sub("", text)))
    return bool(_HAPPENED_OR_NOT.match(plain) or _DONE_OR_NOT.search(plain)) or _meets_a_standard(plain)


def _meets_a_standard(plain: str) -> bool:
    """Recognise 一级馆, 绿色等级, 达到一级A标准, 通过竣工验收: a grade, or a standard with a name; 符合相关文件要求 names none."""
    if _GRADE_ALONE.fullmatch(plain) or _RANK_GIVEN.fullmatch(plain):
        return True
    found = _HELD_TO.match(plain)
    if not found or _GRADE.search(found["what"]):
        return bool(found)
    if not found["what"].endswith(words("phrases", "standards")):
        return False
    return len(_any_of("unnamed", "degree", "state").sub("", found["what"])) > 1


@functools.cache
def _bared(name: str) -> frozenset[str]:
    return frozenset(bare(word) for word in words("phrases", name))


@functools.lru_cache(maxsize=1 << 13)
def is_vague(text: str) -> bool:
    """Tell whether a qualitative phrase gives neither figure nor grade nor anything else to check it by."""
    plain = bare(simplify(ASIDE.sub("", text)))
    if not plain or any(char.isdigit() for char in plain) or is_grade(text):
        return False
    if _has_only_degree(plain):
        return True
    if _STANDS_FOR.search(plain) or _aims_at_something(plain):
        return False
    claims = _claims_change(plain) or (_only_aims(plain) and not names_deliverable(text))
    return claims and not any(word in plain for word in words("phrases", "checkable"))


def _only_aims(plain: str) -> bool:
    """Recognise 促进农民增收, 进一步改善人居环境: a short sentence of intent."""
    if len(plain) > 16 or _COUNTED.search(plain):
        return False
    return bool(re.match(rf"(?:{_joined('degree')})*(?:{_joined('aims')})", plain))


def _aims_at_something(plain: str) -> bool:
    """Recognise 降低至国家限值以下, 增加到全部背街小巷: an end point that is more than words of degree and state."""
    found = re.search(rf"(?:{_joined('aims')})[至到](?P<end>.{{2,}})$", plain)
    return found is not None and len(_any_of("degree", "change", "state", "filler").sub("", found["end"])) > 1


def is_only_degree(text: str) -> bool:
    """Tell whether a phrase consists of nothing but words of degree, change and state."""
    return _has_only_degree(bare(simplify(ASIDE.sub("", text))))


def _has_only_degree(plain: str) -> bool:
    """Strip words of degree, change, state and padding: a vague phrase has nothing left."""
    rest = _any_of("degree", "change", "state", "filler").sub("", plain)
    return not rest and bool(_any_of("degree", "change", "state").search(plain))


def _claims_change(plain: str) -> bool:
    """Recognise 养老服务提升, 群众生活明显改善: a change of something, by how much nobody says."""
    ends = re.search(rf"(?:{_joined('change')})(?:{_joined('filler')})*$", plain)
    graded = re.search(rf"(?:{_joined('degree')})(?:地)?(?:{_joined('change')})", plain)
    return len(plain) <= 30 and bool(ends or graded)


@functools.cache
def _joined(*names: str) -> str:
    return "|".join(
        sorted({re.escape(word) for name in names for word in words("phrases", name)}, key=len, reverse=True)
    )


@functools.cache
def _any_of(*names: str) -> re.Pattern[str]:
    return re.compile(_joined(*names))


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
