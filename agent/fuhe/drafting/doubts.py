"""What keeps a model's sentence out of a file though it may be shown apart, its words marked: one check an idea."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from fuhe.drafting.known_words import FOREIGN, GAP, MARK, OF_FORM, CutWord, classes, everyday, is_done
from fuhe.drafting.sentence import (
    ACTS,
    LONG_RUN,
    THINGS,
    Doubt,
    Sentence,
    consents,
    is_of,
    stands,
    told_events,
    verdicts,
)
from fuhe.policy import vocabulary, words
from fuhe.readings.content_words import tagged
from fuhe.readings.wordlists import finds, listed

_NAME_TAGS = ("nr", "ns", "nt", "nz")
_QUOTED = re.compile('[“"「]([^“”"「」]+)[”"」]')
_HOW_OFTEN = "逐每按一各分"
_TIME = "年月季旬周期"
_STAND_FOR_ACTS = (GAP, "使", "为", "以")


def _foreign(said: Sentence) -> Iterator[Doubt]:
    for piece in said.pieces:
        if piece.kind == FOREIGN:
            numeral = any(char.isnumeric() for char in piece.text)
            yield Doubt(
                piece.text, piece.start, "是数量，数字只能用给出的代号" if numeral else "不是表内的话，也不是常用词"
            )


def _quoted(said: Sentence) -> Iterator[Doubt]:
    """What stands in quotation marks is one known word, or the form's own, character for character."""
    for found in _QUOTED.finditer(said.text):
        one = any(piece.text == found[1] and piece.kind != FOREIGN for piece in said.pieces)
        if not one and not said.form.holds(found[1]):
            yield Doubt(found[1], found.start(1), "不是表内原文")


def _named(said: Sentence) -> Iterator[Doubt]:
    """Names of persons, places and bodies, even where each half of them is a plain word."""
    at = 0
    for word, tag in tagged(said.text):
        whole = at + len(word) <= said.piece_at(at).end
        person = tag[:2] != "nr" or word[0] in words("drafting", "surnames") or len(word) > 2
        if tag[:2] in _NAME_TAGS and len(word) > 1 and person and not whole and not said.form.holds(word):
            yield Doubt(word, at, "像是名称，表内没有")
        at += len(word)


def _loose(said: Sentence) -> Iterator[Doubt]:
    """Words of one character side by side, which may be a word nobody knows (向前); 并对, 填表, 小旗 and the like are two."""
    for one, two in pairwise(said.pieces):
        if len(one.text) == len(two.text) == 1 and FOREIGN not in (one.kind, two.kind) and not _go_together(one, two):
            yield Doubt(one.text + two.text, one.start, "不成词")
    run: list[CutWord] = []
    for piece in (*said.pieces, None):
        if piece and len(piece.text) == 1 and piece.kind in ("act", "thing", "quality"):
            run.append(piece)
            continue
        if len(run) > 2 and not _is_phrase(run):
            yield Doubt("".join(single.text for single in run), run[0].start, "不成词")
        run = []


def _is_phrase(run: list[CutWord]) -> bool:
    """Tell whether three words of one character are an act and its thing (贴红签) or a thing and what is counted (样件量)."""
    kinds = tuple(piece.kind for piece in run)
    return kinds == ("act", "quality", "thing") or (len(run) == 3 and run[-1].text in vocabulary()["tail"])


def _go_together(one: CutWord, two: CutWord) -> bool:
    if MARK in (one.kind, two.kind):
        return True
    if one.kind == two.kind == "link":
        return one.text in words("drafting", "first_singles") and two.text in words("drafting", "second_singles")
    compound = two.text in vocabulary()["tail"] or (one.kind == two.kind and one.kind in ("act", "thing"))
    attributed = (one.kind, two.kind) in {("act", "thing"), ("quality", "thing"), ("act", "quality")}
    return "link" in (one.kind, two.kind) or compound or attributed


def _bodies(said: Sentence) -> Iterator[Doubt]:
    """泉山+站, 项目+办: a name and the end of one make a body, which the form has to know."""
    for one, two in pairwise(said.pieces):
        named = one.kind in (OF_FORM, "place") or two.text == "办"
        whole = one.text + two.text
        if named and one.kind in THINGS and two.text in words("drafting", "body_ends") and not said.form.holds(whole):
            yield Doubt(whole, one.start, "像是单位，表内没有")


