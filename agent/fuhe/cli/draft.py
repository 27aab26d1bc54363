"""fuhe draft: 偏差原因及改进措施 for every row that needs it."""

import click

from fuhe import checking
from fuhe.cli import common
from fuhe.drafting import offline
from fuhe.outputs.report import Report, form_report, to_json
from fuhe.outputs.text import drafts_text
from fuhe.policy import pack


@click.command(
    "draft", help="为需要说明的指标起草偏差原因及改进措施。只写表内能算出来的事实，单位才知道的留作【待补充】。"
)
@common.paths_argument
@common.format_option("text", "json")
@click.option("--no-llm", is_flag=True, help="不用大模型，按规则起草（目前即为此方式）")
@common.rule_options
def command(
    paths: tuple[str, ...], form: str, no_llm: bool, policy: str | None, select: str | None, ignore: str | None
) -> int:
    """Draft reasons from the findings of every form; status 3 when an input could not be read."""
    settings = common.load_settings(policy=policy, select=select, ignore=ignore)
    options, chosen_pack = common.rule_choice(settings), pack(settings.policy)
    report = Report(policy=chosen_pack.name, rules_run=len(checking.chosen(options)))
    for file in common.read_inputs(paths):
        forms = []
        for entry in file.forms:
            findings = checking.check(entry, chosen_pack, options).findings
            forms.append(form_report(entry, drafts=tuple(offline.reasons(entry, findings, chosen_pack))))
        report.add(file, forms)
    common.write(to_json(report), utf8=True) if form == "json" else common.write(drafts_text(report))
    common.close(report)
    return common.unread_status(report)
