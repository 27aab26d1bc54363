"""Which forms of a batch: the words of a query string, and the conditions they put on the rows of the store."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field, ValidationError, field_validator
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from fuhe import findings
from fuhe.errors import UsageError
from fuhe.findings import Severity
from fuhe.pointing.phrasebook import kinds, phrasings
from fuhe.records import Frozen
from fuhe.store import schema

State = Literal["open", "begun", "done", "listed", "waiting", "reviewing", "passed", "returned", "closed"]
"""open: nothing decided yet, begun: some, done: all or closed, listed: something goes into the opinion; the rest are
the stages a form goes through."""
UNNAMED = "（未填单位）"
COPIED = ("D003", "D004", "D005", "B002")
"""The codes of texts that stand in several forms."""
TAKEN: tuple[findings.State, ...] = ("listed", "rewritten")
"""The states of findings that go into the opinion."""

_COUNTED: dict[Severity, str] = {"error": "errors", "warning": "warnings", "info": "infos"}


class Selection(Frozen):
    """Some forms of a batch; what is left out does not narrow the choice.

    `code` is a code or the letter of a family; `point` is a kind of points; `score`, `rate` (percent) and `quality` are ranges: 97 is [97, 98), 95-
    is from 95 on, -80 is below 80, 60-62 is [60, 62); `grade` is of the quality score; `q` is looked for in project and
    unit.
    """

    batch: int | None = Field(default=None, ge=0, lt=2**53)
    code: str | None = None
    point: str | None = None
    severity: Severity | None = None
    unit: str | None = None
    state: State | None = None
    score: str | None = None
    rate: str | None = None
    quality: str | None = None
    grade: str | None = None
    copied: bool = False
    q: str | None = None

    @field_validator("score", "rate", "quality")
    @classmethod
    def _is_range(cls, value: str | None) -> str | None:
        if value is not None:
            span(value)
        return value

    @field_validator("point")
    @classmethod
    def _is_kind(cls, value: str | None) -> str | None:
        if value is not None and value not in kinds():
            raise ValueError(value)
        return value

    @classmethod
    def of(cls, query: Mapping[str, object]) -> "Selection":
        """Read a query string's words, empty ones left out; raises UsageError for one that cannot be used."""
        given = {name: value for name in cls.model_fields if (value := query.get(name)) not in (None, "")}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            name = error.errors()[0]["loc"][0]
            raise UsageError(
                f"地址里的“{name}={given[str(name)]}”不能用", todo="请回到批次总览，从图上重新点开"
            ) from error

    @property
    def query(self) -> str:
        """The query string, without a question mark."""
        named = self.model_dump(exclude_defaults=True)
        return urlencode({name: 1 if value is True else value for name, value in named.items()})


def span(text: str) -> tuple[float | None, float | None]:
    """Return the ends [low, high) of a range as printed; None is open. Raises ValueError."""
    low, dash, high = text.partition("-")
    if not dash:
        return float(low), float(low) + 1
    if not low and not high:
        raise ValueError(text)
    return (float(low) if low else None), (float(high) if high else None)


def chosen(selection: Selection) -> ColumnElement[bool]:
    """Return the condition on current rows of `schema.form` that a selection puts."""
    form = schema.form.c
    wanted: list[ColumnElement[bool]] = [form.current]
    if selection.batch is not None:
        wanted.append(form.batch_id == selection.batch)
    if selection.severity and not selection.code:
        wanted.append(form[_COUNTED[selection.severity]] > 0)
    if selection.unit is not None:
        wanted.append(is_of_unit(selection.unit))
    if selection.state:
        wanted.append(_in_state(selection.state))
    if selection.grade:
        wanted.append(form.grade == selection.grade)
    wanted += _within(form.score, selection.score, 1) + _within(form.quality, selection.quality, 1)
    wanted += _within(form.rate, selection.rate, 100)
    if selection.code:
        wanted.append(form.id.in_(_with_code(selection)))
    if selection.point:
        wanted.append(form.id.in_(_with_point(selection.point)))
    if selection.copied:
        wanted.append(form.id.in_(_across_forms(schema.batch_finding.c.code.in_(COPIED))))
    if selection.q:
        wanted.append(or_(*(column.contains(selection.q, autoescape=True) for column in (form.project, form.unit))))
    return and_(*wanted)


def is_of_unit(unit: str) -> ColumnElement[bool]:
    """Return the condition that a form is of a unit, or names none."""
    column = schema.form.c.unit
    return func.coalesce(column, "") == "" if unit == UNNAMED else column == unit


def found() -> ColumnElement[int]:
    """Return how many findings a form has of its own."""
    form = schema.form.c
    return form.errors + form.warnings + form.infos


def is_done() -> ColumnElement[bool]:
    """Return the condition that nothing is left to decide on a form."""
    form = schema.form.c
    return or_(form.settled >= found(), form.stage == "closed")


def _in_state(state: State) -> ColumnElement[bool]:
    settled, decision = schema.form.c.settled, schema.decision.c
    named: dict[str, ColumnElement[bool]] = {
        "open": and_(settled == 0, ~is_done()),
        "begun": and_(settled > 0, ~is_done()),
        "done": is_done(),
        "listed": schema.form.c.id.in_(select(decision.form_id).where(decision.state.in_(TAKEN))),
    }
    return named.get(state, schema.form.c.stage == state)


def _within(column: ColumnElement[float], text: str | None, whole: int) -> list[ColumnElement[bool]]:
    """Hold a column, of which 100 printed are `whole` 1, within a range as printed."""
    if text is None:
        return []
    low, high = span(text)
    bounds = [column >= low / whole] if low is not None else []
    return [*bounds, column < high / whole] if high is not None else bounds


def is_coded(column: ColumnElement[str], code: str) -> ColumnElement[bool]:
    """Return the condition that a column of codes holds a code, or one of a family."""
    return column.startswith(code) if len(code) == 1 else column == code


def _with_code(selection: Selection) -> Select[int]:
    """Return the ids of the forms with a finding of the code, of their own or over several forms."""
    own, across = schema.finding.c, schema.batch_finding.c
    code = selection.code or ""
    single, several = [is_coded(own.code, code)], [is_coded(across.code, code)]
    if selection.severity:
        single.append(own.severity == selection.severity)
        several.append(across.severity == selection.severity)
    both = select(own.form_id).where(*single).union(_across_forms(*several)).subquery()
    return select(both.c.form_id)


def _with_point(kind: str) -> Select[int]:
    """Return the ids of the forms with a point of a kind, of their own or over several forms."""
    point, across = schema.form_point.c, schema.batch_finding.c
    codes = [code for code, clause in phrasings().items() if clause.kind == kind]
    several = _across_forms(across.code.in_(codes), across.severity != "info")
    both = select(point.form_id).where(point.kind == kind).union(several).subquery()
    return select(both.c.form_id)


def _across_forms(*conditions: ColumnElement[bool]) -> Select[int]:
    link, across = schema.batch_finding_form, schema.batch_finding
    return select(link.c.form_id).join(across, across.c.id == link.c.batch_finding_id).where(*conditions)
