"""A stored number and its number format, as the text a person sees in the cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from fuhe.readers.numdate import DATE_WORDS, print_date

MAX_PATTERN = 255
_EXACT = Context(prec=700, rounding=ROUND_HALF_UP)

# What a Chinese Excel prints for the numbered formats; a file names them by number only.
BUILTIN: dict[int, str] = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
}

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?)|(?P<escaped>[\\!].?)|(?P<pad>[_*].?)|(?P<general>General|G/通用格式)
    |(?P<date>"""
    + DATE_WORDS
    + r""")|(?P<bracket>\[[^\]]*\]?)|(?P<exponent>E[+-])|(?P<digit>[0#?])
    |(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<other>.)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_FRACTION = re.compile(r"(?P<whole>[#0?,]*[#0?]\s+)?(?P<over>[#0?]+)/(?P<under>[1-9]\d*|[#0?]+)")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_TEST: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a number format between semicolons."""

    source: str
    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None
    is_date: bool

    def accepts(self, value: float) -> bool:
        """Tell whether the section's own condition, such as [>=100], holds."""
        return self.condition is not None and _TEST[self.condition[0]](value, self.condition[1])

    def has(self, kind: str) -> bool:
        """Tell whether a token of this kind is in the section."""
        return any(token[0] == kind for token in self.tokens)


def printed(value: float, pattern: str, *, date1904: bool = False) -> str:
    """Return the text a cell shows for a number under a number format; padding spaces are left out."""
    if not isfinite(value):
        return "#NUM!"
    sections = _sections(pattern)
    section, signed = _pick(sections, value)
    if section is None:
        return general(value)
    if section.is_date:
        return print_date(value, section.source, section.tokens, date1904=date1904)
    body = _body(abs(value), section)
    return ("-" + body if signed and value < 0 else body).strip()


def printed_text(value: str, pattern: str) -> str:
    """Return the text a cell shows for a string: its format's text section, such as ;;; or @"元", may change it."""
    if pattern in ("General", "@", ""):
        return value
    section = next((part for part in _sections(pattern)[::-1] if part.has("text")), None)
    if section is None:
        return "" if len(_sections(pattern)) == 4 else value
    return "".join(value if kind == "text" else _literal(kind, word) for kind, word in section.tokens)