def _basis(said: Sentence) -> Iterator[Doubt]:
    """按…意见, 落实…反馈, 依据…报告: a basis is the form's own, or what those served have said."""
    for piece in said.pieces if said.kind != "opinion" else ():
        if "〔" in piece.text or "[" in piece.text:
            yield Doubt(piece.text, piece.start, "是文号，措施里不写")
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


def _parties(said: Sentence) -> Iterator[Doubt]:
    """由, 请, 联系, 委托: whoever is named after them, up to what he does, is of the form or a role."""
    leads = words("drafting", "party_leads")
    sound = ("role", "place", OF_FORM, "quality", "manner", "remark", MARK, FOREIGN)
    for lead, named in pairwise(said.pieces):
        asks = lead.text in ("请", "由") and named.kind in ("act", "record", "thing", "check")
        if lead.text in leads and named.kind not in sound and not asks:
            yield Doubt(named.text, named.start, "不是表内的承办者")


def _decided(said: Sentence) -> Iterator[Doubt]:
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


def _replaced(said: Sentence) -> Iterator[Doubt]:
    """更换不合格教师, 改由其他企业: whoever is to go is a matter of persons."""
    acts = words("drafting", "replaces")
    for clause in said.clauses:
        at = next((at for at, piece in enumerate(clause) if piece.text in acts), len(clause))
        for piece in clause[at + 1 : at + 4]:
            if piece.kind == "role":
                yield Doubt(piece.text, piece.start, "换人要由单位决定")


def _stock(said: Sentence) -> Iterator[Doubt]:
    """加强管理, 提高质量: a clause whose only act is to do more of it says nothing."""
    mere = words("drafting", "mere_acts")
    for clause in said.clauses if said.kind == "reason" else ():
        acts = [piece for piece in clause if piece.kind in ("act", FOREIGN)]
        vague = any(piece.text in mere for piece in acts) and clause[-1].text.endswith(words("drafting", "mere_ends"))
        if acts and (vague or all(piece.text in mere for piece in acts)):
            yield Doubt("".join(piece.text for piece in clause), clause[0].start, "是套话，请写具体做什么")


def _deadlines(said: Sentence) -> Iterator[Doubt]:
    """年度结束前, 期末: when it will be done is for the unit to say."""
    for before, piece in zip((None, *said.pieces), said.pieces, strict=False):
        ends = piece.text.endswith(("前", "内", "之前", "底", "末")) and piece.kind in ("check", "link", OF_FORM)
        about = (before.text if before else "") + piece.text
        if (ends and any(char in _TIME for char in about) and "期满" not in about) or (
            before and before.text in ("在", "于", "本", "下", "上") and piece.text[-1:] in _TIME
        ):
            yield Doubt(piece.text, piece.start, "是期限，请用[[when]]")


def _dates(said: Sentence) -> Iterator[Doubt]:
    """重阳节, 清明: a time the form does not name."""
    at = 0
    for word, tag in tagged(said.text):
        bounds = said.text[at + len(word) : at + len(word) + 1]
        whole = word + bounds if bounds and bounds in "前后" else word
        if (
            tag[:1] == "t"
            and len(word) > 1
            and word not in words("drafting", "not_dates")
            and not said.form.holds(whole)
        ):
            yield Doubt(word, at, "是期限，请用[[when]]")
        at += len(word)


def _documents(said: Sentence) -> Iterator[Doubt]:
    """县博物馆固定资产管理规定: a name of the form and more, which ends as a document's does, is one the form has to know of."""
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            if not piece.text.endswith(words("drafting", "document_ends")):
                continue
            first = at
            while first and at - first < 12 and clause[first - 1].kind in (*THINGS, "act", "quality", FOREIGN):
                first -= 1
            whole = "".join(part.text for part in clause[first : at + 1])
            named = any(part.kind in (OF_FORM, "place") and len(part.text) > 3 for part in clause[first:at])
            if named and len(whole) > LONG_RUN and not said.form.holds(whole):
                yield Doubt(whole, clause[first].start, "是表外的依据")


