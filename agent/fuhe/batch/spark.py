"""The batch job on Spark: forms checked in the cluster, exact texts grouped there, near-copies joined on the driver.

The same functions as on one machine, so the same result. DataFrame, SQL and mapInArrow only: Spark 3.4 or newer.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import DataFrame, DataFrameReader, SparkSession, Window
from pyspark.sql import functions as sql

from fuhe import settings as settings_file
from fuhe.checking import Options, check, chosen_for_batch, judged, options_of
from fuhe.errors import ReadError, UsageError
from fuhe.intake.bounded import Worker
from fuhe.intake.json_form import form_of
from fuhe.intake.paths import SUFFIXES
from fuhe.join.groups import near_groups
from fuhe.layouts.profiles import LayoutProfile, beside, from_option
from fuhe.policy import pack
from fuhe.records import File, Problem
from fuhe.rules import BatchRule, form_trace
from fuhe.rules.batch_rule import Gather, Group
from fuhe.trace_shelf import row, unrow

_ROW = ("kind", "file", "form", "code", "severity", "source", "topic", "bucket", "unit", "seq", "body")
_ROWS = ", ".join(f"{name} {'int' if name == 'source' else 'string'}" for name in _ROW)
_MEMBER = "source int, topic string, grp string, name string, doubtful boolean, rank int, bucket string, unit string, lead string"
_MEMBER_OF = ("m.source", "m.topic", "m.grp", "m.name", "m.doubtful", "m.rank")
_TRACE_OF = ("t.seq", "t.bucket", "t.unit", "t.body")
_BELONGS = """
m.source = t.source AND m.topic = t.topic AND m.bucket = t.bucket
AND (m.unit IS NULL OR m.unit = t.unit) AND (m.lead IS NULL OR m.lead = t.seq)
"""
_FINDING = "code string, severity string, grp string, body string"
_LINES = ".jsonl"
_AT_ONCE = 500
_ALL = Options()
Batches = Iterable[pa.RecordBatch]


def run(
    spark: SparkSession,
    source: str,
    out: str,
    policy: str,
    options: Options = _ALL,
    profile: LayoutProfile | None = None,
) -> None:
    """Check all forms of `source` and write what is found to `out`, replacing what stands there.

    `source` is a file or a folder of Word, Excel and other files and of .jsonl files, which have a form a line. `out`
    gets `rows` (Parquet by kind: file, finding, glimpse, trace) and `batch` (findings over several forms); `body` of a
    row is its JSON; `profile` settles columns, else one that lies in a local folder of forms. Raises UsageError for a path that is not given in full.
    """
    if "://" not in source and not source.startswith("/"):
        raise UsageError("输入要写完整路径", where=source, todo="如 /数据/报送 或 hdfs:///自评表/2024")
    profile = profile or (beside(Path(source)) if source.startswith("/") else None)
    rows = _inputs(spark, source).mapInArrow(_checking(policy, options, profile), _ROWS)
    rows.write.partitionBy("kind").mode("overwrite").parquet(f"{out}/rows")
    traces = spark.read.parquet(f"{out}/rows").where("kind = 'trace'").drop("kind", "file", "form", "code", "severity")
    members = _members(spark, traces, options)
    joined = members.alias("m").join(traces.alias("t"), sql.expr(_BELONGS)).selectExpr(*_MEMBER_OF, *_TRACE_OF)
    order = ("source", "topic", "grp")
    by_group = joined.repartition(*order).sortWithinPartitions(*order, "rank", "seq")
    found = by_group.mapInArrow(_judging(policy, options), _FINDING)
    found.write.mode("overwrite").parquet(f"{out}/batch")


def local_session(cores: int = 2) -> SparkSession:
    """Start Spark on this machine, reachable from this machine only; workers run this interpreter."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # pyspark gives it as a property of the class, which a type checker does not follow
    builder: Any = SparkSession.builder
    for name, value in (("bindAddress", "127.0.0.1"), ("host", "127.0.0.1")):
        builder = builder.config(f"spark.driver.{name}", value)
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", str(2 * cores))
    session: SparkSession = builder.master(f"local[{cores}]").appName("fuhe").getOrCreate()
    return session


