"""What may be done with a model's sentence: into a file, shown apart with its foreign words marked, or withheld."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.drafting.known_words import FOREIGN, GAP, MARK, OF_FORM, CutWord, FormWords, clauses, cut, folded, is_done
from fuhe.drafting.proposal import BLANK, SLOT
from fuhe.policy import words
from fuhe.readings.content_words import tagged
from fuhe.readings.wordlists import finds, listed

Kind = Literal["reason", "indicator", "opinion"]
Verdict = Literal["inserted", "apart", "withheld"]

_NAME_TAGS = ("nr", "ns", "nt", "nz")
_NOT_PLAIN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_QUOTED = re.compile('[“"「]([^“”"「」]+)[”"」]')
_SHARED = 8
_ACTS = ("act", "check")
_THINGS = ("thing", "role", "record", "place", OF_FORM, "measure", "money")
_TIME = "年月季旬周期"
_STAND_FOR_ACTS = (GAP, "使", "为", "以")


@dataclass(frozen=True)
class Doubt:
    """Words the check cannot vouch for, as they stand in the sentence, and why."""

    text: str
    start: int
    why: str


@dataclass(frozen=True)
class CheckedSentence:
    """A sentence as it was checked: what may be done with it, its foreign words, and what else speaks against it."""

    text: str
    verdict: Verdict
    foreign: tuple[Doubt, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def why(self) -> tuple[str, ...]:
        """Everything that keeps the sentence out of a file, in words."""
        return (*self.refused, *(f"“{doubt.text}”{doubt.why}" for doubt in self.foreign))


@dataclass(frozen=True)
class _Sentence:
    """One sentence under check: folded text, its pieces and clauses, and what it is held against."""

    text: str
    pieces: tuple[CutWord, ...]
    form: FormWords
    kind: Kind

    @property
    def clauses(self) -> list[tuple[CutWord, ...]]:
        return list(clauses(self.pieces))


def check(
    template: str, form: FormWords, kind: Kind = "reason", *, money: bool = False, prompt: str = ""
) -> CheckedSentence:
    """Check the words a model wrote between slots and blanks; `prompt` is what it was shown besides the form."""
    bare = SLOT.sub(GAP, BLANK.sub(GAP, template))
    if _NOT_PLAIN.search(bare) or re.search(r"[{}\[\]<>]", bare):
        return CheckedSentence(template, "withheld", refused=("含有不可见字符或多余的括号",))
    text = folded(_formula(bare) if kind == "indicator" else bare)
    sentence = _Sentence(text, cut(text, form, also=_also(kind, money=money)), form, kind)
    refused = tuple(dict.fromkeys(reason for refuse in _REFUSALS for reason in refuse(sentence)))
    doubts = [doubt for doubting in _DOUBTS for doubt in doubting(sentence)]
    doubts += _copied(sentence, folded(prompt))
    foreign = tuple(
        {doubt.start: doubt for doubt in reversed(doubts)}[start] for start in sorted({d.start for d in doubts})
    )
    return CheckedSentence(template, "withheld" if refused else "apart" if foreign else "inserted", foreign, refused)


def _also(kind: Kind, *, money: bool) -> frozenset[str]:
    return frozenset(name for name, is_known in (("money", money), ("remark", kind == "opinion")) if is_known)


def _formula(text: str) -> str:
    """Leave the signs of a formula out: ÷, ×100%, brackets."""
    text = re.sub(r"[×xX*]\s*100\s*[%％]", "，", unicodedata.normalize("NFKC", text))
    return re.sub(r"[÷/×+＋－\-—=]", "，", text)


# ---- foreign words: the sentence may be shown, marked --------------------------------------------------------------


def _foreign(said: _Sentence) -> Iterator[Doubt]:
    for piece in said.pieces:
        if piece.kind == FOREIGN:
            numeral = any(char.isnumeric() for char in piece.text)
            yield Doubt(
                piece.text, piece.start, "是数量，数字只能用给出的代号" if numeral else "不是表内的话，也不是常用词"
            )


def _quoted(said: _Sentence) -> Iterator[Doubt]:
    """What stands in quotation marks is one known word, or the form's own, character for character."""
    for found in _QUOTED.finditer(said.text):
        one = any(piece.text == found[1] and piece.kind != FOREIGN for piece in said.pieces)
        if not one and not said.form.holds(found[1]):
            yield Doubt(found[1], found.start(1), "不是表内原文")


