"""Files made of a form in the store; each says what is not in it and why."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import Connection, select

from fuhe.drafting import indicator
from fuhe.drafts import Draft
from fuhe.errors import UsageError
from fuhe.findings import OPEN_LABEL, STATE_LABELS, Decision, Finding, State
from fuhe.outputs.contract import FileReport, FormReport, Report
from fuhe.outputs.decided import drafts_in, taken_in
from fuhe.outputs.excel.working_book import to_working_book
from fuhe.outputs.opinion_text import blanks_of, letter_form, taken
from fuhe.outputs.report_formats import render
from fuhe.outputs.returned import Returned, annotated, revised
from fuhe.outputs.stamp import Stamp, stamp_of
from fuhe.outputs.typos import typos_of
from fuhe.outputs.word.papers import signature, to_opinions
from fuhe.outputs.word.target_tables import to_plans
from fuhe.pointing.form_points import form_points
from fuhe.pointing.letter import letter
from fuhe.policy import pack
from fuhe.records import Record
from fuhe.rescoring.proposing import why_not_scored
from fuhe.store import schema
from fuhe.store.current_forms import file_reports
from fuhe.text import one_line
from fuhe.web.work.open_form import MarkedFinding, OpenForm, Side, open_form
from fuhe.web.work.opinion_so_far import DRAFT, draft_mark, unfinished
from fuhe.web.work.score_sheet import form_sheets
from fuhe.web.work.unit_changes import as_drafts
from fuhe.web.work.uploads import originals

Kind = Literal["opinion", "annotated", "revised", "plan", "worksheet", "issues", "html", "json", "sarif", "csv"]
KIND_LABELS: dict[Kind, str] = {
    "opinion": "复核意见（Word）",
    "annotated": "原表加批注",
    "revised": "修改稿（留修订痕迹）",
    "plan": "下年度绩效目标表（草案）",
    "worksheet": "复核底稿（Excel）",
    "issues": "问题清单（Excel）",
    "html": "单页报告（HTML）",
    "json": "数据（JSON）",
    "sarif": "数据（SARIF）",
    "csv": "问题清单（CSV）",
}
_RENDERED = {"issues": ("xlsx", "问题清单.xlsx"), "html": ("html", "复核报告.html"), "json": ("json", "复核数据.json"),
             "sarif": ("sarif", "复核数据.sarif"), "csv": ("csv", "问题清单.csv")}  # fmt: skip
_TAKEN: tuple[State, ...] = ("listed", "rewritten")


@dataclass(frozen=True)
class ExportTerms:
    """What every export needs to know beside the forms: pack, rules, who signs, from which side."""

    policy: str
    rules_run: int
    author: str
    heading: str
    by: str
    side: Side = "review"


@dataclass(frozen=True)
class Export:
    """A file to hand out, and what is not in it and why."""

    name: str
    data: bytes
    lacks: tuple[str, ...]


def lacks(seen: OpenForm, kind: Kind) -> tuple[str, ...]:
    """Say what an export of a form leaves out or leaves open, counted from what it writes."""
    form = _signed(seen.current.frame, seen)
    if kind == "plan":
        return ("按规则起草，能衡量的指标沿用；黄底处由单位填写",)
    if kind == "worksheet":
        return ("没有核定的行按建议列出，底稿上写明",)
    if kind == "opinion":
        return _opinion_lacks(seen, form)
    if kind == "annotated":
        found = taken_in(form)
        blanks = sum(len(blanks_of(text)) for text in (*(finding.message for finding in found), *form.own_remarks))
        asked = (f"【待补充】{blanks} 处，发出前请补齐",) if blanks else ()
        return (*_left(seen, form, found, "按建议稿加批注", "没有加批注"), *asked)
    if kind == "revised":
        return _revised_lacks(seen, form)
    return (f"全部 {len(seen.findings)} 条问题都在内，各条注明处理状态",)


def _left(seen: OpenForm, form: FormReport, written: Sequence[Finding], done: str, undone: str) -> Iterator[str]:
    """Say which findings are not among those written, by state; before anyone decided all go out as proposed."""
    if written and not form.decisions:
        yield f"全部 {len(written)} 条都未核定，{done}，署名“复核（建议稿）”"
    there = {finding.fingerprint for finding in written}
    states = Counter(entry.state for entry in seen.findings if entry.finding.fingerprint not in there)
    for state, label in (("open", OPEN_LABEL), ("doubtful", STATE_LABELS["doubtful"])):
        if states[state]:
            yield f"{label} {states[state]} 条，{undone}"
    if states["dismissed"]:
        yield f"不采纳 {states['dismissed']} 条（{_reasons(seen)}），没有写入"


def _opinion_lacks(seen: OpenForm, form: FormReport) -> tuple[str, ...]:
    written = list(taken(form.findings or (), form.decisions, *_TAKEN, "doubtful"))
    told = list(_left(seen, form, [finding for finding, _ in written], "", "没有写入意见"))
    if doubtful := sum(1 for entry in seen.findings if entry.state == "doubtful"):
        told.append(f"待核实 {doubtful} 条，写为请单位核实的事项")
    if blanks := sum(len(blanks_of(text)) for text in (*(text for _, text in written), *form.own_remarks)):
        told.append(f"【待补充】{blanks} 处，已标黄，发出前请补齐")
    return tuple(told)


def blanks_left(seen: OpenForm, heading: str) -> int:
    """Count the blanks of a form's letter as it is printed, from its addressee to the lines it is signed by.

    Those of the list behind it are for the unit to fill in, not for the office that sends it.
    """
    written = letter([letter_form(_signed(seen.current.frame, seen))])
    printed = (written.title, written.addressee, *written.paragraphs, *signature(heading))
    return sum(len(blanks_of(text)) for text in printed)


def _reasons(seen: OpenForm) -> str:
    given = Counter(
        (entry.decision.reason or "其他") for entry in seen.findings if entry.decision and entry.state == "dismissed"
    )
    return "、".join(f"{reason} {count}" for reason, count in given.most_common())


def _revised_lacks(seen: OpenForm, form: FormReport) -> tuple[str, ...]:
    drafts = drafts_in(form)
    typos = typos_of(form, drafts)
    told = [] if drafts or typos else ["没有可写入的修改，文件与原表相同"]
    if blanks := sum(len(draft.blanks) for draft in drafts):
        told.append(f"【待补充】{blanks} 处由单位填写，系统不代填")
    if seen.side == "review":
        return (*told, *_left(seen, form, taken_in(form), "有建议稿的写入修改", "相应的修改没有写入"))
    if typos:
        told.append(f"易错字 {len(typos)} 处按建议改正，请核对")
    if left := sum(1 for entry in seen.findings if entry.state in ("open", "doubtful")):
        told.append(f"还有 {left} 条没有处理，{'其余' if typos else ''}表内相应内容未改")
    return tuple(told)


def form_export(connection: Connection, form_id: int, kind: Kind, terms: ExportTerms) -> Export | None:
    """Return one file of one form; None where there is no such form."""
    seen = open_form(connection, form_id, terms.side)
    if seen is None:
        return None
    file = framed(connection, [seen], terms)[0]
    report = report_of([file], terms)
    missing = lacks(seen, kind)
    stem = _stem(seen)
    mark = draft_mark(seen) if seen.side == "review" else ""
    if kind == "opinion":
        return Export(f"{stem}_复核意见{mark}.docx", opinions([seen], report, terms), missing)
    if kind in ("annotated", "revised"):
        made = returned(kind, connection, file, terms, is_one_units(connection, seen.file.id), accepted(terms, [seen]))
        name = PurePosixPath(made.name.rpartition("_")[2])
        return Export(f"{stem}_{name.stem}{mark}{name.suffix}", made.data, missing)
    if kind == "worksheet":
        return _worksheet(connection, seen, report, terms, stem)
    if kind == "plan":
        return _plan(seen, report, f"{stem}_下年度绩效目标表.docx", missing)
    return rendered(kind, report, stem, missing)


def _worksheet(connection: Connection, seen: OpenForm, report: Report, terms: ExportTerms, stem: str) -> Export:
    """Write the 复核底稿 as far as it is confirmed; raises UsageError for a form that is not scored."""
    if why := why_not_scored(seen.current.form):
        raise UsageError(f"这张表没有复核底稿：{why}")
    (one,) = form_sheets(connection, [seen.id], pack(terms.policy))
    sheet = one.made
    left = "" if sheet.is_settled else f"（{DRAFT}，{len(sheet.rows) - sheet.settled}行待核定）"
    line = stamp_of(report, report.files, "、".join(sheet.by) if sheet.is_settled else None).line
    return Export(f"{stem}_复核底稿{left}.xlsx", to_working_book([one.written], line), lacks(seen, "worksheet"))


def _plan(seen: OpenForm, report: Report, name: str, missing: tuple[str, ...]) -> Export:
    """Draft next year's table by the rules, from what still stands of the findings."""
    form, year = seen.current.form, next_year(seen.current.form.record, report.made)
    dropped = {entry.finding.fingerprint for entry in seen.findings if entry.state == "dismissed"}
    standing = tuple(finding for finding in seen.current.findings if finding.fingerprint not in dropped)
    drafts = indicator.plan(form, standing, pack(report.policy), year).drafts
    (file,) = report.files
    planned = [entry.model_copy(update={"drafts": tuple(drafts)}) for entry in file.forms]
    return Export(
        name, to_plans(report.model_copy(update={"files": [file.model_copy(update={"forms": planned})]}), year), missing
    )


