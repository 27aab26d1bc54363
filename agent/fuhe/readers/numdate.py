"""The date and time half of number formats."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from math import floor
from typing import NamedTuple

DATE_WORDS = r"AM/PM|A/P|上午/下午|\[h+\]|\[m+\]|\[s+\]|y+|e(?![+-])e*|m+|d+|h+|s+(?:\.0+)?|a{3,5}"
TOO_WIDE = "########"
_LAST_DAY = 2958465
_DAY = 86400
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_FRACTION = re.compile(r"s+\.(0+)", re.IGNORECASE)


class Moment(NamedTuple):
    """A serial number taken apart; `month` is 1 and `day` 0 for the serial 0 that Excel prints as 1900/1/0."""

    year: int
    month: int
    day: int
    weekday: int
    seconds: float
    elapsed: float


def print_date(value: float, source: str, tokens: Sequence[tuple[str, str]], *, date1904: bool) -> str:
    """Print a serial number under a date section; out of the calendar it shows the # signs Excel shows."""
    places = max((len(found) for found in _FRACTION.findall(source)), default=0)
    moment = _moment(value, min(places, 3), date1904=date1904)
    if moment is None:
        return TOO_WIDE
    words = [word.lower() for kind, word in tokens if kind == "date"]
    half_day = any("/" in word for word in words)
    chinese = "[dbnum1]" in source.lower()
    out, seen = [], 0
    for kind, word in tokens:
        if kind == "date":
            minutes = _is_minute(words, seen)
            text = _print_word(words[seen], moment, minutes=minutes, half_day=half_day)
            out.append(_chinese(text, whole=words[seen][0] in "ye") if chinese else text)
            seen += 1
        else:
            out.append(_literal(kind, word))
    return "".join(out).strip()


def _moment(value: float, places: int, *, date1904: bool) -> Moment | None:
    last = _LAST_DAY - 1462 if date1904 else _LAST_DAY
    if not 0 <= value < last + 1:
        return None
    total = round(value * _DAY, places)
    day = min(floor(total / _DAY), last)
    seconds = total - day * _DAY
    if date1904:
        real = date(1904, 1, 1) + timedelta(days=day)
    elif day in (0, 60):  # Excel's own calendar has a day 0 and a 29 February 1900
        return Moment(1900, 1 if day == 0 else 2, 0 if day == 0 else 29, (day + 5) % 7, seconds, total)
    else:
        real = date(1899, 12, 31 if day < 60 else 30) + timedelta(days=day)
    return Moment(real.year, real.month, real.day, real.weekday(), seconds, total)


def _is_minute(words: list[str], at: int) -> bool:
    """m is minutes right after hours or right before seconds, else months."""
    around = [word for word in words if "/" not in word]
    index = at - sum("/" in word for word in words[:at])
    after_hour = index > 0 and around[index - 1].strip("[")[:1] == "h"
    before_second = index + 1 < len(around) and around[index + 1].strip("[")[:1] == "s"
    return after_hour or before_second


def _print_word(word: str, moment: Moment, *, minutes: bool, half_day: bool) -> str:
    hour, minute = int(moment.seconds // 3600), int(moment.seconds // 60) % 60
    if "/" in word:
        early, late = word.split("/") if word == "上午/下午" else word.upper().split("/")
        return early if hour < 12 else late
    if word.startswith("["):
        unit = {"h": 3600, "m": 60, "s": 1}[word[1]]
        return str(int(moment.elapsed // unit)).zfill(len(word) - 2)
    if word[0] in "ye":
        return str(moment.year)[2:] if word in ("y", "yy") else str(moment.year)
    if word[0] == "a":
        return ("星期" if len(word) > 3 else "") + "一二三四五六日"[moment.weekday]
    if word[0] == "d":
        return _named(word, moment.day, _WEEKDAYS[moment.weekday])
    if word[0] == "m" and not minutes:
        return _named(word, moment.month, _MONTHS[moment.month - 1])
    if word[0] == "s":
        return _seconds(word, moment.seconds % 60)
    number = minute if word[0] == "m" else (hour % 12 or 12) if half_day else hour
    return str(number).zfill(min(len(word), 2))


def _named(word: str, number: int, name: str) -> str:
    if len(word) < 3:
        return str(number).zfill(len(word))
    return {3: name[:3], 5: name[:1]}.get(len(word), name)


def _seconds(word: str, seconds: float) -> str:
    whole, _, zeros = word.partition(".")
    text = f"{seconds:.{min(len(zeros), 3)}f}" if zeros else str(int(seconds))
    wanted = min(len(whole), 2) + (min(len(zeros), 3) + 1 if zeros else 0)
    return text.zfill(wanted)


def _literal(kind: str, word: str) -> str:
    if kind == "quoted":
        return word.strip('"')
    return word[1:] if kind == "escaped" else "" if kind in ("pad", "bracket", "text") else word


def _chinese(text: str, *, whole: bool) -> str:
    """Write 2023 as 二〇二三 and 12 as 十二, as [DBNum1] does."""
    if not text.isdigit():
        return text
    figures = "〇一二三四五六七八九"
    if whole or int(text) > 99:
        return "".join(figures[int(digit)] for digit in text)
    tens, ones = divmod(int(text), 10)
    head = ("" if tens == 1 else figures[tens]) + "十" if tens else ""
    return head + (figures[ones] if ones or not tens else "")
