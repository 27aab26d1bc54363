"""A report in each format after -f: what writes it is loaded only when it is asked for."""

import importlib

from fuhe.outputs.contract import Report

_WRITERS = {
    "text": ("console", "points_text"),
    "json": ("contract", "to_json"),
    "sarif": ("sarif", "to_sarif"),
    "csv": ("listing", "to_csv"),
    "md": ("listing", "to_markdown"),
    "html": ("html.report_page", "to_html"),
    "xlsx": ("excel.workbook", "to_workbook"),
}
FORMATS = tuple(_WRITERS)


def render(report: Report, form: str, *, findings: bool = False) -> str | bytes:
    """Write a report in a format of FORMATS; a workbook is bytes, everything else text.

    With `findings` the text lists every finding one by one in place of the points.
    """
    module, name = ("console", "findings_text") if findings and form == "text" else _WRITERS[form]
    written: str | bytes = getattr(importlib.import_module(f"fuhe.outputs.{module}"), name)(report)
    return written