def next_year(record: Record, made: str) -> str:
    """Return the year after the form's own, but none that is over."""
    own = re.search(r"20\d\d", record.year or record.project or "")
    return max(made[:4], str(int(own[0]) + 1)) if own else made[:4]


def rendered(kind: str, report: Report, stem: str, missing: tuple[str, ...]) -> Export:
    """Return a report in one of the formats that show every finding."""
    form, name = _RENDERED[kind]
    written = render(report, form)
    return Export(
        f"{stem}_{name}" if stem else name, written.encode() if isinstance(written, str) else written, missing
    )


def _stem(seen: OpenForm) -> str:
    return clean(one_line(seen.current.form.record.project or "") or PurePosixPath(seen.file.path).stem)


def clean(name: str) -> str:
    """Return a text as a file or folder name that every system takes."""
    kept = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in name).strip(" .")
    return kept[:80] or "未命名"


def is_one_units(connection: Connection, file_id: int) -> bool:
    """Tell whether all forms of a file are of one unit: else the file shows each what is another's."""
    form = schema.form
    units = connection.execute(select(form.c.unit).where(form.c.file_id == file_id).distinct()).all()
    return len(units) == 1


def framed(connection: Connection, forms: Sequence[OpenForm], terms: ExportTerms) -> list[FileReport]:
    """Return forms framed by their files, what shows over several forms among their findings, signed by the section."""
    known = {(seen.file.path, seen.current.row.number): seen for seen in forms}
    framed = file_reports(connection, [seen.id for seen in forms])
    return [
        file.model_copy(
            update={"forms": [_signed(form, known[file.path, form.id], terms.author) for form in file.forms]}
        )
        for file in framed
    ]


