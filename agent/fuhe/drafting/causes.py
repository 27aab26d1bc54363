"""Causes the form itself states: sentences of its narrative or reasons, quoted whole and linked to their cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.drafts import Fact
from fuhe.policy import simplify, words
from fuhe.readings.money import money_said
from fuhe.readings.reason import reason, says_nothing
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.template_prompt import is_prompt
from fuhe.similarity import bigrams, key
from fuhe.text import sentences, squeeze

LONGEST = 90
"""Characters of a sentence that can still be quoted inside a reason of 200."""
_ENOUGH = 0.6
_STOPS = "。；;，, 　\n"
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
    told = any(clause.is_marked for clause in reason(sentence).clauses)
    return told and not any(word in plain for word in words("drafting", "instructions"))


def _instructs(reason: str) -> bool:
    """Tell whether a cell speaks to whoever reads the form; 系统 and the like also name things that fail."""
    plain = simplify(squeeze(reason))
    told = set(words("drafting", "instructions")) - set(words("drafting", "also_things"))
    return any(word in plain for word in told) or bool(re.search(r"[{}\[\]]", plain))


def of_row(row: Row, causes: tuple[Cause, ...]) -> Cause | None:
    """Return the cause that stands in the row's own cell, else one sentence elsewhere that speaks of this indicator."""
    own, _ = _told(row)
    if own:
        return Cause(own, f"indicators[{row.index}].reason")
    return next((cause for cause in causes if _speaks_of(cause, row)), None)


def measure_of(row: Row) -> Cause | None:
    """Return what the row's own cell already says will be done, by whom and when as far as it says so."""
    _, measure = _told(row)
    return Cause(measure, f"indicators[{row.index}].reason") if measure else None


def whole(row: Row) -> Cause | None:
    """Return everything the row's own cell says, where it says a cause or a measure."""
    told = any(_told(row))
    return Cause((row.printed.reason or "").strip(_STOPS), f"indicators[{row.index}].reason") if told else None


def names(measure: Cause, what: Literal["owner", "due"]) -> bool:
    """Tell whether a measure names who acts or by when."""
    told = reason(f"措施：{measure.text}")
    return bool(told.owner if what == "owner" else told.due)


def _told(row: Row) -> tuple[str, str]:
    """Cut the row's reason into cause and measure where it is read: at its first clause that is a measure."""
    printed = row.printed.reason or ""
    if says_nothing(printed) or is_prompt(printed) or _instructs(printed):
        return "", ""
    told = reason(printed, row)
    first = next((clause.start for clause in told.of("measure")), len(printed))
    cause, measure = _trimmed(printed[:first]), _trimmed(printed[first:])
    if any(clause.start < first for clause in told.of("cause")):
        return cause, measure
    later = next((clause.start for clause in told.of("cause")), None)
    return ("", measure) if later is None else (_trimmed(printed[later:]), _trimmed(printed[first:later]))


def _trimmed(text: str) -> str:
    """Return a part of a reason without its stops and without the label the draft prints itself."""
    text = text.strip(_STOPS)
    return _LABEL.sub("", text) or text


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


def of_execution(causes: tuple[Cause, ...]) -> Cause | None:
    """Return a cause that speaks of money not spent."""
    return next((cause for cause in causes if any(item.subject for item in money_said(cause.text).items)), None)
