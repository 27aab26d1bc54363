"""Words and looks the pages of a form share: states as each side calls them, how a cell of the table is set."""

from fuhe.findings import STATE_LABELS
from fuhe.outputs.in_words import cell_name, grounds, where
from fuhe.outputs.layout import Slot, Table
from fuhe.readings.value import plain
from fuhe.web.work.score_words import decision_in_words
from fuhe.worksheets import cents

_WRITTEN = frozenset(
    ("project", "department", "unit", "goal", "outcome", "name", "reason", "text", "evidence", "scoring_rule")
)
# Characters: a corner mark covers a centred text longer than this; a column is at least and at most so wide.
_SHORT = 3
_WIDE = 3
_TALL = 3
_NARROWEST = 4.6
_WRITING = 13
_WIDEST = {"is-head": 5, "is-level": 6, "is-label": 7, "is-value": 6, "is-text": 16}
_SIDE = frozenset(("level1", "level2"))
STAGES = {"waiting": "待复核", "reviewing": "复核中", "passed": "已送科长", "returned": "已退回", "closed": "已办结"}
SCORE_STATES = {"open": "", "confirmed": "已核定", "changed": "已改分", "left": "留待"}
STATES_OF = {
    "review": STATE_LABELS,
    "fill": {"listed": "已改到表里", "rewritten": "已自行修改", "dismissed": "不改", "doubtful": "稍后"},
}


def kind_of(slot: Slot) -> str:
    """Return the class a cell is set by: a heading, a level, written text to the left, or a centred value."""
    if slot.head:
        return "is-head"
    names = {field.rpartition(".")[2] for field in slot.fields}
    if "label" in names:
        return "is-label"
    return "is-level" if names & _SIDE else "is-text" if names & _WRITTEN else "is-value"


def needs_room(slot: Slot, marks: int) -> bool:
    """Tell whether marks in a cell's corner would cover its text."""
    if kind_of(slot) == "is-text":
        return False
    longest = max(map(len, slot.text.split("\n")))
    return slot.colspan < _WIDE and slot.rowspan < _TALL and bool(slot.text) and (marks > 1 or longest > _SHORT)


def widths(table: Table, side: str = "review") -> list[float]:
    """Share the width of a table among its columns, in percent, by what stands in one column alone.

    From the unit's side the column it writes reasons in is wide enough to read them.
    """
    wanted: list[float] = [_NARROWEST] * table.width
    for slot in table.slots():
        if slot.colspan == 1 or any(field.startswith("indicators[") for field in slot.fields):
            for col in range(slot.col - 1, slot.col - 1 + slot.colspan):
                wanted[col] = max(wanted[col], _wanted(slot, side) / slot.colspan)
    total = sum(wanted)
    return [round(100 * width / total, 2) for width in wanted]


def _wanted(slot: Slot, side: str) -> float:
    """Return how many characters a cell would like to be wide."""
    longest = min(max(map(len, slot.text.split("\n"))), _WIDEST[kind_of(slot)])
    is_written = side == "fill" and any(field.endswith("].reason") for field in slot.fields)
    return max(longest, _WRITING) if is_written else longest


WORDS: dict[str, object] = {
    "kind_of": kind_of,
    "needs_room": needs_room,
    "widths": widths,
    "grounds": grounds,
    "where": where,
    "cell_name": cell_name,
    "state_words": STATES_OF,
    "stages": STAGES,
    "score_states": SCORE_STATES,
    "points": lambda number: plain(cents(number)),
    "decision_in_words": decision_in_words,
}