def _signed(form: FormReport, seen: OpenForm, author: str = "") -> FormReport:
    told = _answered if seen.side == "fill" else _by
    decisions = {entry.finding.fingerprint: told(entry, author) for entry in seen.findings if entry.decision}
    findings, drafts = tuple(entry.finding for entry in seen.findings), _drafts(seen)
    remarks = tuple(row.text for row in seen.current.remarks)
    update = {"findings": findings, "decisions": decisions, "drafts": drafts, "own_remarks": remarks}
    return form.model_copy(update=update | {"points": form_points(form.record, findings, drafts, shared=seen.shared)})


def _by(entry: MarkedFinding, author: str) -> Decision | None:
    decision = entry.decision
    return decision.model_copy(update={"by": author}) if decision and decision.state in _TAKEN else decision


def _answered(entry: MarkedFinding, _: str) -> Decision | None:
    """Return how a unit stands to a finding; what is said of it stays the reviewer's, the unit's text is its cell's."""
    text = entry.counterpart.text if entry.counterpart else None
    return entry.decision.model_copy(update={"text": text}) if entry.decision else None


def _drafts(seen: OpenForm) -> tuple[Draft, ...]:
    """Return what goes into a revised file: what the unit has changed, or the drafts for what is not dismissed."""
    if seen.side == "fill":
        return as_drafts(seen)
    return tuple(draft for draft in seen.current.drafts or () if draft.kind == "reason" and _stands(seen, draft))


def _stands(seen: OpenForm, draft: Draft) -> bool:
    """Tell whether one of the findings a draft answers still stands."""
    row = draft.field.rpartition(".")[0]
    answered = [
        entry.state
        for entry in seen.findings
        if entry.finding.code in draft.answers and any(cell.field.startswith(row) for cell in entry.finding.cells)
    ]
    return not answered or any(state != "dismissed" for state in answered)


def report_of(files: Sequence[FileReport], terms: ExportTerms) -> Report:
    """Return the report outputs are made of, counted."""
    report = Report(policy=terms.policy, rules_run=terms.rules_run, files=list(files))
    findings = [finding for file in files for form in file.forms for finding in form.findings or ()]
    severities = Counter(finding.severity for finding in findings)
    report.summary = report.summary.model_copy(
        update={
            "files": len(files),
            "forms": sum(len(file.forms) for file in files),
            "errors": severities["error"],
            "warnings": severities["warning"],
            "infos": severities["info"],
        }
    )
    return report


def opinions(forms: Sequence[OpenForm], report: Report, terms: ExportTerms) -> bytes:
    """Write the letters: only what was taken in; each ends with what was not."""
    shown = {(seen.file.path, seen.current.row.number) for seen in forms}
    files = [
        file.model_copy(update={"forms": [form for form in file.forms if (file.path, form.id) in shown]})
        for file in report.files
    ]
    notes = {(seen.file.path, seen.current.row.number): (*unfinished(seen), *lacks(seen, "opinion")) for seen in forms}
    return to_opinions(
        report.model_copy(update={"files": files}),
        heading=terms.heading,
        notes=notes,
        accepted_by=accepted(terms, forms),
    )


def accepted(terms: ExportTerms, forms: Sequence[OpenForm]) -> str | None:
    """Return who answers for an export: whoever makes it, once everything on its forms is decided."""
    return terms.by if all(seen.settled == len(seen.findings) for seen in forms) else None


def returned(
    kind: str, connection: Connection, file: FileReport, terms: ExportTerms, whole: bool, accepted_by: str | None
) -> Returned:
    """Return the unit's own file annotated or revised; where it shows forms of other units, a copy of these alone."""
    data = originals(connection, [file.sha256 or ""]).get(file.sha256 or "") if whole else None
    work: Callable[[FileReport, bytes | None, Stamp], Returned] = annotated if kind == "annotated" else revised
    return work(file, data, stamp_of(report_of([file], terms), [file], accepted_by))