def _bad_states(said: Sentence) -> Iterator[Doubt]:
    """更换过期的标准物质: what is to be mended or replaced is in a bad state, which the form has to know of."""
    acts, states = words("drafting", "mends"), words("drafting", "bad_states")
    for clause in said.clauses:
        at = next((at for at, piece in enumerate(clause) if piece.text in acts), len(clause))
        for piece in clause[at + 1 :]:
            if piece.text.startswith(states) and not said.form.holds(piece.text):
                yield Doubt(piece.text, piece.start, "说的是表外的情况")


def _addressed(said: Sentence) -> Iterator[Doubt]:
    """请勿校验, 以本条为准: an indicator names and counts; whoever asks or bids speaks to a reader."""
    for at, clause in enumerate(said.clauses if said.kind == "indicator" else ()):
        for piece in clause:
            if piece.text in words("drafting", "tells_in_indicator"):
                yield Doubt(piece.text, piece.start, "不是指标的话")
        named = any(
            piece.kind in ("record", "measure", "thing", OF_FORM, FOREIGN) or piece.text == GAP for piece in clause
        )
        if at and not named:
            yield Doubt("".join(piece.text for piece in clause), clause[0].start, "不是指标的话")


def _only_if(said: Sentence) -> Iterator[Doubt]:
    """坏的停用, 迟到的由调度说明: a bad state is a case to be met, not how things are; anywhere else it is."""
    states = words("drafting", "if_states")
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            if piece.text not in states:
                continue
            rest = clause[at + 1 : at + 7]
            of = next((n for n, after in enumerate(rest[:4]) if after.text == "的"), None)
            headless = of is not None and (
                of + 1 == len(rest) or rest[of + 1].kind in ("act", "link", "manner", "check")
            )
            if not headless:
                yield Doubt(piece.text, piece.start, "说的是表外的情况")


def _asserted(said: Sentence) -> Iterator[Doubt]:
    """系逐人: what an opinion says of how things came about."""
    for one, two in pairwise(said.pieces if said.kind == "opinion" else ()):
        if one.text in words("drafting", "asserts") and two.kind == "manner":
            yield Doubt(one.text + two.text, one.start, "像是结论")


def _told_in_everyday_words(said: Sentence) -> Iterator[Doubt]:
    """What an opinion says was done, in everyday words: the form's own words do for what it says."""
    for clause in said.clauses if said.kind == "opinion" else ():
        advised = False
        for piece in clause:
            advised = advised or piece.text in words("drafting", "wanted")
            if not advised and piece.kind == "act" and len(piece.text) <= 2 and piece.text not in classes():
                yield Doubt(piece.text, piece.start, "像是结论")


def _idle(said: Sentence) -> Iterator[Doubt]:
    """An opinion ends with what is to be done or what is wrong; one that does neither judges."""
    if said.kind == "opinion" and said.clauses:
        last = said.clauses[-1]
        text = "".join(piece.text for piece in last)
        if not any(word in text for word in words("drafting", "advises")):
            yield Doubt(text, last[0].start, "像是结论")


def _praised(said: Sentence) -> Iterator[Doubt]:
    """得分准确无误, 成效突出, 不影响得分: an opinion that praises or settles a score is a verdict."""
    if said.kind != "opinion":
        return
    for start, word in finds(said.text, listed("drafting", "praises", "settles")):
        clause = said.clause_at(start)
        wanted = word in words("drafting", "praises") and any(
            piece.start < start and piece.text.startswith(words("drafting", "wanted")) for piece in clause
        )
        before = wanted or said.text[max(start - 4, 0) : start].endswith(words("drafting", "not_before_praise"))
        if not before and not is_of(said, start, word, (OF_FORM,)) and stands(said, start, start + len(word)):
            yield Doubt(word, start, "像是结论")


def _products(said: Sentence) -> Iterator[Doubt]:
    """云小程序: an everyday word before a kind of product makes its name, which the form has to know of."""
    for one, two in pairwise(said.pieces):
        everyday = len(one.text) == 1 and one.kind in ("thing", "quality")
        if two.text in words("drafting", "products") and everyday and not said.form.holds(one.text + two.text):
            yield Doubt(one.text + two.text, one.start, "像是名称，表内没有")


