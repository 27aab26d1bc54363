"""What goes over the wire of the API beside the contract of `fuhe check`."""

import hashlib

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fuhe.drafts import Draft
from fuhe.findings import Decision, Finding, Severity, State
from fuhe.store.rows import FormRow
from fuhe.web.work.jobs import STEPS, JobProgress
from fuhe.web.work.open_form import MarkedFinding


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckIn(_Wire):
    """One file to check without keeping it: its name and either its text or its bytes in base64."""

    name: str = Field(default="粘贴的文字.txt", max_length=300)
    text: str | None = None
    data: bytes | None = Field(default=None, description="文件内容，base64")

    model_config = ConfigDict(extra="forbid", val_json_bytes="base64")

    @model_validator(mode="after")
    def _has_one(self) -> "CheckIn":
        if (self.text is None) == (self.data is None):
            raise ValueError("text 和 data 要且只要写一个")
        return self


class Unread(_Wire):
    """A file that could not be read, and why."""

    path: str
    detail: str


class JobOut(_Wire):
    """How a job stands."""

    id: int
    state: str
    step: int
    step_name: str
    files: int
    done: int
    same: int
    failed: list[Unread]
    at_hand: str | None
    told: str | None = None

    @classmethod
    def of(cls, progress: JobProgress) -> "JobOut":
        """Put a job's progress on the wire."""
        failed = [Unread(path=path, detail=told) for path, told in progress.failed]
        return cls(
            id=progress.id, state=progress.state, step=progress.step, step_name=STEPS[progress.step - 1],
            files=progress.total, done=progress.done, same=progress.same, failed=failed, at_hand=progress.path,
            told=progress.told,
        )  # fmt: skip


class FormOut(_Wire):
    """The facts of a form as the queue shows them."""

    id: int
    batch: int
    project: str | None
    unit: str | None
    year: str | None
    form_type: str
    total: str | None
    summed: float | None
    rate: float | None
    quality: float | None
    grade: str | None
    errors: int
    warnings: int
    infos: int
    settled: int
    stage: str
    reviewer: str | None
    current: bool
    changed_at: str

    @classmethod
    def of(cls, row: FormRow) -> "FormOut":
        """Put a row of the store on the wire."""
        named = {name: getattr(row, name) for name in cls.model_fields if name != "batch"}
        return cls(batch=row.batch_id, **named)


class FindingOut(_Wire):
    """A finding of a form with its number, what was decided about it and the tag a change may be tied to."""

    number: int
    finding: Finding
    state: str
    decision: Decision | None
    draft: Draft | None
    etag: str

    @classmethod
    def of(cls, entry: MarkedFinding) -> "FindingOut":
        """Put a finding of an open form on the wire."""
        return cls(
            number=entry.number, finding=entry.finding, state=entry.state, decision=entry.decision, draft=entry.draft,
            etag=tag_of(entry.decision),
        )  # fmt: skip


def tag_of(decision: Decision | None) -> str:
    """Return the entity tag of what stands decided."""
    told = "" if decision is None else decision.model_dump_json()
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:16]}"'


class DecisionIn(_Wire):
    """What to decide: a state with its words or reason, null to open the finding again."""

    state: State | None
    text: str = Field(default="", max_length=4000)
    reason: str = Field(default="", max_length=100)


class DraftIn(_Wire):
    """How to draft: `model` asks the model that is set, else the rules draft."""

    model: bool = False


class PlanIn(_Wire):
    """Which year the table is for."""

    year: int = Field(ge=2000, le=2100)


class DraftsOut(_Wire):
    """Drafts, and in words how they came about."""

    drafts: list[Draft]
    told: str | None = None


class RuleOut(_Wire):
    """A rule of the catalogue."""

    code: str
    slug: str
    severity: Severity
    title: str
    family: str
    scope: str
    page: str
    on: bool


class BatchOut(_Wire):
    """A batch and how far it is."""

    id: int
    name: str
    policy: str
    due: str | None
    created_at: str
    forms: int
    settled: int
    findings: int
    errors: int
    warnings: int
    infos: int
    stages: dict[str, int]
    across: int = Field(description="跨表问题数")


class ProblemOut(BaseModel):
    """Problem details by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
