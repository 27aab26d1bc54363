"""The JSON contract: files, forms, records, findings and drafts in one frame, and its schema."""

import json
import os
from collections.abc import Container
from datetime import UTC, datetime
from typing import Any

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from fuhe import __version__
from fuhe.drafts import Draft
from fuhe.findings import BatchFinding, Decision, Finding
from fuhe.point import BatchPoint, Point
from fuhe.pointing.batch_points import FormFindings, batch_points, shared_codes
from fuhe.pointing.form_points import form_points
from fuhe.quality import Quality, form_quality
from fuhe.records import File, FileStatus, Form, FormType, Place, PrintedCell, Problem, Record

CONTRACT = 2
"""The version of the contract: 2 gives points beside the findings."""


def now() -> str:
    """Return the local time to the second in ISO form; SOURCE_DATE_EPOCH, where set, stands in for the clock."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now().astimezone()
    return moment.isoformat(timespec="seconds")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FormReport(_Part):
    """One form of a file; the printed cells and what was decided are for other outputs and stay out of the JSON."""

    id: str
    title: str | None
    form_type: FormType
    truncated: bool
    record: Record
    places: dict[str, Place]
    inferred: tuple[str, ...]
    quality: Quality | None = None
    findings: tuple[Finding, ...] | None = None
    points: tuple[Point, ...] | None = None
    drafts: tuple[Draft, ...] | None = None
    cells: SkipJsonSchema[tuple[PrintedCell, ...]] = Field(default=(), exclude=True)
    decisions: SkipJsonSchema[dict[str, Decision]] = Field(default_factory=dict, exclude=True)
    own_remarks: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)


class FileReport(_Part):
    """One input, read or not."""

    path: str
    status: FileStatus
    sha256: str | None = None
    problems: tuple[Problem, ...]
    forms: list[FormReport]


class Batch(_Part):
    """What only shows when forms are seen side by side."""

    findings: tuple[BatchFinding, ...] = ()
    points: tuple[BatchPoint, ...] = ()


class Summary(_Part):
    """The counts behind the last line."""

    files: int = 0
    forms: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    suppressed: int = 0


class Report(_Part):
    """Everything one command has to say."""

    fuhe: str = __version__
    contract: int = CONTRACT
    policy: str
    made: str = Field(default_factory=now)
    rules_run: int = 0
    files: list[FileReport] = []
    batch: Batch = Batch()
    summary: Summary = Summary()

    def add_batch(self, findings: tuple[BatchFinding, ...]) -> None:
        """Take in what shows over several forms and count it; the points of the forms leave out what those of the batch say."""
        told = [
            FormFindings(file.path, form.id, form.findings or (), form.points or ())
            for file in self.files
            for form in file.forms
        ]
        self.batch = Batch(findings=findings, points=batch_points(told, findings))
        if shared := shared_codes(told):
            for file in self.files:
                file.forms = [_leaving_out(form, shared) for form in file.forms]
        severities = [finding.severity for finding in findings]
        self.summary.errors += severities.count("error")
        self.summary.warnings += severities.count("warning")
        self.summary.infos += severities.count("info")

    def add(self, file: File, forms: list[FormReport], suppressed: int = 0) -> None:
        """Take one file in and count it."""
        self.files.append(
            FileReport(path=file.path, status=file.status, sha256=file.sha256, problems=file.problems, forms=forms)
        )
        severities = [finding.severity for form in forms for finding in form.findings or ()]
        self.summary.files += 1
        self.summary.forms += len(forms)
        self.summary.errors += severities.count("error")
        self.summary.warnings += severities.count("warning")
        self.summary.infos += severities.count("info")
        self.summary.suppressed += suppressed


def form_report(
    form: Form, findings: tuple[Finding, ...] | None = None, drafts: tuple[Draft, ...] | None = None
) -> FormReport:
    """Frame one form with its findings or drafts; with findings also its points and how well it is filled in."""
    framed = form_frame(form, findings, drafts)
    if findings is None:
        return framed
    points = form_points(form.record, findings, drafts or ())
    return framed.model_copy(update={"quality": form_quality(form, findings), "points": points})


def form_frame(
    form: Form, findings: tuple[Finding, ...] | None = None, drafts: tuple[Draft, ...] | None = None
) -> FormReport:
    """Frame one form with its findings or drafts as they are, nothing worked out from them."""
    kept = {name: getattr(form, name) for name in ("id", "title", "form_type", "truncated", "record", "inferred")}
    return FormReport(**kept, findings=findings, drafts=drafts, places=form.places, cells=form.cells)


def _leaving_out(form: FormReport, shared: Container[str]) -> FormReport:
    points = form_points(form.record, form.findings or (), form.drafts or (), shared=shared)
    return form.model_copy(update={"points": points})


def to_json(report: Report) -> str:
    """Write the contract; a place leaves out what its format lacks, a form what its command does not give."""
    data = report.model_dump(mode="json")
    for file in data["files"]:
        file["forms"] = [_given(form) for form in file["forms"]]
    # json.dumps writes indented text in plain Python; this gives the same bytes in a third of the time.
    return pydantic_core.to_json(_without_empty_places(data), indent=1).decode() + "\n"


def to_json_line(file: FileReport, form: FormReport) -> str:
    """Write one form as a line of its own, with the file it stands in; it can be read again as it is."""
    data = {"file": file.path, "sha256": file.sha256, **_given(form.model_dump(mode="json"))}
    return json.dumps(_without_empty_places(data), ensure_ascii=False, separators=(",", ":")) + "\n"


def _given(form: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in form.items() if value is not None or name not in ("findings", "points", "drafts")
    }


def _without_empty_places(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty_places(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _place(item) if _is_place(item) else _without_empty_places(item)
            for key, item in value.items()
            if key != "marks" or item
        }
    return value


def _is_place(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(Place.model_fields)


def _place(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


def schema() -> dict[str, Any]:
    """Return the JSON schema of the contract."""
    return Report.model_json_schema()
