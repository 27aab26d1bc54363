"""Forms as they now stand in a batch: what was read, found and drafted, and what people have decided on it."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, LargeBinary, select, type_coerce

from fuhe.drafts import Draft
from fuhe.findings import Decision, Finding
from fuhe.outputs.contract import FileReport, FormReport, form_frame, form_report
from fuhe.records import Form
from fuhe.store import schema
from fuhe.store.decisions import decisions_of
from fuhe.store.own_remarks import remarks_of
from fuhe.store.rows import FileRow, FormRow, RemarkRow, columns, fetch, select_of

_KEPT = 128  # forms whose contents are kept unpacked
_CONTENTS = ("body", "found", "drafts")


@dataclass(frozen=True)
class CurrentForm:
    """A form as it now stands: its row of facts, what was read, found and drafted, what people decided and remarked."""

    row: FormRow
    form: Form
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...] | None
    decisions: dict[str, Decision] = field(default_factory=dict)
    remarks: tuple[RemarkRow, ...] = ()

    @functools.cached_property
    def report(self) -> FormReport:
        """The form as outputs take it."""
        made = form_report(self.form, self.findings, self.drafts)
        return made.model_copy(update=self._told)

    @property
    def _told(self) -> dict[str, object]:
        return {"decisions": self.decisions, "own_remarks": tuple(row.text for row in self.remarks)}

    @functools.cached_property
    def frame(self) -> FormReport:
        """The form without its points and its quality: what a page asks with every key."""
        made = form_frame(self.form, self.findings, self.drafts)
        return made.model_copy(update=self._told)


def load_forms(connection: Connection, ids: Sequence[int]) -> list[CurrentForm]:
    """Return forms with their findings, drafts, decisions and remarks, in the order asked for; unknown ids are left out."""
    table = schema.form
    as_packed = [type_coerce(table.c[name], LargeBinary) for name in _CONTENTS]
    query = select(*columns(FormRow, table), *as_packed).where(table.c.id.in_(ids))
    decided, remarked = decisions_of(connection, ids), remarks_of(connection, ids)
    found = {}
    for *facts, body, findings, drafts in connection.execute(query):
        row = FormRow(*facts)
        made = _current(row, body, findings, drafts)
        found[row.id] = replace(made, decisions=decided.get(row.id, {}), remarks=remarked.get(row.id, ()))
    return [found[form_id] for form_id in ids if form_id in found]


def _current(row: FormRow, body: bytes, findings: bytes, drafts: bytes | None) -> CurrentForm:
    return CurrentForm(row, _form_of(body), _findings_of(findings), None if drafts is None else _drafts_of(drafts))


# A page reads the same form again with every key: what the same bytes hold is worked out once.
@functools.lru_cache(maxsize=_KEPT)
def _form_of(body: bytes) -> Form:
    return schema.FORM.unpack(body)


@functools.lru_cache(maxsize=_KEPT)
def _findings_of(found: bytes) -> tuple[Finding, ...]:
    return schema.FINDINGS.unpack(found)


@functools.lru_cache(maxsize=_KEPT)
def _drafts_of(drafts: bytes) -> tuple[Draft, ...]:
    return schema.DRAFTS.unpack(drafts)


def file_reports(connection: Connection, ids: Sequence[int]) -> list[FileReport]:
    """Return forms framed by their files as outputs take them, files in order of path."""
    return list(framed(connection, load_forms(connection, ids)).values())


def framed(connection: Connection, forms: Iterable[CurrentForm]) -> dict[int, FileReport]:
    """Frame loaded forms by their files, files by id in order of path."""
    by_file: dict[int, list[CurrentForm]] = {}
    for current in forms:
        by_file.setdefault(current.row.file_id, []).append(current)
    table = schema.file
    files = fetch(connection, FileRow, select_of(FileRow, table).where(table.c.id.in_(by_file)).order_by(table.c.path))
    return {
        file.id: FileReport(
            path=file.path,
            status=file.status,
            sha256=file.sha256,
            problems=file.problems,
            forms=[current.report for current in by_file[file.id]],
        )
        for file in files
    }
