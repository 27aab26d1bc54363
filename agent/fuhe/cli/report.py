"""fuhe report: the report on a whole batch as a Word document."""

from pathlib import Path

import click

from fuhe.cli import checked, common
from fuhe.cli.delivery import deliver
from fuhe.outputs.batch_paper import to_batch_paper


@click.command("report", help="写一批自评表的复核情况报告（Word）：规模、填报质量、常见问题、较好和较弱的表、建议。")
@common.paths_argument
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("批次复核情况报告.docx"),
    show_default=True,
    help="写到这个文件",
)
@common.rule_options
def command(paths: tuple[str, ...], out: Path, policy: str | None, select: str | None, ignore: str | None) -> int:
    """Check every input and write the report on all of them."""
    settings = common.load_settings(policy=policy, select=select, ignore=ignore)
    report, _ = checked.check_all(paths, settings)
    deliver(to_batch_paper(report), out, common.inputs_of(paths, report))
    common.close(report)
    return common.unread_status(report)
