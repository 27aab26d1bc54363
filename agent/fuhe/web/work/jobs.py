"""Jobs: what came in is checked in the background, file by file; a job survives a restart, a broken file stops no other."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Connection, func, select, update
from starlette.concurrency import run_in_threadpool

from fuhe.batch.comparing import keep
from fuhe.batch.terms import Terms
from fuhe.errors import FuheError, StoreError
from fuhe.store import schema
from fuhe.store.database import inserted
from fuhe.store.rows import JobRow, fetch, fetch_one, select_of
from fuhe.web.access.admission import Who, is_own
from fuhe.web.desk import Desk
from fuhe.web.rendering import fragment, piece
from fuhe.web.roles import Person
from fuhe.web.work.arriving import Context, handle
from fuhe.web.work.work_process import Workshop

router = APIRouter()
STEPS = ("读取文件", "识别表格与单元格", "规则检查", "起草建议稿", "跨表比对")
_COMPARING = len(STEPS)
_DEAD_AFTER = 90.0  # seconds without a sign of life after which another process takes a job over
_EVERY = 0.4  # seconds between two looks at a job that is being watched
_BUG = "检查时程序出了错，已记入日志。其他文件不受影响。"
log = logging.getLogger("fuhe.web")


@dataclass(frozen=True)
class JobProgress:
    """How a job stands: files by state, step and name of the file at hand, what could not be read, why it was given up."""

    id: int
    state: str
    step: int
    total: int
    done: int
    failed: tuple[tuple[str, str], ...]
    path: str | None
    same: int
    told: str | None = None
    notes: tuple[tuple[str, str], ...] = ()
    left: str = ""
    page: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state == "done"


class Jobs:
    """The thread of a server that works off jobs, oldest first, with one workshop."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.workshop = desk, Workshop(self._begin_page)
        self._at_page: tuple[int, int, int] | None = None  # the job, the page at hand of a scan, how many it has
        self._job = 0
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        self._wake, self._closing = threading.Event(), False
        self._given_up: dict[int, str] = {}
        self._thread = threading.Thread(target=self._work, name="fuhe-jobs", daemon=True)

    def start(self) -> None:
        """Begin; jobs a stopped server has left are gone on with."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        self._wake.set()

    def close(self) -> None:
        """Stop; a file under way is done again by the next server."""
        self._closing = True
        self._wake.set()
        self.workshop.close()
        self._thread.join(10)

    def _work(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                while not self._closing and (job := self._claimed()) is not None:
                    self._alone(job, partial(self._do, job), partial(self._give_up, job))
            except StoreError as error:
                log.error("%s", error)
            except Exception:  # every later job waits for this thread
                log.exception("jobs")
            self._wake.wait(_DEAD_AFTER / 3)

    def _claimed(self) -> int | None:
        """Take the oldest job nobody is at work on."""
        table, now = schema.job, self.desk.clock()
        with self.desk.store.writing() as connection:
            for row in fetch(
                connection, JobRow, select_of(JobRow, table).where(table.c.state != "done").order_by(table.c.id)
            ):
                if row.state == "waiting" or self._is_left(row, now):
                    self._note(connection, row.id, state="running", owner=self.owner)
                    return row.id
        return None

    def _is_left(self, row: JobRow, now: float) -> bool:
        """A server of this computer is known by its process, one elsewhere by its last sign of life."""
        host, _, rest = (row.owner or "").partition(":")
        if row.owner == self.owner or now - row.beat > _DEAD_AFTER:
            return True
        process = rest.partition(":")[0]
        return host == socket.gethostname() and process.isdigit() and not _is_alive(int(process))

    def _note(self, connection: Connection, job: int, **values: object) -> None:
        table = schema.job
        connection.execute(update(table).where(table.c.id == job).values(beat=self.desk.clock(), **values))

    def _do(self, job: int) -> None:
        context = Context(self.desk, self.workshop, job, lambda step: self._step(job, step))
        while arrivals := context.waiting():  # further parts of an upload come while the first are read
            for arrival in arrivals:
                if self._closing:
                    return
                self._alone(job, partial(handle, context, arrival), partial(context.failed, arrival))
        if not self._closing:
            self._finish(context)

    def _alone(self, job: int, work: Callable[[], None], failed: Callable[[str], None]) -> None:
        """Do a job or one file of it: what goes wrong is told and stops no other; where it is the store, all wait for it."""
        try:
            work()
        except StoreError:
            raise
        except Exception as error:  # one of the places that isolate
            if self._closing:  # it is the closing that stopped the work
                return
            is_told = isinstance(error, FuheError)
            log.error("job %s: %s", job, error, exc_info=not is_told)
            failed(str(error) if is_told else _BUG)

    def _give_up(self, job: int, told: str) -> None:
        """End a job that cannot be gone on with; what was found file by file stays."""
        self._given_up[job] = told
        table = schema.arrival
        left = table.update().where(table.c.job_id == job, table.c.state.in_(("waiting", "working")))
        with self.desk.store.writing() as connection:
            connection.execute(left.values(state="failed", told=told))
            self._end(connection, job)

    def _end(self, connection: Connection, job: int) -> None:
        self._note(connection, job, state="done", ended_at=self.desk.now())

    def _finish(self, context: Context) -> None:
        """Compare the batch anew and close the job."""
        self._step(context.job, _COMPARING)
        with self.desk.store.reading() as connection:
            batch = context.row(connection).batch_id
        terms = Terms(self.desk.settings.policy, self.desk.options)
        found = self.workshop.compare(self.desk.store, batch, terms)
        with self.desk.store.writing() as connection:
            keep(connection, batch, found)
            if context.has_more(connection):
                self._note(connection, context.job, state="waiting")
            else:
                self._end(connection, context.job)

    def _begin_page(self, page: int, pages: int) -> None:
        self._at_page = (self._job, page, pages)

    def _step(self, job: int, step: int) -> None:
        self._job, self._at_page = job, None
        with self.desk.store.writing() as connection:
            self._note(connection, job, step=step)

    def progress(self, job: int) -> JobProgress:
        """Return how a job stands; raises 404."""
        with self.desk.store.reading() as connection:
            row = fetch_one(connection, JobRow, select_of(JobRow, schema.job).where(schema.job.c.id == job))
            if row is None:
                raise HTTPException(404, "没有这项检查")
            return replace(
                _progress(connection, row, self.desk.clock(), self._given_up.get(job)), page=self._page_told(job)
            )

    def latest(self, person: Person) -> JobProgress | None:
        """Return the last job that is not over, of a filler his own; None where there is none."""
        table = schema.job
        with self.desk.store.reading() as connection:
            brings = select(schema.arrival.c.id).where(schema.arrival.c.job_id == table.c.id).exists()
            theirs = select_of(JobRow, table).where(table.c.state != "done", is_own(person, table.c.by), brings)
            row = fetch_one(connection, JobRow, theirs.order_by(table.c.id.desc()).limit(1))
            return (
                None
                if row is None
                else replace(_progress(connection, row, self.desk.clock()), page=self._page_told(row.id))
            )

    def _page_told(self, job: int) -> str:
        """Say which page of a scan is being recognised, nothing where none is."""
        at = self._at_page
        return f"正在识别扫描件第 {at[1]} 页，共 {at[2]} 页" if at and at[0] == job and at[2] > 1 else ""


def compare_anew(connection: Connection, desk: Desk, person: Person, batch_id: int) -> None:
    """Have the forms of a batch compared anew: which of them stand has changed."""
    inserted(
        connection, schema.job, batch_id=batch_id, by=person.name, unit=person.unit, at=desk.now(), state="waiting",
        step=_COMPARING, beat=0.0,
    )  # fmt: skip


def _progress(connection: Connection, row: JobRow, now: float, told: str | None = None) -> JobProgress:
    table = schema.arrival
    named = table.c.job_id == row.id
    rows = connection.execute(select(table.c.state, func.count()).where(named).group_by(table.c.state))
    counts: dict[str, int] = dict(rows.all())
    failed = connection.execute(select(table.c.path, table.c.told).where(named, table.c.state == "failed"))
    noted = connection.execute(
        select(table.c.path, table.c.told).where(named, table.c.state == "done", table.c.told.is_not(None))
    )
    at_hand = connection.execute(select(table.c.path).where(named, table.c.state == "working").limit(1)).scalar()
    done = sum(count for state, count in counts.items() if state not in ("waiting", "working"))
    return JobProgress(
        row.id, row.state, row.step, sum(counts.values()), done, tuple((path, told or "") for path, told in failed),
        at_hand, counts.get("same", 0), told, tuple((path, words) for path, words in noted),
        _time_left(row, done, sum(counts.values()), now),
    )  # fmt: skip


def _time_left(row: JobRow, done: int, total: int, now: float) -> str:
    """Say how long the rest will take at the pace so far, nothing before a pace shows."""
    passed = now - datetime.fromisoformat(row.at).timestamp()
    if row.state == "done" or done < _PACE or passed <= 0 or done >= total:
        return ""
    seconds = passed / done * (total - done)
    if seconds < 60:
        return "约剩不到 1 分钟"
    minutes = round(seconds / 60)
    return f"约剩 {minutes} 分钟" if minutes < 90 else f"约剩 {round(minutes / 60)} 小时"


_PACE = 3  # files


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there os.kill would end it; the last sign of life must do
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the server."""
    jobs: Jobs = request.app.state.jobs
    return jobs


