"""Who acts and by when: the office or role that is the subject of a clause, and the dates in it."""

import functools
import re

from fuhe.readings.content_words import is_in_noun, is_in_verb
from fuhe.readings.wordlists import WordList, finds, listed, word_at

_DIGITS = r"(?:\d{1,4}|[一二三四五六七八九十两]{1,3})"
_DATED = re.compile(
    r"(?:(?:20)?\d\d年|今年|明年|次年|本年|当年|来年|下年)?(?:至|到|[-—~～])?"
    rf"(?:(?:{_DIGITS}月份?)(?:{_DIGITS}[日号]|[上中下]旬|初|中|底|末)?|{_DIGITS}[日号]|第?[一二三四1-4]季度|[上下]半年|年底|年末|年内|年中|年初|全年)"
    r"(?:之?前|以前|以内|之内|内|起|开始|底前|末前|末|底)?"
    r"|20\d\d年度?(?:之?前|以前|内|起|开始)?"
    rf"|{_DIGITS}(?:个)?(?:工作日|小时|天|日|周|月|年)(?:之?内|以内)"
    r"|[一-鿿]{1,4}(?:之前|以前)"
)
_BEFORE = re.compile(r"[一-鿿]{1,7}?(?<![目以年提当之此日])前(?![期后述往来列])")
_LIMIT = re.compile(r"(?:之?前|以前|以内|之内|内|起|开始)$")
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
_BARE_YEAR = re.compile(r"20\d\d年度?")
_LONGEST_OFFICE = 24
_LONGEST_DATE = 16
_IS = ("系", "是", "为")
_BREAKS = frozenset("的了前后对把将按在为未已并被以从向与和于时较其不无没需应拟后再仍仅只因受至到、由请")


@functools.lru_cache(maxsize=1 << 12)
def dates(text: str) -> tuple[tuple[int, str], ...]:
    """Return the dates and periods of a clause with their places: 6月底前, 每季度, 30日内, 开学前."""
    dated = [(found.start(), found[0]) for found in _DATED.finditer(text) if found[0]]
    taken = {at + step for at, word in dated for step in range(len(word))}
    named = [(at, word) for at, word in finds(text, listed("causes", "dues")) if at not in taken]
    before = _BEFORE.match(text)
    first = [(0, before[0])] if before and not any(at == 0 and len(word) >= before.end() for at, word in dated) else []
    return tuple(sorted([*first, *dated, *named]))


def due_in(text: str) -> str | None:
    """Return the date or period by which something is to be done; one with a limit (前, 内, 起) before a bare one."""
    return first_due([word for _, word in dates(text)])


def first_due(found: list[str]) -> str | None:
    """Choose among dates: one with a limit before a bare one, a bare year last."""
    ranked = sorted(found, key=lambda date: (not is_limit(date), bool(_BARE_YEAR.fullmatch(date))))
    return ranked[0] if ranked else None


def is_limit(date: str) -> bool:
    """Tell whether a date says until or from when: 6月底前, 30日内, 2025年起."""
    return bool(_LIMIT.search(date))


def is_date(date: str) -> bool:
    """Tell a date of the calendar or the year's round (6月前, 汛期前) from the point of a process (扫描前)."""
    return any(char.isdigit() for char in date) or bool(word_at(date, 0, listed("causes", "dues")))


def is_recurring(date: str) -> bool:
    """Tell whether a period comes again and again: 每周, 按月, 逐季."""
    return date[:1] in "每按逐"


def last_year(text: str) -> int | None:
    """Return the latest year a clause names."""
    return max(map(int, _YEAR.findall(text)), default=None)


@functools.lru_cache(maxsize=1 << 12)
def after_date(text: str) -> str:
    """Return a clause without the date it begins with, and without 于 or 在 before it."""
    rest = text[1:] if text[:1] in "于在至到" and text[1:2] else text
    if before := _BEFORE.match(rest):
        return rest[before.end() :]
    for found, word in dates(rest[:_LONGEST_DATE]):
        return rest[len(word) :] if found == 0 else text
    return text


@functools.lru_cache(maxsize=1 << 12)
def agent_at_head(text: str) -> str:
    """Return the office or role a clause begins with: 县教育局学生资助中心, 由养护科; nothing where it has none."""
    by = "由" if text[:1] == "由" and text[1:2] != "于" else ""
    office = _office(text[len(by) :])
    return by + office if office else ""


def agent_in(text: str) -> str | None:
    """Return who acts in a clause: its subject, or whoever stands behind 由, 责成, 督促."""
    if head := agent_at_head(text):
        return head.removeprefix("由")
    for at, word in finds(text, listed("causes", "assigns")):
        rest = text[at + len(word) :]
        if found := _office(rest):
            return found
    return None


def _office(text: str) -> str:
    """Return the longest run from the start that ends in an office: no verb, date or particle may stand in it."""
    best, at = "", 0
    if _is_act(text) or text[:1] in _IS:
        return ""
    while at < min(len(text), _LONGEST_OFFICE) and text[at] not in _BREAKS and not text[at].isdigit():
        word = word_at(text, at, listed("causes", "offices"))
        at += len(word) or 1
        named = word and at >= 2 and not (len(word) == 1 and _is_no_office(text, at - 1))
        if named and not _is_inside(text, at - len(word), at):
            best = text[:at]
            if _is_act(text[at:]):
                break
    return best


def _is_no_office(text: str, at: int) -> bool:
    """Tell 代办 and 四处 from 财政所 and 项目办."""
    return is_in_verb(text, at) or text[at - 1 : at].isnumeric()


def _is_act(text: str) -> bool:
    """Tell 督促施工单位 from 督查室: an act, unless the office stands right behind the word; 送厂家 always is one."""
    if word_at(text, 0, listed("causes", "verbs")):
        return True
    act = word_at(
        text, 0, listed("causes", "mending", "loose", "assigns", "finishing", "intents", "before_acts", "verbs")
    )
    begins_word = len(act) == 1 and (is_in_verb(text, 0) or is_in_noun(text, 0))
    return bool(act) and not begins_word and not word_at(text, len(act), listed("causes", "offices"))


def _is_inside(text: str, start: int, end: int) -> bool:
    """Tell whether what looks like an office lies in a word that is none (科|学, 办|理, 之|处)."""
    others = _no_offices()
    reach = range(max(0, end - others.longest), end)
    words = ((at, word_at(text, at, others)) for at in reach)
    return any(
        word and at <= start and at + len(word) >= end and (at, at + len(word)) != (start, end) for at, word in words
    )


@functools.cache
def _no_offices() -> WordList:
    return listed("causes", "not_offices", "works", "mending", "loose", "function", "joins", "before_acts")
