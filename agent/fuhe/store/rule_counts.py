"""What each rule found in a batch and what people made of it, counted in the store."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Connection, case, func, select, union_all

from fuhe.findings import SEVERITIES, Severity
from fuhe.store import schema
from fuhe.store.selection import UNNAMED, Selection, chosen

MISTAKEN = "规则误报"
_DOUBTED = 30  # percent
_ENOUGH = 5


@dataclass(frozen=True)
class RuleHits:
    """What one rule found on the forms of one unit; a form belongs to one unit, so that its forms may be added up."""

    unit: str
    code: str
    findings: int
    forms: int
    severities: dict[Severity, int]


@dataclass(frozen=True)
class RuleStanding:
    """How a rule does in a batch: what it found, and how much of it people decided, dismissed, and called mistaken."""

    findings: int = 0
    forms: int = 0
    decided: int = 0
    dismissed: int = 0
    mistaken: int = 0

    @property
    def rate(self) -> int | None:
        """The rate of false alarms among what is decided, in percent; None where nothing is."""
        return round(100 * self.mistaken / self.decided) if self.decided else None

    @property
    def is_doubted(self) -> bool:
        """Whether to propose a lower level: more than 30 % false alarms, and enough decided to tell."""
        return self.decided >= _ENOUGH and 100 * self.mistaken > _DOUBTED * self.decided


def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows that meet a condition, 0 where there are none at all."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def hits(connection: Connection, whole: Selection) -> list[RuleHits]:
    """Count findings and forms by unit and code; what shows over several forms counts once on each of them."""
    one, form = _each(whole).subquery(), schema.form.c
    per_severity = [counted(one.c.severity == severity) for severity in SEVERITIES]
    unit = func.coalesce(form.unit, "")
    rows = connection.execute(
        select(unit, one.c.code, func.count(), func.count(func.distinct(one.c.form_id)), *per_severity)
        .join(schema.form, form.id == one.c.form_id)
        .where(chosen(whole))
        .group_by(unit, one.c.code)
    )
    return [
        RuleHits(row[0] or UNNAMED, row[1], row[2], row[3], dict(zip(SEVERITIES, row[4:], strict=True))) for row in rows
    ]


def _each(whole: Selection) -> CompoundSelect[*tuple[object, ...]]:
    """Return every finding of the batch with its form, those over several forms once for each."""
    own, form = schema.finding, schema.form
    across, link = schema.batch_finding, schema.batch_finding_form
    names = ("code", "severity", "fingerprint")
    single = select(own.c.form_id, *(own.c[name] for name in names))
    several = select(link.c.form_id, *(across.c[name] for name in names)).join(
        across, across.c.id == link.c.batch_finding_id
    )
    inside = select(form.c.id).where(chosen(whole))
    return union_all(single.where(own.c.form_id.in_(inside)), several.where(across.c.batch_id == whole.batch))


def standings(connection: Connection, whole: Selection) -> dict[str, RuleStanding]:
    """Return how each rule that found something does in the batch, by its code."""
    found = totals(hits(connection, whole))
    one, decision = _each(whole).subquery(), schema.decision.c
    rows = connection.execute(
        select(
            one.c.code,
            func.count(),
            counted(decision.state == "dismissed"),
            counted((decision.state == "dismissed") & (decision.reason == MISTAKEN)),
        )
        .join(schema.decision, (decision.form_id == one.c.form_id) & (decision.fingerprint == one.c.fingerprint))
        .group_by(one.c.code)
    )
    decided = {row[0]: tuple(row[1:]) for row in rows}
    return {code: RuleStanding(*counts, *decided.get(code, (0, 0, 0))) for code, counts in found.items()}


def totals(found: Iterable[RuleHits]) -> dict[str, tuple[int, int]]:
    """Add up hits over units: code → findings, forms."""
    findings, forms = Counter[str](), Counter[str]()
    for hit in found:
        findings[hit.code] += hit.findings
        forms[hit.code] += hit.forms
    return {code: (findings[code], forms[code]) for code in findings}


def loudness(found: Iterable[RuleHits]) -> dict[str, Severity]:
    """Return the severity each code was found with most often."""
    counts: dict[str, Counter[Severity]] = defaultdict(Counter)
    for hit in found:
        counts[hit.code].update(hit.severities)
    return {code: max(SEVERITIES, key=lambda severity: counts[code][severity]) for code in counts}
