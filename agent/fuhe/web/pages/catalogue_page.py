"""规则库: every rule with what it found and what people made of it, on or off, loud or not; one rule over the batch."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, func, select

from fuhe.checking import basis_of
from fuhe.findings import SEVERITY_LABELS, Severity
from fuhe.outputs.html.report_page import draft_for
from fuhe.outputs.opinion_text import blanks_of, proposed
from fuhe.policy import Pack
from fuhe.rules import FAMILIES, BatchRule, every_rule
from fuhe.rules.rule import CatalogueEntry
from fuhe.store import schema
from fuhe.store.current_forms import load_forms
from fuhe.store.decisions import note
from fuhe.store.rows import BatchRow, FormRow, fetch, select_of
from fuhe.store.rule_counts import RuleStanding, standings
from fuhe.store.selection import Selection, chosen
from fuhe.web.access.admission import At, Person, Who, allowed
from fuhe.web.desk import Desk
from fuhe.web.preferences import Preferences
from fuhe.web.rendering import page

router = APIRouter(include_in_schema=False)
Keeper = Annotated[Person, Depends(allowed("rules"))]
_PAGE = 50
_NUMBER = re.compile(r"（([^（）]*号)）")
_LOWER: dict[Severity, Severity] = {"error": "warning", "warning": "info"}
SWITCHED, LEVELLED = "rule-switch", "rule-level"


@dataclass(frozen=True)
class ShownRule:
    """One code of the catalogue: its rules (one for single forms, one for batches, or both), and how it stands."""

    rules: tuple[CatalogueEntry, ...]
    standing: RuleStanding
    is_on: bool
    is_fixed: bool
    level: Severity
    documents: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code."""
        return self.rules[0].code

    @property
    def usual(self) -> Severity:
        """The level the rule comes with."""
        return self.rules[0].severity

    @property
    def lower(self) -> Severity | None:
        """The level to propose where the rule is doubted, None where there is no lower one."""
        return _LOWER.get(self.level) if self.standing.is_doubted else None

    @property
    def numbers(self) -> tuple[str, ...]:
        """What it leans on, documents by their number where they have one."""
        return tuple((_NUMBER.findall(name) or [name])[-1] for name in self.documents)

    @property
    def scope(self) -> str:
        """Whether it looks at one form or at several."""
        kinds = ("多表" if isinstance(rule, BatchRule) else "单表" for rule in self.rules)
        return "、".join(dict.fromkeys(kinds))


def entries(desk: Desk, found: dict[str, RuleStanding]) -> list[ShownRule]:
    """Return the catalogue, families in order, one entry a code."""
    rules = sorted(every_rule(), key=lambda rule: (list(FAMILIES).index(rule.family), rule.code))
    return [_entry(desk, tuple(same), found) for _, same in groupby(rules, key=lambda rule: rule.code)]


def _entry(desk: Desk, rules: tuple[CatalogueEntry, ...], found: dict[str, RuleStanding]) -> ShownRule:
    code, settings = rules[0].code, desk.settings
    fixed = code in desk.base.ignore or code[0] in desk.base.ignore
    return ShownRule(
        rules=rules,
        standing=found.get(code, RuleStanding()),
        is_on=code not in settings.ignore and not fixed,
        is_fixed=fixed,
        level=settings.severity.get(code, rules[0].severity),
        documents=_documents(rules, desk.pack),
    )


def _documents(rules: Sequence[CatalogueEntry], pack: Pack) -> tuple[str, ...]:
    return tuple(dict.fromkeys(basis.document for rule in rules for basis in basis_of(rule, pack)))


def _standings(connection: Connection, desk: Desk, person: Person) -> tuple[BatchRow | None, dict[str, RuleStanding]]:
    """Return the newest batch and how the rules do in it; somebody who sees one unit only sees no counts."""
    batch = desk.batch(connection) if person.unit is None else None
    return batch, standings(connection, Selection(batch=batch.id)) if batch is not None else {}


