"""The tables of the store: what was read and found, what people decided, who did what; the same on SQLite and PostgreSQL."""

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from fuhe.drafts import Draft
from fuhe.findings import BatchFinding, Finding
from fuhe.records import Form, Problem
from fuhe.store.packed_column import Packed
from fuhe.traces import FormTrace
from fuhe.worksheets import RowDecision

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=_NAMES)
Id = BigInteger().with_variant(Integer, "sqlite")


Json = dict[str, JsonValue]
"""What is kept as it was told, an object of JSON."""


PROBLEMS = Packed(TypeAdapter(tuple[Problem, ...]))
FORM = Packed(TypeAdapter(Form))
FINDINGS = Packed(TypeAdapter(tuple[Finding, ...]))
DRAFTS = Packed(TypeAdapter(tuple[Draft, ...]))
GLIMPSE = Packed(TypeAdapter(FormTrace))
BATCH_FINDING = Packed(TypeAdapter(BatchFinding))
ROW_DECISION = Packed(TypeAdapter(RowDecision))
JSON = Packed(TypeAdapter(Json))


def _to(table: str, *, nullable: bool = True, primary_key: bool = False, index: bool = False) -> Column[int]:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{table}_id", Id, key, nullable=nullable and not primary_key, primary_key=primary_key, index=index)


batch = Table(
    "batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("due", String(40)),
    Column("source", Text),  # the folder it is read from, none where files are handed in one by one
    Column("policy", String(200), nullable=False),
    Column("created_at", String(40), nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    _to("batch", nullable=False, index=True),
    Column("owner", String(200), nullable=False),  # host, process and a token: who holds the batch
    Column("state", String(20), nullable=False),  # running done interrupted
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("beat", Float, nullable=False),  # seconds since the epoch of the last sign of life
    Column("ruleset", String(64), nullable=False),
    Column("counts", JSON),
)

file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    _to("batch", nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64)),
    Column("size", BigInteger),
    Column("status", String(10), nullable=False),  # ok partial failed skipped
    Column("problems", PROBLEMS, nullable=False),
    Column("ruleset", String(64), nullable=False),  # hash of program, rules, pack and settings the result rests on
    Column("current", Boolean, nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("received_by", String(100)),
)
# SQLite uses it only for a condition that reads as the index's own, and a Boolean in a query reads `= 1` there.
file_current = Index("ix_file_current", file.c.batch_id, file.c.path, unique=True,
                     sqlite_where=text("current = 1"), postgresql_where=file.c.current)  # fmt: skip

form = Table(
    "form",
    metadata,
    Column("id", Id, primary_key=True),
    _to("batch", nullable=False),
    _to("file", nullable=False, index=True),
    Column("number", Text, nullable=False),  # the form's id within its file
    Column("identity", String(64), nullable=False, index=True),  # unit, project and year: a corrected form keeps it
    Column("kin", String(64), nullable=False, index=True),  # unit and project, years masked: last year's form has it
    Column("current", Boolean, nullable=False),
    Column("replaces", Id),  # the form of which this is the corrected version
    Column("project", Text),
    Column("unit", Text),
    Column("year", Text),
    Column("form_type", String(20), nullable=False),
    Column("total", Text),  # as printed, whatever stands there
    Column("score", Float),  # the printed total as points, none where it is no figure
    Column("summed", Float),  # points of the rows and of the execution row added up
    Column("rate", Float),  # execution rate, a share of 1
    Column("quality", Float),
    Column("grade", String(10)),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("infos", Integer, nullable=False),
    Column("settled", Integer, nullable=False),  # findings that are decided
    Column("stage", String(20), nullable=False),  # waiting reviewing passed returned closed
    Column("reviewer", String(100)),
    Column("body", FORM, nullable=False),
    Column("found", FINDINGS, nullable=False),  # in the order every output numbers them
    Column("drafts", DRAFTS),
    Column("glimpse", GLIMPSE),  # what the batch rules need of the form
    Column("changed_at", String(40), nullable=False),
)
Index("ix_form_batch", form.c.batch_id, form.c.current, form.c.unit)
# Holds all that figures and queue are counted and ordered by: a form's own row is long, and need not be read for them.
form_figures = Index("ix_form_figures", form.c.batch_id, form.c.current, form.c.unit, form.c.score, form.c.rate,
                     form.c.quality, form.c.grade, form.c.errors, form.c.warnings, form.c.infos, form.c.settled,
                     form.c.stage, form.c.changed_at, form.c.summed, form.c.reviewer)  # fmt: skip

