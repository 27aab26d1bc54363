"""A target or an actual that is no plain figure: what kind of statement it is, and by what it can be checked."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.policy import words
from fuhe.readings.content_words import tagged
from fuhe.readings.name_words import without_figure
from fuhe.readings.phrase_parts import RoleWord, cut, ends_in_adjective, folded
from fuhe.readings.template_prompt import is_prompt
from fuhe.text import bare

Kind = Literal[
    "grade", "ranks", "degree", "change", "done", "holds", "deadline", "standard", "list", "prompt", "nothing", "fact", "unread"
]  # fmt: skip
Grade = Literal["met", "part", "unmet"]
Side = Literal["target", "actual"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase says; `checkable` is None where that cannot be told; `span` lies in the text as it was folded."""

    text: str
    kind: Kind
    checkable: bool | None = None
    by: str = ""
    says: str = ""
    span: tuple[int, int] = (0, 0)
    grade: Grade | None = None
    why: str = ""


@dataclass(frozen=True)
class _PhraseClause:
    """One clause: its words, their letters as one string, the name beside it and its letters, the side it stands on."""

    words: tuple[RoleWord, ...]
    name: str
    side: Side

    @functools.cached_property
    def roles(self) -> str:
        return "".join(word.role for word in self.words)

    @functools.cached_property
    def core(self) -> str:
        """The letters without particles."""
        return self.roles.replace("p", "")

    @functools.cached_property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @functools.cached_property
    def name_roles(self) -> str:
        return "".join(word.role for word in cut(self.name))

    def holds(self, letters: str) -> bool:
        """Tell whether a word of one of these parts stands in the clause."""
        return any(letter in self.roles for letter in letters)

    def things(self) -> str:
        """Return the words no list knows: what the clause is about."""
        return "".join(word.text for word in self.words if word.role == "o")


_Found = tuple[Kind, bool | None, str] | None
"""A kind, whether it can be checked, and by what."""
_Reader = Callable[[_PhraseClause], _Found]

_BREAK = re.compile(r"[,，。;；!！?？\n()（）\[\]、:：\"“”]+")
_NO_FIGURE = re.compile(
    r"20\d\d年?度?(?!\d|[./-])|〔\d{4}〕\d{0,5}号?|(?<!\d)\d{1,5}号(?:文|令)?|(?<!\d)1\d{4}(?!\d)|(?<!\d)\d{1,3}小时(?=政务|自助|服务|值班|不间断|在线|待命)"
)
_DATED = re.compile(r"\d(?:[日号月]|个?工作日|小时)(?:之?前|以前|以?内|底)$")
_PARTS_OF_WHOLE = re.compile(
    r"百分之|[一二三四五六七八九十]分之|[一二三四五六七八九]成(?![为立果员熟功本就长效])|翻[一两]?番"
)
_NUMERAL = r"[一二两三四五六七八九十百千万半几]{1,6}[余多]?"
_MEASURE = "[个次场期届轮遍项处件户家所人名年月日天周倍档级]"
_COUNT_AT_END = re.compile(
    rf"(?<![第统唯]){_NUMERAL}{_MEASURE}(?:等级|档次|台阶|百分点)?(?:以上|以内|以下|左右|及以上)?$"
)
_COUNT_AFTER = re.compile(
    rf"(?:每[站家户人名个次年月周日天季]?(?:度|学期)?|共|累计|新增|完成|达到?|开展|组织|举办){_NUMERAL}{_MEASURE}(?!性|体|系)"
)
_EACH = re.compile(r"^(?:([件事户村人处校家])\1[有均都].{1,4})$|应(.)尽\2|应(.)[必就全]\3|([日周月])\w\4\w")
_PLACE = re.compile(r"第[一二三四五六七八九十]{1,3}(?:名|位|等|档|梯队|方阵)?$")
_ORDINAL = r"(?:[一二三四五六七八九十]{1,3}|[ivx]{1,4}|[甲乙丙丁]|[a-e])"
_LEVEL = re.compile(
    rf"(?:{_ORDINAL}[级类等档星][a-e]?){{1,2}}(?P<end>[馆站所院校]|标准|水平|水质|等级|资质)?(?P<or>及?以上|以内)?$"
)
_NAMES_TIME = re.compile("[日天月季年周]|学期|限|同步|提前|计划")
_FEW = re.compile(rf"(?:多|若干|数|好几|几)(?:{_MEASURE}|[篇份本条件台套部幅批张])")
_LEFT_OPEN = re.compile(r"(?:按照?|根据|依据?|以|视)(?:实际(?!\w{0,12}\d)|需(?!求书)|情况)")
_LETTERED = re.compile(r"^(?:评为)?[a-e]{1,3}[+-]?(?P<or>及?以上)?$")


