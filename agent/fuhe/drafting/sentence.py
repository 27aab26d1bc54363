"""A model's sentence under check: its words, its clauses, and what several checks ask of them."""

import functools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.drafting.known_words import FOREIGN, OF_FORM, CutWord, FormWords, clauses, is_done
from fuhe.policy import words
from fuhe.readings.wordlists import finds, listed

Kind = Literal["reason", "indicator", "opinion"]

ACTS = ("act", "check")
THINGS = ("thing", "role", "record", "place", OF_FORM, "measure", "money")
LONG_RUN = 8


@dataclass(frozen=True)
class Doubt:
    """Words the check cannot vouch for, as they stand in the sentence, and why."""

    text: str
    start: int
    why: str


@dataclass(frozen=True)
class Sentence:
    """One sentence under check: folded text, its pieces and clauses, and what it is held against."""

    text: str
    pieces: tuple[CutWord, ...]
    form: FormWords
    kind: Kind

    @functools.cached_property
    def clauses(self) -> list[tuple[CutWord, ...]]:
        return list(clauses(self.pieces))

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @functools.cached_property
    def _ends(self) -> list[int]:
        return [clause[-1].end for clause in self.clauses]

    def piece_at(self, place: int) -> CutWord:
        """Return the piece a place lies in."""
        return self.pieces[bisect_right(self._starts, place) - 1]

    def clause_at(self, place: int) -> tuple[CutWord, ...]:
        """Return the clause a place lies in, or the next."""
        return self.clauses[min(bisect_right(self._ends, place), len(self.clauses) - 1)] if self.clauses else ()


def is_of(said: Sentence, start: int, word: str, kinds: tuple[str, ...]) -> bool:
    """Tell whether a word lies inside one longer or equal piece of these kinds."""
    piece = said.piece_at(start)
    return piece.kind in kinds and start + len(word) <= piece.end


def stands(said: Sentence, start: int, end: int) -> bool:
    """Tell whether a word begins and ends with words of the cut, or lies in what nobody knows: never across two of them."""
    first, last = said.piece_at(start), said.piece_at(end - 1)
    return (first.start == start or first.kind == FOREIGN) and (last.end == end or last.kind == FOREIGN)


def verdicts(said: Sentence) -> Iterator[tuple[int, str]]:
    for start, word in finds(said.text, listed("drafting", "verdicts")):
        if not is_of(said, start, word, ("act", "thing", "record", "measure", "check", "remark")):
            yield start, word


def consents(said: Sentence) -> Iterator[CutWord]:
    for before, piece in zip((None, *said.pieces), said.pieces, strict=False):
        if piece.text in words("drafting", "consents") and (before is None or before.kind not in ("role", OF_FORM)):
            yield piece


def told_events(said: Sentence) -> Iterator[tuple[int, str]]:
    for start, word in finds(said.text, listed("drafting", "events")):
        if not is_of(said, start, word, ("act", "thing", "manner", "quality", "record", "role", "remark")):
            yield start, word
    for clause in said.clauses:
        for at, piece in enumerate(clause):
            if piece.kind == "quality" and piece.text[0] in "已未没" and not _is_attribute(clause, at):
                yield piece.start, piece.text


def _is_attribute(clause: tuple[CutWord, ...], at: int) -> bool:
    after = clause[at + 1 :]
    named = bool(after) and (after[0].text == "的" or after[0].kind in ("thing", "role", "record", "place", OF_FORM))
    return named and any(is_done(piece) for piece in clause)
