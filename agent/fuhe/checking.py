"""Record to findings: run the rules, isolate a crash, settle which of several codes speaks, word the messages."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from fuhe.errors import FuheError, UsageError
from fuhe.findings import Basis, BatchFinding, Cell, Finding, Severity, Span
from fuhe.policy import Pack
from fuhe.records import Form
from fuhe.rules import BATCH_RULES, BatchHit, BatchRule, Hit, Rule, Sheet, every_rule, form_rules, form_trace
from fuhe.rules.batch_rule import Gather, Group
from fuhe.rules.rule import ARITHMETIC, PRACTICE, CatalogueEntry, plain
from fuhe.settings import Settings, Suppression
from fuhe.text import squeeze
from fuhe.trace_shelf import Shelf
from fuhe.traces import FormTrace


@dataclass(frozen=True)
class Precedence:
    """Codes of which the first that applies reports and the rest stay silent, at the places a finding `claims`."""

    codes: tuple[str, ...]
    claims: Callable[[Finding], Iterable[str]]


def _row(finding: Finding) -> Iterable[str]:
    return (finding.cells[0].field.rpartition(".")[0],)


def _form(finding: Finding) -> Iterable[str]:
    return ("",)


def _narrative(finding: Finding) -> Iterable[str]:
    field = finding.cells[0].field
    return (field,) if field in ("goal", "outcome") else ()


def _rows_named(finding: Finding) -> Iterable[str]:
    return (cell.field.rpartition(".")[0] for cell in finding.cells)


TARGET = Precedence(("F003", "F004", "V001", "V008", "V007", "V010", "V011", "V009"), _row)
ACTUAL = Precedence(("F003", "F004", "V006", "V005", "V003", "V002", "V004"), _row)
GROUPS = (
    TARGET,
    ACTUAL,
    Precedence(("F006", "D006", "N003"), _narrative),
    Precedence(("F006", "N001"), _narrative),
    Precedence(("F006", "N002"), _narrative),
    Precedence(("D001", "N007"), _rows_named),
    Precedence(("A012", "A007"), _row),
    Precedence(("P004", "P001"), _form),
)

_SLOT = re.compile(r"\{(\w+)\}")
_INDEX = re.compile(r"\[\d+\]")
_OWN_WORDS = {
    ARITHMETIC: Basis(document="表内数据互相核对", verified=True),
    PRACTICE: Basis(document="复核惯例", verified=True),
}


@dataclass(frozen=True)
class Options:
    """What to run and how loud: chosen codes, other severities, suppressions."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: dict[str, Severity] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> "Options":
        """Return what settings ask for."""
        return cls(settings.select, settings.ignore, dict(settings.severity), settings.suppress)


@dataclass(frozen=True)
class CheckOutcome:
    """The findings of one form, how many were suppressed, and which suppressions did it."""

    findings: tuple[Finding, ...]
    suppressed: int = 0
    used: frozenset[Suppression] = frozenset()


def options_of(settings: Settings) -> Options:
    """Turn settings into options; raises UsageError for a code or family that does not exist."""
    options = Options.of(settings)
    chosen(options)
    return options


def chosen(options: Options) -> tuple[Rule, ...]:
    """Return the rules to run; raises UsageError for a code or family that does not exist."""
    if named := (*options.select, *options.ignore, *options.severities):
        known = {name for rule in every_rule() for name in (rule.code, rule.family)}
        if unknown := next((code for code in named if code not in known), None):
            raise UsageError(f"没有代码“{unknown}”", todo="运行 fuhe rules 查看全部代码")
    return tuple(rule for rule in form_rules() if _is_chosen(rule, options))


def chosen_for_batch(options: Options) -> tuple[BatchRule, ...]:
    """Return the batch rules to run."""
    return tuple(rule for rule in BATCH_RULES if _is_chosen(rule, options))


def _is_chosen(rule: CatalogueEntry, options: Options) -> bool:
    wanted = not options.select or rule.code in options.select or rule.family in options.select
    return wanted and rule.code not in options.ignore and rule.family not in options.ignore


def check(form: Form, pack: Pack, options: Options = Options(), *, strict: bool = False) -> CheckOutcome:
    """Run the chosen rules over one form; a rule that crashes becomes one finding unless `strict`."""
    sheet = Sheet(form, pack)
    found = [finding for rule in chosen(options) for finding in _run(rule, sheet, options, strict)]
    if form.unread:
        found = [finding for finding in found if not _rests_on_unread(finding, form)]
    return _suppress(_told_apart(_one_fault_one_finding(found)), form, options)


