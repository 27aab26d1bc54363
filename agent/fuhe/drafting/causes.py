"""Causes the form itself states: sentences of its narrative or reasons, quoted whole and linked to their cells."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fuhe.drafts import Fact
from fuhe.policy import simplify, words
from fuhe.rules.sheet import Row, Sheet
from fuhe.rules.wording import says_nothing
from fuhe.similarity import bigrams, key
from fuhe.text import sentences, squeeze

LONGEST = 90
"""Characters of a sentence that can still be quoted inside a reason of 200."""
_ENOUGH = 0.6
_LABEL = re.compile(r"^(?:\d+[.、．]|[（(]?[一二三四五]+[)）、])?(?:偏差|主要)*原因(?:分析|说明)?(?:[:：]|是|为)[:：]?")


@dataclass(frozen=True)
class Cause:
    """One sentence of the form that names a cause, word for word."""

    text: str
    field: str

    def fact(self) -> Fact:
        """Return the quotation as a fact of its cell."""
        return Fact(value=self.text, cells=(self.field,))


def stated(sheet: Sheet) -> tuple[Cause, ...]:
    """Return every sentence that names a cause, without a label such as 偏差原因：, which the draft prints itself."""
    return tuple(
        Cause(_LABEL.sub("", sentence) or sentence, field)
        for field, text in _narratives(sheet)
        for sentence in (part.strip("。；;，, \n") for part in sentences(text))
        if sentence and len(sentence) <= LONGEST and _names_cause(sentence)
    )


def _narratives(sheet: Sheet) -> Iterator[tuple[str, str]]:
    record = sheet.form.record
    yield from (
        (f"indicators[{row.index}].reason", row.printed.reason or "")
        for row in sheet.rows
        if not says_nothing(row.printed.reason)
    )
    yield from ((f"funding[{index}].reason", row.reason or "") for index, row in enumerate(record.funding))
    yield from ((f"remarks[{index}].text", box.text or "") for index, box in enumerate(record.remarks))
    yield "outcome", record.outcome or ""


def _names_cause(sentence: str) -> bool:
    """Tell whether a sentence names a cause and is no instruction to whoever reads the form."""
    plain = simplify(squeeze(sentence))
    return bool(_markers().search(plain)) and not any(word in plain for word in words("drafting", "instructions"))


@functools.cache
def _markers() -> re.Pattern[str]:
    return re.compile("|".join(words("drafting", "cause_markers")))


def of_row(row: Row, causes: tuple[Cause, ...]) -> Cause | None:
    """Return the cause that stands in the row's own cell, else one sentence elsewhere that speaks of this indicator."""
    own = next((cause for cause in causes if cause.field == f"indicators[{row.index}].reason"), None)
    return own or next((cause for cause in causes if _speaks_of(cause, row)), None)


def _speaks_of(cause: Cause, row: Row) -> bool:
    if cause.field.startswith("indicators"):
        return False
    name = bigrams(key(row.name))
    return len(name) >= 3 and len(name & bigrams(key(cause.text))) >= _ENOUGH * len(name)


def may_speak_of(cause: Cause, row: Row) -> bool:
    """Tell whether a sentence somebody chose for a row shares any of its subject: a weaker test than finding one."""
    if cause.field.startswith("indicators"):
        return cause.field == f"indicators[{row.index}].reason"
    return bool(bigrams(key(row.name)) & bigrams(key(cause.text)))


def of_execution(sheet: Sheet, causes: tuple[Cause, ...]) -> Cause | None:
    """Return a cause that speaks of money not spent."""
    about = tuple(words("drafting", "money_words"))
    return next((cause for cause in causes if any(word in squeeze(cause.text) for word in about)), None)
