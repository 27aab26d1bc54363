"""A whole batch from folder to results: held while it lasts, put down as interrupted where it does not end."""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from fuhe.batch import handing_back, schema
from fuhe.batch.comparing import compare
from fuhe.batch.crew import Crew
from fuhe.batch.delivering import (
    record_of,
    standing,
    stands,
    write_list,
    write_overview,
    write_record,
)
from fuhe.batch.inputs import Source, count, sources
from fuhe.batch.lease import Lease, beating, take
from fuhe.batch.reading import Totals, totals
from fuhe.batch.running import Tally, run
from fuhe.batch.store import Store, inserted
from fuhe.batch.terms import Terms
from fuhe.batch.writing import Drafted, draft_all
from fuhe.drafting.asking import EndpointModel
from fuhe.errors import StoreError, UsageError
from fuhe.outputs.report import now
from fuhe.outputs.stamp import Stamp

Step = Callable[[str, int, int, str], None]
"""Told of progress: the step's name, how many are done, of how many, and which was the last."""


@dataclass(frozen=True)
class Order:
    """What is asked for: the folder, where results go, the batch's name, the terms, how many processes, requests at a time."""

    start: Path
    out: Path
    name: str
    terms: Terms
    jobs: int = 1
    resume: bool = False
    draft: bool = False
    asked_at_once: int = 1


@dataclass
class Ended:
    """How a batch ended: what this run did, what the batch adds up to now, the seconds of each step, and what was written."""

    tally: Tally
    totals: Totals
    steps: dict[str, float]
    written: list[str]
    standing: str
    drafted: Drafted | None = None
    faults: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        """Say how it ended, a line each: what could not be read or written, what was done, what was found."""
        counts, summed, statuses = self.tally.counts, self.totals, self.totals.statuses
        unread = [f"{statuses[name]} 个{label}" for name, label in _UNREAD.items() if statuses.get(name)]
        lines = [f"没有写成：{fault}" for fault in self.faults]
        lines += [f"大模型：{fault} 有关各稿改按规则起草。" for fault in (self.drafted.faults if self.drafted else ())]
        if self.drafted:
            lines.append(f"起草 {self.drafted.forms} 张　{self.drafted.usage}".rstrip())
        return [
            *lines,
            f"共 {summed.files} 个文件（{'、'.join(unread) or '全部读成'}）、{summed.forms} 张表："
            f"有错误 {summed.with_errors}　只有警告、提示 {summed.only_milder}　没有问题 {summed.clean}",
            f"错误 {summed.errors}　警告 {summed.warnings}　提示 {summed.infos}",
            f"本次检查 {counts['new']} 个，沿用上次结果 {counts['kept']} 个，不再有的 {counts['gone']} 个；"
            f"读入 {self.tally.fields} 个栏目，按设置略过 {self.tally.suppressed}；用时 {sum(self.steps.values()):.0f} 秒",
        ]


_UNREAD = {"partial": "有没认准的地方", "failed": "读不了", "skipped": "略过"}


def usable_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_batch(store: Store, order: Order, step: Step, model: EndpointModel | None = None) -> Ended:
    """Do what is asked for; whatever ends it early, what was done is in the store and the next run goes on from there.

    Raises UsageError, StoreError or OutputError with what to do.
    """
    at = now()
    found = sources(order.start, order.out)
    with store.writing() as connection:
        batch_id = _batch(connection, order, at)
    lease = take(store, batch_id, order.terms.ruleset, at)
    record = {
        "batch": order.name, "source": str(order.start.resolve()), "store": store.shown, "policy": order.terms.pack.name,
        "ruleset": order.terms.ruleset, "jobs": order.jobs, "started": at, **stands(order.out),
    }  # fmt: skip
    with _held(lease, record, order.out), Crew(order.jobs) as crew:
        write_record(order.out, record | {"state": "running"})
        ended = _done(crew, lease, order, found, step, model)
        record |= _told(ended) | record_of(store, batch_id)
    return ended


@contextlib.contextmanager
def _held(lease: Lease, record: dict[str, Any], out: Path) -> Iterator[None]:
    """Hold the batch; however the context ends, the run is closed and its record says how."""
    state = "interrupted"
    try:
        with beating(lease):
            yield
        state = "done"
    finally:
        # Where disk or store went away each is tried for itself; the next run takes a lease over that was not ended.
        with contextlib.suppress(UsageError):
            write_record(out, record | {"state": state})
        with contextlib.suppress(StoreError):
            lease.end(state, record, now())


