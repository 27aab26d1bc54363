"""Content words of a narrative: segmented by rjieba where it is installed, else by jieba, with the domain dictionary."""

import functools
import os
import re
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuhe.policy import lexicon, simplify
from fuhe.text import HAN, squeeze

_HAN = re.compile(f"[{HAN}]+")

Cut = Callable[[str], list[str]]


@functools.cache
def segmenter() -> Cut:
    """Return the function that cuts simplified text into words; loads the dictionary once, on first use (0.1–0.8 s)."""
    try:
        return _rjieba()
    except ImportError:
        return jieba_cut()


def _rjieba() -> Cut:
    import rjieba

    for word in domain_words():
        rjieba.add_word(word, 100_000, "n")
    return lambda text: list(rjieba.cut(text, hmm=False))


def jieba_cut() -> Cut:
    """Return jieba's own cut with the words of the field."""
    tokenizer = jieba_tokenizer()
    return lambda text: list(tokenizer.cut(text, HMM=False))


@functools.cache
def jieba_tokenizer() -> Any:
    """Return jieba's tokenizer, its warnings silenced and its cache in a folder only this user can write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

        jieba.setLogLevel("ERROR")
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = str(_private_cache())
        tokenizer.initialize()
    for word in domain_words():
        tokenizer.add_word(word, 100_000)
    return tokenizer


@functools.lru_cache(maxsize=1 << 12)
def word_class(word: str) -> str:
    """Return the class of a word's last part as jieba tags it: n… for things, v… for acts, a… for states."""
    return next(reversed([tag for _, tag in tagged(word)]), "x")


@functools.lru_cache(maxsize=1 << 12)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text with jieba's tags: nr for persons, ns for places, nt for bodies, nz for other names."""
    return tuple((str(word), str(tag)) for word, tag in _tagger()(text)) if text else ()


@functools.cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    try:
        import rjieba

        return lambda text: list(rjieba.tag(text, hmm=False))
    except ImportError:
        return _jieba_tagger()


def _jieba_tagger() -> Callable[[str], list[tuple[str, str]]]:
    tokenizer = jieba_tokenizer()
    from jieba import posseg

    tagger = posseg.POSTokenizer(tokenizer)
    return lambda text: [(pair.word, pair.flag) for pair in tagger.cut(text, HMM=False)]


@functools.cache
def _private_cache() -> Path:
    """Return this user's cache folder, or a fresh private one: jieba's cache is code, never to be shared."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fuhe"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return home
    except OSError:
        return Path(tempfile.mkdtemp(prefix="fuhe-"))


@functools.lru_cache(maxsize=1 << 12)
def _spans(text: str) -> dict[int, tuple[str, str]]:
    """Return for each character the word it lies in, and its tag."""
    found: dict[int, tuple[str, str]] = {}
    at = 0
    for word, tag in tagged(text):
        found |= dict.fromkeys(range(at, at + len(word)), (word, tag))
        at += len(word)
    return found


def is_in_noun(text: str, at: int) -> bool:
    """Tell whether a character lies in a longer word for a thing (少 in 青少年, 差 in 差额)."""
    return _is_in(text, at, "n")


def is_in_verb(text: str, at: int) -> bool:
    """Tell whether a character lies in a longer word for an act (办 in 代办)."""
    return _is_in(text, at, "v")


def _is_in(text: str, at: int, kind: str) -> bool:
    word, tag = _spans(text).get(at, ("", ""))
    return len(word) > 1 and tag[:1] == kind


def domain_words() -> tuple[str, ...]:
    """Return the words of the field that a general dictionary cuts apart."""
    return tuple(str(word) for word in lexicon("vocabulary")["domain"])


@functools.lru_cache(maxsize=1 << 12)
def content_words(text: str) -> frozenset[str]:
    """Return the words that carry a text's subject: at least two Chinese characters, none of the stop list."""
    stop = _stop_words()
    return frozenset(
        word
        for word in segmenter()(simplify(squeeze(text)))
        if len(word) > 1 and word not in stop and _HAN.fullmatch(word)
    )


@functools.cache
def _stop_words() -> frozenset[str]:
    return frozenset(str(word) for word in lexicon("vocabulary")["stop"])
