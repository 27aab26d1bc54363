"""Plain text for the console: doubts first, then points or findings, weightiest first; only characters a GBK console has."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from fuhe.drafts import Draft
from fuhe.findings import SEVERITIES, SEVERITY_LABELS, BatchCell, Finding, Severity, worst_first
from fuhe.outputs.contract import FileReport, FormReport, Report
from fuhe.outputs.in_words import UNVERIFIED, advice, bracketed, file_name, foreign_in, sum_line, with_marks
from fuhe.point import HINTS, SHARED
from fuhe.records import FORM_TYPES, LABELS, Record
from fuhe.text import one_line

MARKS: dict[Severity, str] = {"error": "×", "warning": "！", "info": "·"}
_SHOWN_MEMBERS = 12
_SHOWN_FIELDS = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")


def points_text(report: Report) -> str:
    """Lay out the points of every form, then those of the batch."""
    lines = [line for file in report.files for line in _file(file, _points_of)]
    return "\n".join([*lines, *_batch_points(report)])


def _points_of(form: FormReport) -> Iterator[str]:
    if not form.points:
        yield "    没有检出问题。"
    for point in form.points or ():
        rests = f"（涉及 {point.stake:g} 分）" if point.stake else ""
        if point.kind in (HINTS, SHARED):
            yield f"  ·  {point.headline}：{point.says}"
        else:
            yield f"  {point.rank:>2}. {point.says}{rests}{bracketed(point.subject[0].place)}"
            yield from [f"      → {point.ask}"] if point.ask else []


def _batch_points(report: Report) -> Iterator[str]:
    if report.batch.points:
        yield "■ 批次"
    for point in report.batch.points:
        yield f"  {point.rank:>2}. {point.says}"
        yield f"      → {point.ask}"
    if report.batch.points:
        yield ""


def findings_text(report: Report) -> str:
    """Lay out the findings of every form, then those of the batch; what is true of all forms alike is said once."""
    shared = _said_of_all(report)
    lines = [line for file in report.files for line in _file(file, lambda form: _findings_of(form, shared))]
    return "\n".join([*lines, *_batch(report, shared)])


def _said_of_all(report: Report) -> set[str]:
    """Return the messages of P001 that every form of several carries word for word."""
    forms = [form for file in report.files for form in file.forms]
    said = [{finding.message for finding in form.findings or () if finding.code == "P001"} for form in forms]
    return set.intersection(*said) if len(said) > 1 else set()


def _batch(report: Report, shared: set[str]) -> Iterator[str]:
    if not report.batch.findings and not shared:
        return
    yield "■ 批次"
    yield from (f"  {MARKS['info']} {SEVERITY_LABELS['info']} P001 各表都有：{message}" for message in sorted(shared))
    for finding in sorted(report.batch.findings, key=lambda entry: (SEVERITIES.index(entry.severity), entry.code)):
        yield f"  {MARKS[finding.severity]} {SEVERITY_LABELS[finding.severity]} {finding.code} {finding.title}"
        yield f"      {finding.message}"
        yield from (
            f"        {_file_of(cell)}：{with_marks(cell.text or '', cell.marks)}"
            for cell in finding.cells[:_SHOWN_MEMBERS]
        )
        if len(finding.cells) > _SHOWN_MEMBERS:
            yield f"        ……共 {len(finding.cells)} 处"
        if finding.fix:
            yield f"      {advice(finding)}"
    yield ""


def _file_of(cell: BatchCell) -> str:
    return f"{file_name(cell.file)}【{cell.form}】"


def drafts_text(report: Report) -> str:
    """Lay out the drafts of every form."""
    return "\n".join(line for file in report.files for line in _file(file, _drafts_of))


def records_text(report: Report) -> str:
    """Lay out what was understood of every form."""
    return "\n".join(line for file in report.files for line in _file(file, _record_of))


def summary_line(report: Report, fields: int) -> str:
    """Say how much was read and found: 'no problems' never means 'nothing was read'."""
    s = report.summary
    counts = Counter[str](file.status for file in report.files)
    told = (("failed", "没有读成"), ("skipped", "略过未读"), ("partial", "没有读全"))
    said = "，".join(f"{counts[status]} 个{words}" for status, words in told if counts[status])
    unread = f"（其中 {said}）" if said else ""
    made = sum(len(form.points or ()) for file in report.files for form in file.forms)
    points = f"要点 {made} 条　" if made else ""
    return (
        f"共 {s.files} 个文件{unread}、{s.forms} 张表，读入 {fields} 个栏目，运行 {report.rules_run} 条规则："
        f"{points}错误 {s.errors}　警告 {s.warnings}　提示 {s.infos}　按设置略过 {s.suppressed}"
    )


def count_fields(record: Record) -> int:
    """Count the printed values of a record."""
    rows = (*record.funding, *record.indicators)
    values = [value for row in rows for value in row.model_dump().values()]
    values += [value for name, value in record if name not in ("funding", "indicators", "remarks", "notes")]
    return sum(1 for value in values if value is not None) + len(record.remarks) + len(record.notes)


def _file(file: FileReport, lines_of: object) -> Iterator[str]:
    yield f"■ {file.path}"
    if doubts := file.problems:
        heads = {"failed": "读不了", "skipped": "略过"}
        yield f"  {heads.get(file.status) or f'有 {len(doubts)} 处没有认准，请先核对'}："
        yield from (f"    ？{problem.message}{bracketed(problem.place)}" for problem in doubts)
    for form in file.forms:
        yield ""
        yield from _heading(form)
        yield from lines_of(form)  # type: ignore[operator]
    yield ""


def _heading(form: FormReport) -> Iterator[str]:
    record = form.record
    yield f"【{form.id}】{record.project or '（没有项目名称）'}　{record.unit or record.department or ''}".rstrip()
    facts = [FORM_TYPES[form.form_type]] if form.form_type != "project" else []
    facts += [f"{record.year}年度"] if record.year else []
    facts += [f"填报总分 {record.total_score}"] if record.total_score else []
    facts += [f"执行率 {record.funding[0].rate}"] if record.funding and record.funding[0].rate else []
    facts += [f"指标 {len(record.indicators)} 行"]
    facts += (
        [f"填报质量 {form.quality.score:g} 分（{form.quality.grade}，{form.quality.rubric}）"] if form.quality else []
    )
    yield "    " + "　".join(facts)


def _findings_of(form: FormReport, shared: set[str]) -> Iterator[str]:
    told = [finding for finding in form.findings or () if finding.message not in shared]
    findings = worst_first(told)
    if not findings:
        yield "    没有检出问题。"
    for _, group in groupby(findings, key=lambda finding: (finding.severity, finding.code)):
        yield from _entry(list(group))


def _entry(findings: Sequence[Finding]) -> Iterator[str]:
    """Word findings of one code as one entry; each keeps its own line."""
    first = findings[0]
    count = f"（{len(findings)} 处）" if len(findings) > 1 else ""
    yield f"  {MARKS[first.severity]} {SEVERITY_LABELS[first.severity]} {first.code} {first.title}{count}"
    for finding in findings:
        yield f"      {one_line(finding.message)}{bracketed(finding.cells[0].place)}"
        if finding.calc:
            yield f"      算式：{sum_line(finding)}"
        if any(cell.marks for cell in finding.cells):
            marked = (with_marks(cell.text or "", cell.marks) for cell in finding.cells[:2])
            yield f"      对照：{' ｜ '.join(marked)}"
        if finding.guess:
            yield f"      {finding.guess}"
    if first.fix:
        yield f"      {advice(first)}"


def _drafts_of(form: FormReport) -> Iterator[str]:
    if not form.drafts:
        yield "    没有需要起草的内容。"
    for draft in form.drafts or ():
        yield from _opinion(draft) if draft.kind == "opinion" else _draft(form.record, draft)


def _opinion(draft: Draft) -> Iterator[str]:
    yield f"  ◆ 复核意见（建议稿{_origin(draft)}）"
    yield from (f"      {line}" for line in draft.text.split("\n"))


def _draft(record: Record, draft: Draft) -> Iterator[str]:
    answers = f"（{'、'.join(draft.answers)}）" if draft.answers else "（沿用）" if draft.kind == "indicator" else ""
    yield f"  ◆ {_named(record, draft.field)}{answers}"
    said = "对单位说" if draft.kind == "advice" else f"建议稿{_origin(draft)}"
    yield f"      {said}：{one_line(draft.text)}"
    if draft.suggestion:
        yield f"      {UNVERIFIED}{one_line(draft.suggestion.text)}"
        yield f"      请先核实：{'、'.join(foreign_in(draft.suggestion))}"
    if draft.indicator and draft.indicator.weight:
        yield f"      分值：{draft.indicator.weight}"
    if draft.questions:
        yield f"      供选择的提问：{' '.join(draft.questions)}"
    if draft.blanks:
        yield f"      待补充 {len(draft.blanks)} 处：{'、'.join(draft.blanks)}"


def _origin(draft: Draft) -> str:
    """Say who wrote a draft's words, and that a model's were refused where they were."""
    if draft.source == "model":
        return f"（{draft.model}）"
    return "（大模型稿未通过核对，按规则起草）" if draft.violations else ""


def _named(record: Record, field: str) -> str:
    index = int(field.split("[")[1].split("]")[0])
    if field.startswith("funding"):
        return f"预算执行　{record.funding[index].label or ''}".rstrip(":： ")
    row = record.indicators[index]
    return f"{row.level2 or row.level1 or ''}　{one_line(row.name or '')}"


def _record_of(form: FormReport) -> Iterator[str]:
    record = form.record
    for name in ("project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score", "grade"):
        value = dict(record)[name]
        if value is not None:
            yield f"    {LABELS[name]}：{one_line(value)}{bracketed(form.places.get(name))}"
    for index, funding in enumerate(record.funding):
        filled = [f"{LABELS[name]} {value}" for name, value in funding if value and name != "label"]
        yield f"    资金　{funding.label or ''}　{'　'.join(filled)}{bracketed(form.places.get(f'funding[{index}].label'))}"
    for index, row in enumerate(record.indicators):
        yield f"    {index + 1:>2}　{'｜'.join(_field(form, index, name) for name in _SHOWN_FIELDS if dict(row)[name])}"
    yield from (f"    {box.label}：{one_line(box.text or '')}" for box in record.remarks)
    yield from (f"    {one_line(note)}" for note in record.notes)


def _field(form: FormReport, index: int, name: str) -> str:
    value = one_line(dict(form.record.indicators[index])[name] or "")
    return f"{value}（推定）" if f"indicators[{index}].{name}" in form.inferred else value
