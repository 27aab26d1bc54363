"""A sentence cut into known words: of this form, of the plain vocabulary, or grammar; what is none of these is foreign."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from fuhe.policy import Pack, simplify, vocabulary
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
_COST_FOREIGN, _COST_SINGLE, _COST_JOINED, _COST_WORD = 10_000, 14, 15, 10
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
    return FormWords(GAP.join(cells), GAP.join(folded(name or "") for name in names), frozenset(_runs(cells)))


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
    """Join foreign characters that stand side by side."""
    held: CutWord | None = None
    for piece in pieces:
        if held and piece.kind == FOREIGN:
            held = CutWord(held.text + piece.text, held.start, FOREIGN)
            continue
        if held:
            yield held
        held = piece if piece.kind == FOREIGN else None
        if not held:
            yield piece
    if held:
        yield held


def _words_at(text: str, at: int, form: FormWords, also: frozenset[str]) -> dict[int, tuple[str, int]]:
    """Return the words that begin at a place: by their end the class and what they cost."""
    known, parts = classes(), vocabulary()
    found: dict[int, tuple[str, int]] = {}
    for end, kind in _bases(text, at, form, also):
        cost = _COST_WORD if end - at > 1 else _COST_SINGLE
        _offer(found, end, kind, cost)
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


def _offer(found: dict[int, tuple[str, int]], end: int, kind: str, cost: int) -> None:
    if end not in found or cost < found[end][1]:
        found[end] = (kind, cost)


def _bases(text: str, at: int, form: FormWords, also: frozenset[str]) -> Iterator[tuple[int, str]]:
    known = classes()
    for end in range(at + 2, min(len(text), at + _longest()) + 1):
        kind = known.get(text[at:end])
        if kind and (kind not in _ONLY_SOMETIMES or kind in also):
            yield end, kind
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