def _done(
    crew: Crew, lease: Lease, order: Order, found: Sequence[Source], step: Step, model: EndpointModel | None
) -> Ended:
    store, total, steps = lease.store, count(found), dict[str, float]()
    with _timed(steps, "检查"):
        tally = run(crew, lease, order.terms, found, lambda so_far, path: step("检查", so_far.done, total, path))
    if tally.changed or not _was_compared(store, lease):
        step("比对", 0, 0, "")
        with _timed(steps, "比对"):
            compare(store, lease, order.terms)
    drafted = None
    if order.draft:
        with _timed(steps, "起草"):
            drafted = draft_all(lease, order.terms, model, step, at_once=order.asked_at_once)
    key = standing(store, lease.batch_id, order.terms.ruleset)
    with _timed(steps, "写出"):
        written, faults = _written(crew, lease, order, found, key, step)
    with store.reading() as connection:
        summed = totals(connection, lease.batch_id)
    return Ended(tally, summed, steps, written, key, drafted, faults)


def _written(
    crew: Crew, lease: Lease, order: Order, found: Sequence[Source], key: str, step: Step
) -> tuple[list[str], list[str]]:
    """Write everything that is handed out and does not stand there already; return what stands now and what could not be."""
    stamp, faults = Stamp(order.terms.pack.name, now()), list[str]()
    before = stands(order.out)
    if before.get("standing") == key:
        written = before["written"]
    else:
        step("写出", 0, 0, "问题清单")
        lines = any(source.is_lines for source in found)
        written = write_list(lease.store, lease.batch_id, order.out, stamp, lines=lines)
    for how, folder in handing_back.FOLDERS.items():
        if how == "annotated" or order.draft:
            home = order.out / folder
            faults += handing_back.hand_back(crew, lease, found, home, stamp, how, functools.partial(step, folder))
            written += [folder] if home.is_dir() else []
    step("写出", 0, 0, "批次总览")
    return written + write_overview(lease.store, lease.batch_id, order.out, _annotated(order.out)), faults


def _annotated(out: Path) -> dict[str, str]:
    folder = handing_back.FOLDERS["annotated"]
    return {path: f"{folder}/{name}" for path, (_, name) in handing_back.made_before(out / folder).items()}


@contextlib.contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    steps[name] = round(time.monotonic() - began, 2)


def _told(ended: Ended) -> dict[str, Any]:
    told: dict[str, Any] = {
        "steps": ended.steps,
        "inputs": dict(ended.tally.counts),
        "fields": ended.tally.fields,
        "suppressed": ended.tally.suppressed,
        "written": ended.written,
        "standing": ended.standing,
        "faults": ended.faults,
    }
    return told | ({"drafts": ended.drafted.told} if ended.drafted else {})


def _batch(connection: Connection, order: Order, at: str) -> int:
    """Find the batch or begin it; raises UsageError where the name belongs to another folder's."""
    table, home = schema.batch, str(order.start.resolve())
    row = connection.execute(select(table).where(table.c.name == order.name)).one_or_none()
    if row is None:
        if order.resume:
            raise UsageError(
                f"没有名为“{order.name}”的批次可以接着做", todo="第一次运行请去掉 --resume，或核对 --name 和 --out"
            )
        policy = order.terms.pack.name
        return inserted(connection, table, name=order.name, source=home, policy=policy, created_at=at)
    if row.source != home and not order.resume:
        other = f"读自 {row.source}" if row.source else "不是从文件夹读来的"
        raise UsageError(
            f"批次“{order.name}”{other}",
            where=home,
            todo="请用 --name 另起一个名字；确是同一批、只是换了位置的，请加 --resume",
        )
    connection.execute(table.update().where(table.c.id == row.id).values(source=home, policy=order.terms.pack.name))
    number: int = row.id
    return number


def _was_compared(store: Store, lease: Lease) -> bool:
    """Tell whether a run on the same terms has gone through to its end before, the last one that did anything."""
    table = schema.run
    with store.reading() as connection:
        last = connection.execute(
            select(table.c.state, table.c.ruleset)
            .where(table.c.batch_id == lease.batch_id, table.c.id < lease.run_id)
            .order_by(table.c.id.desc())
        ).first()
        own = connection.execute(select(table.c.ruleset).where(table.c.id == lease.run_id)).scalar()
    return last is not None and last.state == "done" and last.ruleset == own
