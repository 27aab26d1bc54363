"""A whole batch from folder to results: held while it lasts, put down as interrupted where it does not end."""

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from fuhe.batch.comparing import compare, kin_of
from fuhe.batch.draft_forms import Drafted, draft_all
from fuhe.batch.inputs import Source, count, sources
from fuhe.batch.processes import Crew
from fuhe.batch.results import (
    WrittenLists,
    record_of,
    standing,
    stands,
    write_list,
    write_overview,
    write_record,
)
from fuhe.batch.returned_files import FOLDERS, ReturnFolder, kept, made_before, return_folder
from fuhe.batch.running import RunCounts, run
from fuhe.batch.terms import Terms
from fuhe.batch.written_parts import written_parts
from fuhe.errors import StoreError, UsageError
from fuhe.model.asked_once import EndpointModel
from fuhe.outputs.contract import now
from fuhe.outputs.placing import set_apart, sha256_of
from fuhe.outputs.stamp import Stamp
from fuhe.store import schema
from fuhe.store.batch_contents import Totals, totals
from fuhe.store.database import Store, inserted
from fuhe.store.lease import Lease, beating, take
from fuhe.store.rows import BatchRow, fetch_one, select_of

Step = Callable[[str, int, int, str], None]
"""Told of progress: the step's name, how many are done, of how many, and which was the last."""


@dataclass(frozen=True)
class Order:
    """What is asked for: the folder, where results go, the batch's name, the terms, how many processes, requests at a time.

    `found` are the inputs where they were looked for already: what is refused is so before a store is made.
    """

    start: Path
    out: Path
    name: str
    terms: Terms
    jobs: int = 1
    resume: bool = False
    draft: bool = False
    asked_at_once: int = 1
    found: Sequence[Source] | None = None


@dataclass
class Ended:
    """How a batch ended: what this run did, what the batch adds up to now, the seconds of each step, and what was written."""

    tally: RunCounts
    totals: Totals
    steps: dict[str, float]
    written: list[str]
    drafted: Drafted | None = None
    notes: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        """Say how it ended, a line each: what could not be read or written, what was done, what was found."""
        counts, summed, statuses = self.tally.counts, self.totals, self.totals.statuses
        unread = [f"{statuses[name]} 个{label}" for name, label in _UNREAD.items() if statuses.get(name)]
        lines = list(self.notes)
        lines += [f"大模型：{fault} 有关各稿改按规则起草。" for fault in (self.drafted.faults if self.drafted else ())]
        if self.drafted:
            lines.append(
                f"建议稿 {self.drafted.standing} 条，待补充 {self.drafted.blanks} 处　{self.drafted.usage}".rstrip()
            )
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
    found = sources(order.start, order.out) if order.found is None else order.found
    with store.writing() as connection:
        batch_id = _batch(connection, order, at)
    lease = take(store, batch_id, order.terms.ruleset, at)
    if lease.after:
        step("接手", 0, 0, f"上一次运行（{lease.after}）没有做完，从断开的地方接着做")
    before = stands(order.out)
    record: schema.Json = {
        "batch": order.name, "source": str(order.start.resolve()), "store": store.shown, "policy": order.terms.pack.name,
        "ruleset": order.terms.ruleset, "jobs": order.jobs, "started": at, **(before.told if before else {}),
    }  # fmt: skip
    with _held(lease, record, order.out), Crew(order.jobs) as crew:
        work = _Work(crew, lease, order, found, step, record, before)
        work.note()
        ended = work.done(model)
        record |= _told(ended) | record_of(store, batch_id)
    return ended


@contextlib.contextmanager
def _held(lease: Lease, record: schema.Json, out: Path) -> Iterator[None]:
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


