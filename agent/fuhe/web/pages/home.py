"""工作台: the queue of forms, what came in, what could not be read, and where to go on."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from fuhe.policy import data_folder
from fuhe.readers.file_kinds import is_refused
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import BatchRow
from fuhe.store.versions import taken_away
from fuhe.web.access.admission import At, Person, Who, allowed, is_own, is_visible
from fuhe.web.access.form_holder import holders
from fuhe.web.desk import Desk
from fuhe.web.pages.bulk_page import wanted_name
from fuhe.web.pages.versions_page import asked_versions, sample_ids
from fuhe.web.rendering import fragment, page
from fuhe.web.roles import may
from fuhe.web.work import uploads
from fuhe.web.work.bulk_lots import lot_of
from fuhe.web.work.facets import facets
from fuhe.web.work.jobs import STEPS, jobs_of
from fuhe.web.work.queue import PAGE, SORTS, QueueQuery, just_done, lines, set_apart, to_go_on
from fuhe.web.work.state_words import STAGES
from fuhe.web.work.unread_files import unread
from fuhe.web.work.uploads import SAMPLES_PREFIX, Incoming, begin

router = APIRouter()
Uploader = Annotated[Person, Depends(allowed("upload"))]
Unread = tuple[str, str]


@router.get("/")
def home(request: Request, desk: At, person: Who) -> Response:
    """Show the queue; htmx gets the queue alone."""
    asked = QueueQuery.of(request.query_params)
    with desk.store.reading() as connection:
        batch = desk.batch(connection, asked.selection.batch)
        context = _context(connection, desk, person, asked, batch, request.query_params) if batch is not None else None
    job = jobs_of(request).latest(person)
    if context is None or (context["everything"] == 0 and not context["unread"]):
        return page(request, "empty.html.j2", job=job, STEPS=STEPS, part=uploads.MAX_FILES)
    if request.headers.get("hx-request"):
        return fragment(request, "queue.html.j2", known=context)
    context["reads_pictures"] = not is_refused("image")
    return page(request, "home.html.j2", job=job, STEPS=STEPS, part=uploads.MAX_FILES, known=context)


def _context(
    connection: Connection, desk: Desk, person: Person, asked: QueueQuery, batch: BatchRow, told: Mapping[str, str]
) -> dict[str, object]:
    """Return what the page of a batch shows; the address tells of a bulk step or a closing just done."""
    lot, done = told.get("lot", ""), told.get("done", "")
    shown, total = lines(connection, asked, person, batch.id)
    narrowed = facets(connection, asked, person, batch.id)
    return {
        "asked": asked,
        "batch": batch,
        "batches": connection.execute(select(schema.batch.c.id, schema.batch.c.name).order_by(schema.batch.c.id)).all(),
        "lines": shown,
        "apart": {line.row.id: set_apart(line.row.year, line.row.form_type, batch.name) for line in shown},
        "total": total,
        "pages": -(-total // PAGE),
        "everything": narrowed[0].facets[0].count,
        "facets": narrowed,
        "sorts": {name: label for name, (label, _) in SORTS.items()},
        "stages": STAGES,
        "go_on": to_go_on(connection, person, batch.id) if may(person, "decide") else None,
        "unread": unread_files(connection, person, batch.id),
        "reviewers": reviewers(connection, person),
        "holders": holders(connection, [line.row.id for line in shown], desk.clock()),
        "asked_versions": asked_versions(connection, batch.id) if may(person, "decide") else [],
        "samples": len(sample_ids(connection, person, batch.id)) if may(person, "decide") else 0,
        "removed": bool(taken_away(connection, batch.id, is_visible(person))) if may(person, "decide") else False,
        "side": "review" if may(person, "decide") else "fill",
        "wanted": wanted_name(asked.selection.code or ""),
        "lot": lot_of(connection, person, lot),
        "done": just_done(connection, person, int(done) if done.isdecimal() and len(done) < 15 else None),
    }


def unread_files(connection: Connection, person: Person, batch_id: int) -> list[Unread]:
    """Return the files of a batch that could not be read, of a filler his own: name and what is the matter, newest first."""
    found = unread(connection, batch_id, ("failed",), partial(is_own, person))
    return [(file.path, file.problems[0].message) for file in found if file.problems]


def reviewers(connection: Connection, person: Person) -> list[str]:
    """Return whom a form can be given to: the accounts that review, else whoever sits here and whoever had one before."""
    account, form = schema.account.c, schema.form.c
    named = connection.execute(
        select(account.name).where(account.active, account.role.in_(("reviewer", "chief"))).order_by(account.name)
    ).scalars()
    before = connection.execute(
        select(form.reviewer).where(form.reviewer.is_not(None)).distinct().order_by(form.reviewer)
    )
    return list(dict.fromkeys((*named, person.name, *before.scalars())))


@router.post("/samples")
def samples(request: Request, desk: At, person: Uploader) -> Response:
    """Put the packaged sample forms in, so that somebody can look around first."""
    folder = data_folder() / "samples"
    found = [
        Incoming(f"{SAMPLES_PREFIX}{path.name}", path.read_bytes())
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]
    begin(desk, person, found)
    jobs_of(request).wake()
    return RedirectResponse("/", 303)


@router.post("/unread/put-away")
def put_away(desk: At, person: Uploader, batch: Annotated[int, Form()]) -> Response:
    """Take the files that could not be read off the page, a filler his own; the trail keeps their names."""
    with desk.store.writing() as connection:
        if desk.batch(connection, batch) is None:
            raise HTTPException(404, "没有这个批次")
        names = [path for path, _ in unread_files(connection, person, batch)]
        file, arrival, job = schema.file, schema.arrival, schema.job
        failed = (file.c.batch_id == batch, file.c.status == "failed", is_own(person, file.c.received_by))
        connection.execute(file.update().where(*failed).values(current=False))
        jobs = select(job.c.id).where(job.c.batch_id == batch, is_own(person, job.c.by))
        connection.execute(
            arrival.update().where(arrival.c.job_id.in_(jobs), arrival.c.state == "failed").values(state="put away")
        )
        note(connection, "put-away", by=person.name, at=desk.now(), batch_id=batch, after=names)
    return RedirectResponse("/", 303)