@functools.lru_cache(maxsize=1 << 13)
def phrase(text: str | None, name: str | None = None, side: Side = "target") -> Phrase:
    """Read a phrase together with the name of its indicator; never fails: what is not understood is `unread`."""
    plain = folded(text)
    if not bare(plain):
        return Phrase(plain, "nothing", why="没有内容")
    if is_prompt(plain):
        return Phrase(plain, "prompt", False, why="填表提示语")
    if lists_ranks(plain):
        return Phrase(plain, "ranks", side == "target", "等次", plain, (0, len(plain)), why="列出的等次")
    return _weigh(plain, [_read(part, at, folded(name), side) for part, at in clauses(plain)])


def lists_ranks(text: str | None) -> bool:
    """Tell whether a phrase lists ranks to pick from (好/一般/差, 优良中差, 是否) and picks none."""
    plain = folded(text)
    if bare(plain) in words("phrases", "answers"):
        return True
    parts = [bare(part) for part in re.split(r"[/、或\\|;；,，-]", plain) if bare(part)]
    return len(parts) > 1 and all(is_rank(part) for part in parts) and any(_is_judged(part) for part in parts)


def _is_judged(part: str) -> bool:
    """Tell a rank (一般, 合格, 较差) from mere praise: 优质、高效 is no list to pick from."""
    return cut(part)[0].role in "RMUY"


def is_rank(text: str | None) -> bool:
    """Tell whether a phrase is one word that can stand in a list of ranks (好, 较差, 合格, 显著)."""
    found = cut(bare(folded(text)))
    return len(found) == 1 and found[0].role in "RMUYsvVd"


def clauses(text: str) -> Iterator[tuple[str, int]]:
    """Yield the clauses of a folded text, each with where it starts."""
    at = 0
    for gap in _BREAK.finditer(text):
        if bare(text[at : gap.start()]):
            yield text[at : gap.start()], at
        at = gap.end()
    if bare(text[at:]):
        yield text[at:], at


def _read(text: str, at: int, name: str, side: Side) -> Phrase:
    clause = _PhraseClause(cut(text), name, side)
    for reader in _READERS:
        if found := reader(clause):
            kind, checkable, by = found
            why = f"{by or kind}：{'·'.join(f'{word.text}/{word.role}' for word in clause.words)}"
            says = text if checkable else ""
            return Phrase(text, kind, checkable, by, says, (at, at + len(text)), _grade_of(clause, kind), why)
    return Phrase(text, "unread", span=(at, at + len(text)), why=f"没有读懂：{text}")


def _weigh(text: str, parts: list[Phrase]) -> Phrase:
    """Let a clause decide that can be checked; else one that cannot; else nothing is known."""
    if not parts:
        return Phrase(text, "unread", why="没有读懂")
    order = {True: 0, False: 1, None: 2}
    best = min(parts, key=lambda part: (order[part.checkable], part.kind == "unread"))
    graded = best.grade if all(part is best or part.checkable is False for part in parts) else None
    return Phrase(text, best.kind, best.checkable, best.by, best.says, best.span, graded, best.why)


# --- the readers of a clause, in the order in which they are asked -------------------------------------------------


def _open(clause: _PhraseClause) -> _Found:
    """Recognise a target left open: 按实际发生, 按需, 以实际为准, 视情况而定."""
    return ("degree", False, "") if clause.side == "target" and _LEFT_OPEN.match(clause.text) else None


