"""复核意见.docx and 项目支出绩效自评报告.docx: one paper a form in the layout of official papers, ready to complete and sign."""

from collections.abc import Mapping, Sequence

from fuhe.drafts import DraftKind
from fuhe.outputs.contract import Report
from fuhe.outputs.in_words import inner_quotes
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.official import Paper
from fuhe.text import one_line

Notes = Mapping[tuple[str, str], Sequence[str]]
"""What a paper leaves out and why, by file and form."""


def to_opinions(
    report: Report, *, heading: str = "", notes: Notes | None = None, accepted_by: str | None = None
) -> bytes:
    """Return one document with the opinion on every form of a report, each on its own page and to its unit.

    `heading` is the office that gives the opinion, `notes` what an opinion leaves out.
    """
    return _papers(report, "opinion", "复核意见", signature(heading), notes or {}, accepted_by, to_unit=True)


def signature(heading: str) -> list[str]:
    """Return the lines an opinion is signed by: the office where it is named, the reviewer, the date."""
    return [*([heading] if heading else []), "复核人：", "年　　月　　日"]


def to_narratives(report: Report) -> bytes:
    """Return one document with the self-evaluation report of every form, each on its own page."""
    return _papers(report, "report", "项目支出绩效自评报告", ("（单位盖章）", "年　　月　　日"), {}, None)


def _papers(
    report: Report,
    kind: DraftKind,
    name: str,
    signed: Sequence[str],
    notes: Notes,
    accepted_by: str | None,
    *,
    to_unit: bool = False,
) -> bytes:
    paper = Paper()
    drafted = [
        (file, form, draft)
        for file in report.files
        for form in file.forms
        for draft in form.drafts or ()
        if draft.kind == kind
    ]
    for number, (file, form, draft) in enumerate(drafted):
        title, *lines = draft.text.split("\n")
        paper.title(inner_quotes(title), new_page=number > 0)
        unit = form.record.unit or form.record.department
        if to_unit:
            paper.addressee(one_line(unit) if unit else "【待补充：单位】")
        for line in lines:
            paper.body(line)
        paper.signature(signed)
        for told in notes.get((file.path, form.id), ()):
            paper.note(f"{told}。")
        paper.note(stamp_of(report, [file], accepted_by).line)
    return paper.save(title=name, comments=stamp_of(report, accepted_by=accepted_by).line)