@dataclass(frozen=True)
class _Work:
    """One run under way: who does it on which inputs, whom it tells of progress, and what its record says so far."""

    crew: Crew
    lease: Lease
    order: Order
    found: Sequence[Source]
    step: Step
    record: schema.Json
    before: WrittenLists | None

    def note(self) -> None:
        """Put down how far it has come."""
        write_record(self.order.out, self.record | {"state": "running"})

    def done(self, model: EndpointModel | None) -> Ended:
        """Check, compare, draft and write, each only as far as something changed."""
        store, terms, step, steps = self.lease.store, self.order.terms, self.step, dict[str, float]()
        total = count(self.found)
        with _timed(steps, "检查"):
            tally = run(
                self.crew, self.lease, terms, self.found, lambda so_far, path: step("检查", so_far.done, total, path)
            )
        self.record["kin"] = kin = kin_of(store, self.lease.batch_id)
        if tally.changed or not _was_compared(store, self.lease, kin):
            step("比对", 0, 0, "")
            with _timed(steps, "比对"):
                compare(store, self.lease, terms)
        drafted = None
        if self.order.draft:
            with _timed(steps, "起草"):
                drafted = draft_all(self.lease, terms, model, step, at_once=self.order.asked_at_once)
        with _timed(steps, "写出"):
            written, notes = self._written()
        with store.reading() as connection:
            summed = totals(connection, self.lease.batch_id)
        return Ended(tally, summed, steps, written, drafted, notes)

    def _written(self) -> tuple[list[str], list[str]]:
        """Write everything that is handed out; return what stands now, and what is to be told of the writing."""
        store, batch_id, out = self.lease.store, self.lease.batch_id, self.order.out
        stamp = Stamp(self.order.terms.pack.name, now())
        with contextlib.ExitStack() as noted:
            folders = [
                noted.enter_context(return_folder(self.lease, self.found, out / name, how))
                for how, name in FOLDERS.items()
                if how == "annotated" or self.order.draft
            ]
            written, notes = self._lists(stamp, folders)
            notes += [line for folder in folders for line in folder.told]
        written += [folder.home.name for folder in folders if folder.home.is_dir()]
        self.step("写出", 0, 0, "批次总览")
        written += write_overview(store, batch_id, out, _annotated(out))
        return written, notes

    def _lists(self, stamp: Stamp, folders: Sequence[ReturnFolder]) -> tuple[list[str], list[str]]:
        """Write the files to hand back, and 问题清单 where it would say something else; one filled in stays beside it."""
        store, batch_id, out = self.lease.store, self.lease.batch_id, self.order.out
        key = standing(store, batch_id, self.order.terms.ruleset)
        before = self.before or WrittenLists("", {})
        changed, lines = before.standing != key, any(source.is_lines for source in self.found)
        parts = written_parts(self.crew, store, batch_id, folders, stamp, self.step, listing=changed, lines=lines)
        listed = (part.listed for part in parts)
        if not changed:
            deque(listed, maxlen=0)
            return list(before.sha256), []
        self.step("写出", 0, 0, "问题清单")
        apart = (set_apart(out / name, sha256) for name, sha256 in before.sha256.items())
        notes = [kept(name) for name in apart if name]
        names = write_list(listed, store, batch_id, out, stamp, lines=lines)
        self.record.update(WrittenLists(key, {name: sha256_of(out / name) for name in names}).told)
        self.note()
        return names, notes


def _annotated(out: Path) -> dict[str, str]:
    folder = FOLDERS["annotated"]
    return {path: f"{folder}/{made.name}" for path, made in made_before(out / folder).items()}


@contextlib.contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    steps[name] = round(time.monotonic() - began, 2)


def _told(ended: Ended) -> schema.Json:
    told: schema.Json = {
        "steps": {**ended.steps},
        "inputs": dict(ended.tally.counts),
        "fields": ended.tally.fields,
        "suppressed": ended.tally.suppressed,
        "written": [*ended.written],
        "notes": [*ended.notes],
    }
    return told | ({"drafts": ended.drafted.told} if ended.drafted else {})


def _batch(connection: Connection, order: Order, at: str) -> int:
    """Find the batch or begin it; raises UsageError where the name belongs to another folder's."""
    table, home = schema.batch, str(order.start.resolve())
    row = fetch_one(connection, BatchRow, select_of(BatchRow, table).where(table.c.name == order.name))
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
    return row.id


def _was_compared(store: Store, lease: Lease, kin: str) -> bool:
    """Tell whether the last run went through to its end on the same terms, beside the same forms of other batches."""
    table = schema.run
    with store.reading() as connection:
        last = connection.execute(
            select(table.c.state, table.c.ruleset, table.c.counts)
            .where(table.c.batch_id == lease.batch_id, table.c.id < lease.run_id)
            .order_by(table.c.id.desc())
        ).first()
        own = connection.execute(select(table.c.ruleset).where(table.c.id == lease.run_id)).scalar()
    if last is None:
        return False
    state, ruleset, counts = last
    return (state, ruleset, (counts or {}).get("kin")) == ("done", own, kin)
