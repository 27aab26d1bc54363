"""fuhe report: the report on a whole batch, or with --self each unit's own report on its form, as a Word document."""

from pathlib import Path

import click

from fuhe.cli import checked, common, reviewed
from fuhe.cli.delivery import deliver
from fuhe.cli.rescore import taken_over, worksheets_of
from fuhe.outputs.word.batch_paper import to_batch_paper
from fuhe.rescoring.proposing import with_own_keys
from fuhe.rescoring.standard import standard
from fuhe.settings import Settings
from fuhe.worksheets import Worksheet


@click.command(
    "report",
    help="写一批自评表的复核情况报告（Word）：规模、填报质量、常见问题、较好和较弱的表、建议。"
    "加 --from 复核底稿，另写自评与复核得分的对照和各单位偏离度；加 --self 则为每张表写单位自己的《项目支出绩效自评报告》。",
)
@common.paths_argument
@click.option("-o", "--out", type=click.Path(path_type=Path), help="写到这个文件（默认按报告名称）")
@click.option("--self", "own", is_flag=True, help="写单位的绩效自评报告：表上的数照填，表上没有的留作【待补充】")
@click.option("--from", "handed", type=click.Path(path_type=Path), help="填好的复核底稿（.xlsx），写进报告")
@click.option("--standard", "named", default="national-practice", help="复核底稿的评分口径（默认 national-practice）")
@common.rule_options
def command(
    paths: tuple[str, ...], out: Path | None, own: bool, handed: Path | None, named: str, **flags: str | None
) -> int:
    """Check every input and write the report on all of them, or one report a form."""
    if own:
        return _own(paths, out or Path("项目支出绩效自评报告.docx"), flags)
    settings = common.load_settings(paths, **flags)
    report, _ = checked.check_all(paths, settings)
    sheets = _scored(paths, settings, handed, named) if handed else []
    deliver(to_batch_paper(report, sheets), out or Path("批次复核情况报告.docx"), common.inputs_of(paths, report))
    common.close(report)
    return common.unread_status(report)


def _scored(paths: tuple[str, ...], settings: Settings, handed: Path, named: str) -> list[Worksheet]:
    """Return the worksheets as a person filled them in; say what could not be taken over."""
    run = reviewed.review(paths, settings)
    sheets, told = taken_over(with_own_keys(worksheets_of(run, standard(named))), handed)
    reviewed.tell(told)
    return sheets


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
