"""The figures of a batch: what 批次总览 shows, each with the query string of the forms behind it."""

from collections.abc import Iterable

from fuhe.findings import Severity, State
from fuhe.records import FileStatus, Frozen


class FormLine(Frozen):
    """One form as a list names it: `form_id` in the store, its number within the file, its figures as a row shows them."""

    form_id: int
    path: str
    number: str
    unit: str
    project: str
    total: str | None = None
    score: float | None = None
    rate: float | None = None
    quality: float | None = None
    errors: int = 0
    warnings: int = 0
    infos: int = 0


class Slice(Frozen):
    """A bar: what it stands for, how many forms, and the query string that shows them."""

    label: str
    forms: int
    query: str
    marked: bool = False


class Headline(Frozen):
    """One of the numbers at the top: the figure, what is said after it, and whether it is bad news."""

    label: str
    value: int
    after: str
    query: str
    alarming: bool = False


class CommonFault(Frozen):
    """A rule's findings over the batch, at its commonest severity: in how many places, on how many forms."""

    code: str
    title: str
    severity: Severity
    findings: int
    forms: int
    query: str


class CommonPoint(Frozen):
    """One kind of point over the batch: its theme, on how many forms, and the score points that rest on it."""

    theme: str
    name: str
    forms: int
    stake: float
    query: str


class Lost(Frozen):
    """What one code cost a dimension before its floor, in points over the whole batch."""

    code: str
    title: str
    points: float
    query: str


class DimensionFigure(Frozen):
    """One dimension over the batch: full points, the mean of what is left, forms that lost some, and for what."""

    name: str
    full: float
    mean: float
    below: int
    lost: tuple[Lost, ...] = ()


class QualityFigures(Frozen):
    """The quality scores of a batch, by an own rubric: where they lie, what was lost, who stands at the ends."""

    rubric: str
    costs: str
    mean: float
    best: float
    worst: float
    grades: tuple[Slice, ...]
    bins: tuple[Slice, ...]
    dimensions: tuple[DimensionFigure, ...]
    weakest: tuple[FormLine, ...] = ()
    strongest: tuple[FormLine, ...] = ()


class ScoreFigures(Frozen):
    """The printed totals in bins of one point; `high` forms have `line` points or more, `unread` print no figure."""

    bins: tuple[Slice, ...]
    forms: int
    high: int
    line: float
    high_query: str
    unread: int


class HeatCell(Frozen):
    """The mean number of findings of a family on a unit's forms; `shade` is 0 for the least of the table, 9 for the most."""

    mean: float
    shade: int
    query: str


class HeatRow(Frozen):
    """One unit: its forms, its mean quality score, a cell for each family, and all families together."""

    unit: str
    forms: int
    quality: float | None
    cells: tuple[HeatCell, ...]
    mean: float
    query: str


class Heat(Frozen):
    """Units by families, the unit with most findings a form first; `left_out` units come after those shown."""

    families: tuple[tuple[str, str], ...]
    rows: tuple[HeatRow, ...]
    left_out: int = 0


class Dot(Frozen):
    """One form, or where they are too many a square of forms, by execution rate (percent) and score."""

    rate: float
    score: float
    forms: int
    flagged: bool
    told: str
    query: str
    line: FormLine | None = None


class Spending(Frozen):
    """Execution rate against score; `flagged` forms spent below `rate` percent and give themselves `score` or more."""

    dots: tuple[Dot, ...]
    is_binned: bool
    forms: int
    rate: float
    score: float
    flagged: int
    query: str
    worst: tuple[FormLine, ...] = ()


class Pace(Frozen):
    """Forms done by the end of each day from `start` to `today`, ISO dates, against `due` where there is one."""

    start: str
    today: str
    due: str | None
    days: tuple[tuple[str, int], ...]
    total: int

    @property
    def done(self) -> int:
        """How many are done by now."""
        return self.days[-1][1] if self.days else 0


class CopyText(Frozen):
    """A text of a group: the field it stands in, which parts differ from the first text, the first forms with it."""

    named: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    lines: tuple[FormLine, ...] = ()
    places: int = 1


class CopyGroup(Frozen):
    """One group of copied texts: the first different texts, and how many more there are."""

    code: str
    title: str
    severity: Severity
    message: str
    forms: int
    texts: tuple[CopyText, ...]
    left_out: int = 0


class Copies(Frozen):
    """The largest groups of copied texts, and how many there are in all."""

    groups: tuple[CopyGroup, ...]
    total: int
    forms: int
    query: str


class Overview(Frozen):
    """Everything 批次总览 shows of one batch.

    `lists` names the first forms behind a query string, for a page without a server behind it; `points` stand there in
    place of `faults`.
    """

    name: str
    made: str
    policy: str
    due: str | None
    files: dict[FileStatus, int]
    forms: int
    units: int
    severities: dict[Severity, int]
    across: int
    states: dict[State, int]
    blanks: int
    headlines: tuple[Headline, ...]
    faults: tuple[CommonFault, ...]
    scores: ScoreFigures
    heat: Heat
    spending: Spending
    pace: Pace | None
    quality: QualityFigures | None
    copies: Copies
    points: tuple[CommonPoint, ...] = ()
    lists: dict[str, tuple[FormLine, ...]] = {}

    @property
    def findings(self) -> int:
        """How many findings there are, those over several forms counted once."""
        return sum(self.severities.values()) + self.across


def shades(means: Iterable[float]) -> list[int]:
    """Return for each mean its shade from 0 for nothing to 9 for the largest."""
    known = list(means)
    most = max(known, default=0) or 1
    return [round(9 * mean / most) for mean in known]
