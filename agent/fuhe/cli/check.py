"""fuhe check: findings of every form."""

import click

from fuhe import checking
from fuhe.cli import EXIT_FINDINGS, common
from fuhe.findings import SEVERITIES
from fuhe.outputs.report import Report, form_report, to_json
from fuhe.outputs.text import findings_text
from fuhe.policy import pack


@click.command(
    "check", help="检查自评表，列出问题、依据和修改建议。路径可以是文件、文件夹；“-”表示从标准输入读粘贴的文字。"
)
@common.paths_argument
@common.format_option("text", "json")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="达到这一级别的问题即以状态 1 结束（默认 error）"
)
@common.rule_options
def command(
    paths: tuple[str, ...], form: str, fail_on: str | None, policy: str | None, select: str | None, ignore: str | None
) -> int:
    """Check every form of every input; status 1 from the chosen severity on, 3 when an input could not be read."""
    settings = common.load_settings(policy=policy, fail_on=fail_on, select=select, ignore=ignore)
    options, chosen_pack = common.rule_choice(settings), pack(settings.policy)
    rules_run = len(checking.chosen(options)) + len(checking.chosen_for_batch(options))
    report, batch = Report(policy=chosen_pack.name, rules_run=rules_run), []
    used: set[object] = set()
    for file in common.read_inputs(paths):
        outcomes = [checking.check(entry, chosen_pack, options) for entry in file.forms]
        forms = [form_report(entry, found.findings) for entry, found in zip(file.forms, outcomes, strict=True)]
        report.add(file, forms, sum(found.suppressed for found in outcomes))
        batch += [(file.path, entry) for entry in file.forms]
        used.update(entry for found in outcomes for entry in found.used)
    report.add_batch(checking.check_batch(batch, chosen_pack, options))
    common.write(to_json(report), utf8=True) if form == "json" else common.write(findings_text(report))
    for entry in settings.suppress:
        if entry not in used:
            click.echo(f"提醒：设置里略过 {entry.code}（{entry.reason}）的一条没有用上，可以删去。", err=True)
    common.close(report)
    return common.unread_status(report) or (EXIT_FINDINGS if _reaches(report, settings.fail_on) else 0)


def _reaches(report: Report, fail_on: str) -> bool:
    counts = (report.summary.errors, report.summary.warnings, report.summary.infos)
    return fail_on != "never" and any(counts[: SEVERITIES.index(fail_on) + 1])