@dataclass(frozen=True)
class RuleFilter:
    """What the catalogue is narrowed by: words in code, title, family or document; a level; how a rule stands."""

    q: str = ""
    level: str = ""
    state: str = ""

    def fits(self, entry: ShownRule) -> bool:
        """Tell whether a rule is shown."""
        texts = (entry.code, FAMILIES[entry.code[0]], *(rule.title for rule in entry.rules), *entry.documents)
        is_found = all(any(word in text.casefold() for text in texts) for word in self.q.casefold().split())
        return is_found and self.level in ("", entry.level) and self._stands(entry)

    def _stands(self, entry: ShownRule) -> bool:
        held = {
            "on": entry.is_on,
            "off": not entry.is_on,
            "hit": entry.standing.findings > 0,
            "doubted": entry.lower is not None,
        }
        return held.get(self.state, True)


@router.get("/rules")
def catalogue(request: Request, desk: At, person: Who, wanted: Annotated[RuleFilter, Depends()]) -> Response:
    """Show the rules, narrowed where words are given."""
    with desk.store.reading() as connection:
        batch, found = _standings(connection, desk, person)
        latest = _changes(connection, 1)
    listed = entries(desk, found)
    return page(
        request, "catalogue.html.j2",
        entries=[entry for entry in listed if wanted.fits(entry)], wanted=wanted, batch=batch, families=FAMILIES, every=sum(len(entry.rules) for entry in listed),
        on=sum(len(entry.rules) for entry in listed if entry.is_on),
        latest=latest[0] if latest else None,
    )  # fmt: skip


@router.get("/rules/changes")
def changes(request: Request, desk: At, person: Who) -> Response:
    """Show who switched or levelled which rule when."""
    with desk.store.reading() as connection:
        told = _changes(connection, 500)
    return page(request, "rule_changes.html.j2", changes=told)


@dataclass(frozen=True)
class RuleChange:
    """A line of the trail in words."""

    at: str
    by: str
    code: str
    told: str


def _changes(connection: Connection, limit: int) -> list[RuleChange]:
    audit = schema.audit
    told = select_of(_RuleStep, audit).where(audit.c.action.in_((SWITCHED, LEVELLED)))
    return [_change(row) for row in fetch(connection, _RuleStep, told.order_by(audit.c.id.desc()).limit(limit))]


class _RuleStep(NamedTuple):
    """A line of the trail about a rule, whose code stands where others have a finding's fingerprint."""

    at: str
    by: str
    action: str
    fingerprint: str
    before: str | None
    after: str | None


def _change(row: _RuleStep) -> RuleChange:
    code = row.fingerprint
    before, after = (str(value or "").strip('"') for value in (row.before, row.after))
    if row.action == SWITCHED:
        return RuleChange(row.at, row.by, code, "启用" if after == "on" else "停用")
    words = [SEVERITY_LABELS.get(level, "规则原定级别") for level in (before, after)]  # type: ignore[call-overload]
    return RuleChange(row.at, row.by, code, f"级别由“{words[0]}”改为“{words[1]}”")


@dataclass(frozen=True)
class Placed:
    """One finding of a rule on a form of the batch: what is proposed to say about it, and what was decided."""

    form: FormRow
    number: int
    message: str
    proposal: str
    blanks: int
    state: str


