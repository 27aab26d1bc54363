"""CPU of writing what goes back to people, beside the floor of the same library doing the bare work."""

from collections.abc import Callable
from io import BytesIO

import docx
import xlsxwriter

from evals.bench.formats import as_docx, as_xlsx
from fuhe import checking
from fuhe.drafting import reason_draft
from fuhe.drafting.writing import write
from fuhe.intake.reading import read_file
from fuhe.outputs.contract import Report, form_report
from fuhe.outputs.excel.workbook import to_workbook
from fuhe.outputs.html.report_page import to_html
from fuhe.outputs.returned import annotated, revised
from fuhe.outputs.stamp import stamp_of
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet

FINDINGS = 1000
_COLUMNS = 13


def report_of(data: bytes, path: str) -> Report:
    """Read, check and draft one file."""
    chosen = pack("national-2020")
    report, file = Report(policy=chosen.name), read_file(data, path)
    framed = []
    for form in file.forms:
        found = checking.check(form, chosen, checking.Options()).findings
        framed.append(
            form_report(form, found, tuple(write(reason_draft.task(Sheet(form, chosen), found), None).drafts))
        )
    report.add(file, framed)
    return report


def with_findings(report: Report, count: int) -> Report:
    """Return the report with the forms of its file repeated until they hold so many findings."""
    each = sum(len(form.findings or ()) for form in report.files[0].forms)
    file = report.files[0].model_copy(update={"forms": report.files[0].forms * -(-count // each)})
    return report.model_copy(update={"files": [file]})


def _resave(data: bytes) -> None:
    docx.Document(BytesIO(data)).save(BytesIO())


def _bare_sheet() -> None:
    with xlsxwriter.Workbook(BytesIO(), {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(FINDINGS):
            for col in range(_COLUMNS):
                sheet.write_string(row, col, "年度指标值没有可核对的标准，请写明数量。")


def measures() -> dict[str, Callable[[], object]]:
    """Return name → one writing; each floor stands before what it is the floor of."""
    word, sheet = as_docx(), as_xlsx()
    of_word, of_sheet = report_of(word, "表.docx"), report_of(sheet, "表.xlsx")
    many = with_findings(of_word, FINDINGS)
    stamp = stamp_of(of_word)
    return {
        "docx: python-docx open + save (floor)": lambda: _resave(word),
        "docx: annotate one form": lambda: annotated(of_word.files[0], word, stamp),
        "docx: revise one form": lambda: revised(of_word.files[0], word, stamp),
        "docx: copy of one form": lambda: annotated(of_word.files[0], None, stamp),
        "xlsx: annotate one form": lambda: annotated(of_sheet.files[0], sheet, stamp),
        f"xlsx: {FINDINGS} bare rows (floor)": _bare_sheet,
        f"xlsx: list of {FINDINGS} findings": lambda: to_workbook(many),
        f"html: page of {FINDINGS} findings": lambda: to_html(many),
    }