finding = Table(
    "finding",
    metadata,
    _to("form", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("code", String(10), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Text, nullable=False),
    sqlite_with_rowid=False,  # a form's findings lie together
)
Index("ix_finding_code", finding.c.code, finding.c.form_id)

form_point = Table(
    "form_point",
    metadata,
    _to("form", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # those of data/templates/clauses.yaml
    Column("stake", Float, nullable=False),  # score points that rest on it
    Column("shape", String(16), nullable=False),  # the same for what is said alike, whatever its figures and names
    sqlite_with_rowid=False,
)
Index("ix_form_point_kind", form_point.c.kind, form_point.c.shape, form_point.c.form_id)

batch_finding = Table(
    "batch_finding",
    metadata,
    Column("id", Id, primary_key=True),
    _to("batch", nullable=False, index=True),
    Column("code", String(10), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", BATCH_FINDING, nullable=False),
)

batch_finding_form = Table(
    "batch_finding_form",
    metadata,
    _to("batch_finding", primary_key=True),
    _to("form", primary_key=True, index=True),
    sqlite_with_rowid=False,
)

decision = Table(
    "decision",
    metadata,
    _to("form", primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("state", String(20), nullable=False),  # findings.State
    Column("reason", Text),
    Column("text", Text),
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

own_remark = Table(
    "own_remark",
    metadata,
    Column("id", Id, primary_key=True),  # they are said in this order
    _to("form", nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

filling = Table(
    "filling",
    metadata,
    _to("form", primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("state", String(20), nullable=False),  # findings.State, as the unit means it
    Column("reason", Text),
    Column("field", Text),  # the cell the unit's text goes into
    Column("text", Text),
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

typed = Table(
    "typed",
    metadata,
    _to("form", primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("by", String(100), primary_key=True),
    Column("side", String(10), primary_key=True),  # review fill
    Column("text", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

scored_row = Table(
    "scored_row",
    metadata,
    _to("form", primary_key=True),
    Column("row", String(10), primary_key=True),  # worksheets.WorkRow.key
    Column("decision", ROW_DECISION, nullable=False),
)

batch_standard = Table(
    "batch_standard",
    metadata,
    _to("batch", primary_key=True),
    Column("name", Text, nullable=False),  # of one that comes with the program, or the file name of a county's own
    Column("title", Text, nullable=False),
    Column("text", Text),  # a county's own, whole, so that every computer of a section scores by the same
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

version_question = Table(
    "version_question",
    metadata,
    _to("form", primary_key=True),  # the newcomer
    Column("other_id", Id, nullable=False),  # the form it may take the place of, or has taken
    Column("kind", String(10), nullable=False),  # store.versions.Kind
    Column("at", String(40), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("by", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    _to("batch", index=True),
    Column("form_id", Id, index=True),  # no foreign key: the trail outlives what it tells of
    Column("fingerprint", String(64)),
    Column("before", Text),
    Column("after", Text),
)

claim = Table(
    "claim",
    metadata,
    _to("form", primary_key=True),
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("until", Float, nullable=False),  # seconds since the epoch
)

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(20), nullable=False),  # filler reviewer chief admin
    Column("unit", Text),  # a filler sees the forms of this unit
    Column("secret", Text, nullable=False),  # salted scrypt
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float),
    Column("created_at", String(40), nullable=False),
)

wrong_try = Table(
    "wrong_try",
    metadata,
    Column("address", String(100), primary_key=True),  # the computer the passwords came from
    Column("failures", Integer, nullable=False),
    Column("until", Float, nullable=False),  # seconds since the epoch before which no further try counts
)

session = Table(
    "session",
    metadata,
    Column("token", String(64), primary_key=True),  # hash of the cookie's value
    _to("account", index=True),  # none in single-user mode
    Column("csrf", String(64), nullable=False),
    Column("purpose", String(100)),  # what a program's token is for; none where a browser's cookie
    Column("created", Float, nullable=False),
    Column("seen", Float, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    _to("batch", nullable=False, index=True),
    Column("by", String(100), nullable=False),
    Column("unit", Text),  # a filler's unit: forms of another one are refused
    Column("at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("state", String(20), nullable=False),  # waiting running done
    Column("step", Integer, nullable=False),  # 1 to 5 of the file at hand, web.jobs.STEPS
    Column("owner", String(200)),  # the process at work on it
    Column("beat", Float, nullable=False),  # seconds since the epoch of its last sign of life
)

arrival = Table(
    "arrival",
    metadata,
    Column("id", Id, primary_key=True),
    _to("job", nullable=False, index=True),
    Column("path", Text, nullable=False),  # the name it came with, never a place on a disk
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),  # waiting working done failed same
    Column("file_id", Id),
    Column("told", Text),  # what was wrong, where it failed
)

original = Table(
    "original",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

taught = Table(
    "taught",
    metadata,
    _to("batch", primary_key=True),
    Column("columns", JSON, nullable=False),  # headings as printed and the role a person has given each
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

corrected_cell = Table(
    "corrected_cell",
    metadata,
    Column("sha256", String(64), primary_key=True),  # the scan it was read in
    Column("place", String(200), primary_key=True),  # records.Place as JSON
    Column("text", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", JSON, nullable=False),
)
