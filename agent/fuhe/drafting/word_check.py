"""What may be done with a model's sentence: into a file, shown apart with its foreign words marked, or withheld."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.drafting.known_words import GAP, FormWords, cut, folded
from fuhe.drafting.name_doubts import NAME_DOUBTS
from fuhe.drafting.proposal import BLANK, SLOT
from fuhe.drafting.refusals import REFUSALS
from fuhe.drafting.sentence import LONG_RUN, Doubt, Kind, Sentence
from fuhe.drafting.statement_doubts import STATEMENT_DOUBTS

_SHORTEST_START = 8
Verdict = Literal["inserted", "apart", "withheld"]
_NOT_PLAIN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)


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


def check(
    template: str, form: FormWords, kind: Kind = "reason", *, money: bool = False, prompt: str = ""
) -> CheckedSentence:
    """Check the words a model wrote between slots and blanks; `prompt` is what it was shown besides the form."""
    bare = SLOT.sub(GAP, BLANK.sub(GAP, template))
    if _NOT_PLAIN.search(bare) or re.search(r"[{}\[\]<>]", bare):
        return CheckedSentence(template, "withheld", refused=("含有不可见字符或多余的括号",))
    text = folded(_formula(bare) if kind == "indicator" else bare)
    sentence = Sentence(text, cut(text, form, also=_also(kind, money=money)), form, kind)
    refused = tuple(dict.fromkeys(reason for refuse in REFUSALS for reason in refuse(sentence)))
    doubts = [doubt for doubting in (*NAME_DOUBTS, *STATEMENT_DOUBTS) for doubt in doubting(sentence)]
    doubts += _copied(sentence, folded(prompt))
    first = {doubt.start: doubt for doubt in reversed(doubts)}
    foreign = tuple(first[start] for start in sorted(first))
    return CheckedSentence(template, "withheld" if refused else "apart" if foreign else "inserted", foreign, refused)


def known_start(template: str, form: FormWords, kind: Kind = "reason", *, money: bool = False, prompt: str = "") -> str:
    """Return the first clauses of a sentence shown apart that may go into a file by themselves; empty where they say little."""
    parts = re.split("(?<=[，；])", template)
    for size in range(len(parts) - 1, 0, -1):
        part = "".join(parts[:size]).rstrip("，；")
        done = len(part) >= _SHORTEST_START and any(piece.kind == "act" for piece in cut(folded(part), form))
        if done and check(part, form, kind, money=money, prompt=prompt).verdict == "inserted":
            return part
    return ""


def _also(kind: Kind, *, money: bool) -> frozenset[str]:
    return frozenset(name for name, is_known in (("money", money), ("remark", kind == "opinion")) if is_known)


def _formula(text: str) -> str:
    """Leave the signs of a formula out: ÷, ×100%, brackets."""
    text = re.sub(r"[×xX*]\s*100\s*[%％]", "，", unicodedata.normalize("NFKC", text))
    return re.sub(r"[÷/×+＋－\-—=]", "，", text)


def _copied(said: Sentence, prompt: str) -> Iterator[Doubt]:
    """Eight characters of the prompt that are not the form's."""
    for start in range(len(said.text) - LONG_RUN + 1 if prompt else 0):
        run = said.text[start : start + LONG_RUN]
        if GAP not in run and run in prompt and run not in said.form.text:
            yield Doubt(run, start, "照抄了提示里的话")
            return
