"""What was decided on a row of the 复核底稿, in words: for the page, the trail and the sheet."""

from fuhe.readings.value import plain
from fuhe.worksheets import RowDecision, RowState

DONE: dict[RowState, str] = {"open": "勾选", "confirmed": "核定", "changed": "改为", "left": "留待"}


def decision_in_words(decision: RowDecision) -> str:
    """Say what was decided on a row: 核定 8 分, 改为 7 分, 留待, with its ticks and reason."""
    scored = f" {plain(decision.score)} 分" if decision.state in ("confirmed", "changed") else ""
    ticks = f"（勾选{'、'.join(decision.ticks)}）" if decision.ticks else ""
    reason = f"：{decision.entry.reason}" if decision.entry.reason else ""
    return f"{DONE[decision.state]}{scored}{ticks}{reason}"