def _told_apart(findings: Iterable[Finding]) -> list[Finding]:
    """Give findings that are about the same in two rows fingerprints of their own, in the order they are found."""
    seen: Counter[str] = Counter()
    apart = []
    for finding in findings:
        nth = seen[finding.fingerprint]
        seen[finding.fingerprint] += 1
        own = (
            finding if nth == 0 else finding.model_copy(update={"fingerprint": _hashed(finding.fingerprint, str(nth))})
        )
        apart.append(own)
    return apart


def _rests_on_unread(finding: Finding, form: Form) -> bool:
    """Tell whether a finding names a cell that could not be read, or adds up a column that has one."""
    if any(cell.field in form.unread for cell in finding.cells):
        return True
    if finding.calc is None:
        return False
    return bool({_column(cell.field) for cell in finding.cells} & {_column(field) for field in form.unread})


def _column(field: str) -> str:
    """Name the column of points or amounts a field is in; the total of points is in that of the rows."""
    return field.rpartition(".")[2].removeprefix("total_")


def _run(rule: Rule, sheet: Sheet, options: Options, strict: bool) -> list[Finding]:
    try:
        return [_worded(rule, hit, sheet, options) for hit in rule.check(sheet)]
    except Exception as error:  # one of the two places that isolate: a bug in a rule must not stop the rest
        if strict:
            raise
        return [_crashed(rule, sheet, error)]


def _worded(rule: Rule, hit: Hit, sheet: Sheet, options: Options) -> Finding:
    message, spans, cells = _message(hit)
    severity = options.severities.get(rule.code) or hit.severity or rule.severity
    return Finding(
        code=rule.code,
        slug=rule.slug,
        severity=severity,
        title=rule.title,
        message=message,
        spans=spans,
        guess=hit.guess,
        fix=hit.fix,
        basis=tuple(basis_of(rule, sheet.pack)),
        cells=cells,
        calc=hit.calc,
        fingerprint=_fingerprint(rule.code, cells, sheet.form),
    )


def _message(hit: Hit) -> tuple[str, tuple[Span, ...], tuple[Cell, ...]]:
    """Word a hit; every cell named becomes evidence once, in the order it is first named."""
    named = [value for name in _SLOT.findall(hit.says) if isinstance(value := hit.fill[name], Cell)]
    cells = list({cell.field: cell for cell in (hit.at, *named, *hit.also)}.values())
    index = {cell.field: position for position, cell in enumerate(cells)}
    text, spans, after = "", [], 0
    for slot in _SLOT.finditer(hit.says):
        text += hit.says[after : slot.start()]
        value, after = hit.fill[slot[1]], slot.end()
        shown = _shown(value)
        if isinstance(value, Cell) and shown:
            spans.append(Span(start=len(text), end=len(text) + len(shown), cell=index[value.field]))
        text += shown
    return text + hit.says[after:], tuple(spans), tuple(cells)


def _shown(value: Cell | str | int | Decimal) -> str:
    if isinstance(value, Cell):
        return value.text or ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def basis_of(rule: CatalogueEntry, pack: Pack) -> Iterator[Basis]:
    """Yield what a rule leans on: documents the pack has checked, the form's own arithmetic, practice."""
    for name in rule.basis:
        if name in _OWN_WORDS:
            yield _OWN_WORDS[name]
        elif (entry := pack.documents.get(name)) and entry.verified:
            yield Basis(document=entry.document, quote=None, verified=True)


def _fingerprint(code: str, cells: Sequence[Cell], form: Form) -> str:
    """Hash what the finding is about, not where: an edit elsewhere in the form leaves it as it is."""
    about = [code, squeeze(form.record.project), _INDEX.sub("", cells[0].field)]
    about += [f"{_INDEX.sub('', cell.field)}={squeeze(cell.text)}" for cell in cells[:4]]
    if found := re.match(r"indicators\[(\d+)\]", cells[0].field):
        about.append(squeeze(form.record.indicators[int(found[1])].name))
    return _hashed(*about)


def _hashed(*about: str) -> str:
    return hashlib.sha256("\x1f".join(about).encode()).hexdigest()[:16]


def _crashed(rule: Rule, sheet: Sheet, error: Exception) -> Finding:
    cell = sheet.cell("project")
    return Finding(
        code=rule.code,
        slug="rule-crashed",
        severity="info",
        title="这条规则没有运行成功",
        message=f"规则 {rule.code}（{rule.title}）在本表上运行出错，未作判断；其他规则不受影响（{type(error).__name__}）。",
        cells=(cell,),
        fix=("请把本表和这条信息反馈给维护人员",),
        fingerprint=_fingerprint(rule.code, (cell,), sheet.form),
    )


