"""Noun: what follows from a review: forms picked for a closer look, items to be put right, and what became of them."""

from typing import Literal

from fuhe.findings import Cell
from fuhe.records import Frozen
from fuhe.worksheets import Figure

PickedBy = Literal["金额", "风险", "随机"]
DUTY_STATES = ("待整改", "整改中", "已整改", "无需整改")
ChangeState = Literal["已改", "部分改", "未改", "新出现"]


class Candidate(Frozen):
    """A form that could be picked: its money in 万元, its risk points and where they come from, its lot."""

    file: str
    form: str
    project: str | None
    department: str | None
    unit: str | None
    budget: Figure | None
    risk: int
    errors: int
    warnings: int
    lot: str


class Pick(Frozen):
    """A form that was picked, by what, and the reason in words."""

    candidate: Candidate
    by: PickedBy
    reason: str


class Sample(Frozen):
    """Who was picked from how many; the seed by which anyone can draw the same lots again."""

    seed: str
    picks: tuple[Pick, ...]
    candidates: tuple[Candidate, ...]


class HandedDuty(Frozen):
    """What people wrote into a line of 整改台账."""

    owner: str = ""
    due: str = ""
    feedback: str = ""
    state: str = DUTY_STATES[0]


class DutyItem(Frozen):
    """One thing a unit is asked to put right: at which cells, in what words, what to do.

    `spot` says what it is about whatever its text: the same spot on a resubmitted form is the same item.
    """

    key: str
    spot: str
    project: str | None
    unit: str | None
    field: str
    where: str = ""
    what: str
    advice: str = ""
    codes: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    outcome: str = ""
    hand: HandedDuty = HandedDuty()


class ItemChange(Frozen):
    """What became of one item between two hand-ins of a form, the texts before and after, and what is left of a part."""

    state: ChangeState
    item: DutyItem
    before: str = ""
    after: str = ""
    left: str = ""


class FormChange(Frozen):
    """A form against its resubmission; `missing` where there is none."""

    project: str | None
    unit: str | None
    score_before: str | None = None
    score_after: str | None = None
    missing: bool = False
    changes: tuple[ItemChange, ...] = ()
