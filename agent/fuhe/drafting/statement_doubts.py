"""Doubts about statements: what was, how things are, what is good, owed, decided or scored, which only the form may say."""

from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from fuhe.drafting.known_words import FOREIGN, GAP, OF_FORM, classes, is_done
from fuhe.drafting.sentence import ACTS, THINGS, Doubt, Sentence, consents, is_of, stands, told_events, verdicts
from fuhe.policy import words
from fuhe.readings.content_words import tagged
from fuhe.readings.wordlists import finds, listed

_HOW_OFTEN = "逐每按一各分"
_TIME = "年月季旬周期"
_STAND_FOR_ACTS = (GAP, "使", "为", "以")


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


def _happened(said: Sentence) -> Iterator[Doubt]:
    """修好后又停过, 热线转来的投诉: 过 behind an everyday verb, 又 before one and what came of one tell what happened."""
    for one, two in pairwise(said.pieces):
        everyday = one.kind == "act" and len(one.text) == 2 and one.text not in classes()
        last_time = one.text[-1] == "上" and two.text in ("次", "回", "轮", "批")
        if (
            last_time
            or (everyday and (one.text[1] == "过" or two.text == "的"))
            or (one.text == "又" and two.kind == "act")
        ):
            yield Doubt(one.text, one.start, "像是已经发生的事")


def _predicated(said: Sentence) -> Iterator[Doubt]:
    """资源开通总体顺畅, 资金使用规范高效: a clause of a measure that ends in a quality of its thing says how things are."""
    for clause in said.clauses if said.kind == "reason" else ():
        last = clause[-1]
        state = last.kind == "quality" or (last.kind == "manner" and last.text[0] not in _HOW_OFTEN)
        if state and len(clause) > 1 and (clause[-2].kind in (*THINGS, *ACTS, "manner") or clause[-2].text == "不"):
            yield Doubt(last.text, last.start, "像是结论")


STATEMENT_DOUBTS: tuple[Callable[[Sentence], Iterator[Doubt]], ...] = (
    _decided, _replaced, _stock, _deadlines, _dates, _bad_states, _addressed, _praised, _scored, _only_if, _asserted, _told_in_everyday_words, _idle, _problems, _lacking, _of_points, _graded, _ungoverned, _maybe_told, _aimless, _happened, _predicated,
)  # fmt: skip
