"""Progress on standard error: a line that renews itself on a console, now and then a line elsewhere; GBK characters only."""

import sys
import time

import click

from fuhe.text import display_width

_BAR = 20
_EVERY = 10.0  # seconds between two lines where nobody watches
_RENEW = 0.2


class ProgressLine:
    """How far a run is, at what rate, and how long it will still take."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._step, self._began, self._first, self._told, self._width = "", 0.0, 0, 0.0, 0

    def step(self, name: str, done: int, total: int, last: str) -> None:
        """Tell where a step is; a step without a total is only named."""
        now = time.monotonic()
        if name != self._step:
            self.end()
            self._step, self._began, self._first, self._told = name, now, max(0, done - 1), now if total else 0.0
        if now - self._told < (_RENEW if self._watched else _EVERY) and done != total:
            return
        self._told = now
        self._show(_line(name, done, total, last, (done - self._first) / max(now - self._began, 0.001)))

    def _show(self, line: str) -> None:
        if self._watched:
            click.echo(f"\r{line}{' ' * max(0, self._width - display_width(line))}", err=True, nl=False)
            self._width = display_width(line)
        else:
            click.echo(line, err=True)

    def end(self) -> None:
        """Leave the line as it stands."""
        if self._watched and self._width:
            click.echo(err=True)
        self._width = 0


def _line(name: str, done: int, total: int, last: str, rate: float) -> str:
    if not total:
        return f"{name}　{last}".rstrip()
    total = max(total, done)
    full = _BAR * done // total
    left = _duration((total - done) / rate) if rate else "未知"
    shown = last if len(last) <= 24 else f"…{last[-23:]}"
    return f"{name} {'■' * full}{'□' * (_BAR - full)} {done}／{total}　每秒 {rate:.1f} 个　约剩 {left}　{shown}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