def _one_fault_one_finding(findings: Sequence[Finding]) -> list[Finding]:
    silent = {id(finding) for group in GROUPS for finding in _outranked(findings, group)}
    return [finding for finding in findings if id(finding) not in silent]


def _outranked(findings: Iterable[Finding], group: Precedence) -> Iterator[Finding]:
    best: dict[str, int] = {}
    members = [finding for finding in findings if finding.code in group.codes and _concerns(finding, group)]
    for finding in members:
        for place in group.claims(finding):
            best[place] = min(best.get(place, len(group.codes)), group.codes.index(finding.code))
    for finding in members:
        if any(group.codes.index(finding.code) > best[place] for place in group.claims(finding)):
            yield finding


def _concerns(finding: Finding, group: Precedence) -> bool:
    """A blank target silences what is said of the target only, a blank actual what is said of the actual."""
    column = "target" if group is TARGET else "actual"
    return finding.code != "F004" or any(
        cell.field.endswith(f".{column}") and not (cell.text or "").strip() for cell in finding.cells
    )


def _suppress(findings: Sequence[Finding], form: Form, options: Options) -> CheckOutcome:
    kept, used, count = [], set(), 0
    for finding in findings:
        match = next((entry for entry in options.suppressions if _covers(entry, finding, form)), None)
        if match:
            used.add(match)
            count += 1
        else:
            kept.append(finding)
    return CheckOutcome(tuple(kept), count, frozenset(used))


def _covers(entry: Suppression, finding: Finding, form: Form) -> bool:
    return entry.code == finding.code and (not entry.project or squeeze(entry.project) == squeeze(form.record.project))


def check_batch(
    forms: Sequence[tuple[str, Form]], pack: Pack, options: Options = Options(), *, strict: bool = False
) -> tuple[BatchFinding, ...]:
    """Run the chosen batch rules over (file, form) pairs; a rule that crashes is left out unless `strict`."""
    if len(forms) < 2:
        return ()
    return tuple(check_traces((form_trace(file, form) for file, form in forms), pack, options, strict=strict))


def check_traces(
    traces: Iterable[FormTrace], pack: Pack, options: Options = Options(), *, strict: bool = False
) -> Iterator[BatchFinding]:
    """Run the chosen batch rules over traces, read once and in order; yield findings rule by rule.

    Memory grows with the distinct texts, not with the forms. A rule that crashes is left out unless `strict`.
    """
    rules = chosen_for_batch(options)
    broken = set[BatchRule]()
    with closing(Shelf(rules)) as shelf:
        for seen in traces:
            for gather, users in _gathering(rules, broken).items():
                with _isolated(users, broken, strict):
                    shelf.add(gather, seen)
        for rule in rules:
            yield from _judged(rule, shelf, pack, options, broken, strict)


def _gathering(rules: Iterable[BatchRule], broken: set[BatchRule]) -> dict[Gather, list[BatchRule]]:
    """Return every way of gathering with the rules that use it."""
    found: dict[Gather, list[BatchRule]] = {}
    for rule in rules:
        if rule not in broken:
            found.setdefault(rule.gather, []).append(rule)
    return found


@contextmanager
def _isolated(rules: Sequence[BatchRule], broken: set[BatchRule], strict: bool) -> Iterator[None]:
    try:
        yield
    except FuheError:
        raise
    except Exception:  # a bug in one batch rule must not stop the rest, as with a single form's
        if strict:
            raise
        broken.update(rules)


def _judged(
    rule: BatchRule, shelf: Shelf, pack: Pack, options: Options, broken: set[BatchRule], strict: bool
) -> Iterator[BatchFinding]:
    if rule in broken:
        return
    for group in shelf.groups(rule, pack):
        with _isolated([rule], broken, strict):
            yield from judged(rule, group, options)
        if rule in broken:
            return


def judged(rule: BatchRule, group: Group, options: Options = Options()) -> list[BatchFinding]:
    """Return what a batch rule finds in one group."""
    return [_about_batch(rule, hit, options) for hit in rule.judge(group)]


def _about_batch(rule: BatchRule, hit: BatchHit, options: Options) -> BatchFinding:
    group = hashlib.sha256(hit.about.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return BatchFinding(
        code=rule.code,
        slug=rule.slug,
        severity=options.severities.get(rule.code) or hit.severity or rule.severity,
        title=rule.title,
        message=hit.message,
        fix=hit.fix,
        basis=(_OWN_WORDS[PRACTICE],),
        cells=hit.cells,
        group=group,
        fingerprint=hashlib.sha256(f"{group}{len(hit.cells)}".encode()).hexdigest()[:16],
    )
