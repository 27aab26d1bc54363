"""fuhe batch: a folder of forms checked into a store, with the lists, the overview and the annotated files."""

from pathlib import Path

import click

from fuhe.cli import EXIT_FINDINGS, EXIT_UNREAD, common
from fuhe.cli.progress_line import ProgressLine
from fuhe.errors import UsageError
from fuhe.findings import SEVERITIES


@click.command(
    "batch",
    help="检查一个文件夹（或压缩包、每行一张表的 .jsonl），逐个存下结果；再次运行只做有变化的，中断后接着做。结束时写出问题清单、批次总览、带批注原表和运行记录。",
)
@click.argument("start", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="结果写到这个文件夹")
@click.option("--jobs", type=click.IntRange(1, 64), help="同时工作的进程数（默认为可用的处理器数）")
@click.option("--resume", is_flag=True, help="只接着做已有的批次：没有时报错；换了位置的文件夹也认作同一批")
@click.option("--draft", is_flag=True, help="同时起草偏差原因及改进措施，写出修改稿（建议稿）")
@click.option("--name", help="批次名（默认为文件夹名）")
@click.option("--no-llm", is_flag=True, help="不用大模型，按规则起草")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="达到这一级别的问题即以状态 1 结束（默认 error）"
)
@common.rule_options
def command(
    start: Path,
    out: Path,
    jobs: int | None,
    resume: bool,
    draft: bool,
    name: str | None,
    no_llm: bool,
    fail_on: str | None,
    **chosen: str | None,
) -> int:
    """Run the batch; status 1 from the chosen severity on, 3 when an input could not be read."""
    from fuhe.batch.inputs import sources
    from fuhe.batch.terms import Terms
    from fuhe.batch.whole_run import Ended, Order, run_batch, usable_cores
    from fuhe.checking import options_of
    from fuhe.cli.drafted import model_of
    from fuhe.store.database import Store

    settings = common.load_settings((str(start),), fail_on=fail_on, **chosen)
    found, kept = sources(start, out), settings.store or str(out / "fuhe.db")
    if resume and "://" not in kept and not Path(kept).is_file():
        raise UsageError("没有可以接着做的批次", where=kept, todo="第一次运行请去掉 --resume，或核对 --out")
    model = model_of(settings) if draft and not no_llm else None
    from fuhe.layouts.profiles import beside, from_option

    profile = from_option(settings.columns) if settings.columns else beside(start if start.is_dir() else start.parent)
    terms = Terms(settings.policy, options_of(settings), drafts=draft and model is None, profile=profile)
    order = Order(
        start, out, name or start.resolve().stem, terms, jobs or usable_cores(), resume, draft,
        settings.model.concurrency if model else 1, found,
    )  # fmt: skip
    progress = ProgressLine()
    with Store(kept) as store:
        ended: Ended = run_batch(store, order, progress.step, model)
    progress.end()
    for line in ended.told():
        click.echo(line, err=True)
    for written in ended.written:
        click.echo(out / written)
    counts = (ended.totals.errors, ended.totals.warnings, ended.totals.infos)
    reached = settings.fail_on != "never" and any(counts[: SEVERITIES.index(settings.fail_on) + 1])
    return EXIT_UNREAD if ended.totals.statuses.get("failed") else EXIT_FINDINGS if reached else 0
