"""What keeps a model's sentence from being shown at all: it accuses, judges the score, orders, explains or tells."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from fuhe.drafting.known_words import FOREIGN, OF_FORM, CutWord
from fuhe.drafting.sentence import ACTS, THINGS, Sentence, consents, is_of, stands, told_events, verdicts
from fuhe.policy import words
from fuhe.readings.wordlists import finds, listed


def _accuses(said: Sentence) -> Iterator[str]:
    for start, word in finds(said.text, listed("drafting", "charges")):
        if not is_of(
            said, start, word, (OF_FORM, "act", "thing", "record", "role", "manner", "quality", "check", "measure")
        ):
            yield f"指责（“{word}”）"
    for start, word in finds(said.text, listed("drafting", "blames")):
        if stands(said, start, start + len(word)) and not is_of(said, start, word, (OF_FORM,)):
            yield f"指责（“{word}”）"
    yield from _blames(said)
    yield from _purges(said)
    yield from _suspects(said)
    signs = words("drafting", "charge_signs")
    if said.kind == "opinion":
        signs += words("drafting", "opinion_charge_signs")
    for piece in said.pieces:
        if piece.kind == FOREIGN and (sign := next((sign for sign in signs if sign in piece.text), "")):
            yield f"指责（“{sign}”）"


def _purges(said: Sentence) -> Iterator[str]:
    """杜绝…的行为, 扣回…冒领的部分: to put an end to what nobody knows of is to say that it was done."""
    acts = words("drafting", "purges")
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        act = next((act for act in acts if act in text), "")
        after = clause[0].start + text.find(act) + len(act)
        if act and any(piece.kind == FOREIGN and piece.end > after for piece in clause):
            yield f"指责（“{act}”）"


def _suspects(said: Sentence) -> Iterator[str]:
    """疑有亏库, 存在注水: a suspicion, or an assertion of what nobody knows; a slip of the pen is none."""
    if said.kind != "opinion":
        return
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        if any(slip in text for slip in words("drafting", "slips")):
            continue
        if sign := next(
            (sign for sign in words("drafting", "suspects") if sign in text and sign + "问" not in text), ""
        ):
            yield f"指责（“{sign}”）"
        for one, two in pairwise(clause):
            if one.text in words("drafting", "asserts") and two.kind == FOREIGN and two.text.isalpha():
                yield f"指责（“{one.text}{two.text}”）"


def _blames(said: Sentence) -> Iterator[str]:
    """Somebody and what he lacks (窗口人员态度生硬, 经办人员把关不严): said of persons, a want is blame."""
    lacks = tuple(listed("drafting", "lacks").words)
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        if text.endswith(lacks) and any(piece.kind == "role" for piece in clause):
            yield f"指责（“{text[-6:]}”）"


def _judges(said: Sentence) -> Iterator[str]:
    for start, word in verdicts(said):
        if not said.text[start + len(word) : start + len(word) + 4].startswith(words("drafting", "conditions")):
            yield f"评分和结论（“{word}”）"
    for start, word in finds(said.text, listed("drafting", "graded")):
        if said.text[max(start - 4, 0) : start].endswith(words("drafting", "gives")) and said.kind != "indicator":
            yield f"评分和结论（“{word}”）"
    for piece in consents(said):
        clause = said.clause_at(piece.start)
        scored = any(other.text.startswith(words("drafting", "of_results")) for other in clause)
        if said.kind == "opinion" or scored:
            yield f"评分和结论（“{piece.text}”）"


def _orders(said: Sentence) -> Iterator[str]:
    for start, word in finds(said.text, listed("drafting", "orders")):
        if not is_of(said, start, word, ("act", "thing", "record", "role", OF_FORM)):
            yield f"不是写给表的话（“{word}”）"


def _explains(said: Sentence) -> Iterator[str]:
    """A clause of cause: a word that introduces one, or a want or damage that nothing is done about."""
    for start, word in finds(said.text, listed("drafting", "causes")):
        if not is_of(said, start, word, ("act", "thing", "record", "manner")):
            yield f"写了原因（“{word}”）"
    if any(clause[0].kind == FOREIGN and clause[0].text[0] == "因" for clause in said.clauses):
        yield "写了原因（“因”）"
    if said.kind == "reason":
        yield from _states(said)


def _states(said: Sentence) -> Iterator[str]:
    lacks = listed("drafting", "lacks")
    for clause in said.clauses:
        text = "".join(piece.text for piece in clause)
        if text.endswith(tuple(lacks.words)) and clause[-1].kind != OF_FORM:
            yield f"写了原因（“{text[-4:]}”）"
        elif _is_event(clause):
            yield f"把没有依据的事写成了事实（“{text[-6:]}”）"


def _is_event(clause: tuple[CutWord, ...]) -> bool:
    """Tell whether a clause is a thing and what became of it (学生人数|减少) and nothing that is done."""
    changed = len(clause) > 1 and clause[0].kind in THINGS and clause[-1].text in words("drafting", "changes")
    return changed and not any(piece.kind in ("link", "manner", *ACTS) for piece in clause[:-1])


def _tells(said: Sentence) -> Iterator[str]:
    """A past event: 了, 已 and their like, unless what is done or not done is only a thing's attribute (已办结工单)."""
    for start, word in told_events(said):
        if said.kind != "opinion" and not _is_asked(said, start):
            yield f"把没有依据的事写成了事实（“{word}”）"


def _is_asked(said: Sentence, start: int) -> bool:
    """Tell whether what happened is what an act is to find out (算出提高了几个百分点), or a case (到了的先登记)."""
    clause = said.clause_at(start)
    asks = any(piece.text in words("drafting", "asks") for piece in clause)
    found = asks and any(piece.kind in ACTS and piece.end <= start for piece in clause)
    return found or any(piece.start > start and piece.text in words("drafting", "conditions") for piece in clause)


REFUSALS: tuple[Callable[[Sentence], Iterator[str]], ...] = (_accuses, _judges, _orders, _explains, _tells)
