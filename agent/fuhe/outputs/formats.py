"""A report in each format: what the name after -f stands for; a text for the console only has no entry."""

from collections.abc import Callable

from fuhe.outputs.listing import to_csv, to_markdown
from fuhe.outputs.page import to_html
from fuhe.outputs.report import Report, to_json
from fuhe.outputs.sarif import to_sarif
from fuhe.outputs.workbook import to_workbook

RENDERERS: dict[str, Callable[[Report], str | bytes]] = {
    "json": to_json,
    "sarif": to_sarif,
    "csv": to_csv,
    "md": to_markdown,
    "html": to_html,
    "xlsx": to_workbook,
}
