"""REST /api/v1: the same functions for other programs; errors are problem details by RFC 9457."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Header, HTTPException, Query, Request, UploadFile
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Connection, func, select

from fuhe import __version__
from fuhe.outputs.contract import Report, form_report
from fuhe.readers import MAX_BYTES
from fuhe.rules import BATCH_RULES, form_rules
from fuhe.rules.rule import CatalogueEntry
from fuhe.store import schema
from fuhe.store.decisions import decide
from fuhe.store.rows import BatchRow, FormRow, fetch, select_of
from fuhe.web.access.admission import At, Person, Who, allowed, form_row, is_visible
from fuhe.web.access.form_holder import require
from fuhe.web.api_models import (
    BatchOut,
    CheckIn,
    DecisionIn,
    DraftIn,
    DraftsOut,
    FindingOut,
    FormOut,
    JobOut,
    PlanIn,
    ProblemOut,
    RuleOut,
    tag_of,
)
from fuhe.web.desk import Desk
from fuhe.web.pages.export_pages import of_form
from fuhe.web.rendering import page
from fuhe.web.work import jobs as jobs_module
from fuhe.web.work import redraft, uploads
from fuhe.web.work.deciding import STATES, act
from fuhe.web.work.form_exports import Kind
from fuhe.web.work.open_form import MarkedFinding, OpenForm, open_form, side_of

# FastAPI wants its own type of dictionary here, Any and all.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "content": {"application/problem+json": {}}, "description": told}
    for status, told in (
        (401, "没有令牌或令牌已停用"),
        (403, "角色不能这样做"),
        (404, "没有这一项"),
        (422, "内容不能用"),
    )
}
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
docs = APIRouter(include_in_schema=False)
_VERB_OF = {state: verb for verb, state in STATES.items()}
Decider = Annotated[Person, Depends(allowed("decide"))]
Uploader = Annotated[Person, Depends(allowed("upload"))]
Drafter = Annotated[Person, Depends(allowed("draft"))]
Exporter = Annotated[Person, Depends(allowed("export"))]


@router.post("/check", summary="检查一个文件，不保存")
def check(request: Request, desk: At, person: Uploader, given: CheckIn) -> Report:
    """Check one file and return the contract of `fuhe check`; nothing is kept."""
    data = given.data if given.data is not None else (given.text or "").encode()
    workshop, pack, options = request.app.state.jobs.workshop, desk.pack, desk.options
    file = workshop.read(data[: MAX_BYTES + 1], uploads.safe_path(given.name))
    entries = workshop.draft(workshop.check(file, pack, options), pack)
    report = Report(policy=pack.name, rules_run=desk.rules_run)
    report.add(file, [form_report(entry.form, entry.findings, entry.drafts) for entry in entries])
    return report


@router.post("/forms", status_code=202, summary="放入文件，在后台检查")
def put_forms(
    request: Request,
    response: Response,
    desk: At,
    person: Uploader,
    files: Annotated[list[UploadFile], File()],
    batch: Annotated[int | None, Query()] = None,
) -> JobOut:
    """Take files in; `Location` is the job that checks them."""
    admission = uploads.Admission()
    for file in files:
        uploads.admit(admission, file.filename or "未命名文件", file.file.read(MAX_BYTES + 1))
    if not admission.found:
        raise HTTPException(422, "没有可检查的文件")
    job = uploads.begin(desk, person, admission.found, batch)
    request.app.state.jobs.wake()
    response.headers["Location"] = f"/api/v1/jobs/{job}"
    return JobOut.of(request.app.state.jobs.progress(job))


@router.get("/jobs/{job}", summary="一次检查的进度")
def job_state(request: Request, job: jobs_module.OwnJob) -> JobOut:
    """Return how a job stands."""
    return JobOut.of(jobs_module.jobs_of(request).progress(job))


@router.get("/jobs/{job}/events", response_class=EventSourceResponse, summary="进度事件（SSE）")
async def job_events(request: Request, job: jobs_module.OwnJob) -> AsyncIterator[ServerSentEvent]:
    """Tell how a job goes on, whenever something changed, until it is over."""
    async for progress in jobs_module.watched(request, job):
        yield ServerSentEvent(data=JobOut.of(progress).model_dump(), event="done" if progress.is_over else "progress")


@router.get("/batches", summary="各批次")
def batches(desk: At, person: Who) -> list[BatchOut]:
    """Return every batch, the newest first."""
    with desk.store.reading() as connection:
        rows = fetch(connection, BatchRow, select_of(BatchRow, schema.batch).order_by(schema.batch.c.id.desc()))
        return [_batch(connection, row, person) for row in rows]


@router.get("/batches/{batch}/summary", summary="批次进度和问题数")
def batch_summary(desk: At, person: Who, batch: int) -> BatchOut:
    """Return how far a batch is and what was found in it."""
    with desk.store.reading() as connection:
        row = desk.batch(connection, batch)
        if row is None:
            raise HTTPException(404, "没有这个批次")
        return _batch(connection, row, person)


def _batch(connection: Connection, row: BatchRow, person: Person) -> BatchOut:
    form, found = schema.form, schema.batch_finding
    seen = (form.c.batch_id == row.id, form.c.current, is_visible(person))
    sums = [
        func.coalesce(func.sum(column), 0) for column in (form.c.settled, form.c.errors, form.c.warnings, form.c.infos)
    ]
    count, settled, errors, warnings, infos = connection.execute(select(func.count(), *sums).where(*seen)).one()
    stages = connection.execute(select(form.c.stage, func.count()).where(*seen).group_by(form.c.stage)).all()
    across = connection.execute(select(func.count()).where(found.c.batch_id == row.id)).scalar_one()
    return BatchOut(
        id=row.id, name=row.name, policy=row.policy, due=row.due, created_at=row.created_at, forms=count,
        settled=settled, findings=errors + warnings + infos, errors=errors, warnings=warnings, infos=infos,
        stages=dict(stages), across=0 if person.role == "filler" else across,
    )  # fmt: skip


@router.get("/forms", summary="一个批次的表")
def forms(
    desk: At,
    person: Who,
    batch: Annotated[int | None, Query(description="批次编号，默认最新一批")] = None,
    after: Annotated[int, Query(ge=0, description="从这个编号之后取")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[FormOut]:
    """Return current forms in order of id."""
    form = schema.form
    with desk.store.reading() as connection:
        chosen = desk.batch(connection, batch)
        if chosen is None:
            raise HTTPException(404, "没有这个批次")
        query = select_of(FormRow, form).where(
            form.c.batch_id == chosen.id, form.c.current, form.c.id > after, is_visible(person)
        )
        return [FormOut.of(row) for row in fetch(connection, FormRow, query.order_by(form.c.id).limit(limit))]


@router.get("/forms/{form_id}", summary="一张表")
def form(desk: At, person: Who, form_id: int) -> FormOut:
    """Return the facts of a form."""
    with desk.store.reading() as connection:
        return FormOut.of(form_row(connection, person, form_id))


@router.get("/forms/{form_id}/findings", summary="一张表的问题")
def findings(desk: At, person: Who, form_id: int) -> list[FindingOut]:
    """Return the findings of a form, numbered as everywhere, those that show over several forms last."""
    with desk.store.reading() as connection:
        return [FindingOut.of(entry) for entry in _seen(connection, person, form_id).findings]


def _seen(connection: Connection, person: Person, form_id: int) -> OpenForm:
    form_row(connection, person, form_id)
    seen = open_form(connection, form_id, side_of(person, None))
    assert seen is not None
    return seen


@contextmanager
def _changing(
    desk: Desk, person: Person, form_id: int, number: int, tag: str | None
) -> Iterator[tuple[Connection, OpenForm, MarkedFinding]]:
    """Open a finding to be changed; raises 404, 409 where another has the form, 412 where it has changed meanwhile."""
    with desk.store.writing() as connection:
        seen = _seen(connection, person, form_id)
        entry = seen.finding(number)
        if entry is None:
            raise HTTPException(404, "这张表没有这一条")
        require(connection, form_id, person, desk)
        if tag is not None and tag != tag_of(entry.decision):
            raise HTTPException(412, "这一条已被改过，请取回最新内容再改")
        yield connection, seen, entry


@router.patch(
    "/forms/{form_id}/findings/{number}",
    summary="处理一条问题",
    responses={409: {"model": ProblemOut, "description": "别人正在复核这张表"}, 412: {"model": ProblemOut, "description": "If-Match 不符"}},
)  # fmt: skip
def decide_finding(
    response: Response,
    desk: At,
    person: Decider,
    form_id: int,
    number: int,
    given: DecisionIn,
    if_match: Annotated[str | None, Header()] = None,
) -> FindingOut:
    """Set what is decided on a finding; with If-Match only where nobody changed it in between."""
    with _changing(desk, person, form_id, number, if_match) as (connection, seen, entry):
        fingerprint = entry.finding.fingerprint
        if given.state is None:
            decide(connection, form_id, fingerprint, None, by=person.name, at=desk.now())
        else:
            act(
                connection, desk, seen, person, fingerprint, _VERB_OF[given.state], text=given.text,
                reason=given.reason,
            )  # fmt: skip
        changed = _seen(connection, person, form_id).finding(number)
    assert changed is not None
    response.headers["ETag"] = tag_of(changed.decision)
    return FindingOut.of(changed)


@router.post("/forms/{form_id}/draft", summary="起草偏差原因和复核意见")
def draft(desk: At, person: Drafter, form_id: int, given: DraftIn | None = None) -> DraftsOut:
    """Return the drafts of a form; with `model` they are written anew by the model and kept."""
    if given is None or not given.model:
        return DraftsOut(drafts=list(redraft.stored(desk, person, form_id).drafts or ()))
    drafts, told = redraft.draft_anew(desk, person, form_id)
    return DraftsOut(drafts=list(drafts), told=told)


@router.post("/forms/{form_id}/plan", summary="起草下年度绩效指标")
def plan(desk: At, person: Drafter, form_id: int, given: PlanIn) -> DraftsOut:
    """Return next year's table of indicators, drafted by the rules."""
    return DraftsOut(drafts=list(redraft.plan(desk, person, form_id, str(given.year))))


