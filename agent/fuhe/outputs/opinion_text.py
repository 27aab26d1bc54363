"""What a reviewer says to the unit: the wording proposed for a finding, and the opinion made of what was taken in."""

import re
from collections.abc import Iterable, Iterator, Mapping

from fuhe.drafts import Draft
from fuhe.findings import Decision, Finding, worst_first
from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import TakenPoints, own_words, points_decided, points_in
from fuhe.pointing.letter import LetterForm
from fuhe.pointing.phrasebook import letter_words
from fuhe.records import FORM_TYPES
from fuhe.text import one_line

_BLANK = re.compile(r"【待补充：([^】]{1,60})】")
DEADLINE = "【待补充：时限】"


def proposed(finding: Finding, draft: Draft | None = None) -> str:
    """Word a finding for the opinion: what the cells show, the likeliest cause, what to do, a draft to go by."""
    asked = "；".join(finding.fix)
    said = "".join([one_line(finding.message), finding.guess or "", f"{asked}。" if asked else ""])
    return said if draft is None else with_draft(said, draft)


def with_draft(said: str, draft: Draft) -> str:
    """Add to what is said a draft to go by."""
    return f"{said}{_column(draft)}可参照填写：{one_line(draft.text)}"


def _column(draft: Draft) -> str:
    return "偏差原因及改进措施" if draft.kind == "reason" else "指标"


def blanks_of(text: str) -> tuple[str, ...]:
    """Return what a text leaves for the unit to fill in, in printed order."""
    return tuple(_BLANK.findall(text))


def taken(
    findings: Iterable[Finding], decisions: Mapping[str, Decision], *states: str
) -> Iterator[tuple[Finding, str]]:
    """Yield the findings decided so, each with the wording kept for it."""
    for finding in findings:
        decision = decisions.get(finding.fingerprint)
        if decision is not None and decision.state in states:
            yield finding, own_words(decision) or proposed(finding)


def letter_form(form: FormReport) -> LetterForm:
    """Return what of a form goes into its unit's letter: the points taken in, own remarks, what is to be verified, how much is undecided."""
    taken_points, findings = points_in(form), form.findings or ()
    decided = {finding.fingerprint for finding in findings} & set(form.decisions)
    return LetterForm(
        form.record,
        taken_points.findings,
        taken_points.points,
        drafts=tuple(form.drafts or ()),
        own={fingerprint for fingerprint, decision in form.decisions.items() if own_words(decision)},
        doubtful=tuple(point.text for point in points_with(form, "doubtful").points),
        undecided=sum(1 for finding in findings if finding.fingerprint not in decided),
        remarks=form.own_remarks,
    )


def points_with(form: FormReport, *states: str) -> TakenPoints:
    """Return the points of what was decided so, each in the words kept for it."""
    chosen = (entry for entry in form.findings or () if _state(form, entry) in states)
    return points_decided(form, worst_first(chosen))


def _state(form: FormReport, finding: Finding) -> str | None:
    decision = form.decisions.get(finding.fingerprint)
    return decision.state if decision else None


def decided_opinion(form: FormReport) -> Draft:
    """Return the opinion made of what was taken in and remarked, then what the unit is asked to verify; only the deadline is open."""
    listed = [*(point.text for point in points_with(form, "listed", "rewritten").points), *form.own_remarks]
    doubtful = [point.text for point in points_with(form, "doubtful").points]
    undecided = any(finding.fingerprint not in form.decisions for finding in form.findings or ())
    text = "\n".join(_lines(form, listed, doubtful, undecided=undecided))
    return Draft(kind="opinion", field="opinion", text=text, blanks=blanks_of(text))


def _lines(form: FormReport, listed: list[str], doubtful: list[str], *, undecided: bool) -> Iterator[str]:
    record = form.record
    named, kind = f"《{one_line(record.project)}》" if record.project else "", FORM_TYPES[form.form_type]
    year = f"（{record.year}年度）" if record.year and record.year.isdigit() else ""
    nothing = "" if undecided or doubtful else letter_words()["nothing"]
    yield f"关于{named or kind}{'绩效自评' if named else ''}的复核意见" + (letter_words()["draft"] if undecided else "")
    yield f"你单位报送的{named}{kind}{year}收悉。" + ("经复核，提出以下意见：" if listed else nothing)
    yield from (f"{number}．{text}" for number, text in enumerate(listed, 1))
    if doubtful:
        yield "另有以下事项，请核实后书面说明："
        yield from (f"{number}．{text}" for number, text in enumerate(doubtful, len(listed) + 1))
    if listed or doubtful:
        yield f"请于{DEADLINE}前完成修改并重新报送。"
