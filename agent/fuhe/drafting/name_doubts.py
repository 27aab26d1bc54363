"""Doubts about names: words nobody knows, and bodies, systems, records, persons and numbers the form does not hold."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from fuhe.drafting.known_words import FOREIGN, GAP, MARK, OF_FORM, CutWord, classes, everyday
from fuhe.drafting.sentence import ACTS, LONG_RUN, THINGS, Doubt, Sentence
from fuhe.policy import vocabulary, words
from fuhe.readings.content_words import tagged

_NAME_TAGS = ("nr", "ns", "nt", "nz")
_QUOTED = re.compile('[“"「]([^“”"「」]+)[”"」]')


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
    """泉山+站, 项目+办, 资源+所 before anything but an act: a name and the end of one make a body, which the form has to know."""
    for one, two, after in zip(said.pieces, said.pieces[1:], (*said.pieces[2:], None), strict=False):
        named = one.kind in (OF_FORM, "place") or two.text == "办"
        named = named or (two.text == "所" and (after is None or after.kind != "act"))
        whole = one.text + two.text
        if named and one.kind in THINGS and two.text in words("drafting", "body_ends") and not said.form.holds(whole):
            yield Doubt(whole, one.start, "像是单位，表内没有")


def _basis(said: Sentence) -> Iterator[Doubt]:
    """按…意见, 依据…报告, 按照…管理细则: a basis is the form's own, or what those served have said."""
    for piece in said.pieces if said.kind != "opinion" else ():
        if "〔" in piece.text or "[" in piece.text:
            yield Doubt(piece.text, piece.start, "是文号，措施里不写")
    leads, signs = words("drafting", "basis_leads"), words("drafting", "basis_signs")
    nouns, documents = words("drafting", "basis_nouns"), words("drafting", "document_ends")
    for clause in said.clauses:
        for at, lead in enumerate(clause):
            if lead.text not in leads:
                continue
            run = list(takewhile(lambda piece: piece.kind not in ("manner", MARK), clause[at + 1 :]))
            acted = next(
                (n for n, piece in enumerate(run) if piece.kind == "act" and piece.text not in nouns), len(run)
            )
            for n, (before, here) in enumerate(zip((lead, *run), run, strict=False)):
                near = n <= acted and (here.text in signs or (here.text in nouns and _of_nobody(before)))
                whole = said.text[run[0].start : here.end]
                if near or (here.text in documents and n and here is not run[0] and not said.form.holds(whole)):
                    yield Doubt(here.text, here.start, "是表外的依据")


def _of_nobody(before: CutWord) -> bool:
    return before.kind not in ("role", "record", OF_FORM)


def _parties(said: Sentence) -> Iterator[Doubt]:
    """由, 请, 联系, 委托: whoever is named after them, up to what he does, is of the form or a role."""
    leads = words("drafting", "party_leads")
    sound = ("role", "place", OF_FORM, "quality", "manner", "remark", MARK, FOREIGN)
    for lead, named in pairwise(said.pieces):
        asks = lead.text in ("请", "由") and named.kind in ("act", "record", "thing", "check")
        if lead.text in leads and named.kind not in sound and not asks:
            yield Doubt(named.text, named.start, "不是表内的承办者")


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


def _products(said: Sentence) -> Iterator[Doubt]:
    """云小程序: an everyday word before a kind of product makes its name, which the form has to know of."""
    for one, two in pairwise(said.pieces):
        single = len(one.text) == 1 and one.kind in ("thing", "quality")
        if two.text in words("drafting", "products") and single and not said.form.holds(one.text + two.text):
            yield Doubt(one.text + two.text, one.start, "像是名称，表内没有")


def _institutions(said: Sentence) -> Iterator[Doubt]:
    """文化站, 博物馆, 短信网关: a body or a system, however common its name, takes part only where the form knows of it."""
    ends = words("drafting", "institution_ends")
    for piece in said.pieces:
        named = piece.kind in THINGS and piece.kind != OF_FORM and len(piece.text) > 2
        if named and piece.text.endswith(ends) and not said.form.holds(piece.text):
            yield Doubt(piece.text, piece.start, "表内没有")


def _doers(said: Sentence) -> Iterator[Doubt]:
    """由值班长老周填写, 由自然资源所答复: whoever does a thing is a role or of the form."""
    doers = (GAP, *words("drafting", "doers"))
    for clause in said.clauses:
        lead = next((at for at, piece in enumerate(clause) if piece.text == "由"), len(clause))
        first, rest = clause[lead + 1 : lead + 2], clause[lead + 2 :]
        doer = (*first, *takewhile(lambda piece: piece.kind not in (*ACTS, "manner"), rest))
        known = any(piece.kind in ("role", OF_FORM, FOREIGN) or piece.text in doers for piece in doer)
        if doer and not known:
            yield Doubt(doer[0].text, doer[0].start, "不是表内的承办者")


def _apposed(said: Sentence) -> Iterator[Doubt]:
    """收费员小何: a word of one character behind a role is a name."""
    for one, two in pairwise(said.pieces):
        if one.kind == "role" and two.kind == "quality" and len(two.text) == 1:
            yield Doubt(one.text + two.text, one.start, "像是人名")


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


NAME_DOUBTS: tuple[Callable[[Sentence], Iterator[Doubt]], ...] = (
    _foreign, _quoted, _named, _loose, _bodies, _basis, _parties, _documents, _products, _institutions, _doers, _apposed, _unseen, _sources, _counted, _everyday,
)  # fmt: skip
