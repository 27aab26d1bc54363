"""The HTML report: one file without any request, every form as its unit knows it with numbered marks beside findings."""

import functools
from collections.abc import Sequence
from pathlib import Path

import jinja2

from fuhe.drafts import Draft
from fuhe.findings import OPEN_LABEL, SEVERITIES, SEVERITY_LABELS, STATE_LABELS, Finding
from fuhe.outputs.contract import FormReport, Report
from fuhe.outputs.decided import is_answer
from fuhe.outputs.in_words import cell_name, file_name, grounds, segments, sum_line, where
from fuhe.outputs.marks import marked
from fuhe.outputs.stamp import stamp_of
from fuhe.point import Point
from fuhe.records import FORM_TYPES
from fuhe.text import one_line

TEMPLATES = Path(__file__).parent / "templates"


@functools.cache
def environment() -> jinja2.Environment:
    """Return the templates with the words every page shares; all text of a form is escaped."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    env.globals |= {
        "severity": SEVERITY_LABELS,
        "state_labels": STATE_LABELS,
        "open_label": OPEN_LABEL,
        "form_types": FORM_TYPES,
        "grounds": grounds,
        "where": where,
        "cell_name": cell_name,
        "sum_line": sum_line,
        "pieces": pieces,
        "segments": segments,
        "draft_for": draft_for,
    }
    env.filters |= {"one_line": one_line, "file_name": file_name}
    return env


def pieces(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut a text into the parts that differ (True) and those that do not."""
    cut: list[tuple[str, bool]] = []
    end = 0
    for start, stop in sorted(marks):
        if start > end:
            cut.append((text[end:start], False))
        cut.append((text[start:stop], True))
        end = stop
    return [*cut, (text[end:], False)] if end < len(text) else cut


def to_html(report: Report) -> str:
    """Return the report as one page."""
    shown = [
        {
            "file": file,
            "forms": [
                {
                    "marked": marked(form),
                    "points": numbered(form),
                    "drafts": {draft.field: draft for draft in form.drafts or ()},
                }
                for form in file.forms
            ],
        }
        for file in report.files
    ]
    template = environment().get_template("report.html.j2")
    return template.render(report=report, files=shown, stamp=stamp_of(report), style=_style())


def numbered(form: FormReport) -> list[tuple[Point, list[int]]]:
    """Return the points of a form with the numbers its findings have on the page."""
    found = form.findings or ()
    ordered = sorted(range(len(found)), key=lambda place: (SEVERITIES.index(found[place].severity), found[place].code))
    number = {place: number for number, place in enumerate(ordered, 1)}
    return [(point, sorted(number[fact] for fact in point.facts)) for point in form.points or ()]


def _style() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


def draft_for(finding: Finding, drafts: dict[str, Draft]) -> Draft | None:
    """Return the draft that answers a finding at one of its cells, None where there is none."""
    return next((draft for draft in drafts.values() if is_answer(draft, finding)), None)
