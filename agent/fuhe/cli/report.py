"""fuhe report: the report on a whole batch, or with --self each unit's own report on its form, as a Word document."""

from pathlib import Path

import click

from fuhe.cli import checked, common
from fuhe.cli.delivery import deliver
from fuhe.outputs.word.batch_paper import to_batch_paper


@click.command(
    "report",
    help="写一批自评表的复核情况报告（Word）：规模、填报质量、常见问题、较好和较弱的表、建议。"
    "加 --self 则为每张表写单位自己的《项目支出绩效自评报告》。",
)
@common.paths_argument
@click.option("-o", "--out", type=click.Path(path_type=Path), help="写到这个文件（默认按报告名称）")
@click.option("--self", "own", is_flag=True, help="写单位的绩效自评报告：表上的数照填，表上没有的留作【待补充】")
@common.rule_options
def command(paths: tuple[str, ...], out: Path | None, own: bool, **flags: str | None) -> int:
    """Check every input and write the report on all of them, or one report a form."""
    if own:
        return _own(paths, out or Path("项目支出绩效自评报告.docx"), flags)
    report, _ = checked.check_all(paths, common.load_settings(paths, **flags))
    deliver(to_batch_paper(report), out or Path("批次复核情况报告.docx"), common.inputs_of(paths, report))
    common.close(report)
    return common.unread_status(report)


def _own(paths: tuple[str, ...], out: Path, flags: dict[str, str | None]) -> int:
    from fuhe.cli import drafted
    from fuhe.outputs.word.papers import to_narratives

    return drafted.run(
        paths,
        "report",
        form="docx",
        out=out,
        to_word=lambda report, year, office: to_narratives(report),
        no_llm=True,
        require_llm=False,
        policy=flags["policy"],
        select=flags["select"],
        ignore=flags["ignore"],
    )