def _inputs(spark: SparkSession, source: str) -> DataFrame:
    """Return the inputs by name and content, in no order, and which of them are lines of a .jsonl file."""
    root = source.split(":", 1)[-1].strip("/")
    folder = root.rpartition("/")[0] if root.lower().endswith((*SUFFIXES, _LINES)) else root
    both = _files(spark, source, folder).unionByName(_lines(spark, source, folder))
    return both.repartition(4 * spark.sparkContext.defaultParallelism)


def _files(spark: SparkSession, source: str, folder: str) -> DataFrame:
    found = _below(spark, SUFFIXES).format("binaryFile").load(source)
    listed = spark.createDataFrame([(unquote(name),) for name in found.inputFiles()], "path string")
    full, known = (_named(files, folder) for files in (found.select("path", "content"), listed))
    empty = known.join(full.select("path"), "path", "left_anti")  # Spark passes over files of 0 bytes
    return full.unionByName(empty, allowMissingColumns=True).withColumn("is_line", sql.lit(False))


def _lines(spark: SparkSession, source: str, folder: str) -> DataFrame:
    """Return the lines that are not blank, each named for its file and number."""
    texts = _below(spark, (_LINES,)).text(source)
    path = sql.expr("url_decode(replace(_metadata.file_path, '+', '%2B'))")  # given as in a URL
    named = _named(texts.select("value", path.alias("path"), "_metadata.file_block_start"), folder)
    order = Window.partitionBy("path").orderBy("file_block_start", sql.monotonically_increasing_id())
    number = sql.lpad(sql.row_number().over(order).cast("string"), 7, "0")
    numbered = named.withColumn("path", sql.concat_ws("!", "path", number)).where("trim(value) <> ''")
    return numbered.select("path", sql.encode("value", "utf-8").alias("content"), sql.lit(True).alias("is_line"))


def _below(spark: SparkSession, suffixes: Iterable[str]) -> DataFrameReader:
    """Read files with these endings, in capitals too, at any depth; no other is opened."""
    endings = ("".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in suffix) for suffix in suffixes)
    return spark.read.option("recursiveFileLookup", "true").option("pathGlobFilter", f"*{{{','.join(endings)}}}")


def _named(files: DataFrame, folder: str) -> DataFrame:
    """Name files from the folder on; temporary and hidden ones are left out."""
    named = files.withColumn("path", sql.substring_index("path", f"{folder}/", -1))
    return named.where(~named["path"].rlike(r"(^|/)(\.|~\$)"))


def _gathers(options: Options) -> dict[Gather, list[int]]:
    """Return every way of gathering with the rules, by their place, that judge what it brings."""
    found: dict[Gather, list[int]] = {}
    for place, rule in enumerate(chosen_for_batch(options)):
        found.setdefault(rule.gather, []).append(place)
    return found


def _checking(
    policy: str, options: Options, profile: LayoutProfile | None
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Return what a worker does with inputs: read, check, glimpse, take traces."""

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        with Worker() as worker:
            entries = (entry for batch in batches for entry in batch.to_pylist())
            files = (_file(**entry, worker=worker, profile=profile) for entry in entries)
            yield from _packed((found for file in files for found in _rows_of(file, policy, options)), _ROW)

    return work


def _file(path: str, content: bytes | None, is_line: bool, worker: Worker, profile: LayoutProfile | None) -> File:
    if not is_line:
        return worker.read(content or b"", path, profile)
    try:
        return File(path=path, status="ok", forms=(form_of(content or b""),))
    except ReadError as error:
        return File(path=path, status="failed", problems=(Problem(code=error.code, message=str(error)),))


def _rows_of(file: File, policy: str, options: Options) -> Iterator[Mapping[str, object]]:
    head = file.model_dump_json(exclude={"forms"}, exclude_defaults=True)
    yield {"kind": "file", "file": file.path, "code": file.status, "body": head}
    for number, form in enumerate(file.forms):
        at = {"file": file.path, "form": form.id}
        for finding in check(form, pack(policy), options).findings:
            told = finding.model_dump_json(exclude_defaults=True)
            yield {"kind": "finding", **at, "code": finding.code, "severity": finding.severity, "body": told}
        seen = form_trace(file.path, form)
        yield {"kind": "glimpse", **at, "unit": seen.unit, "body": seen.model_dump_json(exclude_defaults=True)}
        for source, gather in enumerate(_gathers(options)):
            for place, found in enumerate(map(row, gather(seen))):
                seq = f"{file.path}\x01{number:06}{place:06}"
                by = {"topic": found.topic, "bucket": found.bucket, "unit": found.unit}
                yield {"kind": "trace", **at, **by, "source": source, "seq": seq, "body": found.rest}


def _packed(rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Pack rows into record batches of a bounded size; what a row does not have is null."""
    schema = pa.schema([(name, pa.int32() if name == "source" else pa.string()) for name in names])
    waiting: list[Mapping[str, object]] = []
    for entry in rows:
        waiting.append(entry)
        if len(waiting) == _AT_ONCE:
            yield pa.RecordBatch.from_pylist(waiting, schema=schema)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=schema)