def general(value: float) -> str:
    """Print as the General format does: at most 11 characters, whole numbers up to 15 digits in full."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    size = abs(value)
    if size >= 1e11:
        return _scientific_general(value)
    short = f"{value:.{max(10 - max(len(str(int(size))), 1), 0)}f}"
    if size < 1e-4 and float(short) != float(f"{value:.15g}"):
        return _scientific_general(value)
    return short.rstrip("0").rstrip(".") if "." in short else short


def _scientific_general(value: float) -> str:
    mantissa, exponent = f"{value:.5E}".split("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


@lru_cache(maxsize=512)
def _sections(pattern: str) -> tuple[Section, ...]:
    if len(pattern) > MAX_PATTERN or pattern.strip().lower() in ("", "general", "@"):
        return ()
    parts: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(pattern):
        kind, word = str(found.lastgroup), found.group()
        if kind == "other" and word == ";":
            parts.append([])
        else:
            parts[-1].append((kind, word))
    return tuple(_section(tokens) for tokens in parts)


def _section(tokens: list[Token]) -> Section:
    source = "".join(word for _, word in tokens)
    found = _CONDITION.search(source)
    condition = (found[1], float(found[2])) if found else None
    dated = any(kind == "date" for kind, _ in tokens) and not any(
        word in "#?" for kind, word in tokens if kind == "digit"
    )
    return Section(source, tuple(tokens), condition, dated)


def _pick(sections: tuple[Section, ...], value: float) -> tuple[Section | None, bool]:
    """Return the section for a value and whether a minus sign must still be put before it."""
    numeric = sections[:3] if len(sections) == 4 else tuple(part for part in sections if not part.has("text"))
    if not numeric:
        return None, True
    if any(part.condition for part in numeric):
        chosen = next((part for part in numeric if part.accepts(value)), None)
        return chosen or next((part for part in numeric[::-1] if not part.condition), numeric[-1]), True
    if value < 0 and len(numeric) > 1:
        return numeric[1], False
    return (numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]), True


def _body(size: float, section: Section) -> str:
    if section.has("general"):
        return "".join(general(size) if kind == "general" else _literal(kind, word) for kind, word in section.tokens)
    if not section.has("digit"):
        return "".join(_literal(kind, word) for kind, word in section.tokens)
    if section.has("exponent"):
        return _scientific(Decimal(repr(size)), section.tokens)
    fraction = _FRACTION.search(section.source)
    if fraction:
        return _fraction(size, section, fraction)
    return _decimal(size, section.tokens)


def _literal(kind: str, word: str) -> str:
    if kind == "quoted":
        return word.strip('"')
    if kind == "escaped":
        return word[1:]
    if kind == "bracket":  # [$¥-804] prints ¥; colours and conditions print nothing
        return word[2:].rstrip("]").split("-")[0] if word.startswith("[$") else ""
    return "" if kind in ("pad", "comma", "general", "digit") else word


def _decimal(size: float, tokens: tuple[Token, ...]) -> str:
    kinds = [kind for kind, _ in tokens]
    last_digit = max(index for index, kind in enumerate(kinds) if kind == "digit")
    first_digit = kinds.index("digit")
    point = kinds.index("point") if "point" in kinds else len(kinds)
    last_whole = max((index for index in range(point) if kinds[index] == "digit"), default=first_digit)
    thousands = kinds[last_whole + 1 : point].count("comma") + (
        kinds[last_digit + 1 :].count("comma") if last_digit > last_whole else 0
    )
    places = kinds[point:].count("digit")
    # Excel keeps 15 digits and rounds the decimal a person would read: 0.285 prints 0.29.
    exact = Decimal(f"{size:.15g}").scaleb(2 * kinds.count("percent") - 3 * thousands)
    whole, _, rest = f"{_EXACT.quantize(exact, Decimal(1).scaleb(-places)):f}".partition(".")
    grouped = "comma" in kinds[first_digit:last_whole]
    return _fill(tokens, point, whole, rest, grouped=grouped)


def _fill(tokens: tuple[Token, ...], point: int, whole: str, rest: str, *, grouped: bool) -> str:
    front = _fill_whole(tokens[:point], whole.lstrip("0"), grouped=grouped)
    back: list[str] = []
    kept, rest_digits = len(rest.rstrip("0")), iter(enumerate(rest))
    for kind, word in tokens[point:]:
        if kind != "digit":
            back.append(_literal(kind, word))
            continue
        index, digit = next(rest_digits, (0, ""))
        back.append(digit if word == "0" or index < kept else " " if word == "?" else "")
    return front + "".join(back)


def _fill_whole(tokens: tuple[Token, ...], digits: str, *, grouped: bool) -> str:
    """Lay the digits before the point into their places from the right; the first place takes all that are left."""
    places, out, used = sum(kind == "digit" for kind, _ in tokens), [], 0
    if not places:
        return "".join(_literal(kind, word) for kind, word in tokens) + digits
    for kind, word in reversed(tokens):
        if kind != "digit":
            out.append(_literal(kind, word))
            continue
        places -= 1
        take = max(len(digits) - used, 1) if places == 0 else 1
        for _ in range(take):
            comma = "," if grouped and used and used % 3 == 0 else ""
            digit = digits[-1 - used] if used < len(digits) else {"0": "0", "?": " "}.get(word, "")
            out.append(digit + comma if digit.strip() else digit)
            used += 1
    return "".join(reversed(out))


def _scientific(exact: Decimal, tokens: tuple[Token, ...]) -> str:
    at = next(index for index, (kind, _) in enumerate(tokens) if kind == "exponent")
    head, sign, tail = tokens[:at], tokens[at][1], tokens[at + 1 :]
    point = next((index for index, (kind, _) in enumerate(head) if kind == "point"), len(head))
    step = max(sum(kind == "digit" for kind, _ in head[:point]), 1)
    places = sum(kind == "digit" for kind, _ in head[point:])
    power = exact.adjusted() // step * step if exact else 0
    mantissa = _EXACT.quantize(exact.scaleb(-power), Decimal(1).scaleb(-places))
    if mantissa.adjusted() >= step:  # 9.999 rounded up to 10.00
        power += step
        mantissa = _EXACT.quantize(exact.scaleb(-power), Decimal(1).scaleb(-places))
    whole, _, rest = f"{mantissa:f}".partition(".")
    shown = "-" if power < 0 else "+" if sign.endswith("+") else ""
    exponent = _fill_whole(tail, str(abs(power)), grouped=False)
    return _fill(head, point, whole, rest, grouped=False) + "E" + shown + exponent


def _fraction(size: float, section: Section, found: re.Match[str]) -> str:
    whole = int(Decimal(repr(size)).to_integral_value(ROUND_DOWN)) if found["whole"] else 0
    rest, under = Fraction(repr(size)) - whole, found["under"]
    if under.strip("#0?"):
        over, below = round(rest * int(under)), int(under)
    else:
        over, below = rest.limit_denominator(10 ** min(len(under), 7) - 1).as_integer_ratio()
    if found["whole"] and over == below:
        whole, over = whole + 1, 0
    before, after = (
        "".join(_literal(kind, word) for kind, word in _tokens(part))
        for part in (section.source[: found.start()], section.source[found.end() :])
    )
    parts = [str(whole)] if found["whole"] and (whole or not over) else []
    parts += [f"{over}/{below}"] if over or not found["whole"] else []
    return before + " ".join(parts) + after


def _tokens(source: str) -> list[Token]:
    return [(str(found.lastgroup), found.group()) for found in _TOKEN.finditer(source)]
