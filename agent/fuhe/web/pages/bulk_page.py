"""Several forms at once: errors the rules have settled taken into the opinions, forms given out; the counts first, one undo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.findings import Decision, Finding
from fuhe.rules import FAMILIES
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.database import inserted
from fuhe.store.decisions import decide, note
from fuhe.store.rows import FileRow, fetch, select_of
from fuhe.web.access.admission import At, Person, allowed, is_visible
from fuhe.web.access.form_holder import standing
from fuhe.web.desk import Desk
from fuhe.web.rendering import fragment, page
from fuhe.web.work.bulk_lots import undo_lot
from fuhe.web.work.jobs import jobs_of
from fuhe.web.work.queue import Picked

router = APIRouter()
Decider = Annotated[Person, Depends(allowed("decide"))]
_MOST, _MOST_LIGHT = 2000, 20000


@dataclass(frozen=True)
class BulkPlan:
    """What a bulk step would take in, and what it leaves alone and why."""

    forms: int
    findings: int
    touched: int
    decided: int
    hints: int
    lighter: int
    held: tuple[str, ...]
    code: str

    @property
    def named(self) -> str:
        """What is taken in, in words."""
        return wanted_name(self.code)


def wanted_name(code: str) -> str:
    """Name what a bulk step takes in: one rule's findings by its code, else the errors of a family or of all rules."""
    return f"“{FAMILIES[code]}”类的错误" if code in FAMILIES else code or "“规则判定”的错误"


def _visible(connection: Connection, person: Person, ids: Sequence[int], most: int = _MOST) -> list[int]:
    if not ids:
        raise HTTPException(422, "请先选要处理的表")
    if len(ids) > most:
        raise HTTPException(422, f"选了 {len(ids)} 张，一次最多处理 {most} 张，请先筛选一部分")
    form = schema.form.c
    found = connection.execute(select(form.id).where(form.id.in_(ids), form.current, is_visible(person)))
    return sorted(found.scalars())


def _wanted(current: CurrentForm, code: str) -> Iterator[Finding]:
    """Yield what is taken in: errors by all rules or a family's, or one rule's findings; no model's hint, nothing decided."""
    for finding in current.findings:
        fits = finding.code == code or (finding.severity == "error" and _is_of(finding, code))
        if fits and finding.source == "rule" and finding.fingerprint not in current.decisions:
            yield finding


def _is_of(finding: Finding, family: str) -> bool:
    """Tell whether a finding is of a family, which without a letter is every one; no family has a rule's whole code."""
    return family in ("", finding.code[0])


def _free(
    connection: Connection, desk: Desk, person: Person, ids: Sequence[int]
) -> tuple[list[CurrentForm], list[str]]:
    """Return the forms nobody else is at work on, and the names of the others."""
    free, held = [], []
    for current in load_forms(connection, ids):
        claim = standing(connection, current.row.id, person, desk.clock())
        if claim is None or claim.is_mine:
            free.append(current)
        else:
            held.append(f"{current.row.project or '（没有项目名称）'}（{claim.by} 正在复核）")
    return free, held


def plan(connection: Connection, desk: Desk, person: Person, ids: Sequence[int], code: str = "") -> BulkPlan:
    """Count what a bulk step would do."""
    free, held = _free(connection, desk, person, _visible(connection, person, ids))
    taken = [list(_wanted(current, code)) for current in free]
    left = [finding for current in free for finding in current.findings if finding.fingerprint not in current.decisions]
    return BulkPlan(
        forms=len(free),
        findings=sum(map(len, taken)),
        touched=sum(1 for found in taken if found),
        decided=sum(len(current.decisions) for current in free),
        hints=sum(1 for finding in left if finding.source == "model"),
        lighter=sum(1 for finding in left if finding.severity != "error" and _is_of(finding, code)),
        held=tuple(held),
        code=code,
    )


@router.post("/bulk/preview")
def preview(request: Request, desk: At, person: Decider, form: Picked, code: Annotated[str, Form()] = "") -> Response:
    """Show what would be taken in before it is."""
    with desk.store.reading() as connection:
        planned = plan(connection, desk, person, form, code)
    if request.headers.get("hx-request"):
        return fragment(request, "bulk_plan.html.j2", plan=planned, ids=form)
    return page(request, "bulk_page.html.j2", plan=planned, ids=form)


