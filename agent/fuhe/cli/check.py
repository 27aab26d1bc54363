"""fuhe check: findings of every form."""

from collections.abc import Callable
from pathlib import Path

import click

from fuhe.cli import EXIT_FINDINGS, checked, common
from fuhe.cli.delivery import deliver
from fuhe.cli.handed_back import hand_back
from fuhe.errors import ModelError, UsageError
from fuhe.findings import SEVERITIES, Finding
from fuhe.outputs.contract import Report
from fuhe.outputs.report_formats import FORMATS, render
from fuhe.policy import Pack, pack
from fuhe.records import Form
from fuhe.rules import Sheet
from fuhe.settings import Settings


@click.command(
    "check",
    help="检查自评表，把问题合成要点，最要紧的在前，各附修改建议。路径可以是文件、文件夹；“-”表示从标准输入读粘贴的文字。",
)
@common.paths_argument
@common.format_option(*FORMATS, "docx")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="达到这一级别的问题即以状态 1 结束（默认 error）"
)
@click.option("--hints", is_flag=True, help="请大模型指出文字可能对不上的地方（只作提示；默认不用）")
@click.option("--findings", is_flag=True, help="逐条列出全部问题、算式和依据的格子（默认合成要点）")
@click.option("--infos", is_flag=True, help="批注里也写提示（默认只写要点）")
@common.rule_options
def command(
    paths: tuple[str, ...],
    form: str,
    out: Path | None,
    fail_on: str | None,
    hints: bool,
    findings: bool,
    infos: bool,
    **chosen: str | None,
) -> int:
    """Check every form of every input; status 1 from the chosen severity on, 3 when an input could not be read."""
    settings = common.load_settings(paths, fail_on=fail_on, **chosen)
    ask = _asker(settings, pack(settings.policy)) if hints else checked.no_hints
    report, used = checked.check_all(paths, settings, ask)
    inputs = common.inputs_of(paths, report)
    if form == "docx":
        hand_back(report, "annotated", out, inputs, infos=infos)
    else:
        deliver(render(report, form, findings=findings), out, inputs, utf8=form != "text")
    for entry in settings.suppress:
        if entry not in used:
            click.echo(f"提醒：设置里略过 {entry.code}（{entry.reason}）的一条没有用上，可以删去。", err=True)
    common.close(report)
    return common.unread_status(report) or (EXIT_FINDINGS if _reaches(report, settings.fail_on) else 0)


def _asker(settings: Settings, chosen: Pack) -> Callable[[Form], list[Finding]]:
    """Return what asks the configured model for hints on one form; a fault is said once and yields none."""
    from fuhe.cli.drafted import model_of
    from fuhe.drafting.model_doubts import hints

    model, told = model_of(settings), set[str]()
    if model is None:
        raise UsageError("--hints 要用大模型，但没有配置", todo="请在 fuhe.toml 写 [model] base_url 和 name")

    def ask(form: Form) -> list[Finding]:
        try:
            return hints(Sheet(form, chosen), model, model.place.url)
        except ModelError as error:
            if str(error) not in told:
                told.add(str(error))
                click.echo(f"大模型：{error}", err=True)
            return []

    return ask


def _reaches(report: Report, fail_on: str) -> bool:
    counts = (report.summary.errors, report.summary.warnings, report.summary.infos)
    return fail_on != "never" and any(counts[: SEVERITIES.index(fail_on) + 1])