@router.get("/rules/{code}")
def rule(request: Request, desk: At, person: Who, code: str, part: int = 1) -> Response:
    """Show one rule's page, and its findings over the batch with what is proposed for each."""
    with desk.store.reading() as connection:
        batch, found = _standings(connection, desk, person)
        entry = next((one for one in entries(desk, found) if one.code == code.upper()), None)
        if entry is None:
            raise HTTPException(404, f"没有代码“{code}”，请从规则库里选")
        placed, forms = _placed(connection, batch, entry.code, max(1, part)) if batch is not None else ([], 0)
    query = Selection(batch=batch.id, code=entry.code).query if batch is not None else ""
    return page(
        request, "rule.html.j2",
        entry=entry, batch=batch, placed=placed, pages=-(-forms // _PAGE), part=part, query=query, forms=forms,
        texts=[_sections(one) for one in entry.rules], families=FAMILIES,
    )  # fmt: skip


def _sections(rule: CatalogueEntry) -> tuple[str, list[tuple[str, str]]]:
    """Cut a rule's page into its opening sentence and its headed lines."""
    head, *lines = inspect.cleandoc(rule.page).split("\n")
    sections: list[tuple[str, str]] = []
    for line in lines:
        name, colon, text = line.partition("：")
        if colon and len(name) <= 5:
            sections.append((name, text))
        elif line and sections:
            sections[-1] = (sections[-1][0], sections[-1][1] + line)
    return head, sections


def _placed(connection: Connection, batch: BatchRow, code: str, part: int) -> tuple[list[Placed], int]:
    """Return one part of the forms with own findings of a code, and how many such forms there are."""
    form, finding = schema.form.c, schema.finding.c
    having = select(finding.form_id).where(finding.code == code, finding.source == "rule")
    wanted = chosen(Selection(batch=batch.id)) & form.id.in_(having)
    forms: int = connection.execute(select(func.count(form.id)).where(wanted)).scalar_one()
    ids = connection.execute(
        select(form.id).where(wanted).order_by(form.unit, form.id).limit(_PAGE).offset(_PAGE * (part - 1))
    ).scalars()
    found: list[Placed] = []
    for current in load_forms(connection, list(ids)):
        drafts = {draft.field: draft for draft in current.drafts or () if draft.kind in ("reason", "indicator")}
        for number, one in enumerate(current.findings, 1):
            if one.code == code and one.source == "rule":
                decision = current.decisions.get(one.fingerprint)
                text = (decision.text if decision else None) or proposed(one, draft_for(one, drafts))
                state = decision.state if decision else "open"
                found.append(Placed(current.row, number, one.message, text, len(blanks_of(text)), state))
    return found, forms


@router.post("/rules/{code}/switch")
def switch(desk: At, person: Keeper, code: str, on: Annotated[Literal["on", "off"], Form()]) -> Response:
    """Turn a rule on or off for the checks to come; what is stored stays."""
    entry = _known(desk, code)
    if entry.is_fixed:
        raise HTTPException(422, f"{entry.code} 已在设置文件（fuhe.toml）里停用，请在那里恢复")
    with desk.store.writing() as connection:
        kept = Preferences.of(Preferences.raw(connection))
        off = [name for name in kept.rules_off if name != entry.code] + ([entry.code] if on == "off" else [])
        before = "off" if entry.code in kept.rules_off else "on"
        if before != on:
            kept.model_copy(update={"rules_off": tuple(off)}).keep(connection)
            _note(connection, desk, person, SWITCHED, entry.code, before, on)
    return RedirectResponse(f"/rules#{entry.code}", 303)


@router.post("/rules/{code}/level")
def level(
    desk: At, person: Keeper, code: str, level: Annotated[Literal["", "error", "warning", "info"], Form()] = ""
) -> Response:
    """Set how loud a rule is in the checks to come; nothing sets it back to what it comes with."""
    entry = _known(desk, code)
    with desk.store.writing() as connection:
        kept = Preferences.of(Preferences.raw(connection))
        before = kept.severities.get(entry.code, "")
        levels = {name: value for name, value in kept.severities.items() if name != entry.code}
        if before != level:
            kept.model_copy(update={"severities": levels | ({entry.code: level} if level else {})}).keep(connection)
            _note(connection, desk, person, LEVELLED, entry.code, before, level)
    return RedirectResponse(f"/rules/{entry.code}", 303)


def _known(desk: Desk, code: str) -> ShownRule:
    entry = next((one for one in entries(desk, {}) if one.code == code), None)
    if entry is None:
        raise HTTPException(404, f"没有代码“{code}”，请从规则库里选")
    return entry


def _note(connection: Connection, desk: Desk, person: Person, action: str, code: str, before: str, after: str) -> None:
    note(connection, action, by=person.name, at=desk.now(), fingerprint=code, before=before, after=after)