@router.post("/bulk/list")
def take_in(desk: At, person: Decider, form: Picked, code: Annotated[str, Form()] = "") -> Response:
    """Take the settled errors of the chosen forms into their opinions."""
    with desk.store.writing() as connection:
        at = desk.now()
        free, _ = _free(connection, desk, person, _visible(connection, person, form))
        count = 0
        for current in free:
            for finding in list(_wanted(current, code)):
                kept = Decision(state="listed")
                decide(connection, current.row.id, finding.fingerprint, kept, by=person.name, at=at, action="bulk")
                count += 1
        _begin(connection, [current.row.id for current in free])
        lot = note(connection, "bulk-list", by=person.name, at=at, after={"forms": len(free), "findings": count})
    return RedirectResponse(f"/?lot={lot}", 303)


def _begin(connection: Connection, ids: Sequence[int]) -> None:
    table = schema.form
    started = table.update().where(table.c.id.in_(ids), table.c.stage == "waiting", table.c.settled > 0)
    connection.execute(started.values(stage="reviewing"))


@router.post("/bulk/undo")
def take_back(desk: At, person: Decider, lot: Annotated[int, Form()]) -> Response:
    """Open again what a bulk step decided, where nobody has changed it since."""
    with desk.store.writing() as connection:
        if not undo_lot(connection, person, lot, desk.now()):
            raise HTTPException(404, "没有可以撤销的这一步")
    return RedirectResponse("/", 303)


@router.post("/bulk/recheck")
def recheck(
    request: Request, desk: At, person: Annotated[Person, Depends(allowed("upload"))], form: Picked
) -> Response:
    """Check the files of the chosen forms again, by the rules now in force."""
    with desk.store.writing() as connection:
        table, file = schema.form, schema.file
        ids = _visible(connection, person, form, _MOST_LIGHT)
        files = fetch(
            connection,
            FileRow,
            select_of(FileRow, file)
            .where(file.c.id.in_(select(table.c.file_id).where(table.c.id.in_(ids))))
            .order_by(file.c.id),
        )
        batch_of = dict(
            connection.execute(select(file.c.id, file.c.batch_id).where(file.c.id.in_([f.id for f in files]))).all()
        )
        for batch_id in dict.fromkeys(batch_of[one.id] for one in files):
            read_again(connection, desk, person, batch_id, [one for one in files if batch_of[one.id] == batch_id])
    jobs_of(request).wake()
    return RedirectResponse("/", 303)


def read_again(connection: Connection, desk: Desk, person: Person, batch_id: int, files: Sequence[FileRow]) -> None:
    """Make a job of files of a batch that are to be read and checked once more."""
    job = inserted(
        connection, schema.job, batch_id=batch_id, by=person.name, unit=person.unit, at=desk.now(), state="waiting",
        step=1, beat=0.0,
    )  # fmt: skip
    rows = [
        {"job_id": job, "path": row.path, "sha256": row.sha256 or "", "size": row.size or 0, "state": "waiting"}
        for row in files
    ]
    connection.execute(schema.arrival.insert(), rows)
    names = [row["path"] for row in rows]
    note(connection, "recheck", by=person.name, at=desk.now(), batch_id=batch_id, after=names)


@router.post("/bulk/assign")
def assign(
    desk: At,
    person: Annotated[Person, Depends(allowed("assign"))],
    form: Picked,
    reviewer: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Give the chosen forms to somebody, or to nobody."""
    with desk.store.writing() as connection:
        ids = _visible(connection, person, form, _MOST_LIGHT)
        table, named = schema.form, reviewer.strip() or None
        for row in connection.execute(select(table.c.id, table.c.reviewer).where(table.c.id.in_(ids))).all():
            note(connection, "assign", by=person.name, at=desk.now(), form_id=row.id, before=row.reviewer, after=named)
        connection.execute(table.update().where(table.c.id.in_(ids)).values(reviewer=named))
    return RedirectResponse("/", 303)
