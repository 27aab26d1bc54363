"""A sentence cut into known words: of this form, of the plain vocabulary, or grammar; what is none of these is foreign."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from fuhe.policy import Pack, simplify, vocabulary, words
from fuhe.readings.content_words import segmenter
from fuhe.records import Form
from fuhe.text import squeeze

GAP = "\u241f"
"""Stands between the cells of a form, and for a slot or blank in a sentence: no word reaches across it."""
FOREIGN, OF_FORM, MARK = "foreign", "form", "mark"
_MARKS = '，、；：。（）,;:()“”"「」 \n'
_ONLY_SOMETIMES = ("money", "remark")
_LONG = 4  # characters of a run of the form that is known wherever it begins; a shorter one has to be words of it
_GATHERED = 6
_COST_FOREIGN, _COST_EVERYDAY, _COST_SINGLE, _COST_JOINED, _COST_WORD = 10_000, 25, 14, 15, 10
_FIGURE = re.compile("(?<![0-9.])([0-9]+(?:\\.[0-9]+)?)([%‰]|[\u4e00-\u9fff]{1,3})")
_BARE = re.compile("[0-9]+(?:\\.[0-9]+)?")
_EACH = "逐各每按分"
_OF_TIME = "年月日号时"
_ENDS_OF_ACTS = "前后中时日"


@dataclass(frozen=True, slots=True)
class CutWord:
    """One word of a sentence, where it stands, and its class: of the vocabulary, `form`, `mark` or `foreign`."""

    text: str
    start: int
    kind: str

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class FormWords:
    """Everything a form says, folded, and the words and short runs of words in it; a verified document counts as said."""

    text: str
    names: str = ""
    figures: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()

    def holds(self, words: str) -> bool:
        """Tell whether these words stand in the form, character for character on folded text."""
        return bool(needle := squeeze(simplify(words))) and needle in self.text

    def says(self, run: str) -> bool:
        """Tell whether a run of two characters and more is of the form: words of it, or four characters of it in a row."""
        if any(char.isnumeric() or char.isascii() for char in run):
            return len(run) >= _LONG and run in self.names and sum(not char.isascii() for char in run) > 1
        return run in self.short or (len(run) >= _LONG and run in self.text)


def of_form(form: Form, pack: Pack) -> FormWords:
    """Collect a form's printed text, cell by cell, and the titles of the pack's verified documents."""
    record = form.record
    documents = [entry.document for entry in pack.documents.values() if entry.verified]
    cells = [folded(text) for text in (*_strings(record.model_dump()), form.title or "", *documents) if text]
    names = [record.project, record.unit, *(row.name for row in record.indicators)]
    goals = [folded(text) for text in (record.goal, record.outcome, record.project) if text]
    return FormWords(
        GAP.join(cells),
        GAP.join(folded(name or "") for name in names),
        frozenset(figure for cell in cells for figure in _figures(cell)),
        frozenset(figure for cell in goals for figure in _figures(cell)),
        frozenset(_runs(cells)),
    )


def _figures(cell: str) -> Iterator[str]:
    """Yield the numbers of a cell with what they count: the first characters after them, or points or money where it is bare."""
    if _BARE.fullmatch(cell):
        yield from (cell + unit for unit in ("万元", "元", "分", "%"))
    for found in _FIGURE.finditer(cell):
        for size in range(1, len(found[2]) + 1):
            if found[2][0] not in _OF_TIME:
                yield found[1] + found[2][:size]


def folded(text: str) -> str:
    """Return text as words are looked up: NFKC, simplified, without spaces."""
    return squeeze(simplify(text))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _runs(cells: list[str]) -> Iterator[str]:
    """Yield the words of each cell and neighbours joined: runs of two to six characters that begin and end with a word."""
    for cell in dict.fromkeys(cells):
        cut = segmenter()(cell)
        for at in range(len(cut)):
            run = ""
            for word in cut[at : at + 4]:
                run += word
                if not 1 < len(run) <= _GATHERED or not run.isalpha():
                    continue
                if len(cut[at]) > 1 or len(run) > 2 or len(word) > 1:
                    yield run


@functools.cache
def classes() -> Mapping[str, str]:
    """Return for every word of the vocabulary its class; heads, tails and units are for building words, not words."""
    kinds = (
        "money",
        "remark",
        "place",
        "thing",
        "role",
        "record",
        "measure",
        "quality",
        "manner",
        "check",
        "act",
        "link",
    )
    return {word: kind for kind in kinds for word in vocabulary().get(kind, ())}


def is_done(piece: CutWord) -> bool:
    """Tell whether a word is something done: an act or check, or a run of the form that holds one."""
    if piece.kind != OF_FORM:
        return piece.kind in ("act", "check")
    spans = ((at, at + size) for at in range(len(piece.text)) for size in (2, 3, 4))
    return any(classes().get(piece.text[start:end]) == "act" for start, end in spans)


@functools.cache
def _longest() -> int:
    return max(map(len, classes()))


def cut(sentence: str, form: FormWords, *, also: frozenset[str] = frozenset()) -> tuple[CutWord, ...]:
    """Cut a folded sentence so that the fewest characters are foreign, then into the fewest words; linear in its length.

    Some classes are known only where `also` has them: words of payment in a draft about payments, remarks on a form in an
    opinion.
    """
    ways = [_words_at(sentence, at, form, also) for at in range(len(sentence))]
    best: list[tuple[int, int, str]] = [(0, 0, "")] + [(1 << 40, 0, "")] * len(sentence)
    for at, found in enumerate(ways):
        mark = sentence[at] in _MARKS or sentence[at] == GAP
        found[at + 1] = found.get(at + 1) or ((MARK, 1) if mark else (FOREIGN, _COST_FOREIGN))
        for end, (kind, cost) in found.items():
            if best[at][0] + cost < best[end][0]:
                best[end] = (best[at][0] + cost, at, kind)
    return tuple(_joined(list(_walked(sentence, best))))


def _walked(sentence: str, best: list[tuple[int, int, str]]) -> Iterator[CutWord]:
    end, back = len(sentence), []
    while end:
        _, start, kind = best[end]
        back.append(CutWord(sentence[start:end], start, kind))
        end = start
    yield from reversed(back)


def _joined(pieces: list[CutWord]) -> Iterator[CutWord]:
    """Join foreign characters that stand side by side, and words of one character beside them: they may be of one name."""
    held: CutWord | None = None
    for at, piece in enumerate(pieces):
        beside = any(near.kind == FOREIGN for near in pieces[max(at - 1, 0) : at + 2])
        loose = piece.kind == FOREIGN or (beside and len(piece.text) == 1 and piece.kind not in ("link", MARK))
        if loose:
            held = (
                CutWord(held.text + piece.text, held.start, FOREIGN)
                if held
                else CutWord(piece.text, piece.start, FOREIGN)
            )
            continue
        if held:
            yield held
        held = None
        yield piece
    if held:
        yield held


def _words_at(text: str, at: int, form: FormWords, also: frozenset[str]) -> dict[int, tuple[str, int]]:
    """Return the words that begin at a place: by their end the class and what they cost."""
    known, parts = classes(), vocabulary()
    found: dict[int, tuple[str, int]] = {}
    _everyday(text, at, found)
    for end, kind in _bases(text, at, form, also):
        _offer(found, end, kind, _COST_WORD)
        tail = text[end : end + 1]
        if tail in parts["tail"] and end - at > 1 and not (tail in _ENDS_OF_ACTS and kind not in ("act", "check")):
            _offer(found, end + 1, _with_tail(tail, kind), _COST_JOINED)
    if text[at] in parts["head"]:
        if text[at + 1 : at + 2] in parts["unit"]:
            _offer(found, at + 2, "manner", _COST_JOINED)
        for end, kind in _bases(text, at + 1, form, also):
            negated = text[at] not in "已未" or kind in ("act", "check")
            if end - at > 2 and kind not in ("link", "manner") and negated:
                _offer(
                    found, end, "quality" if text[at] in "已未非不" and kind in ("act", "check") else kind, _COST_JOINED
                )
    if text[at] in known:
        _offer(found, at + 1, known[text[at]], _COST_SINGLE)
    return found


def _everyday(text: str, at: int, found: dict[int, tuple[str, int]]) -> None:
    """Offer acts and things of one character, and what they make: 写进, 补记, 头数, 一名, 没填."""
    verbs, one, two = everyday("verbs"), text[at], text[at + 1 : at + 2]
    if kind := single_class(one):
        _offer(found, at + 1, kind, _COST_SINGLE if kind == "link" else _COST_EVERYDAY)
    if not two:
        return
    if (two in verbs and one in everyday("again")) or (one in verbs and two in everyday("complements")):
        _offer(found, at + 2, "act", _COST_JOINED)
    if two in verbs and one in everyday("nots"):
        _offer(found, at + 2, "quality", _COST_JOINED)
    if two in "数次" and (one in vocabulary()["unit"] or one in everyday("units")):
        _offer(found, at + 2, "measure", _COST_JOINED)
    if one in _EACH and single_class(two) == "thing":
        _offer(found, at + 2, "manner", _COST_JOINED)
    if one == "一" and (two in vocabulary()["unit"] or two in everyday("units")):
        _offer(found, at + 2, "link", _COST_JOINED)


@functools.cache
def single_class(char: str) -> str:
    """Return the class of an everyday word of one character, or nothing."""
    kinds = {"links": "link", "verbs": "act", "things": "thing", "states": "quality"}
    found = next((kind for key, kind in kinds.items() if char in everyday(key)), "")
    return found or ("quality" if char in words("drafting", "if_states") else "")


@functools.cache
def everyday(key: str) -> frozenset[str]:
    """Return everyday words of one character: verbs, things, what completes a verb (写进), repeats or denies it (补记, 没填)."""
    return frozenset(words("drafting", f"everyday_{key}"))


def _offer(found: dict[int, tuple[str, int]], end: int, kind: str, cost: int) -> None:
    if end not in found or cost < found[end][1]:
        found[end] = (kind, cost)


def _bases(text: str, at: int, form: FormWords, also: frozenset[str]) -> Iterator[tuple[int, str]]:
    known = classes()
    for end in range(at + 2, min(len(text), at + _longest()) + 1):
        kind = known.get(text[at:end])
        if kind and (kind not in _ONLY_SOMETIMES or kind in also):
            yield end, kind
    if text[at : at + 1].isdigit() and (figure := _FIGURE.match(text, at)):
        for size in range(1, len(figure[2]) + 1):
            if figure[1] + figure[2][:size] in (form.figures if "remark" in also else form.goals):
                yield figure.end(1) + size, OF_FORM
    end = at + 2
    while end <= len(text) and (text[at:end] in form.text or text[at:end] in form.names):
        if text[at:end] not in known and form.says(text[at:end]):
            yield end, OF_FORM
        end += 1


def _with_tail(tail: str, kind: str) -> str:
    if tail in "员人户者":
        return "role"
    if tail in "前后中时日":
        return "check"
    return "measure" if tail == "率" else "thing" if kind in ("act", "quality", "manner") else kind


def clauses(pieces: tuple[CutWord, ...]) -> Iterator[tuple[CutWord, ...]]:
    """Yield the clauses of a sentence: its pieces between commas, semicolons, colons and full stops."""
    ends = [
        -1,
        *(at for at, piece in enumerate(pieces) if piece.kind == MARK and piece.text in "，；：。,;:\n"),
        len(pieces),
    ]
    for before, after in pairwise(ends):
        if found := tuple(piece for piece in pieces[before + 1 : after]):
            yield found