def _bare_pace(clause: _PhraseClause) -> _Found:
    """Recognise a bare 及时, 按时, 按进度: by when stands nowhere, and nothing is said to be done."""
    bare_pace = re.fullmatch(r"[dae]*t+e*", clause.core) and not _NAMES_TIME.search(clause.text)
    return ("deadline", False, "") if bare_pace else None


def _few(clause: _PhraseClause) -> _Found:
    """Recognise 多篇, 若干期: how many is left open."""
    return ("degree", False, "") if _FEW.fullmatch(clause.text) else None


def _figure(clause: _PhraseClause) -> _Found:
    text = _NO_FIGURE.sub("", clause.text)
    if any(char.isdigit() and char.isascii() for char in text) or _PARTS_OF_WHOLE.search(text):
        return ("deadline", True, "期限") if _DATED.search(text) else ("fact", True, "数")
    if _COUNT_AT_END.search(text) or _COUNT_AFTER.search(text):
        return None if _LEVEL.search(text) else ("fact", True, "数")
    return None


def _level(clause: _PhraseClause) -> _Found:
    """Recognise 一级A, 三级甲等, Ⅱ类以上, 绿色等级, 优秀等次, 市级示范, 国家级: a place on a scale."""
    rank = cut(clause.text.removesuffix("以上").rstrip("及或")) if clause.text.endswith("以上") else ()
    if len(rank) == 1 and rank[0].role in "RMsP":
        return "grade", True, "起点等次"
    if found := _LEVEL.search(clause.text) or _LETTERED.search(clause.text):
        return "grade", True, "起点等次" if found["or"] else "等次"
    if _PLACE.search(clause.text):
        return "grade", True, "等次"
    core = clause.core.rstrip("N")
    if re.search(r"O[^mscd]*(?:[HPRz]$|[HPR]o$|P)|jO[sRMvV]$", core) or (
        re.match(r"[^dlcfms]*[rO]", core) and (core[-1] == "H" or clause.text[-1:] in "奖证章")
    ):
        return "grade", True, "等次"
    if re.fullmatch(r"[akhrMmo]*[RCMsU]S+", core) and not re.search(r"sS", core):
        return "grade", True, "等次"
    if re.search(r"(?:P[oZN]{0,2}|^o?[krm]?[PH]*)[PH]$", core) and not clause.holds("dc"):
        return "grade", True, "等次"
    return None


def _official(clause: _PhraseClause) -> _Found:
    """Recognise 达成年度指标, 部分达成…并具有一定效果, 基本完成, 达到预期效果, 是, 全部合格: answers on an official scale."""
    core = clause.core
    if re.fullmatch(r"[abn]*[kK]+[gG]*[Ge](?:[mk]?d*e*[sUvV]*)?", core) and clause.holds("gG"):
        return "grade", True, "完成等次"
    if re.fullmatch(r"[abn]*K", core):
        return "grade", True, "完成等次"
    if re.fullmatch(r"[abn]*k+", core):
        return "done", True, "是否完成"
    if re.fullmatch(r"Y|n", core):
        return "grade", True, "是否"
    if re.fullmatch(r"[adtbojzeGgxkDBZN]*[MU]+[aG]*", core) and not re.search(r"d[MU]", core):
        return "grade", True, "是否合格"
    if re.fullmatch(r"[akmb]*R+", core) or (re.fullmatch(r"[akmbd]*[sR]+", core) and asks_for_rank(clause.name)):
        return "grade", True, "等次"
    return None


def asks_for_rank(name: str) -> bool:
    """Tell whether a name asks for a place on a scale: 考核等次, 保教质量评估等级, 年度考评结果."""
    last = cut(folded(name))[-3:]
    return any(word.role in "Sj" for word in last)


def _event(clause: _PhraseClause) -> _Found:
    """Recognise 无安全事故, 未发生疫情, 事故零发生, 应保尽保, 件件有回音: it holds or it does not."""
    if _EACH.search(clause.text):
        return "holds", True, "有无"
    core = clause.core
    if re.fullmatch(r"[^dlcfmsn]*n[cf]+", core):
        return "holds", True, "不升不降"
    if re.search(r"n[ab]*[DBk]", core):
        return "done", True, "是否完成"
    if re.fullmatch(r"[^dlcfmsn]*(?:nh?d*[^dlcfmsn]+)+", core) or "nh" in core:
        return "holds", True, "有无"
    return None


