"""What draft, plan and opinion share: options, then check every form, draft it with the model or without, and report."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from fuhe import checking, pipeline
from fuhe.cli import common
from fuhe.cli.delivery import deliver
from fuhe.cli.handed_back import hand_back
from fuhe.drafting.writing import Outcome
from fuhe.drafts import DraftKind
from fuhe.errors import ModelError, ModelRefusedError
from fuhe.findings import Finding
from fuhe.model.address import statement
from fuhe.model.asked_once import EndpointModel
from fuhe.model.ledger import Ledger, chosen_path
from fuhe.model.sending import connect
from fuhe.outputs.console import drafts_text
from fuhe.outputs.contract import Report, form_report, to_json
from fuhe.pipeline import check_file
from fuhe.policy import Pack, pack
from fuhe.records import File
from fuhe.settings import Settings

ToWord = Callable[[Report, str, str], bytes]
"""A Word document of a report; the year is the one that is planned for, "" for other kinds, then the issuing office."""
EXIT_NO_MODEL = 4


@dataclass
class DraftRun:
    """One command's work: every form with its findings, and what was drafted for it."""

    settings: Settings
    files: list[File] = field(default_factory=list)
    findings: dict[tuple[int, int], tuple[Finding, ...]] = field(default_factory=dict)
    outcomes: dict[tuple[int, int], Outcome] = field(default_factory=dict)


def verb(
    name: str,
    kind: DraftKind,
    told: str,
    *formats: str,
    to_word: ToWord | None = None,
    year: click.Option | None = None,
) -> click.Command:
    """Return the command that drafts one kind for every form; without `to_word`, docx is the unit's own file revised."""

    @click.command(name, help=told)
    @common.paths_argument
    @common.format_option(*formats, handed_back=to_word is None)
    @common.model_options
    @common.rule_options
    def command(paths: tuple[str, ...], year: int | None = None, **given: Any) -> int:
        return run(paths, kind, year=str(year or ""), to_word=to_word, **given)

    command.params[1:1] = [year] if year else []
    return command


def run(
    paths: tuple[str, ...],
    kind: DraftKind,
    *,
    form: str,
    year: str = "",
    out: Path | None,
    to_word: ToWord | None = None,
    no_llm: bool,
    require_llm: bool,
    **flags: str | None,
) -> int:
    """Draft for every form of every input; status 3 when an input could not be read, 4 when a model was required."""
    settings = common.load_settings(paths, **flags)
    options, chosen = checking.options_of(settings), pack(settings.policy)
    work = DraftRun(settings, list(common.read_inputs(paths)))
    for file_index, file in enumerate(work.files):
        for form_index, entry in enumerate(check_file(file, chosen, options)):
            work.findings[file_index, form_index] = entry.findings
    model = None if no_llm else model_of(settings)
    if model is None and require_llm:
        raise ModelRefusedError(
            "要求使用大模型，但没有配置", where="[model]", todo="请在 fuhe.toml 写 [model] base_url 和 name"
        )
    _draft_all(work, chosen, model, kind, year)
    report = _report(work, chosen, len(checking.chosen(options)), with_findings=form == "docx")
    inputs = common.inputs_of(paths, report)
    if form == "docx" and to_word is None:
        hand_back(report, "revised", out, inputs)
    else:
        written = to_word(report, year, settings.office) if form == "docx" and to_word else _rendered(report, form)
        deliver(written, out, inputs, utf8=form == "json")
    if out is not None:
        click.echo(_blanks_left(report), err=True)
    common.close(report)
    answered = _tell(work, model)
    return EXIT_NO_MODEL if require_llm and not answered else common.unread_status(report)


def _rendered(report: Report, form: str) -> str:
    return to_json(report) if form == "json" else drafts_text(report)


def _blanks_left(report: Report) -> str:
    drafts = [draft for file in report.files for form in file.forms for draft in form.drafts or ()]
    blanks = sum(len(draft.blanks) for draft in drafts)
    return f"建议稿 {len(drafts)} 条，待补充 {blanks} 处。请核定后使用。"