@router.get("/forms/{form_id}/exports/{kind}", summary="导出", response_class=Response)
def export(request: Request, desk: At, person: Exporter, form_id: int, kind: Kind) -> Response:
    """Hand out one file of a form."""
    return of_form(request, form_id, kind, desk, person)


@router.get("/rules", summary="规则目录")
def rules(desk: At, person: Who) -> list[RuleOut]:
    """Return the catalogue of rules and which are in force."""
    ignored = set(desk.options.ignore)
    catalogue: list[tuple[CatalogueEntry, str]] = [(rule, "form") for rule in form_rules()]
    catalogue += [(rule, "batch") for rule in BATCH_RULES]
    return [
        RuleOut(
            code=rule.code, slug=rule.slug, severity=rule.severity, title=rule.title, family=rule.family, scope=scope,
            page=rule.page, on=not {rule.code, rule.family} & ignored,
        )
        for rule, scope in catalogue
    ]  # fmt: skip


@docs.get("/api/v1/openapi.json")
def openapi(person: Who) -> JSONResponse:
    """Return the description of the API."""
    return JSONResponse(described())


def described() -> dict[str, object]:
    """Describe the API as OpenAPI 3.1."""
    made = get_openapi(
        title="复核 fuhe", version=__version__, routes=router.routes, summary="项目支出绩效自评表的检查与起草"
    )
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "设置页生成的接口令牌"}
    }
    made["security"] = [{"token": []}]
    return made


@docs.get("/docs")
def docs_page(request: Request, person: Who) -> Response:
    """Show the description of the API, from this computer alone."""
    return page(request, "docs.html.j2")
