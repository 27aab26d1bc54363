"""Table lines that broke inside a cell, put together again where the count of separators leaves no doubt."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

_ITEM = re.compile(r"\s*[(（]?(\d{1,2})[)）]?[.、．](?!\d)")
_LEAST_WHOLE = 3
_LONGEST_RUN = 40


def rejoined(lines: Sequence[str], mark: str) -> list[str]:
    """Return the lines with those of one row joined by `mark`; a section that leaves doubt stays as it is."""
    found: list[str] = []
    lines = _counted_on(lines, mark)
    for is_blank, section in groupby(lines, key=lambda line: not line.strip()):
        part = list(section)
        found += part if is_blank else _section(part, mark)
    return found


def _counted_on(lines: Sequence[str], mark: str) -> list[str]:
    """Join a line that counts on where the last cell of the row before it stopped: …\\t1.修井 is followed by 2.换管.

    A row may count on as well (2.乙 | 2.完成乙): it is joined only where a line that is no row was, just before it.
    """
    found: list[str] = []
    last, joins = 0, False
    for line in lines:
        own = _ITEM.match(line)
        is_row = "\t" in line or line.count("|") > 1
        joins = bool(own and last and int(own[1]) == last + 1 and (joins or not is_row))
        if joins:
            found[-1] += mark + line
        else:
            found.append(line)
        last = _number_at_end(line) if is_row else (last + 1 if joins else 0)
        joins = joins and not is_row
    return found


def _number_at_end(line: str) -> int:
    """Return the number with which the last cell of a row begins, if it does; a row with closing bars is whole."""
    last = re.split(r"[\t|]", line)[-1]
    item = _ITEM.match(last)
    return int(item[1]) if item else 0


def _section(lines: list[str], mark: str) -> list[str]:
    for bar in ("\t", "|", "｜"):
        if any(bar in line for line in lines):
            return _between_bars(lines, bar, mark) or _of_equal_rows(lines, bar, mark) or lines
    return lines


def _between_bars(lines: Sequence[str], bar: str, mark: str) -> list[str] | None:
    """Join what stands between the first bar of a row and its last: rows begin and end with one, a broken row does not."""
    texts = [line.strip() for line in lines]
    loose = [text for text in texts if not _is_closed(text, bar)]
    opened = sum(text.startswith(bar) and len(text) > 1 for text in loose)
    closed = sum(text.endswith(bar) for text in loose)
    if bar == "\t" or opened != closed or not opened or len(texts) - len(loose) < _LEAST_WHOLE:
        return None
    found: list[str] = []
    open_since: int | None = None
    for line in lines:
        text = line.strip()
        if open_since is not None and not (text.startswith(bar) and text.count(bar) > 1):
            found[-1] += mark + text
            open_since = None if text.endswith(bar) else open_since + 1
        else:
            found.append(line)
            open_since = 0 if text.startswith(bar) and not (text.endswith(bar) and len(text) > 1) else None
        if open_since is not None and open_since > _LONGEST_RUN:
            return None
    return found if open_since is None else None


def _is_closed(line: str, bar: str) -> bool:
    text = line.strip()
    return len(text) > 1 and text.startswith(bar) and text.endswith(bar)


def _of_equal_rows(lines: Sequence[str], bar: str, mark: str) -> list[str] | None:
    """Join neighbours that have as many separators together as every other row; None unless that explains every line."""
    counts = Counter(line.count(bar) for line in lines if bar in line)
    width, whole = counts.most_common(1)[0]
    if whole < _LEAST_WHOLE or width < 2:
        return None
    found: list[str] = []
    for run in _runs(lines, bar, width):
        if len(run) == 1 and 0 < run[0].count(bar) != width:
            return None
        found.append(mark.join(run))
    return found


def _runs(lines: Sequence[str], bar: str, width: int) -> Iterator[list[str]]:
    """Yield each line alone, or the lines from one with too few separators to where the count is full."""
    at = 0
    while at < len(lines):
        total, end = lines[at].count(bar), at + 1
        while 0 < total < width and end < len(lines) and end - at < _LONGEST_RUN:
            total += lines[end].count(bar)
            end += 1
        end = end if total == width else at + 1
        yield list(lines[at:end])
        at = end
