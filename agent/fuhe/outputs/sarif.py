"""SARIF 2.1.0: findings for tools that read results of static analysis; a form's cells are logical locations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fuhe.findings import STATE_LABELS, BatchFinding, Cell, Decision, Finding, Severity, State, worst_first
from fuhe.outputs.contract import FileReport, FormReport, Report
from fuhe.outputs.in_words import cell_name, grounds, where
from fuhe.outputs.stamp import stamp_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SUPPRESSED: dict[State, str] = {"dismissed": "accepted", "doubtful": "underReview"}
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def to_sarif(report: Report) -> str:
    """Write one run: rules that found something, results with a level each, a dismissal as a suppression."""
    results = [
        _result(file, form, finding)
        for file in report.files
        for form in file.forms
        for finding in worst_first(form.findings or ())
    ]
    results += [_batch_result(report, finding) for finding in report.batch.findings]
    rules = _rules(report)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = index[result["ruleId"]]
    run = {
        "tool": {"driver": {"name": "fuhe", "fullName": "复核", "version": report.fuhe, "rules": rules}},
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(file) for file in report.files],
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": _utc(report.made),
                "toolExecutionNotifications": [_unread(file) for file in report.files if file.status == "failed"],
            }
        ],
        "results": results,
        "properties": {"policy": report.policy, "provenance": stamp_of(report).line},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rules(report: Report) -> list[dict[str, Any]]:
    found: list[Finding | BatchFinding] = [
        finding for file in report.files for form in file.forms for finding in form.findings or ()
    ]
    first = {finding.code: finding for finding in reversed([*found, *report.batch.findings])}
    return [
        {"id": code, "name": first[code].slug, "shortDescription": {"text": first[code].title}}
        for code in sorted(first)
    ]


def _artifact(file: FileReport) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": _uri(file.path)}
    if file.sha256:
        artifact["hashes"] = {"sha-256": file.sha256}
    return artifact


def _uri(path: str) -> dict[str, str]:
    return {"uri": quote(path.replace("\\", "/"))}


def _unread(file: FileReport) -> dict[str, Any]:
    told = "；".join(problem.message for problem in file.problems) or "没有读成"
    location = {"physicalLocation": {"artifactLocation": _uri(file.path)}}
    return {"level": "error", "message": {"text": told}, "locations": [location]}


def _result(file: FileReport, form: FormReport, finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(file, form, finding.cells[0])],
        "partialFingerprints": {"fuhe/v1": finding.fingerprint},
        "properties": {
            "source": finding.source,
            "basis": grounds(finding),
            "advice": list(finding.fix),
            "unit": form.record.unit,
            "project": form.record.project,
        },
    }
    if finding.cells[1:]:
        result["relatedLocations"] = _numbered(_location(file, form, cell) for cell in finding.cells[1:])
    decision = form.decisions.get(finding.fingerprint)
    if decision and decision.text:
        result["properties"]["rewritten"] = decision.text
    if suppressions := _suppressions(form.decisions, finding):
        result["suppressions"] = suppressions
    return result


def _location(file: FileReport, form: FormReport, cell: Cell) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _uri(file.path)}
    if cell.place and cell.place.line:
        physical["region"] = {"startLine": cell.place.line}
    named = cell_name(form.record, cell.field)
    told = f"{named}（{place}）" if (place := where(cell.place)) else named
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"name": named, "fullyQualifiedName": f"forms[{form.id}].{cell.field}", "kind": "member"}],
        "message": {"text": told},
    }


def _numbered(locations: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": number, **location} for number, location in enumerate(locations, 1)]


def _suppressions(decisions: Mapping[str, Decision], finding: Finding) -> Sequence[dict[str, str]]:
    decision = decisions.get(finding.fingerprint)
    status = _SUPPRESSED.get(decision.state) if decision else None
    if decision is None or status is None:
        return ()
    return [{"kind": "external", "status": status, "justification": decision.reason or STATE_LABELS[decision.state]}]


def _batch_result(report: Report, finding: BatchFinding) -> dict[str, Any]:
    forms = {(file.path, form.id): (file, form) for file in report.files for form in file.forms}
    locations = [
        _location(*forms[cell.file, cell.form], Cell(field=cell.field, text=cell.text))
        for cell in finding.cells
        if (cell.file, cell.form) in forms
    ]
    return {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": locations[:1],
        **({"relatedLocations": _numbered(locations[1:])} if locations[1:] else {}),
        "partialFingerprints": {"fuhe/v1": finding.fingerprint},
        "properties": {"group": finding.group, "advice": list(finding.fix)},
    }