def model_of(settings: Settings) -> EndpointModel | None:
    """Connect to the model the settings name and say where text will go; None where none is configured."""
    if not settings.model.configured:
        return None
    ledger = Ledger(chosen_path(settings.model.ledger))
    model = connect(settings.model, ledger)
    click.echo(f"去向：{statement(model.place, model.name)}", err=True)
    for note in ledger.notes:
        click.echo(note, err=True)
    return model


def _draft_all(work: DraftRun, chosen: Pack, model: EndpointModel | None, kind: DraftKind, year: str) -> None:
    """Draft every form, several at a time with a model; what is finished is kept in the ledger even when interrupted."""
    places = list(work.findings)
    began = time.monotonic()
    pool = ThreadPoolExecutor(work.settings.model.concurrency if model else 1)
    waiting: dict[Future[Outcome], tuple[int, int]] = {
        pool.submit(_one, work, place, chosen, model, kind, year): place for place in places
    }
    try:
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                work.outcomes[waiting.pop(future)] = future.result()
                _progress(work, len(places), model, began)
    finally:
        pool.shutdown(wait=not waiting, cancel_futures=True)
    if kind == "indicator":
        _apart_from_each_other(work)


def _apart_from_each_other(work: DraftRun) -> None:
    """Look at the tables of all forms together: no rewritten indicator repeats one of another project."""
    from fuhe.drafting.plan_batch import distinct

    places = list(work.outcomes)
    tables = [(work.files[file].forms[form], work.outcomes[file, form].drafts) for file, form in places]
    for place, drafts in zip(places, distinct(tables), strict=True):
        work.outcomes[place].drafts = drafts


def _one(
    work: DraftRun, place: tuple[int, int], chosen: Pack, model: EndpointModel | None, kind: DraftKind, year: str
) -> Outcome:
    form = work.files[place[0]].forms[place[1]]
    kinds: tuple[DraftKind, ...] = ("reason", "advice") if kind == "reason" else (kind,)
    return pipeline.drafted(form, work.findings[place], chosen, model, kinds, year=year)


def _progress(work: DraftRun, total: int, model: EndpointModel | None, began: float) -> None:
    if model is None:
        return
    done, seconds = len(work.outcomes), time.monotonic() - began
    asked = sum(outcome.requests for outcome in work.outcomes.values())
    left = seconds / done * (total - done)
    click.echo(f"  {done}/{total} 张　请求 {asked} 次　{model.tokens}　约剩 {left:.0f} 秒", err=True)


def _report(work: DraftRun, chosen: Pack, rules_run: int, *, with_findings: bool) -> Report:
    report = Report(policy=chosen.name, rules_run=rules_run)
    for file_index, file in enumerate(work.files):
        forms = [
            form_report(
                entry,
                work.findings[file_index, form_index],
                tuple(work.outcomes[file_index, form_index].drafts),
            )
            for form_index, entry in enumerate(file.forms)
        ]
        report.add(file, forms)
        if not with_findings:  # counted all the same
            report.files[-1].forms = [form.model_copy(update={"findings": None, "quality": None}) for form in forms]
    return report


def _tell(work: DraftRun, model: EndpointModel | None) -> bool:
    """Say how the drafts came about and what went wrong, each fault once; tell whether the model answered at all."""
    outcomes = list(work.outcomes.values())
    faults: dict[str, ModelError] = {str(outcome.fault): outcome.fault for outcome in outcomes if outcome.fault}
    for message in faults:
        click.echo(f"大模型：{message} 有关各稿改按规则起草。", err=True)
    if model is not None:
        counts = [
            sum(getattr(outcome, name) for outcome in outcomes) for name in ("at_once", "repaired", "fallen_back")
        ]
        click.echo(
            f"大模型稿 {counts[0]} 份，改过一次 {counts[1]} 份，改按规则 {counts[2]} 份；{model.tokens}", err=True
        )
    return model is not None and any(outcome.at_once or outcome.repaired for outcome in outcomes)