def _scored(said: Sentence) -> Iterator[Doubt]:
    """建议评价等级不变: what an opinion says of points and grades is that they are to be worked out again, nothing else."""
    for clause in said.clauses if said.kind == "opinion" else ():
        text = "".join(piece.text for piece in clause)
        scored = next((piece for piece in clause if piece.text in words("drafting", "of_scores")), None)
        if scored and not any(word in text for word in words("drafting", "score_work")):
            yield Doubt(scored.text, scored.start, "像是结论")


def _problems(said: Sentence) -> Iterator[Doubt]:
    """停车收费问题: a fault named after a thing is one the form has to know of."""
    faults = words("drafting", "faults")
    for before, piece in zip(said.pieces, said.pieces[1:], strict=False):
        if piece.text in faults and before.kind in ("thing", "place", "money"):
            yield Doubt(before.text + piece.text, before.start, "是表外的问题")


def _lacking(said: Sentence) -> Iterator[Doubt]:
    """Words of want and damage: known or not, they say how things are."""
    if said.kind == "opinion":
        return
    for start, word in finds(said.text, listed("drafting", "lacks")):
        if not is_of(said, start, word, (OF_FORM,)):
            yield Doubt(word, start, "说的是表外的情况")


def _of_points(said: Sentence) -> Iterator[Doubt]:
    """Points in a unit's own words, a consent nobody of the form gives, a verdict that is only a condition."""
    if said.kind != "opinion":
        for start, word in finds(said.text, listed("drafting", "scores")):
            if not is_of(said, start, word, ("act", "thing", "record", "measure", "check")):
                yield Doubt(word, start, "是评分的话")
    yield from (Doubt(word, start, "是结论") for start, word in verdicts(said))
    yield from (Doubt(piece.text, piece.start, "是结论") for piece in consents(said))


def _graded(said: Sentence) -> Iterator[Doubt]:
    """满分, 优秀 where nobody is given it: still a matter of points."""
    for start, word in finds(said.text, listed("drafting", "graded")):
        if not is_of(said, start, word, ("act", "thing", "record", "measure", "check", "remark", OF_FORM)):
            yield Doubt(word, start, "是评分的话")


def _ungoverned(said: Sentence) -> Iterator[Doubt]:
    """已办结工单 is an attribute of what something is done to: behind 对, 将 or an act; at the head it may be an event."""
    for clause in said.clauses:
        for piece in takewhile(lambda piece: piece.kind not in (*ACTS, "link", "manner"), clause):
            if piece.kind == "quality" and piece.text[0] == "已":
                yield Doubt(piece.text, piece.start, "像是已经发生的事")


def _maybe_told(said: Sentence) -> Iterator[Doubt]:
    """算出提高了几个百分点, and in an opinion what the form says and leaves out: shown, never inserted."""
    for start, word in told_events(said):
        yield Doubt(word, start, "像是已经发生的事")


def _aimless(said: Sentence) -> Iterator[Doubt]:
    """A clause of a measure says what is done."""
    if said.kind != "reason":
        return
    for clause in said.clauses:
        things = any(piece.kind in (*THINGS, "quality") for piece in clause)
        done = any(
            is_done(piece) or piece.kind in (FOREIGN, "record") or piece.text in _STAND_FOR_ACTS for piece in clause
        )
        if things and not done:
            yield Doubt("".join(piece.text for piece in clause), clause[0].start, "没有说做什么")


def _institutions(said: Sentence) -> Iterator[Doubt]:
    """文化站, 博物馆, 短信网关: a body or a system, however common its name, takes part only where the form knows of it."""
    ends = words("drafting", "institution_ends")
    for piece in said.pieces:
        named = piece.kind in THINGS and piece.kind != OF_FORM and len(piece.text) > 2
        if named and piece.text.endswith(ends) and not said.form.holds(piece.text):
            yield Doubt(piece.text, piece.start, "表内没有")


def _doers(said: Sentence) -> Iterator[Doubt]:
    """由值班长老周填写, 由自然资源所答复: whoever does a thing is a role or of the form."""
    for clause in said.clauses:
        lead = next((at for at, piece in enumerate(clause) if piece.text == "由"), len(clause))
        first, rest = clause[lead + 1 : lead + 2], clause[lead + 2 :]
        doer = (*first, *takewhile(lambda piece: piece.kind not in (*ACTS, "manner"), rest))
        if doer and not any(piece.kind in ("role", OF_FORM, FOREIGN) or piece.text == GAP for piece in doer):
            yield Doubt(doer[0].text, doer[0].start, "不是表内的承办者")