def _members(spark: SparkSession, traces: DataFrame, options: Options) -> DataFrame:
    """Say which texts belong to which group: equal ones by the cluster, near ones by the join on this machine."""
    rules = chosen_for_batch(options)
    near = [source for source, users in enumerate(_gathers(options).values()) if rules[users[0]].near]
    equal = traces.where(~traces["source"].isin(near)).groupBy("source", "topic", "bucket").count().where("count > 1")
    exact = equal.selectExpr(
        *("source", "topic", "bucket AS grp", "bucket AS name", "false AS doubtful", "0 AS rank", "bucket"),
        *("CAST(NULL AS string) AS unit", "CAST(NULL AS string) AS lead"),
    )
    entries = [entry for source in near for entry in _near(traces, source)]
    return exact.unionByName(spark.createDataFrame(entries, _MEMBER))


def _near(traces: DataFrame, source: int) -> Iterator[tuple[object, ...]]:
    own = traces.where(traces["source"] == source)
    topics = sorted(found["topic"] for found in own.select("topic").distinct().collect())
    for topic in topics:
        distinct = own.where(own["topic"] == topic).groupBy("bucket", "unit")
        items = distinct.agg(sql.count("*").alias("n"), sql.min("seq").alias("first")).orderBy("bucket")
        for number, group in enumerate(near_groups(map(tuple, items.toLocalIterator()))):
            for rank, member in enumerate(group.members):
                grp = f"{number:09}"
                yield source, topic, grp, group.name, group.doubtful, rank, member.key, member.unit, member.lead


def _judging(policy: str, options: Options) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Return what a worker does with traces in order of group: judge one group after the other."""

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules, users = chosen_for_batch(options), list(_gathers(options).values())
        traces = (entry for batch in batches for entry in batch.to_pylist())
        found = (
            told
            for (source, _, _), members in groupby(traces, key=itemgetter("source", "topic", "grp"))
            for told in _told([rules[place] for place in users[source]], members, policy, options)
        )
        yield from _packed(found, ("code", "severity", "grp", "body"))

    return work


class _Member(TypedDict):
    """A trace of a group, as the cluster hands it over."""

    name: str
    topic: str
    doubtful: bool
    bucket: str
    unit: str
    body: str


def _told(
    rules: list[BatchRule], members: Iterator[_Member], policy: str, options: Options
) -> Iterator[Mapping[str, object]]:
    """Judge a group by one rule, reading it as it comes; by several, from a copy."""
    kept: Iterable[_Member] = members if len(rules) == 1 else list(members)
    for rule in rules:
        entries = iter(kept)
        first = next(entries)
        traces = (unrow(e["topic"], e["bucket"], e["unit"], e["body"]) for e in chain((first,), entries))
        group = Group(first["name"], first["topic"], traces, pack(policy), first["doubtful"])
        for finding in judged(rule, group, options):
            body = finding.model_dump_json(exclude_defaults=True)
            yield {"code": finding.code, "severity": finding.severity, "grp": finding.group, "body": body}


def main(arguments: list[str]) -> None:
    """Run the job from spark-submit by fuhe.toml and FUHE_*: source, out and, if not the one set, the policy pack.

    Raises SettingsError or UsageError before anything is read where what is set cannot be used.
    """
    source, out, *rest = arguments
    settings = settings_file.load(Path.cwd(), {"policy": rest[0] if rest else None})
    options = options_of(settings)
    profile = from_option(settings.columns) if settings.columns else None
    session = SparkSession.builder.appName("fuhe").getOrCreate()
    run(session, source, out, settings.policy, options, profile)
    session.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