def _named(said: _Sentence) -> Iterator[Doubt]:
    """Names of persons, places and bodies, even where each half of them is a plain word."""
    at = 0
    for word, tag in tagged(said.text):
        whole = any(piece.start <= at and at + len(word) <= piece.end for piece in said.pieces)
        if tag[:2] in _NAME_TAGS and len(word) > 1 and not whole and not said.form.holds(word):
            yield Doubt(word, at, "像是名称，表内没有")
        at += len(word)


def _loose(said: _Sentence) -> Iterator[Doubt]:
    """Single characters of grammar side by side, which may be a word nobody knows (向前); 并对, 再按 and the like are two."""
    firsts, seconds = words("drafting", "first_singles"), words("drafting", "second_singles")
    for one, two in zip(said.pieces, said.pieces[1:], strict=False):
        both = one.kind == two.kind == "link" and len(one.text) == len(two.text) == 1
        if both and (one.text not in firsts or two.text not in seconds):
            yield Doubt(one.text + two.text, one.start, "不成词")


def _basis(said: _Sentence) -> Iterator[Doubt]:
    """按…意见, 落实…反馈, 依据…报告: a basis is the form's own, or what those served have said."""
    leads, nouns = words("drafting", "basis_leads"), words("drafting", "basis_nouns")
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            if piece.text not in leads:
                continue
            for before, here in zip(clause[at:], clause[at + 1 :], strict=False):
                if here.text in nouns and before.kind not in ("role", "record", OF_FORM):
                    yield Doubt(here.text, here.start, "是表外的依据")
                if here.text in words("drafting", "basis_signs"):
                    yield Doubt(here.text, here.start, "是表外的依据")
                if here.kind == "act" and here.text not in nouns:
                    break


def _parties(said: _Sentence) -> Iterator[Doubt]:
    """由, 请, 联系, 委托: whoever is named after them is of the form or a role."""
    leads = words("drafting", "party_leads")
    sound = ("role", OF_FORM, "quality", "manner", "remark", MARK, FOREIGN)
    for lead, named in zip(said.pieces, said.pieces[1:], strict=False):
        asks = lead.text in ("请", "由") and named.kind in ("act", "record", "thing", "check")
        if lead.text in leads and named.kind not in sound and not asks:
            yield Doubt(named.text, named.start, "不是表内的承办者")


def _decided(said: _Sentence) -> Iterator[Doubt]:
    """调整预算, 收回补助, 把指标值调低: money and targets are settled by others."""
    acts, things = words("drafting", "decides"), words("drafting", "decided")
    for clause in said.clauses:
        settled = next((p for p in clause if p.text in things or p.text.endswith(things)), None)
        if (
            settled
            and not (said.kind == "opinion" and settled.kind == "remark")
            and any(piece.text in acts for piece in clause)
        ):
            yield Doubt(settled.text, settled.start, "要由有权的人决定")


def _replaced(said: _Sentence) -> Iterator[Doubt]:
    """更换不合格教师, 改由其他企业: whoever is to go is a matter of persons."""
    acts = words("drafting", "replaces")
    for clause in said.clauses:
        at = next((at for at, piece in enumerate(clause) if piece.text in acts), len(clause))
        for piece in clause[at + 1 : at + 4]:
            if piece.kind == "role":
                yield Doubt(piece.text, piece.start, "换人要由单位决定")


