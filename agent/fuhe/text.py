"""Chinese text as forms print it: tidy it, fold it for comparison, find its sentences."""

import functools
import re
import unicodedata
from typing import NamedTuple

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    # letters that print nothing: fillers of Hangul and Mongolian, selectors of a variant, tags
    r"\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
_SPACE = " \t\u00a0\u2000-\u200a\u202f\u205f\u3000"
_INSIDE_WORD = re.compile(rf"(?<=[{HAN}])[{_SPACE}]*\n?[{_SPACE}]*(?=[{HAN}])")
_LINE_BREAK = re.compile(rf"[{_SPACE}]*\n[{_SPACE}\n]*")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])")
_ENDS_SENTENCE = "。！？；：!?;:"
ASIDE = re.compile(r"[(（][^()（）]*[)）]")
"""What stands in brackets beside a text."""


def tidy(raw: str) -> str:
    """Return a cell's printed text without invisible characters and without line-break spaces inside Chinese words.

    A line break stays only where a sentence ends before it; spaces next to Latin letters and digits stay as printed.
    """
    if raw.isprintable() and " " not in raw:
        return raw
    clean = _INVISIBLE.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n\u00a0\u3000")
    return _LINE_BREAK.sub(_rejoin, _INSIDE_WORD.sub("", clean))


def without_invisible(text: str) -> str:
    """Return a text without the characters that print nothing."""
    return _INVISIBLE.sub("", text)


def _rejoin(found: re.Match[str]) -> str:
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    if before in _ENDS_SENTENCE:
        return "\n"
    return " " if before.isascii() and after.isascii() and before.isalnum() and after.isalnum() else ""


class Folded(NamedTuple):
    """Text for comparison; `at[i]` is the index in the original of the i-th folded character."""

    text: str
    at: tuple[int, ...]

    def find(self, needle: str) -> tuple[int, int] | None:
        """Return the span of `needle` in the original text, or None."""
        start = self.text.find(needle)
        if start < 0 or not needle:
            return None
        return self.at[start], self.at[start + len(needle) - 1] + 1


def fold(text: str) -> Folded:
    """Fold width, case and spaces (NFKC) and remember where each character came from."""
    if squeeze(text) == text:
        return Folded(text, tuple(range(len(text))))
    parts = [_fold_char(char) for char in text]
    plain = "".join(parts)
    if len(plain) == len(text) and "" not in parts:
        return Folded(plain, tuple(range(len(text))))
    return Folded(plain, tuple(index for index, part in enumerate(parts) for _ in part))


@functools.lru_cache(maxsize=1 << 14)
def _fold_char(char: str) -> str:
    return "".join(unicodedata.normalize("NFKC", char).lower().split())


@functools.lru_cache(maxsize=1 << 14)
def squeeze(text: str | None) -> str:
    """Return the folded text alone; None counts as empty."""
    if not text:
        return ""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@functools.lru_cache(maxsize=1 << 14)
def bare(text: str | None) -> str:
    """Return the folded text without punctuation, symbols and marks: what two cells share when they say the same."""
    return "".join(char for char in squeeze(text) if char.isalnum())


def sentences(text: str) -> list[str]:
    """Split at the ends of Chinese sentences and clauses (。！？； and line breaks); blanks are dropped."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


@functools.lru_cache(maxsize=1 << 14)
def is_blank(text: str | None) -> bool:
    """Tell whether a cell holds nothing, or only dashes, slashes and dots that stand for nothing."""
    return not squeeze(text).strip("-—–―─一/／\\|~…·.。、*_－")


def display_width(text: str) -> int:
    """Return how many columns a text takes where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def one_line(text: str) -> str:
    """Put a text of several lines into one; a blank mark stays as it is."""
    return " ".join(text.split("\n")) if not is_blank(text) else text