def own_job(request: Request, person: Who, job: int) -> int:
    """Return a job's number; raises 404 where there is none, 403 where it is not a filler's own."""
    with jobs_of(request).desk.store.reading() as connection:
        by = connection.execute(select(schema.job.c.by).where(schema.job.c.id == job)).scalar()
    if by is None:
        raise HTTPException(404, "没有这项检查")
    if person.role == "filler" and by != person.name:
        raise HTTPException(403, "这项检查是别人放入的，您不能看")
    return job


OwnJob = Annotated[int, Depends(own_job)]
"""A job its asker may see: told before an answer begins, so that a stream is refused as a page is."""


@router.get("/jobs/{job}")
def show(request: Request, job: OwnJob) -> Response:
    """Show how a job stands."""
    return fragment(request, "progress.html.j2", job=jobs_of(request).progress(job), STEPS=STEPS)


@router.get("/jobs/{job}/events", response_class=EventSourceResponse)
async def events(request: Request, job: OwnJob) -> AsyncIterator[ServerSentEvent]:
    """Tell a page how a job goes on, whenever something changed, until it is over."""
    async for progress in watched(request, job):
        text = await run_in_threadpool(piece, request, "progress_steps.html.j2", job=progress, STEPS=STEPS)
        yield ServerSentEvent(raw_data=text, event="done" if progress.is_over else "progress")


async def watched(request: Request, job: int) -> AsyncIterator[JobProgress]:
    """Yield how a job stands whenever that has changed, until it is over or nobody looks any more."""
    before: JobProgress | None = None
    while not await request.is_disconnected():
        now = await run_in_threadpool(jobs_of(request).progress, job)
        if now != before:
            yield now
        if now.is_over:
            return
        before = now
        await asyncio.sleep(_EVERY)
