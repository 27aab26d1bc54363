"""复核意见.docx and 项目支出绩效自评报告.docx: a letter a unit, a report a form, in the layout of official papers, ready to complete and sign."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fuhe.outputs.contract import FileReport, FormReport, Report
from fuhe.outputs.in_words import inner_quotes
from fuhe.outputs.opinion_text import letter_form
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.official import Paper
from fuhe.pointing.letter import ChangeList, Letter, letter
from fuhe.pointing.phrasebook import letter_list, letter_words
from fuhe.policy import central_documents
from fuhe.records import LABELS
from fuhe.text import one_line, squeeze

Notes = Mapping[tuple[str, str], Sequence[str]]
"""What a paper leaves out and why, by file and form."""
_WIDTHS = (2.9, 7.4, 5.3)


def to_opinions(
    report: Report, *, heading: str = "", notes: Notes | None = None, accepted_by: str | None = None
) -> bytes:
    """Return one document with a letter to every unit of a report, its list of changes behind it.

    `heading` is the office that gives the opinion, `notes` what a letter leaves out.
    """
    paper, line = Paper(), stamp_of(report, accepted_by=accepted_by).line
    for number, (written, left_out) in enumerate(unit_letters(report, notes or {})):
        paper.title(inner_quotes(written.title), new_page=number > 0)
        paper.addressee(written.addressee)
        for text in written.paragraphs:
            paper.body(inner_quotes(text))
        paper.signature(signature(heading))
        if written.appendix:
            paper.title(letter_words()["appendix"], new_page=True)
            _change_table(paper, written.appendix)
        for told in left_out if written.is_draft else ():
            paper.note(f"{told}。")
    return paper.save(title="复核意见", comments=line)


def _change_table(paper: Paper, lists: Sequence[ChangeList]) -> None:
    """Write the changes asked of each form below its name, what may be bettered in one row across the others."""
    said = letter_words()
    rows: list[tuple[str, ...]] = []
    for number, one in enumerate(lists, 1):
        rows.append((said["appendix_form"].format(number=number, project=one.project),))
        rows += one.lines
        rows += [(said["appendix_hints"], one.hints)] if one.hints else []
    paper.table(letter_list("appendix_heads"), [[inner_quotes(text) for text in row] for row in rows], _WIDTHS)


def unit_letters(report: Report, notes: Notes) -> Iterator[tuple[Letter, list[str]]]:
    """Yield the letter to each unit, units in the order of their first form, with what it leaves out."""
    units: dict[str, list[tuple[FileReport, FormReport]]] = defaultdict(list)
    for file in report.files:
        for form in file.forms:
            units[squeeze(form.record.unit or form.record.department)].append((file, form))
    for members in units.values():
        places = {(file.path, form.id) for file, form in members}
        between = [point for point in report.batch.points if {(one.file, one.form) for one in point.forms} <= places]
        written = letter([letter_form(form) for _, form in members], between, central_documents(report.policy))
        yield written, [told for place in sorted(places) for told in notes.get(place, ())]


def signature(heading: str) -> list[str]:
    """Return the lines an opinion is signed by: the office, blank where it is not named, and the date."""
    return [heading or letter_words()["office"], letter_words()["date"]]


def to_narratives(report: Report) -> bytes:
    """Return one document with the self-evaluation report of every form, each on its own page."""
    paper = Paper()
    drafted = [
        (file, form, draft)
        for file in report.files
        for form in file.forms
        for draft in form.drafts or ()
        if draft.kind == "report"
    ]
    for number, (file, form, draft) in enumerate(drafted):
        title, *lines = draft.text.split("\n")
        paper.title(inner_quotes(title), new_page=number > 0)
        _narrative(paper, form, lines)
        paper.signature(("（单位盖章）", "年　　月　　日"))
        paper.note(stamp_of(report, [file]).line)
    return paper.save(title="项目支出绩效自评报告", comments=stamp_of(report).line)


def _narrative(paper: Paper, form: FormReport, lines: Sequence[str]) -> None:
    """Write the paragraphs, a table in place of those that tell the indicators one by one."""
    in_table = False
    for line in lines:
        in_table = in_table and not line.startswith(letter_words()["behind_indicators"])
        if not in_table:
            paper.body(line)
        if line == letter_words()["indicators"] and form.record.indicators:
            in_table = True
            _indicator_table(paper, form)


def _indicator_table(paper: Paper, form: FormReport) -> None:
    fields = ("level2", "name", "target", "actual", "weight", "score")
    rows = [[one_line(dict(row)[name] or "") for name in fields] for row in form.record.indicators]
    paper.table([LABELS[name] for name in fields], rows, (2.4, 4.4, 3.2, 3.2, 1.2, 1.2))