def _stock(said: _Sentence) -> Iterator[Doubt]:
    """加强管理, 提高质量: a clause whose only act is to do more of it says nothing."""
    mere = words("drafting", "mere_acts")
    for clause in said.clauses if said.kind == "reason" else ():
        acts = [piece for piece in clause if piece.kind in ("act", FOREIGN)]
        vague = any(piece.text in mere for piece in acts) and clause[-1].text.endswith(words("drafting", "mere_ends"))
        if acts and (vague or all(piece.text in mere for piece in acts)):
            yield Doubt("".join(piece.text for piece in clause), clause[0].start, "是套话，请写具体做什么")


def _deadlines(said: _Sentence) -> Iterator[Doubt]:
    """年度结束前, 期末: when it will be done is for the unit to say."""
    for before, piece in zip((None, *said.pieces), said.pieces, strict=False):
        ends = piece.text.endswith(("前", "内", "之前", "底", "末")) and piece.kind in ("check", "link", OF_FORM)
        about = (before.text if before else "") + piece.text
        if (ends and any(char in _TIME for char in about) and "期满" not in about) or (
            before and before.text in ("在", "于", "本", "下", "上") and piece.text[-1:] in _TIME
        ):
            yield Doubt(piece.text, piece.start, "是期限，请用[[when]]")


def _problems(said: _Sentence) -> Iterator[Doubt]:
    """停车收费问题: a fault named after a thing is one the form has to know of."""
    faults = words("drafting", "faults")
    for before, piece in zip(said.pieces, said.pieces[1:], strict=False):
        if piece.text in faults and before.kind in ("thing", "place", "money"):
            yield Doubt(before.text + piece.text, before.start, "是表外的问题")


def _lacking(said: _Sentence) -> Iterator[Doubt]:
    """Words of want and damage: known or not, they say how things are."""
    if said.kind == "opinion":
        return
    for start, word in finds(said.text, listed("drafting", "lacks")):
        if not _is_of(said, start, word, (OF_FORM,)):
            yield Doubt(word, start, "说的是表外的情况")


def _ungoverned(said: _Sentence) -> Iterator[Doubt]:
    """已办结工单 is an attribute of what something is done to: behind 对, 将 or an act; at the head it may be an event."""
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            governed = any(p.kind in (*_ACTS, "link", "manner") for p in clause[:at])
            if piece.kind == "quality" and piece.text[0] == "已" and not governed:
                yield Doubt(piece.text, piece.start, "像是已经发生的事")


def _aimless(said: _Sentence) -> Iterator[Doubt]:
    """A clause of a measure says what is done."""
    if said.kind != "reason":
        return
    for clause in said.clauses:
        things = any(piece.kind in (*_THINGS, "quality") for piece in clause)
        done = any(
            is_done(piece) or piece.kind in (FOREIGN, "record") or piece.text in _STAND_FOR_ACTS for piece in clause
        )
        if things and not done:
            yield Doubt("".join(piece.text for piece in clause), clause[0].start, "没有说做什么")


def _copied(said: _Sentence, prompt: str) -> Iterator[Doubt]:
    """Eight characters of the prompt that are not the form's."""
    for start in range(len(said.text) - _SHARED + 1 if prompt else 0):
        run = said.text[start : start + _SHARED]
        if GAP not in run and run in prompt and run not in said.form.text:
            yield Doubt(run, start, "照抄了提示里的话")
            return


_DOUBTS: tuple[Callable[[_Sentence], Iterator[Doubt]], ...] = (
    _foreign, _quoted, _named, _loose, _basis, _parties, _decided, _replaced, _stock, _deadlines, _problems, _lacking, _ungoverned, _aimless,
)  # fmt: skip


# ---- refusals: the sentence is not shown at all --------------------------------------------------------------------


def _is_of(said: _Sentence, start: int, word: str, kinds: tuple[str, ...]) -> bool:
    """Tell whether a word lies inside one longer or equal piece of these kinds."""
    end = start + len(word)
    return any(p.kind in kinds and p.start <= start and end <= p.end for p in said.pieces)