def _comparison(clause: _PhraseClause) -> _Found:
    """Recognise 较上年下降, 优于全省平均水平, 不超过合同价: something else is named to compare with."""
    core = clause.core
    named = "y" in core or (re.search(r"q[aP]*[oZNzP]", core) and not clause.holds("s"))
    if not named and not (re.search(r"y$", clause.name_roles.rstrip("p")) and re.search(r"[cfn]", core)):
        return None
    if clause.side == "actual" and re.search(r"d(?=[cfm])", core) and "q" not in core:
        return "change", False, ""
    return "standard", True, "可比的基数"


def _deadline(clause: _PhraseClause) -> _Found:
    """Recognise 按期完成, 春节前发放, 受理后二十日内, 每日清运: a time against which it can be held."""
    core = clause.core
    if re.search(r"F[oDBz]", core) and not clause.holds("msdc"):
        return "deadline", True, "频次"
    if "t" in core and not re.search(r"t+[dl]*[mcs]|^[mcf]", core):
        return "deadline", True, "期限"
    if re.search(r"[oGgzZykDBaeP]w[oGgzkDBMa]*$", core) and not re.search(r"[esx]w$", core):
        return "deadline", True, "期限"
    return None


def _standard(clause: _PhraseClause) -> _Found:
    """Recognise 符合国家验收规范, 通过竣工验收, 按合同执行; 符合相关规定 names no standard."""
    core = clause.core
    starts = re.match(r"[ad]*[rkMq]", core) is not None
    if not starts and not re.search(r"z[kM]?$|Z[kM]$", core):
        return None
    if re.match(r"[dl]*[mcf]", core):
        return None
    if re.fullmatch(r"a*M[^cmfsdlx]*[oe]", core):
        return "standard", True, "标准"
    last = max(core.rfind(letter) for letter in ("zZNV" if starts else "zZN"))
    if last < 0 or re.search(r"[mcsx]", core[last:]):
        return None
    if "z" in core or "Z" in core or _is_named(clause):
        return "standard", True, "标准"
    if clause.side == "actual" and len(clause.things()) > 1:
        return None
    return "standard", False if clause.side == "target" else None, ""


def _is_named(clause: _PhraseClause) -> bool:
    """Tell whether a norm has a name of its own: 环保要求, 三级规范; 上级有关文件规定 has none."""
    before = clause.words[: max(i for i, word in enumerate(clause.words) if word.role in "NV")]
    return any(word.role in "oPv" for word in before)


def _endpoint(clause: _PhraseClause) -> _Found:
    """Recognise 降低至国家限值以下, 增加到所有背街小巷: a change with an end that is more than a word of degree."""
    found = re.search(r"[cfm](p)(?=[^p])", clause.roles)
    if not found:
        return None
    end = clause.words[found.start(1)]
    rest = clause.words[found.end(1) :]
    ends = end.text in ("至", "到", "为") and any(word.role in "oPZNzy" and len(word.text) > 1 for word in rest)
    return ("standard", True, "终点") if ends and not any(word.role in "sx" for word in rest) else None


def _deed(clause: _PhraseClause) -> _Found:
    """Recognise 印发实施方案, 管网改造完成, 已投入使用: something done, that leaves something to look at."""
    core = clause.core
    if re.match(r"[adlbt]*(?:[mf]|c(?!D))", core) or not clause.holds("DBk"):
        return None
    if re.search(r"b[DB]", core) and not clause.holds("msc"):
        return "done", True, "是否完成"
    if _tells_how(clause):
        return None
    thing = len(clause.things()) > 1 or clause.holds("NZzy")
    if re.search(r"[DB][^DB]*[sdvV][^DB]*$|[vV][DB]|dB|k[dl]*[cfm]", core) and "a" not in core:
        return None
    if clause.holds("DB") and (thing or (clause.holds("D") and not clause.holds("slmcxd"))):
        if clause.holds("sm") and not clause.holds("a") and not clause.holds("D"):
            return None
        return "done", True, "成果"
    if clause.holds("ak") and clause.holds("DBk") and not clause.holds("slmxcd"):
        return "done", True, "是否完成"
    if "k" in core and thing and not clause.holds("smd"):
        return "done", True, "是否完成"
    return None


