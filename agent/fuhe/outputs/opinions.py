"""复核意见.docx: the opinion on each form in the layout of official papers, ready to complete and sign."""

from collections.abc import Mapping, Sequence

from fuhe.drafts import Draft
from fuhe.outputs.official import Paper
from fuhe.outputs.report import Report
from fuhe.outputs.stamp import stamp_of


def to_opinions(
    report: Report,
    *,
    heading: str = "",
    notes: Mapping[tuple[str, str], Sequence[str]] | None = None,
    accepted_by: str | None = None,
) -> bytes:
    """Return one document with the opinion on every form of a report, each on its own page.

    `heading` is the office that gives the opinion, `notes` what an opinion leaves out, by file and form.
    """
    paper = Paper()
    opinions = [
        (file, form, draft)
        for file in report.files
        for form in file.forms
        for draft in form.drafts or ()
        if draft.kind == "opinion"
    ]
    for number, (file, form, draft) in enumerate(opinions):
        if number:
            paper.page_break()
        _opinion(paper, draft, heading)
        for told in (notes or {}).get((file.path, form.id), ()):
            paper.note(f"{told}。")
        paper.note(stamp_of(report, [file], accepted_by).line)
    return paper.save(title="复核意见", comments=stamp_of(report, accepted_by=accepted_by).line)


def _opinion(paper: Paper, draft: Draft, heading: str) -> None:
    title, *lines = draft.text.split("\n")
    paper.title(title)
    for line in lines:
        paper.body(line)
    paper.signature([*([heading] if heading else []), "复核人：　　　　　　", "　　　　年　　月　　日"])