def _accuses(said: _Sentence) -> Iterator[str]:
    for start, word in finds(said.text, listed("drafting", "charges")):
        if not _is_of(said, start, word, ("act", "thing", "record", "role", "manner", "quality", "check", "measure")):
            yield f"指责（“{word}”）"
    yield from _blames(said)
    signs = words("drafting", "charge_signs")
    for piece in said.pieces:
        if piece.kind == FOREIGN and (sign := next((sign for sign in signs if sign in piece.text), "")):
            yield f"指责（“{sign}”）"


def _blames(said: _Sentence) -> Iterator[str]:
    """Somebody and what he lacks (窗口人员态度生硬, 经办人员把关不严): said of persons, a want is blame."""
    lacks = tuple(listed("drafting", "lacks").words)
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        if text.endswith(lacks) and any(piece.kind == "role" for piece in clause):
            yield f"指责（“{text[-6:]}”）"


def _judges(said: _Sentence) -> Iterator[str]:
    key = "verdicts" if said.kind == "opinion" else "verdicts+scores"
    lists = ("verdicts",) if key == "verdicts" else ("verdicts", "scores")
    for start, word in finds(said.text, listed("drafting", *lists)):
        if not _is_of(said, start, word, ("act", "thing", "record", "measure", "check", "remark")):
            yield f"评分和结论（“{word}”）"
    for before, piece in zip((None, *said.pieces), said.pieces, strict=False):
        if piece.text in words("drafting", "consents") and (before is None or before.kind not in ("role", OF_FORM)):
            yield f"评分和结论（“{piece.text}”）"


def _orders(said: _Sentence) -> Iterator[str]:
    for start, word in finds(said.text, listed("drafting", "orders")):
        if not _is_of(said, start, word, ("act", "thing", "record", "role", OF_FORM)):
            yield f"不是写给表的话（“{word}”）"


def _explains(said: _Sentence) -> Iterator[str]:
    """A clause of cause: a word that introduces one, or a want or damage that nothing is done about."""
    for start, word in finds(said.text, listed("drafting", "causes")):
        if not _is_of(said, start, word, ("act", "thing", "record", "manner")):
            yield f"写了原因（“{word}”）"
    if any(piece.kind == FOREIGN and "因" in (piece.text[0], piece.text[-1]) for piece in said.pieces):
        yield "写了原因（“因”）"
    if said.kind == "reason":
        yield from _states(said)


def _states(said: _Sentence) -> Iterator[str]:
    lacks = listed("drafting", "lacks")
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        if text.endswith(tuple(lacks.words)) and clause[-1].kind != OF_FORM:
            yield f"写了原因（“{text[-4:]}”）"
        elif _is_event(clause):
            yield f"把没有依据的事写成了事实（“{text[-6:]}”）"


def _is_event(clause: tuple[CutWord, ...]) -> bool:
    """Tell whether a clause is a thing and what became of it (学生人数|减少) and nothing that is done."""
    changed = len(clause) > 1 and clause[0].kind in _THINGS and clause[-1].text in words("drafting", "changes")
    return changed and not any(piece.kind in ("link", "manner", *_ACTS) for piece in clause[:-1])


def _tells(said: _Sentence) -> Iterator[str]:
    """A past event: 了, 已 and their like, unless what is done or not done is only a thing's attribute (已办结工单)."""
    for start, word in finds(said.text, listed("drafting", "events")):
        if not _is_of(said, start, word, ("act", "thing", "manner", "quality", "record", "role", "remark")):
            yield f"把没有依据的事写成了事实（“{word}”）"
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            if piece.kind == "quality" and piece.text[0] in "已未" and not _is_attribute(clause, at):
                yield f"把没有依据的事写成了事实（“{piece.text}”）"


def _is_attribute(clause: tuple[CutWord, ...], at: int) -> bool:
    after = clause[at + 1 :]
    named = bool(after) and (after[0].text == "的" or after[0].kind in ("thing", "role", "record", "place", OF_FORM))
    return named and any(is_done(piece) for piece in clause)


_REFUSALS: tuple[Callable[[_Sentence], Iterator[str]], ...] = (_accuses, _judges, _orders, _explains, _tells)