def _apposed(said: Sentence) -> Iterator[Doubt]:
    """收费员小何: a word of one character behind a role is a name."""
    for one, two in pairwise(said.pieces):
        if one.kind == "role" and two.kind == "quality" and len(two.text) == 1:
            yield Doubt(one.text + two.text, one.start, "像是人名")


def _happened(said: Sentence) -> Iterator[Doubt]:
    """修好后又停过, 热线转来的投诉: 过 behind an everyday verb, 又 before one and what came of one tell what happened."""
    for one, two in pairwise(said.pieces):
        everyday = one.kind == "act" and len(one.text) == 2 and one.text not in classes()
        if (everyday and (one.text[1] == "过" or two.text == "的")) or (one.text == "又" and two.kind == "act"):
            yield Doubt(one.text, one.start, "像是已经发生的事")


def _predicated(said: Sentence) -> Iterator[Doubt]:
    """资源开通总体顺畅, 资金使用规范高效: a clause of a measure that ends in a quality of its thing says how things are."""
    for clause in said.clauses if said.kind == "reason" else ():
        last = clause[-1]
        state = last.kind == "quality" or (last.kind == "manner" and last.text[0] not in _HOW_OFTEN)
        if state and len(clause) > 1 and clause[-2].kind in (*THINGS, *ACTS, "manner"):
            yield Doubt(last.text, last.start, "像是结论")


def _unseen(said: Sentence) -> Iterator[Doubt]:
    """培训人数与任务清单口径不同: what an opinion holds against a form before it advises is printed on it."""
    ends = words("drafting", "record_ends")
    for clause in said.clauses if said.kind == "opinion" else ():
        for piece in takewhile(lambda piece: not piece.text.startswith(words("drafting", "wanted")), clause):
            is_record = piece.kind == "record" or (piece.kind == "thing" and piece.text.endswith(ends))
            if is_record and not said.form.holds(piece.text):
                yield Doubt(piece.text, piece.start, "表内没有")


def _sources(said: Sentence) -> Iterator[Doubt]:
    """数据来源：短信网关的发送回执: whose records they are the form says, or nobody."""
    leads = words("drafting", "source_leads")
    behind = False
    for piece in said.pieces if said.kind == "indicator" else ():
        if behind and piece.kind in ("thing", "place", "quality") and not said.form.holds(piece.text):
            yield Doubt(piece.text, piece.start, "表内没有")
        behind = behind or piece.text in leads


def _counted(said: Sentence) -> Iterator[Doubt]:
    """两个部门: how many there are."""
    for piece in said.pieces:
        if (
            piece.text[0] in "两几数"
            and piece.text[1:] in (*everyday("units"), *vocabulary()["unit"])
            and not said.form.holds(piece.text)
        ):
            yield Doubt(piece.text, piece.start, "是数量，数字只能用给出的代号")


def _everyday(said: Sentence) -> Iterator[Doubt]:
    """Doubt things and acts of one character that are no word of work: facts come in plain words too (老周, 碑刻厂)."""
    for piece in said.pieces:
        if (
            len(piece.text) == 1
            and piece.kind in ("act", "check", "thing", "role", "record", "place", "measure", "money")
            and piece.text not in classes()
        ):
            yield Doubt(piece.text, piece.start, "是日常用词，不是表内的话，也不是工作用词")


DOUBTS: tuple[Callable[[Sentence], Iterator[Doubt]], ...] = (
    _foreign, _quoted, _named, _loose, _bodies, _basis, _parties, _decided, _replaced, _stock, _deadlines, _dates, _documents, _bad_states, _addressed, _praised, _products, _scored, _only_if, _asserted, _told_in_everyday_words, _idle, _problems, _lacking, _of_points, _graded, _ungoverned, _maybe_told, _aimless, _institutions, _doers, _apposed, _happened, _predicated, _unseen, _sources, _counted, _everyday,
)  # fmt: skip
