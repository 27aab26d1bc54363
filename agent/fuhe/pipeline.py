"""Read, check and draft, put together once: command line, batch, Spark, workbench and Python callers all come through here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fuhe import checking
from fuhe.checking import Options
from fuhe.drafts import Draft, DraftKind
from fuhe.findings import Finding
from fuhe.point import Point
from fuhe.pointing.form_points import form_points
from fuhe.policy import Pack, pack
from fuhe.records import File, Form
from fuhe.settings import Suppression

if TYPE_CHECKING:
    from fuhe.drafting.writing import Outcome
    from fuhe.model.asked_once import EndpointModel
    from fuhe.worksheets import Worksheet

POLICY = "national-2020"
KINDS: tuple[DraftKind, ...] = ("reason", "advice", "opinion")
"""What is drafted for a form wherever nothing else is asked for."""


@dataclass(frozen=True)
class Checked:
    """A form and its findings, what suppressions kept back, and its drafts: None where none were made."""

    form: Form
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...] | None = None
    suppressed: int = 0
    used: frozenset[Suppression] = frozenset()


def read(*paths: str | Path) -> list[File]:
    """Read files, folders and archives; a file that cannot be read is there with its `problems`.

    Raises UsageError for a path that does not exist.

    >>> [form.record.project for file in read("data/samples") for form in file.forms][1]
    '2024年市“12345”政务服务热线工作经费'
    """
    from fuhe.intake.paths import read_paths

    return list(read_paths([str(path) for path in paths]))


def check(form: Form, policy: str = POLICY, options: Options = Options()) -> tuple[Finding, ...]:
    """Return what the rules find in a form; raises PolicyError for an unknown pack, UsageError for an unknown code.

    >>> form = read("data/samples")[0].forms[1]
    >>> {"A002", "S001"} <= {finding.code for finding in check(form)}
    True
    """
    return checking.check(form, pack(policy), options).findings


def points(form: Form, policy: str = POLICY) -> tuple[Point, ...]:
    """Return what a reviewer would say of a form, the weightiest first: every finding in exactly one point.

    >>> form = read("data/samples")[0].forms[1]
    >>> points(form)[0].headline
    '总分与各项得分不符'
    """
    return form_points(form.record, check(form, policy))


def draft(form: Form, policy: str = POLICY) -> tuple[Draft, ...]:
    """Draft 偏差原因及改进措施 by the rules: what the form proves, and blanks for what only the unit knows.

    >>> form = read("data/samples")[0].forms[1]
    >>> draft(form)[0].field
    'indicators[6].reason'
    """
    return _by_rules(form, policy, "reason")


def plan(form: Form, year: str, policy: str = POLICY) -> tuple[Draft, ...]:
    """Draft the indicators of another year by the rules, one draft a row.

    >>> form = read("data/samples")[0].forms[1]
    >>> len(plan(form, "2025")) >= len(form.record.indicators)
    True
    """
    return _by_rules(form, policy, "indicator", year)


def opinion(form: Form, policy: str = POLICY) -> Draft:
    """Draft 复核意见 on a form by the rules.

    >>> form = read("data/samples")[0].forms[1]
    >>> "98.5" in opinion(form).text
    True
    """
    return _by_rules(form, policy, "opinion")[0]


def rescore(form: Form, standard: str = "national-practice", policy: str = POLICY) -> "Worksheet":
    """Propose the bureau's own score of a form by a standard: its name, or the path of a YAML file.

    Raises StandardError for a standard that cannot be used.

    >>> form = read("data/samples")[0].forms[5]
    >>> sheet = rescore(form)
    >>> str(sheet.rows[0].score)
    '8.31'
    """
    from fuhe.rescoring.proposing import propose
    from fuhe.rescoring.standard import standard as standard_named

    return propose("", form, check(form, policy), standard_named(standard), pack(policy))


def _by_rules(form: Form, policy: str, kind: DraftKind, year: str = "") -> tuple[Draft, ...]:
    findings = check(form, policy)
    return tuple(drafted(form, findings, pack(policy), kinds=(kind,), year=year).drafts)


def check_file(file: File, pack: Pack, options: Options) -> list[Checked]:
    """Check every form of a file."""
    return [_checked(form, pack, options) for form in file.forms]


def _checked(form: Form, pack: Pack, options: Options) -> Checked:
    found = checking.check(form, pack, options)
    return Checked(form, found.findings, suppressed=found.suppressed, used=found.used)


def with_drafts(entries: Iterable[Checked], pack: Pack) -> list[Checked]:
    """Draft for checked forms by the rules alone."""
    return [replace(entry, drafts=tuple(drafted(entry.form, entry.findings, pack).drafts)) for entry in entries]


def drafted(
    form: Form,
    findings: Sequence[Finding],
    pack: Pack,
    model: "EndpointModel | None" = None,
    kinds: Sequence[DraftKind] = KINDS,
    *,
    year: str = "",
) -> "Outcome":
    """Draft one form, with a model or by the rules; `year` is the one that kind `indicator` is for.

    Whatever the model does, every field gets a guarded draft or the rules' own; never an exception.
    """
    from fuhe.drafting.writing import Outcome
    from fuhe.model.ledger import key

    about = key(form.record.model_dump_json(), *(finding.fingerprint for finding in findings))
    about += model.place.url if model else ""
    return sum((_of_kind(kind, form, findings, pack, model, about, year) for kind in kinds), Outcome())


def _of_kind(
    kind: DraftKind,
    form: Form,
    findings: Sequence[Finding],
    pack: Pack,
    model: "EndpointModel | None",
    about: str,
    year: str,
) -> "Outcome":
    from fuhe.drafting import indicator, opinion, reason_draft, row_advice, self_report
    from fuhe.drafting.proposal import finished
    from fuhe.drafting.writing import Outcome, write
    from fuhe.readings.sheet import Sheet

    if kind == "indicator":
        return indicator.plan(form, findings, pack, year, model, about)
    sheet = Sheet(form, pack)
    if kind == "report":
        return self_report.report(sheet, findings)
    if kind == "advice":
        return Outcome([finished(proposal) for proposal in row_advice.advice(sheet, findings)])
    return write(
        reason_draft.task(sheet, findings) if kind == "reason" else opinion.task(sheet, findings), model, about
    )