def _paper(clause: _PhraseClause) -> _Found:
    """Recognise 取得消防验收意见书, 形成年度分析报告: what is got or made is a paper somebody can be shown."""
    gets = next((at for at, word in enumerate(clause.words) if word.role == "O"), None)
    if gets is None or clause.holds("scf"):
        return None
    papers = (*words("phrases", "papers"), *words("deliverables", "things"))
    got = [word for word in clause.words[gets + 1 :] if without_figure(word.text)[0].endswith(papers)]
    asked = not clause.words[gets + 1 :] and clause.name.endswith(papers)
    return ("done", True, "文书") if got or asked else None


def _tells_how(clause: _PhraseClause) -> bool:
    """Tell whether a deed is only the means or is only praised: 以数字化赋能…, 接待周到细致."""
    if clause.words[0].text in ("以", "为", "让", "使"):
        return True
    return clause.roles[-1] == "o" and "a" not in clause.core and ends_in_adjective(clause.text)


def _result(clause: _PhraseClause) -> _Found:
    """Recognise 已报省厅, 隐患已全部整改, 汇交至省级库: a deed no list names, told as done or by where it ended."""
    if clause.holds("dlcfmsxbR"):
        return None
    ended = re.search(r"o(?P<to>p)[oPZD]", clause.roles)
    if re.search(r"a+o", clause.core) or (ended and clause.words[ended.start("to")].text in ("至", "到")):
        return "done", True, "是否完成"
    return None


def _sound(clause: _PhraseClause) -> _Found:
    """Recognise 运行正常, 资料完整: it may hold or not, but nobody says by what; an answer only where the name asks it."""
    if not clause.holds("vV") or clause.holds("dlcfms"):
        return None
    asked = any(word.text[:2] in clause.name for word in clause.words if word.role in "vV")
    return "degree", False if clause.side == "actual" and not asked else None, ""


def _vague(clause: _PhraseClause) -> _Found:
    """Recognise what has nothing but degree, change, state and intent to show."""
    if clause.holds("cfmO"):
        return "change", False, ""
    if clause.holds("dlsexbR") or ends_in_adjective(clause.text):
        return "degree", False, ""
    return None


def _intent(clause: _PhraseClause) -> _Found:
    """Recognise a bare 建立, 开展: as a target it may be checked, as an actual it says only what was meant to be done."""
    if not re.fullmatch(r"[B]+x*", clause.core):
        return None
    return "done", None if clause.side == "target" else False, ""


def _no_thing(clause: _PhraseClause) -> _Found:
    """Recognise 树牢, 高涨, 可复制可推广: a target of verbs and adjectives alone names nothing to look at."""
    tags = {tag[:1] for _, tag in tagged(clause.text)} if clause.side == "target" else set()
    return ("degree", False, NAMES_NOTHING) if tags & _SAYS_HOW and tags <= _NO_NOUNS else None


NAMES_NOTHING = "没有所指"
_NO_NOUNS = frozenset("vadziclup")
_SAYS_HOW = frozenset("vazil")
_READERS: tuple[_Reader, ...] = (
    _open, _bare_pace, _few, _figure, _level, _official, _event, _comparison, _deadline, _standard, _endpoint, _paper, _deed, _result, _sound, _vague, _intent, _no_thing
)  # fmt: skip


def _grade_of(clause: _PhraseClause, kind: Kind) -> Grade | None:
    """Return whether the printed grade itself says met, in part or not; None where it says neither."""
    if kind not in ("grade", "done"):
        return None
    core = clause.core
    if "U" in core or re.search(r"n[ab]*[kKMDB]|b[DB]", core) or re.search(r"b.*[kKM]", core):
        return "part" if "b" in core and "n" not in core else "unmet"
    return "met" if re.fullmatch(r"[aozeGg]*(?:[kK]+[gGe]*|M+)", core) and "o" not in core else None
