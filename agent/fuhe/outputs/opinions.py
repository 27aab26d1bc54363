"""复核意见.docx: the opinion on each form in the layout of official papers, ready to complete and sign."""

from fuhe.drafts import Draft
from fuhe.outputs.official import Paper
from fuhe.outputs.report import Report
from fuhe.outputs.stamp import stamp_of


def to_opinions(report: Report) -> bytes:
    """Return one document with the opinion on every form of a report, each on its own page."""
    paper = Paper()
    opinions = [
        (file, draft)
        for file in report.files
        for form in file.forms
        for draft in form.drafts or ()
        if draft.kind == "opinion"
    ]
    for number, (file, draft) in enumerate(opinions):
        if number:
            paper.page_break()
        _opinion(paper, draft)
        paper.note(stamp_of(report, [file]).line)
    return paper.save(title="复核意见", comments=stamp_of(report).line)


def _opinion(paper: Paper, draft: Draft) -> None:
    title, *lines = draft.text.split("\n")
    paper.title(title)
    for line in lines:
        paper.body(line)
    paper.signature(["复核人：　　　　　　", "　　　　年　　月　　日"])
