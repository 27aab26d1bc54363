"""What rules over many forms need of each form: a small part of it, so that a hundred thousand can be set side by side."""

from typing import Literal

from fuhe.records import FormType, Frozen


class TraceLine(Frozen):
    """One indicator row: texts as printed, and what its own figures say.

    `name` is without numbering; `printed` is the name as printed where that differs.
    `key` folds the name for comparison; `fewer` tells that a lower figure is the better one, `beaten` that the actual is
    better than the target, `silent` that no reason is given, `soft` that a deduction cannot be checked.
    """

    index: int
    level: str | None = None
    name: str = ""
    printed: str | None = None
    key: str = ""
    target: str | None = None
    actual: str | None = None
    weight: str | None = None
    score: str | None = None
    met: Literal["met", "unmet"] | None = None
    beaten: bool = False
    fewer: bool = False
    silent: bool = False
    deducted: bool = False
    soft: bool = False
    placeholder: bool = False

    @property
    def printed_name(self) -> str:
        """The name as printed."""
        return self.name if self.printed is None else self.printed


class FormTrace(Frozen):
    """One form of a file as rules over many forms see it; `project` and `unit` are folded, a project's years masked.

    `digest` is the same for records that say the same.
    """

    file: str
    form: str
    form_type: FormType = "project"
    truncated: bool = False
    title: str | None = None
    project: str = ""
    unit: str = ""
    year: int | None = None
    total_score: str | None = None
    goal: str | None = None
    goal_key: str = ""
    outcome: str | None = None
    outcome_key: str = ""
    lines: tuple[TraceLine, ...] = ()
    digest: str = ""
